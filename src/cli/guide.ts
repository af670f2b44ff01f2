import { openFlow } from '../app/compose.ts'
import { writeGuide } from '../flow/guide.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree guide FLOW`: the flow as a guide to read, in Markdown. */
export async function guide(name: string, { stdout }: TerminalStreams): Promise<number> {
	const { flow } = await openFlow(name)
	stdout.write(`${writeGuide(flow).trimEnd()}\n`)
	return 0
}
