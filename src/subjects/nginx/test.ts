import { parseEndpoint } from '../../text/endpoint.ts'
import { type FactSheet, type ReadLine, spanOf } from '../../text/fact-sheet.ts'
import { bool, int, list, type OutputLine, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'

interface Complaint {
	readonly line: ReadLine
	readonly level: string
	readonly message: string
	readonly file: string | undefined
	readonly fileLine: number | undefined
}

const LEVELS = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice'] as const

export const nginxTestParser = plainParser({
	name: 'nginx-test',
	summary: 'Whether nginx accepts its configuration, and what it objects to (nginx -t).',
	facts: {
		ok: bool('nginx accepts its configuration.'),
		kind: string('What it objects to.', {
			values: [
				...['syntax', 'unknown-directive', 'missing-file', 'certificate', 'host-not-found', 'bind', 'permission'],
				...['duplicate', 'other'],
			],
		}),
		message: string('What nginx objects to, in its words, without the level and the place.'),
		level: string('How grave it finds that.', { values: LEVELS }),
		file: string('The configuration file that it names.'),
		line: int('The line in that file.'),
		warnings: list('What it only warns of.'),
		port: int('The port that it could not bind.'),
		path: string('The file that is missing, closed or not a certificate; the socket that it could not bind.'),
		host: string('The name that did not resolve.'),
		directive: string('The directive that it objects to.'),
		notRoot: bool('It failed only because it did not run as root: that says nothing about the configuration.'),
		notInstalled: bool('There is no nginx; never false.'),
	},
	read(sheet, lines, input) {
		const complaints: Complaint[] = []
		let success: OutputLine | undefined
		let failure: OutputLine | undefined
		for (const line of input.exitCode === null ? joinWrapped(lines) : lines) {
			if (/configuration file .{1,4096} test is successful/.test(line.text)) success = line
			else if (/configuration file .{1,4096} test failed/.test(line.text)) failure = line
			else if (/nginx: (?:command )?not found|nginx: No such file or directory/i.test(line.text)) {
				sheet.set('notInstalled', true, line)
			}
			const complaint = readComplaint(line)
			if (complaint !== undefined) complaints.push(complaint)
		}
		const warnings = complaints.filter(({ level }) => level === 'warn' || level === 'notice')
		const grave = complaints.filter((one) => isGrave(one.level))
		// What failed stands above the line that gives up.
		const fatal = grave.findLast(({ message }) => !message.startsWith('still could not bind')) ?? grave.at(-1)
		if (success !== undefined && failure === undefined) sheet.set('ok', true, success)
		else if (failure !== undefined) sheet.set('ok', false, failure, fatal)
		else if (fatal !== undefined) sheet.set('ok', false, fatal)
		if (success !== undefined || failure !== undefined || complaints.length > 0) {
			sheet.list('warnings', warnings, ({ message }) => message)
		}
		if (fatal === undefined || (success !== undefined && failure === undefined)) return
		sheet.set('kind', kindOf(fatal.message), fatal)
		sheet.set('message', fatal.message, spanOf(fatal.line, fatal.message))
		sheet.set('level', fatal.level, fatal)
		sheet.set('file', fatal.file, fatal.file === undefined ? fatal : spanOf(fatal.line, fatal.file))
		sheet.set('line', fatal.fileLine, fatal)
		noteDetails(sheet, fatal)
		const rootOnly = complaints.find(({ message }) => message.includes('makes sense only if the master process runs'))
		if (rootOnly !== undefined) {
			const denied = grave.every(({ message }) => kindOf(message) === 'permission')
			sheet.set('notRoot', denied, rootOnly, fatal)
		}
	},
})

function isGrave(level: string): boolean {
	return level === 'emerg' || level === 'alert' || level === 'crit' || level === 'error'
}

/** A terminal cuts long lines: in pasted text, what does not start as nginx's own lines do belongs to the line above. */
function joinWrapped(lines: readonly ReadLine[]): readonly ReadLine[] {
	const whole: ReadLine[] = []
	for (const line of lines) {
		const last = whole.at(-1)
		const starts = /nginx[:[]|\w\[\d{1,10}\]: |\[(?:emerg|alert|crit|error|warn|notice)\]|^# configuration file /.test(
			line.text,
		)
		const closed = last === undefined || !ownWords.test(last.text) || wholeMessage.test(last.text.slice(-64))
		if (closed || starts || line.text.trim() === '' || last.text.length > 8192) whole.push(line)
		else whole[whole.length - 1] = { ...last, text: last.text + line.text, width: last.width ?? last.text.length }
	}
	return whole
}

const ownWords = /nginx: |\[(?:emerg|alert|crit|error|warn|notice)\] /
const wholeMessage = /(?::\d+|is ok|is successful|test failed|ignored)\s{0,8}$/

function readComplaint(line: ReadLine): Complaint | undefined {
	const match =
		/(?:nginx: |\d\d:\d\d:\d\d )\[(emerg|alert|crit|error|warn|notice)\] (?:\d{1,10}#\d{1,10}: )?(.*)$/.exec(line.text)
	if (match?.[1] === undefined || match[2] === undefined) return undefined
	const text = match[2].trim()
	const place = / in (\/[^\s:]{1,4096}|[^\s:]{1,4096}):(\d{1,9})$/.exec(text)
	return {
		line,
		level: match[1],
		message: place === null ? text : text.slice(0, place.index),
		file: place?.[1],
		fileLine: place?.[2] === undefined ? undefined : Number(place[2]),
	}
}

/** What it objects to, by its words; the first that fit count. */
const KINDS: readonly (readonly [kind: string, words: RegExp])[] = [
	['unknown-directive', /^unknown directive/],
	['host-not-found', /host not found in |could not be resolved|no resolver defined/],
	['bind', /^(?:bind|listen)\(\) to |^still could not bind|^socket\(\) .{1,200} failed/],
	['permission', /\(13: Permission denied\)/],
	['certificate', /certificate|SSL_CTX_|PEM_read|private key|key values mismatch|\bBIO_new_file/i],
	['permission', /\(1: Operation not permitted\)/],
	['missing-file', /\((?:2: No such file or directory|20: Not a directory)\)|dlopen\(\) .{1,4096} failed/],
	['duplicate', /duplicate|conflicting/],
	['syntax', /unexpected|invalid (?:number of arguments|parameter|value|variable|condition|URL|port|host)/],
	['syntax', /is not terminated|too long parameter|is not allowed here|unknown "[^"]{1,200}" variable|pcre/i],
]

function kindOf(message: string): string {
	return KINDS.find(([, words]) => words.test(message))?.[0] ?? 'other'
}

function noteDetails(sheet: FactSheet, fatal: Complaint): void {
	const { message } = fatal
	const quoted = /"([^"]{1,4096})"/.exec(message)?.[1]
	const isFile = quoted?.startsWith('/') === true && kindOf(message) !== 'duplicate'
	const isDirective = /^unknown directive "|directive/.test(message) && quoted?.includes('/') === false
	sheet.set('directive', isDirective ? quoted : undefined, fatal)
	sheet.set('host', /host not found in [^"]{1,100}"([^":]{1,1024})/.exec(message)?.[1], fatal)
	const bound = /(?:bind|listen)\(\) to (\S{1,4096}) failed/.exec(message)?.[1]
	const endpoint = bound === undefined ? undefined : parseEndpoint(bound.replace(/,$/, ''))
	sheet.set('port', endpoint?.kind === 'tcp' ? endpoint.port : undefined, fatal)
	sheet.set('path', endpoint?.kind === 'unix' ? endpoint.path : isFile ? quoted : undefined, fatal)
}
