import type { Flow } from '../flow/flow.ts'
import type { KeyContext } from './keymap.ts'
import type { ScreenModel } from './model.ts'
import { fieldOf, type TextField } from './text-field.ts'
import type { Anchor, Lines } from './window.ts'

/** What only the screen knows: selection, scrolling, what is laid over the step, what is being typed. */
export interface View {
	/** The `moment` of the model that this belongs to. */
	readonly moment: string
	/** The choice that the operator selected; null: the recommended one. */
	readonly selected: number | null
	readonly overlay: Overlay | null
	/** Which output is shown, and from where; null: what the model suggests. */
	readonly output: number | null
	readonly anchor: Anchor | null
	/** What the arrow keys move. */
	readonly focus: 'choices' | 'output'
	/** First row that is shown of a text that is longer than its place (cause, summary, guide). */
	readonly top: number
	/** The host's name as typed so far, for a destructive command. */
	readonly typed: TextField
	/** It goes on by itself. */
	readonly autorun: boolean
	/** One sentence about the last key. */
	readonly notice: string | null
	/** When a running command was last cancelled, milliseconds. */
	readonly cancelledAt: number | null
}

export type Overlay =
	| { readonly kind: 'help' | 'guide' | 'why'; readonly top: number }
	| { readonly kind: 'output' }
	| { readonly kind: 'map' | 'inputs'; readonly selected: number }
	| { readonly kind: 'input'; readonly name: string; readonly field: TextField; readonly problem?: string }
	| { readonly kind: 'note' | 'edit'; readonly field: TextField }
	| { readonly kind: 'paste'; readonly text: string; readonly bracketed: boolean }
	| { readonly kind: 'quit' }

export const freshView: View = {
	moment: '',
	selected: null,
	overlay: null,
	output: null,
	anchor: null,
	focus: 'choices',
	top: 0,
	typed: fieldOf(''),
	autorun: false,
	notice: null,
	cancelledAt: null,
}

/** The view for a model: as it was while the operator faces the same thing, else started over. */
export function viewFor(view: View, model: ScreenModel): View {
	if (view.moment === model.moment) return view
	const { autorun, cancelledAt, overlay } = view
	const keeps =
		overlay?.kind === 'output' || overlay?.kind === 'help' || overlay?.kind === 'note' || overlay?.kind === 'quit'
	return {
		...freshView,
		moment: model.moment,
		autorun,
		cancelledAt,
		overlay: keeps && model.phase !== 'confirming' && model.phase !== 'ended' ? overlay : null,
	}
}

/** The table of keys that counts: that of what lies on top. */
export function contextOf(model: ScreenModel, { overlay }: View): KeyContext {
	if (!overlay) return model.context
	switch (overlay.kind) {
		case 'help':
		case 'guide':
		case 'why':
			return 'page'
		case 'note':
		case 'edit':
		case 'input':
			return 'field'
		case 'output':
		case 'map':
		case 'inputs':
		case 'paste':
		case 'quit':
			return overlay.kind
	}
}

/** Index of the choice that Enter takes; null when the operator has to select one. */
export function selectedChoice(model: ScreenModel, view: View): number | null {
	return view.selected ?? model.recommended
}

/** The output that is shown. */
export function selectedOutput(model: ScreenModel, view: View): ScreenModel['outputs'][number] | undefined {
	return model.outputs[view.output ?? model.shownOutput]
}

/** From where it is shown: the newest lines while it runs, then the first line of evidence with a little before it. */
export function outputAnchor(model: ScreenModel, view: View): Anchor {
	if (view.anchor) return view.anchor
	const output = selectedOutput(model, view)
	if (output?.running || !output) return { kind: 'tail' }
	return { kind: 'reveal', number: output.evidence[0] ?? 1 }
}

/** How much room things have on the screen now, so that nothing scrolls further than it goes. */
export interface Reach {
	/** Rows that the text on top (a page, the cause, the summary, the guide) has, and all of its rows. */
	readonly page: { readonly rows: number; readonly total: number }
	readonly output: { readonly width: number; readonly rows: number; readonly lines: Lines } | null
}

/** What a key is pressed in. */
export interface Situation {
	readonly model: ScreenModel
	readonly view: View
	readonly reach: Reach
	readonly flow: Flow
	/** Milliseconds, any origin. */
	readonly now: number
}
