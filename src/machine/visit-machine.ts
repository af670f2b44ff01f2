import { fromPromise, setup } from 'xstate'
import { CONSULT } from '../flow/flow.ts'
import { judge, setAside } from './judge.ts'
import {
	advance,
	edit,
	halted,
	nextCommand,
	orderOf,
	record,
	recordCancelled,
	recordFailure,
	reopen,
	restart,
	start,
	unanswered,
} from './plan.ts'
import { has, type Rules, stepOf, type Turn } from './rules.ts'
import { IDLE, told, turn } from './turn.ts'
import type { CommandOrder, CommandResult, WalkContext, WalkEmitted, WalkEvent } from './types.ts'
import { type VisitEnd, visitChart } from './visit-chart.ts'
import { branchDestination, previousVisit, setInput } from './walk.ts'

/** No event needs more: what it leads to is at rest again after a handful of transitions. */
export const MOST_MICROSTEPS = 100

/** Runs the command that it is ordered, and resolves for every ending. A rejection is a defect. */
export type RunCommand = (order: CommandOrder, signal: AbortSignal) => Promise<CommandResult>

/**
 * The machine of a step's visit, compiled once for a flow. It begins with the walk's context on arrival, which is its
 * own for as long as it lives, and gives it back at its end. It emits what it does at once, and not by way of its parent:
 * that a change was confirmed must be in the journal before the command that makes it starts.
 */
export function visitMachine(rules: Rules, runCommand: RunCommand) {
	const { flow } = rules
	const visit = setup({
		types: {
			context: {} as WalkContext,
			events: {} as WalkEvent,
			emitted: {} as WalkEmitted,
			input: {} as WalkContext,
			output: {} as VisitEnd,
		},
		actors: {
			runCommand: fromPromise<CommandResult, CommandOrder>(({ input, signal }) => runCommand(input, signal)),
		},
		guards: {
			isDecided: ({ context }) => context.decision !== null,
			onlyRoutes: ({ context }) => onlyRoutes(rules, context),
			hasHalted: ({ context }) => halted(context),
			needsYes: ({ context }) => (nextCommand(context)?.spec.effect ?? 'read') !== 'read',
			hasCommand: ({ context }) => nextCommand(context) !== undefined,
			isChange: ({ context }) => nextCommand(context)?.spec.effect === 'change',
			typesHost: ({ context, event }) =>
				event.type === 'confirm.typed' &&
				nextCommand(context)?.spec.effect === 'destructive' &&
				event.text === context.host,
			edits: ({ context, event }) =>
				event.type === 'command.edit' && event.text.trim() !== '' && nextCommand(context) !== undefined,
			pastesForProbe: ({ context }) => nextCommand(context)?.spec.effect === 'read',
			pastesForUnanswered: ({ context }) => unanswered(context) !== undefined,
			leadsOn: ({ context, event }) => event.type === 'branch.take' && leadsOn(rules, context, event.branch),
			knowsStep: ({ event }) => event.type === 'step.goto' && has(flow.steps, event.step),
			hasComeFrom: ({ context }) => previousVisit(context) !== undefined,
			namesInput: ({ event }, { input }: { input: string }) => event.type === 'input.set' && event.name === input,
			saysSomething: ({ event }) => event.type === 'note.add' && event.text.trim() !== '',
		},
		actions: {
			advance: turn((context) => advance(rules, context)),
			restart: turn((context) => restart(rules, context)),
			reopen: turn(reopen),
			start: turn(start),
			record: turn((context, event) => recordOutput(rules, context, event)),
			recordCancelled: turn((context) => recordCancelled(rules, context)),
			recordFailure: turn((context, event) => recordFailure(rules, context, messageOf(event))),
			edit: turn((context, event: WalkEvent) => (event.type === 'command.edit' ? edit(context, event.text) : IDLE)),
			confirm: turn(confirm),
			decline: turn((context) => told(declined(context), setAside(rules, context, 'declined'))),
			skip: turn((context) => told([{ type: 'skipped', step: context.step }], setAside(rules, context, 'skipped'))),
			judge: turn((context) => judge(rules, context)),
			setInput: turn((context, event: WalkEvent) =>
				event.type === 'input.set' ? setInput(rules, context, event) : IDLE,
			),
			note: turn(note),
		},
	})
	const chart = visitChart(flow, {
		order: ({ context, event }) => orderOf(rules, context, event.type === 'output.paste' ? event.text : undefined),
		endedBy: ({ event }) => event,
	})
	return visit.createMachine({
		...chart,
		context: ({ input }) => input,
		// The event is that of the final state: what the state made of the event that led to it is its output.
		output: ({ context, event }) => ({ context, by: (event as object as { readonly output: WalkEvent }).output }),
		options: { maxIterations: MOST_MICROSTEPS },
	})
}

export type VisitMachine = ReturnType<typeof visitMachine>

/** Nothing is shown and nothing is done there: the step only judges what is known. */
function onlyRoutes({ flow }: Rules, context: WalkContext): boolean {
	const { id, guide, manual, run } = stepOf(flow, context.step)
	return run.length === 0 && context.plan.length === 0 && !manual && (guide.trim() === '' || id === CONSULT)
}

function leadsOn({ flow }: Rules, context: WalkContext, index: number): boolean {
	const branch = stepOf(flow, context.step).branches[index]
	return branch !== undefined && branchDestination(context, branch) !== undefined
}

function confirm(context: WalkContext): Turn {
	const planned = nextCommand(context)
	if (planned === undefined) return IDLE
	const { index, spec } = planned
	return told([{ type: 'confirmed', step: context.step, index, command: spec.text, effect: spec.effect }], IDLE)
}

function declined(context: WalkContext): readonly WalkEmitted[] {
	const planned = nextCommand(context)
	if (planned === undefined) return []
	return [{ type: 'declined', step: context.step, index: planned.index, command: planned.spec.text }]
}

/** The operator's note on the present step. */
export function note(context: WalkContext, event: WalkEvent): Turn {
	return event.type === 'note.add' ? told([{ type: 'note', step: context.step, text: event.text }], IDLE) : IDLE
}

// What the command actor sends is not an event of ours: its type is known by where the action stands.
function recordOutput(rules: Rules, context: WalkContext, event: object): Turn {
	if (!('output' in event)) return recordFailure(rules, context, 'The command gave no result.')
	return record(rules, context, event.output as CommandResult)
}

function messageOf(event: object): string {
	const error = 'error' in event ? event.error : undefined
	return error instanceof Error ? error.message : String(error)
}
