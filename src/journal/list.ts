import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SessionOutcome } from '../machine/types.ts'
import type { JournalEntry, SessionStarted } from './entry.ts'
import { lockHolder } from './lock.ts'
import { JOURNAL_FILE, isSessionId } from './paths.ts'
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
			/** `ended`: with that outcome. `interrupted`: can be resumed. `open`: in another terminal, now. */
			readonly state:
				| { readonly kind: 'ended'; readonly outcome: SessionOutcome; readonly causes: readonly string[] }
				| { readonly kind: 'interrupted' }
				| { readonly kind: 'open'; readonly process: number }
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
export async function summarise(id: string, folder: string): Promise<SessionSummary> {
	const file = join(folder, JOURNAL_FILE)
	const ends = (await readEnds(file)) ?? (await readWhole(file))
	if (!ends.ok) return { kind: 'unreadable', id, folder, reason: ends.reason }
	const { first, last } = ends
	const holder = lockHolder(folder)
	return {
		kind: 'session',
		id,
		folder,
		started: first,
		startedAt: first.at,
		lastAt: last.at,
		state:
			last.type === 'session.ended'
				? { kind: 'ended', outcome: last.outcome, causes: last.causes.map((cause) => cause.cause) }
				: holder !== undefined
					? { kind: 'open', process: holder }
					: { kind: 'interrupted' },
	}
}

type Ends =
	| { readonly ok: true; readonly first: JournalEntry & SessionStarted; readonly last: JournalEntry }
	| { readonly ok: false; readonly reason: string }

const END_LENGTH = 65_536

/** The first and the last entry without reading what is between; undefined when that does not give them. */
async function readEnds(file: string): Promise<Ends | undefined> {
	const handle = await open(file).catch(() => undefined)
	if (handle === undefined) return undefined
	try {
		const { size } = await handle.stat()
		const buffer = Buffer.alloc(Math.min(size, END_LENGTH))
		await handle.read(buffer, 0, buffer.length, 0)
		const first = parseEntry(buffer.toString('utf8').split('\n', 1)[0] ?? '')
		await handle.read(buffer, 0, buffer.length, size - buffer.length)
		const last = buffer
			.toString('utf8')
			.split('\n')
			.findLast((line) => parseEntry(line) !== undefined)
		const lastEntry = last === undefined ? undefined : parseEntry(last)
		return first?.type === 'session.started' && lastEntry !== undefined
			? { ok: true, first, last: lastEntry }
			: undefined
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
	const last = read.entries.at(-1)
	if (first?.type !== 'session.started' || last === undefined) return { ok: false, reason: `${file} holds no session.` }
	return { ok: true, first, last }
}
