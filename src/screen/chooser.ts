import { intentOf, type KeyPress } from './keymap.ts'

/** A list of recorded hosts to choose from, by what their users complain about. Never by what is wrong with them. */

export interface ChooserItem {
	/** What it can be called on the command line. */
	readonly number: number
	readonly symptom: string
	readonly difficulty: 'easy' | 'medium' | 'hard'
	/** The best score so far, 0 to 100. */
	readonly best?: number
}

export interface ChooserModel {
	/** The flow that is practised. */
	readonly title: string
	readonly items: readonly ChooserItem[]
	/** Enter starts a quiz. */
	readonly quiz: boolean
}

export interface ChooserView {
	readonly selected: number
}

/** What was chosen: an index into the items, or to leave. */
export type Chosen =
	| { readonly kind: 'start'; readonly index: number; readonly quiz: boolean }
	| { readonly kind: 'leave' }

/**
 * What a key does: the next view, or the end. `page`: rows of the list that are shown. `random` gives numbers in [0, 1).
 */
export function pressInChooser(
	{ items, quiz }: ChooserModel,
	view: ChooserView,
	key: KeyPress,
	{ page, random }: { readonly page: number; readonly random: () => number },
): ChooserView | Chosen {
	const to = (selected: number): ChooserView => ({ selected: Math.max(0, Math.min(items.length - 1, selected)) })
	const { selected } = view
	switch (intentOf(key, 'chooser')) {
		case 'start':
			return { kind: 'start', index: selected, quiz }
		case 'start-quiz':
			return { kind: 'start', index: selected, quiz: true }
		case 'random':
			return to(Math.floor(random() * items.length))
		case 'leave':
			return { kind: 'leave' }
		case 'up':
			return to(selected - 1)
		case 'down':
			return to(selected + 1)
		case 'page-up':
			return to(selected - page)
		case 'page-down':
			return to(selected + page)
		case 'top':
			return to(0)
		case 'bottom':
			return to(items.length - 1)
		default:
			return view
	}
}

/** `83`, or nothing where it was not tried as a quiz. */
export function bestWords({ best }: ChooserItem): string {
	return best === undefined ? '' : `best ${best}`
}
