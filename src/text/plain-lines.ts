import { createFactSheet, type FactSheet, type ReadLine } from './fact-sheet.ts'
import type { OutputLine, Parser, ParserInput } from './parser.ts'
import { sharedPrefix } from './prefixes.ts'

/** No line that these parsers read is longer; what is longer is cut, so that no text costs more than its length. */
const longestLine = 16_384

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
		const without = sharedPrefix(filled)
		if (without === undefined) return lines
		lines = lines.map((line) => {
			const text = without(line.text)
			return { ...line, text, offset: (line.offset ?? 0) + line.text.length - text.length }
		})
	}
	return lines
}

/** A parser of plain lines: `read` puts onto the sheet what it finds in them. */
export function plainParser({
	read,
	...declared
}: Omit<Parser, 'parse'> & {
	readonly read: (sheet: FactSheet, lines: readonly ReadLine[], input: ParserInput) => void
}): Parser {
	return {
		...declared,
		parse(input) {
			const sheet = createFactSheet()
			read(sheet, plainLines(input), input)
			return sheet.parsed()
		},
	}
}

/** True when every line ends in blanks, as a copy out of a terminal has them. */
export function arePadded(lines: readonly OutputLine[]): boolean {
	return lines.length > 0 && lines.every(({ text }) => text.trim() === '' || /[ \t]\r?$/.test(text))
}
