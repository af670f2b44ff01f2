import { type Intent, intents, keyLabels, keymap } from '../screen/keymap.ts'
import type { Mark, ScreenModel } from '../screen/model.ts'
import { blank, cutRow, line, markup, prose, type Row, span, type Tone } from './row.ts'
import { readingWidth } from './step-rows.ts'
import type { Glyphs, Room } from './theme.ts'

/** What is laid over the step: help, guide, why, map, inputs. */

/** Every key: first those that do something now, then the others. */
export function helpRows(model: ScreenModel, width: number, glyphs: Glyphs): readonly Row[] {
	const unicode = !glyphs.ascii
	const now = new Set(model.actions.filter((action) => action.enabled).map((action) => action.intent))
	const row = (intent: Intent): readonly Row[] =>
		prose(keymap[intent].help, Math.min(width, readingWidth), 'plain', [
			span(keyLabels(intent, unicode).padEnd(14), 'accent'),
			span(' '),
		])
	const others = intents.filter(
		(intent) => !now.has(intent) && !model.actions.some((action) => action.intent === intent),
	)
	const later = model.actions.filter((action) => !action.enabled)
	return [
		line('Keys that do something now', 'strong'),
		...intents.filter((intent) => now.has(intent)).flatMap(row),
		...(later.length === 0 ? [] : [blank, line('Not now', 'strong')]),
		...later.flatMap((action) =>
			prose(action.disabledReason ?? '', Math.min(width, readingWidth), 'dim', [
				span(keyLabels(action.intent, unicode).padEnd(14), 'dim'),
				span(' '),
			]),
		),
		blank,
		line('Elsewhere', 'strong'),
		...others.flatMap(row),
		blank,
		line('Signs', 'strong'),
		...signs(glyphs).map(([sign, text]): Row => [span(sign.padEnd(15), 'accent'), span(text)]),
	]
}

function signs(glyphs: Glyphs): readonly (readonly [string, string])[] {
	return [
		[glyphs.passed, 'holds, or left by what the evidence shows'],
		[glyphs.cause, 'does not hold, or it named a cause'],
		[glyphs.unknown, 'unknown: the output does not tell'],
		[glyphs.chosen, 'left by your own choice'],
		[glyphs.evidence, 'a line of output that is evidence'],
	]
}

/** The step's guide to its end, and its questions. */
export function guidePage(model: ScreenModel, width: number): readonly Row[] {
	const { step } = model
	const text = Math.min(width, readingWidth)
	return [
		line(step.title, 'title'),
		blank,
		...(step.guide === '' ? [] : markup(step.guide, text)),
		...step.faq.flatMap(({ question, answer }) => [blank, ...prose(question, text, 'strong'), ...markup(answer, text)]),
	]
}

const markWords: Readonly<Record<Mark, readonly [string, Tone]>> = {
	holds: ['holds', 'good'],
	fails: ['does not hold', 'dim'],
	unknown: ['unknown', 'warn'],
	open: ['', 'dim'],
}

/** How each condition came out, with the values that it read. */
export function whyRows(model: ScreenModel, width: number, glyphs: Glyphs): readonly Row[] {
	return [
		line('Why: conditions are judged from the top, and the first that holds is recommended', 'strong'),
		...model.why.flatMap((branch, index) => {
			const [words, tone] = markWords[branch.mark]
			return [
				blank,
				...prose(branch.text, width, branch.taken ? 'strong' : 'plain', [
					span(branch.taken ? glyphs.selected : ' ', 'selected'),
					span(`${index + 1}`.padStart(2), 'plain'),
					span(' '),
				]),
				...prose(branch.condition, width, 'accent', [span('    '), span(`${glyphs[branch.mark]} `, tone)]),
				...(words === '' ? [] : [[span('      '), span(words, tone)]]),
				...(branch.reason === undefined ? [] : prose(branch.reason, width, 'warn', [span('      ')])),
				...branch.reads.flatMap((read) => prose(read, width, 'dim', [span('      ')])),
			]
		}),
	]
}

/** The whole tree, as many rows of it as there is room for, around the selected step. */
export function mapRows(model: ScreenModel, selected: number, { width, rows, glyphs }: Room): readonly Row[] {
	const room = Math.max(1, rows - 2)
	const from = windowStart(selected, model.map.length, room)
	return [
		line('Map: every step, below the one that leads to it first', 'strong'),
		blank,
		...model.map.slice(from, from + room).map((item, index) => {
			const here = from + index === selected
			const tone: Tone = here ? 'selected' : item.state === 'ahead' ? 'plain' : 'strong'
			const state = {
				passed: span(glyphs.passed, 'good'),
				current: span(glyphs.here, 'accent'),
				ahead: span(glyphs.ahead, 'dim'),
			}
			const words = { passed: '  walked', current: '  you are here', ahead: '' }[item.state]
			return cutRow(
				[
					span(here ? glyphs.selected : ' ', 'selected'),
					span(` ${'  '.repeat(Math.min(item.depth, 12))}`),
					state[item.state],
					span(' '),
					span(item.label, tone),
					span(words, 'dim'),
				],
				width,
				glyphs.more,
			)
		}),
	]
}

/** The inputs and what they are now. */
export function inputRows(model: ScreenModel, selected: number, { width, rows, glyphs }: Room): readonly Row[] {
	const blocks = model.inputs.map((input, index): readonly Row[] => {
		const here = index === selected
		return [
			cutRow(
				[span(here ? `${glyphs.selected} ` : '  ', 'selected'), span(input.title, here ? 'selected' : 'plain')],
				width,
				glyphs.more,
			),
			cutRow([span('    '), span(input.value === '' ? '(empty)' : input.value, 'strong')], width, glyphs.more),
			...(input.help === undefined || !here ? [] : prose(input.help, width, 'dim', [span('    ')])),
		]
	})
	const room = Math.max(1, rows - 2)
	const from = windowStart(selected, blocks.length, Math.max(1, Math.floor(room / 3)))
	return [line('Inputs: what the commands are made from', 'strong'), blank, ...blocks.slice(from).flat()].slice(0, rows)
}

function windowStart(selected: number, total: number, room: number): number {
	return Math.max(0, Math.min(selected - Math.floor(room / 2), total - room))
}
