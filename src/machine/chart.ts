import { authoredBranches } from '../flow/authored.ts'
import { type Branch, type Cause, CONSULT, type Flow, type Step } from '../flow/flow.ts'
import type { WalkContext } from './types.ts'
import { setInputs, type VisitEnd } from './visit-chart.ts'

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

/** What a visit begins with: the walk as it is on arrival. */
export type ArrivalMapper = (scope: { readonly context: WalkContext }) => WalkContext

/** A flow as a statechart. States are `step:<id>` in `steps`, `cause:<id>` in `causes`, and `ended`. */
export function chartOf(flow: Flow, arrival: ArrivalMapper) {
	const states = {
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
	} as const
	return { id: flow.id, description: flow.title, initial: 'boot', states } as const
}

/** States of one kind under the state that answers for all of them. It is entered by the id of one of them only. */
function group<Around extends object, Inside extends { readonly id: string }>(
	around: Around,
	inside: readonly Inside[],
) {
	const [first] = inside
	if (first === undefined) return around
	return { ...around, initial: first.id, states: Object.fromEntries(inside.map((state) => [state.id, state])) }
}

function atSteps({ steps }: Flow) {
	const forward = { actions: 'forward', description: 'The visit answers' } as const
	const consult = {
		target: `#step:${CONSULT}`,
		guard: { type: 'takesRule', params: { rule: 'consult' } },
		actions: 'take',
		description: 'The judge asks what settles most',
	} as const
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
	} as const
}

function atCauses({ steps, inputs }: Flow) {
	const retest = Object.values(steps).find((step) => step.retest)
	const goTo = {
		guard: 'knowsStep',
		actions: ['jump', 'route'],
		description: 'Go to another step',
	} as const
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
	} as const
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

interface Arrow {
	readonly target: string
	readonly guard:
		| { readonly type: 'takes'; readonly params: { readonly branch: number } }
		| { readonly type: 'proves'; readonly params: { readonly cause: string } }
	readonly actions: 'take'
	readonly description: string
	/** Enters the target anew, also when it is the state that the arrow leaves. */
	readonly reenter?: true
	readonly meta?: ArrowMeta
}

/** What a drawing of the chart may show beside the description. */
export interface ArrowMeta {
	/** The condition under which the judge recommends it, as the flow has it. */
	readonly when?: string
}

/** The arrows of the branches that are this step's own: those that the judge adds to each are drawn for all steps once. */
function arrowsFrom(flow: Flow, step: Step): readonly Arrow[] {
	const { branches } = step
	const own = new Set(
		step.id === CONSULT ? branches.filter(({ rule }) => rule.kind === 'choice') : authoredBranches(step),
	)
	return branches.flatMap((branch, index) => (own.has(branch) ? arrowsOf(flow, step, branch, index) : []))
}

/** The arrows of a branch. One that only asks leads nowhere; one for what is proven, to each cause that is expected. */
function arrowsOf(flow: Flow, step: Step, branch: Branch, index: number): readonly Arrow[] {
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

function proven({ causes }: Flow, cause: string): Arrow {
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

function leadTo(step: string, description: string) {
	return {
		target: `#step:${step}`,
		guard: { type: 'namesStep', params: { step } },
		actions: 'jump',
		description,
	} as const
}
