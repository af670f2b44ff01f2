import { clockSeconds, epochOf, newestFirst } from './log-time.ts'
import type { OutputLine } from './parser.ts'
import { arePadded } from './plain-lines.ts'
import { havePrefix, numbering, type Prefix, withoutPrefixes } from './prefixes.ts'

/**
 * Reads log lines, whoever prefixed them: journalctl in any of its formats, syslog, Docker, compose, kubectl, a mail
 * quote, line numbers, or nobody. What is left is one message a line, with what its prefix told.
 */
export interface LogLine {
	/** Number of the output line that it begins on. */
	readonly number: number
	/** Its time as it stands there. */
	readonly time?: string | undefined
	/** Seconds since 1970, when the time carries a zone. */
	readonly epoch?: number | undefined
	/** Who wrote it: `systemd`, a program's name, `(name)` for the process that becomes the program. */
	readonly ident?: string | undefined
	/** The process that wrote it, as the prefix tells. */
	readonly pid?: number | undefined
	/** The message, its own indentation kept. */
	readonly text: string
}

/** What journald, syslog or a container's runtime put in front of a message. */
export interface LogPrefix extends Omit<LogLine, 'number' | 'text'> {
	readonly time: string
	/** Where the message begins. */
	readonly width: number
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/
const UNIX = /^\d{9,11}\.\d{3,6}(?= )/
const FULL = /^\S{1,12} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? [A-Z+-][\w+:-]{1,6}(?= )/
const SHORT = /^\S{2,12} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,6})?(?= )/
const MONOTONIC = /^\[ {0,12}\d{1,12}\.\d{1,6}(?: <[ \d.]{1,20}>| {1,24})?\](?= )/
/** What stands between the time and the message. The message itself is not matched, so that this stays linear. */
const ORIGIN = /^ (?:([^\s[\]:]{1,255}) )?([A-Za-z_(][^\s:[\]]{0,255})(?:\[([\w.-]{1,40})\])?:(?: |$)/

/** The journal's or syslog's prefix of a line, when it has one. */
export const readPrefix = (text: string): LogPrefix | undefined => {
	const kind = [ISO, UNIX, FULL, SHORT, MONOTONIC].find((pattern) => pattern.test(text))
	const time = kind?.exec(text)?.[0]
	if (kind === undefined || time === undefined) return undefined
	const epoch = kind === UNIX ? Math.floor(Number(time)) : epochOf(time)
	const origin = ORIGIN.exec(text.slice(time.length, time.length + 600))
	const certain = origin !== null && (origin[1] !== undefined || origin[3] !== undefined)
	// Docker and Kubernetes put a bare time before the line; then `ValueError: …` is the message, not an origin.
	if (!certain) return kind === ISO && text[time.length] === ' ' ? { time, epoch, width: time.length + 1 } : undefined
	// `-o with-unit` names the unit instead of the program.
	const ident = /\.(?:service|socket|scope)$/.test(origin[2] ?? '') ? undefined : origin[2]
	return { time, epoch, ident, pid: pidOf(origin[3]), width: time.length + origin[0].length }
}

const pidOf = (text: string | undefined): number | undefined => {
	const pid = Number(text ?? Number.NaN)
	return Number.isSafeInteger(pid) ? pid : undefined
}

const isNoise = (text: string): boolean =>
	(text.startsWith('-- ') && !text.startsWith('-- MARK')) ||
	// What `journalctl -x` explains.
	text.startsWith('░░') ||
	/^lines \d+-\d+(?:\/\d+)?(?: \(END\))?$/.test(text)

/** Whoever carried a line may have put something before it, before the time of the log itself. */
const CARRIERS: readonly Prefix[] = ['quote', 'container', 'pod', 'priority', 'box']

interface Piece {
	readonly number: number
	readonly text: string
	readonly prefix: LogPrefix | undefined
}

/** True when a line can only be a line of its own, not the rest of one that the terminal broke. */
const startsAfresh = (text: string): boolean =>
	text === '' ||
	/^\s/.test(text) ||
	/^\[?\d{4}-\d\d-\d\d|^\[\d\d-[A-Z][a-z]{2}-\d{4} /.test(text) ||
	/^(?:Traceback|[A-Za-z_.]{3,80}(?:Error|Exception)\b)/.test(text)

/** `#012` is how rsyslog writes the newlines of a message. */
const splitMessage = (text: string): readonly string[] => (text.includes('#012') ? text.split('#012') : [text])

/** The log lines of an output, in its order; without separators and pager remains. Linear in the text's length. */
export const readLogLines = (lines: readonly OutputLine[]): readonly LogLine[] => {
	const read = readVerbose(lines) ?? readShort(lines)
	return newestFirst(read.map(secondsOf)) ? read.toReversed() : read
}

/** Seconds of a line's time, good for a comparison within one log. */
const secondsOf = ({ time, epoch }: LogLine): number | undefined =>
	(time === undefined ? undefined : clockSeconds(time)) ?? epoch

const readShort = (lines: readonly OutputLine[]): readonly LogLine[] => {
	const filled = lines.filter(({ text }) => text.trim() !== '')
	const withoutNumber = numbering(filled)
	const carriers: readonly Prefix[] = havePrefix(filled, 'frame') ? ['frame', ...CARRIERS] : CARRIERS
	const padded = arePadded(lines)
	const pieces: Piece[] = []
	let width = 0
	let atWidth = 0
	for (const line of lines) {
		const bare = padded ? line.text.trimEnd() : line.text
		const text = withoutPrefixes(withoutNumber?.(bare) ?? bare, carriers)
		if (isNoise(text)) continue
		const prefix = readPrefix(text)
		if (text.length > width) {
			width = text.length
			atWidth = 0
		}
		if (text.length === width) atWidth += 1
		pieces.push({ number: line.number, text, prefix })
	}
	const prefixed = pieces.filter(({ prefix }) => prefix !== undefined).length
	// Behind a line of full width, what has no prefix may be the rest of it.
	const bare = pieces.filter(
		({ prefix }, index) => prefix === undefined && pieces[index - 1]?.text.length !== width,
	).length
	const mostlyPrefixed = prefixed > bare
	const result: LogLine[] = []
	let last: { prefix: LogPrefix | undefined; text: string; number: number; length: number } | undefined
	const flush = (): void => {
		if (last === undefined) return
		const { prefix, number } = last
		for (const text of splitMessage(last.text)) result.push(logLine(number, text, prefix))
	}
	for (const { text, prefix, number } of pieces) {
		const indent = last?.prefix?.width ?? 0
		// A further line of the same message: the journal lines it up under the first one.
		const isFurther = text.length > indent && indent > 0 && text.slice(0, indent).trim() === ''
		if (prefix === undefined && !isFurther && last?.length === width && width >= 60 && text !== '') {
			if ((mostlyPrefixed && last.prefix !== undefined) || (atWidth > 1 && !startsAfresh(text))) {
				last = { ...last, text: last.text + text, length: text.length }
				continue
			}
		}
		flush()
		const own = prefix ?? (isFurther ? last?.prefix : undefined)
		last = { prefix: own, text: text.slice(own?.width ?? 0), number, length: text.length }
	}
	flush()
	return result
}

/** The time that a program writes into its own message: `[2026-11-21 09:02:30 +0000] [12] …`. */
const OWN_TIME = /^\[?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: ?[+-]\d{4})?)\]? \[\d/

const logLine = (number: number, text: string, prefix: LogPrefix | undefined): LogLine => {
	const own = prefix?.epoch === undefined ? OWN_TIME.exec(text)?.[1] : undefined
	const epoch = prefix?.epoch ?? (own === undefined ? undefined : epochOf(own))
	return { number, text, time: prefix?.time ?? own, epoch, ident: prefix?.ident, pid: prefix?.pid }
}

const FIELD = /^ {4}([A-Z_][A-Z0-9_]{0,63})=/

/** `journalctl -o verbose`: a header with the time, then one field a line. */
const readVerbose = (lines: readonly OutputLine[]): readonly LogLine[] | undefined => {
	if (!lines.some((line) => line.text.startsWith('    MESSAGE='))) return undefined
	const result: LogLine[] = []
	let time = ''
	let fields = new Map<string, { text: string; number: number }>()
	const flush = (): void => {
		const message = fields.get('MESSAGE')
		const ident = fields.get('SYSLOG_IDENTIFIER')?.text
		const pid = pidOf(fields.get('_PID')?.text)
		if (message !== undefined) result.push({ ...message, time: time || undefined, epoch: epochOf(time), ident, pid })
		fields = new Map()
	}
	for (const { text, number } of lines) {
		const field = FIELD.exec(text)
		if (field !== null) fields.set(field[1] ?? '', { text: text.slice(field[0].length), number })
		else if (/^\S/.test(text)) {
			flush()
			time = text.replace(/ \[s=.*$/, '')
		}
	}
	flush()
	return result
}

/** The lines without the prefix, for a parser that reads a program's plain output but may be given a log of it. */
export const messagesOf = (
	lines: readonly OutputLine[],
): readonly { readonly number: number; readonly text: string }[] => readLogLines(lines)
