import type { Judgement, Reading } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import type { CheckedItem } from './types.ts'

/** With the facts that decided it. */
export interface MeasuredItem extends CheckedItem {
	readonly reads: readonly Reading[]
}

/** The flow's checklist, as far as what the walk knows fills it in: `judge` evaluates a condition over that. Pure. */
export function checklistOf(
	{ checklist }: Pick<Flow, 'checklist'>,
	judge: (cel: string) => Judgement,
): readonly MeasuredItem[] {
	return checklist.map(({ text, when, source }) => {
		const { value, reason, reads } = judge(when)
		return { text, state: value, reads, source, ...(reason === undefined ? {} : { reason }) }
	})
}
