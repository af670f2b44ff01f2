import { processStreams, type TerminalStreams } from './terminal/streams.ts'
import { version } from './version.ts'

/**
 * The program: words of the command line to an exit code. Everything that is not needed for `--version` is loaded
 * when it is needed. Never throws: what goes wrong is one sentence on standard error.
 */
export async function main(words: readonly string[], streams: TerminalStreams = processStreams()): Promise<number> {
	// React reads it when it is loaded; its development build is slower.
	process.env.NODE_ENV ??= 'production'
	if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
		streams.stdout.write(`${version}\n`)
		return 0
	}
	const { runProgram } = await import('./cli/program.ts')
	return runProgram(words, streams)
}
