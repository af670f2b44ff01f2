/**
 * Where something listens or connects, compared as what the kernel sees and not as the text that names it:
 * `http://unix:/var/run/g.sock:/`, `unix:/run/g.sock` and `/run/g.sock` are one endpoint.
 */

export interface UnixEndpoint {
	readonly kind: 'unix'
	/** Normalised: `/var/run` is `/run`, no doubled slashes. An abstract socket starts with `@`; a relative path stays one. */
	readonly path: string
}

export interface TcpEndpoint {
	readonly kind: 'tcp'
	/** Lower case, IPv6 in its shortest form without brackets. `0.0.0.0`, `::` and `*` are wildcards. */
	readonly host: string
	readonly port: number
}

export type Endpoint = UnixEndpoint | TcpEndpoint

const schemePorts: ReadonlyMap<string, number> = new Map([
	['http', 80],
	['https', 443],
	['ws', 80],
	['wss', 443],
	['grpc', 80],
	['grpcs', 443],
])

const portlessSchemes: ReadonlySet<string> = new Set(['tcp', 'uwsgi', 'suwsgi', 'fastcgi', 'scgi', 'memcached'])

/**
 * Reads what a server binds, an upstream or listen address, a URL or an address that `ss` shows.
 * Undefined: it names no endpoint (a variable, a file descriptor, a host without a port, nonsense).
 *
 * @param defaultPort The port of the program that reads the address, where it names none.
 */
export function parseEndpoint(text: string, defaultPort?: number): Endpoint | undefined {
	let rest = text.trim()
	if (rest === '' || rest.length > 4096) return undefined
	let port = defaultPort
	let isUrl = false
	const scheme = /^([a-z][a-z0-9+.-]{0,15}):\/\//i.exec(rest)?.[1]?.toLowerCase()
	if (scheme !== undefined && scheme !== 'unix') {
		const own = schemePorts.get(scheme)
		if (own === undefined && !portlessSchemes.has(scheme)) return undefined
		port = own ?? defaultPort
		isUrl = own !== undefined
		rest = rest.slice(scheme.length + 3)
	}
	if (/^unix:/i.test(rest))
		return unixEndpoint(
			rest
				.slice(5)
				.replace(/^\/\//, '/')
				.replace(/^\/{2,}/, '/'),
		)
	if (rest.startsWith('/') || rest.startsWith('@')) return scheme === undefined ? unixEndpoint(rest) : undefined
	const end = rest.search(/[/?#]/)
	let authority = end < 0 ? rest : rest.slice(0, end)
	if (isUrl) authority = authority.slice(authority.lastIndexOf('@') + 1)
	return tcpEndpoint(authority, port)
}

function unixEndpoint(text: string): UnixEndpoint | undefined {
	// nginx writes a URI after the path: `unix:/run/g.sock:/uri`.
	const uri = text.endsWith(':') ? text.length - 1 : text.indexOf(':/')
	const path = uri < 0 ? text : text.slice(0, uri)
	if (path === '' || /[\0\n$]/.test(path)) return undefined
	const normal = normalPath(path)
	return normal === '/' ? undefined : { kind: 'unix', path: normal }
}

/** A path as the kernel walks it, and with `/run` for `/var/run`. */
function normalPath(path: string): string {
	if (!path.startsWith('/')) return path.replace(/^(?:\.\/+)+/, '') || path
	return plainPath(path).replace(/^\/var\/run(?=\/|$)/, '/run')
}

/** An absolute path without `//`, `/./` and `..`. */
export function plainPath(path: string): string {
	const parts: string[] = []
	for (const part of path.split('/')) {
		if (part === '..') parts.pop()
		else if (part !== '' && part !== '.') parts.push(part)
	}
	return `/${parts.join('/')}`
}

function tcpEndpoint(authority: string, defaultPort: number | undefined): TcpEndpoint | undefined {
	if (authority === '') return undefined
	if (authority.startsWith('[')) {
		const close = authority.indexOf(']')
		const host = close < 0 ? undefined : canonicalHost(authority.slice(1, close))
		if (host === undefined || !(host.includes(':') || isIpv4(host))) return undefined
		const tail = authority.slice(close + 1).replace(/^%[\w.-]+/, '')
		if (tail === '') return withPort(host, defaultPort)
		return tail.startsWith(':') ? withPort(host, portOf(tail.slice(1))) : undefined
	}
	const colon = authority.lastIndexOf(':')
	if (colon < 0) {
		// Digits alone are a port to some programs and an address to others: nobody's endpoint here.
		return /^\d+$/.test(authority) ? undefined : withPort(canonicalHost(authority), defaultPort)
	}
	const before = authority.slice(0, colon)
	const port = portOf(authority.slice(colon + 1))
	// `:8000`: every IPv4 address.
	if (before === '') return withPort('0.0.0.0', port)
	if (before.includes(':')) {
		// netstat and old versions of ss write IPv6 without brackets: `:::80`, `::1:8000`.
		const host = canonicalIpv6(before)
		if (host !== undefined && port !== undefined) return withPort(host, port)
		return withPort(canonicalIpv6(authority), defaultPort)
	}
	return withPort(canonicalHost(before), port)
}

function withPort(host: string | undefined, port: number | undefined): TcpEndpoint | undefined {
	return host === undefined || port === undefined ? undefined : { kind: 'tcp', host, port }
}

function portOf(text: string): number | undefined {
	if (!/^\d{1,5}$/.test(text)) return undefined
	const port = Number(text)
	return port >= 1 && port <= 65_535 ? port : undefined
}

function canonicalHost(text: string): string | undefined {
	const host = text.toLowerCase()
	if (host === '*') return host
	if (host.includes(':')) return canonicalIpv6(host)
	const zone = host.indexOf('%')
	const name = (zone < 0 ? host : host.slice(0, zone)).replace(/\.$/, '')
	return name.length <= 253 && /^[\p{L}\p{N}_](?:[\p{L}\p{N}._-]*[\p{L}\p{N}_])?$/u.test(name) ? name : undefined
}

export function isIpv4(host: string): boolean {
	const parts = host.split('.')
	return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)
}

/** The shortest form of RFC 5952; an IPv4-mapped address becomes the IPv4 one, which is what it reaches. */
function canonicalIpv6(text: string): string | undefined {
	const address = text.replace(/%.*$/s, '')
	const host =
		address.length <= 45 && /^[0-9a-f:.]+$/i.test(address) ? URL.parse(`http://[${address}]`)?.hostname : undefined
	const shortest = host?.slice(1, -1)
	const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest ?? '')
	if (mapped === null) return shortest
	const [high = 0, low = 0] = mapped.slice(1).map((group) => Number.parseInt(group, 16))
	return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

export function formatEndpoint(endpoint: Endpoint): string {
	if (endpoint.kind === 'unix') return `unix:${endpoint.path}`
	return endpoint.host.includes(':') ? `[${endpoint.host}]:${endpoint.port}` : `${endpoint.host}:${endpoint.port}`
}

/**
 * Do both name the same place? `localhost` is the same as 127.0.0.1 and as ::1, since a connect to it can reach
 * either (see ambiguousLocalhost); 127.0.0.1 and ::1 are never the same. A wildcard is the same only as itself.
 */
export function sameEndpoint(a: string, b: string): boolean {
	const first = parseEndpoint(a)
	const second = parseEndpoint(b)
	if (first === undefined || second === undefined) return false
	if (first.kind === 'unix' || second.kind === 'unix') {
		return first.kind === 'unix' && second.kind === 'unix' && first.path === second.path
	}
	return first.port === second.port && (first.host === second.host || localPair(first.host, second.host))
}

function localPair(a: string, b: string): boolean {
	return (a === 'localhost' && isLoopbackAddress(b)) || (b === 'localhost' && isLoopbackAddress(a))
}

function isLoopbackAddress(host: string): boolean {
	return host === '127.0.0.1' || host === '::1'
}

/** Is a connect to `upstream` served by a listener on `bind`? Texts that name no endpoint give false. */
export function reaches(upstream: string, bind: string): boolean {
	const to = parseEndpoint(upstream)
	const at = parseEndpoint(bind)
	return to !== undefined && at !== undefined && endpointReaches(to, at)
}

/**
 * `v6Only`: a listener on `::` takes IPv6 only, as nginx's own do and as `ss` means by `[::]` (it writes `*` for
 * one that takes both). What a server is told to bind as `[::]` takes both, unless it says otherwise.
 */
export function endpointReaches(to: Endpoint, at: Endpoint, { v6Only = false } = {}): boolean {
	if (to.kind === 'unix' || at.kind === 'unix') {
		return to.kind === 'unix' && at.kind === 'unix' && to.path === at.path
	}
	if (to.port !== at.port) return false
	// Linux connects to itself when asked for the wildcard address.
	const host = to.host === '0.0.0.0' || to.host === '*' ? '127.0.0.1' : to.host === '::' ? '::1' : to.host
	const isV6 = host.includes(':')
	if (at.host === '*') return true
	if (at.host === '::') return isV6 || !v6Only || host === 'localhost'
	if (at.host === '0.0.0.0') return !isV6
	// A server that binds `localhost` mostly gets IPv4.
	if (at.host === 'localhost') return host === 'localhost' || host === '127.0.0.1'
	return host === at.host || localPair(host, at.host)
}

/** A URI's path. */
export function withoutQuery(uri: string): string {
	return uri.replace(/[?#].*$/s, '')
}

/** Does the upstream name `localhost`, so that nginx may try ::1, 127.0.0.1 or both? */
export function ambiguousLocalhost(upstream: string): boolean {
	const endpoint = parseEndpoint(upstream)
	return endpoint?.kind === 'tcp' && endpoint.host === 'localhost'
}

/** Does the upstream name a host by a name that only its resolver can turn into an address? */
export function namedHost(upstream: string): boolean {
	const endpoint = parseEndpoint(upstream)
	if (endpoint?.kind !== 'tcp') return false
	const { host } = endpoint
	return host !== 'localhost' && host !== '*' && !host.includes(':') && !isIpv4(host)
}
