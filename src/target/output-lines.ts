import type { OutputLine } from '../text/parser.ts'
import { sanitizeLine } from './sanitize.ts'
import type { OutputChunk } from './target.ts'

/** Longest line that is kept, in UTF-16 code units; the rest of it is cut off and `CUT_MARK` says so. */
export const MAX_LINE = 4_000
export const CUT_MARK = ' … (cut)'

/** What is kept of a line that has not ended yet: more than `MAX_LINE`, because escape sequences are still in it. */
const MAX_RAW = 16_000

/** Turns chunks into numbered, sanitised lines. Holds at most one unfinished line per stream, of bounded length. */
export interface LineSplitter {
	/** Lines that the chunk completes, in the order of arrival. */
	push(chunk: Pick<OutputChunk, 'stream' | 'text'>): OutputLine[]
	/** Counts the lines that the chunk completes, and gives none of them: what follows is as if they had been given. */
	skip(chunk: Pick<OutputChunk, 'stream' | 'text'>): number
	/** Last lines that had no newline. */
	end(): OutputLine[]
	/** Lines given so far. */
	count(): number
}

interface Unfinished {
	text: string
	cut: boolean
}

/** A splitter whose first line has the number 1. */
export function createLineSplitter(): LineSplitter {
	const unfinished: Record<OutputChunk['stream'], Unfinished> = {
		stdout: { text: '', cut: false },
		stderr: { text: '', cut: false },
	}
	let number = 0

	const finish = (stream: OutputChunk['stream']): OutputLine => {
		const line = unfinished[stream]
		const text = limited(sanitizeLine(line.text), line.cut)
		line.text = ''
		line.cut = false
		number++
		return { stream, number, text }
	}

	return {
		push: ({ stream, text }) => {
			const lines: OutputLine[] = []
			let from = 0
			for (let newline = text.indexOf('\n'); newline >= 0; newline = text.indexOf('\n', from)) {
				extend(unfinished[stream], text.slice(from, newline))
				lines.push(finish(stream))
				from = newline + 1
			}
			if (from < text.length) extend(unfinished[stream], text.slice(from))
			return lines
		},
		skip: ({ stream, text }) => {
			const lines = countNewlines(text)
			if (lines > 0) {
				unfinished[stream].text = ''
				unfinished[stream].cut = false
				number += lines
			}
			const rest = text.slice(text.lastIndexOf('\n') + 1)
			if (rest !== '') extend(unfinished[stream], rest)
			return lines
		},
		end: () =>
			(['stdout', 'stderr'] as const)
				.filter((stream) => unfinished[stream].text !== '')
				.map((stream) => finish(stream)),
		count: () => number,
	}
}

/** Character by character: a search per newline takes thirty times as long where lines are short. */
export function countNewlines(text: string): number {
	let count = 0
	for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === 10) count++
	return count
}

function extend(line: Unfinished, text: string): void {
	if (!line.cut && line.text.length + text.length <= MAX_RAW) {
		line.text += text
		return
	}
	// A progress display writes over the line again and again: only what came after the last carriage return counts.
	const rewritten = text.lastIndexOf('\r', text.length - 2)
	if (rewritten >= 0) {
		const rest = text.slice(rewritten + 1)
		line.text = detached(cutAt(rest, MAX_RAW))
		line.cut = rest.length > MAX_RAW
	} else if (!line.cut) {
		line.text = detached(cutAt(line.text + text, MAX_RAW))
		line.cut = true
	}
}

function limited(text: string, cut: boolean): string {
	if (text.length <= MAX_LINE) return cut ? text + CUT_MARK : text
	return detached(cutAt(text, MAX_LINE)) + CUT_MARK
}

/** Cuts without splitting a surrogate pair. */
function cutAt(text: string, length: number): string {
	if (text.length <= length) return text
	const last = text.charCodeAt(length - 1)
	return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

/**
 * A copy that does not keep the text alive that it was cut out of: V8 keeps a slice as a reference into the whole chunk,
 * so that a few thousand short lines could hold hundreds of megabytes.
 */
export function detached(text: string): string {
	return text.length < 13 ? text : Buffer.from(text, 'utf8').toString('utf8')
}
