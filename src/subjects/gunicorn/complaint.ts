import { readSentence, type Sentence } from '../../text/sentences.ts'

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
	readonly address?: string | undefined
	readonly errno?: number | undefined
	readonly attribute?: string | undefined
	readonly module?: string | undefined
	readonly path?: string | undefined
	readonly setting?: string | undefined
}

type Reading = Sentence<Omit<Complaint, 'message'>>

const quotedPath = (text: string): string | undefined => /'([^']{1,1000})'/.exec(text)?.[1]

const logErrno = (text: string): number | undefined => {
	const errno = /Error\((\d{1,3}),|\[Errno (\d{1,3})\]/.exec(text)
	return errno === null ? undefined : Number(errno[1] ?? errno[2])
}

/** Sentences in which the application object is not there, or is none. */
const OBJECTS: readonly Reading[] = [
	[
		/^Failed to find attribute '([^']{1,300})' in '([^']{1,300})'/,
		([, attribute, module]) => ({ error: 'attribute', attribute, module }),
	],
	[
		/^Failed to find application object:? '([^']{1,300})'(?: in '([^']{1,300})')?/,
		([, attribute, module]) => ({ error: 'attribute', attribute, module }),
	],
	[
		/^(?:Failed to parse ["'](.{1,300}?)["'] as an attribute name|Function reference must be a simple name: '(.{1,300})'$|Failed to parse arguments as literal values: ['"](.{1,300})['"]$)/,
		([, name, reference, call]) => ({ error: 'attribute', attribute: name ?? reference ?? call }),
	],
	[/^Application object must be callable\.?$/, () => ({ error: 'attribute' })],
	[
		/^Failed to find application, did you mean '([^':]{1,200}):/,
		([, module = '']) => ({ error: 'application', module: `${module}.py` }),
	],
]

const WORKER_NEEDS: Reading = [
	/^(\w{1,60}) worker requires|^You need (\w{1,60}) (?:>=? ?[\d.]+ )?installed to use this worker/,
	([, worker, needed]) => ({ error: 'worker-class', module: worker ?? needed }),
]

/** What stands behind `Error: `. */
const ERRORS: readonly Reading[] = [
	...OBJECTS,
	[/^Already running on PID/, (_, rest) => ({ error: 'pid-running', path: quotedPath(rest) })],
	[/isn't writable/, ({ input }) => ({ error: 'log-file', path: quotedPath(input), errno: logErrno(input) })],
	[/^class uri u?['"]([^'"]{1,300})['"] invalid or not found/, ([, module]) => ({ error: 'worker-class', module })],
	WORKER_NEEDS,
	[/^can't chdir to '([^']{1,1000})'/, ([, path]) => ({ error: 'chdir', path })],
	[/^No such user/, () => ({ error: 'user' })],
	[/^No such group/, () => ({ error: 'group' })],
	[/^(\/\S{1,1000}) doesn't exist\. Can't create pidfile/, ([, path]) => ({ error: 'pid-folder', path })],
	[/ doesn't exist$/, ({ input }) => ({ error: 'config-file', path: quotedPath(input) })],
	[/^No application module specified/, () => ({ error: 'no-app' })],
	[
		/is not a valid (?:port number|file descriptor)|^invalid literal for|^Invalid value|^Value must be|^Value error|^Not a (?:list|string|callable|number)/,
		() => ({ error: 'setting' }),
	],
]

const complaintOf = (readings: readonly Reading[], text: string): Complaint | undefined => {
	const details = readSentence(readings, text)
	return details && { ...details, message: text }
}

/** One of Gunicorn's `Error: …` lines; undefined when the text is not Gunicorn's. */
export const readError = (text: string): Complaint | undefined => complaintOf(ERRORS, text)

/** A sentence about the application object, which Gunicorn also raises as an exception. */
export const readObjectComplaint = (text: string): Complaint | undefined => complaintOf(OBJECTS, text)

/** A sentence that Gunicorn raises as an exception: about the application object, or about what a worker needs. */
export const readRaisedComplaint = (text: string): Complaint | undefined =>
	complaintOf([...OBJECTS, WORKER_NEEDS], text)

/** `Invalid value for user: …`: the name of the setting says what is wrong. */
export const invalidSetting = (setting: string, message: string): Complaint => ({
	error: setting === 'user' ? 'user' : setting === 'group' ? 'group' : 'setting',
	setting,
	message,
})
