import type { CommandEnding } from '../../src/flow/command.ts'
import type { Evaluator } from '../../src/flow/conditions.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { type Walk, type WalkSnapshot, walkOn } from '../../src/machine/machine.ts'
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
import { compileFlow } from '../../src/machine/walk-machine.ts'
import type { Facts } from '../../src/text/parser.ts'

/** What happened in a walk, in order: what was emitted, and which commands were ordered or aborted. */
export type Happening =
	| WalkEmitted
	| { readonly type: 'ordered'; readonly order: CommandOrder }
	| { readonly type: 'ended' | 'aborted'; readonly run: string }

/** A walk whose commands end when the test says so. */
export interface Walking {
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
	let run: ReturnType<typeof standIn>['run'] = () => Promise.reject(new Error('no walk'))
	const machine = compileFlow(flow, evaluator, (order, signal) => run(order, signal))
	return (input) => {
		const stand = standIn()
		run = stand.run
		return walkingOn(walkOn(machine, { input: { inputs: {}, host: 'lab', ...input } }), stand)
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

function walkingOn(walk: Walk, stand: ReturnType<typeof standIn>): Walking {
	const { log } = stand
	walk.onTold((told) => log.push(told))
	walk.start()
	const running = () => {
		const pending = stand.pending()
		if (pending === undefined || walk.snapshot().phase !== 'running') throw new Error('no command runs')
		return pending
	}
	const settle = async (end: () => void): Promise<void> => {
		log.push({ type: 'ended', run: running().order.run })
		await new Promise<void>((resolve) => {
			const off = walk.subscribe(() => {
				off()
				resolve()
			})
			end()
		})
	}
	const end: Walking['end'] = (result) => {
		const { order, resolve } = running()
		return settle(() => resolve({ run: order.run, ending: EXITED, lines: 0, named: [], ...result }))
	}
	return {
		log,
		snapshot: walk.snapshot,
		context: () => walk.snapshot().context,
		send: (...events) => {
			for (const event of events) walk.send(event)
		},
		order: () => running().order,
		end,
		tell: (facts = {}, evidence = {}) =>
			end({
				named: Object.entries(facts).map(([name, told]) => named(running().order.run, name, told, evidence[name])),
			}),
		fail: (error) => settle(() => running().reject(error)),
		stop: walk.stop,
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
