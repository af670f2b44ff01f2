import type { Invocation, LogEntry } from './invocation.ts'
import type { SystemdEvent } from './systemd-line.ts'
import { EXIT_NAMES } from './unit-states.ts'

type EventOf<K extends SystemdEvent['kind']> = Extract<SystemdEvent, { kind: K }>

/** Something that systemd said, and the line in which it did. */
export interface Told<T> {
	readonly value: T
	readonly at: LogEntry
}

/** What systemd says of one invocation. */
export interface UnitRun {
	/** `Starting` was said, and not yet how it went. */
	readonly opening?: LogEntry | undefined
	readonly started?: LogEntry
	readonly stopping?: LogEntry
	/** It ended orderly. */
	readonly stopped?: LogEntry
	/** The main process ended; or it never ran. */
	readonly dead?: LogEntry
	readonly exit?: Told<EventOf<'exited'>>
	readonly result?: Told<string>
	readonly startLimit?: LogEntry
	readonly step?: Told<EventOf<'step'>>
	readonly execute?: Told<EventOf<'execute'>>
	/** What the process said that was to become the program. Any program can take its name. */
	readonly claims: readonly Told<EventOf<'step' | 'execute'>>[]
	/** The exit status says that the program could not be run. */
	readonly execFailed: boolean
	readonly environment?: Told<EventOf<'environment-files'>>
	readonly startTimeout?: LogEntry
	/** systemd does not load the unit's file. */
	readonly refused?: LogEntry
	readonly oom?: LogEntry
	readonly clientKill?: LogEntry
	readonly restart?: LogEntry
}

const EXEC_STATUS = 203

/** One start has a handful of them; a program that prints endless ones costs no more than its lines. */
const MOST_CLAIMS = 20

const STOP_SIGNALS: ReadonlySet<string> = new Set(['KILL', 'TERM', 'INT', 'QUIT'])

type Change = Partial<UnitRun>
type Handlers = {
	readonly [K in SystemdEvent['kind']]?: (run: UnitRun, event: EventOf<K>, at: LogEntry) => Change
}

const HANDLERS: Handlers = {
	starting: (_, __, at) => ({ opening: at }),
	started: (run, _, at) => ({ started: run.started ?? at, opening: undefined }),
	stopping: (_, __, at) => ({ stopping: at }),
	stopped: (run, _, at) => ({
		dead: run.dead ?? at,
		// After a restart was scheduled, `Stopped` only clears the ground for it.
		...(run.stopping !== undefined || (run.restart === undefined && run.dead === undefined) ? { stopped: at } : {}),
	}),
	deactivated: (run, _, at) => ({ dead: run.dead ?? at, stopped: at }),
	'start-failed': (run, _, at) => ({ dead: run.dead ?? at }),
	restart: (_, __, at) => ({ restart: at }),
	'start-limit': (run, _, at) => ({ startLimit: at, dead: run.dead ?? at }),
	'start-timeout': (_, __, at) => ({ startTimeout: at }),
	refused: (_, __, at) => ({ refused: at }),
	oom: (_, __, at) => ({ oom: at }),
	'client-kill': (_, event, at) => (STOP_SIGNALS.has(event.signal) ? { clientKill: at } : {}),
	'environment-files': (run, event, at) => ({ environment: { value: event, at }, dead: run.dead ?? at }),
	result: (run, { result }, at) => ({
		dead: run.dead ?? at,
		// The second result, after the start limit, only repeats the first.
		...(run.result === undefined && result !== '' ? { result: { value: result, at } } : {}),
		...(result.startsWith('start-limit') ? { startLimit: at } : {}),
		...(result === 'oom-kill' ? { oom: at } : {}),
	}),
	exited: (run, event, at) => {
		const exit = { value: event, at }
		const failed = event.status === EXEC_STATUS || event.name === 'EXEC' ? { execFailed: true } : {}
		if (event.process === 'main') return { ...failed, exit, dead: at }
		return event.process === 'control' && event.status !== 0 ? { ...failed, exit: run.exit ?? exit } : failed
	},
	step: (run, event, at) => ({ claims: [...run.claims.slice(1 - MOST_CLAIMS), { value: event, at }] }),
	execute: (run, event, at) => ({ claims: [...run.claims.slice(1 - MOST_CLAIMS), { value: event, at }] }),
}

const isClaim = (event: SystemdEvent): boolean => event.kind === 'step' || event.kind === 'execute'

const follow = (run: UnitRun, at: LogEntry): UnitRun => {
	const { systemd } = at
	if (systemd === undefined || (systemd.writer === 'executor' && !isClaim(systemd.event))) return run
	const handle = HANDLERS[systemd.event.kind] as
		| ((run: UnitRun, event: SystemdEvent, at: LogEntry) => Change)
		| undefined
	return handle === undefined ? run : { ...run, ...handle(run, systemd.event, at) }
}

/** What the executor said, as far as systemd's exit status says the same. */
const confirm = (run: UnitRun): UnitRun => {
	const { exit, claims } = run
	const status = exit?.value.code === 'exited' ? exit.value.status : undefined
	const named = status === undefined || status === EXEC_STATUS ? undefined : EXIT_NAMES[status]
	// Systemd's own lines need nobody to confirm them: a paste may end before the exit status.
	const trusted = claims.filter(({ value, at }) => {
		if (at.systemd?.writer === 'manager') return true
		return value.kind === 'step' && value.step !== 'EXEC' ? value.step === named : run.execFailed
	})
	const executions = trusted.flatMap(({ value, at }) => {
		if (value.kind === 'execute') return [{ value, at }]
		// `Failed at step EXEC` does not tell whether the program was found.
		return value.step === 'EXEC' ? [{ value: { ...value, kind: 'execute' as const, located: undefined }, at }] : []
	})
	const steps = trusted.flatMap(({ value, at }) =>
		value.kind === 'step' && value.step !== 'EXEC' ? [{ value, at }] : [],
	)
	const step =
		steps.findLast(({ value }) => value.path !== '') ??
		steps.at(-1) ??
		(named === undefined || exit === undefined
			? undefined
			: { value: { kind: 'step' as const, step: named, path: '', reason: '' }, at: exit.at })
	return {
		...run,
		execFailed: run.execFailed || executions.length > 0,
		...(executions.length === 0 ? {} : { execute: mergeExecutions(executions) }),
		...(step === undefined ? {} : { step }),
	}
}

/** The last line counts, with what the lines before it tell besides. */
const mergeExecutions = (executions: readonly Told<EventOf<'execute'>>[]): Told<EventOf<'execute'>> =>
	executions.slice(1).reduce(
		(before, { value, at }) => ({
			at,
			value: {
				...value,
				path: value.path === '' ? before.value.path : value.path,
				located: value.located ?? before.value.located,
			},
		}),
		executions[0] as Told<EventOf<'execute'>>,
	)

/** Follows systemd's lines of one invocation, in their order. Pure, linear. */
export const describeInvocation = ({ entries }: Pick<Invocation, 'entries'>): UnitRun =>
	confirm(entries.reduce(follow, { claims: [], execFailed: false }))

const CLEAN_SIGNALS: ReadonlySet<number> = new Set([1, 2, 13, 15])

const isCleanExit = (exit: UnitRun['exit']): boolean => {
	if (exit === undefined) return true
	const { code, status } = exit.value
	return code === 'exited' ? status === 0 : code === 'killed' && CLEAN_SIGNALS.has(status)
}

const wasSuccess = ({ result }: UnitRun): boolean => result === undefined || result.value === 'success'

/** It was stopped, or ended with success. */
export const endedOrderly = (run: UnitRun): boolean =>
	run.stopped !== undefined && wasSuccess(run) && isCleanExit(run.exit)

/** It ended, and not orderly; or it could not be started. */
export const hasFailed = (run: UnitRun): boolean =>
	run.startLimit !== undefined || run.environment !== undefined || (run.dead !== undefined && !endedOrderly(run))

/** It ended with success, and nobody had asked for it. */
export const endedItself = (run: UnitRun): boolean =>
	endedOrderly(run) &&
	run.stopping === undefined &&
	run.exit === undefined &&
	run.stopped?.systemd?.event.kind === 'deactivated'
