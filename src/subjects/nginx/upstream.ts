/** Where a pass directive connects: through variables and upstream blocks to endpoints. */

import { type Endpoint, formatEndpoint, parseEndpoint } from '../../text/endpoint.ts'
import type { Directive } from './syntax.ts'

const FAMILIES = ['uwsgi', 'fastcgi', 'grpc', 'scgi', 'memcached', 'proxy'] as const

/** Prefix of the directives that set a protocol's timeouts. */
export type PassFamily = (typeof FAMILIES)[number]

export type PassProtocol = 'http' | 'https' | Exclude<PassFamily, 'proxy'>

export interface UpstreamServer {
	readonly endpoint: Endpoint | undefined
	readonly directive: Directive
	readonly down: boolean
	readonly maxFails: number | undefined
	readonly failTimeout: number | undefined
}

export interface Pass {
	readonly directive: Directive
	readonly raw: string
	readonly family: PassFamily
	readonly protocol: PassProtocol
	readonly usesVariable: boolean
	/** The upstream block that it names. */
	readonly upstream: Directive | undefined
	readonly servers: readonly UpstreamServer[]
	/** Where it connects; empty when a variable hides it or every server is down. */
	readonly endpoints: readonly Endpoint[]
}

function familyOf(name: string): PassFamily | undefined {
	return FAMILIES.find((family) => name === `${family}_pass`)
}

export function findPass(block: readonly Directive[]): Directive | undefined {
	return block.find(isPass)
}

export function isPass({ name, args }: Directive): boolean {
	return familyOf(name) !== undefined && args.length > 0
}

/** `scopes`: the blocks around the pass, the outermost first, for `set`; `http`: where upstream blocks stand. */
export function readPass(
	directive: Directive,
	scopes: readonly (readonly Directive[])[],
	http: readonly Directive[],
): Pass {
	const family = familyOf(directive.name) ?? 'proxy'
	const raw = directive.args[0] ?? ''
	const constants = constantsOf(scopes)
	const text = raw.replace(
		/\$(?:\{(\w{1,100})\}|(\w{1,100}))/g,
		(whole, braced?: string, plain?: string) => constants.get(braced ?? plain ?? '') ?? whole,
	)
	const scheme = /^([a-z]{2,8}):\/\//i.exec(text)
	const protocol = protocolOf(family, scheme?.[1]?.toLowerCase())
	const address = authorityOf(scheme === null ? text : text.slice(scheme[0].length))
	const usesVariable = raw.includes('$')
	const base = { directive, raw, family, protocol, usesVariable }
	const upstream = http.find(
		({ name, args, block }) =>
			name === 'upstream' && block !== undefined && args[0]?.toLowerCase() === address.toLowerCase(),
	)
	if (upstream !== undefined) {
		const servers = (upstream.block ?? []).filter(({ name }) => name === 'server').map(readUpstreamServer)
		const endpoints = servers.filter(({ down }) => !down).map(({ endpoint }) => endpoint)
		return { ...base, upstream, servers, endpoints: endpoints.filter((endpoint) => endpoint !== undefined) }
	}
	const port = protocol === 'https' || scheme?.[1]?.toLowerCase() === 'grpcs' ? 443 : 80
	const endpoint = address.includes('$') ? undefined : parseEndpoint(address, port)
	return { ...base, upstream: undefined, servers: [], endpoints: endpoint === undefined ? [] : [endpoint] }
}

function protocolOf(family: PassFamily, scheme: string | undefined): PassProtocol {
	if (family === 'proxy') return scheme === 'https' ? 'https' : 'http'
	return family
}

/** The part that says where to connect: up to the URI, be it written or a variable that is one. */
function authorityOf(text: string): string {
	if (/^unix:/i.test(text)) return text
	const end = text.search(/[/?#]|\$(?:\{(?:request_uri|uri|document_uri)\}|(?:request_uri|uri|document_uri)(?!\w))/)
	return end < 0 ? text : text.slice(0, end)
}

/** Variables that `set` gives one fixed value, nowhere inside an `if`. */
function constantsOf(scopes: readonly (readonly Directive[])[]): ReadonlyMap<string, string> {
	const values = new Map<string, string>()
	const variable = new Set<string>()
	for (const block of scopes) {
		for (const directive of block) {
			const inIf = directive.name === 'if' ? (directive.block ?? []) : []
			for (const { name, args } of [directive, ...inIf]) {
				const [key = '', value = ''] = args
				if (name !== 'set' || !key.startsWith('$')) continue
				if (inIf.length > 0 || value.includes('$')) variable.add(key.slice(1))
				// A later `set`, also of an inner block, overrides.
				else values.set(key.slice(1), value)
			}
		}
	}
	for (const name of variable) values.delete(name)
	return values
}

function readUpstreamServer(directive: Directive): UpstreamServer {
	const [address = '', ...flags] = directive.args
	const flag = (name: string) => flags.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
	const maxFails = flag('max_fails')
	return {
		endpoint: parseEndpoint(address, 80),
		directive,
		down: flags.includes('down'),
		maxFails: maxFails !== undefined && /^\d{1,9}$/.test(maxFails) ? Number(maxFails) : undefined,
		failTimeout: seconds(flag('fail_timeout')),
	}
}

const unitSeconds: ReadonlyMap<string, number> = new Map([
	['ms', 0.001],
	['s', 1],
	['', 1],
	['m', 60],
	['h', 3600],
	['d', 86_400],
	['w', 604_800],
])

/** nginx's times: `60`, `60s`, `1m30s`, `500ms`. */
export function seconds(text: string | undefined): number | undefined {
	if (text === undefined || !/^(?:\d{1,9}(?:ms|[smhdw])?){1,6}$/.test(text)) return undefined
	let total = 0
	for (const [, count, unit] of text.matchAll(/(\d{1,9})(ms|[smhdw])?/g)) {
		total += Number(count) * (unitSeconds.get(unit ?? '') ?? 1)
	}
	return total
}

export function distinct(endpoints: readonly Endpoint[]): readonly string[] {
	return [...new Set(endpoints.map(formatEndpoint))]
}
