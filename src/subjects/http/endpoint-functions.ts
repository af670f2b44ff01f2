/** What conditions and templates can ask of addresses, sockets and URLs. */

import { ambiguousLocalhost, namedHost, parseEndpoint, reaches, sameEndpoint } from '../../text/endpoint.ts'
import type { DomainFunction } from '../../text/subject.ts'

export const endpointFunctions: readonly DomainFunction[] = [
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
		signature: 'urlPath(string): string',
		summary: "a URL's path and query, to ask another server for the same",
		call: (url) => {
			const parsed = URL.parse(url)
			if (parsed === null) throw new Error(`"${url}" is not a URL`)
			return parsed.pathname + parsed.search
		},
	},
]

/** What names no endpoint (a variable, a file descriptor) neither equals another nor differs from it. */
function endpoint(text: string): string {
	if (parseEndpoint(text) === undefined) throw new Error(`"${text}" names no address or socket`)
	return text
}
