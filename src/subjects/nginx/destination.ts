/** What becomes of a request inside its server block: a pass, a fixed answer, or files. */

import { chooseLocation, matchesRegex, namedLocation, type RequestedUrl } from './routing.ts'
import type { Directive } from './syntax.ts'
import { findPass } from './upstream.ts'

export interface Destination {
	/** The locations that apply, the outermost first. */
	readonly chain: readonly Directive[]
	readonly pass: Directive | undefined
	readonly returns: Return | undefined
	/** False when something that could send the request elsewhere was not followed. */
	readonly certain: boolean
}

export interface Return {
	readonly directive: Directive
	readonly status: number
}

type Scopes = readonly (readonly Directive[])[]

/** No configuration goes on from location to location more often than this; nginx stops at ten. */
const mostHops = 10

/** Follows try_files, a 404 page and internal redirects to the location that really handles the request. */
export function destinationOf(block: readonly Directive[], path: string, url: RequestedUrl | undefined): Destination {
	const first = rewritten(block, path, url)
	let certain = first.certain
	if (first.returns !== undefined) return { chain: [], pass: undefined, returns: first.returns, certain }
	const start = chooseLocation(block, path)
	certain = certain && start.certain
	let chain = start.found
	for (let hop = 0; hop < mostHops; hop += 1) {
		const here = chain.at(-1)?.block ?? block
		if (here !== block) {
			const { returns, certain: sure } = rewritten(here, path, url)
			certain = certain && sure
			if (returns !== undefined) return { chain, pass: undefined, returns, certain }
		}
		const pass = findPass(here)
		const next = fallbackOf([block, ...chain.map((one) => one.block ?? [])], pass !== undefined)
		if (next === undefined) return { chain, pass: pass ?? passInIf(here), returns: undefined, certain }
		if (next.startsWith('@')) {
			const named = namedLocation(block, next)
			if (named === undefined) return { chain, pass, returns: undefined, certain }
			chain = [named]
		} else {
			const choice = chooseLocation(block, next)
			certain = certain && choice.certain
			// The same location again: its files are there or there are none.
			if (choice.found.at(-1) === chain.at(-1)) return { chain, pass, returns: undefined, certain }
			chain = choice.found
		}
	}
	return { chain, pass: undefined, returns: undefined, certain: false }
}

/** The directives of a name at the innermost level that has any: how nginx inherits. */
export function effective(scopes: Scopes, wanted: string): readonly Directive[] {
	for (const block of scopes.toReversed()) {
		const found = block.filter(({ name }) => name === wanted)
		if (found.length > 0) return found
	}
	return []
}

interface Rewritten {
	readonly returns: Return | undefined
	readonly certain: boolean
}

/** `return`, `if` and `rewrite` run in their order, before a location is chosen and again inside it. */
function rewritten(block: readonly Directive[], path: string, url: RequestedUrl | undefined): Rewritten {
	let certain = true
	for (const directive of block) {
		if (directive.name === 'return') return { returns: readReturn(directive), certain }
		if (directive.name === 'rewrite') {
			const outcome = rewriteOutcome(directive, path)
			if (outcome === 'unknown') certain = false
			else if (outcome !== 'passes') return { returns: { directive, status: outcome }, certain }
		}
		if (directive.name !== 'if' || !(directive.block ?? []).some(decides)) continue
		const holds = conditionHolds(directive.args, url)
		if (holds === undefined) certain = false
		if (holds !== true) continue
		const inside = rewritten(directive.block ?? [], path, url)
		certain = certain && inside.certain
		if (inside.returns !== undefined) return { returns: inside.returns, certain }
	}
	return { returns: undefined, certain }
}

function decides({ name }: Directive): boolean {
	return name === 'return' || name === 'rewrite' || name.endsWith('_pass')
}

function readReturn(directive: Directive): Return {
	const [code = ''] = directive.args
	return { directive, status: /^\d{3}$/.test(code) ? Number(code) : 302 }
}

/** The status of a redirect, or whether the request goes on as it is. */
function rewriteOutcome({ args }: Directive, path: string): number | 'passes' | 'unknown' {
	const [pattern = '', replacement = '', flag] = args
	const matched = matchesRegex(pattern, false, path)
	if (matched === false) return 'passes'
	if (matched === undefined) return 'unknown'
	if (flag === 'permanent') return 301
	if (flag === 'redirect' || /^(?:https?:\/\/|\$scheme)/.test(replacement)) return 302
	return 'unknown'
}

/** Certbot's `if ($host = example.com)` and its like; undefined for what a URL does not tell. */
function conditionHolds(args: readonly string[], url: RequestedUrl | undefined): boolean | undefined {
	const text = args.join(' ').trim().replace(/^\(/, '').replace(/\)$/, '').trim()
	const match = /^\$(host|http_host|scheme|server_port|https) {0,4}(!?=) {0,4}(\S{0,1024})$/.exec(text)
	if (match === null || url === undefined) return undefined
	const secure = url.scheme === 'https'
	const actual: Record<string, string> = {
		host: url.host,
		http_host: url.port === (secure ? 443 : 80) ? url.host : `${url.host}:${url.port}`,
		scheme: url.scheme,
		server_port: String(url.port),
		https: secure ? 'on' : '',
	}
	const wanted = (match[3] ?? '').replace(/^(["'])(.*)\1$/, '$2')
	return ((actual[match[1] ?? ''] ?? '') === wanted) === (match[2] === '=')
}

/** A pass that stands only inside an `if` of the location. */
function passInIf(block: readonly Directive[]): Directive | undefined {
	const passes = block.filter(({ name }) => name === 'if').map((one) => findPass(one.block ?? []))
	return passes.find((one) => one !== undefined)
}

/** The location to go on to when no file is found, or undefined. */
function fallbackOf(scopes: Scopes, hasPass: boolean): string | undefined {
	const here = scopes.at(-1) ?? []
	// try_files is looked at first, even where a pass stands beside it; one inherited does not disturb a pass.
	const tryFiles = hasPass ? here.find(({ name }) => name === 'try_files') : effective(scopes, 'try_files')[0]
	const last = tryFiles?.args.at(-1)
	if (last?.startsWith('@') === true) return last
	if (last?.startsWith('/') === true && !hasPass) {
		const end = last.search(/[?$]/)
		return end < 0 ? last : last.slice(0, end)
	}
	if (hasPass || tryFiles !== undefined) return undefined
	const notFound = effective(scopes, 'error_page').find(({ args }) => args.slice(0, -1).includes('404'))
	const uri = notFound?.args.at(-1)
	return uri?.startsWith('@') === true ? uri : undefined
}
