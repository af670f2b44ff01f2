import type { Evaluator, Scope } from '../flow/conditions.ts'
import type { Flow, Step } from '../flow/flow.ts'
import { renderCommand } from '../flow/templates.ts'

/**
 * A cause's remedies, the one to try first in front: the flow's order, but a remedy whose commands cannot be made from
 * what the walk knows (it edits a file that the host does not name) comes after those that can. Pure.
 */
export function remediesInOrder(
	flow: Pick<Flow, 'causes' | 'steps'>,
	evaluator: Evaluator,
	cause: string,
	scope: Scope,
): readonly string[] {
	const remedies = flow.causes[cause]?.remedies ?? []
	const able = remedies.filter((id) => {
		const step = flow.steps[id]
		return step !== undefined && canBeMade(step, evaluator, scope)
	})
	return [...able, ...remedies.filter((id) => !able.includes(id))]
}

function canBeMade(step: Step, evaluator: Evaluator, scope: Scope): boolean {
	if (step.manual) return true
	const left = step.run.filter(({ if: when }) => when === undefined || evaluator.condition(when, scope).value === true)
	for (const { command, effect } of left) {
		// What a probe of the remedy itself will tell is not known yet.
		if (effect === 'read') return true
		if (!renderCommand(command, scope, evaluator).ok) return false
	}
	return left.length > 0
}
