import { exitCodes } from '../app/exit-codes.ts'
import { loadFlow } from '../app/flows.ts'
import { entriesOf } from '../app/sessions.ts'
import type { JournalEntry, SessionStarted } from '../journal/entry.ts'
import { functions, parsers } from '../subjects/catalogue.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree verify SESSION`: is its journal whole? Exit code 1 when something is missing from it. */
export async function verify(name: string, { stdout, env }: TerminalStreams): Promise<number> {
	const { file, entries, started, skipped, torn } = await entriesOf(name, env)
	const faults = [
		...(skipped > 0 ? [`${skipped} ${skipped === 1 ? 'line is' : 'lines are'} damaged`] : []),
		...(torn ? ['the last line is cut off'] : []),
		...missingOf(entries),
	]
	for (const fault of faults) stdout.write(`${fault}\n`)
	const whole = faults.length === 0
	const verdict = whole ? 'whole' : `not whole (${faults.length} ${faults.length === 1 ? 'fault' : 'faults'})`
	stdout.write(`${await flowLine(started)}\n${file}: ${verdict}, ${entries.length} entries\n`)
	return whole ? exitCodes.ok : exitCodes.cause
}

/** What should be in a journal and is not: one clause each. Pure. */
function missingOf(entries: readonly JournalEntry[]): readonly string[] {
	const faults: string[] = []
	const open = new Map<string, string>()
	const known = new Set<string>()
	let before = 0
	for (const entry of entries) {
		if (entry.seq !== before + 1) faults.push(gap(before, entry.seq))
		before = entry.seq
		switch (entry.type) {
			case 'command.started':
				open.set(entry.run, entry.command)
				known.add(entry.run)
				break
			case 'command.ended':
				open.delete(entry.run)
				break
			case 'session.resumed':
				// It says itself that this one has no end.
				if (entry.interrupted !== undefined) open.delete(entry.interrupted.run)
				break
		}
		if ('run' in entry && !known.has(entry.run)) {
			known.add(entry.run)
			faults.push(`entry ${entry.seq} is of the command ${entry.run}, which never began`)
		}
	}
	for (const [run, command] of open) faults.push(`the command ${run} has no end: ${command.split('\n', 1)[0]}`)
	const ended = entries.findLast(({ type }) => type === 'session.ended' || type === 'session.resumed')
	if (ended?.type !== 'session.ended') faults.push('the session has no end: it broke off, or is still open')
	return faults
}

function gap(before: number, next: number): string {
	if (next <= before) return `entry ${next} stands after entry ${before}`
	return next === before + 2 ? `entry ${before + 1} is missing` : `entries ${before + 1} to ${next - 1} are missing`
}

async function flowLine({ flow }: SessionStarted): Promise<string> {
	const loaded = await loadFlow(flow.file ?? flow.id, { parsers, functions })
	if (!loaded.ok) return `The flow ${flow.id} is not here, or does not check.`
	return loaded.flow.hash === flow.hash
		? `The flow ${flow.id} is the one that was walked.`
		: `The flow ${flow.id} was edited since.`
}
