import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SessionOutcome } from '../machine/types.ts'
import type { JournalEntry, SessionStarted } from './entry.ts'
import { isResumable } from './fold.ts'
import { lockHolder } from './lock.ts'
import { isSessionId, JOURNAL_FILE } from './paths.ts'
import { parseEntry, readJournal } from './read.ts'

/** A session as a list shows it. */
export type SessionSummary =
	| {
			readonly kind: 'session'
			readonly id: string
			readonly folder: string
			readonly started: SessionStarted
			/** ISO 8601 UTC. */
			readonly startedAt: string
			readonly lastAt: string
			/** `ended`: with that outcome. `interrupted`: the process was killed. `open`: in another terminal, now. */
			readonly state:
				| { readonly kind: 'ended'; readonly outcome: SessionOutcome; readonly causes: readonly string[] }
				| { readonly kind: 'interrupted' }
				| { readonly kind: 'open'; readonly process: number }
			readonly resumable: boolean
	  }
	/** A folder whose journal cannot be used, and why in one sentence. */
	| { readonly kind: 'unreadable'; readonly id: string; readonly folder: string; readonly reason: string }

/** The sessions in that folder, the latest first; none when the folder does not exist. */
export async function listSessions(sessions: string): Promise<readonly SessionSummary[]> {
	const names = await readdir(sessions).catch(() => [])
	const ids = names.filter(isSessionId).sort().reverse()
	const summaries: SessionSummary[] = []
	for (const id of ids) summaries.push(await summarise(id, join(sessions, id)))
	return summaries
}

/** One session's summary, from the two ends of its journal. */
async function summarise(id: string, folder: string): Promise<SessionSummary> {
	const file = join(folder, JOURNAL_FILE)
	const ends = (await readEnds(file)) ?? (await readWhole(file))
	if (!ends.ok) return { kind: 'unreadable', id, folder, reason: ends.reason }
	const { first, last, turning } = ends
	const holder = lockHolder(folder)
	const ended = turning.type === 'session.ended' ? turning : undefined
	return {
		kind: 'session',
		id,
		folder,
		started: first,
		startedAt: first.at,
		lastAt: last.at,
		state:
			holder !== undefined
				? { kind: 'open', process: holder }
				: ended !== undefined
					? { kind: 'ended', outcome: ended.outcome, causes: ended.causes.map((cause) => cause.cause) }
					: { kind: 'interrupted' },
		resumable: holder === undefined && (ended === undefined || isResumable(ended.outcome)),
	}
}

type Ends =
	| {
			readonly ok: true
			readonly first: JournalEntry & SessionStarted
			readonly last: JournalEntry
			/** The latest entry that tells whether the session has ended: a cancelled command may end after it. */
			readonly turning: JournalEntry
	  }
	| { readonly ok: false; readonly reason: string }

const END_LENGTH = 65_536

/** The first and the last entries without reading what is between; undefined when that does not give them. */
async function readEnds(file: string): Promise<Ends | undefined> {
	const handle = await open(file).catch(() => undefined)
	if (handle === undefined) return undefined
	try {
		const { size } = await handle.stat()
		const buffer = Buffer.alloc(Math.min(size, END_LENGTH))
		await handle.read(buffer, 0, buffer.length, 0)
		const first = parseEntry(buffer.toString('utf8').split('\n', 1)[0] ?? '')
		await handle.read(buffer, 0, buffer.length, size - buffer.length)
		const entries = buffer
			.toString('utf8')
			.split('\n')
			.filter((line) => !line.includes('"type":"command.output",'))
			.flatMap((line) => parseEntry(line) ?? [])
		return first?.type === 'session.started' ? endsOf(first, entries) : undefined
	} catch {
		return undefined
	} finally {
		await handle.close()
	}
}

async function readWhole(file: string): Promise<Ends> {
	const read = await readJournal(file, { output: false })
	if (!read.ok) return read
	const first = read.entries[0]
	const ends = first?.type === 'session.started' ? endsOf(first, read.entries) : undefined
	return ends ?? { ok: false, reason: `${file} holds no session.` }
}

function endsOf(first: JournalEntry & SessionStarted, entries: readonly JournalEntry[]): Ends | undefined {
	const last = entries.at(-1)
	const turning = entries.findLast((entry) => TURNING.has(entry.type))
	return last === undefined || turning === undefined ? undefined : { ok: true, first, last, turning }
}

/** What follows `session.ended` only when the session was taken up again. */
const TURNING = new Set<JournalEntry['type']>(['session.started', 'session.resumed', 'session.ended', 'step.entered'])
