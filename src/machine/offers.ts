import { type AnyMachineSnapshot, getNextTransitions } from 'xstate'
import { VISIT_DONE, type VisitDone } from './chart.ts'
import type { WalkContext, WalkEvent } from './types.ts'

/** Something the operator can do now. Front ends build the event from it; what it lacks, the operator types. */
export interface AvailableEvent {
	readonly type: WalkEvent['type']
	/** What the operator reads: the transition's description. */
	readonly label: string
	/** Of `branch.take`: the index into the step's branches. */
	readonly branch?: number
	/** Of `branch.take`: the evidence supports it. */
	readonly recommended?: boolean
	/** Of `remedy.start`, and of a `step.goto` that is offered by itself (the retest after a cause). */
	readonly step?: string
	/** Of `input.set`: the input's name. */
	readonly input?: string
}

/** What can be done at a step: what its visit takes; for a branch, what the arrow says that it would be left by. */
export function offersAtStep(walk: AnyMachineSnapshot, visit: AnyMachineSnapshot): readonly AvailableEvent[] {
	const context: WalkContext = visit.context
	const { recommended, says = [] } = context.decision ?? {}
	return offers(visit).flatMap((offer): readonly AvailableEvent[] => {
		if (offer.type !== 'branch.take') return [offer]
		return says.flatMap((_, branch) => {
			const take = { type: 'branch.take', branch } as const
			if (!visit.can(take)) return []
			const left: VisitDone = { type: VISIT_DONE, output: { context, by: take } }
			const [arrow] = walk.machine.getTransitionData(walk, left)
			return [{ ...take, label: arrow?.description ?? offer.label, recommended: recommended === branch }]
		})
	})
}

/** What can be done at a cause. */
export function offersAtCause(walk: AnyMachineSnapshot): readonly AvailableEvent[] {
	return offers(walk)
}

/** The events that the machine takes, each once, in the order of its transitions: the inner states' before the outer ones'. */
function offers(snapshot: AnyMachineSnapshot): readonly AvailableEvent[] {
	const found = new Map<string, AvailableEvent>()
	for (const { eventType, guard, description } of getNextTransitions(snapshot)) {
		const params = paramsOf(guard)
		const key = JSON.stringify([eventType, params])
		const event = found.has(key) ? undefined : trial(eventType, params, snapshot.context)
		if (event === undefined) continue
		const takes = event.type === 'branch.take' || snapshot.can(event)
		if (takes) found.set(key, { type: event.type, label: description ?? event.type, ...params })
	}
	return [...found.values()]
}

type Params = Pick<AvailableEvent, 'step' | 'input'>

function paramsOf(guard: unknown): Params {
	return typeof guard === 'object' && guard !== null && 'params' in guard ? (guard.params as Params) : {}
}

/** An event of that type as the operator would send it, to ask the machine whether it does something. */
function trial(type: string, { step, input }: Params, context: WalkContext): WalkEvent | undefined {
	switch (type) {
		case 'step.run':
		case 'step.skip':
		case 'step.rerun':
		case 'step.back':
		case 'command.cancel':
		case 'confirm.yes':
		case 'confirm.no':
		case 'session.leave':
			return { type }
		case 'command.edit':
		case 'output.paste':
		case 'note.add':
			return { type, text: '…' }
		case 'confirm.typed':
			return { type, text: context.host }
		case 'step.goto':
		case 'remedy.start':
			return { type, step: step ?? context.step }
		case 'branch.take':
			return { type, branch: 0 }
		case 'input.set':
			return input === undefined ? undefined : { type, name: input, value: context.inputs[input] ?? '' }
		default:
			return undefined
	}
}
