import type { Environment } from '@marcbachmann/cel-js'
import { ambiguousLocalhost, namedHost, parseEndpoint, reaches, repointed, sameEndpoint } from '../text/endpoint.ts'

/** A function that conditions may call, besides those of CEL. */
export interface DomainFunction {
	/** As CEL declares it. */
	readonly signature: string
	readonly summary: string
	/** Throws an Error whose message is a reason for people: the condition is then unknown. */
	readonly call: (first: string, second: string) => string | boolean
}

export const domainFunctions: readonly DomainFunction[] = [
	{
		signature: 'sameEndpoint(string, string): bool',
		summary: 'do both name one socket or address and port, however they are written',
		call: (a, b) => sameEndpoint(endpoint(a), endpoint(b)),
	},
	{
		signature: 'reaches(string, string): bool',
		summary: 'does a connection to the first arrive at a listener on the second (wildcard binds count)',
		call: (upstream, bind) => reaches(endpoint(upstream), endpoint(bind)),
	},
	{
		signature: 'ambiguousLocalhost(string): bool',
		summary: 'is it a TCP address that names localhost, which may be ::1 or 127.0.0.1',
		call: (upstream) => ambiguousLocalhost(endpoint(upstream)),
	},
	{
		signature: 'namedHost(string): bool',
		summary: 'is it a TCP address by a name that only a resolver knows (localhost is none)',
		call: (upstream) => namedHost(endpoint(upstream)),
	},
	{
		signature: 'sameUnit(string, string): bool',
		summary: 'do both name one service, with `.service` or without',
		call: (a, b) => serviceOf(a) === serviceOf(b),
	},
	{
		signature: 'isSocketPath(string): bool',
		summary: 'does it name a unix socket and not an address and port',
		call: (text) => parseEndpoint(endpoint(text))?.kind === 'unix',
	},
	{
		signature: 'socketPath(string): string',
		summary: "the path of a unix socket's endpoint, however it is written",
		call: (text) => {
			const parsed = parseEndpoint(endpoint(text))
			if (parsed?.kind !== 'unix') throw new Error(`"${text}" names no unix socket`)
			return parsed.path
		},
	},
	{
		signature: 'repointed(string, string): string',
		summary:
			"an nginx directive (`proxy_pass http://127.0.0.1:8000`, `server unix:/run/g.sock`) with a listener's address instead",
		call: (directive, bind) => {
			const changed = repointed(directive, bind)
			if (changed === undefined) throw new Error(`"${bind}" names no address or socket`)
			return changed
		},
	},
	{
		signature: 'sedWords(string, string): string',
		summary:
			'a script for sed that puts the second words in place of the first, where white space or a semicolon ends them',
		call: sedWords,
	},
	{
		signature: 'urlPath(string): string',
		summary: "a URL's path and query, to ask another server for the same",
		call: (url) => {
			const parsed = URL.parse(url)
			if (parsed === null) throw new Error(`"${url}" is not a URL`)
			return parsed.pathname + parsed.search
		},
	},
	{
		signature: 'basename(string): string',
		summary: "a path's last part",
		call: (path) => trimmed(path).split('/').at(-1) || '/',
	},
	{
		signature: 'dirname(string): string',
		summary: 'a path without its last part, as the command `dirname` gives it',
		call: (path) => {
			const clean = trimmed(path)
			const slash = clean.lastIndexOf('/')
			if (slash < 0) return path.startsWith('/') ? '/' : '.'
			return trimmed(clean.slice(0, slash)) || '/'
		},
	},
]

/** Lets an environment's expressions call the domain functions. */
export function registerDomainFunctions(environment: Environment): void {
	for (const { signature, summary, call } of domainFunctions) {
		environment.registerFunction(signature, call, { description: summary, async: false })
	}
}

function serviceOf(unit: string): string {
	return unit.endsWith('.service') ? unit : `${unit}.service`
}

function sedWords(before: string, after: string): string {
	const pattern = before.replace(/[.[\]*^$\\,]/g, '\\$&').replace(/ +/g, '[[:space:]][[:space:]]*')
	return `s,${pattern}\\([[:space:];]\\|$\\),${after.replace(/[&\\,]/g, '\\$&')}\\1,`
}

/** What names no endpoint (a variable, a file descriptor) neither equals another nor differs from it. */
function endpoint(text: string): string {
	if (parseEndpoint(text) === undefined) throw new Error(`"${text}" names no address or socket`)
	return text
}

/** Without slashes at its end. */
function trimmed(path: string): string {
	let end = path.length
	while (end > 0 && path[end - 1] === '/') end--
	return path.slice(0, end)
}
