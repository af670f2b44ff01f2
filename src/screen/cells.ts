import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

/** Text measured in terminal cells. */

const plainAscii = /^[\x20-\x7e]*$/
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const invisible = /[\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}\p{Line_Separator}\p{Paragraph_Separator}]/gu
const unknownGlyph = /[\p{Unassigned}\p{Private_Use}\p{Surrogate}]/gu

/** Splits text into what a reader sees as characters. */
export function graphemes(text: string): string[] {
	return plainAscii.test(text) ? [...text] : Array.from(segmenter.segment(text), (part) => part.segment)
}

/** Cells that one line of steady text takes. */
export function cellsOf(text: string): number {
	return plainAscii.test(text) ? text.length : stringWidth(text)
}

/**
 * Makes text whose width every terminal agrees on, on one line: no control or formatting characters, no joined
 * emoji (terminals that cannot join them draw each part), no unassigned code points. A terminal that draws a line
 * wider than it was measured wraps it, and every row below is then in the wrong place.
 * @param text any text; tabs and line breaks become spaces
 */
export function steady(text: string): string {
	if (plainAscii.test(text)) return text
	const shown = text.replace(/\t/g, '    ').replace(/[\r\n]+/g, ' ')
	let out = ''
	for (const cluster of graphemes(shown)) out += steadyCluster(cluster)
	return out
}

function steadyCluster(cluster: string): string {
	if (plainAscii.test(cluster)) return cluster
	const visible = cluster.replace(invisible, '').replace(unknownGlyph, '\u{FFFD}')
	const parts = [...visible]
	const sum = parts.reduce((cells, part) => cells + stringWidth(part), 0)
	if (sum <= stringWidth(visible)) return visible
	const [base = '', ...rest] = parts
	const kept = base + rest.filter((part) => stringWidth(part) === 0).join('')
	return stringWidth(kept) === stringWidth(base) ? kept : '\u{FFFD}'
}

/**
 * Breaks prose into lines of at most `width` cells, at spaces where it can. Each line's own indentation is kept
 * and repeated on the lines it is broken into, list markers hang.
 * @param width in cells, at least 1
 * @returns at least one line
 */
export function wrapProse(text: string, width: number): string[] {
	return text
		.split('\n')
		.flatMap((line) => wrapLine(steady(line).trimEnd(), width, (/^\s*(?:[-*•]\s+|\d+[.)]\s+)?/.exec(line) ?? [''])[0]))
}

/** Breaks one line of output hard at `width` cells: its spaces mean something. */
export function wrapOutput(text: string, width: number): string[] {
	const line = steady(text)
	if (cellsOf(line) <= width) return [line]
	return wrapAnsi(line, Math.max(1, width), { hard: true, trim: false, wordWrap: false }).split('\n')
}

function wrapLine(line: string, width: number, lead: string): string[] {
	if (cellsOf(line) <= width) return [line]
	const indent = ' '.repeat(Math.min(cellsOf(steady(lead)), Math.floor(width / 3)))
	const first = indent === '' ? '' : steady(lead)
	const inner = Math.max(1, width - indent.length)
	const hangs = first !== '' && cellsOf(first) === indent.length
	const body = hangs ? line.slice(first.length) : line.trimStart()
	const broken = wrapAnsi(body, inner, { hard: true, trim: true }).split('\n')
	return broken.map((part, index) => (index === 0 && hangs ? first : indent) + part)
}

/** Cuts steady text to at most `width` cells, with a mark where something is missing. */
export function cut(text: string, width: number, mark: string): string {
	if (cellsOf(text) <= width) return text
	if (width <= cellsOf(mark)) return width < 1 ? '' : mark.slice(0, width)
	let out = ''
	let cells = 0
	for (const cluster of graphemes(text)) {
		const next = cellsOf(cluster)
		if (cells + next > width - cellsOf(mark)) break
		out += cluster
		cells += next
	}
	return out + mark
}
