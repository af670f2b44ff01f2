import { createReadStream } from 'node:fs'
import type { z } from 'zod'
import { isUnprintable, printableValue } from '../text/unprintable.ts'
import { anyEntry, entryTypes, type JournalEntry, journalEntry, type SessionStarted } from './entry.ts'
import { errorName } from './paths.ts'

/** What a journal says. */
export interface JournalContent {
	readonly started: SessionStarted
	/** In the order of the file; the first one is `started`. */
	readonly entries: readonly JournalEntry[]
	/** Lines that are no entry of this format: they are damaged. */
	readonly skipped: number
	/** Entries of types that a later version added; they are passed over. */
	readonly unknown: number
	/** The last line was cut off: the process was killed while it wrote. */
	readonly torn: boolean
}

export type ReadJournal =
	| ({ readonly ok: true } & JournalContent)
	/** One sentence that says what is wrong and what to do. */
	| { readonly ok: false; readonly reason: string }

export interface ReadOptions {
	/** False leaves the output of commands out: what a resume point or a list needs is small then. */
	readonly output?: boolean
}

/** Longest line that is taken for an entry, in bytes. Anything longer is not ours and is passed over unread. */
const LINE_LIMIT = 4_194_304
const NEWLINE = 0x0a

/** Reads a journal. Total: damage costs the damaged lines, and what is no journal is refused by a sentence. */
export async function readJournal(file: string, { output = true }: ReadOptions = {}): Promise<ReadJournal> {
	const entries: JournalEntry[] = []
	let started: SessionStarted | undefined
	let skipped = 0
	let unknown = 0
	let torn = false
	try {
		for await (const line of linesOf(file)) {
			if (started === undefined) {
				const first = readFirst(file, line)
				if (!first.ok) return first
				started = first.entry
				entries.push(first.entry)
				continue
			}
			if (!output && line.text.includes('"type":"command.output",')) continue
			const parsed = line.overlong ? undefined : parseLine(line.text)
			if (parsed?.known === true) entries.push(parsed.entry)
			else if (parsed !== undefined) unknown++
			else if (line.whole) skipped += line.text === '' && !line.overlong ? 0 : 1
			else torn = true
		}
	} catch (error) {
		return { ok: false, reason: `The journal ${file} cannot be read (${errorName(error)}).` }
	}
	if (started === undefined) return { ok: false, reason: `The journal ${file} is empty: its session never began.` }
	return { ok: true, started, entries, skipped, unknown, torn }
}

/** The entry that a line holds; undefined when it holds none, or one of a later version. */
export function parseEntry(line: string): JournalEntry | undefined {
	const parsed = parseLine(line)
	return parsed?.known === true ? parsed.entry : undefined
}

type ParsedLine =
	| { readonly known: true; readonly entry: JournalEntry }
	/** Of a type that a later version added. */
	| { readonly known: false; readonly entry: z.infer<typeof anyEntry> }

/** What a line holds; undefined when it is no entry. */
export function parseLine(line: string): ParsedLine | undefined {
	const value = parseJson(line)
	if (journalEntry.safeParse(value).success) return { known: true, entry: shown(line, value as JournalEntry) }
	const any = anyEntry.safeParse(value)
	return any.success && !entryTypes.has(any.data.type) ? { known: false, entry: shown(line, any.data) } : undefined
}

/** What runtree wrote holds nothing that is hidden, but a journal may be of somebody else. */
function shown<E>(line: string, entry: E): E {
	return ESCAPED.test(line) || isUnprintable(line) ? printableValue(entry) : entry
}

/** How JSON writes controls, and may write anything. */
const ESCAPED = /\\[ubfr]/

type First =
	| { readonly ok: true; readonly entry: JournalEntry & SessionStarted }
	| { readonly ok: false; readonly reason: string }

function readFirst(file: string, line: JournalLine): First {
	const entry = line.overlong ? undefined : parseEntry(line.text)
	if (entry?.type === 'session.started') return { ok: true, entry }
	if (!line.whole) return { ok: false, reason: `The journal ${file} was cut off before its session began.` }
	const value = parseJson(line.text)
	if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'session.started') {
		const format = 'format' in value ? value.format : undefined
		if (typeof format === 'number' && format !== 1) {
			return {
				ok: false,
				reason: `${file} has journal format ${format} and this runtree reads format 1: update runtree.`,
			}
		}
		return { ok: false, reason: `The journal ${file} is damaged: its first line does not say which session it is.` }
	}
	return { ok: false, reason: `${file} is not a runtree journal: name a session's journal.jsonl.` }
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text)
	} catch {
		return undefined
	}
}

/** A line of the file. */
export interface JournalLine {
	/** Empty when it is too long to be kept. */
	readonly text: string
	/** It ended with a newline. */
	readonly whole: boolean
	readonly overlong: boolean
}

/** The lines of a journal's file, in order. Throws when it cannot be read. */
export async function* linesOf(file: string): AsyncGenerator<JournalLine> {
	let pieces: Buffer[] = []
	let length = 0
	const take = (whole: boolean): JournalLine => {
		const overlong = length > LINE_LIMIT
		const text = overlong ? '' : Buffer.concat(pieces).toString('utf8')
		pieces = []
		length = 0
		return { text, whole, overlong }
	}
	const keep = (piece: Buffer): void => {
		length += piece.length
		if (length <= LINE_LIMIT) pieces.push(piece)
		else pieces = []
	}
	for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
		let from = 0
		for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
			keep(chunk.subarray(from, at))
			yield take(true)
			from = at + 1
		}
		if (from < chunk.length) keep(chunk.subarray(from))
	}
	if (length > 0) yield take(false)
}
