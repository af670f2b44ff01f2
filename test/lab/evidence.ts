/** What a walk left behind, checked from outside of the program: its journal and its transcript. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { readJournal } from '../../src/journal/read.ts'
import type { Program } from './program.ts'

type Started = Extract<JournalEntry, { type: 'command.started' }>

/** The ids of the sessions, the oldest first. */
export function sessionsOf({ state }: Program): string[] {
	return readdirSync(join(state, 'runtree/sessions')).sort()
}

/** All entries of a session's journal. Throws when it does not open, or has damaged lines. */
export async function journalOf({ state }: Program, session: string): Promise<readonly JournalEntry[]> {
	const read = await readJournal(join(state, 'runtree/sessions', session, 'journal.jsonl'))
	if (!read.ok) throw new Error(read.reason)
	if (read.skipped > 0) throw new Error(`${read.skipped} lines of the journal of ${session} are damaged.`)
	return read.entries
}

/** The causes in the order in which the walk named them. */
export function causesOf(entries: readonly JournalEntry[]): string[] {
	return entries.flatMap((entry) => (entry.type === 'cause.named' ? [entry.cause] : []))
}

/** The commands that may have changed the host. */
export function changesOf(entries: readonly JournalEntry[]): Started[] {
	return entries.filter((entry): entry is Started => entry.type === 'command.started' && entry.effect !== 'read')
}

/** The commands that changed something although nobody had said yes to exactly this command, once for each time. */
export function unconfirmed(entries: readonly JournalEntry[]): string[] {
	const yes = new Map<string, number>()
	const found: string[] = []
	for (const entry of entries) {
		if (entry.type === 'confirmed') {
			const key = JSON.stringify([entry.step, entry.index, entry.command])
			yes.set(key, (yes.get(key) ?? 0) + 1)
		}
		if (entry.type !== 'command.started' || entry.effect === 'read') continue
		const key = JSON.stringify([entry.step, entry.index, entry.command])
		const left = yes.get(key) ?? 0
		if (left === 0) found.push(entry.command)
		else yes.set(key, left - 1)
	}
	return found
}

/** The commands that ended by themselves without an exit code, or that the journal has no end of. */
export function withoutExitCode(entries: readonly JournalEntry[]): string[] {
	const ended = new Map(entries.flatMap((entry) => (entry.type === 'command.ended' ? [[entry.run, entry.ending]] : [])))
	return entries.flatMap((entry) => {
		if (entry.type !== 'command.started') return []
		const ending = ended.get(entry.run)
		return ending === undefined || (ending.kind === 'exited' && ending.exitCode === null) ? [entry.command] : []
	})
}

/** The commands that the Markdown transcript does not show together with how they ended. */
export function missingIn(transcript: string, entries: readonly JournalEntry[]): string[] {
	const ended = new Map(entries.flatMap((entry) => (entry.type === 'command.ended' ? [[entry.run, entry.ending]] : [])))
	let from = 0
	return entries.flatMap((entry) => {
		if (entry.type !== 'command.started') return []
		const ending = ended.get(entry.run)
		const code = ending?.kind === 'exited' ? `exit code ${ending.exitCode} after` : ''
		const fence = transcript.indexOf(`\`\`\`sh\n${entry.command}\n\`\`\``, from)
		if (fence < 0 || !transcript.slice(from, fence).includes(code)) return [entry.command]
		from = fence + 1
		return []
	})
}
