import { cellsOf, cut, steady, wrapProse } from '../screen/cells.ts'

/** What a screen is made of: rows of spans, already measured. A row is never wider than its place, a span never breaks. */

/** What a text is for; the theme says how that looks. */
export type Tone = 'plain' | 'dim' | 'strong' | 'accent' | 'good' | 'bad' | 'warn' | 'selected' | 'title' | 'alarm'

export interface Span {
	readonly text: string
	readonly tone: Tone
	/** The place of a running command's spinner and elapsed time; `text` holds its room. */
	readonly live?: { readonly since: number | undefined; readonly timeoutMs: number }
}

export type Row = readonly Span[]

/** A span of text that is made safe to measure. */
export function span(text: string, tone: Tone = 'plain'): Span {
	return { text: steady(text), tone }
}

/** A row of one span. */
export function line(text: string, tone: Tone = 'plain'): Row {
	return [span(text, tone)]
}

export const blank: Row = []

/** Cells that a row takes. */
export function cellsOfRow(row: Row): number {
	return row.reduce((cells, part) => cells + cellsOf(part.text), 0)
}

/** The row, cut to `width` cells. */
export function cutRow(row: Row, width: number, mark: string): Row {
	if (cellsOfRow(row) <= width) return row
	const out: Span[] = []
	let room = width
	for (const part of row) {
		const cells = cellsOf(part.text)
		if (cells < room || (cells === room && part === row.at(-1))) {
			out.push(part)
			room -= cells
			continue
		}
		out.push({ ...part, text: cut(cells === room ? `${part.text} ` : part.text, room, mark) })
		break
	}
	return out
}

/** Two rows on one: the right one at the right edge. The left one is cut where both do not fit; the right one before all. */
export function spread(left: Row, right: Row, width: number, mark: string): Row {
	const end = cutRow(right, Math.floor(width * 0.6), mark)
	const gap = cellsOfRow(end) === 0 ? 0 : 2
	const start = cutRow(left, width - cellsOfRow(end) - gap, mark)
	const space = width - cellsOfRow(start) - cellsOfRow(end)
	return [...start, { text: ' '.repeat(Math.max(0, space)), tone: 'plain' }, ...end]
}

/** Prose as rows of at most `width` cells, each after `lead` (the first) or as many blanks. */
export function prose(text: string, width: number, tone: Tone = 'plain', lead: Row = []): Row[] {
	const margin = cellsOfRow(lead)
	return wrapProse(text, Math.max(1, width - margin)).map((part, index) => [
		...(index === 0 ? lead : margin > 0 ? [span(' '.repeat(margin))] : []),
		span(part, tone),
	])
}

/** Prose of a flow: what stands between backticks is code, and shown strong instead. */
export function markup(text: string, width: number, tone: Tone = 'plain', lead: Row = []): Row[] {
	let isCode = false
	return prose(text, width, tone, lead).map((row) => {
		const body = row.at(-1)
		if (!body) return row
		const spans = body.text.split('`').map((part, index): Span => {
			if (index > 0) isCode = !isCode
			return { text: part, tone: isCode && tone === 'plain' ? 'strong' : body.tone }
		})
		return [...row.slice(0, -1), ...spans.filter((part) => part.text !== '')]
	})
}

/** The first `rows` rows of prose; `more` is put at the end of the last one when some are left out. */
export function clip(all: readonly Row[], rows: number, width: number, more: Span, mark: string): readonly Row[] {
	if (all.length <= rows) return all
	if (rows < 1) return []
	const last = all[rows - 1] ?? blank
	const room = width - cellsOf(more.text) - 1
	return [...all.slice(0, rows - 1), [...cutRow([...last, span(` ${mark}`)], room, mark), span(' '), more]]
}
