/** What Gunicorn complains of, in its own terms. */
export const GUNICORN_ERRORS = [
	'none',
	'in-use',
	'invalid-address',
	'cannot-connect',
	'attribute',
	'application',
	'config-file',
	'setting',
	'no-app',
	'usage',
	'worker-class',
	'pid-running',
	'pid-folder',
	'log-file',
	'chdir',
	'user',
	'group',
] as const

export type GunicornError = (typeof GUNICORN_ERRORS)[number]

/** A sentence of Gunicorn's own about what it cannot do, with what it names. */
export interface Complaint {
	readonly error: Exclude<GunicornError, 'none'>
	readonly message: string
	readonly address?: string
	readonly errno?: number
	readonly attribute?: string
	readonly module?: string
	readonly path?: string
	readonly setting?: string
}

type Details = Omit<Complaint, 'message'>
type Reading = readonly [RegExp, (match: RegExpExecArray, text: string) => Details]

const named = <K extends string>(name: K, value: string | undefined): { readonly [key in K]?: string } =>
	(value === undefined || value === '' ? {} : { [name]: value }) as { readonly [key in K]?: string }

const quotedPath = (text: string) => named('path', /'([^']{1,1000})'/.exec(text)?.[1])

const logErrno = (text: string): { readonly errno?: number } => {
	const errno = /Error\((\d{1,3}),|\[Errno (\d{1,3})\]/.exec(text)
	return errno === null ? {} : { errno: Number(errno[1] ?? errno[2]) }
}

/** Sentences in which the application object is not there, or is none. */
const OBJECTS: readonly Reading[] = [
	[
		/^Failed to find attribute '([^']{1,300})' in '([^']{1,300})'/,
		([, attribute, module]) => ({ error: 'attribute', ...named('attribute', attribute), ...named('module', module) }),
	],
	[
		/^Failed to find application object:? '([^']{1,300})'(?: in '([^']{1,300})')?/,
		([, attribute, module]) => ({ error: 'attribute', ...named('attribute', attribute), ...named('module', module) }),
	],
	[
		/^(?:Failed to parse ["'](.{1,300}?)["'] as an attribute name|Function reference must be a simple name: '(.{1,300})'$|Failed to parse arguments as literal values: ['"](.{1,300})['"]$)/,
		([, name, reference, call]) => ({ error: 'attribute', ...named('attribute', name ?? reference ?? call) }),
	],
	[/^Application object must be callable\.?$/, () => ({ error: 'attribute' })],
	[
		/^Failed to find application, did you mean '([^':]{1,200}):/,
		([, module = '']) => ({ error: 'application', module: `${module}.py` }),
	],
]

const WORKER_NEEDS: Reading = [
	/^(\w{1,60}) worker requires|^You need (\w{1,60}) (?:>=? ?[\d.]+ )?installed to use this worker/,
	([, worker, needed]) => ({ error: 'worker-class', ...named('module', worker ?? needed) }),
]

/** What stands behind `Error: `. */
const ERRORS: readonly Reading[] = [
	...OBJECTS,
	[/^Already running on PID/, (_, text) => ({ error: 'pid-running', ...quotedPath(text) })],
	[/isn't writable/, (_, text) => ({ error: 'log-file', ...quotedPath(text), ...logErrno(text) })],
	[
		/^class uri u?['"]([^'"]{1,300})['"] invalid or not found/,
		([, module]) => ({ error: 'worker-class', ...named('module', module) }),
	],
	WORKER_NEEDS,
	[/^can't chdir to '([^']{1,1000})'/, ([, path]) => ({ error: 'chdir', ...named('path', path) })],
	[/^No such user/, () => ({ error: 'user' })],
	[/^No such group/, () => ({ error: 'group' })],
	[
		/^(\/\S{1,1000}) doesn't exist\. Can't create pidfile/,
		([, path]) => ({ error: 'pid-folder', ...named('path', path) }),
	],
	[/ doesn't exist$/, (_, text) => ({ error: 'config-file', ...quotedPath(text) })],
	[/^No application module specified/, () => ({ error: 'no-app' })],
	[
		/is not a valid (?:port number|file descriptor)|^invalid literal for|^Invalid value|^Value must be|^Value error|^Not a (?:list|string|callable|number)/,
		() => ({ error: 'setting' }),
	],
]

const firstOf = (readings: readonly Reading[], text: string): Complaint | undefined => {
	for (const [pattern, read] of readings) {
		const match = pattern.exec(text)
		if (match !== null) return { ...read(match, text), message: text }
	}
	return undefined
}

/** One of Gunicorn's `Error: …` lines; undefined when the text is not Gunicorn's. */
export const readError = (text: string): Complaint | undefined => firstOf(ERRORS, text)

/** A sentence about the application object, which Gunicorn also raises as an exception. */
export const readObjectComplaint = (text: string): Complaint | undefined => firstOf(OBJECTS, text)

/** A sentence that Gunicorn raises as an exception: about the application object, or about what a worker needs. */
export const readRaisedComplaint = (text: string): Complaint | undefined => firstOf([...OBJECTS, WORKER_NEEDS], text)

/** `Invalid value for user: …`: the name of the setting says what is wrong. */
export const invalidSetting = (setting: string, message: string): Complaint => ({
	error: setting === 'user' ? 'user' : setting === 'group' ? 'group' : 'setting',
	setting,
	message,
})
