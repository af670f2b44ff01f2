import type { SessionEntry } from './entry.ts'
import type { LineStream, Redactor } from './redact.ts'

/** Longest text of one `command.output` entry, in UTF-16 code units, unless a single line is longer. */
const ENTRY_LENGTH = 32_768

type Stream = 'stdout' | 'stderr'

interface Piece {
	readonly stream: Stream
	readonly lines: readonly string[]
	readonly offsetMs: number
	readonly bytes: number
}

interface Run {
	readonly redact: Readonly<Record<Stream, LineStream>>
	head: number
	tail: Piece[]
	tailBytes: number
	droppedLines: number
	droppedBytes: number
}

export interface OutputBudget {
	add(run: string, stream: Stream, lines: readonly string[], offsetMs: number): void
	/** Text that completes so many lines, all of it not to be kept. */
	skip(run: string, stream: Stream, text: string, lines: number): void
	/** Writes the end of the run's output and forgets the run. */
	end(run: string): void
}

/**
 * Keeps the journal bounded: of each run the beginning is written as it comes, and of the rest only the end, once the
 * command has ended. What nobody keeps is not redacted either, so that a flood costs little.
 */
export function createOutputBudget(
	limits: { readonly session: number; readonly head: number; readonly tail: number },
	redactor: Redactor,
	write: (entry: SessionEntry) => void,
): OutputBudget {
	const runs = new Map<string, Run>()
	let spent = 0

	const stateOf = (run: string): Run => {
		let state = runs.get(run)
		if (state === undefined) {
			const redact = { stdout: redactor.stream(), stderr: redactor.stream() }
			state = { redact, head: 0, tail: [], tailBytes: 0, droppedLines: 0, droppedBytes: 0 }
			runs.set(run, state)
		}
		return state
	}

	const writePiece = (run: string, state: Run, piece: Piece): void => {
		spent += piece.bytes
		const lines = state.redact[piece.stream].lines(piece.lines)
		const text = `${lines.join('\n')}\n`
		write({ type: 'command.output', run, stream: piece.stream, text, offsetMs: piece.offsetMs })
	}

	const place = (run: string, state: Run, piece: Piece): void => {
		const fits = state.head + piece.bytes <= limits.head
		// A tail's worth of the session stays free, so that the end of a command is kept even when others were long.
		const affordable = spent + piece.bytes <= limits.session - limits.tail
		if (state.tail.length === 0 && state.droppedLines === 0 && fits && affordable) {
			state.head += piece.bytes
			writePiece(run, state, piece)
			return
		}
		state.tail.push(piece)
		state.tailBytes += piece.bytes
		while (state.tailBytes > limits.tail) dropOldest(state)
	}

	return {
		add: (run, stream, lines, offsetMs) => {
			const state = stateOf(run)
			for (let from = 0; from < lines.length; ) {
				const to = pieceEnd(lines, from)
				const piece = lines.slice(from, to)
				place(run, state, { stream, lines: piece, offsetMs, bytes: sizeOf(piece) })
				from = to
			}
		},
		skip: (run, stream, text, lines) => {
			const state = stateOf(run)
			while (state.tail.length > 0) dropOldest(state)
			state.droppedLines += lines
			state.droppedBytes += Buffer.byteLength(text)
			state.redact[stream].skipText(text)
		},
		end: (run) => {
			const state = runs.get(run)
			if (state === undefined) return
			runs.delete(run)
			while (state.tail.length > 0 && spent + state.tailBytes > limits.session) dropOldest(state)
			if (state.droppedLines > 0) {
				write({ type: 'command.output-dropped', run, lines: state.droppedLines, bytes: state.droppedBytes })
			}
			for (const piece of state.tail) writePiece(run, state, piece)
		},
	}
}

function dropOldest(state: Run): void {
	const piece = state.tail.shift()
	if (piece === undefined) return
	state.tailBytes -= piece.bytes
	state.droppedBytes += piece.bytes
	state.droppedLines += piece.lines.length
	state.redact[piece.stream].skip(piece.lines)
}

function pieceEnd(lines: readonly string[], from: number): number {
	let length = 0
	let to = from
	do {
		length += (lines[to]?.length ?? 0) + 1
		to++
	} while (to < lines.length && length + (lines[to]?.length ?? 0) < ENTRY_LENGTH)
	return to
}

function sizeOf(lines: readonly string[]): number {
	let bytes = 0
	for (const line of lines) bytes += Buffer.byteLength(line) + 1
	return bytes
}
