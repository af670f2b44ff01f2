import { exitCodes } from '../app/exit-codes.ts'
import { loadFlow } from '../app/flows.ts'
import { entriesOf } from '../app/sessions.ts'
import type { SessionStarted } from '../journal/entry.ts'
import { verifyJournal } from '../journal/verify.ts'
import { functions, parsers } from '../subjects/catalogue.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/**
 * `runtree verify SESSION`: is its journal whole, as it was written, and has each change its yes? Exit code 1 when not, or
 * when its session has no end.
 */
export async function verify(name: string, { stdout, env }: TerminalStreams): Promise<number> {
	const { file, started } = await entriesOf(name, env)
	const { faults, unfinished, unknown, entries, hash } = await verifyJournal(file)
	for (const fault of [...faults, ...unfinished]) stdout.write(`${fault}\n`)
	if (unknown > 0) stdout.write(`${unknown} of a newer runtree, passed over\n`)
	const count = faults.length === 0 ? 0 : faults.length + unfinished.length
	const verdict =
		count > 0
			? `not whole (${count} ${count === 1 ? 'fault' : 'faults'})`
			: unfinished.length > 0
				? 'whole as far as it goes, unfinished'
				: 'whole'
	stdout.write(`${await flowLine(started)}\nLast hash: ${hash}\n${file}: ${verdict}, ${entries} entries\n`)
	return verdict === 'whole' ? exitCodes.ok : exitCodes.cause
}

async function flowLine({ flow }: SessionStarted): Promise<string> {
	const loaded = await loadFlow(flow.file ?? flow.id, { parsers, functions })
	if (!loaded.ok) return `The flow ${flow.id} is not here, or does not check.`
	return loaded.flow.hash === flow.hash
		? `The flow ${flow.id} is the one that was walked.`
		: `The flow ${flow.id} was edited since.`
}
