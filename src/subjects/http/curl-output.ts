import type { OutputLine } from '../../text/parser.ts'

export interface Header {
	readonly name: string
	readonly value: string
	readonly line: OutputLine
}

/** The head of one answer. */
export interface Response {
	readonly line: OutputLine
	readonly version: string
	readonly status: number
	readonly reason: string
	readonly headers: Header[]
}

/** What curl printed: the last response's head, the text that is neither head nor message, and curl's own words. */
export interface CurlOutput {
	readonly responses: readonly Response[]
	readonly body: readonly OutputLine[]
	/** `curl: (7) …` */
	readonly complaint:
		| { readonly line: OutputLine; readonly exit: number | undefined; readonly text: string }
		| undefined
	/** `* connect to … failed: Connection refused`, from -v. */
	readonly reason: OutputLine | undefined
}

/** curl's progress, which has no line of its own when both streams go to one place. */
const meter = /^[\d\s.:kMGTP-]{10,120}(?=HTTP\/\d|\* |[<>] )/
const markedStatus = /^< ?HTTP\/\d/
const statusLine = /^(?:< ?)?HTTP\/(\d(?:\.\d)?) (\d{3})(?: (.*))?$/
const headerLine = /^(?:< ?)?([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(.*)$/

/** Tells what curl printed into its parts, whether it was asked for the head (-i, -I, -D -) or was verbose (-v). */
export function readCurl(lines: readonly OutputLine[], exitCode: number | null): CurlOutput {
	const responses: Response[] = []
	const body: OutputLine[] = []
	let open: Response | undefined
	let finished = false
	let mayFollow = true
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
			const isCurls = line.stream === 'stderr' || exitCode === null || exit === exitCode
			if (isCurls && (complaint === undefined || exit !== undefined)) complaint = { line, exit, text: own[2] ?? '' }
			continue
		}
		// Silent, with -s, but verbose: then curl's own words bear a mark, too.
		const silent = /^\* {1,4}(Failed to connect to .*|Could not resolve host: .*)$/.exec(text)
		if (silent !== null && complaint === undefined) complaint = { line, exit: undefined, text: silent[1] ?? '' }
		if (/(?:^|[^\w])\* {1,4}(?:connect to |Immediate connect fail|Connection refused|Could not resolve)/.test(text))
			reason = line
		const status = marked && !text.startsWith('<') ? null : statusLine.exec(text)
		// A body may quote a status line, and a stranger may have written it: behind a final answer nothing opens a new
		// one but what follows a proxy's, or, in a paste of several outputs, what has a header below it.
		if (status !== null && (!finished || (mayFollow && headerLine.test(lines[index + 1]?.text ?? '')))) {
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
			mayFollow = exitCode === null || /^connection established$/i.test(open.reason)
			open = undefined
		}
	}
	return { responses, body, complaint, reason }
}
