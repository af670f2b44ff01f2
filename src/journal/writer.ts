import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { chainedLine, hashOf, writeHead } from './chain.ts'
import type { SessionEntry } from './entry.ts'
import { type LockResult, lockSession } from './lock.ts'
import { createOutputBudget } from './output-budget.ts'
import { errorName, JOURNAL_FILE } from './paths.ts'
import { createRedactor, type Redactor } from './redact.ts'
import { redactEntry } from './redact-entry.ts'

/** The append-only file of a session. Nothing here throws once it is open: a full disk must not end a repair. */
export interface Journal {
	readonly folder: string
	readonly file: string
	readonly redactor: Redactor
	/** Redacts the entry and writes it. It is in the file (not yet on the disk itself) when this returns. */
	append(entry: SessionEntry): void
	/** Lines of a command's output, sanitised and without newlines, in the order of arrival. */
	output(run: string, stream: 'stdout' | 'stderr', lines: readonly string[], offsetMs: number): void
	/** Text of a command's output that completes so many lines and is not kept. What was kept for its end is dropped too. */
	skipOutput(run: string, stream: 'stdout' | 'stderr', text: string, lines: number): void
	/** Writes what was held back of a run's output, and how much of it was not kept. */
	endOutput(run: string): void
	/** Waits until everything is on the disk. */
	sync(): void
	/** One sentence, once something could not be written. */
	warning(): string | undefined
	/** Syncs and closes. What is appended later is lost. Safe to call twice. */
	close(): void
}

export interface JournalOptions {
	readonly folder: string
	/** Epoch milliseconds. */
	readonly now: () => number
	/** False: the journal must not exist yet. True: goes on at its end. */
	readonly resume: boolean
	readonly limits?: Partial<OutputLimits>
}

/** In bytes of output text. A run keeps its first `head` and its last `tail`. */
interface OutputLimits {
	readonly session: number
	readonly head: number
	readonly tail: number
}

const LIMITS: OutputLimits = { session: 48_000_000, head: 4_000_000, tail: 1_000_000 }

export type OpenedJournal =
	| { readonly ok: true; readonly journal: Journal }
	/** One sentence that says what is wrong and what to do. */
	| { readonly ok: false; readonly reason: string }

/** Opens the journal of the session in `folder`, for this process alone. */
export function openJournal(options: JournalOptions): OpenedJournal {
	const file = join(options.folder, JOURNAL_FILE)
	const lock: LockResult = lockSession(options.folder)
	if (!lock.ok) return lock
	try {
		const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants
		const flags = O_RDWR | O_APPEND | O_NOFOLLOW | (options.resume ? 0 : O_CREAT | O_EXCL)
		const fd = openSync(file, flags, 0o600)
		const end = options.resume ? readEnd(fd) : { seq: 0, torn: false }
		return { ok: true, journal: writeTo(fd, file, end, options, lock.release) }
	} catch (error) {
		lock.release()
		return { ok: false, reason: `The journal ${file} cannot be opened for writing (${errorName(error)}).` }
	}
}

/** Where a journal goes on. */
interface JournalEnd {
	/** Number of the last entry. */
	readonly seq: number
	/** A piece of a line follows it. */
	readonly torn: boolean
	/** Hash of the last entry's line; undefined when there is none. */
	readonly hash?: string | undefined
}

/** A journal on a file that is open for appending. */
export function writeTo(
	fd: number,
	file: string,
	end: JournalEnd,
	options: Pick<JournalOptions, 'folder' | 'now' | 'limits'>,
	release: () => void = () => {},
): Journal {
	const redactor = createRedactor()
	let seq = end.seq
	let torn = end.torn
	let hash = end.hash
	let warning: string | undefined
	let open = true

	const fail = (error: unknown): void => {
		warning ??= `Not recorded, the journal cannot be written (${errorName(error)}): ${file}`
	}

	const write = (entry: SessionEntry): void => {
		if (!open) return
		const at = new Date(options.now()).toISOString()
		const line = chainedLine({ seq: seq + 1, at, ...(hash === undefined ? {} : { prev: hash }), ...entry })
		const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`)
		let written = 0
		try {
			while (written < bytes.length) written += writeSync(fd, bytes, written)
			torn = false
			seq++
			hash = hashOf(line)
		} catch (error) {
			// A piece of a line must not swallow the next one.
			torn ||= written > 0
			fail(error)
		}
	}

	const budget = createOutputBudget({ ...LIMITS, ...options.limits }, redactor, write)

	const sync = (): void => {
		if (!open) return
		try {
			fsyncSync(fd)
			if (hash !== undefined && warning === undefined) writeHead(options.folder, { seq, hash })
		} catch (error) {
			// A pipe or a device cannot be synced; that loses nothing that could be kept.
			if ((error as NodeJS.ErrnoException).code !== 'EINVAL') fail(error)
		}
	}

	return {
		folder: options.folder,
		file,
		redactor,
		append: (entry) => write(redactEntry(entry, redactor)),
		output: (run, stream, lines, offsetMs) => budget.add(run, stream, lines, offsetMs),
		skipOutput: (run, stream, text, lines) => budget.skip(run, stream, text, lines),
		endOutput: (run) => budget.end(run),
		sync,
		warning: () => warning,
		close: () => {
			if (!open) return
			sync()
			open = false
			try {
				closeSync(fd)
			} catch (error) {
				fail(error)
			}
			release()
		},
	}
}

/** Longest piece of the file's end that is read for the last number; an entry may hold a 64 kB text of each stream. */
const END_LENGTH = 1_048_576

/** The number of the last whole entry, and whether a torn line follows it. */
function readEnd(fd: number): JournalEnd {
	const size = fstatSync(fd).size
	const buffer = Buffer.alloc(Math.min(size, END_LENGTH))
	readSync(fd, buffer, 0, buffer.length, size - buffer.length)
	const text = buffer.toString('utf8')
	const torn = text !== '' && !text.endsWith('\n')
	const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
	const last = lines.findLast((line) => /^\{"seq":\d+,.*\}$/.test(line))
	return last === undefined ? { seq: 0, torn } : { seq: Number(/\d+/.exec(last)?.[0]), torn, hash: hashOf(last) }
}
