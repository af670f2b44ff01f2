import { basename } from 'node:path'
import { createActor, fromPromise, type PromiseActorLogic } from 'xstate'
import type { Evaluator } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import type { SessionStarted } from '../journal/entry.ts'
import type { ResumePoint } from '../journal/fold.ts'
import type { Journal } from '../journal/writer.ts'
import { compileFlow, phaseOf, type WalkActor } from '../machine/machine.ts'
import type { CommandOrder, CommandResult, LeftOutcome, PlannedCommand, WalkInput } from '../machine/types.ts'
import type { OutputStore } from '../target/output-store.ts'
import type { Target } from '../target/target.ts'
import type { Parser } from '../text/parser.ts'
import { type RunnerOptions, runOrder } from './run-command.ts'
import type { Session } from './types.ts'

export interface SessionOptions {
	readonly flow: Flow
	readonly evaluator: Evaluator
	/** The session closes it. */
	readonly target: Target
	readonly parsers: ReadonlyMap<string, Parser>
	/** The session closes it. */
	readonly journal: Journal
	readonly output: OutputStore
	/** Of a resumed session: only those that replace what the journal has (`lostInputs`). */
	readonly inputs: Readonly<Record<string, string>>
	/** First step, when it is not the flow's own. */
	readonly start?: string
	readonly resume?: Extract<ResumePoint, { readonly ok: true }>
	readonly mode: SessionStarted['mode']
	/** runtree's version, for the journal. */
	readonly version: string
	/** Epoch milliseconds. */
	readonly clock: () => number
	/** Hands the terminal over while an interactive command runs. */
	readonly aroundInteractive?: RunnerOptions['aroundInteractive']
}

/** Begins a walk, or goes on with one. Everything is in the journal before any listener hears of it. */
export function startSession(options: SessionOptions): Session {
	const { flow, target, journal, output, clock } = options
	const listeners = new Set<() => void>()
	const idlers = new Set<() => void>()
	/** Commands whose end is not journaled yet. A cancelled one may outlive its actor. */
	const pending = new Map<string, AbortController>()
	let firstStart: number | undefined
	let broken: string | undefined
	let closing: Promise<void> | undefined

	const tell = (): void => {
		for (const listener of [...listeners]) listener()
		if (!isIdle()) return
		for (const resolve of idlers) resolve()
		idlers.clear()
	}

	const runCommand: PromiseActorLogic<CommandResult, CommandOrder> = fromPromise<CommandResult, CommandOrder>(
		({ input: order, signal }) => {
			const controller = new AbortController()
			signal.addEventListener('abort', () => controller.abort(), { once: true })
			if (signal.aborted || closing !== undefined) controller.abort()
			return runOrder(
				{
					...options,
					aroundInteractive: options.aroundInteractive ?? ((run) => run()),
					planned: ({ index }): PlannedCommand | undefined => actor.getSnapshot().context.plan[index],
					running: (run, runs) => {
						if (runs) {
							pending.set(run, controller)
							firstStart ??= clock()
						} else {
							pending.delete(run)
							// The machine hears of the end one tick later; only then is it known whether another command follows.
							setImmediate(tell)
						}
					},
				},
				order,
				controller.signal,
			)
		},
	)

	const input: WalkInput = {
		inputs: options.inputs,
		host: target.host,
		...(options.start === undefined ? {} : { start: options.start }),
		...(options.resume === undefined
			? {}
			: { resume: { ...options.resume.resume, inputs: { ...options.resume.resume.inputs, ...options.inputs } } }),
	}
	const actor: WalkActor = createActor(compileFlow(flow, options.evaluator).provide({ actors: { runCommand } }), {
		input,
	})

	const isRunning = (): boolean => phaseOf(actor.getSnapshot()) === 'running'
	const isIdle = (): boolean => pending.size === 0 && !isRunning()

	const breakDown = (error: unknown): void => {
		const what = error instanceof Error ? error.message : String(error)
		broken = `The walk broke down (${what}), which is a defect of runtree: leave, then resume the session.`
		for (const controller of pending.values()) controller.abort()
	}

	actor.on('*', (emitted) => journal.append(emitted))
	actor.subscribe({
		next: (snapshot) => {
			if (phaseOf(snapshot) !== 'running') firstStart = undefined
			tell()
		},
		error: (error) => {
			breakDown(error)
			tell()
		},
		complete: tell,
	})

	journalBegin(options)
	actor.start()

	const idle = (): Promise<void> => (isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.add(resolve)))

	const shut = async (outcome: LeftOutcome): Promise<void> => {
		for (const controller of pending.values()) controller.abort()
		const before = actor.getSnapshot()
		if (before.status === 'active') actor.send({ type: 'session.leave', outcome })
		const after = actor.getSnapshot()
		if (after.context.outcome === null) {
			const { causes, changes } = after.context
			journal.append({ type: 'session.ended', outcome: 'stopped', causes, changes, checklist: [] })
		}
		await Promise.all([target.close(), idle()])
		actor.stop()
		journal.close()
		listeners.clear()
	}

	return {
		id: basename(journal.folder),
		folder: journal.folder,
		flow,
		target,
		output,
		snapshot: () => actor.getSnapshot(),
		send: (event) => {
			if (closing === undefined && actor.getSnapshot().status === 'active') actor.send(event)
		},
		subscribe: (listener) => {
			listeners.add(listener)
			return () => {
				listeners.delete(listener)
			}
		},
		warning: () => broken ?? journal.warning(),
		runningSince: () => firstStart,
		whenIdle: idle,
		close: (outcome = 'stopped') => {
			closing ??= shut(outcome)
			return closing
		},
	}
}

function journalBegin({ flow, target, journal, inputs, resume, mode, version }: SessionOptions): void {
	if (resume === undefined) {
		journal.append({
			type: 'session.started',
			format: 1,
			session: basename(journal.folder),
			flow: { id: flow.id, title: flow.title, hash: flow.hash },
			runtree: version,
			target: target.name,
			host: target.host,
			recorded: target.recorded,
			inputs,
			mode,
		})
		return
	}
	const { interrupted } = resume
	journal.append({
		type: 'session.resumed',
		step: resume.resume.step,
		...(interrupted === undefined ? {} : { interrupted }),
	})
}
