import { type ActorRefFrom, type AnyActorRef, createActor, type InspectionEvent, type SnapshotFrom } from 'xstate'
import type { Evaluator } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import { type AvailableEvent, offersAtCause, offersAtStep } from './offers.ts'
import type { SessionOutcome, WalkContext, WalkEmitted, WalkEvent, WalkInput } from './types.ts'
import type { RunCommand, VisitMachine } from './visit-machine.ts'
import { compileFlow, type WalkMachine } from './walk-machine.ts'

/**
 * Walks without XState's words: one that is sent events and gives snapshots. Underneath are two machines, the walk's
 * (`walk-machine.ts`: where one is) and that of the visit of the present step (`visit-machine.ts`: what goes on there).
 */

/** What the walk waits for. `running`: a command. The others but `ended`: the operator. */
export type Phase = 'ready' | 'confirming' | 'running' | 'deciding' | 'cause' | 'ended'

/** A walk at one moment. The same object as long as nothing changes. */
export interface WalkSnapshot {
	readonly status: 'active' | 'done' | 'error' | 'stopped'
	readonly phase: Phase
	/** As the machines' states are called: `{ 'step:confirm': 'ready' }`, `cause:stopped`, `ended`. */
	readonly value: string | Readonly<Record<string, string>>
	readonly context: WalkContext
	/** How the walk ended. */
	readonly output: SessionOutcome | undefined
	/** What broke it down: a defect. */
	readonly error: unknown
	/** The events that would do something now: those of the place first, then those of the whole walk. */
	readonly available: readonly AvailableEvent[]
}

/** One walk through a flow: a walk machine, and the visit machine of the step that it is at. */
export interface Walk {
	/** Begins to run, and to tell. */
	start(): void
	/** What the walk does not take where it is does nothing. */
	send(event: WalkEvent): void
	snapshot(): WalkSnapshot
	/** Told once after each change, when all that it tells was told. Gives the function that ends that. */
	subscribe(listener: () => void): () => void
	/** Told at once of what the walk does, in causal order: before a command starts, and before any subscriber. */
	onTold(listener: (told: WalkEmitted) => void): () => void
	stop(): void
}

export interface WalkOptions {
	readonly input: WalkInput
	readonly runCommand: RunCommand
	/** Sees everything that the machines do. */
	readonly inspect?: (event: InspectionEvent) => void
}

/** A walk that has not started. */
export function createWalk(flow: Flow, evaluator: Evaluator, options: WalkOptions): Walk {
	return walkOn(compileFlow(flow, evaluator, options.runCommand), options)
}

/** A walk on a machine that is compiled already. */
export function walkOn(machine: WalkMachine, { input, inspect }: Omit<WalkOptions, 'runCommand'>): Walk {
	const listeners = new Set<() => void>()
	const ears = new Set<(told: WalkEmitted) => void>()
	let visit: ActorRefFrom<VisitMachine> | undefined
	let busy = false
	let missed = false

	const tell = (told: WalkEmitted): void => {
		for (const ear of ears) ear(told)
	}
	const changed = (): void => {
		missed = busy
		if (!busy) for (const listener of [...listeners]) listener()
	}
	/** An event goes through both machines. Halfway, the visit has ended and the walk is nowhere yet. */
	const whole = (work: () => void): void => {
		busy = true
		try {
			work()
		} finally {
			busy = false
			if (missed) changed()
		}
	}

	const actor = createActor(machine, {
		input,
		inspect: (event) => {
			// A visit tells from its first transition on: it must be heard before it starts.
			if (event.type === '@xstate.actor' && isVisit(event.actorRef)) {
				visit = event.actorRef
				visit.on('*', tell)
				visit.subscribe({ next: changed, error: changed })
			}
			inspect?.(event)
		},
	})
	actor.on('*', tell)
	actor.subscribe({ next: changed, error: changed })

	let last: { readonly of: WalkMachineSnapshot; readonly at: VisitSnapshot | undefined; readonly is: WalkSnapshot }
	const snapshot = (): WalkSnapshot => {
		const of = actor.getSnapshot()
		const at = typeof of.value === 'object' && 'steps' in of.value ? visit?.getSnapshot() : undefined
		if (last?.of !== of || last.at !== at) last = { of, at, is: snapshotOf(of, at) }
		return last.is
	}

	return {
		start: () =>
			whole(() => {
				actor.start()
				actor.send({ type: 'walk.begin' })
			}),
		send: (event) => {
			if (actor.getSnapshot().status === 'active') whole(() => actor.send(event))
		},
		snapshot,
		subscribe: (listener) => added(listeners, listener),
		onTold: (listener) => added(ears, listener),
		stop: () => actor.stop(),
	}
}

export type VisitSnapshot = SnapshotFrom<VisitMachine>
export type WalkMachineSnapshot = SnapshotFrom<WalkMachine>

function isVisit(actor: object): actor is ActorRefFrom<VisitMachine> {
	return (actor as AnyActorRef).id === 'visit'
}

function added<T>(to: Set<T>, listener: T): () => void {
	to.add(listener)
	return () => {
		to.delete(listener)
	}
}

/** The walk as it is by what the two machines are in. `at`: the visit of the present step, when the walk is at one. */
export function snapshotOf(of: WalkMachineSnapshot, at: VisitSnapshot | undefined): WalkSnapshot {
	const [group, inside] = typeof of.value === 'string' ? [of.value] : (Object.entries(of.value)[0] ?? [])
	const place = typeof inside === 'string' ? inside : (group ?? '')
	const value = at === undefined ? place : { [place]: String(at.value) }
	let offers: readonly AvailableEvent[] | undefined
	return {
		status: of.status,
		phase: of.status !== 'active' ? 'ended' : group === 'causes' ? 'cause' : (PHASES.get(at?.value) ?? 'ready'),
		value,
		context: at?.context ?? of.context,
		output: of.output,
		error: of.error,
		get available() {
			offers ??= of.status !== 'active' ? [] : at === undefined ? offersAtCause(of) : offersAtStep(of, at)
			return offers
		},
	}
}

/** Of a visit's states those that it waits in. */
const PHASES: ReadonlyMap<unknown, Phase> = new Map(
	(['ready', 'confirming', 'running', 'deciding'] as const).map((phase) => [phase, phase]),
)
