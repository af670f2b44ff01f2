import type { ReadLine } from './fact-notes.ts'
import type { ParserInput } from './parser.ts'

/** No line that these parsers read is longer; what is longer is cut, so that no text costs more than its length. */
const longestLine = 16_384

/**
 * Text is pasted with what stood before it: a mail's `> `, a frame's `| `, a container's `web-1  | `, the line
 * numbers of `cat -n` or `grep -n`. Such a prefix is taken off only where every line has it.
 */
const prefixes: readonly RegExp[] = [
	/^[ \t]{0,8}>(?:[ \t]|$)/,
	/^[\w.-]{1,64}[ \t]{1,32}\|(?:[ \t]|$)/,
	/^[ \t]{0,8}[|│](?:[ \t]|$)/,
	/^[ \t]{0,8}\d{1,7}(?:\t|:)/,
]

/** The output's lines without carriage returns, pasted prefixes and endless tails. Their numbers stay. */
export function plainLines(input: ParserInput): readonly ReadLine[] {
	let lines: readonly ReadLine[] = input.lines.map((line) => {
		const cut = line.text.length > longestLine ? line.text.slice(0, longestLine) : line.text
		const text = cut.endsWith('\r') ? cut.slice(0, -1) : cut
		return { stream: line.stream, number: line.number, text, offset: 0 }
	})
	for (let round = 0; round < 2; round += 1) {
		const filled = lines.filter((line) => line.text.trim() !== '')
		if (filled.length < 2) return lines
		const prefix = prefixes.find((pattern) => filled.every((line) => pattern.test(line.text)))
		if (prefix === undefined) return lines
		lines = lines.map((line) => {
			const text = line.text.replace(prefix, '')
			return { ...line, text, offset: (line.offset ?? 0) + line.text.length - text.length }
		})
	}
	return lines
}
