import type { OutputLine } from '../text/parser.ts'
import { detached } from './output-lines.ts'

export interface OutputStoreLimits {
	/** Lines kept per run, the newest: default 5,000. */
	readonly lines?: number
	/** Runs kept, the newest: default 50. */
	readonly runs?: number
	/** Shortest time between two notifications, milliseconds: default 50. */
	readonly notifyMs?: number
}

/** What is kept of one run's output: a window of it. The journal holds the rest. */
interface KeptOutput {
	/** Lines that arrived so far. */
	readonly total: number
	/** Number of the oldest line that is still kept (1 when nothing was dropped). */
	readonly first: number
	readonly ended: boolean
	/** At most `count` lines from line number `from` on. Costs what it returns. */
	slice(from: number, count: number): readonly OutputLine[]
}

/**
 * The newest output of the newest runs, for a screen, and how it is filled. Memory is bounded, whatever a command prints.
 * Listeners are told at most 20 times a second.
 */
export interface OutputStore {
	/** A run that was not begun, or is no longer kept, has ended without output. */
	view(run: string): KeptOutput
	/** Gives the function that ends the subscription. */
	subscribe(listener: () => void): () => void
	/** Starts a run anew, with no output. */
	begin(run: string): void
	/**
	 * Adds lines in the order of their numbers, of which some may be missing. A line that has its place already is replaced.
	 * Does nothing for a run that was not begun or is no longer kept.
	 */
	append(run: string, lines: readonly OutputLine[]): void
	/** The run gives no more output. Tells the listeners at once. */
	end(run: string): void
}

/** In columns: an object per line would be garbage by the million when a command floods. */
interface Run {
	readonly texts: (string | undefined)[]
	readonly streams: OutputLine['stream'][]
	total: number
	ended: boolean
}

/** An empty store. */
export function createOutputStore({
	lines: capacity = 5_000,
	runs: maxRuns = 50,
	notifyMs = 50,
}: OutputStoreLimits = {}): OutputStore {
	const runs = new Map<string, Run>()
	const listeners = new Set<() => void>()
	let timer: NodeJS.Timeout | undefined
	let lastTold = Number.NEGATIVE_INFINITY

	const tell = (): void => {
		clearTimeout(timer)
		timer = undefined
		lastTold = performance.now()
		for (const listener of [...listeners]) listener()
	}
	const changed = (now: boolean): void => {
		const wait = lastTold + notifyMs - performance.now()
		if (now || (wait <= 0 && !timer)) tell()
		else timer ??= setTimeout(tell, wait).unref()
	}

	return {
		begin: (run) => {
			runs.delete(run)
			runs.set(run, { texts: [], streams: [], total: 0, ended: false })
			for (const oldest of runs.keys()) {
				if (runs.size <= maxRuns) break
				runs.delete(oldest)
			}
			changed(true)
		},
		append: (name, lines) => {
			const run = runs.get(name)
			const last = lines.at(-1)
			if (!run || last === undefined) return
			const total = Math.max(run.total, last.number)
			// What stood in the place of a missing line is an older one's text.
			for (let number = Math.max(run.total + 1, total - capacity + 1); number <= total; number++)
				run.texts[(number - 1) % capacity] = undefined
			for (const line of lines) {
				if (line.number <= total - capacity) continue
				const slot = (line.number - 1) % capacity
				run.texts[slot] = detached(line.text)
				run.streams[slot] = line.stream
			}
			run.total = total
			changed(false)
		},
		end: (name) => {
			const run = runs.get(name)
			if (!run || run.ended) return
			run.ended = true
			changed(true)
		},
		view: (name) => viewOf(runs.get(name), capacity),
		subscribe: (listener) => {
			listeners.add(listener)
			return () => {
				listeners.delete(listener)
			}
		},
	}
}

function viewOf(run: Run | undefined, capacity: number): KeptOutput {
	if (!run) return { total: 0, first: 1, ended: true, slice: () => [] }
	const { total, ended } = run
	const first = Math.max(1, total - capacity + 1)
	return {
		total,
		first,
		ended,
		slice: (from, count) => {
			const lines: OutputLine[] = []
			// Lines that were dropped after this view was taken are left out.
			const oldest = Math.max(first, run.total - capacity + 1, from)
			for (let number = oldest; number < from + count && number <= total; number++) {
				const slot = (number - 1) % capacity
				const text = run.texts[slot]
				const stream = run.streams[slot]
				if (text !== undefined && stream !== undefined) lines.push({ stream, number, text })
			}
			return lines
		},
	}
}
