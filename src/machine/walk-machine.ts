import { forwardTo, raise, setup } from 'xstate'
import type { Evaluator } from '../flow/conditions.ts'
import type { Branch, Flow } from '../flow/flow.ts'
import { type ArrowMeta, type Begin, chartOf, type Route, VISIT_DONE, type VisitDone } from './chart.ts'
import { has, type Rules, rulesOf, stepOf, type Turn } from './rules.ts'
import { IDLE, turn } from './turn.ts'
import type { Decision, SessionOutcome, WalkContext, WalkEmitted, WalkEvent, WalkInput } from './types.ts'
import { MOST_MICROSTEPS, note, type RunCommand, visitMachine } from './visit-machine.ts'
import { back, begin, beginning, causeLeftFor, enter, leave, previousVisit, setInput, take } from './walk.ts'

export type MachineEvent = WalkEvent | Begin | VisitDone | Route

/**
 * Compiles a flow to its machine. While a step is visited the context is the walk's as it was on arrival: the visit has
 * the present one, and hands it over at its end.
 */
export function compileFlow(flow: Flow, evaluator: Evaluator, runCommand: RunCommand) {
	const rules = rulesOf(flow, evaluator)
	const walk = setup({
		types: {
			context: {} as WalkContext,
			events: {} as MachineEvent,
			emitted: {} as WalkEmitted,
			input: {} as WalkInput,
			output: {} as SessionOutcome,
			meta: {} as ArrowMeta,
		},
		actors: { visit: visitMachine(rules, runCommand) },
		guards: {
			/** The visit was left by this branch of its step. */
			takes: ({ event }, { branch }: { readonly branch: number }) => {
				const by = asked(event)
				return by.type === 'branch.take' && by.branch === branch
			},
			/** The visit was left for what is proven, and this cause is. */
			proves: ({ event }, { cause }: { readonly cause: string }) =>
				takenRule(rules, event) === 'proof' && decisionAt(event)?.proven[0] === cause,
			/** The visit was left by one of the branches that the judge adds to every step. */
			takesRule: ({ event }, { rule }: { readonly rule: Branch['rule']['kind'] }) => takenRule(rules, event) === rule,
			leftBy: ({ event }, params: { readonly event: WalkEvent['type'] }) => asked(event).type === params.event,
			namesStep: ({ event }, { step }: { readonly step: string }) => 'step' in event && event.step === step,
			namesInput: ({ event }, { input }: { input: string }) => event.type === 'input.set' && event.name === input,
			knowsStep: ({ event }) => event.type === 'step.goto' && has(flow.steps, event.step),
			hasComeFrom: ({ context }) => previousVisit(context) !== undefined,
			saysSomething: ({ event }) => event.type === 'note.add' && event.text.trim() !== '',
		},
		actions: {
			begin: turn((context) => begin(rules, context)),
			take: onward((context, by) => (by.type === 'branch.take' ? takeBranch(rules, context, by.branch) : IDLE)),
			jump: onward((context, by) => ('step' in by ? enter(rules, context, by.step) : IDLE)),
			goBack: onward((context) => back(rules, context)),
			leave: onward((context, by) => leave(rules, context, by.type === 'session.leave' ? by.outcome : undefined)),
			/** Jumps to where the context is: the cause that the last step was left for, else the step. */
			route: raise(({ context }): Route => ({ type: 'xstate.route', to: `#${placeOf(context)}` })),
			/** Hands the event to the visit. */
			forward: forwardTo('visit'),
			setInput: turn((context, event: MachineEvent) =>
				event.type === 'input.set' ? setInput(rules, context, event) : IDLE,
			),
			note: turn((context, event: MachineEvent) => note(context, asked(event))),
		},
	})
	return walk.createMachine({
		...chartOf(flow, ({ context }) => context),
		context: ({ input }) => beginning(rules, input),
		output: ({ context }) => context.outcome ?? 'stopped',
		options: { maxIterations: MOST_MICROSTEPS },
	})
}

export type WalkMachine = ReturnType<typeof compileFlow>

/** A turn of the walk: where a visit has ended, with what it knew, by the event that ended it. */
function onward(act: (context: WalkContext, by: WalkEvent) => Turn) {
	return turn((context, event: MachineEvent) => {
		if (event.type !== VISIT_DONE) return act(context, asked(event))
		const known = event.output.context
		const { context: changed, emits } = act(known, event.output.by)
		return { context: { ...known, ...changed }, emits }
	})
}

/** Takes the branch, and arrives at the step that it leads to. */
function takeBranch(rules: Rules, context: WalkContext, branch: number): Turn {
	const taken = take(rules, context, branch)
	const to = stepOf(rules.flow, context.step).branches[branch]?.to
	if (to?.kind !== 'goto') return taken
	const arrived = enter(rules, { ...context, ...taken.context }, to.step)
	return { context: { ...taken.context, ...arrived.context }, emits: [...taken.emits, ...arrived.emits] }
}

/** By what kind of rule the visit was left. */
function takenRule({ flow }: Rules, event: MachineEvent): Branch['rule']['kind'] | undefined {
	if (event.type !== VISIT_DONE || event.output.by.type !== 'branch.take') return undefined
	return stepOf(flow, event.output.context.step).branches[event.output.by.branch]?.rule.kind
}

function decisionAt(event: MachineEvent): Decision | null {
	return event.type === VISIT_DONE ? event.output.context.decision : null
}

/** What the operator sent: the event itself, or the one that a visit ended by. */
function asked(event: MachineEvent): WalkEvent {
	if (event.type === VISIT_DONE) return event.output.by
	return event as WalkEvent
}

/** The state that a walk with this context is in. */
function placeOf(context: WalkContext): string {
	const cause = causeLeftFor(context)
	return cause === undefined ? `step:${context.step}` : `cause:${cause}`
}
