import { setTimeout as pause } from 'node:timers/promises'
import { entriesOf } from '../app/sessions.ts'
import { transcriptOf } from '../app/transcript.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree replay SESSION`: its commands and their output as they came, long pauses shortened. Runs nothing. */
export async function replay(
	name: string,
	{ speed }: { readonly speed: number },
	{ stdout, env }: TerminalStreams,
): Promise<number> {
	const { entries } = await entriesOf(name, env)
	const [, ...frames] = transcriptOf(entries, 'cast').trimEnd().split('\n')
	let shown = 0
	for (const frame of frames) {
		const [at, , text] = JSON.parse(frame) as [number, 'o', string]
		await pause(((at - shown) * 1000) / speed)
		shown = at
		if (!stdout.writable) break
		stdout.write(text.replaceAll('\r\n', '\n'))
	}
	return 0
}
