import type { CommandEnding } from '../flow/command.ts'
import type { ProcessRegistry } from './process-registry.ts'
import { type CapturedCommand, runCaptured } from './run-captured.ts'

/** What a command of our own (not of a flow) gave. */
export interface QuietResult {
	readonly ending: CommandEnding
	/** It exited by itself with code 0. */
	readonly succeeded: boolean
	readonly stdout: string
	readonly stderr: string
}

const MAX_TEXT = 64_000

/** Runs a command of our own whose output is short and for nobody to see. Keeps at most 64,000 characters a stream. */
export async function runQuietly(
	command: CapturedCommand,
	signal: AbortSignal,
	registry: ProcessRegistry,
): Promise<QuietResult> {
	const texts = { stdout: '', stderr: '' }
	const ending = await runCaptured(
		command,
		{
			signal,
			onOutput: ({ stream, text }) => {
				texts[stream] = (texts[stream] + text).slice(0, MAX_TEXT)
			},
		},
		registry,
	)
	return { ending, succeeded: ending.kind === 'exited' && ending.exitCode === 0, ...texts }
}
