import { authoredBranches } from '../flow/authored.ts'
import { type Branch, type Cause, CONSULT, type Flow, type Step } from '../flow/flow.ts'
import type { Answers, Invoke, Transition as Move, VisitEnd } from './statechart.ts'
import type { WalkContext, WalkEvent } from './types.ts'
import { setInputs } from './visit-chart.ts'

/**
 * A flow as a statechart that is read on one canvas: a state for each step and each cause, an arrow for each branch that
 * the flow has, for each cause that a step expects, and for each remedy. What goes on at a step is the child machine
 * `visit`, which every step invokes; what all steps have in common, and all causes, stands once, at the states around
 * them. Jumps are routes of XState: a state says that it may be jumped to (`route`), and no arrow is drawn for it. So is
 * the way to a cause that is proven where nobody expected it. Linear in the size of the flow.
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

type WalkGuard =
	/** The visit was left by this branch of its step. */
	| { readonly type: 'takes'; readonly params: { readonly branch: number } }
	/** The visit was left for what is proven, and this cause is. */
	| { readonly type: 'proves'; readonly params: { readonly cause: string } }
	/** The visit was left by one of the branches that the judge adds to every step. */
	| { readonly type: 'takesRule'; readonly params: { readonly rule: 'proof' | 'consult' } }
	/** The visit was left by this event. */
	| { readonly type: 'leftBy'; readonly params: { readonly event: Leaving } }
	| { readonly type: 'namesStep'; readonly params: { readonly step: string } }
	| { readonly type: 'namesInput'; readonly params: { readonly input: string } }
	| 'knowsStep'
	| 'hasComeFrom'
	| 'saysSomething'

/** The first four go on with what the visit knew at its end, where one has ended. */
type WalkAct =
	/** Takes the branch, and arrives where it leads to a step. */
	| 'take'
	| 'jump'
	| 'goBack'
	| 'leave'
	| 'begin'
	/** Jumps to where the context is: the cause that the last step was left for, else the step. */
	| 'route'
	/** Hands the event to the visit. */
	| 'forward'
	| 'setInput'
	| 'note'

type Transition = Move<WalkGuard, WalkAct>
type Forwarded = 'step.*' | 'command.*' | 'output.*' | 'confirm.*' | 'branch.*' | 'input.*' | 'note.*' | 'session.*'
type On = Answers<WalkGuard, WalkAct, WalkEvent['type'] | Forwarded | typeof VISIT_DONE | Begin['type']>

/** What a visit begins with: the walk as it is on arrival. */
export type ArrivalMapper = (scope: { readonly context: WalkContext }) => WalkContext

type VisitInvoke = Invoke<WalkGuard, WalkAct, 'visit', 'visit', ArrivalMapper> & {
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
			on: { 'walk.begin': { actions: ['begin', 'route'], description: 'The walk begins' } },
		},
		steps: group(
			{ description: 'At a step: its visit answers, until it is left', on: atSteps(flow) },
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

function atSteps({ steps }: Flow): On {
	const forward: Transition = { actions: 'forward', description: 'The visit answers' }
	const consult: Transition = {
		target: `#step:${CONSULT}`,
		guard: { type: 'takesRule', params: { rule: 'consult' } },
		actions: 'take',
		description: 'The judge asks what settles most',
	}
	return {
		[VISIT_DONE]: [
			{
				guard: { type: 'takesRule', params: { rule: 'proof' } },
				actions: ['take', 'route'],
				description: 'Another cause is proven',
			},
			...(Object.hasOwn(steps, CONSULT) ? [consult] : []),
			{
				guard: { type: 'leftBy', params: { event: 'step.back' } },
				actions: ['goBack', 'route'],
				description: 'Back at the previous step',
			},
			{
				guard: { type: 'leftBy', params: { event: 'step.goto' } },
				actions: ['jump', 'route'],
				description: 'To another step',
			},
			{
				target: '#ended',
				guard: { type: 'leftBy', params: { event: 'session.leave' } },
				actions: 'leave',
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
		guard: 'knowsStep',
		actions: ['jump', 'route'],
		description: 'Go to another step',
	}
	return {
		'step.goto': retest === undefined ? goTo : [leadTo(retest.id, retest.title), goTo],
		'step.back': {
			guard: 'hasComeFrom',
			actions: ['goBack', 'route'],
			description: 'Go back to the previous step',
		},
		'input.set': setInputs(inputs),
		'note.add': { guard: 'saysSomething', actions: 'note', description: 'Add a note' },
		'session.leave': { target: '#ended', actions: 'leave', description: 'Leave the session' },
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
			onDone: arrowsFrom(flow, step),
		},
	} as const
}

/** The arrows of the branches that are this step's own: those that the judge adds to each are drawn for all steps once. */
function arrowsFrom(flow: Flow, step: Step): readonly Transition[] {
	const { branches } = step
	const own = new Set(
		step.id === CONSULT ? branches.filter(({ rule }) => rule.kind === 'choice') : authoredBranches(step),
	)
	return branches.flatMap((branch, index) => (own.has(branch) ? arrowsOf(flow, step, branch, index) : []))
}

/** The arrows of a branch. One that only asks leads nowhere; one for what is proven, to each cause that is expected. */
function arrowsOf(flow: Flow, step: Step, branch: Branch, index: number): readonly Transition[] {
	const { to, rule } = branch
	const arrow = {
		description: rule.kind === 'choice' ? rule.label : destinationTitle(flow, branch),
		guard: { type: 'takes', params: { branch: index } },
		actions: 'take',
		...(rule.kind === 'when' ? { meta: { when: rule.condition } } : {}),
	} as const
	switch (to.kind) {
		case 'goto':
			return [{ target: `#step:${to.step}`, ...arrow, ...(to.step === step.id ? { reenter: true } : {}) }]
		case 'cause':
			return [{ target: `#cause:${to.cause}`, ...arrow }]
		case 'proven':
			return rule.kind === 'proof' ? rule.causes.map((cause) => proven(flow, cause)) : []
		case 'end':
			return [{ target: '#ended', ...arrow }]
		case 'ask':
			return []
	}
}

function proven({ causes }: Flow, cause: string): Transition {
	return {
		target: `#cause:${cause}`,
		description: causes[cause]?.title ?? cause,
		guard: { type: 'proves', params: { cause } },
		actions: 'take',
	}
}

function destinationTitle({ steps, causes }: Flow, { to }: Branch): string {
	if (to.kind === 'goto') return steps[to.step]?.title ?? to.step
	if (to.kind === 'cause') return causes[to.cause]?.title ?? to.cause
	return to.kind === 'end' ? `End: ${to.outcome}` : ''
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
		actions: 'jump',
		description,
	}
}
