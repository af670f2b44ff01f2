import type { ReadLine } from './fact-sheet.ts'
import type { OutputLine, ParserInput } from './parser.ts'

/** No line that these parsers read is longer; what is longer is cut, so that no text costs more than its length. */
const longestLine = 16_384

/**
 * Text is pasted with what stood before it: a mail's `> `, a frame's `| `, the time and the name that Docker, compose and
 * kubectl put in front, the line numbers of an editor, `cat -n`, `nl` or `grep -n`, the file name of `grep -H`. Such a
 * prefix is taken off only where every line has it.
 */
const prefixes: readonly RegExp[] = [
	/^[ \t]{0,8}>(?:[ \t]|$)/,
	/^[\w.-]{1,64}[ \t]{1,32}\|(?:[ \t]|$)/,
	/^[ \t]{0,8}[|│](?:[ \t]|$)/,
	/^\[pod\/[^\]\s]{1,200}\](?: |$)/,
	/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+-]\d\d:\d\d)(?: |$)/,
	/^\/[\w./@-]{1,255}:(?:\d{1,7}:)?(?!\S*\/\/)(?=\S)/,
	/^[ \t]{0,8}\d{1,7}(?:\t|:)(?!\d\d:\d\d)/,
]
/** What a line of output alone does not begin with, either: a quote, a frame, the number of `grep -n` before a word. */
const prefixesOfOne: readonly RegExp[] = [/^[ \t]{0,8}>[ \t]/, /^[ \t]{0,8}[|│][ \t]/, /^\d{1,7}:(?=[A-Za-z#[])/]
/** Tabs have become blanks on the way here: the number of `cat -n` ends in the sixth column, the text begins in the ninth. */
const countedLine = /^( {0,7}(\d{1,7})(?: +|$))/
const countColumns = 8

/** The output's lines without carriage returns, pasted prefixes and endless tails. Their numbers stay. */
export function plainLines(input: Pick<ParserInput, 'lines'>): readonly ReadLine[] {
	const padded = arePadded(input.lines)
	let lines: readonly ReadLine[] = input.lines.map((line) => {
		const cut = line.text.length > longestLine ? line.text.slice(0, longestLine) : line.text
		const bare = cut.endsWith('\r') ? cut.slice(0, -1) : cut
		const text = padded ? bare.trimEnd() : bare
		return { stream: line.stream, number: line.number, text, offset: 0 }
	})
	for (let round = 0; round < 3; round += 1) {
		const filled = lines.filter((line) => line.text.trim() !== '')
		const prefix = sharedPrefix(filled)
		if (prefix === undefined) return lines
		lines = lines.map((line) => {
			const text = prefix(line.text)
			return { ...line, text, offset: (line.offset ?? 0) + line.text.length - text.length }
		})
	}
	return lines
}

/** True when every line ends in blanks, as a copy out of a terminal has them. */
export function arePadded(lines: readonly OutputLine[]): boolean {
	return lines.length > 0 && lines.every(({ text }) => text.trim() === '' || /[ \t]\r?$/.test(text))
}

/** Takes off what stands before every line; undefined when nothing does. */
function sharedPrefix(filled: readonly OutputLine[]): ((text: string) => string) | undefined {
	const [only] = filled
	if (only === undefined) return undefined
	const usual = filled.length === 1 ? prefixesOfOne : prefixes
	const pattern = usual.find((one) => filled.every(({ text }) => one.test(text)))
	if (pattern !== undefined) return (text) => text.replace(pattern, '')
	const width = countWidth(filled)
	return width === undefined ? undefined : (text) => (countedLine.test(text) ? text.slice(width) : text)
}

/** How wide the numbers before the lines are, when they count the lines: all of them, or, as `nl` does, the filled ones. */
function countWidth(filled: readonly OutputLine[]): number | undefined {
	let width: number | undefined
	let previous: { readonly number: number; readonly line: number } | undefined
	for (const { text, number: line } of filled) {
		const match = countedLine.exec(text)
		const number = Number(match?.[2])
		// Process ids and sizes stand in front, too. A count begins with one, or in the column of `cat -n` and `less -N`.
		if (match?.[1] === undefined || (previous === undefined && number !== 1 && match[1].length < 7)) return undefined
		if (previous !== undefined && number !== previous.number + 1 && number - previous.number !== line - previous.line)
			return undefined
		previous = { number, line }
		if (match[1].length < text.length) width = Math.min(width ?? countColumns, match[1].length)
	}
	const [first] = filled
	return filled.length < 3 && !/^ {5,6}1 /.test(first?.text ?? '') ? undefined : width
}
