/** Which server block and which location nginx takes for a URL, by nginx's own rules. */

import { isIpv4, parseEndpoint, plainPath } from '../../text/endpoint.ts'
import type { Directive } from './syntax.ts'

export interface Listen {
	/** `*` for every IPv4 address, `::` for every IPv6 one, an address, or undefined for a Unix socket. */
	readonly host: string | undefined
	/** A port, or the path of a Unix socket. */
	readonly port: number | string
	readonly isDefault: boolean
	readonly directive: Directive | undefined
}

export interface Server {
	readonly directive: Directive
	readonly block: readonly Directive[]
	readonly listens: readonly Listen[]
	readonly names: readonly string[]
}

/** What nginx serves, taken apart once. */
export interface Site {
	/** Directives outside `http`, or of a pasted file's top. */
	readonly main: readonly Directive[]
	readonly http: readonly Directive[]
	readonly servers: readonly Server[]
}

export interface RequestedUrl {
	readonly scheme: 'http' | 'https'
	readonly host: string
	readonly port: number
	readonly path: string
}

export interface Choice<T> {
	readonly found: T
	/** False when a rule that may decide otherwise (a regular expression that is not tried here) was passed over. */
	readonly certain: boolean
}

export function readSite(directives: readonly Directive[]): Site {
	const http = directives.find(({ name, block }) => name === 'http' && block !== undefined)?.block
	// A pasted site file is what stands inside `http`; a pasted location, what stands inside a server.
	const scope = http ?? directives
	const bare = http === undefined && scope.some(({ name }) => name === 'location' || name.endsWith('_pass'))
	const blocks = scope.filter(({ name, block }) => name === 'server' && block !== undefined)
	const first = scope[0]
	const servers = blocks.map((directive) => readServer(directive, directive.block ?? []))
	if (servers.length === 0 && bare && first !== undefined) servers.push(readServer(first, scope))
	return { main: http === undefined ? [] : directives, http: scope, servers }
}

function readServer(directive: Directive, block: readonly Directive[]): Server {
	const listens = block.filter(({ name }) => name === 'listen').map(readListen)
	const usable = listens.filter((listen) => listen !== undefined)
	return {
		directive,
		block,
		listens: usable.length > 0 ? usable : [{ host: '*', port: 80, isDefault: false, directive: undefined }],
		names: block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
	}
}

export function readListen(directive: Directive): Listen | undefined {
	const [address = '', ...flags] = directive.args
	// HTTP/3 listens on UDP beside the real one.
	if (flags.includes('quic')) return undefined
	const isDefault = flags.includes('default_server') || flags.includes('default')
	if (/^\d+$/.test(address)) return { host: '*', port: Number(address), isDefault, directive }
	const endpoint = parseEndpoint(address.replace(/^\*:/, '0.0.0.0:'), 80)
	if (endpoint === undefined) return undefined
	if (endpoint.kind === 'unix') return { host: undefined, port: endpoint.path, isDefault, directive }
	return { host: endpoint.host === '0.0.0.0' ? '*' : endpoint.host, port: endpoint.port, isDefault, directive }
}

export function readUrl(text: string): RequestedUrl | undefined {
	const match = /^(?:(https?):\/\/)?([^/?#]{0,1024})([^?#]{0,8192})/i.exec(text.trim())
	if (match === null) return undefined
	const scheme = match[1]?.toLowerCase() === 'https' ? 'https' : 'http'
	const authority = (match[2] ?? '').slice((match[2] ?? '').lastIndexOf('@') + 1)
	const endpoint = parseEndpoint(authority, scheme === 'https' ? 443 : 80)
	if (endpoint?.kind !== 'tcp') return undefined
	return { scheme, host: endpoint.host, port: endpoint.port, path: requestPath(match[3] ?? '') }
}

/** The path as nginx compares it: percent signs decoded, slashes merged, dots resolved. */
function requestPath(raw: string): string {
	let path = raw === '' ? '/' : raw
	try {
		path = decodeURIComponent(path)
	} catch {
		// Not UTF-8: compared as it is.
	}
	const plain = plainPath(path)
	return plain !== '/' && /\/(?:\.{1,2})?$/.test(path) ? `${plain}/` : plain
}

/** The server for a URL, and whether its name matched. */
export function chooseServer(
	servers: readonly Server[],
	url: RequestedUrl,
): (Choice<Server> & { readonly named: boolean; readonly name: string }) | undefined {
	const candidates = listening(servers, url)
	const host = url.host
	const exact = candidates.find(({ server }) => server.names.some((name) => exactName(name) === host))
	if (exact !== undefined) return { found: exact.server, certain: true, named: true, name: host }
	const wild = longestWildcard(candidates, host)
	if (wild !== undefined) return { found: wild.server, certain: true, named: true, name: wild.name }
	let certain = true
	for (const { server } of candidates) {
		for (const name of server.names) {
			if (!name.startsWith('~')) continue
			const matched = matchesRegex(name.slice(1), true, host)
			if (matched === true) return { found: server, certain, named: true, name }
			if (matched === undefined) certain = false
		}
	}
	const fallback = candidates.find(({ isDefault }) => isDefault) ?? candidates[0]
	if (fallback === undefined) return undefined
	return { found: fallback.server, certain, named: false, name: fallback.server.names[0] ?? '' }
}

interface Candidate {
	readonly server: Server
	readonly isDefault: boolean
}

/** The servers on the socket that takes the connection: the most specific address wins, as in the kernel. */
function listening(servers: readonly Server[], url: RequestedUrl): readonly Candidate[] {
	const isV6 = url.host.includes(':')
	const isAddress = isV6 || isIpv4(url.host)
	const address = url.host === 'localhost' ? '127.0.0.1' : isAddress ? url.host : undefined
	const on = (wanted: (host: string) => boolean) =>
		servers.flatMap((server): Candidate[] => {
			const hits = server.listens.filter(({ host, port }) => host !== undefined && port === url.port && wanted(host))
			return hits.length === 0 ? [] : [{ server, isDefault: hits.some(({ isDefault }) => isDefault) }]
		})
	const specific = address === undefined ? [] : on((host) => host === address)
	if (specific.length > 0) return specific
	const wildcard = on((host) => host === (isV6 ? '::' : '*'))
	// A name may stand for any address of the host: a server that knows it by name counts wherever it listens.
	const known = address === undefined ? on((host) => host !== '*' && host !== '::') : []
	const named = known.filter(({ server }) => server.names.some((name) => exactName(name) === url.host))
	if (named.length > 0) return named
	if (wildcard.length > 0) return wildcard
	const other = on((host) => host === '*' || host === '::')
	return other.length > 0 ? other : known
}

function exactName(name: string): string {
	const plain = name.startsWith('.') ? name.slice(1) : name
	return plain.toLowerCase().replace(/\.$/, '')
}

/** `*.example.org` and `.example.org` before `mail.*`; among each the longest. */
function longestWildcard(
	candidates: readonly Candidate[],
	host: string,
): { readonly server: Server; readonly name: string } | undefined {
	let best: { readonly server: Server; readonly name: string; readonly rank: number } | undefined
	for (const { server } of candidates) {
		for (const name of server.names) {
			const lower = name.toLowerCase()
			const tail = lower.startsWith('*.') ? lower.slice(1) : lower.startsWith('.') ? lower : undefined
			const head = lower.endsWith('.*') ? lower.slice(0, -1) : undefined
			let rank = -1
			if (tail !== undefined && host.length > tail.length && host.endsWith(tail)) rank = 10_000 + tail.length
			else if (head !== undefined && host.length > head.length && host.startsWith(head)) rank = head.length
			if (rank >= 0 && rank > (best?.rank ?? -1)) best = { server, name, rank }
		}
	}
	return best
}

/** The chain of blocks that apply to a path: locations from the outermost to the chosen one. Empty: the server itself. */
export type LocationChain = readonly Directive[]

export function chooseLocation(block: readonly Directive[], path: string): Choice<LocationChain> {
	const state = { certain: true }
	const found = findLocation(block, path, state).chain
	return { found, certain: state.certain }
}

export function namedLocation(block: readonly Directive[], name: string): Directive | undefined {
	return block.find((one) => one.name === 'location' && one.args[0] === name && one.block !== undefined)
}

interface LocationRule {
	readonly directive: Directive
	readonly kind: '=' | '^~' | '~' | '~*' | 'prefix' | 'named'
	readonly pattern: string
}

export function locationRule(directive: Directive): LocationRule | undefined {
	if (directive.name !== 'location' || directive.block === undefined) return undefined
	const [first = '', second] = directive.args
	if (second !== undefined) {
		const kind = first === '=' || first === '^~' || first === '~' || first === '~*' ? first : undefined
		return kind === undefined ? undefined : { directive, kind, pattern: second }
	}
	// nginx also reads `location =/path` and `location ~\.php$`.
	const glued = /^(=|\^~|~\*|~)(.{1,4096})$/.exec(first)
	if (glued?.[2] !== undefined) {
		return { directive, kind: glued[1] as '=' | '^~' | '~' | '~*', pattern: glued[2] }
	}
	return { directive, kind: first.startsWith('@') ? 'named' : 'prefix', pattern: first }
}

interface Search {
	readonly chain: LocationChain
	/** The search ends here: no regular expression of an outer level is tried. */
	readonly final: boolean
}

/** ngx_http_core_find_location: the longest prefix, inside it its own locations, then this level's regular expressions. */
function findLocation(block: readonly Directive[], path: string, state: { certain: boolean }): Search {
	const rules = block.map(locationRule).filter((rule) => rule !== undefined)
	const exact = rules.find(({ kind, pattern }) => kind === '=' && pattern === path)
	if (exact !== undefined) return { chain: [exact.directive], final: true }
	let prefix: LocationRule | undefined
	for (const rule of rules) {
		const isPrefix = (rule.kind === 'prefix' || rule.kind === '^~') && path.startsWith(rule.pattern)
		if (isPrefix && rule.pattern.length > (prefix?.pattern.length ?? -1)) prefix = rule
	}
	let chain: LocationChain = []
	if (prefix !== undefined) {
		const inner = findLocation(prefix.directive.block ?? [], path, state)
		chain = [prefix.directive, ...inner.chain]
		if (inner.final) return { chain, final: true }
	}
	if (prefix?.kind === '^~') return { chain, final: false }
	for (const rule of rules) {
		if (rule.kind !== '~' && rule.kind !== '~*') continue
		const matched = matchesRegex(rule.pattern, rule.kind === '~*', path)
		if (matched === undefined) state.certain = false
		if (matched !== true) continue
		const inner = findLocation(rule.directive.block ?? [], path, state)
		return { chain: [rule.directive, ...inner.chain], final: true }
	}
	return { chain, final: false }
}

/**
 * Does the PCRE pattern match? Undefined when that is not known: the pattern is not one of JavaScript's, or could
 * take long. The pattern comes from the host, the text from the operator.
 */
export function matchesRegex(pattern: string, ignoreCase: boolean, text: string): boolean | undefined {
	if (pattern.length > 1000) return undefined
	const inline = pattern.startsWith('(?i)')
	const source = (inline ? pattern.slice(4) : pattern).replaceAll('(?P<', '(?<')
	// Steps grow with the text's length to the power of the open-ended repeats; one inside another is worse.
	const repeats = (source.match(/[*+]|\{\d*,\d*\}/g) ?? []).length
	const nested = /[*+}][*+{]|\)[*+{]/.test(source)
	if (nested || /\\[1-9]|\\k/.test(source)) return undefined
	if (Math.max(text.length, 2) ** repeats > 1e7) return undefined
	try {
		return new RegExp(source, ignoreCase || inline ? 'i' : '').test(text)
	} catch {
		return undefined
	}
}
