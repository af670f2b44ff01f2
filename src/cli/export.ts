import { loadFlow } from '../app/flows.ts'
import { findSession } from '../app/sessions.ts'
import { type TranscriptFormat, transcriptOf } from '../app/transcript.ts'
import { UserError } from '../app/user-error.ts'
import { parsers } from '../facts/catalogue.ts'
import { readJournal } from '../journal/read.ts'
import { flushed, type TerminalStreams } from '../terminal/streams.ts'

/** `runtree export SESSION`: the transcript on standard output. */
export async function exportSession(
	name: string,
	{ format }: { readonly format: TranscriptFormat },
	{ stdout, stderr, env }: TerminalStreams,
): Promise<number> {
	const { file } = await findSession(name, env)
	const read = await readJournal(file)
	if (!read.ok) throw new UserError(read.reason)
	const [started] = read.entries
	const id = started?.type === 'session.started' ? started.flow.id : ''
	// The flow adds what the journal does not hold (why, prevention, the checklist); without it the transcript is still whole.
	const loaded = id === '' ? undefined : await loadFlow(id, parsers).catch(() => undefined)
	stdout.write(transcriptOf(read.entries, format, loaded?.ok === true ? loaded.flow : undefined, parsers))
	if (read.skipped > 0 || read.torn) {
		stderr.write('runtree: damaged lines of the journal were set aside; the transcript holds the rest.\n')
	}
	await flushed(stdout)
	return 0
}
