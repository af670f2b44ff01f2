import { bool, type FactSchema, int, type LineSpan, type OutputLine, type Parsed, string } from '../text/parser.ts'
import type { CommandEnding } from './command.ts'

/** The facts that every command gives: `result` is the step's last command; `parse: { result: name }` keeps them under a name. */
export const resultSchema = {
	exitCode: int(
		'The exit code; left out when a signal ended the command, and when it was pasted, timed out or never started.',
	),
	stdout: string(
		'What it printed to standard output; of a long text the first and the last half of 65,536 characters.',
		{
			hearsay: true,
		},
	),
	stderr: string(
		'What it printed to standard error; of a long text the first and the last half of 65,536 characters.',
		{
			hearsay: true,
		},
	),
	timedOut: bool('It took longer than its timeout and was ended.'),
	ending: string('How it ended.', { values: ['exited', 'timed-out', 'cancelled', 'not-started', 'disconnected'] }),
	durationMs: int('How long it took, in milliseconds.'),
} as const satisfies FactSchema

/** The name of the variable, and of the built-in parser that is in no catalogue. */
export const RESULT = 'result'

/** Longest text of one stream that a condition sees, in UTF-16 code units: the first and the last half of it. */
export const RESULT_TEXT_LIMIT = 65_536

/** Most lines that are kept as evidence of `stdout` or `stderr`: the last ones. */
const EVIDENCE_LINES = 20

/**
 * Facts about how a command ended and what it printed: the newlines between lines are kept, the last one is not.
 * Total. `exitCode` is left out when there is none.
 */
export function resultFacts(ending: CommandEnding, lines: readonly OutputLine[]): Parsed {
	const stdout = lines.filter((line) => line.stream === 'stdout')
	const stderr = lines.filter((line) => line.stream === 'stderr')
	const exitCode = ending.kind === 'exited' ? ending.exitCode : null
	return {
		facts: {
			...(exitCode === null ? {} : { exitCode }),
			stdout: boundedText(stdout),
			stderr: boundedText(stderr),
			timedOut: ending.kind === 'timed-out',
			ending: ending.kind,
			durationMs: Math.max(0, Math.round(ending.durationMs)),
		},
		evidence: { stdout: lastLines(stdout), stderr: lastLines(stderr) },
	}
}

function boundedText(lines: readonly OutputLine[]): string {
	const half = RESULT_TEXT_LIMIT / 2
	const head: string[] = []
	let size = 0
	let next = 0
	for (; next < lines.length && size <= RESULT_TEXT_LIMIT; next++) {
		const text = lines[next]?.text ?? ''
		head.push(text)
		size += text.length + 1
	}
	const whole = head.join('\n')
	if (next === lines.length && whole.length <= RESULT_TEXT_LIMIT) return whole
	const tail: string[] = []
	for (let last = lines.length - 1, length = 0; last >= 0 && length <= half; last--) {
		const text = lines[last]?.text ?? ''
		tail.push(text)
		length += text.length + 1
	}
	return `${whole.slice(0, half)}\n${tail
		.reverse()
		.join('\n')
		.slice(-(half - 1))}`
}

function lastLines(lines: readonly OutputLine[]): readonly LineSpan[] {
	return lines.slice(-EVIDENCE_LINES).map((line) => ({ line: line.number }))
}
