import type { OutputLine } from '../text/parser.ts'

/** What parsers read of a command's output: all of it, or its two ends when it is long. */
export interface KeptLines {
	add(lines: readonly OutputLine[]): void
	/** In the order of arrival; `number` tells where lines are missing. */
	all(): readonly OutputLine[]
}

export interface KeptLimits {
	/** Of each end. */
	readonly lines: number
	/** Of each end, in UTF-16 code units. */
	readonly length: number
}

const LIMITS: KeptLimits = { lines: 10_000, length: 1_000_000 }

/** Memory is bounded by twice the limits, whatever a command prints. */
export function createKeptLines(limits: KeptLimits = LIMITS): KeptLines {
	const head: OutputLine[] = []
	let headLength = 0
	let headOpen = true
	let tail: OutputLine[] = []
	let tailLength = 0

	const trim = (): void => {
		let from = Math.max(0, tail.length - limits.lines)
		for (let index = 0; index < from; index++) tailLength -= sizeOf(tail[index])
		while (tailLength > limits.length && from < tail.length) tailLength -= sizeOf(tail[from++])
		tail = tail.slice(from)
	}

	const addLine = (line: OutputLine): void => {
		const size = sizeOf(line)
		headOpen = headOpen && head.length < limits.lines && headLength + size <= limits.length
		if (headOpen) {
			head.push(line)
			headLength += size
			return
		}
		tail.push(line)
		tailLength += size
		// Trimmed in bulk: moving the whole tail for every line would take quadratic time.
		if (tail.length > 2 * limits.lines || tailLength > 2 * limits.length) trim()
	}

	return {
		add: (lines) => {
			for (const line of lines) addLine(line)
		},
		all: () => {
			trim()
			return [...head, ...tail]
		},
	}
}

function sizeOf(line: OutputLine | undefined): number {
	return (line?.text.length ?? 0) + 1
}
