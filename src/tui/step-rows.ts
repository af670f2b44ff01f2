import { wrapOutput } from '../screen/cells.ts'
import { count, duration } from '../screen/copy.ts'
import type { Badge, ChoiceModel, CommandModel, CommandState, Mark, ScreenModel, StepModel } from '../screen/model.ts'
import { rule } from './frame-rows.ts'
import { clip, cutRow, markup, prose, type Row, type Span, span, spread, type Tone } from './row.ts'
import type { Glyphs, Room } from './theme.ts'

/** The parts of a step: its title and guide, its commands, its branches. */

/** Prose is hard to read in longer lines than this. */
export const readingWidth = 100

/** The title, and why the operator is here. */
export function titleRows(step: StepModel, width: number, glyphs: Glyphs): readonly Row[] {
	const title: Row = [span(step.title, 'title'), ...(step.manual ? [span('  by hand', 'warn')] : [])]
	const because = step.because
		? [cutRow([span(`${glyphs.after} `, 'dim'), span(step.because, 'dim')], width, glyphs.more)]
		: []
	return [cutRow(title, width, glyphs.more), ...because]
}

/** The guide in at most `rows` rows; what is left out can be read with Space. */
export function guideRows(step: StepModel, { width, rows, glyphs }: Room): readonly Row[] {
	const text = Math.min(width, readingWidth)
	const all = step.guide === '' ? [] : markup(step.guide, text)
	return clip(all, rows, text, span('Space: read on', 'accent'), glyphs.more)
}

const badgeTone: Readonly<Record<Badge, Tone>> = { read: 'dim', changes: 'warn', destructive: 'alarm' }

/** What a command does and as whom. */
function badgeSpans({ badge, root, edited }: Pick<CommandModel, 'badge' | 'root' | 'edited'>, glyphs: Glyphs): Span[] {
	return [
		span(badge, badgeTone[badge]),
		...(root ? [span(` ${glyphs.dot} as root`, 'dim')] : []),
		...(edited ? [span(` ${glyphs.dot} edited`, 'warn')] : []),
	]
}

function stateSign(state: CommandState, glyphs: Glyphs): Span {
	const signs: Readonly<Record<CommandState, Span>> = {
		next: span(glyphs.current, 'accent'),
		waiting: span(glyphs.open, 'dim'),
		asked: span('?', 'warn'),
		running: span(glyphs.current, 'accent'),
		ok: span(glyphs.passed, 'good'),
		failed: span('!', 'warn'),
		stopped: span('!', 'bad'),
		'left-out': span(glyphs.open, 'dim'),
	}
	return signs[state]
}

/** The step's commands, one row each; where `whole` is set, the ones that wait are shown to their end. */
export function commandRows(
	commands: readonly CommandModel[],
	{ width, rows, glyphs }: Room,
	whole: boolean,
): readonly Row[] {
	const all = commands.map((command) => commandRow(command, width, whole, glyphs))
	if (all.flat().length <= rows) return all.flat()
	const flat = commands.map((command) => commandRow(command, width, false, glyphs).slice(0, 1))
	if (flat.length <= rows) return flat.flat()
	const active = commands.findIndex((command) => command.state === 'running' || command.state === 'next')
	const last = active < 0 ? flat.length : Math.min(flat.length, active + 2)
	const shown = flat.slice(Math.max(0, last - rows + 1), Math.max(last, rows - 1))
	const hidden = flat.length - shown.length
	return [[span(`  ${glyphs.more} ${count(hidden, 'more command')}`, 'dim')], ...shown.flat()].slice(0, rows)
}

function commandRow(command: CommandModel, width: number, whole: boolean, glyphs: Glyphs): readonly Row[] {
	const shown = command.typed ?? command.text
	const sign = [stateSign(command.state, glyphs), span(' ')]
	const out = command.state === 'left-out'
	const words: Span[] = out
		? [span(command.words, 'dim')]
		: [...badgeSpans(command, glyphs), ...ending(command, glyphs)]
	const tone: Tone = out ? 'dim' : 'strong'
	const row = spread([...sign, span(shown, tone)], words, width, glyphs.more)
	const waits = command.state === 'next' || command.state === 'waiting' || command.state === 'asked'
	const lines = shown
		.trimEnd()
		.split('\n')
		.flatMap((text) => wrapOutput(text, width - 2))
	if (!whole || !waits || row.some((part) => part.tone === tone && part.text === shown)) return [row]
	return [
		...lines.slice(0, 8).map((text, index): Row => [...(index === 0 ? sign : [span('  ')]), span(text, tone)]),
		...(lines.length > 8 ? [[span(`  ${glyphs.more} ${count(lines.length - 8, 'more line')}`, 'dim')]] : []),
		[span('  '), ...words],
	]
}

function ending(command: CommandModel, glyphs: Glyphs): Span[] {
	if (command.state === 'running') {
		const { since, timeoutMs } = command
		return [
			span(` ${glyphs.dot} `, 'dim'),
			{ text: ' '.repeat(elapsedCells(timeoutMs)), tone: 'accent', live: { since, timeoutMs } },
		]
	}
	if (command.words === '') return []
	const tone: Tone = command.state === 'ok' ? 'plain' : command.state === 'failed' ? 'warn' : 'bad'
	return [span(` ${glyphs.dot} `, 'dim'), span(command.words, tone)]
}

/** Cells that the spinner and the elapsed time take, always: `⠋ 12 s of 30 s`, or `running, 30 s at most`. */
function elapsedCells(timeoutMs: number): number {
	return duration(timeoutMs).length + 'running,  at most'.length
}

const marks: Readonly<Record<Mark, Tone>> = { holds: 'good', fails: 'dim', unknown: 'warn', open: 'dim' }

/** The branches or remedies: the selected one to its end, the others on one row each, as many as there is room for. */
export function choiceRows(
	model: Pick<ScreenModel, 'choices' | 'quiz'>,
	selected: number | null,
	room: Room,
): { readonly rows: readonly Row[]; readonly hidden: number } {
	const { rows } = room
	const { choices } = model
	const marked = choices.some((choice) => choice.mark !== 'open')
	// What is asked has to be read; where it leads is told with the selected one.
	const brief = model.quiz?.stage === 'asked'
	const blocks = choices.map((choice, index) => choiceRow(choice, index, index === selected, { marked, brief }, room))
	const focus = selected ?? 0
	let from = focus
	let to = Math.min(choices.length, focus + 1)
	let used = blocks.slice(from, to).flat().length
	const grow = (index: number): boolean => {
		const size = blocks[index]?.length
		if (size === undefined || used + size > rows) return false
		used += size
		return true
	}
	for (let before = -1; before !== used; ) {
		before = used
		if (to < choices.length && grow(to)) to += 1
		if (from > 0 && grow(from - 1)) from -= 1
	}
	return { rows: blocks.slice(from, to).flat().slice(0, Math.max(0, rows)), hidden: choices.length - (to - from) }
}

function choiceRow(
	choice: ChoiceModel,
	index: number,
	selected: boolean,
	{ marked, brief }: { readonly marked: boolean; readonly brief: boolean },
	{ width, glyphs }: Room,
): readonly Row[] {
	const number = `${index + 1}`.padStart(2)
	const lead = [
		span(selected ? glyphs.selected : ' ', 'selected'),
		span(`${number} `, selected ? 'selected' : 'plain'),
		...(marked ? [span(`${glyphs[choice.mark]} `, marks[choice.mark])] : []),
	]
	const leads = `${glyphs.leads} ${choice.leads}`
	if (!selected) {
		const tone: Tone = choice.mark === 'fails' ? 'dim' : 'plain'
		const right = brief || choice.text === choice.leads ? [] : [span(leads, 'dim')]
		return [spread([...lead, span(choice.text, tone)], right, width, glyphs.more)]
	}
	const text = markup(choice.text, Math.min(width, readingWidth), 'strong', lead).slice(0, 5)
	const tags: Row = [
		span('      '),
		...(choice.recommended ? [span('recommended ', 'good')] : []),
		span(leads, 'accent'),
	]
	const more =
		choice.more === undefined ? [] : markup(choice.more, Math.min(width, readingWidth), 'plain', [span('      ')])
	return [...text, ...more.slice(0, 4), cutRow(tags, width, glyphs.more)]
}

/** What was found or is asked, over the branches. */
export function verdictRows(model: ScreenModel, hidden: number, width: number, glyphs: Glyphs): readonly Row[] {
	const asked = model.quiz?.stage === 'asked'
	const heading = asked
		? 'Quiz'
		: model.phase === 'cause'
			? 'What to do'
			: model.verdict?.kind === 'question'
				? 'Your choice'
				: 'Found'
	const legend = `${glyphs.holds} holds  ${glyphs.fails} does not  ${glyphs.unknown} unknown`
	const right =
		hidden > 0
			? `${hidden} more`
			: width >= 70 && !asked && model.phase !== 'cause' && model.choices.length > 1
				? legend
				: ''
	const question =
		model.verdict?.kind === 'question'
			? prose(model.verdict.text, Math.min(width, readingWidth), 'strong').slice(0, 4)
			: []
	const hints = asked ? hintRows(model, Math.min(width, readingWidth)) : []
	return [rule(heading, width, glyphs, right), ...question, ...hints]
}

/** Hints in words; the lines that they name are marked in the output. */
function hintRows({ quiz }: ScreenModel, width: number): readonly Row[] {
	return (quiz?.hints ?? []).flatMap(({ text, lines }) =>
		prose(lines.length > 0 ? `${text}; see the marks in the output.` : text, width, 'warn', [span('Hint ', 'warn')]),
	)
}
