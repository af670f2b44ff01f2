import { loadFlow } from '../app/flows.ts'
import { entriesOf } from '../app/sessions.ts'
import { type TranscriptFormat, transcriptOf } from '../app/transcript.ts'
import { parsers } from '../facts/catalogue.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree export SESSION`: the transcript on standard output. */
export async function exportSession(
	name: string,
	{ format }: { readonly format: TranscriptFormat },
	{ stdout, stderr, env }: TerminalStreams,
): Promise<number> {
	const { entries, started, skipped, torn } = await entriesOf(name, env)
	// The flow adds what the journal does not hold (why, prevention, the checklist); without it the transcript is still whole.
	const loaded = await loadFlow(started.flow.id, parsers)
	stdout.write(transcriptOf(entries, format, loaded.ok ? loaded.flow : undefined, parsers))
	if (skipped > 0 || torn) {
		stderr.write('runtree: damaged lines of the journal were set aside; the transcript holds the rest.\n')
	}
	return 0
}
