import type { Branch, Cause, Flow, Step } from '../flow/flow.ts'
import type { Answers, Invoke, Transition as Move, VisitEnd } from './statechart.ts'
import type { WalkContext, WalkEvent } from './types.ts'
import { setInputs } from './visit-chart.ts'

/**
 * A flow as a statechart that is read on one canvas: a state for each step and each cause, an arrow for each branch and
 * each remedy. What goes on at a step is the child machine `visit`, which every step invokes; what all steps have in
 * common, and all causes, stands once, at the states around them. Jumps are routes of XState: a state says that it may
 * be jumped to (`route`), and no arrow is drawn for it. Linear in the size of the flow.
 */

/** The event that a visit's end is. */
export const VISIT_DONE = 'xstate.done.actor.visit'

export interface VisitDone {
	readonly type: typeof VISIT_DONE
	readonly output: VisitEnd
}

/** Begins the walk: not on start, as what the first visit tells must come after that its step was entered. */
export interface Begin {
	readonly type: 'walk.begin'
}

/** Leads to the state of that id, wherever the walk is. */
export interface Route {
	readonly type: 'xstate.route'
	/** `#step:<id>` or `#cause:<id>`. */
	readonly to: string
}

type Leaving = 'step.back' | 'step.goto' | 'session.leave'

export type WalkGuard =
	/** The visit was left by this branch of its step. */
	| { readonly type: 'takes'; readonly params: { readonly branch: number } }
	/** The visit was left by this event. */
	| { readonly type: 'leftBy'; readonly params: { readonly event: Leaving } }
	| { readonly type: 'namesStep'; readonly params: { readonly step: string } }
	| { readonly type: 'namesInput'; readonly params: { readonly input: string } }
	| { readonly type: 'knowsStep' }
	| { readonly type: 'hasComeFrom' }
	| { readonly type: 'saysSomething' }

export type WalkAct =
	| { readonly type: 'begin' }
	/** The walk goes on with what the visit knew at its end. */
	| { readonly type: 'adopt' }
	| { readonly type: 'take'; readonly params: { readonly branch: number } }
	| { readonly type: 'enter'; readonly params: { readonly step: string } }
	| { readonly type: 'jump' }
	| { readonly type: 'goBack' }
	/** Jumps to where the context is: the cause that the last step was left for, else the step. */
	| { readonly type: 'route' }
	/** Hands the event to the visit. */
	| { readonly type: 'forward' }
	| { readonly type: 'setInput' }
	| { readonly type: 'note' }
	| { readonly type: 'leave' }

type Transition = Move<WalkGuard, WalkAct>
type Forwarded = 'step.*' | 'command.*' | 'output.*' | 'confirm.*' | 'branch.*' | 'input.*' | 'note.*' | 'session.*'
type On = Answers<WalkGuard, WalkAct, WalkEvent['type'] | Forwarded | typeof VISIT_DONE | Begin['type']>

/** What a visit begins with: the walk as it is on arrival. */
export type ArrivalMapper = (scope: { readonly context: WalkContext }) => WalkContext

export type VisitInvoke = Invoke<WalkGuard, WalkAct, 'visit', 'visit', ArrivalMapper> & {
	readonly onDone: readonly Transition[]
}

export interface State {
	readonly id?: string
	readonly type?: 'final'
	readonly description: string
	readonly on?: On
	readonly invoke?: VisitInvoke
	readonly route?: { readonly description?: string }
	readonly initial?: string
	readonly states?: Readonly<Record<string, State>>
}

/** A flow as a statechart. States are `step:<id>` in `steps`, `cause:<id>` in `causes`, and `ended`. */
export function chartOf(flow: Flow, arrival: ArrivalMapper) {
	const states: Readonly<Record<string, State>> = {
		boot: {
			description: 'Before the walk',
			on: { 'walk.begin': { actions: [{ type: 'begin' }, { type: 'route' }], description: 'The walk begins' } },
		},
		steps: group(
			{ description: 'At a step: its visit answers, until it is left', on: atSteps() },
			Object.values(flow.steps).map((step) => stepState(flow, step, arrival)),
		),
		causes: group(
			{ description: 'At a cause: what mends it is chosen', on: atCauses(flow) },
			Object.values(flow.causes).map((cause) => causeState(flow, cause)),
		),
		ended: { id: 'ended', type: 'final', description: 'The session has ended' },
	}
	return { id: flow.id, description: flow.title, initial: 'boot', states } as const
}

/** States of one kind under the state that answers for all of them. It is entered by the id of one of them only. */
function group(around: State, inside: readonly (State & { readonly id: string })[]): State {
	const [first] = inside
	if (first === undefined) return around
	return { ...around, initial: first.id, states: Object.fromEntries(inside.map((state) => [state.id, state])) }
}

function atSteps(): On {
	const forward: Transition = { actions: [{ type: 'forward' }], description: 'The visit answers' }
	return {
		[VISIT_DONE]: [
			{
				guard: { type: 'leftBy', params: { event: 'step.back' } },
				actions: [{ type: 'adopt' }, { type: 'goBack' }, { type: 'route' }],
				description: 'Back at the previous step',
			},
			{
				guard: { type: 'leftBy', params: { event: 'step.goto' } },
				actions: [{ type: 'adopt' }, { type: 'jump' }, { type: 'route' }],
				description: 'To another step',
			},
			{
				target: '#ended',
				guard: { type: 'leftBy', params: { event: 'session.leave' } },
				actions: [{ type: 'adopt' }, { type: 'leave' }],
				description: 'The session is left',
			},
		],
		'step.*': forward,
		'command.*': forward,
		'output.*': forward,
		'confirm.*': forward,
		'branch.*': forward,
		'input.*': forward,
		'note.*': forward,
		'session.*': forward,
	}
}

function atCauses({ steps, inputs }: Flow): On {
	const retest = Object.values(steps).find((step) => step.retest)
	const goTo: Transition = {
		guard: { type: 'knowsStep' },
		actions: [{ type: 'jump' }, { type: 'route' }],
		description: 'Go to another step',
	}
	return {
		'step.goto': retest === undefined ? goTo : [leadTo(retest.id, retest.title), goTo],
		'step.back': {
			guard: { type: 'hasComeFrom' },
			actions: [{ type: 'goBack' }, { type: 'route' }],
			description: 'Go back to the previous step',
		},
		'input.set': setInputs(inputs),
		'note.add': { guard: { type: 'saysSomething' }, actions: [{ type: 'note' }], description: 'Add a note' },
		'session.leave': { target: '#ended', actions: [{ type: 'leave' }], description: 'Leave the session' },
	}
}

function stepState(flow: Flow, step: Step, arrival: ArrivalMapper) {
	return {
		id: `step:${step.id}`,
		description: step.title,
		route: {},
		invoke: {
			id: 'visit',
			src: 'visit',
			input: arrival,
			onDone: step.branches.flatMap((branch, index) => takeBranch(flow, step, branch, index) ?? []),
		},
	} as const
}

/** The arrow of a branch. One that only asks leads nowhere; which cause a proof leads to is known when it is taken. */
function takeBranch(flow: Flow, step: Step, branch: Branch, index: number): Transition | undefined {
	const { to, rule } = branch
	const take = [{ type: 'adopt' }, { type: 'take', params: { branch: index } }] as const
	const taken = {
		guard: { type: 'takes', params: { branch: index } },
		description: rule.kind === 'choice' ? rule.label : destinationTitle(flow, branch),
		...(rule.kind === 'when' ? { meta: { when: rule.condition } } : {}),
	} as const
	switch (to.kind) {
		case 'goto':
			return {
				...taken,
				target: `#step:${to.step}`,
				actions: [...take, { type: 'enter', params: { step: to.step } }],
				...(to.step === step.id ? { reenter: true } : {}),
			}
		case 'cause':
			return { ...taken, target: `#cause:${to.cause}`, actions: take }
		case 'proven':
			return { ...taken, actions: [...take, { type: 'route' }] }
		case 'end':
			return { ...taken, target: '#ended', actions: take }
		case 'ask':
			return undefined
	}
}

function destinationTitle({ steps, causes }: Flow, { to }: Branch): string {
	switch (to.kind) {
		case 'goto':
			return steps[to.step]?.title ?? to.step
		case 'cause':
			return causes[to.cause]?.title ?? to.cause
		case 'proven':
			return 'A cause is proven'
		case 'end':
			return `End: ${to.outcome}`
		case 'ask':
			return to.question
	}
}

function causeState({ steps }: Flow, { id, title, remedies }: Cause) {
	return {
		id: `cause:${id}`,
		description: title,
		route: {},
		...(remedies.length === 0
			? {}
			: { on: { 'remedy.start': remedies.map((step) => leadTo(step, steps[step]?.title ?? step)) } }),
	} as const
}

function leadTo(step: string, description: string): Transition {
	return {
		target: `#step:${step}`,
		guard: { type: 'namesStep', params: { step } },
		actions: [{ type: 'enter', params: { step } }],
		description,
	}
}
