import type { Evaluator, Reading, Scope } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import type { CheckedItem, WalkContext } from '../machine/types.ts'

/** With the facts that decided it. */
export interface MeasuredItem extends CheckedItem {
	readonly reads: readonly Reading[]
}

/** The flow's checklist for what the walk knows so far. Pure. */
export function checklistOf(
	flow: Pick<Flow, 'checklist'>,
	evaluator: Pick<Evaluator, 'condition'>,
	context: Pick<WalkContext, 'inputs' | 'facts' | 'host'>,
): readonly MeasuredItem[] {
	const scope = scopeOf(context)
	return flow.checklist.map(({ text, when, source }) => {
		const { value, reason, reads } = evaluator.condition(when, scope)
		return { text, state: value, reads, source, ...(reason === undefined ? {} : { reason }) }
	})
}

/** What conditions and templates may read at this point of the walk. */
export function scopeOf({ inputs, facts, host }: Pick<WalkContext, 'inputs' | 'facts' | 'host'>): Scope {
	const known = Object.entries(facts).map(([name, named]) => [name, named.facts] as const)
	return { inputs, facts: Object.fromEntries(known), host }
}
