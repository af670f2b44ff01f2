import type { Facts } from '../../text/parser.ts'
import type { Frame, Raised, Traceback } from '../python/traceback-lines.ts'
import { type Failure, saysMore } from './failure.ts'

/** Not the app's own code: Python's library, an installed package, code that was never a file. */
export const isLibrary = (file: string): boolean =>
	file.startsWith('<') ||
	file.includes('/lib/python') ||
	file.includes('/lib64/python') ||
	file.includes('site-packages') ||
	file.includes('dist-packages') ||
	/\/bin\/gunicorn3?$|\/gunicorn\/(?:arbiter|util|sock|config|pidfile|glogging|app\/\w{1,20}|workers\/\w{1,20}|http\/\w{1,20})\.py$/.test(
		file,
	)

/** What made a process end, or a request fail, with what the message names. */
export interface Diagnosis {
	readonly failure: Failure
	readonly exception?: string
	readonly message?: string
	readonly module?: string
	readonly attribute?: string
	readonly variable?: string
	readonly path?: string
	readonly file?: string
	readonly line?: number
	readonly address?: string
	readonly errno?: number
}

/** What the caller knows of the app: `wsgi:app`, or the module alone. */
export interface KnownApp {
	readonly module?: string
}

const shortName = (exception: string): string => exception.slice(exception.lastIndexOf('.') + 1)

/** Exceptions that only carry an ending on, and say nothing of its reason. */
const isConsequence = (raised: Raised): boolean =>
	/(?:^|\.)(?:SystemExit|HaltServer|KeyboardInterrupt|StopIteration|GeneratorExit)$/.test(raised.exception)

const ERRNO = /\[Errno (-?\d{1,6})\] ([^:'"]{0,200})(?:: b?['"]([^'"]{1,4096})['"])?/
const CAPITALS = /\b([A-Z][A-Z0-9]*_[A-Z0-9_]*|[A-Z][A-Z0-9]{3,})\b/
const NO_MODULE = /No module named ['"]?([\w.-]{1,300})['"]?/

const quoted = (text: string): string | undefined => /['"]([^'"]{1,300})['"]/.exec(text)?.[1]

/** Frames after the one in which Gunicorn, or `python -c`, imports the app. */
const framesOfApp = (frames: readonly Frame[]): readonly Frame[] => {
	const importing = frames.findLastIndex((frame) => frame.function === 'import_app' || frame.file === '<string>')
	return frames.slice(importing + 1)
}

const diagnoseMissingModule = (raised: Raised, module: string, known: KnownApp): Failure => {
	const imports = raised.frames.some((frame) => frame.function === 'import_app' || frame.file === '<string>')
	const own = framesOfApp(raised.frames).some(
		(frame) => !frame.file.startsWith('<') && !frame.file.includes('/importlib/'),
	)
	if (imports && !own) return 'module-path-wrong'
	const wanted = known.module
	if (!imports && wanted !== undefined && (wanted === module || wanted.startsWith(`${module}.`)))
		return 'module-path-wrong'
	// A part of the app's own package is no package that can be installed.
	if (wanted?.includes('.') && module.startsWith(`${wanted.slice(0, wanted.indexOf('.'))}.`)) return 'app-startup-crash'
	return 'package-missing'
}

const inFile = (raised: Raised, ...parts: readonly string[]): boolean =>
	raised.frames.some((frame) => parts.some((part) => frame.file.includes(part)))

const isLogPath = (path: string): boolean => /\.log(?:\.|$)|\/logs?\//i.test(path)

const DATABASE =
	/psycopg|pymysql|mysqldb|mysql\/connector|asyncpg|pymongo|redis|sqlalchemy|peewee|pyodbc|cx_oracle|oracledb|sqlite3/i
const DATABASE_DOWN =
	/could not connect|connection (?:to server )?.{0,200}failed|connection refused|can't connect|unable to open database file|server closed the connection|timeout expired|access denied for user|authentication failed|does not exist|could not translate host name|name or service not known|lost connection|connection timed out|no pg_hba|too many connections|database is locked|database system is (?:starting|shutting)|network is unreachable|no route to host/i

const findDatabase = (raised: Raised, text: string): boolean => {
	const name = shortName(raised.exception)
	if (/^(?:OperationalError|InterfaceError|DatabaseError|ConnectionTimeout)$/.test(name)) {
		return DATABASE_DOWN.test(text) && !/no such (?:table|column)|relation .{0,200} does not exist/i.test(text)
	}
	if (name === 'ServerSelectionTimeoutError' || name === 'AutoReconnect') return true
	return (
		/^(?:ConnectionError|ConnectionRefusedError|TimeoutError|gaierror)$/.test(name) &&
		DATABASE.test(`${raised.exception} ${raised.frames.map((frame) => frame.file).join(' ')}`)
	)
}

const findVariable = (raised: Raised, text: string): string | undefined | false => {
	const name = shortName(raised.exception)
	const last = raised.frames.at(-1)
	if (name === 'KeyError') {
		const fromEnvironment =
			(last !== undefined &&
				last.function === '__getitem__' &&
				/(?:^|\/)os\.py$|^<frozen os>$|UserDict\.py$/.test(last.file)) ||
			raised.frames.slice(-3).some((frame) => /\benviron\b/.test(frame.code))
		return fromEnvironment ? quoted(raised.message) : false
	}
	if (name === 'UndefinedValueError' || name === 'EnvError' || name === 'EnvValidationError')
		return quoted(text) ?? CAPITALS.exec(text)?.[1]
	if (name === 'ImproperlyConfigured' && /SECRET_KEY setting must not be empty/.test(text)) return 'SECRET_KEY'
	if (name === 'ValidationError' && /for \w*(?:Settings|Config)/i.test(raised.message)) {
		const at = raised.details.findIndex((line) => /field required/i.test(line))
		return at > 0 ? raised.details[at - 1]?.trim().toUpperCase() : false
	}
	if (/environment variable|env(?:ironment)?[ _]?var|in the environment/i.test(text)) {
		const before = text.replace(/\bDJANGO\b|\bENV(?:IRONMENT)?\b|\bERROR\b|\bFATAL\b/g, '')
		const named = CAPITALS.exec(before)?.[1]
		return (
			named ?? (name === 'ImproperlyConfigured' || name === 'RuntimeError' || name === 'ValueError' ? undefined : false)
		)
	}
	return false
}

const addressOf = (text: string): string | undefined => {
	const server =
		/server at "([^"]{1,200})"(?: \([^)]{1,100}\))?, port (\d{1,5})/.exec(text) ??
		/host "([^"]{1,200})".{0,100}?port (\d{1,5})/.exec(text)
	return server === null ? undefined : `${server[1]}:${server[2]}`
}

/** What one exception means, without its chain. */
const diagnoseRaised = (raised: Raised, known: KnownApp): Diagnosis => {
	const name = shortName(raised.exception)
	const text = [raised.message, ...raised.details].join('\n').slice(0, 4000)
	const own =
		raised.frames.findLast((frame) => !isLibrary(frame.file)) ??
		raised.frames.findLast((frame) => !frame.file.startsWith('<'))
	const system = ERRNO.exec(raised.message)
	const errno = system === null ? undefined : Number(system[1])
	const path = system?.[3]
	const base = {
		exception: raised.exception,
		message: raised.message,
		...(own === undefined ? {} : { file: own.file, line: own.line }),
		...(errno === undefined ? {} : { errno }),
		...(path === undefined ? {} : { path }),
	}
	if (errno === 28 || errno === 122 || /No space left on device|database or disk is full/.test(text))
		return { ...base, failure: 'disk-full' }
	if (/^(?:SyntaxError|IndentationError|TabError)$/.test(name)) return { ...base, failure: 'app-syntax-error' }
	const missing = /^(?:ModuleNotFoundError|ImportError|ImproperlyConfigured)$/.test(name)
		? NO_MODULE.exec(raised.message)?.[1]
		: undefined
	if (missing !== undefined) return { ...base, failure: diagnoseMissingModule(raised, missing, known), module: missing }
	const application = /Failed to find application, did you mean '([^':]{1,200}):/.exec(raised.message)
	if (application?.[1] !== undefined) return { ...base, failure: 'module-path-wrong', module: `${application[1]}.py` }
	const variable = findVariable(raised, text)
	if (variable !== false)
		return { ...base, failure: 'environment-missing', ...(variable === undefined ? {} : { variable }) }
	if (findDatabase(raised, text)) {
		const address = addressOf(text)
		return { ...base, failure: 'database-unreachable', ...(address === undefined ? {} : { address }) }
	}
	const denied = errno === 13 || errno === 30 || errno === 2 || errno === 21
	if (denied && path !== undefined && (inFile(raised, '/logging/') || (errno !== 2 && isLogPath(path))))
		return { ...base, failure: 'log-file-unwritable' }
	if (errno === 13 && inFile(raised, 'gunicorn/sock.py')) return { ...base, failure: 'bind-denied' }
	if (errno === 98 && inFile(raised, 'gunicorn/')) return { ...base, failure: 'port-in-use' }
	if (errno === 99 && inFile(raised, 'gunicorn/')) return { ...base, failure: 'bind-address-missing' }
	if (
		errno === 1 &&
		inFile(raised, 'gunicorn/util.py', 'gunicorn/workers/workertmp.py') &&
		own !== undefined &&
		isLibrary(own.file)
	)
		return { ...base, failure: 'gunicorn-config-error' }
	if (raised.exception.endsWith('AppImportError')) return { ...base, failure: 'attribute-wrong' }
	if (name === 'TypeError' && isAsgiMismatch(raised)) return { ...base, failure: 'asgi-app' }
	const last = raised.frames.at(-1)
	if (
		own === last &&
		last !== undefined &&
		/\/gunicorn\/(?:sock|config|util|pidfile|app\/\w{1,20})\.py$/.test(last.file)
	)
		return { ...base, failure: 'gunicorn-config-error' }
	return { ...base, failure: 'app-startup-crash' }
}

const isAsgiMismatch = (raised: Raised): boolean => {
	if (/missing \d+ required positional arguments?: .{0,100}'(?:send|receive)'/.test(raised.message)) return true
	if (/'coroutine' object is not iterable/.test(raised.message)) return true
	const last = raised.frames.at(-1)
	return (
		/takes (?:from )?\d.{0,20} positional arguments? but \d+ (?:was|were) given/.test(raised.message) &&
		last !== undefined &&
		/gunicorn|uvicorn/.test(last.file)
	)
}

const SPECIFIC: ReadonlySet<Failure> = new Set([
	'environment-missing',
	'database-unreachable',
	'log-file-unwritable',
	'disk-full',
])

/**
 * What a traceback means: its last exception counts, unless that only carries an ending on, or says less than the
 * exception that it was raised from. Undefined when nothing but an ending is told (`SystemExit`).
 */
export const diagnose = (
	traceback: Traceback,
	known: KnownApp = {},
): (Diagnosis & { readonly number: number }) | undefined => {
	const causes = traceback.chain.filter((raised) => !isConsequence(raised))
	const last = causes.at(-1)
	if (last === undefined) return undefined
	const found = { ...diagnoseRaised(last, known), number: last.number }
	if (found.failure !== 'app-startup-crash') return found
	for (const raised of causes.slice(0, -1).reverse()) {
		const before = { ...diagnoseRaised(raised, known), number: raised.number }
		if (SPECIFIC.has(before.failure)) return before
		if (raised.led === 'cause' && saysMore(before.failure, found.failure)) return before
	}
	return found
}

/** The app's own line that was being run when the worker was told to end. */
export const interruptedAt = (traceback: Traceback): Frame | undefined =>
	traceback.chain.at(-1)?.frames.findLast((frame) => !isLibrary(frame.file))

/** The module of `wsgi:app`, or of arguments that name one. */
export const knownApp = (args: Facts): KnownApp => {
	const { module, app } = args
	if (typeof module === 'string' && module !== '') return { module }
	if (typeof app === 'string' && app !== '') return { module: app.split(':')[0] ?? app }
	return {}
}
