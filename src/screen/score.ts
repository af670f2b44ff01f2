import type { Flow } from '../flow/flow.ts'
import type { WalkContext } from '../machine/types.ts'
import { stepLabel } from './choices.ts'
import type { ScoreCard } from './model.ts'
import { isFound, type QuizAnswer, type QuizState } from './quiz.ts'

/** What a right answer is worth after so many hints; a wrong one is worth nothing. */
const worth = [1, 0.75, 0.5] as const
/** Points that each step which the shortest path does not have takes off. */
const detourCosts = 5

/** The card of a quiz as it stands. `at`: epoch milliseconds, for one that has not reached the cause. */
export function scoreOf(
	state: QuizState,
	{ flow, context }: { readonly flow: Flow; readonly context: WalkContext },
	at: number,
): ScoreCard {
	const { answers, shortest, visits } = state
	const planned = shortest === undefined ? undefined : new Set(shortest)
	const detours = planned === undefined ? 0 : new Set(visits.filter((step) => !planned.has(step))).size
	const wrong = answers.filter(({ right }) => !right)
	const missed = new Set(wrong.filter(({ kind }) => kind === 'branch').map(({ step }) => step))
	return {
		flow: flow.id,
		score: isReached(state, context) ? points(answers, detours) : null,
		questions: answers.length,
		right: answers.length - wrong.length,
		hints: Object.values(state.hints).reduce((sum, count) => sum + count, 0),
		durationMs: Math.max(0, (state.reachedAt ?? at) - state.startedAt),
		path: visits.map((step) => ({ label: stepLabel(flow, step), wrong: missed.has(step) })),
		...(shortest === undefined ? {} : { shortest: shortest.map((step) => stepLabel(flow, step)) }),
		detours,
		wrong: wrong.map((answer) => ({
			place: placeOf(answer, flow),
			chosen: answer.chosen,
			correct: answer.correct,
		})),
		read: [...new Set([...wrong, ...answers.filter(({ hints }) => hints > 0)].map((answer) => placeOf(answer, flow)))],
	}
}

/** A wrong remedy is looked up at its cause. */
function placeOf({ kind, step, cause = '' }: QuizAnswer, flow: Flow): string {
	return kind === 'remedy' ? (flow.causes[cause]?.title ?? cause) : (flow.steps[step]?.title ?? step)
}

function isReached({ expected }: QuizState, context: WalkContext): boolean {
	return context.outcome === 'healthy' || context.outcome === 'resolved' || isFound(expected, context)
}

function points(answers: QuizState['answers'], detours: number): number {
	const earned = answers.reduce((sum, { right, hints }) => sum + (right ? (worth[hints] ?? 0) : 0), 0)
	const share = answers.length === 0 ? 1 : earned / answers.length
	return Math.max(0, Math.round(100 * share) - detourCosts * detours)
}
