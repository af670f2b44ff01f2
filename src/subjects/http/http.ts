import { type FactSheet, spanOf } from '../../text/fact-sheet.ts'
import { httpTime } from '../../text/log-time.ts'
import { bool, type FactValue, int, type OutputLine, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { setBuiltInPage } from './built-in-page.ts'
import { CDNS, cdnOf } from './cdn.ts'
import { errnoError, errorOf, HTTP_ERRORS } from './curl-error.ts'
import { type CurlOutput, type Response, readCurl } from './curl-output.ts'

export const httpParser = plainParser({
	name: 'http',
	summary: 'Status, headers and curl’s own error of an HTTP request (curl -sS -D -, curl -I, curl -i).',
	facts: {
		status: int('The status of the last answer.'),
		reason: string('The words behind the status. HTTP/2 has none.', { hearsay: true }),
		httpVersion: string("The version of the last answer's protocol."),
		hops: int('How many answers there were: more than one when curl followed redirects.'),
		server: string('The Server header.', { hearsay: true }),
		serverName: string('The name of the program in the Server header, in lower case: nginx, apache, cloudflare.', {
			hearsay: true,
		}),
		location: string('The Location header.', { hearsay: true }),
		via: string('The Via header.', { hearsay: true }),
		date: string('The Date header.', { hearsay: true }),
		epoch: int("The Date header in seconds since 1970: the server's clock.", { hearsay: true }),
		contentType: string('The Content-Type header.', { hearsay: true }),
		contentLength: int('The Content-Length header.', { hearsay: true }),
		cdn: string('The CDN or balancer that the headers show.', { values: CDNS, hearsay: true }),
		builtInPage: bool(
			'The error page is the one built into nginx, by its length: nginx itself made the answer. False: an application or `error_page` did.',
		),
		error: string(
			'Why curl got no answer; no-connect: it does not say whether the connection was refused or did not come about otherwise.',
			{ values: HTTP_ERRORS },
		),
		message: string("curl's own line about that."),
		curlExit: int("curl's exit code."),
	},
	args: {
		socket: bool(
			'The command goes through --unix-socket. curl then names `localhost` and hides a missing or closed file behind the words of a refused connect; only `false` makes a failed connect to `localhost` a refusal.',
		),
	},
	read(sheet, lines, input) {
		const output = readCurl(lines, input.exitCode)
		const last = output.responses.at(-1)
		if (last !== undefined) setResponse(sheet, last, output)
		else setBareStatus(sheet, output.body)
		setError(sheet, output, input.exitCode, input.args.socket)
	},
})

function setResponse(sheet: FactSheet, response: Response, { responses, body }: CurlOutput): void {
	const { line } = response
	sheet.set('status', response.status, spanOf(line, String(response.status)))
	sheet.set('reason', response.reason === '' ? undefined : response.reason, line)
	sheet.set('httpVersion', response.version, line)
	const final = responses.filter((one) => one.status >= 200 && !/^connection established$/i.test(one.reason))
	sheet.set('hops', final.length, ...final)
	const header = (name: string) => response.headers.findLast((one) => one.name === name)
	for (const name of ['server', 'location', 'via', 'date', 'content-type']) {
		const found = header(name)
		sheet.set(name === 'content-type' ? 'contentType' : name, found?.value, found)
	}
	const date = header('date')
	sheet.set('epoch', httpTime(date?.value ?? ''), date)
	const length = header('content-length')
	const bytes = length !== undefined && /^\d{1,15}$/.test(length.value) ? Number(length.value) : undefined
	sheet.set('contentLength', bytes, length)
	const server = header('server')
	sheet.set('serverName', /^[\w.+-]{1,64}/.exec(server?.value ?? '')?.[0].toLowerCase(), server)
	const cdn = cdnOf(response)
	sheet.set('cdn', cdn?.name, cdn)
	setBuiltInPage(sheet, response, { server: server?.value, type: header('content-type')?.value, bytes, length }, body)
}

/** `-w '%{http_code}'` without headers. */
function setBareStatus(sheet: FactSheet, body: readonly OutputLine[]): void {
	const code = body.findLast((line) => /^(?:http_code[=:] ?)?[1-5]\d\d$/.test(line.text.trim()))
	if (code !== undefined) sheet.set('status', Number(code.text.trim().slice(-3)), code)
}

function setError(sheet: FactSheet, output: CurlOutput, exitCode: number | null, socket: FactValue | undefined): void {
	const { complaint, reason } = output
	const saw = output.responses.length > 0 || output.body.length > 0 || complaint !== undefined
	// Above 99 it is the shell's, ssh's or timeout's code, not curl's.
	const ownExit = exitCode !== null && exitCode < 100 && (saw || exitCode > 0) ? exitCode : undefined
	const exit = complaint?.exit ?? ownExit
	sheet.set('curlExit', exit, complaint)
	if (complaint === undefined && (exit === undefined || exit === 0)) return
	const text = complaint?.text ?? ''
	sheet.set('message', complaint?.line.text.trim(), complaint)
	const why = reason === undefined ? undefined : errnoError(reason.text)
	const connecting = exit === 7 || (exit === undefined && /^failed to connect/i.test(text))
	const error = connecting && why !== undefined ? why : errorOf(exit, text, socket)
	sheet.set('error', error, complaint, why === undefined ? undefined : reason)
}
