import { StringDecoder } from 'node:string_decoder'
import { createLineSplitter } from '../target/output-lines.ts'
import type { OutputLine } from '../text/parser.ts'
import { UserError } from './user-error.ts'

/** Most of a paste that is read, in bytes: what came last, as the last state counts. */
const MOST_PASTED = 4 * 1024 * 1024

export interface PastedText {
	/** Sanitised; numbered as they stand in the paste. */
	readonly lines: readonly OutputLine[]
	/** What was left out: one sentence. */
	readonly note?: string
}

/**
 * Reads a text to its end and keeps the last 4 MB of it, in memory that does not grow with its length. Throws a
 * UserError when it is empty, or no text.
 */
export async function readPastedText(stdin: AsyncIterable<Buffer | string>): Promise<PastedText> {
	let kept: Buffer[] = []
	let size = 0
	let dropped = 0
	let newlines = 0
	for await (const chunk of stdin) {
		const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
		if (bytes.includes(0)) {
			throw new UserError(
				'This is not text (it has NUL bytes): give the output as text, such as with `journalctl --no-pager`.',
			)
		}
		kept.push(bytes)
		size += bytes.length
		while (kept[0] !== undefined && size - kept[0].length >= MOST_PASTED) {
			const first = kept.shift() as Buffer
			size -= first.length
			dropped += first.length
			for (let at = first.indexOf(10); at >= 0; at = first.indexOf(10, at + 1)) newlines++
		}
	}
	let text = Buffer.concat(kept)
	kept = []
	if (text.length > MOST_PASTED || dropped > 0) {
		// The first line that is kept was cut somewhere.
		const from = Math.max(0, text.length - MOST_PASTED)
		const whole = text.indexOf(10, from)
		const cut = text.subarray(0, whole < 0 ? from : whole + 1)
		for (let at = cut.indexOf(10); at >= 0; at = cut.indexOf(10, at + 1)) newlines++
		dropped += cut.length
		text = text.subarray(cut.length)
	}
	const decoder = new StringDecoder('utf8')
	const splitter = createLineSplitter()
	const lines = [...splitter.push({ stream: 'stdout', text: decoder.write(text) + decoder.end() }), ...splitter.end()]
	if (lines.every((line) => line.text.trim() === '')) {
		throw new UserError('Nothing was given: pipe the output in, such as `runtree explain FLOW < output.txt`.')
	}
	if (dropped === 0) return { lines }
	return {
		lines: lines.map((line) => ({ ...line, number: line.number + newlines })),
		note: `The text is longer than 4 MB, so only its end was read, from line ${newlines + 1} on.`,
	}
}
