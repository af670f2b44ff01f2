import { formatEndpoint, parseEndpoint } from '../../text/endpoint.ts'
import type { DomainFunction } from '../../text/subject.ts'

/** A directive that connects elsewhere, as a template writes it into the configuration. */
export const repointedFunction: DomainFunction = {
	signature: 'repointed(string, string): string',
	summary:
		"an nginx directive (`proxy_pass http://127.0.0.1:8000`, `server unix:/run/g.sock`) with a listener's address instead",
	call: (directive, bind) => {
		const changed = repointed(directive, bind)
		if (changed === undefined) throw new Error(`"${bind}" names no address or socket`)
		return changed
	},
}

/**
 * An nginx directive such as `proxy_pass http://127.0.0.1:8000/api/` or `server unix:/run/g.sock`, connecting to `bind`
 * instead; its scheme and URI stay. A wildcard bind becomes loopback. Undefined: `bind` names no endpoint.
 */
function repointed(directive: string, bind: string): string | undefined {
	const endpoint = parseEndpoint(bind)
	const match = /^(\S{1,40} )((?:[a-z]{2,8}:\/\/)?)(.*)$/i.exec(directive)
	if (endpoint === undefined || match === null) return undefined
	const [, name = '', scheme = '', rest = ''] = match
	const isUnix = /^unix:/i.test(rest)
	const slash = isUnix ? rest.indexOf(':/', 5) + 1 : rest.search(/\/|$/)
	const uri = isUnix && slash === 0 ? '' : rest.slice(slash)
	if (endpoint.kind === 'unix') return `${name}${scheme}unix:${endpoint.path}${uri === '' ? '' : `:${uri}`}`
	const host = endpoint.host === '0.0.0.0' || endpoint.host === '*' ? '127.0.0.1' : endpoint.host
	return `${name}${scheme}${formatEndpoint({ ...endpoint, host: host === '::' ? '::1' : host })}${uri}`
}
