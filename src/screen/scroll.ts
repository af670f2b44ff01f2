import type { Intent } from './keymap.ts'
import type { ScreenModel } from './model.ts'
import { outputAnchor, type Situation, selectedChoice, selectedOutput, type View } from './view.ts'
import { type Anchor, type Lines, windowOf } from './window.ts'

/** Where the keys that move lead: in a page, the map, the output, the choices, or a long text. */

export type Move = Extract<Intent, 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom'>

/** The view after a move. */
export function scrolled(situation: Situation, move: Move): View {
	const { model, view, reach } = situation
	const { overlay } = view
	if (overlay?.kind === 'map' || overlay?.kind === 'inputs') {
		const selected = moved(overlay.selected, move, model[overlay.kind].length, reach.page.rows)
		return { ...view, overlay: { ...overlay, selected } }
	}
	if (overlay && 'top' in overlay)
		return { ...view, overlay: { ...overlay, top: paged(overlay.top, move, reach.page) } }
	if (overlay?.kind === 'output' || scrollsOutput(model, view, move)) return scrollOutput(situation, move)
	if (model.choices.length > 0 && (move === 'up' || move === 'down'))
		return { ...view, selected: nextChoice(model, view, move) }
	return { ...view, top: paged(view.top, move, reach.page) }
}

function scrollsOutput(model: ScreenModel, view: View, move: Move): boolean {
	if (selectedOutput(model, view) === undefined || model.quiz?.told) return false
	return view.focus === 'output' || model.choices.length === 0 || (move !== 'up' && move !== 'down')
}

function nextChoice(model: ScreenModel, view: View, move: 'up' | 'down'): number {
	const selected = selectedChoice(model, view)
	if (selected === null) return move === 'down' ? 0 : model.choices.length - 1
	return Math.min(model.choices.length - 1, Math.max(0, selected + (move === 'down' ? 1 : -1)))
}

function moved(position: number, move: Move, total: number, rows: number): number {
	const last = Math.max(0, total - 1)
	const to: Readonly<Record<Move, number>> = {
		up: position - 1,
		down: position + 1,
		'page-up': position - rows,
		'page-down': position + rows,
		top: 0,
		bottom: last,
	}
	return Math.min(last, Math.max(0, to[move]))
}

function paged(top: number, move: Move, page: { readonly rows: number; readonly total: number }): number {
	const last = Math.max(0, page.total - page.rows)
	return moved(Math.min(top, last), move, last + 1, Math.max(1, page.rows - 1))
}

function scrollOutput({ model, view, reach }: Situation, move: Move): View {
	if (!reach.output) return view
	const { lines, width, rows } = reach.output
	return { ...view, anchor: nextAnchor(lines, outputAnchor(model, view), width, rows, move) }
}

/** From where the output is shown after a move; at its end it follows the newest lines. */
export function nextAnchor(lines: Lines, anchor: Anchor, width: number, rows: number, move: Move): Anchor {
	if (move === 'bottom') return { kind: 'tail' }
	if (move === 'top') return { kind: 'line', number: lines.first }
	const shown = windowOf(lines, anchor, width, rows)
	const top = shown.lines[0]?.number ?? lines.first
	const page = Math.max(1, shown.lines.length - 1)
	const number = moved(top - lines.first, move, lines.total - lines.first + 1, page) + lines.first
	const next: Anchor = { kind: 'line', number }
	const forward = move === 'down' || move === 'page-down'
	return forward && windowOf(lines, next, width, rows).atEnd ? { kind: 'tail' } : next
}
