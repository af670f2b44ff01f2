import type { ProgramContext, Traceback } from '../python/index.ts'
import { describeInvocation, type Invocation, type LogEntry, type UnitRun } from '../systemd/index.ts'
import { type Fault, START_ORDER, type StartFault, type StartRank } from './fault.ts'
import { type Draft, emptyDraft, followLine, numberOf } from './follow-line.ts'
import { followTraceback, isLogged } from './follow-traceback.ts'

/** What Gunicorn and its application say in one invocation. */
export interface ServiceRun extends Readonly<Omit<Draft, 'runtime'>> {
	readonly unit: UnitRun
	/** The process ended, or never ran: as systemd says, or Gunicorn. */
	readonly ended: LogEntry | undefined
	readonly startFault: Fault | undefined
	/** The address is still tried, a second at a time. */
	readonly retrying: boolean
	readonly runtime: readonly Fault[]
	readonly ready: boolean
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

/** Follows one invocation line by line. `tracebacks` are those of the whole log, by the position of their last line. */
export const describeService = (
	invocation: Invocation,
	tracebacks: ReadonlyMap<number, Traceback>,
	context: ProgramContext,
): ServiceRun => {
	const draft = emptyDraft()
	for (const [index, entry] of invocation.entries.entries()) {
		followLine(draft, entry)
		const traceback = tracebacks.get(entry.position)
		if (traceback === undefined) continue
		followTraceback(draft, entry, traceback, context, isLogged(invocation.entries, index, traceback.from))
	}
	const unit = describeInvocation(invocation)
	const ended = unit.dead ?? draft.shutdown ?? draft.gaveUp
	const served = draft.listening !== undefined && draft.booted.length > 0 && ended === undefined
	const failing = ended !== undefined && !wasStopped(draft, unit)
	const found = startFaultOf(draft, failing, served, ended === undefined && isPieceOfLog(draft, invocation))
	const pending = ended === undefined ? draft.bindFailure : undefined
	// A process that ended raised it before that.
	const placed =
		failing && found?.exception !== undefined ? { ...found, place: found.place ?? ('boot' as const) } : found
	const startFault =
		placed ??
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
		ended,
		startFault,
		retrying: found === undefined && pending !== undefined,
		runtime: [...withoutOwnKills(draft.runtime), ...survived],
		ready: served && startFault === undefined,
	}
}
