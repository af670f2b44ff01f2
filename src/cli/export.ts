import { entriesOf } from '../app/sessions.ts'
import { type TranscriptFormat, transcriptOf } from '../app/transcript.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree export SESSION`: the transcript on standard output. */
export async function exportSession(
	name: string,
	{ format }: { readonly format: TranscriptFormat },
	{ stdout, stderr, env }: TerminalStreams,
): Promise<number> {
	const { entries, skipped, torn } = await entriesOf(name, env)
	stdout.write(transcriptOf(entries, format))
	if (skipped > 0 || torn) {
		stderr.write('runtree: damaged lines of the journal were set aside; the transcript holds the rest.\n')
	}
	return 0
}
