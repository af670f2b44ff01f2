import { readSentence, type Sentence } from '../../text/sentences.ts'
import { SIGNAL_NAMES } from '../../text/signal.ts'
import { refusesHost } from '../python/index.ts'
import { type Complaint, invalidSetting, readError, readObjectComplaint } from './complaint.ts'

/** What Gunicorn itself says in one log line, over its versions 0.14 to 26. */
export type GunicornEvent =
	| { readonly kind: 'banner'; readonly version: string }
	| { readonly kind: 'listening'; readonly addresses: readonly string[] }
	| { readonly kind: 'worker-class'; readonly name: string }
	| { readonly kind: 'booting'; readonly pid: number }
	| { readonly kind: 'shutdown' }
	| { readonly kind: 'reason'; readonly text: string }
	| { readonly kind: 'handling'; readonly signal: string }
	| { readonly kind: 'autorestart' }
	/** A worker says that it ends. */
	| { readonly kind: 'exiting' }
	/** The application refuses the host that a request names. */
	| { readonly kind: 'host-refused'; readonly message: string }
	| { readonly kind: 'timeout'; readonly pid: number }
	/** A worker ended; `signal` where one ended it. */
	| { readonly kind: 'worker-ended'; readonly pid: number; readonly signal: string | undefined }
	/** An address that it tries again: why it could not have it. */
	| { readonly kind: 'bind-failure'; readonly complaint: Complaint }
	/** An address that it gives up. */
	| { readonly kind: 'cannot-connect'; readonly complaint: Complaint }
	/** What it cannot do, and ends for. */
	| { readonly kind: 'complaint'; readonly complaint: Complaint }
	| { readonly kind: 'invalid-value'; readonly complaint: Complaint }
	| { readonly kind: 'config-file'; readonly path: string }
	/** What stands above the traceback of a worker, of the main process, or of the loading. */
	| { readonly kind: 'exception-heading' }
	| { readonly kind: 'request-error'; readonly path?: string | undefined }
	| { readonly kind: 'other' }

export interface GunicornLine {
	readonly pid?: number
	readonly event: GunicornEvent
}

/** A record of which the time, or more, was left out. */
const PIECE_OF_RECORD = /^(?:\[\d{1,10}\] )?\[(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\] (?:\[[\w.]{1,60}\] )?/
const RECORD = /^\[?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: ?[+-]\d{4})?\]? \[(\d{1,10})\] \[(\w{1,10})\] /

/** `9`, `SIGKILL` or `KILL` as `KILL`; 139, a wait status with the mark of a core dump, as `SEGV`. */
const signalName = (text: string): string =>
	SIGNAL_NAMES[Number(text) > 128 ? String(Number(text) - 128) : text] ?? text.replace(/^SIG/, '')

const SIGNAL_OF_EXIT: Readonly<Record<number, string>> = { 137: 'KILL', 139: 'SEGV', 134: 'ABRT', 132: 'ILL' }

/** `('127.0.0.1', 8000)` as `127.0.0.1:8000`, `('::1', 8000, 0, 0)` as `[::1]:8000`, `/run/g.sock` as `unix:/run/g.sock`. */
export const formatAddress = (text: string): string => {
	const tuple = /^\(u?'([^']{0,255})', (\d{1,5})(?:, \d{1,10}, \d{1,10})?\)$/.exec(text)
	if (tuple !== null) {
		const [, host = '', port = ''] = tuple
		return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
	}
	const path = text.replace(/^b?'(.*)'$/, '$1')
	return path.startsWith('/') || /^[^:()]+$/.test(path) ? `unix:${path}` : text
}

const readListening = (text: string): GunicornEvent => ({
	kind: 'listening',
	addresses: text
		.replace(/ \(\d{1,10}\)$/, '')
		.split(',')
		.map((address) => address.trim().replace(/^https?:\/\//, ''))
		.filter((address) => address !== ''),
})

const bindFailure = (
	kind: 'bind-failure' | 'cannot-connect',
	error: Complaint['error'],
	message: string,
	where: { readonly address: string; readonly errno?: number | undefined },
): GunicornEvent => {
	const address = formatAddress(where.address.trim())
	const path = address.startsWith('unix:') ? address.slice(5) : undefined
	return { kind, complaint: { error, message, address, errno: where.errno, path } }
}

/** Since version 22 the reason stands in a line of its own. */
const readConnectFailure = (text: string): GunicornEvent => {
	const at = text.indexOf(' failed: ')
	const errno = /\[Errno (-?\d{1,6})\]/.exec(text.slice(at))?.[1]
	return bindFailure('bind-failure', errno === '98' ? 'in-use' : 'cannot-connect', text, {
		address: text.slice(14, at),
		errno: errno === undefined ? undefined : Number(errno),
	})
}

/** Gunicorn's sentences, and how they are read. The first that fits counts. */
const SENTENCES: readonly Sentence<GunicornEvent>[] = [
	[/^Starting gunicorn /, (_, rest) => ({ kind: 'banner', version: rest.trim() })],
	[/^Listening at: /, (_, rest) => readListening(rest)],
	[/^Using worker: /, (_, rest) => ({ kind: 'worker-class', name: rest.trim() })],
	[/^Booting worker with pid: (\d{1,10})/, ([, pid]) => ({ kind: 'booting', pid: Number(pid) })],
	[/^Shutting down: /, () => ({ kind: 'shutdown' })],
	[/^Reason: /, (_, text) => ({ kind: 'reason', text })],
	[/^Handling signal: (\w{1,10})/, ([, signal = '']) => ({ kind: 'handling', signal: signal.toLowerCase() })],
	[/^Autorestarting worker/, () => ({ kind: 'autorestart' })],
	[/^Worker exiting \(pid: /, () => ({ kind: 'exiting' })],
	[/<HaltServer '([^']{1,200})' \d/, ([, text = '']) => ({ kind: 'reason', text })],
	[/WORKER TIMEOUT \(pid: ?(\d{1,10})\)/, ([, pid]) => ({ kind: 'timeout', pid: Number(pid) })],
	[
		/^Worker with pid (\d{1,10}) was terminated due to signal (\w{1,10})/,
		([, pid, signal = '']) => ({ kind: 'worker-ended', pid: Number(pid), signal: signalName(signal) }),
	],
	[
		/^Worker \(pid: ?(\d{1,10})\) was (?:sent|killed by|terminated by) (?:signal |code )?(SIG\w{1,10}|\d{1,3})/,
		([, pid, signal = '']) => ({ kind: 'worker-ended', pid: Number(pid), signal: signalName(signal) }),
	],
	[
		/^Worker \(pid: ?(\d{1,10})\) exited with code:? (-?\d{1,5})/,
		([, pid, code]) => ({ kind: 'worker-ended', pid: Number(pid), signal: SIGNAL_OF_EXIT[Number(code)] }),
	],
	[
		/^Connection in use: (.{1,300})/,
		({ 1: address = '', input }) => bindFailure('bind-failure', 'in-use', input, { address, errno: 98 }),
	],
	[
		/^Invalid address: (.{1,300})/,
		({ 1: address = '', input }) => bindFailure('bind-failure', 'invalid-address', input, { address, errno: 99 }),
	],
	[
		/^Can't connect to (.{1,300})/,
		({ 1: address = '', input }) => bindFailure('cannot-connect', 'cannot-connect', input, { address }),
	],
	[/^connection to .{1,300} failed: /, ({ input }) => readConnectFailure(input)],
	[
		/^(?:Exception in worker process|Unhandled exception in main loop|Error while loading the application)/,
		() => ({ kind: 'exception-heading' }),
	],
	[/^Error handling request(?: (?:[A-Z]{1,20} )?([/*h]\S{0,2000})$)?/, ([, path]) => ({ kind: 'request-error', path })],
	[
		/(?:^|\bERROR in \w{1,60}: )Exception on (\S{1,2000}) \[[A-Z]{1,10}\]/,
		([, path = '']) => ({ kind: 'request-error', path }),
	],
	[
		/^(?:ERROR: {0,6})?Exception in ASGI application|^Internal Server Error: |^Socket error processing request|^Error processing SSL request/,
		() => ({ kind: 'request-error' }),
	],
	[/^Failed to read config file: (.{1,1000})/, ([, path = '']) => ({ kind: 'config-file', path: path.trim() })],
	[
		/^Invalid value for (\w{1,60}): /,
		({ 1: setting = '', input }) => ({ kind: 'invalid-value', complaint: invalidSetting(setting, input) }),
	],
	[
		/^[\w.-]{1,60}: error: (.*)/,
		([, text = '']) => ({
			kind: 'complaint',
			complaint: readError(text) ?? { error: 'usage', message: text },
		}),
	],
	// Gunicorn's errors of the start carry no record in front: `Error: …`.
	[
		/^Error: (?:Error: )?(.*)/,
		([, text = '']) => {
			const complaint = readError(text)
			return complaint === undefined ? { kind: 'exception-heading' } : { kind: 'complaint', complaint }
		},
	],
]

const readEvent = (whole: string): GunicornEvent => {
	const text = whole.replace(PIECE_OF_RECORD, '')
	if (refusesHost(text)) return { kind: 'host-refused', message: text }
	const complaint = readObjectComplaint(text)
	if (complaint !== undefined) return { kind: 'complaint', complaint }
	return readSentence(SENTENCES, text) ?? { kind: 'other' }
}

/** Reads a message; `pid` where Gunicorn's own time, pid and level stand in front. */
export const readGunicornLine = (text: string): GunicornLine => {
	const record = RECORD.exec(text)
	if (record === null) return { event: readEvent(text) }
	return { pid: Number(record[1]), event: readEvent(text.slice(record[0].length)) }
}
