import { forwardTo, raise, setup } from 'xstate'
import type { Evaluator } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import { type Begin, chartOf, type Route, VISIT_DONE, type VisitDone } from './chart.ts'
import { has, rulesOf } from './rules.ts'
import type { TransitionMeta } from './statechart.ts'
import { IDLE, turn } from './turn.ts'
import type { SessionOutcome, WalkContext, WalkEmitted, WalkEvent, WalkInput } from './types.ts'
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
			meta: {} as TransitionMeta,
		},
		actors: { visit: visitMachine(rules, runCommand) },
		guards: {
			takes: ({ event }, { branch }: BranchParams) => {
				const by = asked(event)
				return by.type === 'branch.take' && by.branch === branch
			},
			leftBy: ({ event }, params: { readonly event: WalkEvent['type'] }) => asked(event).type === params.event,
			namesStep: ({ event }, { step }: StepParams) => 'step' in event && event.step === step,
			namesInput: ({ event }, { input }: { input: string }) => event.type === 'input.set' && event.name === input,
			knowsStep: ({ event }) => event.type === 'step.goto' && has(flow.steps, event.step),
			hasComeFrom: ({ context }) => previousVisit(context) !== undefined,
			saysSomething: ({ event }) => event.type === 'note.add' && event.text.trim() !== '',
		},
		actions: {
			begin: turn((context) => begin(rules, context)),
			adopt: turn((_, event: MachineEvent) =>
				event.type === VISIT_DONE ? { context: event.output.context, emits: [] } : IDLE,
			),
			take: turn((context, _: MachineEvent, { branch }: BranchParams) => take(rules, context, branch)),
			enter: turn((context, _: MachineEvent, { step }: StepParams) => enter(rules, context, step)),
			jump: turn((context, event: MachineEvent) => {
				const by = asked(event)
				return by.type === 'step.goto' ? enter(rules, context, by.step) : IDLE
			}),
			goBack: turn((context) => back(rules, context)),
			route: raise(({ context }): Route => ({ type: 'xstate.route', to: `#${placeOf(context)}` })),
			forward: forwardTo('visit'),
			setInput: turn((context, event: MachineEvent) =>
				event.type === 'input.set' ? setInput(rules, context, event) : IDLE,
			),
			note: turn((context, event: MachineEvent) => note(context, asked(event))),
			leave: turn((context, event: MachineEvent) => {
				const by = asked(event)
				return leave(rules, context, by.type === 'session.leave' ? by.outcome : undefined)
			}),
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

interface BranchParams {
	readonly branch: number
}

interface StepParams {
	readonly step: string
}
