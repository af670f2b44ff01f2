import { isIpv4 } from '../../text/endpoint.ts'
import { createFactSheet, type FactSheet, spanOf, wholeLine } from '../../text/fact-sheet.ts'
import { httpTime } from '../../text/log-time.ts'
import type { FactValue, OutputLine, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

interface Header {
	readonly name: string
	readonly value: string
	readonly line: OutputLine
}

interface Response {
	readonly line: OutputLine
	readonly version: string
	readonly status: number
	readonly reason: string
	readonly headers: Header[]
}

/** What curl printed: the last response's head, the text that is neither head nor message, and curl's own words. */
interface CurlOutput {
	readonly responses: readonly Response[]
	readonly body: readonly OutputLine[]
	/** `curl: (7) …` */
	readonly complaint:
		| { readonly line: OutputLine; readonly exit: number | undefined; readonly text: string }
		| undefined
	/** `* connect to … failed: Connection refused`, from -v. */
	readonly reason: OutputLine | undefined
}

export type HttpError =
	| 'dns'
	| 'refused'
	| 'timeout'
	| 'tls'
	| 'reset'
	| 'empty'
	| 'no-route'
	| 'bad-url'
	| 'protocol'
	| 'denied'
	| 'no-file'
	| 'no-connect'
	| 'other'

export const httpParser: Parser = {
	name: 'http',
	summary: 'Status, headers and curl’s own error of an HTTP request (curl -sS -D -, curl -I, curl -i).',
	facts: {
		status: 'int',
		/** The reason phrase. HTTP/2 has none. */
		reason: 'string',
		httpVersion: 'string',
		server: 'string',
		location: 'string',
		via: 'string',
		date: 'string',
		/** `date` as epoch seconds: the server's clock. */
		epoch: 'int',
		contentType: 'string',
		contentLength: 'int',
		/**
		 * dns, refused, timeout, tls, reset, empty, no-route, bad-url, protocol, denied, no-file, no-connect, other.
		 * no-connect: no connection, and curl (7.84 and later, without -v) does not say whether it was refused.
		 */
		error: 'string',
		/** curl's own line. */
		message: 'string',
		curlExit: 'int',
		/** Responses seen: more than one when curl followed redirects. */
		hops: 'int',
		/** The Server header names nginx, OpenResty or Tengine. Unknown without that header. */
		fromNginx: 'bool',
		fromGunicorn: 'bool',
		/** The CDN or balancer that the headers show: cloudflare, cloudfront, fastly, akamai, aws-elb, google, varnish … */
		cdn: 'string',
		/** The error page is the one built into nginx, so nginx itself made the answer; false: an app or `error_page` did. */
		builtInPage: 'bool',
	},
	args: {
		/**
		 * Whether the command goes through --unix-socket. curl then names `localhost` and hides a missing or closed
		 * file behind the words of a refused connect; only `false` makes a failed connect to `localhost` a refusal.
		 */
		socket: 'bool',
	},
	parse(input) {
		const sheet = createFactSheet()
		const output = readCurl(plainLines(input))
		const last = output.responses.at(-1)
		if (last !== undefined) noteResponse(sheet, last, output)
		else noteBareStatus(sheet, output.body)
		noteError(sheet, output, input.exitCode, input.args.socket)
		return sheet.parsed()
	},
}

/** curl's progress, which has no line of its own when both streams go to one place. */
const meter = /^[\d\s.:kMGTP-]{10,120}(?=HTTP\/\d|\* |[<>] )/
const markedStatus = /^< ?HTTP\/\d/
const statusLine = /^(?:< ?)?HTTP\/(\d(?:\.\d)?) (\d{3})(?: (.*))?$/
const headerLine = /^(?:< ?)?([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(.*)$/

function readCurl(lines: readonly OutputLine[]): CurlOutput {
	const responses: Response[] = []
	const body: OutputLine[] = []
	let open: Response | undefined
	let finished = false
	let complaint: CurlOutput['complaint']
	let reason: OutputLine | undefined
	// With -iv the answer stands there twice, once marked.
	const marked = lines.some(({ text }) => markedStatus.test(text))
	for (const [index, line] of lines.entries()) {
		const text = line.text.trimEnd().replace(meter, '')
		const own = /^(?:.*?[^\w])?curl: \((\d{1,3})\) (.*)$/.exec(text) ?? /^curl: ()(.*)$/.exec(text)
		if (own !== null) {
			const exit = own[1] === '' || own[1] === undefined ? undefined : Number(own[1])
			// `curl: try 'curl --help'` follows the line that says what is wrong.
			if (complaint === undefined || exit !== undefined) complaint = { line, exit, text: own[2] ?? '' }
			continue
		}
		// Silent, with -s, but verbose: then curl's own words bear a mark, too.
		const silent = /^\* {1,4}(Failed to connect to .*|Could not resolve host: .*)$/.exec(text)
		if (silent !== null && complaint === undefined) complaint = { line, exit: undefined, text: silent[1] ?? '' }
		if (/(?:^|[^\w])\* {1,4}(?:connect to |Immediate connect fail|Connection refused|Could not resolve)/.test(text))
			reason = line
		const status = marked && !text.startsWith('<') ? null : statusLine.exec(text)
		// A body may quote a status line: after a final answer only one with a header below it opens a new block.
		if (status !== null && (!finished || headerLine.test(lines[index + 1]?.text ?? ''))) {
			open = {
				line,
				version: status[1] ?? '',
				status: Number(status[2]),
				reason: (status[3] ?? '').trim(),
				headers: [],
			}
			responses.push(open)
			finished = false
			continue
		}
		if (open === undefined) {
			if (text !== '' && !text.startsWith('* ')) body.push(line)
			continue
		}
		const header = headerLine.exec(text)
		if (header?.[1] !== undefined) {
			open.headers.push({ name: header[1].toLowerCase(), value: (header[2] ?? '').trim(), line })
		} else if (text === '' || text === '<') {
			finished = open.status >= 200 && (open.status < 300 || open.status >= 400)
			open = undefined
		}
	}
	return { responses, body, complaint, reason }
}

function noteResponse(sheet: FactSheet, response: Response, { responses, body }: CurlOutput): void {
	const { line } = response
	sheet.set('status', response.status, spanOf(line, String(response.status)))
	sheet.set('reason', response.reason === '' ? undefined : response.reason, wholeLine(line))
	sheet.set('httpVersion', response.version, wholeLine(line))
	const final = responses.filter((one) => one.status >= 200 && !/^connection established$/i.test(one.reason))
	sheet.set('hops', final.length, ...final.map((one) => wholeLine(one.line)))
	const header = (name: string) => response.headers.findLast((one) => one.name === name)
	const plain: readonly (readonly [fact: string, header: string])[] = [
		['server', 'server'],
		['location', 'location'],
		['via', 'via'],
		['date', 'date'],
		['contentType', 'content-type'],
	]
	for (const [fact, name] of plain) {
		const found = header(name)
		if (found !== undefined) sheet.set(fact, found.value, wholeLine(found.line))
	}
	const date = header('date')
	if (date !== undefined) sheet.set('epoch', httpTime(date.value), wholeLine(date.line))
	const length = header('content-length')
	const bytes = length !== undefined && /^\d{1,15}$/.test(length.value) ? Number(length.value) : undefined
	if (length !== undefined) sheet.set('contentLength', bytes, wholeLine(length.line))
	const server = header('server')
	if (server !== undefined) {
		sheet.set('fromNginx', /^(?:nginx|openresty|tengine)(?:\/|\s|$)/i.test(server.value), wholeLine(server.line))
		sheet.set('fromGunicorn', /^gunicorn(?:\/|\s|$)/i.test(server.value), wholeLine(server.line))
	}
	const cdn = cdnOf(response)
	if (cdn !== undefined) sheet.set('cdn', cdn.name, wholeLine(cdn.line))
	noteBuiltInPage(sheet, response, { server: server?.value, type: header('content-type')?.value, bytes, length }, body)
}

/** `-w '%{http_code}'` without headers. */
function noteBareStatus(sheet: FactSheet, body: readonly OutputLine[]): void {
	const code = body.findLast((line) => /^(?:http_code[=:] ?)?[1-5]\d\d$/.test(line.text.trim()))
	if (code !== undefined) sheet.set('status', Number(code.text.trim().slice(-3)), wholeLine(code))
}

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
function noteBuiltInPage(
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
		sheet.set('builtInPage', true, wholeLine(footer))
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
	sheet.set('builtInPage', /^text\/html/i.test(type) && sizes.includes(bytes), wholeLine(length.line))
}

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

function cdnOf(response: Response): { readonly name: string; readonly line: OutputLine } | undefined {
	for (const [name, header, value] of cdnSigns) {
		const found = response.headers.find((one) => header.test(one.name) && value.test(one.value))
		if (found !== undefined) return { name, line: found.line }
	}
	return undefined
}

function noteError(sheet: FactSheet, output: CurlOutput, exitCode: number | null, socket: FactValue | undefined): void {
	const { complaint, reason } = output
	const saw = output.responses.length > 0 || output.body.length > 0 || complaint !== undefined
	// Above 99 it is the shell's, ssh's or timeout's code, not curl's.
	const ownExit = exitCode !== null && exitCode < 100 && (saw || exitCode > 0) ? exitCode : undefined
	const exit = complaint?.exit ?? ownExit
	const span = complaint === undefined ? undefined : wholeLine(complaint.line)
	sheet.set('curlExit', exit, span)
	if (complaint === undefined && (exit === undefined || exit === 0)) return
	const text = complaint?.text ?? ''
	sheet.set('message', complaint?.line.text.trim(), span)
	const why = reason === undefined ? undefined : errnoError(reason.text)
	const connecting = exit === 7 || (exit === undefined && /^failed to connect/i.test(text))
	const error = connecting && why !== undefined ? why : errorOf(exit, text, socket)
	sheet.set('error', error, span, why === undefined || reason === undefined ? undefined : wholeLine(reason))
}

function errnoError(text: string): HttpError | undefined {
	if (/connection refused/i.test(text)) return 'refused'
	if (/permission denied|operation not permitted/i.test(text)) return 'denied'
	if (/no such file|not a directory/i.test(text)) return 'no-file'
	if (/no route to host|network is (?:unreachable|down)|host is (?:unreachable|down)/i.test(text)) return 'no-route'
	if (/reset by peer|broken pipe/i.test(text)) return 'reset'
	if (/timed out|timeout/i.test(text)) return 'timeout'
	return undefined
}

const exitErrors: ReadonlyMap<number, HttpError> = new Map<number, HttpError>([
	...[1, 3, 4].map((exit) => [exit, 'bad-url'] as const),
	...[5, 6].map((exit) => [exit, 'dns'] as const),
	[28, 'timeout'],
	...[35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98].map((exit) => [exit, 'tls'] as const),
	[52, 'empty'],
	...[18, 55, 56].map((exit) => [exit, 'reset'] as const),
	...[8, 16, 61, 92, 95].map((exit) => [exit, 'protocol'] as const),
])

function errorOf(exit: number | undefined, text: string, socket: FactValue | undefined): HttpError {
	if (exit === 7) return errnoError(text) ?? silentConnectError(text, socket)
	if (exit === undefined) {
		if (/could not resolve (?:host|proxy)/i.test(text)) return 'dns'
		if (/failed to connect/i.test(text)) return errnoError(text) ?? silentConnectError(text, socket)
		return 'other'
	}
	if (/HTTP\/0\.9|unsupported HTTP|weird server reply/i.test(text)) return 'protocol'
	if ((exit === 35 || exit === 56) && /reset by peer|SSL_ERROR_SYSCALL|unexpected eof|eof/i.test(text)) return 'reset'
	if (exit === 56 && /ssl|tls|alert/i.test(text)) return 'tls'
	if (exit === 56 && /CONNECT tunnel|proxy/i.test(text)) return 'other'
	return exitErrors.get(exit) ?? 'other'
}

/** "Couldn't connect to server" and no more. On the loopback that is a refusal: nothing else fails at once there. */
function silentConnectError(text: string, socket: FactValue | undefined): HttpError {
	if (socket === true) return 'no-connect'
	const host = /^Failed to connect to (\S+) port/i.exec(text)?.[1]
	if (host === undefined) return 'no-connect'
	const loopback =
		host === '::1' || (isIpv4(host) && host.startsWith('127.')) || (host === 'localhost' && socket === false)
	return loopback ? 'refused' : 'no-connect'
}

export const httpCodesParser: Parser = {
	name: 'http-codes',
	summary: "The status codes of repeated requests, one a line (curl -w '%{http_code}\\n').",
	facts: {
		total: 'int',
		/** Answers below 500. */
		good: 'int',
		/** 5xx, and requests without an answer. */
		bad: 'int',
		/** Requests without an answer: curl prints 000. */
		none: 'int',
		/** Requests that curl gave up because its time was over (its error 28). */
		timedOut: 'int',
		/** How many were 502. */
		badGateway: 'int',
		/** The highest status; 0 when nothing was answered. */
		worst: 'int',
		codes: 'list<string>',
		/** Some good and some bad. */
		mixed: 'bool',
	},
	parse(input) {
		const sheet = createFactSheet()
		const answers: { readonly code: string; readonly line: OutputLine }[] = []
		for (const line of plainLines(input)) {
			const text = line.text.trim()
			// Without a newline in -w, the codes of several requests stand in one line.
			if (text.length > 3000 || !/^(?:000|[1-5]\d\d)(?:[ ,;]*(?:000|[1-5]\d\d))*$/.test(text)) continue
			for (const code of text.match(/\d{3}/g) ?? []) answers.push({ code, line })
		}
		if (answers.length === 0) return sheet.parsed()
		const isBad = (code: string) => code === '000' || code >= '500'
		const bad = answers.filter(({ code }) => isBad(code))
		const good = answers.filter(({ code }) => !isBad(code))
		const spans = (some: typeof answers) => [...new Set(some.map(({ line }) => line.number))].map((line) => ({ line }))
		const count = (code: string) => answers.filter((answer) => answer.code === code)
		sheet.set('total', answers.length, ...spans(answers))
		sheet.set('good', good.length, ...spans(good))
		sheet.set('bad', bad.length, ...spans(bad))
		sheet.set('none', count('000').length, ...spans(count('000')))
		const timedOut = input.lines.filter(({ text }) => /^curl: \(28\)/.test(text))
		sheet.set('timedOut', timedOut.length, ...timedOut.map(({ number }) => ({ line: number })))
		sheet.set('badGateway', count('502').length, ...spans(count('502')))
		const worst =
			answers
				.map(({ code }) => code)
				.toSorted()
				.at(-1) ?? '000'
		sheet.set('worst', Number(worst), ...spans(count(worst)))
		sheet.set(
			'codes',
			answers.map(({ code }) => code),
			...spans(answers),
		)
		sheet.set('mixed', bad.length > 0 && good.length > 0, ...spans(bad.length > 0 ? bad : answers))
		return sheet.parsed()
	},
}
