import type { OutputSource } from '../session/types.ts'
import type { OutputLine } from '../text/parser.ts'
import { wrapOutput } from './cells.ts'

/** Which part of a long output is shown. Only what is visible is read, so the cost does not grow with the output. */

/**
 * Where a reader looks: at the newest lines, from a line on, or at the beginning if that shows a certain line, else a
 * little before that line.
 */
export type Anchor = { readonly kind: 'tail' } | { readonly kind: 'line' | 'reveal'; readonly number: number }

export type Lines = Omit<ReturnType<OutputSource['view']>, 'ended'>

interface ShownLine {
	readonly number: number
	readonly stream: OutputLine['stream']
	/** The line, broken at the width; only what there is room for. */
	readonly rows: readonly string[]
}

export interface OutputWindow {
	readonly lines: readonly ShownLine[]
	/** Lines before the first shown one, dropped ones included. */
	readonly above: number
	/** Lines behind the last one that is shown to its end. */
	readonly below: number
	/** True when the newest line is shown to its end. */
	readonly atEnd: boolean
}

/**
 * Lays an output out in `width` × `height` cells.
 * @param anchor a line number outside of what is kept counts as the nearest kept one
 */
export function windowOf(output: Lines, anchor: Anchor, width: number, height: number): OutputWindow {
	if (height < 1 || output.total < output.first) return { lines: [], above: 0, below: output.total, atEnd: false }
	const start = startOf(output, anchor, width, height)
	const lines: ShownLine[] = []
	let room = height
	let whole = start - 1
	for (const line of output.slice(start, height)) {
		if (room < 1) break
		const rows = wrapOutput(line.text, width)
		lines.push({ number: line.number, stream: line.stream, rows: rows.slice(0, room) })
		if (rows.length <= room) whole = line.number
		room -= rows.length
	}
	return { lines, above: start - 1, below: Math.max(0, output.total - whole), atEnd: whole >= output.total }
}

function startOf(output: Lines, anchor: Anchor, width: number, height: number): number {
	if (anchor.kind === 'tail') return tailStart(output, width, height)
	if (anchor.kind === 'line') return lineStart(output, anchor.number, width, height)
	let room = height
	for (const line of output.slice(output.first, height)) {
		room -= wrapOutput(line.text, width).length
		if (room < 0) break
		if (line.number >= anchor.number) return output.first
	}
	return lineStart(output, anchor.number - 1, width, height)
}

/** The first line from which on everything to the end fits: at least the last line, even if it does not fit. */
function tailStart(output: Lines, width: number, height: number): number {
	const from = Math.max(output.first, output.total - height + 1)
	const newest = output.slice(from, height)
	let room = height
	let start = output.total
	for (let index = newest.length - 1; index >= 0; index--) {
		const line = newest[index]
		if (!line) break
		room -= wrapOutput(line.text, width).length
		if (room < 0) break
		start = line.number
	}
	return Math.max(start, output.first)
}

/** Does not scroll past the end: the window stays full where there are lines enough. */
function lineStart(output: Lines, number: number, width: number, height: number): number {
	return Math.min(Math.max(number, output.first), tailStart(output, width, height))
}
