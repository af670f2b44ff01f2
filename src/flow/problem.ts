import stringWidth from 'string-width'
import { printable } from '../text/unprintable.ts'

/** Something wrong in a flow file, at a place that an editor can jump to. */
export interface Problem {
	readonly file: string
	/** 1-based. */
	readonly line: number
	/** 1-based, in UTF-16 code units, as editors count. */
	readonly column: number
	/** One sentence without a full stop. */
	readonly message: string
	/** What to do about it. */
	readonly hint?: string
	/** The line of the file, without its newline. */
	readonly sourceLine: string
	/** How many code units of the line the caret underlines; at least 1. */
	readonly length: number
}

const TAB = '\t'
/** So that the line and its caret do not wrap on 80 columns. */
const WIDEST_LINE = 72

/**
 * A problem as compilers print it: `file:line:column: message`, the line, a caret under the place, the hint.
 * Several lines, no newline at the end.
 */
export function formatProblem(problem: Problem): string {
	const { sourceLine, from } = windowOf(problem)
	const before = sourceLine.slice(0, problem.column - 1 - from)
	const caretLength = Math.max(1, Math.min(problem.length, sourceLine.length - before.length))
	const number = String(problem.line)
	const gutter = ' '.repeat(number.length)
	const lines = [
		`${visible(problem.file)}:${problem.line}:${problem.column}: ${visible(problem.message)}`,
		` ${number} | ${sourceLine}`,
		// Tabs stay tabs, so that the caret stands under its place whatever their width.
		` ${gutter} | ${padding(before)}${'^'.repeat(caretLength)}`,
	]
	if (problem.hint !== undefined) lines.push(` ${gutter} = ${visible(problem.hint)}`)
	return lines.join('\n')
}

function padding(before: string): string {
	return [...before].map((character) => (character === TAB ? TAB : ' '.repeat(stringWidth(character)))).join('')
}

function windowOf(problem: Problem): { sourceLine: string; from: number } {
	const line = visible(problem.sourceLine)
	if (line.length <= WIDEST_LINE) return { sourceLine: line, from: 0 }
	const from = Math.max(0, Math.min(problem.column - 1 - 40, line.length - WIDEST_LINE))
	return { sourceLine: line.slice(from, from + WIDEST_LINE), from }
}

/** A flow file is untrusted text: its control characters must not reach the terminal. Keeps the length. */
function visible(text: string): string {
	return printable(text.replaceAll('\n', '\ufffd'), '\ufffd')
}
