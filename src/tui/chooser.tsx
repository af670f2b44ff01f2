import { Box, Text, useInput, usePaste, useWindowSize } from 'ink'
import { useState } from 'react'
import { bestWords, type ChooserModel, type ChooserView, type Chosen, pressInChooser } from '../screen/chooser.ts'
import { keyLabel, keymap } from '../screen/keymap.ts'
import type { Paint } from './app.tsx'
import { rule } from './frame-rows.ts'
import { readTyping } from './keys.ts'
import { smallest } from './layout.ts'
import { blank, cutRow, prose, type Row, span, spread } from './row.ts'
import { Rows } from './rows.tsx'
import { readingWidth } from './step-rows.ts'

export interface ChooserProps {
	readonly model: ChooserModel
	readonly paint: Paint
	/** Numbers in [0, 1). */
	readonly random: () => number
	readonly onChosen: (chosen: Chosen) => void
}

/** Rows that are not the list. */
const frame = 7

/** The first screen of practice: which recorded host it shall be. */
export function Chooser({ model, paint, random, onChosen }: ChooserProps) {
	const { columns, rows } = useWindowSize()
	const [view, setView] = useState<ChooserView>({ selected: 0 })
	const page = Math.max(1, rows - frame)
	useInput((input, key) => {
		const typing = readTyping(input, key)
		if (typing.kind === 'text') return
		let now = view
		for (const one of typing.keys) {
			const next = pressInChooser(model, now, one, { page, random })
			if ('kind' in next) return onChosen(next)
			now = next
		}
		setView(now)
	})
	usePaste(() => {})
	if (columns < smallest.columns || rows < smallest.rows) return <Text wrap="truncate">Too small</Text>
	return (
		<Box width={columns} height={rows} flexDirection="column" overflow="hidden">
			<Rows rows={chooserRows(model, view, columns, rows, paint)} {...paint} />
		</Box>
	)
}

function chooserRows(
	model: ChooserModel,
	{ selected }: ChooserView,
	columns: number,
	rows: number,
	{ glyphs }: Pick<Paint, 'glyphs'>,
): readonly Row[] {
	const width = columns - 2
	const page = Math.max(1, rows - frame)
	const from = Math.max(0, Math.min(selected - Math.floor(page / 2), model.items.length - page))
	const shown = model.items.slice(from, from + page)
	const intro = model.quiz
		? 'A quiz on a recorded host: you say what its output shows. Nothing is executed.'
		: 'Recorded hosts to learn on: nothing is executed. Each fails as its users say.'
	const list = shown.map((item, index): Row => {
		const here = from + index === selected
		const lead = [span(here ? glyphs.selected : ' ', 'selected'), span(`${item.number}`.padStart(3)), span('  ')]
		const best = bestWords(item)
		const right = [
			span(best === '' ? '' : `${best}  `, 'good'),
			span(item.difficulty.padEnd(6), item.difficulty === 'easy' ? 'plain' : 'warn'),
		]
		return [span(' '), ...spread([...lead, span(item.symptom, here ? 'selected' : 'plain')], right, width, glyphs.more)]
	})
	const hidden = model.items.length - shown.length
	const end = hidden > 0 ? `${hidden} more` : ''
	const body = [
		spread([span(' '), span('Practice', 'title')], [span(`${model.title} `, 'dim')], columns, glyphs.more),
		rule('', columns, glyphs),
		...prose(intro, Math.min(width, readingWidth), 'dim', [span(' ')]).slice(0, 2),
		blank,
		...list,
	]
	const filler = Array.from({ length: Math.max(0, rows - 2 - body.length) }, () => blank)
	return [...body.slice(0, rows - 2), ...filler, rule('', columns, glyphs, end), footer(model, columns, glyphs)]
}

function footer({ quiz }: ChooserModel, width: number, glyphs: Paint['glyphs']): Row {
	const intents = ['start', 'down', ...(quiz ? [] : (['start-quiz'] as const)), 'random', 'leave'] as const
	const items = intents.flatMap((intent) => {
		const { keys, label } = keymap[intent]
		const unicode = !glyphs.ascii
		const key =
			intent === 'down'
				? `${keyLabel('up', unicode)}${unicode ? '' : '/'}${keyLabel('down', unicode)}`
				: keyLabel(keys[0] ?? '', unicode)
		return [span(key, 'accent'), span(` ${intent === 'down' ? 'select' : label}  `)]
	})
	return cutRow([span(' '), ...items], width, glyphs.more)
}
