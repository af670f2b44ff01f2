import { createActor, fromPromise, waitFor } from 'xstate'
import type { CommandEnding } from '../../src/flow/command.ts'
import type { Evaluator } from '../../src/flow/conditions.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { compileFlow, type WalkActor, type WalkSnapshot } from '../../src/machine/machine.ts'
import type {
	CommandOrder,
	CommandResult,
	Evidence,
	NamedFacts,
	WalkContext,
	WalkEmitted,
	WalkEvent,
	WalkInput,
} from '../../src/machine/types.ts'
import type { Facts } from '../../src/text/parser.ts'

/** What happened in a walk, in order: what was emitted, and which commands were ordered or aborted. */
export type Happening =
	| WalkEmitted
	| { readonly type: 'ordered'; readonly order: CommandOrder }
	| { readonly type: 'ended' | 'aborted'; readonly run: string }

/** A walk with a real actor whose commands end when the test says so. */
export interface Walking {
	readonly actor: WalkActor
	readonly log: readonly Happening[]
	snapshot(): WalkSnapshot
	context(): WalkContext
	/** Sends events one after the other. */
	send(...events: readonly WalkEvent[]): void
	/** The command that runs now; fails when none does. */
	order(): CommandOrder
	/** Ends the running command and resolves when the machine took it. */
	end(result: Partial<CommandResult>): Promise<void>
	/** The running command exits with 0 and tells these facts. */
	tell(
		facts?: Readonly<Record<string, Facts>>,
		evidence?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
	): Promise<void>
	/** The command actor breaks down: a defect. */
	fail(error: Error): Promise<void>
	stop(): void
}

export const EXITED = {
	kind: 'exited',
	exitCode: 0,
	signal: null,
	durationMs: 5,
	heldOpen: false,
} as const satisfies CommandEnding

/** A machine on which walks begin, one after the other: compiling it once saves most of the time. */
export type Stage = (input: Partial<WalkInput>) => Walking

/** Starts a walk through the flow. Nothing is executed. */
export function walking(flow: Flow, evaluator: Evaluator, input: Partial<WalkInput> = {}): Walking {
	return stageOf(flow, evaluator)(input)
}

/** Compiles the flow for many walks. A walk must be over before the next one begins. */
export function stageOf(flow: Flow, evaluator: Evaluator): Stage {
	let run: (order: CommandOrder, signal: AbortSignal) => Promise<CommandResult> = () =>
		Promise.reject(new Error('no walk'))
	const machine = compileFlow(
		flow,
		evaluator,
		fromPromise(({ input: order, signal }) => run(order, signal)),
	)
	return (input) => {
		const stand = standIn()
		run = stand.run
		return walkingOn(createActor(machine, { input: { inputs: {}, host: 'lab', ...input } }), stand)
	}
}

interface Pending {
	readonly order: CommandOrder
	readonly resolve: (result: CommandResult) => void
	readonly reject: (error: Error) => void
}

/** Stands in for the session's command actor: a command runs until the test ends it. */
function standIn() {
	const log: Happening[] = []
	let pending: Pending | undefined
	return {
		log,
		pending: () => pending,
		run: (order: CommandOrder, signal: AbortSignal): Promise<CommandResult> =>
			new Promise((resolve, reject) => {
				log.push({ type: 'ordered', order })
				pending = { order, resolve, reject }
				signal.addEventListener('abort', () => log.push({ type: 'aborted', run: order.run }))
			}),
	}
}

function walkingOn(actor: WalkActor, stand: ReturnType<typeof standIn>): Walking {
	const { log } = stand
	actor.on('*', (emitted) => log.push(emitted))
	actor.subscribe({ error: () => undefined })
	actor.start()
	const running = () => {
		const pending = stand.pending()
		if (pending === undefined || !actor.getSnapshot().hasTag('running')) throw new Error('no command runs')
		return pending
	}
	const settle = async (end: () => void): Promise<void> => {
		const before = actor.getSnapshot()
		log.push({ type: 'ended', run: running().order.run })
		end()
		await waitFor(actor, (snapshot) => snapshot !== before)
	}
	const end: Walking['end'] = (result) => {
		const { order, resolve } = running()
		return settle(() => resolve({ run: order.run, ending: EXITED, lines: 0, named: [], ...result }))
	}
	return {
		actor,
		log,
		snapshot: () => actor.getSnapshot(),
		context: () => actor.getSnapshot().context,
		send: (...events) => {
			for (const event of events) if (actor.getSnapshot().status === 'active') actor.send(event)
		},
		order: () => running().order,
		end,
		tell: (facts = {}, evidence = {}) =>
			end({
				named: Object.entries(facts).map(([name, told]) => named(running().order.run, name, told, evidence[name])),
			}),
		fail: (error) => settle(() => running().reject(error)),
		stop: () => actor.stop(),
	}
}

function named(
	run: string,
	name: string,
	facts: Facts,
	lines: Readonly<Record<string, readonly string[]>> = {},
): NamedFacts {
	const evidence: Record<string, readonly Evidence[]> = {}
	for (const [path, texts] of Object.entries(lines)) {
		evidence[path] = texts.map((text) => ({ run, stream: 'stdout', line: Number(text.split(' ')[0]), text }))
	}
	return { name, parser: 'test', facts, evidence }
}
