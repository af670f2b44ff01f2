import { tmpdir } from 'node:os'
import { execa } from 'execa'

export interface ToolOptions {
	/** Written to standard input, which is then closed. Without it standard input is empty. */
	readonly input?: string
	/** `'shown'`: everything that it prints goes to our standard error, as it comes, and none of it is kept. */
	readonly output?: 'kept' | 'shown'
}

/** How a program of this machine ended. */
export interface ToolEnding {
	/** 1 when it did not exit by itself, or could not be started: `stderr` then says why. */
	readonly exitCode: number
	readonly stdout: string
	readonly stderr: string
}

const MAX_OUTPUT = 64_000_000

/**
 * Runs a program of this machine that is no command of a flow (podman, to make a practice host), and keeps all of its
 * output. It stays in our process group: Ctrl-C in the terminal ends it too. Never rejects.
 */
export async function runTool(
	file: string,
	args: readonly string[],
	{ input = '', output = 'kept' }: ToolOptions = {},
): Promise<ToolEnding> {
	const ended = await execa(file, args, {
		input,
		...(output === 'shown' ? { stdout: 2, stderr: 2 } : {}),
		// When a container runs out of memory, podman's monitor leaves a file named `oom` where it was started.
		cwd: tmpdir(),
		reject: false,
		stripFinalNewline: false,
		maxBuffer: MAX_OUTPUT,
	})
	const { exitCode, stdout, stderr, shortMessage } = ended
	const said = (stderr as string | undefined) ?? ''
	if (exitCode !== undefined) return { exitCode, stdout: stdout ?? '', stderr: said }
	return { exitCode: 1, stdout: stdout ?? '', stderr: said.trim() === '' ? (shortMessage ?? '') : said }
}
