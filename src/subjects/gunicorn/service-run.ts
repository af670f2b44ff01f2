import {
	type DescribedException,
	describeTraceback,
	interruptedAt,
	type ProgramContext,
	refusedHost,
	type Traceback,
} from '../python/index.ts'
import { describeInvocation, type Invocation, type LogEntry, type UnitRun } from '../systemd/index.ts'
import { type Complaint, readObjectComplaint } from './complaint.ts'
import { type GunicornEvent, type GunicornLine, readGunicornLine } from './line.ts'

/** Where the traceback stood: below which of Gunicorn's lines. */
export const EXCEPTION_PLACES = ['boot', 'config-file', 'request', 'none'] as const
export type ExceptionPlace = (typeof EXCEPTION_PLACES)[number]

/** Something that went wrong, with the lines that tell it. */
export interface Fault {
	readonly kind: 'complaint' | 'exception' | 'timeout' | 'killed' | 'crashed' | 'request' | 'no-space'
	readonly at: LogEntry
	readonly lines: readonly number[]
	readonly complaint?: Complaint
	readonly exception?: DescribedException
	readonly place?: ExceptionPlace
	/** The worker that it was about. */
	readonly pid?: number
	readonly signal?: string
	readonly request?: string
	/** Where the application was when its worker was told to end. */
	readonly interrupted?: { readonly file: string; readonly line: number }
}

/** What can end a start, in the order of precedence: the first of these that is there counts, and of it the last one. */
const START_ORDER = ['setting', 'config-exception', 'complaint', 'config-file', 'exception', 'bare-exception'] as const
type StartRank = (typeof START_ORDER)[number]

interface StartFault extends Fault {
	readonly rank: StartRank
	/** The program itself wrote it into its log, with words above it. */
	readonly logged?: true
}

export interface Said<T> {
	readonly value: T
	readonly at: LogEntry
}

/** What Gunicorn and its application say in one invocation. */
export interface ServiceRun {
	readonly unit: UnitRun
	/** Lines that are not systemd's. */
	readonly lines: number
	readonly version?: Said<string>
	readonly workerClass?: Said<string>
	readonly listening?: Said<readonly string[]>
	readonly listenPid?: number
	readonly booted: readonly LogEntry[]
	readonly shutdown?: LogEntry
	readonly handled?: Said<string>
	/** Why Gunicorn says that it ends: `Worker failed to boot.` */
	readonly reason?: Said<string>
	/** The process ended, or never ran: as systemd says, or Gunicorn. */
	readonly ended?: LogEntry
	readonly startFault?: Fault
	/** The address is still tried, a second at a time. */
	readonly retrying: boolean
	/** What went wrong while the service went on. */
	readonly runtime: readonly Fault[]
	readonly requestErrors: readonly LogEntry[]
	readonly autorestarts: readonly LogEntry[]
	readonly noSpace: readonly LogEntry[]
	readonly tooManyFiles: readonly LogEntry[]
	readonly ready: boolean
	/** Workers that were replaced though nothing says how those before them ended. */
	readonly vanished: readonly LogEntry[]
}

interface Draft {
	lines: number
	version?: Said<string>
	workerClass?: Said<string>
	listening?: Said<readonly string[]>
	listenPid?: number
	shutdown?: LogEntry
	handled?: Said<string>
	reason?: Said<string>
	gaveUp?: LogEntry
	stopping: boolean
	/** The address that could not be had, while it is tried again. */
	bindFailure?: { readonly complaint: Complaint; readonly at: LogEntry }
	readonly booted: LogEntry[]
	readonly start: StartFault[]
	readonly runtime: Fault[]
	readonly requestErrors: LogEntry[]
	readonly autorestarts: LogEntry[]
	readonly noSpace: LogEntry[]
	readonly tooManyFiles: LogEntry[]
	readonly timedOut: Set<number>
	/** Workers of which it is told that they ended, and whose place nobody has taken yet. */
	places: number
	readonly vanished: LogEntry[]
	/** The last line of each writer that says what a traceback below it belongs to. */
	readonly headings: Map<number, { readonly event: GunicornEvent; readonly at: LogEntry }>
}

const NO_SPACE = /No space left on device|\[Errno 28\]|Disk quota exceeded/
const TOO_MANY_FILES = /\[Errno 24\]|Too many open files/
const CRASH_SIGNALS = /^(?:SEGV|ILL|ABRT|BUS|FPE|SYS)$/

const numberOf = (entry: LogEntry): number => entry.line.number
const keyOf = (entry: LogEntry): number => entry.line.pid ?? -1

const blame = (draft: Draft, rank: StartRank, fault: Omit<StartFault, 'rank'>): void => {
	draft.start.push({ ...fault, rank })
}
const complain = (draft: Draft, rank: StartRank, at: LogEntry, complaint: Complaint, ...more: LogEntry[]): void =>
	blame(draft, rank, { kind: 'complaint', at, lines: [...more.map(numberOf), numberOf(at)], complaint })

/** Written in another second than the first one: workers that start together are told of in one. */
const isLater = (first: LogEntry | undefined, at: LogEntry): boolean => {
	const [before, now] = [first?.line.epoch, at.line.epoch]
	return before !== undefined && now !== undefined && now > before + 1
}

type EventOf<K extends GunicornEvent['kind']> = Extract<GunicornEvent, { kind: K }>
type Handlers = {
	readonly [K in GunicornEvent['kind']]: (draft: Draft, event: EventOf<K>, at: LogEntry, line: GunicornLine) => void
}

const keepHeading = (draft: Draft, event: GunicornEvent, at: LogEntry): void => {
	draft.headings.set(keyOf(at), { event, at })
}

const HANDLERS: Handlers = {
	banner: (draft, { version }, at) => {
		draft.version = { value: version, at }
	},
	'worker-class': (draft, { name }, at) => {
		draft.workerClass = { value: name, at }
	},
	listening: (draft, { addresses, pid }, at, line) => {
		draft.listening = { value: addresses, at }
		const listener = pid ?? line.pid
		if (listener !== undefined) draft.listenPid = listener
		delete draft.bindFailure
	},
	booting: (draft, { pid }, at) => {
		if (draft.places > 0) draft.places -= 1
		else if (isLater(draft.booted[0], at)) draft.vanished.push(at)
		draft.booted.push(at)
		draft.timedOut.delete(pid)
	},
	exiting: (draft) => {
		draft.places += 1
	},
	shutdown: (draft, _, at) => {
		draft.shutdown = at
	},
	reason: (draft, { text }, at) => {
		draft.reason = { value: text, at }
	},
	handling: (draft, { signal }, at) => {
		draft.handled = { value: signal, at }
		// Each of these brings workers that take nobody's place.
		if (/^(?:hup|ttin|usr2)$/.test(signal)) draft.places = Number.POSITIVE_INFINITY
	},
	'host-refused': (draft, { message }, at) => {
		draft.requestErrors.push(at)
		const exception = refusedHost(message, numberOf(at))
		draft.runtime.push({ kind: 'request', at, lines: [numberOf(at)], exception, place: 'request' })
	},
	autorestart: (draft, _, at) => {
		draft.autorestarts.push(at)
	},
	timeout: (draft, { pid }, at) => {
		draft.timedOut.add(pid)
		draft.places += 1
		draft.runtime.push({ kind: 'timeout', at, lines: [numberOf(at)], pid })
	},
	'worker-ended': (draft, { pid, signal }, at) => {
		draft.places += 1
		// Gunicorn ends a worker that timed out with ABRT, then KILL; while it stops it kills what is left.
		const isOwn = draft.timedOut.has(pid) || draft.stopping || draft.shutdown !== undefined
		if (signal === undefined || isOwn) return
		if (signal === 'KILL') draft.runtime.push({ kind: 'killed', at, lines: [numberOf(at)], pid, signal })
		else if (CRASH_SIGNALS.test(signal)) draft.runtime.push({ kind: 'crashed', at, lines: [numberOf(at)], pid, signal })
	},
	'bind-failure': (draft, { complaint }, at) => {
		draft.bindFailure = { complaint, at }
	},
	'cannot-connect': (draft, { complaint }, at) => {
		draft.gaveUp = at
		const why = draft.bindFailure
		if (why !== undefined) complain(draft, 'complaint', at, why.complaint, why.at)
		// The line that says why may stand above the beginning of this log.
		else if (draft.version !== undefined || complaint.path !== undefined) complain(draft, 'complaint', at, complaint)
	},
	complaint: (draft, event, at) => {
		complain(draft, 'complaint', at, event.complaint)
		keepHeading(draft, event, at)
	},
	'invalid-value': (draft, { complaint }, at) => complain(draft, 'setting', at, complaint),
	'config-file': (draft, event, at) => {
		complain(draft, 'config-file', at, { error: 'config-file', message: at.line.text, path: event.path })
		keepHeading(draft, event, at)
	},
	'exception-heading': keepHeading,
	'request-error': (draft, event, at) => {
		draft.requestErrors.push(at)
		keepHeading(draft, event, at)
	},
	other: (draft, _, at, line) => {
		if (line.pid !== undefined) draft.headings.delete(keyOf(at))
		if (!NO_SPACE.test(at.line.text)) return
		draft.noSpace.push(at)
		draft.runtime.push({ kind: 'no-space', at, lines: [numberOf(at)] })
	},
}

const follow = (draft: Draft, at: LogEntry): void => {
	if (at.systemd !== undefined) {
		if (at.systemd.writer === 'manager' && at.systemd.event.kind === 'stopping') draft.stopping = true
		return
	}
	draft.lines += 1
	if (TOO_MANY_FILES.test(at.line.text)) draft.tooManyFiles.push(at)
	const line = readGunicornLine(at.line.text)
	const handle = HANDLERS[line.event.kind] as (
		draft: Draft,
		event: GunicornEvent,
		at: LogEntry,
		line: GunicornLine,
	) => void
	handle(draft, line.event, at, line)
}

/** The exception of a request; or, where it only carries an ending on, the request that took too long. */
const followRequest = (
	draft: Draft,
	at: LogEntry,
	request: string | undefined,
	traceback: Traceback,
	context: ProgramContext,
): void => {
	const exception = describeTraceback(traceback, context)
	const named = request === undefined ? {} : { request }
	if (exception !== undefined) {
		const lines = [numberOf(at), exception.number]
		draft.runtime.push({ kind: 'request', at, lines, exception, place: 'request', ...named })
		return
	}
	draft.requestErrors.pop()
	const last = draft.runtime.findLastIndex(({ kind }) => kind === 'timeout')
	const timeout = draft.runtime[last]
	if (timeout === undefined || timeout.request !== undefined) return
	const frame = interruptedAt(traceback, context)
	const interrupted = frame === undefined ? {} : { interrupted: { file: frame.file, line: frame.line } }
	draft.runtime[last] = { ...timeout, ...named, ...interrupted }
}

const followTraceback = (
	draft: Draft,
	at: LogEntry,
	traceback: Traceback,
	context: ProgramContext,
	logged: boolean,
): void => {
	const heading = draft.headings.get(keyOf(at))
	draft.headings.delete(keyOf(at))
	if (heading?.event.kind === 'request-error') {
		followRequest(draft, heading.at, heading.event.path, traceback, context)
		return
	}
	const exception = describeTraceback(traceback, context)
	if (exception === undefined) return
	if (heading === undefined && isInRequest(traceback)) {
		draft.requestErrors.push(at)
		const lines = [exception.number]
		draft.runtime.push({ kind: 'request', at, lines, exception, place: 'request' })
		return
	}
	if (heading?.event.kind === 'config-file') {
		const { path } = heading.event
		const complaint = { error: 'config-file', message: exception.message, path } as const
		const lines = [numberOf(heading.at), exception.number]
		blame(draft, 'config-exception', { kind: 'complaint', at, lines, complaint, exception, place: 'config-file' })
		return
	}
	const complaint = readObjectComplaint(exception.message)
	const lines = [exception.number]
	const fault = { at, lines, exception, place: 'boot' } as const
	const rank = heading === undefined ? 'bare-exception' : 'exception'
	if (complaint === undefined) blame(draft, rank, { kind: 'exception', ...fault, ...(logged ? { logged } : {}) })
	else blame(draft, 'complaint', { kind: 'complaint', ...fault, complaint })
}

/** Systemd saw it stop orderly; or, without systemd's lines, Gunicorn said that it shuts down, and no reason for it. */
const wasStopped = (draft: Draft, unit: UnitRun): boolean => {
	if (unit.exit !== undefined || draft.reason !== undefined) return false
	if (unit.stopped !== undefined) return true
	const isLoud = draft.start.some(({ rank }) => rank !== 'bare-exception')
	return draft.shutdown !== undefined && unit.result === undefined && !isLoud
}

/** What ended the start, or keeps it from going on. An exception that a process survived is none. */
const startFaultOf = (draft: Draft, failing: boolean, served: boolean, isPiece: boolean): StartFault | undefined => {
	const counts: Readonly<Record<StartRank, boolean>> = {
		setting: true,
		'config-exception': true,
		complaint: true,
		'config-file': failing || !served,
		exception: failing || !served,
		'bare-exception': failing || isPiece,
	}
	for (const rank of START_ORDER) {
		const found = counts[rank]
			? draft.start.findLast((fault) => fault.rank === rank && (failing || !isPiece || fault.logged !== true))
			: undefined
		if (found !== undefined) return found
	}
	return undefined
}

const emptyDraft = (): Draft => ({
	lines: 0,
	stopping: false,
	booted: [],
	start: [],
	runtime: [],
	requestErrors: [],
	autorestarts: [],
	noSpace: [],
	tooManyFiles: [],
	timedOut: new Set(),
	places: 0,
	vanished: [],
	headings: new Map(),
})

/**
 * Gunicorn ends a worker that timed out by ABRT, and by KILL where that does not help. Where both stand in a log in which
 * its lines about the time-outs are not, nobody knows who sent them.
 */
const withoutOwnKills = (runtime: readonly Fault[]): readonly Fault[] => {
	const isSent = (signal: string) => runtime.some((fault) => fault.signal === signal)
	if (runtime.some(({ kind }) => kind === 'timeout') || !isSent('ABRT') || !isSent('KILL')) return runtime
	return runtime.filter(({ signal }) => signal !== 'ABRT' && signal !== 'KILL')
}

/** Nothing stands there but how something failed: somebody cut it out of a log, and it does not tell of a service that runs. */
const isPieceOfLog = (draft: Draft, { begun }: Invocation): boolean =>
	!begun &&
	draft.version === undefined &&
	draft.listening === undefined &&
	draft.booted.length === 0 &&
	draft.requestErrors.length === 0 &&
	draft.runtime.length === 0

/** Words of the program above its traceback: it caught the exception, wrote it down, and went on. */
const isLogged = (entries: readonly LogEntry[], at: LogEntry, from: number): boolean => {
	const above = entries.findLast(({ position, line }) => position < from && keyOf({ line, position }) === keyOf(at))
	// Its own frames may begin above, where the log was cut off.
	if (above === undefined || above.systemd !== undefined || /^(?:\s|$)/.test(above.line.text)) return false
	const { pid, event } = readGunicornLine(above.line.text)
	return pid === undefined && event.kind === 'other'
}

const REQUEST_FUNCTION =
	/^(?:handle_request|full_dispatch_request|dispatch_request|wsgi_app|_?get_response(?:_async)?|run_asgi|__call__)$/

/** Below it a request was being answered: so say the functions of Gunicorn, of the frameworks, of WSGI. */
const isInRequest = ({ chain }: Traceback): boolean =>
	chain.some(({ frames }) => frames.some((frame) => REQUEST_FUNCTION.test(frame.function)))

/** Follows one invocation line by line. `tracebacks` are those of the whole log, by the position of their last line. */
export const describeService = (
	invocation: Invocation,
	tracebacks: ReadonlyMap<number, Traceback>,
	context: ProgramContext,
): ServiceRun => {
	const draft = emptyDraft()
	for (const entry of invocation.entries) {
		follow(draft, entry)
		const traceback = tracebacks.get(entry.position)
		if (traceback === undefined) continue
		followTraceback(draft, entry, traceback, context, isLogged(invocation.entries, entry, traceback.from))
	}
	const unit = describeInvocation(invocation)
	const ended = unit.dead ?? draft.shutdown ?? draft.gaveUp
	const served = draft.listening !== undefined && draft.booted.length > 0 && ended === undefined
	const failing = ended !== undefined && !wasStopped(draft, unit)
	const found = startFaultOf(draft, failing, served, ended === undefined && isPieceOfLog(draft, invocation))
	const pending = ended === undefined ? draft.bindFailure : undefined
	const startFault =
		found ??
		(pending === undefined
			? undefined
			: { kind: 'complaint' as const, at: pending.at, lines: [numberOf(pending.at)], complaint: pending.complaint })
	const survived = served
		? draft.start
				.filter((fault) => fault !== found && fault.rank === 'exception')
				.map((fault): Fault => ({ ...fault, kind: 'request' }))
		: []
	return {
		...draft,
		unit,
		...(ended === undefined ? {} : { ended }),
		...(startFault === undefined ? {} : { startFault }),
		retrying: found === undefined && pending !== undefined,
		runtime: [...withoutOwnKills(draft.runtime), ...survived],
		ready: served && startFault === undefined,
	}
}
