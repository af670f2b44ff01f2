import { withoutQuery } from '../../text/endpoint.ts'
import { accessLogTime, newestFirst } from '../../text/log-time.ts'
import { bool, int, type OutputLine, string } from '../../text/parser.ts'
import { intArg, textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { setReadable } from '../../text/strerror.ts'

interface Access {
	readonly line: OutputLine
	readonly status: number
	readonly time: string
	readonly epoch: number | undefined
	readonly path: string | undefined
}

export const nginxAccessLogParser = plainParser({
	name: 'nginx-access-log',
	summary: "The answers in nginx's access log (combined format): how many failed, and the last one.",
	facts: {
		total: int('How many entries there are, of any age.'),
		fresh: int('How many of them are fresh.'),
		dated: bool('Fresh means something: `since` was given and the lines have times. Else all count as fresh.'),
		bad: int('How many fresh answers had a status of 500 or more.'),
		last: int('The status of the last fresh answer.'),
		lastTime: string('When the last fresh answer was given, as it stands there.'),
		badGateway: int('How many fresh answers were 502.'),
		gatewayTimeout: int('How many fresh answers were 504.'),
		clientClosed: int('How many fresh requests the client gave up waiting for (499).'),
		readable: bool('The log could be opened.'),
	},
	args: {
		since: int('Seconds since 1970; what is older is not fresh.'),
		path: string('Only answers to requests for this URL path count.'),
	},
	read(sheet, lines, input) {
		const read = lines.map(readAccess).filter((entry) => entry !== undefined)
		const entries = newestFirst(read.map(({ epoch }) => epoch)) ? read.toReversed() : read
		if (!setReadable(sheet, lines, entries.length > 0, input.exitCode)) return
		const since = intArg(input.args, 'since')
		const path = textArg(input.args, 'path')
		const dated = since !== undefined && entries.every((entry) => entry.epoch !== undefined)
		const fresh = entries.filter(
			(entry) => (!dated || (entry.epoch ?? 0) >= since) && (path === undefined || entry.path === withoutQuery(path)),
		)
		const count = (name: string, some: readonly Access[]) => sheet.set(name, some.length, ...some)
		const answered = (status: number) => fresh.filter((one) => one.status === status)
		sheet.set('total', entries.length)
		sheet.set('dated', dated)
		count('fresh', fresh)
		const bad = fresh.filter(({ status }) => status >= 500 && status < 600)
		count('bad', bad)
		count('badGateway', answered(502))
		count('gatewayTimeout', answered(504))
		count('clientClosed', answered(499))
		const last = fresh.at(-1)
		sheet.set('last', last?.status, last)
		sheet.set('lastTime', last?.time, last)
	},
})

/** `127.0.0.1 - - [08/Jan/2020:18:13:50 +0000] "GET / HTTP/1.1" 502 157 "-" "curl/7.58.0"`, with more on either side. */
function readAccess(line: OutputLine): Access | undefined {
	const head = /\[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "/.exec(line.text)
	if (head?.[1] === undefined) return undefined
	const rest = line.text.slice(head.index + head[0].length)
	// nginx escapes quotes in what a client sends, so the first quote ends the request.
	const end = rest.indexOf('"')
	const status = end < 0 ? null : /^" (\d{3}) (?:\d{1,19}|-)/.exec(rest.slice(end))
	if (status === null) return undefined
	const uri = rest.slice(0, end).split(' ')[1]
	return {
		line,
		status: Number(status[1]),
		time: head[1],
		epoch: accessLogTime(head[1]),
		path: uri === undefined ? undefined : withoutQuery(uri),
	}
}
