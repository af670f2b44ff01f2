import type { FactSheet } from '../../text/fact-sheet.ts'
import type { OutputLine } from '../../text/parser.ts'
import type { Header, Response } from './curl-output.ts'

const reasons: ReadonlyMap<number, string> = new Map([
	[400, 'Bad Request'],
	[401, 'Authorization Required'],
	[403, 'Forbidden'],
	[404, 'Not Found'],
	[405, 'Not Allowed'],
	[413, 'Request Entity Too Large'],
	[414, 'Request-URI Too Large'],
	[429, 'Too Many Requests'],
	[500, 'Internal Server Error'],
	[502, 'Bad Gateway'],
	[503, 'Service Temporarily Unavailable'],
	[504, 'Gateway Time-out'],
])

/** nginx's own page has a fixed form, so its Content-Length gives it away even when only the headers were asked for. */
export function setBuiltInPage(
	sheet: FactSheet,
	response: Response,
	page: {
		readonly server: string | undefined
		readonly type: string | undefined
		readonly bytes: number | undefined
		readonly length: Header | undefined
	},
	body: readonly OutputLine[],
): void {
	const { server, type, bytes, length } = page
	const phrase = reasons.get(response.status)
	if (phrase === undefined || server === undefined || !/^(?:nginx|openresty|tengine)/i.test(server)) return
	const footer = body.find((line) => /<hr><center>(?:nginx|openresty|tengine)/i.test(line.text))
	if (footer !== undefined) {
		sheet.set('builtInPage', true, footer)
		return
	}
	if (bytes === undefined || length === undefined || type === undefined) return
	const title = `${response.status} ${phrase}`
	const page115 = [
		`<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n`,
		`<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`,
	].join('').length
	// Until 1.15.0 the body had a colour.
	const sizes = [page115, page115 + ' bgcolor="white"'.length]
	sheet.set('builtInPage', /^text\/html/i.test(type) && sizes.includes(bytes), length)
}
