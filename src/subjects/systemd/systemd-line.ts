import type { LogLine } from '../../text/log-line.ts'

/** What systemd says of a unit in one log line. */
export type SystemdEvent =
	| {
			readonly kind: 'starting' | 'started' | 'stopping' | 'stopped' | 'start-failed'
			readonly unit?: string
			readonly label: string
	  }
	| {
			readonly kind: 'exited'
			readonly process: string
			readonly code: string
			readonly status: number
			readonly name: string
	  }
	| { readonly kind: 'result'; readonly result: string }
	| { readonly kind: 'deactivated' }
	| { readonly kind: 'restart'; readonly count: number }
	| { readonly kind: 'start-limit' }
	/** systemd could not even run the program: a step of the preparation failed. */
	| { readonly kind: 'step'; readonly step: string; readonly path: string; readonly reason: string }
	| { readonly kind: 'execute'; readonly located: boolean | undefined; readonly path: string; readonly reason: string }
	| { readonly kind: 'environment-files'; readonly path: string; readonly reason: string }
	| { readonly kind: 'preparation'; readonly step: string; readonly path: string; readonly reason: string }
	| {
			readonly kind:
				| 'start-timeout'
				| 'stop-timeout'
				| 'oom'
				| 'client-kill'
				| 'attempt-failed'
				| 'no-pid-file'
				| 'other'
	  }

export interface SystemdLine {
	/** The unit that it names in front. */
	readonly unit?: string
	readonly event: SystemdEvent
}

const UNIT_PREFIX = /^([\w@:.\\-]{1,250}\.(?:service|socket|scope|slice|target|mount)): /
const JOB = /^(Starting|Started|Stopping|Stopped|Failed to start) (.{1,400}?)(?:\.{3}|…|\.)?$/
const EXITED =
	/^(Main|Control) process exited, code=(\w{1,20}),? status=(\d{1,3})(?:\/([\w-]{1,40}))?|^(\w{1,20}) process exited, code=(\w{1,20}),? status=(\d{1,3})(?:\/([\w-]{1,40}))?/

/** errno of the words that the C library and Python print for it. */
export const errnoOf = (reason: string): number | undefined => {
	const words = reason.toLowerCase()
	for (const [text, errno] of ERRNO_WORDS) if (words.includes(text)) return errno
	return undefined
}

const ERRNO_WORDS: readonly (readonly [string, number])[] = [
	['operation not permitted', 1],
	['no such file or directory', 2],
	['no such process', 3],
	['exec format error', 8],
	['permission denied', 13],
	['not a directory', 20],
	['is a directory', 21],
	['text file busy', 26],
	['no space left on device', 28],
	['read-only file system', 30],
	['too many levels of symbolic links', 40],
	['address already in use', 98],
	['cannot assign requested address', 99],
]

const splitReason = (text: string): { readonly path: string; readonly reason: string } => {
	const at = text.lastIndexOf(': ')
	return at < 0 ? { path: text, reason: '' } : { path: text.slice(0, at), reason: text.slice(at + 2) }
}

const unquote = (text: string): string => text.replace(/^[“"'‘](.*)[”"'’]$/, '$1')

/** Preparations that systemd reports in a line of their own before `Failed at step …`. */
const PREPARATIONS: readonly (readonly [string, string])[] = [
	['Changing to the requested working directory failed: ', 'CHDIR'],
	['Failed to set up mount namespacing: ', 'NAMESPACE'],
	['Failed to determine user credentials: ', 'USER'],
	['Failed to determine group credentials: ', 'GROUP'],
	['Failed to determine credentials for user ', 'USER'],
	['Failed to set up standard output: ', 'STDOUT'],
	['Failed to set up standard error: ', 'STDERR'],
	['Failed to create RuntimeDirectory ', 'RUNTIME_DIRECTORY'],
]

const readMessage = (text: string): SystemdEvent | undefined => {
	const exited = EXITED.exec(text)
	if (exited !== null) {
		const [process, code, status, name] = exited[1] === undefined ? exited.slice(5, 9) : exited.slice(1, 5)
		return {
			kind: 'exited',
			process: (process ?? '').toLowerCase(),
			code: code ?? '',
			status: Number(status),
			name: name ?? '',
		}
	}
	if (text.startsWith('Failed at step ')) {
		const step = /^Failed at step (\w{1,40}) spawning /.exec(text)
		if (step !== null) return { kind: 'step', step: step[1] ?? '', ...splitReason(text.slice(step[0].length)) }
	}
	if (text.startsWith('Failed to locate executable '))
		return { kind: 'execute', located: false, ...splitReason(text.slice(28)) }
	if (text.startsWith('Unable to locate executable ')) {
		const { path, reason } = splitReason(text.slice(28))
		return { kind: 'execute', located: false, path: unquote(path), reason }
	}
	if (text.startsWith('Failed to execute command: '))
		return { kind: 'execute', located: undefined, path: '', reason: text.slice(27) }
	if (text.startsWith('Failed to execute ')) return { kind: 'execute', located: true, ...splitReason(text.slice(18)) }
	if (text.startsWith('Failed to load environment files')) {
		return { kind: 'environment-files', path: '', reason: splitReason(text).reason }
	}
	const environment = /^Failed to (?:load|open|read) environment file ['"]?(\/[^'":,]{1,400})/.exec(text)
	if (environment !== null)
		return { kind: 'environment-files', path: environment[1] ?? '', reason: splitReason(text).reason }
	for (const [words, step] of PREPARATIONS) {
		if (text.startsWith(words)) {
			const { path, reason } = splitReason(text.slice(words.length))
			return {
				kind: 'preparation',
				step,
				path: reason === '' ? '' : unquote(path).replace(/^\/run\/systemd\/unit-root(?=\/)/, ''),
				reason: reason || path,
			}
		}
	}
	const result =
		/^Failed with result '([\w-]{1,40})'|^Unit (?:[\w@:.\\-]{1,250} )?entered failed state|^Failed with result ‘([\w-]{1,40})’/.exec(
			text,
		)
	if (result !== null) return { kind: 'result', result: result[1] ?? result[2] ?? '' }
	// `run` until 253, `spawn` since.
	if (/^Failed to (?:run|spawn) (?:'start(?:-pre)?' task|executor)/.test(text)) return { kind: 'attempt-failed' }
	if (/^(?:Deactivated successfully|Succeeded)\.?$/.test(text)) return { kind: 'deactivated' }
	const restart = /^Scheduled restart job, restart counter is at (\d{1,9})/.exec(text)
	if (restart !== null) return { kind: 'restart', count: Number(restart[1]) }
	if (/hold-?off time over, scheduling restart/.test(text)) return { kind: 'restart', count: -1 }
	if (/^[Ss]tart request repeated too quickly/.test(text)) return { kind: 'start-limit' }
	if (/^[Ss]tart operation timed out/.test(text)) return { kind: 'start-timeout' }
	if (/^State 'stop-\w{1,20}' timed out|^State 'final-\w{1,20}' timed out|^Stopping timed out/.test(text))
		return { kind: 'stop-timeout' }
	if (/killed by the OOM killer/.test(text)) return { kind: 'oom' }
	if (/^Sen[dt](?:ing)? signal SIG\w{1,10} to .{1,100} on client request/.test(text)) return { kind: 'client-kill' }
	if (/^Can't open PID file|^PID file .{1,300} not readable/.test(text)) return { kind: 'no-pid-file' }
	return undefined
}

const isSystemd = (line: LogLine): boolean =>
	line.ident === 'systemd' || line.ident === 'systemd-executor' || line.ident === 'init.scope'

/** Before it becomes the program, the process that systemd starts bears the program's name in brackets. */
const isExecutor = (line: LogLine): boolean => line.ident !== undefined && /^\(.{1,30}\)$/.test(line.ident)

/** What systemd 219 (CentOS 7) says, as later versions do: the unit's name, a colon, the message. */
const withUnitInFront = (text: string): string => {
	const first =
		/^([\w@:.\\-]{1,250}\.service) (?=holdoff time over|failed\.$|[\w-]{1,20} (?:operation )?timed out)/.exec(text)
	if (first !== null) return `${first[1]}: ${text.slice(first[0].length)}`
	const later =
		/^(Unit) ([\w@:.\\-]{1,250}\.service) (entered failed state\.)$/.exec(text) ??
		/^(start request repeated too quickly) (?:for )([\w@:.\\-]{1,250}\.service)()$/.exec(text)
	return later === null ? text : `${later[2]}: ${later[1]} ${later[3]}`.trimEnd()
}

/** What systemd says in this line; undefined when the line is the program's own. */
export const readSystemdLine = (line: LogLine): SystemdLine | undefined => {
	const named = line.ident === undefined
	if (!named && !isSystemd(line) && !isExecutor(line)) return undefined
	const text = named ? line.text : withUnitInFront(line.text)
	// Before systemd 235 the step was not said under the unit's name.
	const unit = UNIT_PREFIX.exec(text)?.[1]
	const message = unit === undefined ? text : text.slice(unit.length + 2)
	if (unit !== undefined || !named) {
		const event = readMessage(message)
		if (event !== undefined) return unit === undefined ? { event } : { unit, event }
	} else if (/^Failed at step \w+ spawning /.test(text)) {
		const event = readMessage(text)
		if (event !== undefined) return { event }
	}
	if (unit === undefined) {
		const job = JOB.exec(text)
		if (job !== null) {
			const [, verb = '', label = ''] = job
			const kind =
				({ Starting: 'starting', Started: 'started', Stopping: 'stopping', Stopped: 'stopped' } as const)[verb] ??
				'start-failed'
			const own = /^([\w@:.\\-]{1,250}\.(?:service|socket|scope|slice|target|mount))(?: - |$)/.exec(label)?.[1]
			// Without a prefix only what looks like systemd's own sentence counts: `Starting gunicorn 20.1.0` is Gunicorn's.
			if (named && /^gunicorn \d/.test(label)) return undefined
			if (named && !text.endsWith('.') && own === undefined) return undefined
			return own === undefined ? { event: { kind, label } } : { unit: own, event: { kind, label, unit: own } }
		}
	}
	if (unit !== undefined) return { unit, event: { kind: 'other' } }
	return named ? undefined : { event: { kind: 'other' } }
}
