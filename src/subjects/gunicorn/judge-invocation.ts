import type { Traceback } from '../python/traceback-lines.ts'
import type { Entry, Invocation } from '../systemd/invocation.ts'
import type { SystemdEvent } from '../systemd/systemd-line.ts'
import { errnoOf } from '../systemd/systemd-line.ts'
import { type Diagnosis, diagnose, interruptedAt, type KnownApp } from './diagnosis.ts'
import type { Failure } from './failure.ts'
import { bindFailure, diagnoseError, executeFailure, pathOf, STEP_FAILURES } from './start-error.ts'

/** Something that went wrong, and how sure it is that the service ended by it. */
export interface Finding {
	readonly diagnosis: Diagnosis
	readonly at: Entry
	/** Further lines that decided it. */
	readonly lines: readonly number[]
	/** Higher speaks louder; the last one of the loudest counts. */
	readonly weight: number
}

/** Something that went wrong while the service went on. */
export interface RuntimeFinding extends Finding {
	readonly pid?: number
	readonly request?: string
}

/** One invocation, read. */
export interface Verdict {
	readonly started: Entry | undefined
	readonly opening: Entry | undefined
	readonly version: Said<string> | undefined
	readonly workerClass: Said<string> | undefined
	readonly listening: Said<readonly string[]> | undefined
	readonly listenPid: number | undefined
	readonly booted: readonly Entry[]
	/** The process ended; or it never ran. */
	readonly dead: Entry | undefined
	readonly stopped: Entry | undefined
	readonly startFailure: Finding | undefined
	readonly runtime: readonly RuntimeFinding[]
	readonly timeouts: readonly RuntimeFinding[]
	readonly requestErrors: readonly Entry[]
	readonly exit: Said<Extract<SystemdEvent, { kind: 'exited' }>> | undefined
	readonly result: Said<string> | undefined
	readonly startLimit: Entry | undefined
	/** Why Gunicorn says that it ends: `Worker failed to boot.` */
	readonly reason: Said<string> | undefined
	readonly execute:
		| {
				readonly at: Entry
				readonly path: string
				readonly errno: number | undefined
				readonly located: boolean | undefined
		  }
		| undefined
	readonly execFailed: boolean
	readonly oom: boolean
	/** Ended by a person's `systemctl kill`. */
	readonly clientKill: boolean
	/** Ended with success, and nobody had asked for it. */
	readonly endedItself: boolean
	/** Says something of Gunicorn's own; systemd's lines alone do not tell whether it is ready. */
	readonly spoke: boolean
}

export interface Said<T> {
	readonly value: T
	readonly at: Entry
}

const NO_SPACE = /No space left on device|\[Errno 28\]|Disk quota exceeded/

/** Reads one invocation. `tracebacks` are those of the whole log; `entries` may hold lines of a later end of it. */
export const judgeInvocation = (
	invocation: Invocation,
	tracebacks: ReadonlyMap<number, Traceback>,
	known: KnownApp,
): Verdict => {
	const start: Finding[] = []
	const runtime: RuntimeFinding[] = []
	const timeouts: RuntimeFinding[] = []
	const requestErrors: Entry[] = []
	const booted: Entry[] = []
	const timedOut = new Map<number, Entry>()
	let started: Entry | undefined
	let opening: Entry | undefined
	let version: Said<string> | undefined
	let workerClass: Said<string> | undefined
	let listening: Said<readonly string[]> | undefined
	let listenPid: number | undefined
	let dead: Entry | undefined
	let stopped: Entry | undefined
	let stopping: Entry | undefined
	let exit: Verdict['exit']
	let result: Verdict['result']
	let startLimit: Entry | undefined
	let execute: Verdict['execute']
	let execFailed = false
	let oom = false
	let clientKill = false
	let spoke = false
	let reason: Verdict['reason']
	let wrongAddress: { failure: Failure; address: string; errno?: number; at: Entry } | undefined
	let shutdown = false
	let configFile: string | undefined
	/** The last marker line of each writer: it says what a traceback below it belongs to. */
	const marker = new Map<number, Entry>()
	let restarts = false

	const blame = (at: Entry, weight: number, diagnosis: Diagnosis, ...lines: number[]): void => {
		start.push({ at, weight, diagnosis, lines: lines.length > 0 ? lines : [at.line.number] })
	}
	const happen = (
		at: Entry,
		diagnosis: Diagnosis,
		more: { pid?: number; request?: string; lines?: readonly number[] } = {},
	): RuntimeFinding => {
		const finding = {
			at,
			weight: 0,
			diagnosis,
			lines: more.lines ?? [at.line.number],
			...(more.pid === undefined ? {} : { pid: more.pid }),
			...(more.request === undefined ? {} : { request: more.request }),
		}
		runtime.push(finding)
		return finding
	}

	const readSystemd = (entry: Entry, event: SystemdEvent): void => {
		switch (event.kind) {
			case 'starting':
				opening = entry
				break
			case 'started':
				started ??= entry
				opening = undefined
				break
			case 'stopping':
				stopping = entry
				break
			case 'stopped':
				if (stopping !== undefined || (!restarts && dead === undefined)) stopped = entry
				dead ??= entry
				break
			case 'deactivated':
				dead ??= entry
				stopped = entry
				break
			case 'start-failed':
				dead ??= entry
				break
			case 'restart':
				restarts = true
				break
			case 'start-limit':
				startLimit = entry
				dead ??= entry
				break
			case 'result':
				// The second result, after the start limit, only repeats the first.
				if (result === undefined && event.result !== '') result = { value: event.result, at: entry }
				if (event.result === 'start-limit-hit' || event.result === 'start-limit') startLimit = entry
				if (event.result === 'oom-kill') oom = true
				dead ??= entry
				break
			case 'exited':
				if (event.process === 'main') {
					exit = { value: event, at: entry }
					dead = entry
				} else if (event.process === 'control' && event.status !== 0) exit ??= { value: event, at: entry }
				if (event.name === 'EXEC' || event.status === 203) execFailed = true
				if (event.code === 'exited') {
					const failure =
						STEP_FAILURES[event.name] ??
						{
							200: 'working-directory-missing' as const,
							216: 'group-missing' as const,
							217: 'user-missing' as const,
							226: 'namespace-failed' as const,
						}[event.status]
					if (failure !== undefined) blame(entry, 40, { failure })
				}
				break
			case 'execute':
			case 'step': {
				if (event.kind === 'step' && event.step !== 'EXEC') {
					const failure = STEP_FAILURES[event.step]
					const errno = errnoOf(event.reason)
					if (failure !== undefined)
						blame(entry, 50, { failure, message: entry.line.text, ...(errno === undefined ? {} : { errno }) })
					break
				}
				execFailed = true
				const located = event.kind === 'execute' ? event.located : execute?.located
				const path = event.path === '' ? (execute?.path ?? '') : event.path
				const errno = errnoOf(event.reason)
				execute = { at: entry, path, errno, located }
				const failure = executeFailure(errno, located)
				if (failure !== undefined)
					blame(entry, 90, {
						failure,
						message: entry.line.text,
						...(path === '' ? {} : { path }),
						...(errno === undefined ? {} : { errno }),
					})
				break
			}
			case 'preparation': {
				const failure = STEP_FAILURES[event.step]
				const errno = errnoOf(event.reason)
				if (failure !== undefined)
					blame(entry, 60, {
						failure,
						message: entry.line.text,
						...(event.path === '' ? {} : { path: event.path }),
						...(errno === undefined ? {} : { errno }),
					})
				break
			}
			case 'environment-files': {
				const errno = errnoOf(event.reason)
				blame(entry, 90, {
					failure: 'environment-file-missing',
					message: entry.line.text,
					...(event.path === '' ? {} : { path: event.path }),
					...(errno === undefined ? {} : { errno }),
				})
				dead ??= entry
				break
			}
			case 'start-timeout':
				blame(entry, 55, { failure: 'never-notified', message: entry.line.text })
				break
			case 'oom':
				oom = true
				happen(entry, { failure: 'workers-killed', message: entry.line.text })
				break
			case 'client-kill':
				clientKill = /SIG(?:KILL|TERM|INT|QUIT)\b/.test(entry.line.text)
				break
			default:
		}
	}

	const readGunicorn = (entry: Entry): void => {
		const said = entry.gunicorn
		if (said === undefined) return
		const event = said.event
		const key = entry.line.pid ?? -1
		if (said.pid !== undefined || event.kind !== 'other') spoke = true
		switch (event.kind) {
			case 'banner':
				version = { value: event.version, at: entry }
				break
			case 'worker-class':
				workerClass = { value: event.name, at: entry }
				break
			case 'listening':
				listening = { value: event.addresses.map((address) => address.replace(/^https?:\/\//, '')), at: entry }
				listenPid = event.pid ?? said.pid ?? listenPid
				wrongAddress = undefined
				break
			case 'booting':
				booted.push(entry)
				timedOut.delete(event.pid)
				break
			case 'shutdown':
				shutdown = true
				dead ??= entry
				break
			case 'reason':
				reason = { value: event.text, at: entry }
				break
			case 'timeout':
				timedOut.set(event.pid, entry)
				timeouts.push(happen(entry, { failure: 'worker-timeout', message: entry.line.text }, { pid: event.pid }))
				break
			case 'worker-exit':
			case 'worker-signal': {
				const signal =
					event.kind === 'worker-signal'
						? event.signal
						: ({ 137: 'KILL', 139: 'SEGV', 134: 'ABRT', 132: 'ILL' } as Record<number, string>)[event.code]
				// Gunicorn ends a worker that timed out with ABRT, then KILL; while it stops it kills what is left.
				if (signal === undefined || timedOut.has(event.pid) || stopping !== undefined || shutdown) break
				if (signal === 'KILL')
					happen(entry, { failure: 'workers-killed', message: entry.line.text }, { pid: event.pid })
				else if (/^(?:SEGV|ILL|ABRT|BUS|FPE|SYS)$/.test(signal))
					happen(entry, { failure: 'worker-crash', message: entry.line.text }, { pid: event.pid })
				break
			}
			case 'in-use':
				wrongAddress = { failure: 'port-in-use', address: event.address, errno: 98, at: entry }
				break
			case 'invalid-address':
				wrongAddress = { failure: 'bind-address-missing', address: event.address, errno: 99, at: entry }
				break
			case 'connect-failed':
				wrongAddress = {
					failure: bindFailure(event.address, event.errno),
					address: event.address,
					...(event.errno === undefined ? {} : { errno: event.errno }),
					at: entry,
				}
				break
			case 'cannot-connect': {
				dead ??= entry
				// The line that says why may stand above the beginning of this log.
				if (wrongAddress === undefined && version === undefined && !event.address.startsWith('unix:')) break
				const why = wrongAddress ?? {
					failure: bindFailure(event.address, undefined),
					address: event.address,
					at: entry,
				}
				const { failure, address, at, ...errno } = why
				blame(
					entry,
					85,
					{ failure, address, message: at.line.text, ...pathOf(address), ...('errno' in errno ? errno : {}) },
					at.line.number,
					entry.line.number,
				)
				break
			}
			case 'attribute':
				blame(entry, 85, {
					failure: 'attribute-wrong',
					message: entry.line.text,
					...(event.attribute === undefined ? {} : { attribute: event.attribute }),
					...(event.module === undefined ? {} : { module: event.module }),
				})
				break
			case 'error': {
				const diagnosis = diagnoseError(event.text)
				if (diagnosis !== undefined) blame(entry, 85, diagnosis)
				marker.set(key, entry)
				break
			}
			case 'usage':
				blame(entry, 85, diagnoseError(event.text) ?? { failure: 'gunicorn-config-error', message: event.text })
				break
			case 'invalid-value':
				blame(entry, 86, {
					failure:
						event.setting === 'user'
							? 'user-missing'
							: event.setting === 'group'
								? 'group-missing'
								: 'gunicorn-config-error',
					message: entry.line.text,
					variable: event.setting,
				})
				break
			case 'config-file':
				configFile = event.path
				marker.set(key, entry)
				blame(entry, 84, { failure: 'gunicorn-config-error', message: entry.line.text, path: event.path })
				break
			case 'request-error':
				requestErrors.push(entry)
				marker.set(key, entry)
				break
			case 'worker-exception':
			case 'loop-exception':
			case 'load-error':
				marker.set(key, entry)
				break
			default:
				if (said.pid !== undefined) marker.delete(key)
				if (NO_SPACE.test(entry.line.text)) happen(entry, { failure: 'disk-full', message: entry.line.text, errno: 28 })
		}
	}

	const readTraceback = (entry: Entry, traceback: Traceback): void => {
		const key = entry.line.pid ?? -1
		const above = marker.get(key)
		marker.delete(key)
		const context = above?.gunicorn?.event
		const found = diagnose(traceback, known)
		if (context?.kind === 'request-error') {
			const at = above ?? entry
			const request = context.path === undefined ? {} : { request: context.path }
			if (found === undefined) {
				// The worker was told to end in the middle of this request: it is the one that took too long.
				const timeout = timeouts.at(-1)
				requestErrors.pop()
				if (timeout !== undefined && timeout.request === undefined) {
					const frame = interruptedAt(traceback)
					const place = frame === undefined ? {} : { file: frame.file, line: frame.line }
					timeouts[timeouts.length - 1] = { ...timeout, ...request, diagnosis: { ...timeout.diagnosis, ...place } }
				}
				return
			}
			const { number, ...diagnosis } = found
			const failure =
				diagnosis.failure === 'asgi-app' || diagnosis.failure === 'disk-full' ? diagnosis.failure : 'app-error'
			const { module: _module, variable: _variable, ...told } = diagnosis
			happen(at, { ...told, failure }, { ...request, lines: [at.line.number, number] })
			return
		}
		if (found === undefined) return
		const { number, ...diagnosis } = found
		if (context?.kind === 'config-file') {
			const failure = diagnosis.failure === 'disk-full' ? diagnosis.failure : 'gunicorn-config-error'
			blame(
				entry,
				86,
				{ ...diagnosis, failure, ...(configFile === undefined ? {} : { path: configFile }) },
				above?.line.number ?? number,
				number,
			)
		} else if (context?.kind === 'error' && /^class uri/.test(context.text)) return
		else blame(entry, context === undefined ? 70 : 80, diagnosis, number)
	}

	for (const entry of invocation.entries) {
		if (entry.systemd !== undefined) readSystemd(entry, entry.systemd.event)
		else readGunicorn(entry)
		const traceback = tracebacks.get(entry.position)
		if (traceback !== undefined) readTraceback(entry, traceback)
	}

	if (
		shutdown &&
		dead !== undefined &&
		exit === undefined &&
		reason === undefined &&
		result === undefined &&
		start.every((finding) => finding.weight < 80)
	)
		stopped ??= dead
	const failing = dead !== undefined && (stopped === undefined || exit !== undefined || reason !== undefined)
	// An exception that a process survived is no failure of the start: the workers that serve prove it.
	const served = listening !== undefined && booted.length > 0 && dead === undefined
	const boots = start.filter(
		(finding) => failing || (finding.weight >= 80 && !served) || (finding.weight >= 85 && dead === undefined),
	)
	const loudest = boots.reduce((weight, finding) => Math.max(weight, finding.weight), 0)
	const startFailure = boots.findLast((finding) => finding.weight === loudest) ?? retrying(wrongAddress, dead)
	if (served) for (const finding of start) if (finding.weight === 80) runtime.push(finding)

	return {
		started: started ?? (version === undefined ? undefined : version.at),
		opening,
		version,
		workerClass,
		listening,
		listenPid,
		booted,
		dead,
		stopped,
		startFailure,
		runtime,
		timeouts,
		requestErrors,
		exit,
		result,
		startLimit,
		reason,
		execute,
		execFailed,
		oom,
		clientKill,
		spoke,
		endedItself:
			stopped !== undefined &&
			stopping === undefined &&
			exit === undefined &&
			startFailure === undefined &&
			stopped.systemd?.event.kind === 'deactivated',
	}
}

/** An address that Gunicorn still tries to get, a second at a time. */
const retrying = (
	wrong: { failure: Failure; address: string; errno?: number; at: Entry } | undefined,
	dead: Entry | undefined,
): Finding | undefined => {
	if (wrong === undefined || dead !== undefined) return undefined
	const { failure, address, at, errno } = wrong
	return {
		at,
		weight: 85,
		lines: [at.line.number],
		diagnosis: {
			failure,
			address,
			message: at.line.text,
			...pathOf(address),
			...(errno === undefined ? {} : { errno }),
		},
	}
}
