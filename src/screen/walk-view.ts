import type { Evaluator } from '../flow/conditions.ts'
import type { Flow, Template } from '../flow/flow.ts'
import { renderText } from '../flow/templates.ts'
import { checklistOf, scopeOf } from '../machine/checklist.ts'
import { type AvailableEvent, availableEvents, type Phase, phaseOf, type WalkSnapshot } from '../machine/machine.ts'
import type { WalkContext } from '../machine/types.ts'
import { remediesInOrder } from '../session/remedies.ts'
import type { Session } from '../session/types.ts'
import type { SummaryModel } from './model.ts'
import type { QuizState } from './quiz.ts'

/** Everything that a screen is made from: plain data, and a way to fill in templates. */
export interface WalkView {
	readonly flow: Flow
	readonly phase: Phase
	readonly context: WalkContext
	readonly available: readonly AvailableEvent[]
	/** The cause that is shown, in phase `cause`. */
	readonly causeId: string | undefined
	/** Its remedies, the one to try first in front. */
	readonly remedies: readonly string[]
	readonly prose: (template: Template) => string
	readonly checklist: SummaryModel['checklist']
	readonly session: { readonly id: string; readonly folder: string }
	readonly recorded: boolean
	/** The host is one that runtree does not reach. */
	readonly byHand: boolean
	readonly warning?: string
	readonly runningSince?: number
	/** Set in a quiz. */
	readonly quiz?: QuizState
}

/** Reads a session: the only place where a front end looks into a snapshot. */
export function viewOf(session: Session, evaluator: Evaluator): WalkView {
	const snapshot = session.snapshot()
	const { context } = snapshot
	const scope = scopeOf(context)
	const causeId = causeIdOf(snapshot)
	const warning = session.warning()
	const runningSince = session.runningSince()
	return {
		flow: session.flow,
		phase: phaseOf(snapshot),
		context,
		available: availableEvents(snapshot),
		causeId,
		remedies: causeId === undefined ? [] : remediesInOrder(session.flow, evaluator, causeId, scope),
		prose: (template) => renderText(template, scope, evaluator),
		checklist:
			phaseOf(snapshot) === 'ended'
				? checklistOf(session.flow, (cel) => evaluator.condition(cel, scope)).map(({ text, state }) => ({
						text,
						state: checked[`${state}`],
					}))
				: [],
		session: { id: session.id, folder: session.folder },
		recorded: session.target.recorded,
		byHand: session.target.byHand === true,
		...(warning === undefined ? {} : { warning }),
		...(runningSince === undefined ? {} : { runningSince }),
	}
}

const checked = { true: 'passes', false: 'fails', unknown: 'not checked' } as const

function causeIdOf({ value }: WalkSnapshot): string | undefined {
	const state: unknown = value
	const key =
		typeof state === 'string' ? state : typeof state === 'object' && state !== null ? Object.keys(state)[0] : undefined
	return key?.startsWith('cause:') ? key.slice('cause:'.length) : undefined
}
