/** The evaluation of an expression would take too long. */
export class CostError extends Error {
	override readonly name = 'CostError'
}

/** What one evaluation may still take, in steps. */
export interface Budget {
	/** Throws CostError when nothing is left. */
	spend(steps: number): void
	/** Evaluates with a whole budget of its own, and goes on with what was left before. */
	anew<T>(evaluate: () => T): T
}

const MOST_STEPS = 100_000

/** Bounds evaluations: a step of a loop costs one. */
export function createBudget(): Budget {
	let left = MOST_STEPS
	return {
		spend: (steps) => {
			left -= steps
			if (left < 0) throw new CostError('it would take too long to evaluate')
		},
		anew: (evaluate) => {
			const before = left
			left = MOST_STEPS
			try {
				return evaluate()
			} finally {
				left = before
			}
		},
	}
}
