import type { Facts } from '../../text/parser.ts'
import { firstOf } from '../../text/sentences.ts'
import { dependencyOf, isDatabaseDown, networkKind } from './connection.ts'
import { findVariable } from './environment-variable.ts'
import { importFailure, shadowingFile } from './import-failure.ts'
import { isLibrary, lastOwnFrame } from './library.ts'
import type { Frame, Raised, Traceback } from './traceback-lines.ts'

/** What went wrong, in Python's terms. `none` where no exception is told. */
export const EXCEPTION_KINDS = [
	'module-not-found',
	'import-name',
	'import',
	'shared-library',
	'attribute',
	'name',
	'syntax',
	'environment',
	'database',
	'connection-refused',
	'connection',
	'name-resolution',
	'file-not-found',
	'permission',
	'not-permitted',
	'read-only',
	'not-a-folder',
	'no-space',
	'too-many-files',
	'address-in-use',
	'address-unavailable',
	'asgi',
	'memory',
	'encoding',
	'value',
	'key',
	'type',
	'configuration',
	'host-refused',
	'other',
	'none',
] as const

export type ExceptionKind = (typeof EXCEPTION_KINDS)[number]

/** Whose a module is that cannot be found. */
export const MODULE_ROLES = ['entry', 'own', 'package'] as const
export type ModuleRole = (typeof MODULE_ROLES)[number]

/** What the caller knows of the program that raised. */
export interface ProgramContext {
	/** The module that the server is told to load: `wsgi`, `shop.wsgi`. */
	readonly entryModule?: string | undefined
	/** True for the frame in which the server imports the application. */
	readonly isEntry?: (frame: Frame) => boolean
	/** Files of the server itself, wherever they are installed. */
	readonly isServer?: (file: string) => boolean
}

/** One exception, with what its message and its frames name. */
export interface DescribedException {
	readonly exception: string
	readonly exceptionKind: Exclude<ExceptionKind, 'none'>
	readonly message: string
	/** Output line that names it. */
	readonly number: number
	readonly raised: Raised
	readonly module?: string | undefined
	readonly moduleRole?: ModuleRole | undefined
	readonly attribute?: string | undefined
	readonly variable?: string | undefined
	readonly path?: string | undefined
	readonly errno?: number | undefined
	/** The program's own file nearest to the error, and the line in it. */
	readonly file?: string | undefined
	readonly line?: number | undefined
	/** Address of another service that could not be reached. */
	readonly dependency?: string | undefined
	/** A file of the program that stands before a package of the same name. */
	readonly shadowing?: string | undefined
}

/** The class without its module. */
export const shortName = (exception: string): string => exception.slice(exception.lastIndexOf('.') + 1)

/** An exception as the rules below see it. */
export interface Clues {
	readonly raised: Raised
	readonly name: string
	/** The whole message. */
	readonly text: string
	readonly errno: number | undefined
	readonly path: string | undefined
	readonly context: ProgramContext
}

type Finding = Pick<DescribedException, 'exceptionKind'> & Partial<DescribedException>
type Rule = (clues: Clues) => Finding | undefined

const KIND_OF_ERRNO: Readonly<Record<number, Finding['exceptionKind']>> = {
	1: 'not-permitted',
	2: 'file-not-found',
	13: 'permission',
	20: 'not-a-folder',
	21: 'not-a-folder',
	30: 'read-only',
	98: 'address-in-use',
	99: 'address-unavailable',
}

const KIND_OF_NAME: Readonly<Record<string, Finding['exceptionKind']>> = {
	NameError: 'name',
	UnboundLocalError: 'name',
	MemoryError: 'memory',
	UnicodeDecodeError: 'encoding',
	UnicodeEncodeError: 'encoding',
	ValueError: 'value',
	KeyError: 'key',
	TypeError: 'type',
	PermissionError: 'permission',
	FileNotFoundError: 'file-not-found',
	ImproperlyConfigured: 'configuration',
	ValidationError: 'configuration',
	DisallowedHost: 'host-refused',
	SecurityError: 'host-refused',
}

const isAsgi = ({ name, raised, context }: Clues): boolean => {
	if (name !== 'TypeError') return false
	const { message } = raised
	if (/missing \d+ required positional arguments?: .{0,100}'(?:send|receive)'/.test(message)) return true
	if (/'coroutine' object is not iterable/.test(message)) return true
	const last = raised.frames.at(-1)
	return (
		/takes (?:from )?\d.{0,20} positional arguments? but \d+ (?:was|were) given/.test(message) &&
		last !== undefined &&
		(context.isServer?.(last.file) === true || last.file.includes('/uvicorn/'))
	)
}

const attributeFailure: Rule = ({ name, raised }) => {
	if (name !== 'AttributeError') return undefined
	const match = /^(?:partially initialized )?module '([^']{1,300})' has no attribute '([^']{1,300})'/.exec(
		raised.message,
	)
	const attribute = match?.[2] ?? /has no attribute '([^']{1,300})'/.exec(raised.message)?.[1]
	return { exceptionKind: 'attribute', module: match?.[1], attribute }
}

/** In the order in which they count: what names the reason most exactly comes first. */
const RULES: readonly Rule[] = [
	({ errno, text }) =>
		errno === 28 || errno === 122 || /No space left on device|database or disk is full|Disk quota exceeded/.test(text)
			? { exceptionKind: 'no-space' }
			: undefined,
	({ name }) => (/^(?:SyntaxError|IndentationError|TabError)$/.test(name) ? { exceptionKind: 'syntax' } : undefined),
	({ errno, text }) =>
		errno === 24 || /Too many open files/.test(text) ? { exceptionKind: 'too-many-files' } : undefined,
	importFailure,
	(clues) => {
		const variable = findVariable(clues)
		return variable === undefined ? undefined : { exceptionKind: 'environment', variable: variable || undefined }
	},
	(clues) => (isDatabaseDown(clues) ? { exceptionKind: 'database', ...dependencyOf(clues.text) } : undefined),
	(clues) => {
		const exceptionKind = networkKind(clues)
		return exceptionKind === undefined ? undefined : { exceptionKind, ...dependencyOf(clues.text) }
	},
	({ errno }) => {
		const exceptionKind = errno === undefined ? undefined : KIND_OF_ERRNO[errno]
		return exceptionKind === undefined ? undefined : { exceptionKind }
	},
	(clues) => (isAsgi(clues) ? { exceptionKind: 'asgi' } : undefined),
	attributeFailure,
	({ name }) => {
		const exceptionKind = KIND_OF_NAME[name]
		return exceptionKind === undefined ? undefined : { exceptionKind }
	},
]

const ERRNO = /\[Errno (-?\d{1,6})\] ([^:'"]{0,200})(?:: b?['"]([^'"]{1,4096})['"])?/

const describeRaised = (raised: Raised, context: ProgramContext): DescribedException => {
	const system = ERRNO.exec(raised.message)
	const errno = system === null ? undefined : Number(system[1])
	const path = system?.[3]
	const text = [raised.message, ...raised.details].join('\n').slice(0, 4000)
	const clues: Clues = { raised, name: shortName(raised.exception), text, errno, path, context }
	const own =
		lastOwnFrame(raised.frames, context.isServer) ?? raised.frames.findLast(({ file }) => !file.startsWith('<'))
	const shadowing = shadowingFile(clues)
	const found = firstOf(RULES, (rule) => rule(clues))
	return {
		exception: raised.exception,
		message: raised.message,
		number: raised.number,
		raised,
		file: own?.file,
		line: own?.line,
		errno,
		path,
		shadowing,
		...(found ?? { exceptionKind: 'other' }),
	}
}

/** Exceptions that only carry an ending on, and say nothing of its reason. */
const isConsequence = (raised: Raised): boolean =>
	/(?:^|\.)(?:SystemExit|HaltServer|KeyboardInterrupt|StopIteration|GeneratorExit)$/.test(raised.exception)

/** What a program raises when it meets another exception: the one that it met says more. */
const GENERAL: ReadonlySet<ExceptionKind> = new Set([
	...(['value', 'key', 'type', 'configuration', 'other', 'attribute', 'name', 'import', 'import-name'] as const),
	'encoding',
])
/** What says more than the exception that came of it, even where that was only raised meanwhile. */
const PARTICULAR: ReadonlySet<ExceptionKind> = new Set([
	...(['environment', 'database', 'no-space', 'too-many-files', 'connection-refused', 'name-resolution'] as const),
])

const saysMore = (before: DescribedException, found: DescribedException): boolean =>
	PARTICULAR.has(before.exceptionKind) ||
	(isInLogging(before.raised) && before.errno !== undefined) ||
	(before.raised.led === 'cause' && !GENERAL.has(before.exceptionKind) && before.exceptionKind !== found.exceptionKind)

/**
 * What a traceback says: its last exception counts, unless that only carries an ending on, or says less than the exception
 * that it was raised from. Undefined when nothing but an ending is told (`SystemExit`).
 */
export const describeTraceback = (
	traceback: Traceback,
	context: ProgramContext = {},
): DescribedException | undefined => {
	const raised = traceback.chain.filter((one) => !isConsequence(one))
	const last = raised.at(-1)
	if (last === undefined) return undefined
	const found = describeRaised(last, context)
	if (!GENERAL.has(found.exceptionKind)) return found
	const earlier = raised.slice(0, -1).toReversed()
	return earlier.map((one) => describeRaised(one, context)).find((before) => saysMore(before, found)) ?? found
}

/** The program's own line that was being run last. */
export const interruptedAt = (traceback: Traceback, { isServer }: ProgramContext = {}): Frame | undefined =>
	lastOwnFrame(traceback.chain.at(-1)?.frames ?? [], isServer)

/** The logging module raised it: it could not open a log file. */
export const isInLogging = ({ frames, message }: Raised): boolean =>
	frames.some(({ file }) => isLibrary(file) && file.includes('/logging/')) ||
	// What logging.config says of a part that it cannot set up.
	/^Unable to (?:configure|add) (?:handler|formatter|logger|root logger)\b/.test(message)

/** Where an exception was raised: in the program's own code, or in what it uses. */
export const raisedIn = (raised: Raised): 'application' | 'logging' | 'library' | 'unknown' => {
	if (isInLogging(raised)) return 'logging'
	const last = raised.frames.findLast(({ file }) => !file.startsWith('<'))
	if (last === undefined) return 'unknown'
	return isLibrary(last.file) ? 'library' : 'application'
}

/** The module of `wsgi:app`, or of arguments that name one. */
export const entryModuleOf = ({ module, app }: Facts): string | undefined => {
	if (typeof module === 'string' && module !== '') return module
	return typeof app === 'string' && app !== '' ? app.split(':')[0] : undefined
}
