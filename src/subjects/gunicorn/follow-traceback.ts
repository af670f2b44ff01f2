import { describeTraceback, interruptedAt, type ProgramContext, type Traceback } from '../python/index.ts'
import type { LogEntry } from '../systemd/index.ts'
import { readRaisedComplaint } from './complaint.ts'
import { blame, type Draft, keyOf, numberOf } from './follow-line.ts'
import { readGunicornLine } from './line.ts'

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

/** A traceback ends with this line: it belongs to what its writer said above it. */
export const followTraceback = (
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
	// An application is called for a request only: so is one that cannot be called as WSGI.
	if (heading === undefined && (isInRequest(traceback) || exception.exceptionKind === 'asgi')) {
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
	const complaint = readRaisedComplaint(exception.message)
	// Gunicorn said it in its own sentence above, and prints the traceback below that.
	if (complaint !== undefined && draft.start.some((fault) => fault.complaint?.error === complaint.error)) return
	const lines = [exception.number]
	const known = heading !== undefined || isInStart(traceback) ? { place: 'boot' as const } : {}
	const fault = { at, lines, exception, ...known }
	const rank = heading === undefined ? 'bare-exception' : 'exception'
	if (complaint === undefined) blame(draft, rank, { kind: 'exception', ...fault, ...(logged ? { logged } : {}) })
	else blame(draft, 'complaint', { kind: 'complaint', ...fault, complaint })
}

/** A traceback is no longer than this, with the lines of others between its own. */
const FURTHEST = 2000

/** Words of the program above its traceback: it caught the exception, wrote it down, and went on. */
export const isLogged = (entries: readonly LogEntry[], index: number, from: number): boolean => {
	const key = entries[index]?.line.pid
	let before = index
	const top = Math.max(0, index - FURTHEST)
	while (before >= top && ((entries[before]?.position ?? 0) >= from || entries[before]?.line.pid !== key)) before -= 1
	const above = before < top ? undefined : entries[before]
	// Its own frames may begin above, where the log was cut off.
	if (above === undefined || above.systemd !== undefined || /^(?:\s|$)/.test(above.line.text)) return false
	const { pid, event } = readGunicornLine(above.line.text)
	return pid === undefined && event.kind === 'other'
}

/** Below it something was being imported, or Gunicorn was setting itself up. */
const isInStart = ({ chain }: Traceback): boolean =>
	chain.some(({ frames }) =>
		frames.some(
			({ file, function: name }) =>
				/importlib/.test(file) || /^(?:<module>|import_app|load(?:_wsgi|_wsgiapp)?|init_process|run)$/.test(name),
		),
	)

const REQUEST_FUNCTION =
	/^(?:handle_request|full_dispatch_request|dispatch_request|wsgi_app|_?get_response(?:_async)?|run_asgi|__call__)$/

/** Below it a request was being answered: so say the functions of Gunicorn, of the frameworks, of WSGI. */
const isInRequest = ({ chain }: Traceback): boolean =>
	chain.some(({ frames }) => frames.some((frame) => REQUEST_FUNCTION.test(frame.function)))
