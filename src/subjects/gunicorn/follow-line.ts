import { refusedHost } from '../python/index.ts'
import type { LogEntry } from '../systemd/index.ts'
import type { Complaint } from './complaint.ts'
import type { Fault, StartFault, StartRank } from './fault.ts'
import { type GunicornEvent, type GunicornLine, readGunicornLine } from './line.ts'

/** Something that was said, and the line in which it was. */
export interface Said<T> {
	readonly value: T
	readonly at: LogEntry
}

/** What was said so far in one invocation. */
export interface Draft {
	/** Lines that are not systemd's. */
	lines: number
	version?: Said<string>
	workerClass?: Said<string>
	listening?: Said<readonly string[]>
	shutdown?: LogEntry
	/** Why Gunicorn says that it ends: `Worker failed to boot.` */
	reason?: Said<string>
	gaveUp?: LogEntry
	stopping: boolean
	/** The address that could not be had, while it is tried again. */
	bindFailure?: { readonly complaint: Complaint; readonly at: LogEntry }
	readonly booted: LogEntry[]
	readonly start: StartFault[]
	/** What went wrong while the service went on. */
	readonly runtime: Fault[]
	readonly requestErrors: LogEntry[]
	readonly autorestarts: LogEntry[]
	readonly noSpace: LogEntry[]
	readonly tooManyFiles: LogEntry[]
	readonly timedOut: Set<number>
	/** Workers of which it is told that they ended, and whose place nobody has taken yet. */
	places: number
	/** Workers that were replaced though nothing says how those before them ended. */
	readonly vanished: LogEntry[]
	/** The last line of each writer that says what a traceback below it belongs to. */
	readonly headings: Map<number, { readonly event: GunicornEvent; readonly at: LogEntry }>
}

const NO_SPACE = /No space left on device|\[Errno 28\]|Disk quota exceeded/
const TOO_MANY_FILES = /\[Errno 24\]|Too many open files/
const CRASH_SIGNALS = /^(?:SEGV|ILL|ABRT|BUS|FPE|SYS)$/

export const numberOf = (entry: LogEntry): number => entry.line.number
/** Who wrote a line: lines of several processes are mixed. */
export const keyOf = (entry: LogEntry): number => entry.line.pid ?? -1

/** Holds something against the start. */
export const blame = (draft: Draft, rank: StartRank, fault: Omit<StartFault, 'rank'>): void => {
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
	listening: (draft, { addresses }, at) => {
		draft.listening = { value: addresses, at }
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
	handling: (draft, { signal }) => {
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

/** One more line of the invocation. */
export const followLine = (draft: Draft, at: LogEntry): void => {
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

/** Nothing was said yet. */
export const emptyDraft = (): Draft => ({
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
