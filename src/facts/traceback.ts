import type { Failure } from './failure.ts'
import { saysMore } from './failure.ts'
import { messagesOf } from './log-line.ts'
import type { FactSchema, Facts, FactValue, LineSpan, Parser } from './parser.ts'

/** One line `File "…", line N, in f` of a traceback, and the source line below it. */
export interface Frame {
	readonly file: string
	readonly line: number
	readonly function: string
	readonly code: string
}

/** One exception of a traceback, as far as the lines tell. */
export interface Raised {
	readonly frames: readonly Frame[]
	/** Its class as printed, with the module (`sqlite3.OperationalError`). */
	readonly exception: string
	/** The first line of its message. */
	readonly message: string
	/** Further lines of the message. */
	readonly details: readonly string[]
	/** How the next exception of the chain came from it. */
	readonly then?: 'cause' | 'context'
	/** Output line that names the exception. */
	readonly number: number
}

export interface Traceback {
	/** Oldest first; at least one. */
	readonly chain: readonly Raised[]
	/** Position of its first line in the sequence that was read. */
	readonly from: number
	/** Position of the line that names its last exception. */
	readonly to: number
}

/** A line to read: `key` tells writers apart whose lines may be mixed (a process id). */
export interface TracebackLine {
	readonly number: number
	readonly text: string
	readonly key?: number
}

const HEADER = 'Traceback (most recent call last):'
const CAUSE = 'The above exception was the direct cause of the following exception:'
const CONTEXT = 'During handling of the above exception, another exception occurred:'
const RAISED = /^([A-Za-z_]\w{0,200}(?:\.(?:\w{1,200}|<locals>)){0,20})(?:: ?(.*))?$/
/** What may stand alone, when the tail of a log begins in the middle of a traceback. */
const NAMED_LIKE_ERROR =
	/^[\w.]{0,200}(?:Error|Exception|ImproperlyConfigured|ExceptionGroup|SystemExit|KeyboardInterrupt)(?::|$)/
const LOG_RECORD = /^\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d/
const MAX_DETAILS = 30

interface Draft {
	frames: Frame[]
	exception: string
	message: string
	details: string[]
	number: number
	then?: 'cause' | 'context'
}

interface Open {
	readonly from: number
	to: number
	chain: Draft[]
	frames: Frame[]
	phase: 'frames' | 'raised' | 'chained'
	/** Printed by the logging module about itself; says nothing of the app. */
	logging: boolean
}

const readFrame = (text: string): Frame | undefined => {
	const bare = text.trimStart()
	if (!bare.startsWith('File "')) return undefined
	const quote = bare.indexOf('", line ')
	if (quote < 0) return undefined
	const rest = /^(\d{1,9})(?:, in (.*))?$/.exec(bare.slice(quote + 8).trimEnd())
	if (rest === null) return undefined
	return { file: bare.slice(6, quote), line: Number(rest[1]), function: rest[2] ?? '', code: '' }
}

/** Exception groups draw a margin of `|` and `+` before their lines. */
const withoutMargin = (text: string): string =>
	text.replace(/^ {2,40}[|+] (?=\S| )/, '').replace(/^ {2,40}\+-\+-{4,}.*$/, '')

const isMarkerOnly = (text: string): boolean => /^[\s^~]*$/.test(text)

/** All tracebacks in the order in which they end. Linear; lines of different keys may be mixed. */
export const readTracebacks = (lines: readonly TracebackLine[]): readonly Traceback[] => {
	const found: Traceback[] = []
	const open = new Map<number, Open>()
	const seen = new Set<number>()
	/** Writers in the middle of a `--- Logging error ---`, whose call stack is nobody's traceback. */
	const skipping = new Set<number>()
	let loggingError = false
	const close = (key: number): void => {
		const one = open.get(key)
		open.delete(key)
		if (one !== undefined && one.chain.length > 0 && !one.logging)
			found.push({ chain: one.chain, from: one.from, to: one.to })
	}
	lines.forEach((line, position) => {
		const key = line.key ?? -1
		const first = !seen.has(key)
		seen.add(key)
		let text = line.text.startsWith(`[${HEADER}`) ? line.text.slice(1) : line.text
		if (text.startsWith('  ')) text = withoutMargin(text)
		if (text.startsWith('  + Exception Group Traceback') || text.startsWith('Exception Group Traceback')) text = HEADER
		if (skipping.has(key)) {
			if (!text.startsWith('Arguments: ') && !LOG_RECORD.test(text)) return
			skipping.delete(key)
		}
		if (text.startsWith('--- Logging error ---')) {
			close(key)
			loggingError = true
			return
		}
		if (text === 'Call stack:') {
			close(key)
			skipping.add(key)
			return
		}
		if (text.trimStart().startsWith(HEADER)) {
			const one = open.get(key)
			if (one?.phase === 'chained') {
				one.phase = 'frames'
				return
			}
			close(key)
			open.set(key, { from: position, to: position, chain: [], frames: [], phase: 'frames', logging: loggingError })
			loggingError = false
			return
		}
		const frame = readFrame(text)
		const one = open.get(key)
		if (frame !== undefined) {
			if (one?.phase === 'frames') one.frames.push(frame)
			else {
				close(key)
				open.set(key, { from: position, to: position, chain: [], frames: [frame], phase: 'frames', logging: false })
			}
			return
		}
		if (one === undefined) {
			if (!first || !NAMED_LIKE_ERROR.test(text)) return
			const named = RAISED.exec(text)
			if (named === null) return
			const draft = { frames: [], exception: named[1] ?? '', message: named[2] ?? '', details: [], number: line.number }
			open.set(key, { from: position, to: position, chain: [draft], frames: [], phase: 'raised', logging: false })
			return
		}
		if (LOG_RECORD.test(text)) return close(key)
		if (one.phase === 'frames') {
			if (/^\s/.test(text) || text === '') {
				const at = one.frames.length - 1
				const last = one.frames[at]
				if (last !== undefined && last.code === '' && !isMarkerOnly(text))
					one.frames[at] = { ...last, code: text.trim() }
				return
			}
			const raised = RAISED.exec(text)
			if (raised === null) return close(key)
			const [, exception = '', message = ''] = raised
			one.chain.push({ frames: one.frames, exception, message, details: [], number: line.number })
			one.frames = []
			one.phase = 'raised'
			one.to = position
			return
		}
		const last = one.chain.at(-1)
		if (last === undefined) return
		const marker = text.trim()
		if (marker === CAUSE || marker === CONTEXT) {
			last.then = marker === CAUSE ? 'cause' : 'context'
			one.phase = 'chained'
		} else if (one.phase === 'raised' && marker !== '' && last.details.length < MAX_DETAILS) last.details.push(text)
	})
	for (const key of [...open.keys()]) close(key)
	return found.sort((a, b) => a.to - b.to)
}

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
	const own = raised.frames.findLast((frame) => !isLibrary(frame.file)) ?? raised.frames.at(-1)
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
		if (raised.then === 'cause' && saysMore(before.failure, found.failure)) return before
	}
	return found
}

/** The app's own line that was being run when the worker was told to end. */
export const interruptedAt = (traceback: Traceback): Frame | undefined =>
	traceback.chain.at(-1)?.frames.findLast((frame) => !isLibrary(frame.file))

/** Only what is known: a fact that is undefined is left out. */
export const knownFacts = (values: Readonly<Record<string, FactValue | undefined>>): Facts => {
	const facts: Record<string, FactValue> = {}
	for (const [name, value] of Object.entries(values)) if (value !== undefined) facts[name] = value
	return facts
}

/** The module of `wsgi:app`, or of arguments that name one. */
export const knownApp = (args: Facts): KnownApp => {
	const { module, app } = args
	if (typeof module === 'string' && module !== '') return { module }
	if (typeof app === 'string' && app !== '') return { module: app.split(':')[0] ?? app }
	return {}
}

const SCHEMA = {
	/** True: the command ended with 0 and printed no traceback. */
	ok: 'bool',
	/** A cause id, `none`, or `unexplained`. */
	failure: 'string',
	exception: 'string',
	message: 'string',
	module: 'string',
	attribute: 'string',
	variable: 'string',
	path: 'string',
	/** The app's own file nearest to the error, and the line in it. */
	file: 'string',
	line: 'int',
	address: 'string',
	errno: 'int',
	/** The interpreter or the virtualenv itself is not there or cannot be run. */
	pythonMissing: 'bool',
} as const satisfies FactSchema

/** Output of `python -c 'import wsgi'`. */
export const pythonTracebackParser: Parser = {
	name: 'python-traceback',
	summary: "what `python -c 'import …'` says of the app",
	facts: SCHEMA,
	args: { module: 'string', app: 'string' },
	parse: ({ lines, exitCode, args }) => {
		const messages = messagesOf(lines)
		const traceback = readTracebacks(messages).at(-1)
		const evidence: Record<string, readonly LineSpan[]> = {}
		const say = (facts: Facts, number: number | undefined) => {
			if (number !== undefined) for (const name of Object.keys(facts)) evidence[name] = [{ line: number }]
			return { facts, evidence }
		}
		if (exitCode === 0) return say({ ok: true, failure: 'none', pythonMissing: false }, undefined)
		if (traceback !== undefined) {
			const found = diagnose(traceback, knownApp(args))
			if (found !== undefined) {
				const { number, ...told } = found
				return say(knownFacts({ ok: false, pythonMissing: false, ...told }), number)
			}
		}
		const noPython = messages.find(({ text }) =>
			/(?:python[\d.]*|activate|bin\/\S{1,200}): (?:bad interpreter: )?(?:No such file|not found|Permission denied|cannot execute)|init_fs_encoding|No module named '?encodings/.test(
				text,
			),
		)
		if (noPython !== undefined)
			return say({ ok: false, failure: 'unexplained', pythonMissing: true, message: noPython.text }, noPython.number)
		const crash = messages.find(({ text }) => /Segmentation fault|Illegal instruction|core dumped/.test(text))
		if (crash !== undefined)
			return say({ ok: false, failure: 'worker-crash', message: crash.text, pythonMissing: false }, crash.number)
		if (exitCode === null) return { facts: {}, evidence: {} }
		const last = messages.findLast(({ text }) => text.trim() !== '')
		return say(knownFacts({ ok: false, failure: 'unexplained', message: last?.text }), last?.number)
	},
}
