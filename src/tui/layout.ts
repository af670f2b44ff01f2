import type { ConfirmModel, ScreenModel } from '../screen/model.ts'
import { type Reach, selectedChoice, selectedOutput, type View } from '../screen/view.ts'
import { type Lines, windowOf } from '../screen/window.ts'
import { causeRows, confirmRows, summaryRows } from './card-rows.ts'
import { fieldRow, typedRows } from './field-rows.ts'
import { rule } from './frame-rows.ts'
import { guidePage, helpRows, inputRows, mapRows, whyRows } from './page-rows.ts'
import { scoreRows, toldRows } from './quiz-rows.ts'
import { blank, cutRow, line, prose, type Row, span } from './row.ts'
import { choiceRows, commandRows, guideRows, readingWidth, titleRows, verdictRows } from './step-rows.ts'
import type { Glyphs, Room } from './theme.ts'

/** How the rows of the screen are shared out. Pure: the same function serves drawing and scrolling. */

export interface Size {
	readonly columns: number
	readonly rows: number
}

/** A part of the body, from top to bottom. */
export type Block =
	| { readonly kind: 'rows'; readonly rows: readonly Row[] }
	| { readonly kind: 'output'; readonly width: number; readonly height: number }

export interface Layout {
	/** Width of the left pane; 0 when the path is one line under the header. */
	readonly left: number
	readonly bodyWidth: number
	readonly bodyRows: number
	readonly blocks: readonly Block[]
	/** Where the text cursor stands in the body. */
	readonly cursor: { readonly row: number; readonly cell: number } | null
	/** What the keys that scroll may reach. */
	readonly reach: Reach
}

export const smallest: Size = { columns: 40, rows: 10 }
/** From here on the path has a pane of its own. */
const wide = 100

export type OutputLines = (run: string) => Lines

/** Rows that header, rules and footer take: without a left pane the path is one more. */
export function frameRowsOf(left: number): number {
	return left > 0 ? 4 : 5
}

/** Shares the screen out. */
export function layoutOf(model: ScreenModel, view: View, size: Size, outputOf: OutputLines, glyphs: Glyphs): Layout {
	const left = size.columns < wide ? 0 : size.columns < 150 ? 28 : 38
	const bodyWidth = size.columns - (left > 0 ? left + 3 : 2)
	const bodyRows = Math.max(1, size.rows - frameRowsOf(left))
	const place: Place = { model, view, width: bodyWidth, rows: bodyRows, outputOf, glyphs }
	const body = view.overlay ? overlayBody(place) : phaseBody(place)
	const output = body.blocks.find((block) => block.kind === 'output')
	const shown = selectedOutput(model, view)
	return {
		left,
		bodyWidth,
		bodyRows,
		blocks: body.blocks.map((block) =>
			block.kind === 'rows' ? { ...block, rows: cutRows(block.rows, place) } : block,
		),
		cursor: body.cursor ?? null,
		reach: {
			page: body.page ?? { rows: bodyRows, total: bodyRows },
			output: output && shown ? { width: output.width - 2, rows: output.height - 1, lines: outputOf(shown.run) } : null,
		},
	}
}

interface Place extends Room {
	readonly model: ScreenModel
	readonly view: View
	readonly outputOf: OutputLines
}

interface Body {
	readonly blocks: readonly Block[]
	readonly cursor?: Layout['cursor']
	readonly page?: Reach['page']
}

function cutRows(rows: readonly Row[], { width, glyphs }: Place): readonly Row[] {
	return rows.map((row) => cutRow(row, width, glyphs.more))
}

const rowsBlock = (rows: readonly Row[]): Block => ({ kind: 'rows', rows })

function phaseBody(place: Place): Body {
	const { quiz, summary } = place.model
	if (quiz?.told) return pageBody(place, toldRows(quiz.told, place.width, place.glyphs))
	switch (place.model.phase) {
		case 'ready':
			return readyBody(place)
		case 'confirming':
			return confirmBody(place)
		case 'running':
		case 'deciding':
			return outputBody(place)
		case 'cause':
			return causeBody(place)
		case 'ended':
			if (!summary) return { blocks: [] }
			return pageBody(place, [
				...(quiz?.card ? [...scoreRows(quiz.card, place.width, place.glyphs), blank] : []),
				...summaryRows(summary, place.width, place.glyphs),
			])
	}
}

function readyBody(place: Place): Body {
	const { model, width, rows, glyphs } = place
	const title = titleRows(model.step, width, glyphs)
	const commands = commandRows(model.step.commands, { ...place, rows: Math.max(3, Math.floor(rows / 2)) }, true)
	const guide = guideRows(model.step, { ...place, rows: Math.max(1, rows - title.length - commands.length - 2) })
	const hint = model.step.manual
		? prose('Do this by hand, then press Enter.', Math.min(width, readingWidth), 'warn')
		: []
	const step = [...title, blank, ...guide, blank, ...commands, ...hint]
	const questions = questionRows(model, width, glyphs).slice(0, Math.max(0, rows - step.length))
	return { blocks: [rowsBlock([...step, ...questions].slice(0, rows))] }
}

/** The questions that have an answer in the guide. */
function questionRows({ step }: ScreenModel, width: number, glyphs: Glyphs): readonly Row[] {
	if (step.faq.length === 0) return []
	const questions = step.faq
		.slice(0, 3)
		.map(({ question }): Row => cutRow([span(`? ${question}`, 'dim')], width, glyphs.more))
	return [blank, ...questions, [span('Space: answers', 'accent')]]
}

function confirmBody(place: Place): Body {
	const { model, view, width, rows, glyphs } = place
	if (!model.confirm) return { blocks: [] }
	const dialog = confirmRows(model.confirm, width, glyphs)
	const field = model.confirm.typed ? [fieldRow(view.typed, width - 3)] : []
	const tail = field.map(({ row }): Row => [span('   '), ...row])
	// Where the room is short, the command and the question stay and what is above them goes.
	const above = rows - dialog.length - tail.length
	const title = titleRows(model.step, width, glyphs).slice(0, Math.max(0, above - 1))
	const before = outputBefore(place, above - title.length - 1)
	if (before > 0) {
		const head = [
			rowsBlock(title),
			{ kind: 'output', width, height: before },
			rowsBlock([blank, ...dialog, ...tail]),
		] as const
		const row = title.length + before + dialog.length + tail.length
		return { blocks: head, ...(field[0] ? { cursor: { row, cell: field[0].cell + 3 } } : {}) }
	}
	const guide = guideRows(model.step, { ...place, rows: Math.max(0, Math.min(8, above - title.length - 2)) })
	const head = above >= title.length + 1 ? [...title, ...guide, blank].slice(0, above) : []
	const all = [...head, ...dialog, ...tail]
	const shown = all.length <= rows ? all : shortDialog(model.confirm, all, tail, place)
	const cell = (field[0]?.cell ?? 0) + 3
	return { blocks: [rowsBlock(shown)], ...(field.length > 0 ? { cursor: { row: shown.length - 1, cell } } : {}) }
}

/** Rows for what the step's command before this one printed: a yes to the next one rests on it. */
function outputBefore({ model, view, width, outputOf }: Place, room: number): number {
	const output = selectedOutput(model, view)
	const lines = output && room >= 3 ? outputHeight(outputOf(output.run), width - 2, room - 1) : 0
	return lines === 0 ? 0 : 1 + lines
}

/** A command too long for the screen: its beginning, a note, and the question. */
function shortDialog(
	{ command }: ConfirmModel,
	all: readonly Row[],
	tail: readonly Row[],
	{ rows, glyphs }: Room,
): readonly Row[] {
	const end = 4 + tail.length
	const note = line(`   ${glyphs.more} the command is longer than the screen. Press e to see it whole.`, 'warn')
	const start = all.slice(0, Math.max(0, rows - end - 1))
	if (start.length > 0) return [...start, note, ...all.slice(-end)]
	return [line(`   ${command}`, 'strong'), ...all.slice(-Math.max(1, rows - 1))]
}

function outputBody(place: Place): Body {
	const { model, view, width, rows, outputOf, glyphs } = place
	const deciding = model.phase === 'deciding'
	const title = titleRows(model.step, width, glyphs).slice(0, rows >= 16 ? 2 : 1)
	const output = selectedOutput(model, view)
	const guideRoom = output ? (rows >= 30 ? 6 : rows >= 16 ? 2 : 0) : Math.max(1, Math.floor(rows / 3))
	const guide = guideRows(model.step, { ...place, rows: guideRoom })
	const commands = commandRows(model.step.commands, { ...place, rows: rows >= 30 ? 8 : rows >= 16 ? 3 : 1 }, false)
	const head = [...title, ...guide, ...commands]
	const room = Math.max(0, rows - head.length)
	if (!deciding) {
		const height = output ? room : 0
		return { blocks: [rowsBlock(head), ...(height > 1 ? [{ kind: 'output', width, height } as const] : [])] }
	}
	const question = verdictRows(model, 0, width, glyphs).length
	const selected = selectedChoice(model, view)
	const wantsChoices = question + choiceRows(model, selected, { ...place, rows: 10_000 }).rows.length
	const lines = output ? outputHeight(outputOf(output.run), width - 2, room) : 0
	const wantsOutput = lines === 0 ? 0 : 1 + lines
	const height = shareOutput(room, wantsOutput, wantsChoices, question + Math.min(5, wantsChoices - question))
	const choices = choiceRows(model, selected, { ...place, rows: room - height - question })
	const verdict = verdictRows(model, choices.hidden, width, glyphs)
	return {
		blocks: [
			rowsBlock(head.slice(0, rows)),
			...(height > 1 ? [{ kind: 'output', width, height } as const] : []),
			rowsBlock([...verdict, ...choices.rows].slice(0, room - height)),
		],
	}
}

/** Rows for the output: what it wants, as long as the branches keep at least half of the room, or all that they want. */
function shareOutput(room: number, output: number, choices: number, least: number): number {
	if (output === 0) return 0
	const reserved = Math.min(choices, Math.max(least, Math.floor(room / 2)))
	const height = Math.min(output, Math.max(0, room - reserved))
	return height < 2 ? 0 : height
}

function outputHeight(lines: Lines, width: number, room: number): number {
	const kept = lines.total - lines.first + 1
	if (kept < 1) return 0
	if (kept > room) return room
	const all = windowOf(lines, { kind: 'line', number: lines.first }, width, room)
	return all.lines.reduce((sum, shown) => sum + shown.rows.length, 0)
}

function causeBody(place: Place): Body {
	const { model, view, width, rows, glyphs } = place
	if (!model.cause) return { blocks: [] }
	const card = causeRows(model.cause, width, glyphs)
	const selected = selectedChoice(model, view)
	const all = choiceRows(model, selected, { ...place, rows: 10_000 }).rows.length
	const room = Math.max(1, Math.min(all, Math.floor(rows / 2) - 1))
	const choices = choiceRows(model, selected, { ...place, rows: room })
	const below =
		model.choices.length === 0 ? [] : [blank, ...verdictRows(model, choices.hidden, width, glyphs), ...choices.rows]
	const cardRoom = Math.max(1, rows - below.length)
	const shown = pageRows(card, view.top, { ...place, rows: cardRoom })
	return { blocks: [rowsBlock([...shown, ...below])], page: { rows: cardRoom, total: card.length } }
}

/** The part of a long text that is shown, with a hint at an edge where something is left out. */
function pageRows(all: readonly Row[], top: number, { rows, width, glyphs }: Room): readonly Row[] {
	if (all.length <= rows) return all
	const from = Math.max(0, Math.min(top, all.length - rows))
	const shown = all.slice(from, from + rows).map((row) => cutRow(row, width, glyphs.more))
	const below = all.length - from - rows
	if (from > 0) shown[0] = rule('', width, glyphs, `${glyphs.up} ${from + 1} more`)
	if (below > 0) shown[rows - 1] = rule('', width, glyphs, `${glyphs.down} ${below + 1} more, PgDn`)
	return shown
}

function pageBody(place: Place, all: readonly Row[], top = place.view.top): Body {
	return { blocks: [rowsBlock(pageRows(all, top, place))], page: { rows: place.rows, total: all.length } }
}

function overlayBody(place: Place): Body {
	const { model, view, width, rows, glyphs } = place
	const { overlay } = view
	switch (overlay?.kind) {
		case undefined:
			return { blocks: [] }
		case 'help':
			return pageBody(place, helpRows(model, width, glyphs), overlay.top)
		case 'guide':
			return pageBody(place, guidePage(model, width), overlay.top)
		case 'why':
			return pageBody(place, whyRows(model, width, glyphs), overlay.top)
		case 'map':
			return {
				blocks: [rowsBlock(mapRows(model, overlay.selected, place))],
				page: { rows: rows - 2, total: rows },
			}
		case 'inputs':
			return { blocks: [rowsBlock(inputRows(model, overlay.selected, place))] }
		case 'output':
			return selectedOutput(model, view)
				? { blocks: [{ kind: 'output', width, height: rows }] }
				: { blocks: [rowsBlock([line('There is no output yet.', 'dim')])] }
		case 'note':
		case 'edit':
		case 'input':
		case 'paste': {
			const typed = typedRows(overlay, model, place)
			return { blocks: [rowsBlock(typed.rows.slice(0, rows))], cursor: typed.cursor }
		}
		case 'quit':
			return { blocks: [rowsBlock(quitRows(place).slice(0, rows))] }
	}
}

function quitRows({ model, width, glyphs }: Place): readonly Row[] {
	return [
		rule('Leave this session?', width, glyphs, '', 'warn'),
		blank,
		...prose(
			`Everything so far is kept, and 'runtree resume' goes on from here. Leaving changes nothing on ${model.header.host}, and takes nothing back.`,
			Math.min(width, readingWidth),
			'plain',
			[span('   ')],
		),
		blank,
		[span('   '), span('y', 'accent'), span(' leave    '), span('n', 'accent'), span(' stay')],
	]
}
