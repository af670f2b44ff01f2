/** What Gunicorn itself says in one log line, over its versions 0.14 to 26. */
export type GunicornEvent =
	| { readonly kind: 'banner'; readonly version: string }
	| { readonly kind: 'listening'; readonly addresses: readonly string[]; readonly pid?: number }
	| { readonly kind: 'worker-class'; readonly name: string }
	| { readonly kind: 'booting'; readonly pid: number }
	| { readonly kind: 'shutdown' }
	| { readonly kind: 'reason'; readonly text: string }
	| { readonly kind: 'timeout'; readonly pid: number }
	| { readonly kind: 'worker-signal'; readonly pid: number; readonly signal: string }
	| { readonly kind: 'worker-exit'; readonly pid: number; readonly code: number }
	| { readonly kind: 'in-use' | 'invalid-address' | 'cannot-connect'; readonly address: string }
	| {
			readonly kind: 'connect-failed'
			readonly address: string
			readonly reason: string
			readonly errno: number | undefined
	  }
	| { readonly kind: 'worker-exception' | 'loop-exception' | 'load-error' }
	| { readonly kind: 'request-error'; readonly path?: string }
	| { readonly kind: 'attribute'; readonly attribute?: string; readonly module?: string }
	| { readonly kind: 'error'; readonly text: string }
	| { readonly kind: 'config-file'; readonly path: string }
	| { readonly kind: 'invalid-value'; readonly setting: string }
	| { readonly kind: 'usage'; readonly text: string }
	| { readonly kind: 'other' }

export interface GunicornLine {
	readonly pid?: number
	readonly level?: string
	readonly event: GunicornEvent
}

const RECORD = /^\[?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: ?[+-]\d{4})?\]? \[(\d{1,10})\] \[(\w{1,10})\] /

const SIGNALS: Readonly<Record<string, string>> = {
	'1': 'HUP',
	'2': 'INT',
	'3': 'QUIT',
	'4': 'ILL',
	'6': 'ABRT',
	'7': 'BUS',
	'8': 'FPE',
	'9': 'KILL',
	'11': 'SEGV',
	'15': 'TERM',
}

/** `9`, `SIGKILL` or `KILL` as `KILL`; 139, a wait status with the mark of a core dump, as `SEGV`. */
const signalName = (text: string): string =>
	SIGNALS[Number(text) > 128 ? String(Number(text) - 128) : text] ?? text.replace(/^SIG/, '')

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

const readEvent = (text: string): GunicornEvent => {
	if (text.startsWith('Starting gunicorn ')) return { kind: 'banner', version: text.slice(18).trim() }
	if (text.startsWith('Listening at: ')) {
		const pid = /^(.*) \((\d{1,10})\)$/.exec(text.slice(14))
		const addresses = (pid?.[1] ?? text.slice(14))
			.split(',')
			.map((address) => address.trim())
			.filter((address) => address !== '')
		return pid === null ? { kind: 'listening', addresses } : { kind: 'listening', addresses, pid: Number(pid[2]) }
	}
	if (text.startsWith('Using worker: ')) return { kind: 'worker-class', name: text.slice(14).trim() }
	const booting = /^Booting worker with pid: (\d{1,10})/.exec(text)
	if (booting !== null) return { kind: 'booting', pid: Number(booting[1]) }
	if (text.startsWith('Shutting down: ')) return { kind: 'shutdown' }
	if (text.startsWith('Reason: ')) return { kind: 'reason', text: text.slice(8) }
	const timeout = /WORKER TIMEOUT \(pid: ?(\d{1,10})\)/.exec(text)
	if (timeout !== null) return { kind: 'timeout', pid: Number(timeout[1]) }
	const signal =
		/^Worker with pid (\d{1,10}) was terminated due to signal (\w{1,10})/.exec(text) ??
		/^Worker \(pid: ?(\d{1,10})\) was (?:sent|killed by|terminated by) (?:signal |code )?(SIG\w{1,10}|\d{1,3})/.exec(
			text,
		)
	if (signal !== null) return { kind: 'worker-signal', pid: Number(signal[1]), signal: signalName(signal[2] ?? '') }
	const exit = /^Worker \(pid: ?(\d{1,10})\) exited with code:? (-?\d{1,5})/.exec(text)
	if (exit !== null) return { kind: 'worker-exit', pid: Number(exit[1]), code: Number(exit[2]) }
	if (text.startsWith('Connection in use: ')) return { kind: 'in-use', address: formatAddress(text.slice(19).trim()) }
	if (text.startsWith('Invalid address: '))
		return { kind: 'invalid-address', address: formatAddress(text.slice(17).trim()) }
	if (text.startsWith("Can't connect to "))
		return { kind: 'cannot-connect', address: formatAddress(text.slice(17).trim()) }
	if (text.startsWith('connection to ')) {
		const at = text.indexOf(' failed: ')
		if (at > 0) {
			const reason = text.slice(at + 9)
			const errno = /\[Errno (-?\d{1,6})\]/.exec(reason)?.[1]
			return {
				kind: 'connect-failed',
				address: formatAddress(text.slice(14, at)),
				reason,
				errno: errno === undefined ? undefined : Number(errno),
			}
		}
	}
	if (/^Exception in worker process/.test(text)) return { kind: 'worker-exception' }
	if (/^Unhandled exception in main loop/.test(text)) return { kind: 'loop-exception' }
	if (/^Error while loading the application/.test(text)) return { kind: 'load-error' }
	if (/^Error handling request/.test(text)) {
		const path = /^Error handling request (?:[A-Z]{1,20} )?([/*h]\S{0,2000})$/.exec(text)?.[1]
		return path === undefined ? { kind: 'request-error' } : { kind: 'request-error', path }
	}
	const flask = /(?:^|\bERROR in \w{1,60}: )Exception on (\S{1,2000}) \[[A-Z]{1,10}\]/.exec(text)
	if (flask !== null) return { kind: 'request-error', path: flask[1] ?? '' }
	if (
		/^(?:ERROR: {0,6})?Exception in ASGI application|^Internal Server Error: |^Socket error processing request|^Error processing SSL request/.test(
			text,
		)
	)
		return { kind: 'request-error' }
	const attribute = /^Failed to find attribute '([^']{1,300})' in '([^']{1,300})'/.exec(text)
	if (attribute !== null) return { kind: 'attribute', attribute: attribute[1] ?? '', module: attribute[2] ?? '' }
	const object =
		/^(?:Failed to find application object:? '([^']{1,300})'(?: in '([^']{1,300})')?|Failed to parse ["'](.{1,300}?)["'] as an attribute name|Function reference must be a simple name: '(.{1,300})'$|Failed to parse arguments as literal values: ['"](.{1,300})['"]$)/.exec(
			text,
		)
	if (object !== null) {
		const name = object[1] ?? object[3] ?? object[4] ?? object[5]
		return {
			kind: 'attribute',
			...(name === undefined ? {} : { attribute: name }),
			...(object[2] === undefined ? {} : { module: object[2] }),
		}
	}
	if (/^Application object must be callable\.?$/.test(text)) return { kind: 'attribute' }
	if (text.startsWith('Failed to read config file: ')) return { kind: 'config-file', path: text.slice(28).trim() }
	const invalid = /^Invalid value for (\w{1,60}): /.exec(text)
	if (invalid !== null) return { kind: 'invalid-value', setting: invalid[1] ?? '' }
	if (/^[\w.-]{1,60}: error: /.test(text)) return { kind: 'usage', text: text.slice(text.indexOf('error: ') + 7) }
	// Gunicorn's errors of the start carry no record in front: `Error: …`.
	if (text.startsWith('Error: ')) return { kind: 'error', text: text.slice(7).replace(/^Error: /, '') }
	return { kind: 'other' }
}

/** Reads a message; `record` tells whether Gunicorn's own time, pid and level stand in front. */
export const readGunicornLine = (text: string): GunicornLine => {
	const record = RECORD.exec(text)
	if (record === null) return { event: readEvent(text) }
	return { pid: Number(record[1]), level: record[2] ?? '', event: readEvent(text.slice(record[0].length)) }
}

/** True for a line that only Gunicorn can have written. */
export const isGunicornRecord = (text: string): boolean => RECORD.test(text)
