import type { OutputLine } from '../../text/parser.ts'
import type { Response } from './curl-output.ts'

const cdnSigns: readonly (readonly [cdn: string, header: RegExp, value: RegExp])[] = [
	['cloudflare', /^cf-ray$/, /./],
	['cloudflare', /^server$/, /^cloudflare/i],
	['cloudfront', /^x-amz-cf-(?:id|pop)$/, /./],
	['cloudfront', /^(?:server|via)$/, /cloudfront/i],
	['fastly', /^(?:x-fastly-request-id|fastly-debug-digest)$/, /./],
	['fastly', /^x-served-by$/, /^cache-/i],
	['akamai', /^server$/, /^akamai/i],
	['akamai', /^(?:x-akamai-|akamai-)/, /./],
	['aws-elb', /^server$/, /^awselb/i],
	['google', /^via$/, /\bgoogle\b/i],
	['google', /^server$/, /^(?:Google Frontend|gws|GFE|ESF)/i],
	['azure', /^x-azure-ref$/, /./],
	['azure', /^server$/, /^Microsoft-Azure/i],
	['bunny', /^server$/, /^BunnyCDN/i],
	['sucuri', /^(?:x-sucuri-id)$/, /./],
	['imperva', /^x-iinfo$/, /./],
	['heroku', /^via$/, /vegur|heroku/i],
	['vercel', /^server$/, /^vercel/i],
	['varnish', /^x-varnish$/, /./],
	['varnish', /^via$/, /varnish/i],
	['haproxy', /^server$/, /^haproxy/i],
	['envoy', /^server$/, /^(?:istio-)?envoy/i],
	['traefik', /^server$/, /^traefik/i],
	['caddy', /^(?:server|via)$/, /\bcaddy/i],
]

/** The names of all that are known. */
export const CDNS: readonly string[] = [...new Set(cdnSigns.map(([name]) => name))]

/** The network or balancer that an answer came through, by the headers that it leaves. */
export function cdnOf(response: Response): { readonly name: string; readonly line: OutputLine } | undefined {
	for (const [name, header, value] of cdnSigns) {
		const found = response.headers.find((one) => header.test(one.name) && value.test(one.value))
		if (found !== undefined) return { name, line: found.line }
	}
	return undefined
}
