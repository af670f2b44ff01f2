import { cellsOf, steady, wrapOutput } from '../screen/cells.ts'
import { count } from '../screen/copy.ts'
import type { ScreenModel } from '../screen/model.ts'
import { type TextField, textOf } from '../screen/text-field.ts'
import type { Overlay } from '../screen/view.ts'
import { blank, cutRow, line, prose, type Row, span } from './row.ts'
import type { Room } from './theme.ts'

/** Texts being typed: a note, a command, an input, pasted output, a host's name. */

export interface TypedRows {
	readonly rows: readonly Row[]
	/** Where the cursor stands, counted from the first of these rows and the left edge of the place. */
	readonly cursor: { readonly row: number; readonly cell: number }
}

/** The line that holds the text: the part of it around the cursor. */
export function fieldRow(field: TextField, width: number): { readonly row: Row; readonly cell: number } {
	const prompt = '> '
	const room = Math.max(1, width - cellsOf(prompt) - 1)
	let before = ''
	for (const cluster of [...field.before].reverse()) {
		const next = steady(cluster) + before
		if (cellsOf(next) > room) break
		before = next
	}
	let after = ''
	for (const cluster of field.after) {
		const next = after + steady(cluster)
		if (cellsOf(before) + cellsOf(next) > room) break
		after = next
	}
	return { row: [span(prompt, 'accent'), span(before + after, 'strong')], cell: cellsOf(prompt) + cellsOf(before) }
}

function withField(above: readonly Row[], field: TextField, below: readonly Row[], width: number): TypedRows {
	const { row, cell } = fieldRow(field, width)
	return { rows: [...above, row, ...below], cursor: { row: above.length, cell } }
}

/** What is being typed, in an overlay. */
export function typedRows(
	overlay: Extract<Overlay, { kind: 'note' | 'edit' | 'input' | 'paste' }>,
	model: ScreenModel,
	room: Room,
): TypedRows {
	const { width, rows } = room
	switch (overlay.kind) {
		case 'note':
			return withField([line('Note: it goes into the transcript', 'strong'), blank], overlay.field, [], width)
		case 'edit': {
			const warning = 'An edited command counts as a change: it asks before it runs.'
			const whole = prose(textOf(overlay.field), width, 'dim').slice(0, Math.max(0, rows - 6))
			return withField(
				[line('Edit the command', 'strong'), ...prose(warning, width, 'warn'), blank],
				overlay.field,
				[blank, ...whole],
				width,
			)
		}
		case 'input': {
			const input = model.inputs.find(({ name }) => name === overlay.name)
			const problem = overlay.problem === undefined ? [] : [blank, ...prose(overlay.problem, width, 'bad')]
			return withField([line(input?.title ?? overlay.name, 'strong'), blank], overlay.field, problem, width)
		}
		case 'paste':
			return pasteRows(overlay, model, room)
	}
}

function pasteRows(
	overlay: Extract<Overlay, { kind: 'paste' }>,
	model: ScreenModel,
	{ width, rows, glyphs }: Room,
): TypedRows {
	const command = model.byHand?.wanted ?? model.step.commands.find(({ state }) => state === 'next')?.text ?? ''
	const lines = overlay.text.split('\n')
	const where = model.byHand === null ? ', from wherever you ran it' : ': run it in a shell on the host'
	const head: readonly Row[] = [
		line(`Paste the output of this command${where}`, 'strong'),
		// All of it: it is there to be copied.
		...command
			.trimEnd()
			.split('\n')
			.flatMap((text) => wrapOutput(text, width - 2))
			.slice(0, Math.max(1, rows - 6))
			.map((text): Row => [span('  '), span(text, 'accent')]),
		line(overlay.text === '' ? 'Nothing pasted yet.' : `${count(lines.length, 'line')} so far.`, 'dim'),
		blank,
	]
	const tail = lines.slice(-Math.max(1, rows - head.length))
	const shown = tail.map((text) => cutRow(line(text), width - 1, glyphs.more))
	const last = shown.at(-1) ?? []
	const cell = Math.min(
		width - 1,
		last.reduce((cells, part) => cells + cellsOf(part.text), 0),
	)
	return { rows: [...head, ...shown], cursor: { row: head.length + shown.length - 1, cell } }
}
