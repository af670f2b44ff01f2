import { type LogLine, readLogLines } from '../../text/log-line.ts'
import { accessLogTime } from '../../text/log-time.ts'
import type { OutputLine } from '../../text/parser.ts'
import { readUnitLog, splitInvocations, unitLogText } from '../systemd/index.ts'

export type Level = 'DEBUG' | 'NOTICE' | 'WARNING' | 'ERROR' | 'ALERT'

/** A line that FPM's master wrote, in its log, to the journal or to a terminal. */
export interface FpmLine {
	readonly number: number
	readonly level: Level
	/** As it stands there: the host's local time. */
	readonly time?: string
	/** That time as if it were UTC. */
	readonly localTime?: number
	/** Seconds since 1970, where a journal's prefix tells. */
	readonly epoch?: number
	readonly pool?: string
	/** Without the time, the level and the pool. */
	readonly text: string
	/** With the pool. */
	readonly sentence: string
}

/** FPM's own lines of an output, and the lines that others wrote between them. */
export interface FpmLog {
	readonly own: readonly FpmLine[]
	/** Lines in a log of FPM's that somebody else wrote: PHP's own error log, or workers without decoration. */
	readonly foreign: readonly number[]
	/** Of a unit's journal: the numbers of the lines since systemd started the unit last. Undefined for a log file. */
	readonly sinceStart?: ReadonlySet<number>
}

/** zlog.c, zlog_buf_prefix: the time, with microseconds and the source's place at the level debug. */
const STAMPED =
	/^\[(\d\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d:\d\d:\d\d)(?:\.\d{6})?\] (DEBUG|NOTICE|WARNING|ERROR|ALERT): (?:pid \d{1,10}, \w{1,80}\(\), line \d{1,6}: )?/
/** The same through syslog: the time is in syslog's prefix. */
const LEVELLED = /^\[(DEBUG|NOTICE|WARNING|ERROR|ALERT)\] (?:\w{1,80}\(\), line \d{1,6}: )?/
const POOL = /^\[pool ([^\]]{1,200})\] /
/** PHP's parser of configuration files prints this itself, without a time. */
const SYNTAX = /^PHP: {1,2}syntax error, /

/** Reads FPM's lines, out of its log file or out of the journal of `unit`. Total and linear in the text's length. */
export function readFpmLog(lines: readonly OutputLine[], unit?: string): FpmLog {
	const own: FpmLine[] = []
	const foreign: number[] = []
	const logged = readLogLines(unitLogText(lines, unit).log)
	const isJournal = logged.some(({ ident }) => ident === 'systemd')
	for (const { number, text, ident, epoch } of logged) {
		const line = ident === undefined || ident.startsWith('php-fpm') ? readFpmLine(number, text, ident) : undefined
		if (line !== undefined) own.push(epoch === undefined ? line : { ...line, epoch })
		// With a prefix, systemd and others have a name of their own; a log file of FPM's has no prefix.
		else if (!isJournal && ident === undefined && text.trim() !== '') foreign.push(number)
	}
	const ownFile = own.length === 0 ? [] : foreign
	return isJournal ? { own, foreign: [], sinceStart: linesSinceStart(logged, unit) } : { own, foreign: ownFile }
}

function linesSinceStart(logged: readonly LogLine[], unit: string | undefined): ReadonlySet<number> {
	const last = splitInvocations(readUnitLog(logged, { unit, names: ['php-fpm', 'FastCGI'] })).at(-1)
	return new Set(last?.entries.map(({ line }) => line.number))
}

function readFpmLine(number: number, text: string, ident: string | undefined): FpmLine | undefined {
	const stamped = STAMPED.exec(text)
	if (stamped !== null) {
		const [head, day, month, year, clock, level] = stamped
		const localTime = accessLogTime(`${day}/${month}/${year}:${clock} +0000`)
		const time = `${day}-${month}-${year} ${clock}`
		const line = lineOf(number, level as Level, text.slice(head.length))
		return localTime === undefined ? { ...line, time } : { ...line, time, localTime }
	}
	if (SYNTAX.test(text)) return lineOf(number, 'ERROR', text)
	const levelled = ident?.startsWith('php-fpm') === true ? LEVELLED.exec(text) : null
	return levelled === null ? undefined : lineOf(number, levelled[1] as Level, text.slice(levelled[0].length))
}

function lineOf(number: number, level: Level, sentence: string): FpmLine {
	const pool = POOL.exec(sentence)
	if (pool === null) return { number, level, sentence, text: sentence }
	return { number, level, sentence, pool: pool[1] ?? '', text: sentence.slice(pool[0].length) }
}
