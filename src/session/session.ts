import { basename } from 'node:path'
import type { Evaluator } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import type { SessionStarted } from '../journal/entry.ts'
import type { ResumePoint } from '../journal/fold.ts'
import { redactData } from '../journal/redact-entry.ts'
import { isTellingName } from '../journal/secret-rules.ts'
import type { Journal } from '../journal/writer.ts'
import { createInspector } from '../machine/inspect.ts'
import { createWalk, type Walk } from '../machine/machine.ts'
import type { LeftOutcome, WalkInput } from '../machine/types.ts'
import type { RunCommand } from '../machine/visit-machine.ts'
import type { OutputStore } from '../target/output-store.ts'
import type { Target } from '../target/target.ts'
import type { Parser } from '../text/parser.ts'
import type { Inspection } from './inspection.ts'
import { runOrder } from './run-command.ts'
import type { Session } from './types.ts'

export interface SessionOptions {
	readonly flow: Flow
	/** Where the flow was read, when it does not come with the program. */
	readonly flowFile?: string
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
	/** Takes what the machines do. The session closes it. */
	readonly inspection?: Inspection
}

/** Begins a walk, or goes on with one. Everything is in the journal before any listener hears of it. */
export function startSession(options: SessionOptions): Session {
	const { flow, target, journal, output, clock, inspection } = options
	const listeners = new Set<() => void>()
	const idlers = new Set<() => void>()
	/** Commands whose end is not journaled yet. A cancelled one may outlive its actor. */
	const pending = new Map<string, AbortController>()
	const refused = new Set<string>()
	let firstStart: number | undefined
	let broken: string | undefined
	let closing: Promise<void> | undefined

	const tell = (): void => {
		for (const listener of [...listeners]) listener()
		if (!isIdle()) return
		for (const resolve of idlers) resolve()
		idlers.clear()
	}

	const runCommand: RunCommand = (order, signal) => {
		const controller = new AbortController()
		signal.addEventListener('abort', () => controller.abort(), { once: true })
		if (signal.aborted || closing !== undefined) controller.abort()
		return runOrder(
			{
				...options,
				refused,
				planned: ({ index }) => walk.snapshot().context.plan[index],
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
	}

	const input: WalkInput = {
		inputs: options.inputs,
		host: target.host,
		...(options.mode === 'record' ? { thorough: true as const } : {}),
		...(options.start === undefined ? {} : { start: options.start }),
		...(options.resume === undefined
			? {}
			: { resume: { ...options.resume.resume, inputs: { ...options.resume.resume.inputs, ...options.inputs } } }),
	}
	const walk: Walk = createWalk(flow, options.evaluator, {
		input,
		runCommand,
		...(inspection === undefined ? {} : { inspect: createInspector(inspection.write, clock) }),
	})

	const isRunning = (): boolean => walk.snapshot().phase === 'running'
	const isIdle = (): boolean => pending.size === 0 && !isRunning()

	const breakDown = (error: unknown): void => {
		const what = error instanceof Error ? error.message : String(error)
		broken = `The walk broke down (${what}), which is a defect of runtree: leave, then resume the session.`
		for (const controller of pending.values()) controller.abort()
	}

	walk.onTold((told) => journal.append(told))
	walk.subscribe(() => {
		const { status, phase, error } = walk.snapshot()
		if (phase !== 'running') firstStart = undefined
		if (status === 'error' && broken === undefined) breakDown(error)
		tell()
	})

	for (const [name, value] of Object.entries(options.inputs)) {
		if (isTellingName(name)) journal.redactor.learn(value)
	}
	journalBegin(options)
	walk.start()

	const idle = (): Promise<void> => (isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.add(resolve)))

	const shut = async (outcome: LeftOutcome): Promise<void> => {
		for (const controller of pending.values()) controller.abort()
		walk.send({ type: 'session.leave', outcome })
		const { context } = walk.snapshot()
		if (context.outcome === null) {
			const { causes, changes } = context
			journal.append({ type: 'session.ended', outcome: 'stopped', causes, changes, checklist: [] })
		}
		await Promise.all([target.close(), idle()])
		walk.stop()
		journal.close()
		inspection?.close()
		listeners.clear()
	}

	return {
		id: basename(journal.folder),
		folder: journal.folder,
		flow,
		target,
		output,
		snapshot: walk.snapshot,
		send: (event) => {
			if (closing === undefined) walk.send(event)
		},
		subscribe: (listener) => {
			listeners.add(listener)
			return () => {
				listeners.delete(listener)
			}
		},
		warning: () => broken ?? journal.warning(),
		masked: (data) => redactData(data, journal.redactor),
		runningSince: () => firstStart,
		whenIdle: idle,
		close: (outcome = 'stopped') => {
			closing ??= shut(outcome)
			return closing
		},
	}
}

function journalBegin({ flow, flowFile, target, journal, inputs, resume, mode, version }: SessionOptions): void {
	if (resume === undefined) {
		journal.append({
			type: 'session.started',
			format: 1,
			session: basename(journal.folder),
			flow: {
				id: flow.id,
				title: flow.title,
				hash: flow.hash,
				...(flowFile === undefined ? {} : { file: flowFile }),
			},
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
