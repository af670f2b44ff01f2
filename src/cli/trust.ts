import { openFlow } from '../app/compose.ts'
import { aboutFlow, approve, isTrusted } from '../app/trust.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree trust FLOW`: approves a flow that does not come with the program, as it is now. */
export async function trust(name: string, { stdout, env }: TerminalStreams): Promise<number> {
	const opened = await openFlow(name)
	if (opened.shipped) {
		stdout.write(`${opened.flow.id} comes with runtree; it needs no approval.\n`)
		return 0
	}
	const known = isTrusted(opened, env)
	if (!known) approve(opened, env)
	stdout.write(
		`${aboutFlow(opened)}\n${known ? 'It was approved before.' : 'Approved, until it or a part of it changes.'}\n`,
	)
	return 0
}
