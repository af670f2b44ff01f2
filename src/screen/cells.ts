import stringWidth from 'string-width'

/** Text measured in terminal cells. */

const plainAscii = /^[\x20-\x7e]*$/
/**
 * One code unit, one cell: ASCII, precomposed Latin and Cyrillic letters, lines, blocks, arrows and the signs of ours.
 * Measuring these without a segmenter makes a frame several times cheaper.
 */
const narrow =
	/^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u0400-\u0482\u2013\u2014\u2018-\u201d\u2022\u2026\u203a\u2190-\u2193\u2500-\u25b7\u25be\u25cf\u2713\u2717\u2800-\u28ff]*$/
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const invisible =
	/[\p{Control}\p{Format}\p{Default_Ignorable_Code_Point}\p{Line_Separator}\p{Paragraph_Separator}\p{Emoji_Modifier}]/gu
const unknownGlyph = /[\p{Unassigned}\p{Private_Use}\p{Surrogate}]/gu
const flagLetters = /\p{Regional_Indicator}/gu
const flagA = 0x1f1e6

/** Splits text into what a reader sees as characters. */
export function graphemes(text: string): string[] {
	return narrow.test(text) ? text.split('') : Array.from(segmenter.segment(text), (part) => part.segment)
}

/** Cells that one line of steady text takes. */
export function cellsOf(text: string): number {
	return narrow.test(text) ? text.length : stringWidth(text)
}

/**
 * Makes text whose width every terminal agrees on, on one line: no control or formatting characters, no joined or
 * tinted emoji, no flags (terminals that cannot join them draw each part), no unassigned code points. A terminal that
 * draws a line wider than it was measured wraps it, and every row below is then in the wrong place.
 * @param text any text; tabs and line breaks become spaces
 */
export function steady(text: string): string {
	if (narrow.test(text)) return text
	const plain = text
		.replace(/\t/g, '    ')
		.replace(/[\r\n]+/g, ' ')
		.normalize('NFC')
		.replace(invisible, '')
		.replace(flagLetters, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - flagA + 0x41))
		.replace(unknownGlyph, '\u{FFFD}')
	return graphemes(plain)
		.map((cluster) => (drawnCells(cluster) <= cellsOf(cluster) ? cluster : '\u{FFFD}'))
		.join('')
}

/** Cells that a terminal takes which knows code points only. */
function drawnCells(cluster: string): number {
	let cells = 0
	for (const part of cluster) cells += cellsOf(part)
	return cells
}

/**
 * Joins the lines of each paragraph, as Markdown does, so that a text is not broken twice. Blank lines, list items and
 * indented lines stay lines of their own.
 */
export function reflow(text: string): string {
	const out: string[] = []
	for (const line of text.trim().split('\n')) {
		const last = out.at(-1)
		const joins =
			last !== undefined && last !== '' && line.trim() !== '' && !/^\s*(?:[-*•]\s|\d+[.)]\s)|^\s{4}|^\s*```/.test(line)
		const inItem = joins && /^\s*(?:[-*•]|\d+[.)])\s/.test(last) && !/^\s/.test(line)
		if (joins && !inItem && !/^\s{4}/.test(last)) out[out.length - 1] = `${last.trimEnd()} ${line.trim()}`
		else out.push(line.trimEnd())
	}
	return out.join('\n')
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

/** Breaks one line of output at `width` cells, at spaces where it can, without losing any. What follows is indented. */
export function wrapOutput(text: string, width: number): string[] {
	const line = steady(text)
	if (cellsOf(line) <= width) return [line]
	return breakAt(line, Math.max(2, width - 2), true).map((part, index) => (index === 0 ? part : `  ${part}`))
}

function wrapLine(line: string, width: number, lead: string): string[] {
	if (cellsOf(line) <= width) return [line]
	const indent = ' '.repeat(Math.min(cellsOf(steady(lead)), Math.floor(width / 3)))
	const first = indent === '' ? '' : steady(lead)
	const inner = Math.max(1, width - indent.length)
	const hangs = first !== '' && cellsOf(first) === indent.length
	const body = hangs ? line.slice(first.length) : line.trimStart()
	return breakAt(body, inner, false).map((part, index) => (index === 0 && hangs ? first : indent) + part)
}

/**
 * Breaks steady text at blanks, and within words only where a word alone is too long. Measures whole characters, which
 * libraries that break between code points do not.
 * @param keepBlanks a line keeps the blanks that it is broken at
 */
function breakAt(text: string, width: number, keepBlanks: boolean): string[] {
	const lines: string[] = []
	let line = ''
	let cells = 0
	const flush = (): void => {
		lines.push(keepBlanks ? line : line.trimEnd())
		line = ''
		cells = 0
	}
	for (const word of text.match(/ +|[^ ]+/g) ?? []) {
		const needs = cellsOf(word)
		const isBlank = word.startsWith(' ')
		if (cells + needs > width && cells > 0) flush()
		if (isBlank && cells === 0 && lines.length > 0 && !keepBlanks) continue
		if (needs <= width) {
			line += word
			cells += needs
			continue
		}
		for (const cluster of graphemes(word)) {
			const next = cellsOf(cluster)
			if (cells + next > width && cells > 0) flush()
			line += cluster
			cells += next
		}
	}
	if (line !== '' || lines.length === 0) flush()
	return lines
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

const asciiTwins: Readonly<Record<string, string>> = {
	'‘': "'",
	'’': "'",
	'“': '"',
	'”': '"',
	'–': '-',
	'—': '-',
	'−': '-',
	'…': '.',
	'•': '*',
	'·': '-',
	'●': '*',
	'○': 'o',
	'×': 'x',
	'→': '>',
	'←': '<',
	'✓': '+',
	'✗': 'x',
	'├': '|',
	'└': '`',
	'│': '|',
	'─': '-',
	'\u{A0}': ' ',
}

/** Text for a terminal that decodes ASCII only, in as many cells: a near sign where there is one, else question marks. */
export function asciiOf(text: string): string {
	if (plainAscii.test(text)) return text
	return graphemes(text)
		.map((cluster) => (plainAscii.test(cluster) ? cluster : (asciiTwins[cluster] ?? unmarked(cluster))))
		.join('')
}

/** The base letter of an accented one, if it is ASCII. */
function unmarked(cluster: string): string {
	const cells = cellsOf(cluster)
	const [base = ''] = cluster.normalize('NFD')
	return cells === 1 && plainAscii.test(base) ? base : '?'.repeat(cells)
}
