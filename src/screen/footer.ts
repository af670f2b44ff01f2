import { type Intent, intents, type KeyContext, keyLabel, keymap } from './keymap.ts'
import type { ScreenModel } from './model.ts'
import { contextOf, selectedChoice, type View } from './view.ts'

/** A key and what it does, as the footer shows it. */
export interface ActionFooter {
	readonly intent: Intent
	readonly keys: string
	readonly label: string
}

/** The keys of the footer that do something now, the most important first. */
export function footerOf(model: ScreenModel, view: View, unicode: boolean): readonly ActionFooter[] {
	const context = contextOf(model, view)
	const items = view.overlay === null ? fromModel(model, view) : fromTable(context)
	return items
		.filter(({ intent }) => keymap[intent].footer !== undefined)
		.sort((a, b) => (keymap[a.intent].footer ?? 0) - (keymap[b.intent].footer ?? 0))
		.map(({ intent, label }) => ({ intent, label, keys: footerKeys(intent, context, unicode) }))
}

type Item = Pick<ActionFooter, 'intent' | 'label'>

function fromModel(model: ScreenModel, view: View): Item[] {
	const enabled = model.actions.filter((action) => action.enabled)
	return enabled.flatMap((action): Item[] => {
		if (action.intent === 'down') return model.choices.length > 1 ? [{ ...action, label: 'choose' }] : []
		if (action.intent === 'rerun' && model.enter === 'rerun' && view.selected === null) return []
		if (action.intent === 'autorun') return [{ ...action, label: !view.autorun ? action.label : 'stop' }]
		if (action.intent !== 'accept') return [action]
		if (selectedChoice(model, view) !== null || model.quiz?.stage === 'told') return [action]
		if (model.enter === 'paste') return [{ intent: 'accept', label: 'give output' }]
		return model.enter === 'rerun' ? [{ intent: 'accept', label: 'run again' }] : []
	})
}

function fromTable(context: KeyContext): Item[] {
	const toggles: readonly Intent[] = ['guide', 'why', 'map', 'output', 'help']
	return intents
		.filter((intent) => keymap[intent].when.includes(context) && !toggles.includes(intent))
		.filter((intent) => context !== 'quit' || intent !== 'leave')
		.map((intent) => ({ intent, label: overlayLabel(intent, context) }))
}

function overlayLabel(intent: Intent, context: KeyContext): string {
	if (intent === 'yes' && context === 'quit') return 'leave'
	return intent === 'down' && (context === 'map' || context === 'inputs') ? 'select' : keymap[intent].label
}

function footerKeys(intent: Intent, context: KeyContext, unicode: boolean): string {
	const [first = '', ...others] = keymap[intent].keys
	// Enter may be a line's end inside a paste, so this is the key that always submits.
	if (context === 'paste' && intent === 'submit-paste') return keyLabel(others[0] ?? first, unicode)
	return intent === 'down'
		? `${keyLabel('up', unicode)}${unicode ? '' : '/'}${keyLabel('down', unicode)}`
		: keyLabel(first, unicode)
}
