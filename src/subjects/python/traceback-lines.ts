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
	frames: Frame[]
	exception: string
	message: string
	details: string[]
	number: number
	led?: 'cause' | 'context'
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
	const read = (line: TracebackLine, position: number): void => {
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
		if (LOG_RECORD.test(text)) {
			close(key)
			return
		}
		if (one.phase === 'frames') {
			if (/^\s/.test(text) || text === '') {
				const at = one.frames.length - 1
				const last = one.frames[at]
				if (last !== undefined && last.code === '' && !isMarkerOnly(text))
					one.frames[at] = { ...last, code: text.trim() }
				return
			}
			const raised = RAISED.exec(text)
			if (raised === null) {
				close(key)
				return
			}
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
			last.led = marker === CAUSE ? 'cause' : 'context'
			one.phase = 'chained'
		} else if (one.phase === 'raised' && marker !== '' && last.details.length < MAX_DETAILS) last.details.push(text)
	}
	lines.forEach(read)
	for (const key of [...open.keys()]) close(key)
	return found.sort((a, b) => a.to - b.to)
}
