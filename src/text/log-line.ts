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
	readonly time?: string
	/** Seconds since 1970, when the time carries a zone. */
	readonly epoch?: number
	/** Who wrote it: `systemd`, a program's name, `(name)` for the process that becomes the program. */
	readonly ident?: string
	/** The process that wrote it, as the prefix tells. */
	readonly pid?: number
	/** The message, its own indentation kept. */
	readonly text: string
}

/** What journald, syslog or a container's runtime put in front of a message. */
export interface LogPrefix {
	readonly time: string
	readonly epoch?: number
	readonly ident?: string
	readonly pid?: number
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
	const dated = epoch === undefined ? { time } : { time, epoch }
	const origin = ORIGIN.exec(text.slice(time.length, time.length + 600))
	const certain = origin !== null && (origin[1] !== undefined || origin[3] !== undefined)
	// Docker and Kubernetes put a bare time before the line; then `ValueError: …` is the message, not an origin.
	if (!certain) return kind === ISO && text[time.length] === ' ' ? { ...dated, width: time.length + 1 } : undefined
	const ident = origin[2] ?? ''
	// `-o with-unit` names the unit instead of the program.
	const named = ident.endsWith('.service') || ident.endsWith('.socket') || ident.endsWith('.scope') ? {} : { ident }
	const pid = Number(origin[3])
	const width = time.length + origin[0].length
	return { ...dated, ...named, ...(Number.isSafeInteger(pid) ? { pid } : {}), width }
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
	let last: { prefix: LogPrefix | undefined; parts: string[]; number: number; length: number } | undefined
	const flush = (): void => {
		if (last === undefined) return
		const { prefix, number } = last
		for (const text of splitMessage(last.parts.join(''))) result.push(logLine(number, text, prefix))
		last = undefined
	}
	for (const piece of pieces) {
		const { text, prefix, number } = piece
		const indent = last?.prefix?.width ?? 0
		if (prefix !== undefined) {
			flush()
			last = { prefix, parts: [text.slice(prefix.width)], number, length: text.length }
		} else if (indent > 0 && text.length > indent && text.slice(0, indent).trim() === '') {
			// A further line of the same message: the journal lines it up under the first one.
			const same = last?.prefix
			flush()
			last = { prefix: same, parts: [text.slice(indent)], number, length: text.length }
		} else if (
			last !== undefined &&
			last.length >= 60 &&
			last.length === width &&
			text !== '' &&
			((mostlyPrefixed && last.prefix !== undefined) || (atWidth > 1 && !startsAfresh(text)))
		) {
			last.parts.push(text)
			last.length = text.length
		} else {
			flush()
			last = { prefix: undefined, parts: [text], number, length: text.length }
		}
	}
	flush()
	return result
}

/** The time that a program writes into its own message: `[2026-11-21 09:02:30 +0000] [12] …`. */
const OWN_TIME = /^\[?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: ?[+-]\d{4})?)\]? \[\d/

const logLine = (number: number, text: string, prefix: LogPrefix | undefined): LogLine => {
	const own = prefix?.epoch === undefined ? OWN_TIME.exec(text)?.[1] : undefined
	const time = prefix?.time ?? own
	const epoch = prefix?.epoch ?? (own === undefined ? undefined : epochOf(own))
	return {
		number,
		text,
		...(time === undefined ? {} : { time }),
		...(epoch === undefined ? {} : { epoch }),
		...(prefix?.ident === undefined ? {} : { ident: prefix.ident }),
		...(prefix?.pid === undefined ? {} : { pid: prefix.pid }),
	}
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
		if (message !== undefined) {
			const epoch = epochOf(time)
			const pid = Number(fields.get('_PID')?.text ?? Number.NaN)
			const ident = fields.get('SYSLOG_IDENTIFIER')?.text
			result.push({
				number: message.number,
				text: message.text,
				...(time === '' ? {} : { time }),
				...(epoch === undefined ? {} : { epoch }),
				...(ident === undefined ? {} : { ident }),
				...(Number.isSafeInteger(pid) ? { pid } : {}),
			})
		}
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
