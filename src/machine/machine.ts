import {
	type Actor,
	enqueueActions,
	fromPromise,
	getNextTransitions,
	type PromiseActorLogic,
	type SnapshotFrom,
	setup,
} from 'xstate'
import type { Evaluator } from '../flow/conditions.ts'
import type { Cause, Flow, Step } from '../flow/flow.ts'
import { chartOf } from './chart.ts'
import { decide, endedByItself, judge, setAside } from './judge.ts'
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
import { has, type Rules, rulesOf, type Turn } from './rules.ts'
import type { Guard, Tag } from './statechart.ts'
import type {
	CommandOrder,
	CommandResult,
	SessionOutcome,
	WalkContext,
	WalkEmitted,
	WalkEvent,
	WalkInput,
} from './types.ts'
import { back, begin, beginning, causeLeftFor, enter, leave, previousVisit, setInput, take } from './walk.ts'

/** What the walk waits for. `running`: a command. The others but `ended`: the operator. */
export type Phase = 'ready' | 'confirming' | 'running' | 'deciding' | 'cause' | 'ended'

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

/** No event needs more: what it leads to is at rest again after a handful of transitions. */
const MOST_MICROSTEPS = 100

/** Runs the command that it is ordered, and resolves for every ending. A rejection is a defect. */
export type CommandActor = PromiseActorLogic<CommandResult, CommandOrder>

const NO_COMMANDS: CommandActor = fromPromise(() => Promise.reject(new Error('This walk cannot run commands.')))

/**
 * Compiles a flow to its machine. `runCommand` may also be provided later, `machine.provide({ actors: { runCommand } })`,
 * which builds the machine once more. Listen to what it emits (`actor.on('*', …)`) before `start()`, which already emits.
 */
export function compileFlow(flow: Flow, evaluator: Evaluator, runCommand: CommandActor = NO_COMMANDS) {
	const rules = rulesOf(flow, evaluator)
	const walk = setup({
		types: {
			context: {} as WalkContext,
			events: {} as WalkEvent,
			emitted: {} as WalkEmitted,
			input: {} as WalkInput,
			output: {} as SessionOutcome,
			tags: {} as Tag,
			meta: {} as Step | Cause,
		},
		actors: { runCommand },
		guards: {
			holds: ({ context }, { branch }: BranchParams) =>
				context.decision?.verdicts.some((verdict) => verdict.branch === branch && verdict.value === true) === true,
			otherwise: ({ context }, _: BranchParams) => endedByItself(context),
			takes: ({ event }, { branch }: BranchParams) => event.type === 'branch.take' && event.branch === branch,
			namesStep: ({ event }, { step }: StepParams) => 'step' in event && event.step === step,
			namesInput: ({ event }, { input }: { input: string }) => event.type === 'input.set' && event.name === input,
			boundFor: ({ context }, { step }: StepParams) => context.step === step,
			leftFor: ({ context }, { cause }: { cause: string }) => causeLeftFor(rules, context) === cause,
			knowsStep: ({ event }) => event.type === 'step.goto' && has(flow.steps, event.step),
			hasComeFrom: ({ context }) => previousVisit(context) !== undefined,
			isDecided: ({ context }) => context.decision !== null,
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
			saysSomething: ({ event }) => event.type === 'note.add' && event.text.trim() !== '',
		},
		actions: {
			begin: turn((context) => begin(rules, context)),
			enter: turn((context, _, { step }: StepParams) => enter(rules, context, step)),
			jump: turn((context, event) => (event.type === 'step.goto' ? enter(rules, context, event.step) : IDLE)),
			goBack: turn((context) => back(rules, context)),
			advance: turn((context) => advance(rules, context)),
			restart: turn((context) => restart(rules, context)),
			reopen: turn(reopen),
			start: turn(start),
			record: turn((context, event) => recordOutput(rules, context, event)),
			recordCancelled: turn((context) => recordCancelled(rules, context)),
			recordFailure: turn((context, event) => recordFailure(rules, context, messageOf(event))),
			edit: turn((context, event) => (event.type === 'command.edit' ? edit(context, event.text) : IDLE)),
			confirm: turn(confirm),
			decline: turn((context) => told(declined(context), setAside(rules, context, 'declined'))),
			skip: turn((context) => told([{ type: 'skipped', step: context.step }], setAside(rules, context, 'skipped'))),
			judge: turn((context) => judge(rules, context)),
			decide: turn((context, _, { branch }: { branch: number | null }) => decide(rules, context, branch)),
			take: turn((context, _, { branch }: BranchParams) => take(rules, context, branch)),
			setInput: turn((context, event) => (event.type === 'input.set' ? setInput(rules, context, event) : IDLE)),
			note: turn((context, event) =>
				event.type === 'note.add' ? told([{ type: 'note', step: context.step, text: event.text }], IDLE) : IDLE,
			),
			leave: turn((context, event) =>
				leave(rules, context, event.type === 'session.leave' ? event.outcome : undefined),
			),
		},
	})
	return walk.createMachine({
		...chartOf(flow, ({ context, event }) =>
			orderOf(rules, context, event.type === 'output.paste' ? event.text : undefined),
		),
		context: ({ input }) => beginning(rules, input),
		output: ({ context }) => context.outcome ?? 'stopped',
		options: { maxIterations: MOST_MICROSTEPS },
	})
}

export type WalkMachine = ReturnType<typeof compileFlow>
export type WalkSnapshot = SnapshotFrom<WalkMachine>
export type WalkActor = Actor<WalkMachine>

/** An action from a pure function of the context and the event: it changes the context, and emits in order. */
function turn<Params extends object | undefined = undefined>(
	act: (context: WalkContext, event: WalkEvent, params: Params) => Turn,
) {
	return enqueueActions<WalkContext, WalkEvent, Params, WalkEvent, never, never, never, never, WalkEmitted>(
		({ context, event, enqueue }, params) => {
			const { context: changed, emits } = act(context, event, params)
			enqueue.assign(changed)
			for (const emitted of emits) enqueue.emit(emitted)
		},
	)
}

const IDLE: Turn = { context: {}, emits: [] }

function told(before: readonly WalkEmitted[], then: Turn): Turn {
	return { context: then.context, emits: [...before, ...then.emits] }
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

// What the command actor sends is not an event of ours: its type is known by where the action stands.
function recordOutput(rules: Rules, context: WalkContext, event: object): Turn {
	if (!('output' in event)) return recordFailure(rules, context, 'The command gave no result.')
	return record(rules, context, event.output as CommandResult)
}

function messageOf(event: object): string {
	const error = 'error' in event ? event.error : undefined
	return error instanceof Error ? error.message : String(error)
}

/** What the walk waits for. */
export function phaseOf(snapshot: WalkSnapshot): Phase {
	if (snapshot.status !== 'active') return 'ended'
	return PHASES.find((phase) => snapshot.hasTag(phase)) ?? 'ended'
}

const PHASES = ['ready', 'confirming', 'running', 'deciding', 'cause'] as const

/** The events that would do something now, from the machine's own transitions: the step's own first, then those of the whole walk. */
export function availableEvents(snapshot: WalkSnapshot): readonly AvailableEvent[] {
	if (snapshot.status !== 'active') return []
	const available = new Map<string, AvailableEvent>()
	for (const { eventType, guard, description } of getNextTransitions(snapshot)) {
		const params = paramsOf(guard)
		const event = trial(eventType, params, snapshot.context)
		const key = JSON.stringify([eventType, params])
		if (event === undefined || available.has(key) || !snapshot.can(event)) continue
		const { branch } = params
		available.set(key, {
			type: event.type,
			label: description ?? event.type,
			...params,
			...(branch === undefined ? {} : { recommended: snapshot.context.decision?.recommended === branch }),
		})
	}
	return [...available.values()]
}

type Offer = Pick<AvailableEvent, 'branch' | 'step' | 'input'>

function paramsOf(guard: unknown): Offer {
	const known = guard as Guard | undefined
	return known !== undefined && 'params' in known ? (known.params as Offer) : {}
}

/** An event of that type as the operator would send it, to ask the machine whether it does something. */
function trial(type: string, { branch, step, input }: Offer, context: WalkContext): WalkEvent | undefined {
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
			return branch === undefined ? undefined : { type, branch }
		case 'input.set':
			return input === undefined ? undefined : { type, name: input, value: context.inputs[input] ?? '' }
		default:
			return undefined
	}
}

interface BranchParams {
	readonly branch: number
}

interface StepParams {
	readonly step: string
}
