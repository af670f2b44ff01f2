import type { Evaluator } from '../flow/conditions.ts'
import type { Flow, Template } from '../flow/flow.ts'
import { renderText } from '../flow/templates.ts'
import { checklistOf } from '../machine/checklist.ts'
import { differentialOf } from '../machine/consult.ts'
import type { Phase } from '../machine/machine.ts'
import type { AvailableEvent } from '../machine/offers.ts'
import { freshScope, scopeOf } from '../machine/scope.ts'
import type { Standing, WalkContext } from '../machine/types.ts'
import { causeLeftFor } from '../machine/walk.ts'
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
	/** The text with its values, without the sentences that name what is not known. */
	readonly prose: (template: Template) => string
	/** The state of every cause on what is known now. */
	readonly standings: () => readonly Standing[]
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
	const causeId = snapshot.phase === 'cause' ? causeLeftFor(context) : undefined
	const warning = session.warning()
	const runningSince = session.runningSince()
	return {
		flow: session.flow,
		phase: snapshot.phase,
		context,
		available: snapshot.available,
		causeId,
		remedies: causeId === undefined ? [] : remediesInOrder(session.flow, evaluator, causeId, scope),
		prose: (template) => proseOf(template, (text) => renderText(text, scope, evaluator)),
		standings: once(() => differentialOf({ flow: session.flow, evaluator }, context)),
		checklist:
			snapshot.phase === 'ended'
				? checklistOf(session.flow, (cel) => evaluator.condition(cel, freshScope(context))).map(({ text, state }) => ({
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

/** A text of several sentences loses those that cannot be rendered, and keeps its lines. */
function proseOf(template: Template, render: (text: Template) => string | undefined): string {
	const lines = template.split('\n').map((line) => {
		if (!line.includes('{{')) return line
		const sentences = line.split(/(?<=[.!?]) +(?=[A-Z{`])/)
		return sentences.flatMap((sentence) => render(sentence) ?? []).join(' ')
	})
	return lines.join('\n')
}

function once<T>(compute: () => T): () => T {
	let kept: { readonly value: T } | undefined
	return () => {
		kept ??= { value: compute() }
		return kept.value
	}
}
