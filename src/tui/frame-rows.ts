import { cellsOf } from '../screen/cells.ts'
import { type ActionFooter, footerOf } from '../screen/footer.ts'
import type { ScreenModel, TrailItem } from '../screen/model.ts'
import type { View } from '../screen/view.ts'
import { blank, cellsOfRow, cutRow, line, prose, type Row, type Span, span, spread, type Tone } from './row.ts'
import type { Glyphs } from './theme.ts'

/** What is always there: header, path, footer. */

/** A horizontal line with something written into it. */
export function rule(text: string, width: number, glyphs: Glyphs, right = '', tone: Tone = 'strong'): Row {
	const label: Row = text === '' ? [] : [span(`${glyphs.rule.repeat(2)} `, 'dim'), span(text, tone), span(' ')]
	const end: Row = right === '' ? [] : [span(` ${right} `, 'dim'), span(glyphs.rule.repeat(2), 'dim')]
	const used = cellsOfRow(label) + cellsOfRow(end)
	if (used > width) return cutRow(label, width, glyphs.more)
	return [...label, span(glyphs.rule.repeat(width - used), 'dim'), ...end]
}

/** The title, the host and how far the walk is. */
export function headerRow({ header }: ScreenModel, elapsed: string, width: number, glyphs: Glyphs): Row {
	const facts = [
		...(header.quiz === undefined ? [] : [header.quiz]),
		`step ${header.step}`,
		...(elapsed === '' ? [] : [elapsed]),
	].join(` ${glyphs.dot} `)
	const right = [span(header.host, header.recorded ? 'warn' : 'strong'), span(` ${glyphs.dot} ${facts} `, 'dim')]
	return spread([span(' '), span(header.title, 'title')], right, width, glyphs.more)
}

const trailTone: Readonly<Record<TrailItem['state'], Tone>> = {
	passed: 'dim',
	chosen: 'dim',
	cause: 'dim',
	current: 'accent',
}

function trailGlyph(item: TrailItem, glyphs: Glyphs): Span {
	const tone: Readonly<Record<TrailItem['state'], Tone>> = {
		passed: 'good',
		chosen: 'warn',
		cause: 'bad',
		current: 'accent',
	}
	return span(`${glyphs[item.state]} `, tone[item.state])
}

/** The path on one line: as much of its end as fits. */
export function breadcrumb({ trail }: ScreenModel, width: number, glyphs: Glyphs): Row {
	const then = span(` ${glyphs.after} `, 'dim')
	const room = width - 2
	const parts = trail.map((item): Row => [trailGlyph(item, glyphs), span(item.label, trailTone[item.state])])
	const shown: Row[] = []
	let used = 0
	for (const part of [...parts].reverse()) {
		const cells = cellsOfRow(part) + cellsOf(then.text)
		if (shown.length > 0 && used + cells > room - 4) {
			shown.unshift([span(`${glyphs.more}`, 'dim')])
			break
		}
		shown.unshift(part)
		used += cells
	}
	return [
		span(' '),
		...cutRow(
			shown.flatMap((part, index) => (index === 0 ? part : [then, ...part])),
			room,
			glyphs.more,
		),
	]
}

/** The left pane: the path walked, where the operator is, what can come next. */
export function pathPane(model: ScreenModel, width: number, rows: number, glyphs: Glyphs): readonly Row[] {
	const ahead = model.ahead.map((label): Row => [span(` ${glyphs.ahead} `, 'dim'), span(label, 'dim')])
	const next =
		ahead.length === 0 ? [] : [blank, line(' Next', 'dim'), ...ahead.slice(0, Math.max(2, Math.floor(rows / 3)))]
	const hidden = ahead.length - (next.length - 2)
	if (next.length > 0 && hidden > 0) next.push(line(`   ${hidden} more`, 'dim'))
	const path = model.trail.flatMap((item): Row[] => {
		const lead = [span(' '), trailGlyph(item, glyphs)]
		if (item.state !== 'current') return [[...lead, span(item.label, trailTone[item.state])]]
		return prose(item.label, width - 1, 'accent', lead)
	})
	const room = Math.max(1, rows - 1 - next.length)
	const skipped = path.length - room
	const shown = skipped > 0 ? [line(` ${glyphs.up} ${skipped + 1} before`, 'dim'), ...path.slice(skipped + 1)] : path
	return [line(' Path', 'dim'), ...shown, ...next].slice(0, rows).map((row) => cutRow(row, width, glyphs.more))
}

/** The keys that count now, the most important first, as many as fit; how to leave and help are always among them. */
export function footerRow(model: ScreenModel, view: View, width: number, glyphs: Glyphs): Row {
	const items = footerOf(model, view, !glyphs.ascii)
	const always = items.filter((item) => item.intent === 'leave' || item.intent === 'help')
	const kept = always.reduce((cells, item) => cells + cellsOfItem(item), 0) <= width / 2 ? always : []
	const out: Span[] = [span(' ')]
	let room = width + 1 - kept.reduce((cells, item) => cells + cellsOfItem(item), 0)
	for (const item of items) {
		if (kept.includes(item)) continue
		const cells = cellsOfItem(item)
		if (cells > room) break
		out.push(...footerItem(item))
		room -= cells
	}
	for (const item of kept) out.push(...footerItem(item))
	const last = out.at(-1)
	const row = last ? [...out.slice(0, -1), { ...last, text: last.text.trimEnd() }] : out
	return cutRow(row, width, glyphs.more)
}

function cellsOfItem(item: ActionFooter): number {
	return cellsOf(item.keys) + 1 + cellsOf(item.label) + 2
}

function footerItem(item: ActionFooter): readonly Span[] {
	return [span(item.keys, 'accent'), span(` ${item.label}  `, 'plain')]
}
