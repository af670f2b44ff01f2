import type { OutputLine } from '../text/parser.ts'
import type { Found } from './own-value.ts'

/** Tables with a line of headings: columns are told by blanks, by tabs, or by `|`. */

interface Cell {
	readonly text: string
	readonly start: number
}

/** The cells of a column, of the rows in which other columns hold what `where` says. */
export function readTable(
	lines: readonly OutputLine[],
	column: string,
	where: Readonly<Record<string, string>>,
): readonly Found[] {
	const wanted = [column, ...Object.keys(where)]
	const at = lines.findIndex(({ text }) => headingsOf(text, wanted) !== undefined)
	const header = lines[at]
	const headings = header === undefined ? undefined : headingsOf(header.text, wanted)
	if (header === undefined || headings === undefined) return []
	const found: Found[] = []
	for (const { text, number } of lines.slice(at + 1)) {
		const row = rowOf(text, header.text, headings)
		if (row === undefined || !Object.entries(where).every(([name, value]) => row.get(name)?.text === value)) continue
		const cell = row.get(column)
		if (cell === undefined || cell.text === '') continue
		found.push({ text: cell.text, at: { line: number, start: cell.start, end: cell.start + cell.text.length } })
	}
	return found
}

/** The headings of a line; undefined when one that is wanted is not among them. */
function headingsOf(line: string, wanted: readonly string[]): readonly Cell[] | undefined {
	for (const divide of dividers(line)) {
		const cells = divide(line)
		if (wanted.every((name) => cells.some(({ text }) => text === name))) return cells
	}
	// A heading with a blank in it (`Mounted on`) among columns with single blanks between them.
	return withBlanks(line, wanted)
}

type Divide = (line: string) => readonly Cell[]

function dividers(line: string): readonly Divide[] {
	if (line.includes('\t')) return [(text) => cellsBetween(text, /\t/g)]
	if (line.includes('|')) return [(text) => cellsBetween(text, /\|/g)]
	return [(text) => cellsBetween(text, / {2,}/g), (text) => cellsBetween(text, / +/g)]
}

function cellsBetween(line: string, divider: RegExp): readonly Cell[] {
	const cells: Cell[] = []
	let from = 0
	const add = (raw: string, start: number): void => {
		const text = raw.trim()
		cells.push({ text, start: text === '' ? start : start + (raw.length - raw.trimStart().length) })
	}
	for (const match of line.matchAll(divider)) {
		add(line.slice(from, match.index), from)
		from = match.index + match[0].length
	}
	add(line.slice(from), from)
	// Blanks and bars at the edges are a frame, no columns; a column may be empty between tabs.
	const framed = !divider.source.includes('t')
	const first = framed && cells[0]?.text === '' ? 1 : 0
	const last = framed && cells.length > first && cells.at(-1)?.text === '' ? cells.length - 1 : cells.length
	return cells.slice(first, last)
}

function withBlanks(line: string, wanted: readonly string[]): readonly Cell[] | undefined {
	const spaced = wanted.filter((name) => name.includes(' '))
	if (spaced.length === 0) return undefined
	let masked = line
	for (const name of spaced) masked = masked.replace(name, name.replaceAll(' ', '\0'))
	const cells = cellsBetween(masked, / +/g).map(({ text, start }) => ({ text: text.replaceAll('\0', ' '), start }))
	return wanted.every((name) => cells.some(({ text }) => text === name)) ? cells : undefined
}

/** The cells of a row by their headings; undefined when it is no row of this table. */
function rowOf(line: string, header: string, headings: readonly Cell[]): ReadonlyMap<string, Cell> | undefined {
	if (line.trim() === '' || /^[\s|+=-]+$/.test(line)) return undefined
	const named = (cells: readonly Cell[]): ReadonlyMap<string, Cell> =>
		new Map(headings.flatMap(({ text }, index) => (cells[index] === undefined ? [] : [[text, cells[index]] as const])))
	if (/[\t|]/.test(header)) {
		const cells = dividers(header)[0]?.(line) ?? []
		return cells.length === headings.length ? named(cells) : undefined
	}
	const wide = cellsBetween(line, / {2,}/g)
	const words = cellsBetween(line, / +/g)
	if (words.length === headings.length) return named(words)
	if (wide.length === headings.length) return named(wide)
	if (words.length > headings.length) {
		// The last column takes what is left: a path with blanks, a command line.
		const last = words[headings.length - 1]
		return last === undefined
			? undefined
			: named([...words.slice(0, headings.length - 1), { text: line.slice(last.start).trimEnd(), start: last.start }])
	}
	return byPosition(words, headings)
}

/** A row with empty cells: each word belongs to the heading that it stands under. */
function byPosition(words: readonly Cell[], headings: readonly Cell[]): ReadonlyMap<string, Cell> | undefined {
	const row = new Map<string, Cell>()
	for (const word of words) {
		const end = word.start + word.text.length
		const under = headings.filter(({ text, start }) => word.start < start + text.length && end > start)
		const [heading] = under
		if (heading === undefined || under.length > 1 || row.has(heading.text)) return undefined
		row.set(heading.text, word)
	}
	return row
}
