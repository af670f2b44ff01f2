import { withoutQuery } from '../../text/endpoint.ts'
import { nginxLocalTime, offsetSeconds } from '../../text/log-time.ts'
import { bool, type FactSchema, int, type OutputLine, string } from '../../text/parser.ts'
import { intArg, textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { readPhpMessage } from './php-message.ts'

const HEARSAY = { hearsay: true } as const

const FACTS = {
	fresh: int('Requests for which PHP-FPM or a script sent something to the error stream, since the time asked about.'),
	unknownScript: int(
		'Those of them to which PHP-FPM said no more than `Primary script unknown`: SCRIPT_FILENAME names no file that it can see.',
	),
	forbiddenEnding: bool('It refused the last of them because of security.limit_extensions.'),
	script: string('The script that it refused or could not open.', HEARSAY),
	unopened: string('Why the script could not be opened, as PHP-FPM is quoted.', HEARSAY),
	level: string("The level of PHP's message.", {
		values: ['fatal', 'parse', 'warning', 'notice', 'deprecated', 'other'],
		hearsay: true,
	}),
	message: string("PHP's message, without its stack trace.", HEARSAY),
	exception: string('The class of the exception that nothing caught.', HEARSAY),
	undefinedName: string('The function, class or constant that the script names and PHP does not have.', HEARSAY),
	limit: string("The limit of PHP's own that ended the script.", { values: ['memory', 'time'], hearsay: true }),
	file: string("The script's file that the message names.", HEARSAY),
	line: int('The line of that file.', HEARSAY),
	request: string('The request that it was about, as a client sent it.', HEARSAY),
	time: string("When that was, in the host's local time."),
} as const satisfies FactSchema

/** What one request's error stream brought, as nginx quotes it. */
interface Quote {
	readonly lines: readonly OutputLine[]
	readonly time: string
	readonly words: string
	readonly request: string | undefined
}

const BEGINS =
	/^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[[a-z]{1,8}\] \d{1,10}#\d{1,10}: \*\d{1,20} FastCGI sent in stderr: "/
const ENTRY = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]{1,8}\] \d{1,10}#\d{1,10}: /
/** nginx's own words behind the quote. A script can write them as well, so the last ones of an entry count. */
const ENDS = '" while reading '
/** nginx cuts its entries at 2048 bytes: what is as long as this is a whole entry, even if its end is missing. */
const FULL_LENGTH = 1990

/** nginx's error log: what came through FastCGI's error stream. */
export const fastcgiErrorsParser = plainParser({
	name: 'fastcgi-errors',
	summary: "what PHP-FPM and PHP said of a request, as nginx's error log quotes it",
	facts: FACTS,
	args: {
		since: int('Seconds since 1970; what is older is old.'),
		offset: string("The host's offset from UTC (+0200): the log's times have none."),
		path: string('Only requests for this URL path count.'),
	},
	read(sheet, lines, input) {
		if (!lines.some(({ text }) => ENTRY.test(text))) {
			if (input.exitCode === 0 && lines.every(({ text }) => text.trim() === '')) {
				sheet.set('fresh', 0)
				sheet.set('unknownScript', 0)
			}
			return
		}
		const since = intArg(input.args, 'since')
		const offset = offsetSeconds(textArg(input.args, 'offset'))
		const path = textArg(input.args, 'path')
		const isFresh = ({ time }: Quote): boolean =>
			since === undefined || offset === undefined || (nginxLocalTime(time) ?? 0) - offset >= since
		const fresh = readQuotes(lines).filter((quote) => isFresh(quote) && concerns(quote, path))
		sheet.set('fresh', fresh.length, ...fresh.flatMap((quote) => quote.lines))
		const unknown = fresh.filter(({ words }) => words === 'Primary script unknown')
		sheet.set('unknownScript', unknown.length, ...unknown.flatMap((quote) => quote.lines))
		const last = fresh.at(-1)
		if (last === undefined) return
		sheet.set('time', last.time, ...last.lines)
		sheet.set('request', last.request, ...last.lines)
		const refused = REFUSED.exec(last.words)
		sheet.set('forbiddenEnding', refused !== null, ...last.lines)
		const unopened = UNOPENED.exec(last.words)
		sheet.set('unopened', unopened?.[2], ...last.lines)
		sheet.set('script', refused?.[1] ?? unopened?.[1], ...last.lines)
		const message = readPhpMessage(last.words)
		for (const [name, value] of Object.entries(message ?? {})) sheet.set(name, value, ...last.lines)
	},
})

/** fpm_php.c and fpm_main.c. */
const REFUSED = /^Access to the script '([^']{0,2000})' has been denied \(see security\.limit_extensions\)$/
const UNOPENED = /(?:^|; )Unable to open primary script: (\/[^\n;]{0,2000}) \(([A-Z][a-z ]{1,60})\)$/

/**
 * PHP's messages have newlines, and a script can write what looks like further entries of nginx's. So a quote that is open
 * goes on over such lines, until nginx's own words end it on a line that is no entry, or until it is as long as entries get.
 */
function readQuotes(lines: readonly OutputLine[]): readonly Quote[] {
	const quotes: Quote[] = []
	let open: OutputLine[] = []
	let length = 0
	const close = (): void => {
		const quote = quoteOf(open)
		if (quote !== undefined) quotes.push(quote)
		open = []
		length = 0
	}
	for (const line of lines) {
		const isEntry = ENTRY.test(line.text)
		if (open.length > 0 && isEntry && length >= FULL_LENGTH) close()
		if (open.length === 0 && !BEGINS.test(line.text)) continue
		open.push(line)
		length += Buffer.byteLength(line.text) + 1
		if (line.text.includes(ENDS) && (open.length === 1 || !isEntry)) close()
	}
	close()
	return quotes
}

function quoteOf(lines: readonly OutputLine[]): Quote | undefined {
	const text = lines.map((line) => line.text).join('\n')
	const head = BEGINS.exec(text)
	if (head === null) return undefined
	const rest = text.slice(head[0].length)
	const end = rest.lastIndexOf(ENDS)
	const request = / request: "([^"]{0,8192})"/.exec(end < 0 ? '' : rest.slice(end))?.[1]
	return { lines, time: head[1] ?? '', words: (end < 0 ? rest : rest.slice(0, end)).trim(), request }
}

function concerns({ request }: Quote, path: string | undefined): boolean {
	const asked = request?.split(' ')[1]
	if (path === undefined || asked === undefined) return true
	return withoutQuery(asked) === withoutQuery(path)
}
