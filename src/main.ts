import { setFlagsFromString } from 'node:v8'
import { flushed, processStreams, type TerminalStreams, watchOutput } from './terminal/streams.ts'
import { version } from './version.ts'

/**
 * The program: words of the command line to an exit code. Everything that is not needed for `--version` is loaded
 * when it is needed. Never throws: what goes wrong is one sentence on standard error.
 */
export async function main(words: readonly string[], streams: TerminalStreams = processStreams()): Promise<number> {
	// React reads it when it is loaded; its development build is slower.
	process.env.NODE_ENV ??= 'production'
	// V8 lets the space for new objects grow with what a command prints, and holds on to it: 100 MB for a flood.
	setFlagsFromString('--semi-space-growth-factor=1')
	const output = watchOutput(streams.stdout)
	// Where not even an error can be said, there is nothing left to do about it.
	streams.stderr.on('error', () => {})
	const code = await run(words, streams)
	await flushed(streams.stdout)
	const lost = output.lost()
	if (lost === undefined || lost === 'closed') return code
	streams.stderr.write(
		`runtree: standard output could not be written (${lost.message.split(',', 1)[0]}); make room, or write elsewhere.\n`,
	)
	return 2
}

async function run(words: readonly string[], streams: TerminalStreams): Promise<number> {
	if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
		streams.stdout.write(`${version}\n`)
		return 0
	}
	const { runProgram } = await import('./cli/program.ts')
	return runProgram(words, streams)
}
