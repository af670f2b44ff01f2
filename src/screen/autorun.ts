import type { WalkEvent } from '../machine/types.ts'
import { canRunOn } from './actions.ts'
import type { ScreenModel } from './model.ts'

/** How many events running on sends at most: a flow may lead in a circle. */
export const autorunLimit = 400

/**
 * The event by which the walk goes on without the operator: runs probes, takes recommended branches. Null where a person
 * is needed (a remedy, a question, a cause, the end) or while a command runs.
 */
export function nextByItself(model: ScreenModel): WalkEvent | null {
	if (model.phase === 'running' || !canRunOn(model)) return null
	if (model.phase === 'ready') return { type: 'step.run' }
	return model.recommended === null ? null : (model.choices[model.recommended]?.event ?? null)
}
