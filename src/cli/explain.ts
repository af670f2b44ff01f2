import { openFlow } from '../app/compose.ts'
import { exitCodes } from '../app/exit-codes.ts'
import { explainPaste } from '../app/explain.ts'
import type { Explanation } from '../app/explain-answer.ts'
import { readPastedText } from '../app/paste.ts'
import { explanationJson, explanationText } from '../app/print-explanation.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

export interface ExplainOptions {
	readonly set: readonly (readonly [string, string])[]
	readonly exitCode?: number
	readonly json?: boolean
}

/** `runtree explain FLOW [STEP] < output`: says what an output that was obtained elsewhere means. Runs nothing. */
export async function explain(
	name: string,
	step: string | undefined,
	options: ExplainOptions,
	{ stdin, stdout, stderr }: Pick<TerminalStreams, 'stdin' | 'stdout' | 'stderr'>,
): Promise<number> {
	const opened = await openFlow(name)
	if (stdin.isTTY === true) {
		stderr.write('Paste the output, then press Enter and Ctrl-D on a line of its own (Ctrl-C leaves).\n')
	}
	const paste = await readPastedText(stdin)
	const explanation = explainPaste(opened, { lines: paste.lines, step, exitCode: options.exitCode, set: options.set })
	const complete =
		paste.note === undefined ? explanation : { ...explanation, notes: [paste.note, ...explanation.notes] }
	if (options.json === true) stdout.write(explanationJson(complete))
	else if (complete.outcome === 'unrecognised') stderr.write(`runtree: ${complete.said}\n`)
	else stdout.write(explanationText(complete, stdout.columns))
	return codeOf(complete)
}

function codeOf({ outcome }: Explanation): number {
	switch (outcome) {
		case 'healthy':
			return exitCodes.ok
		case 'cause':
			return exitCodes.cause
		case 'likely':
		case 'undecided':
			return exitCodes.inconclusive
		case 'unrecognised':
			return exitCodes.usage
	}
}
