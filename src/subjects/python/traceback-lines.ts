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
	readonly led?: 'cause' | 'context'
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
	readonly frames: readonly Frame[]
	readonly exception: string
	readonly message: string
	readonly details: string[]
	readonly number: number
	led?: 'cause' | 'context'
}

interface Open {
	readonly from: number
	to: number
	readonly chain: Draft[]
	frames: Frame[]
	phase: 'frames' | 'raised' | 'chained'
	/** Printed by the logging module about itself; says nothing of the program. */
	readonly logging: boolean
}

const openAt = (position: number, phase: Open['phase'], logging = false): Open => ({
	from: position,
	to: position,
	chain: [],
	frames: [],
	phase,
	logging,
})

const readFrame = (text: string): Frame | undefined => {
	const bare = text.trimStart()
	if (!bare.startsWith('File "')) return undefined
	const quote = bare.indexOf('", line ')
	if (quote < 0) return undefined
	const rest = /^(\d{1,9})(?:, in (.*))?$/.exec(bare.slice(quote + 8).trimEnd())
	if (rest === null) return undefined
	return { file: bare.slice(6, quote), line: Number(rest[1]), function: rest[2] ?? '', code: '' }
}

/** True for a line that Python writes of an exception: the head of a traceback, a frame, the line that names it. */
export const isPythonLine = (text: string): boolean =>
	text.includes(HEADER) || readFrame(text) !== undefined || NAMED_LIKE_ERROR.test(text) || isNoModule(text)

/** What `python -m NAME` says, without a traceback. */
const NO_MODULE = /^\S{0,300}\bpython[\d.]{0,8}: (No module named [\w.'-]{1,200})$/

/** True for the line with which Python refuses to run a module that is not there. */
export const isNoModule = (text: string): boolean => NO_MODULE.test(text)

/** The text without the bracket of a logged list, and without the margin of `|` and `+` that exception groups draw. */
const bareText = (text: string): string => {
	if (text.startsWith(`[${HEADER}`)) return text.slice(1)
	if (text.startsWith('  + Exception Group Traceback') || text.startsWith('Exception Group Traceback')) return HEADER
	if (!text.startsWith('  ')) return text
	const bare = text.replace(/^ {2,40}[|+] (?=\S| )/, '').replace(/^ {2,40}\+-\+-{4,}.*$/, '')
	return bare.startsWith('Exception Group Traceback') ? HEADER : bare
}

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
	/** A line that is neither header nor frame: it goes on with the traceback of its writer, ends it, or is nothing to it. */
	const readOther = (line: TracebackLine, key: number, position: number, first: boolean): void => {
		const one = open.get(key)
		if (one === undefined) {
			const tail = first ? tailAt(line, position) : undefined
			if (tail !== undefined) open.set(key, tail)
		} else if (LOG_RECORD.test(line.text)) close(key)
		else if (one.phase !== 'frames') readBelowException(one, line.text)
		else if (readBelowFrame(one, line, position) === 'ended') close(key)
	}
	lines.forEach((line, position) => {
		const key = line.key ?? -1
		const first = !seen.has(key)
		// The source line of a frame above does not tell that the log began before.
		if (!/^\s/.test(line.text)) seen.add(key)
		const text = bareText(line.text)
		if (skipping.has(key)) {
			if (!text.startsWith('Arguments: ') && !LOG_RECORD.test(text)) return
			skipping.delete(key)
		}
		if (text.startsWith('--- Logging error ---')) {
			close(key)
			loggingError = true
		} else if (text === 'Call stack:') {
			close(key)
			skipping.add(key)
		} else if (text.trimStart().startsWith(HEADER)) {
			const one = open.get(key)
			if (one?.phase === 'chained') one.phase = 'frames'
			else {
				close(key)
				open.set(key, openAt(position, 'frames', loggingError))
				loggingError = false
			}
		} else {
			const frame = readFrame(text)
			if (frame === undefined) readOther({ ...line, text }, key, position, first)
			else if (open.get(key)?.phase === 'frames') open.get(key)?.frames.push(frame)
			else {
				close(key)
				open.set(key, { ...openAt(position, 'frames'), frames: [frame] })
			}
		}
	})
	for (const key of [...open.keys()]) close(key)
	return found.sort((a, b) => a.to - b.to)
}

const draftOf = (
	[, exception = '', message = '']: RegExpExecArray,
	frames: readonly Frame[],
	number: number,
): Draft => ({
	frames,
	exception,
	message,
	details: [],
	number,
})

/** A log may begin with the end of a traceback: the line that names the exception. */
const tailAt = ({ text, number }: TracebackLine, position: number): Open | undefined => {
	const absent = NO_MODULE.exec(text)?.[1]
	const said = absent === undefined ? text : `ModuleNotFoundError: ${absent}`
	const named = NAMED_LIKE_ERROR.test(said) ? RAISED.exec(said) : null
	return named === null ? undefined : { ...openAt(position, 'raised'), chain: [draftOf(named, [], number)] }
}

/** The source line of the last frame, or the line that names the exception. */
const readBelowFrame = (one: Open, { text, number }: TracebackLine, position: number): 'ended' | undefined => {
	if (/^\s/.test(text) || text === '') {
		const at = one.frames.length - 1
		const last = one.frames[at]
		if (last !== undefined && last.code === '' && !isMarkerOnly(text)) one.frames[at] = { ...last, code: text.trim() }
		return undefined
	}
	const raised = RAISED.exec(text)
	if (raised === null) return 'ended'
	one.chain.push(draftOf(raised, one.frames, number))
	one.frames = []
	one.phase = 'raised'
	one.to = position
	return undefined
}

/** More of the message, or what leads to the next exception of the chain. */
const readBelowException = (one: Open, text: string): void => {
	const last = one.chain.at(-1)
	if (last === undefined) return
	const marker = text.trim()
	if (marker === CAUSE || marker === CONTEXT) {
		last.led = marker === CAUSE ? 'cause' : 'context'
		one.phase = 'chained'
	} else if (one.phase === 'raised' && marker !== '' && last.details.length < MAX_DETAILS) last.details.push(text)
}
