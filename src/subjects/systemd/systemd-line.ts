import type { LogLine } from '../../text/log-line.ts'
import { readSentence, type Sentence } from '../../text/sentences.ts'

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
	| { readonly kind: 'restart'; readonly count: number }
	/** systemd could not even run the program: a step of the preparation failed. */
	| { readonly kind: 'step'; readonly step: string; readonly path: string; readonly reason: string }
	| { readonly kind: 'execute'; readonly located: boolean | undefined; readonly path: string; readonly reason: string }
	| { readonly kind: 'environment-files'; readonly path: string; readonly reason: string }
	| { readonly kind: 'client-kill'; readonly signal: string }
	| {
			readonly kind:
				| 'deactivated'
				| 'start-limit'
				| 'start-timeout'
				| 'stop-timeout'
				| 'oom'
				| 'attempt-failed'
				| 'no-pid-file'
				/** The unit's file has a mistake, so systemd does not load it. */
				| 'refused'
				| 'other'
	  }

export interface SystemdLine {
	/** The unit that it names in front. */
	readonly unit?: string
	/**
	 * Who wrote it: systemd itself, or the process that systemd starts, before it becomes the program. Any program can
	 * take the name of the latter, so its lines count only where systemd confirms them by the exit status.
	 */
	readonly writer: 'manager' | 'executor'
	readonly event: SystemdEvent
}

const UNIT_PREFIX = /^([\w@:.\\-]{1,250}\.(?:service|socket|scope|slice|target|mount)): /
const JOB = /^(Starting|Started|Stopping|Stopped|Failed to start) (.{1,400}?)(?:\.{3}|…|\.)?$/
const JOB_KINDS = {
	Starting: 'starting',
	Started: 'started',
	Stopping: 'stopping',
	Stopped: 'stopped',
	'Failed to start': 'start-failed',
} as const

/** errno of the words that the C library and Python print for it. */
export const errnoOf = (reason: string): number | undefined => {
	const words = reason.toLowerCase()
	return ERRNO_WORDS.find(([text]) => words.includes(text))?.[1]
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

/** What was prepared, and of which path the words tell. */
const preparation =
	(step: string) =>
	(_: RegExpExecArray, rest: string): SystemdEvent => {
		const { path, reason } = splitReason(rest)
		if (reason === '') return { kind: 'step', step, path: '', reason: path }
		return { kind: 'step', step, path: unquote(path).replace(/^\/run\/systemd\/unit-root(?=\/)/, ''), reason }
	}

/** What a sentence of systemd is, and how its words are read. The first that fits counts. */
const SENTENCES: readonly Sentence<SystemdEvent>[] = [
	[
		/^(\w{1,20}) process exited, code=(\w{1,20}),? status=(\d{1,3})(?:\/([\w-]{1,40}))?/,
		([, process = '', code = '', status, name = '']) => ({
			kind: 'exited',
			process: process.toLowerCase(),
			code,
			status: Number(status),
			name,
		}),
	],
	[
		/^Failed at step (\w{1,40}) spawning /,
		// What it names is the program; only EXEC failed because of that.
		([, step = ''], rest) => {
			const { path, reason } = splitReason(rest)
			return { kind: 'step', step, path: step === 'EXEC' ? path : '', reason }
		},
	],
	[
		/^(?:Failed|Unable) to locate executable /,
		(_, rest) => {
			const { path, reason } = splitReason(rest)
			return { kind: 'execute', located: false, path: unquote(path), reason }
		},
	],
	[/^Failed to execute command: /, (_, reason) => ({ kind: 'execute', located: undefined, path: '', reason })],
	[/^Failed to execute /, (_, rest) => ({ kind: 'execute', located: true, ...splitReason(rest) })],
	[
		/^Failed to load environment files/,
		(_, rest) => ({ kind: 'environment-files', path: '', reason: splitReason(rest).reason }),
	],
	[
		/^Failed to (?:load|open|read) environment file ['"]?(\/[^'":,]{1,400})/,
		([, path = ''], rest) => ({ kind: 'environment-files', path, reason: splitReason(rest).reason }),
	],
	[
		/^Failed with result ['‘]([\w-]{1,40})['’]|^Unit (?:[\w@:.\\-]{1,250} )?entered failed state/,
		([, result = '']) => ({ kind: 'result', result }),
	],
	// `run` until 253, `spawn` since.
	[/^Failed to (?:run|spawn) (?:'start(?:-pre)?' task|executor)/, () => ({ kind: 'attempt-failed' })],
	[/^(?:Deactivated successfully|Succeeded)\.?$/, () => ({ kind: 'deactivated' })],
	[
		/^Scheduled restart job, restart counter is at (\d{1,9})/,
		([, count]) => ({ kind: 'restart', count: Number(count) }),
	],
	[/hold-?off time over, scheduling restart/, () => ({ kind: 'restart', count: -1 })],
	[/^[Ss]tart request repeated too quickly/, () => ({ kind: 'start-limit' })],
	[/^[Ss]tart operation timed out/, () => ({ kind: 'start-timeout' })],
	[/^State '(?:stop|final)-\w{1,20}' timed out|^Stopping timed out/, () => ({ kind: 'stop-timeout' })],
	[/killed by the OOM killer|OOM killer killed some processes|^systemd-oomd killed /, () => ({ kind: 'oom' })],
	[
		/^Sen[dt](?:ing)? signal SIG(\w{1,10}) to .{1,100} on client request/,
		([, signal = '']) => ({ kind: 'client-kill', signal }),
	],
	[
		/^(?:.{0,300} )?lacks (?:both )?ExecStart=.{0,80}Refusing|^Service (?:has no ExecStart=|lacks |has more than one ExecStart=).{0,200}Refusing|Unit configuration has fatal error|has a bad unit file setting|failed to load(?: properly)?: (?:Invalid argument|Exec format error|Bad message)|^(?:\[?\/\S{1,400}:\d{1,6}\]?:? )?Executable (?:path is not absolute|name contains)|Neither a valid executable name nor an absolute path/,
		() => ({ kind: 'refused' }),
	],
	[/^Can't open PID file|^PID file .{1,300} not readable/, () => ({ kind: 'no-pid-file' })],
	// Preparations that the executor reports in a line of their own before `Failed at step …`.
	[/^Changing to the requested working directory failed: /, preparation('CHDIR')],
	[/^Failed to set up mount namespacing: /, preparation('NAMESPACE')],
	[/^Failed to determine (?:user credentials: |credentials for user )/, preparation('USER')],
	[/^Failed to determine group credentials: /, preparation('GROUP')],
	[/^Failed to set up standard output: /, preparation('STDOUT')],
	[/^Failed to set up standard error: /, preparation('STDERR')],
	[/^Failed to create RuntimeDirectory /, preparation('RUNTIME_DIRECTORY')],
]

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

/** A sentence about a job: `Started NAME.service - Description.`, or by the description alone. */
const readJob = (text: string, attributed: boolean): Pick<SystemdLine, 'unit' | 'event'> | undefined => {
	const job = JOB.exec(text)
	if (job === null) return undefined
	const [, verb = '', label = ''] = job
	const kind = JOB_KINDS[verb as keyof typeof JOB_KINDS]
	const unit = /^([\w@:.\\-]{1,250}\.(?:service|socket|scope|slice|target|mount))(?: - |$)/.exec(label)?.[1]
	// Where nobody is named as the writer, only what looks like systemd's own sentence counts.
	if (!attributed && !text.endsWith('.') && unit === undefined) return undefined
	return unit === undefined ? { event: { kind, label } } : { unit, event: { kind, label, unit } }
}

const OTHER: SystemdEvent = { kind: 'other' }

/** Systemd's line, of which the log tells that systemd wrote it. */
const readOwn = (line: LogLine): Pick<SystemdLine, 'unit' | 'event'> => {
	const text = withUnitInFront(line.text)
	// Before systemd 235 the step was not said under the unit's name.
	const unit = UNIT_PREFIX.exec(text)?.[1]
	const event = readSentence(SENTENCES, unit === undefined ? text : text.slice(unit.length + 2))
	if (unit !== undefined) return { unit, event: event ?? OTHER }
	return event === undefined ? (readJob(text, true) ?? { event: OTHER }) : { event }
}

/** A line of nobody's: systemd's, if it reads like it. */
const readUnattributed = ({ text }: LogLine): Pick<SystemdLine, 'unit' | 'event'> | undefined => {
	const unit = UNIT_PREFIX.exec(text)?.[1]
	if (unit !== undefined) return { unit, event: readSentence(SENTENCES, text.slice(unit.length + 2)) ?? OTHER }
	const step = /^Failed at step \w+ spawning /.test(text) ? readSentence(SENTENCES, text) : undefined
	return step === undefined ? readJob(text, false) : { event: step }
}

/** The kernel's line about a process that it killed: in which unit. */
const readKernel = ({ text }: LogLine): SystemdLine | undefined => {
	const unit = /\boom-kill:.{0,400}task_memcg=\/\S{0,300}?([\w@:.\\-]{1,250}\.service)/.exec(text)?.[1]
	return unit === undefined ? undefined : { unit, writer: 'manager', event: { kind: 'oom' } }
}

const isManager = ({ ident, pid }: LogLine): boolean =>
	pid === 1
		? ident === undefined || ident === 'systemd' || ident === 'init.scope'
		: pid === undefined && ident === 'systemd'

/** Before it becomes the program, the process that systemd starts bears the program's name in brackets. */
const isExecutor = ({ ident, pid, text }: LogLine): boolean =>
	ident === undefined
		? pid !== undefined && UNIT_PREFIX.test(text)
		: ident === 'systemd' || ident === 'systemd-executor' || /^\(.{1,30}\)$/.test(ident)

/** True for a log whose lines name who wrote them. */
export const isAttributed = (lines: readonly LogLine[]): boolean =>
	lines.some(({ ident, pid }) => ident !== undefined || pid !== undefined)

/**
 * What systemd says in this line; undefined when the line is the program's own. `attributed`: the log names who wrote its
 * lines, so that a program that prints systemd's words is not taken for it.
 */
export const readSystemdLine = (line: LogLine, attributed: boolean): SystemdLine | undefined => {
	if (!attributed) {
		const read = readUnattributed(line)
		return read === undefined ? undefined : { ...read, writer: 'manager' }
	}
	if (isManager(line)) return { ...readOwn(line), writer: 'manager' }
	if (isExecutor(line)) return { ...readOwn(line), writer: 'executor' }
	return line.ident === 'kernel' && line.pid === undefined ? readKernel(line) : undefined
}
