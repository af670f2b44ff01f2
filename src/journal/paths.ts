import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { othersHand } from './ownership.ts'

/** Where sessions are kept: one folder each, `0700`, with a `journal.jsonl`, `0600`. */

export const JOURNAL_FILE = 'journal.jsonl'

type Environment = Readonly<Record<string, string | undefined>>

/** `$XDG_STATE_HOME/runtree/sessions`. A relative `XDG_STATE_HOME` counts as not set, as the XDG specification demands. */
export function sessionsFolder(env: Environment): string {
	const state = env.XDG_STATE_HOME
	const home = env.HOME !== undefined && isAbsolute(env.HOME) ? env.HOME : homedir()
	const base = state !== undefined && isAbsolute(state) ? state : join(home, '.local', 'state')
	return join(base, 'runtree', 'sessions')
}

/** Without `0`, `1`, `i`, `l` and `o`: an id is read aloud and typed at night. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/**
 * A sortable, readable id: `2026-11-21-0312-flask-502-k3f9`, the time in UTC.
 * `at`: epoch milliseconds. `random` gives numbers in [0, 1).
 */
export function newSessionId(flow: string, at: number, random: () => number): string {
	const [date = '', time = ''] = new Date(at).toISOString().split('T')
	const name = flow
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+|-+$/g, '')
		.slice(0, 40)
	const tail = Array.from({ length: 4 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('')
	return [date, time.slice(0, 5).replace(':', ''), name, tail].filter((part) => part !== '').join('-')
}

export function isSessionId(text: string): boolean {
	return /^[a-z0-9][a-z0-9-]{0,120}$/.test(text)
}

export type FolderResult =
	| { readonly ok: true; readonly folder: string }
	/** One sentence that says what is wrong and what to do. */
	| { readonly ok: false; readonly reason: string }

/**
 * Makes the folder of a new session, and the folders above it where they are missing. A `sessions` folder that is a
 * link, or that others may write to at any place of its path, is refused: the journal would be theirs. One that others
 * may read is closed.
 */
export function createSessionFolder(sessions: string, id: string): FolderResult {
	const folder = join(sessions, id)
	try {
		// Before it is made too: nothing is left behind in a folder of others.
		const above = othersHand(join(dirname(sessions), 'sessions-to-be'))
		if (above !== undefined) return { ok: false, reason: foreignState(above) }
		makeFolder(sessions)
		const found = lstatSync(sessions)
		if (!found.isDirectory()) {
			return {
				ok: false,
				reason: `${sessions} is not a folder; remove it, or set XDG_STATE_HOME to a folder of your own.`,
			}
		}
		if ((found.mode & 0o077) !== 0 && found.uid === process.getuid?.()) chmodSync(sessions, 0o700)
		const hand = othersHand(sessions)
		if (hand !== undefined) return { ok: false, reason: foreignState(hand) }
		mkdirSync(folder, { mode: 0o700 })
		return { ok: true, folder }
	} catch (error) {
		return {
			ok: false,
			reason: `The session's folder ${folder} cannot be made (${errorName(error)}); set XDG_STATE_HOME to a folder that you can write to.`,
		}
	}
}

/** What is wrong with where sessions are kept. `hand`: as `othersHand` says it. */
function foreignState(hand: string): string {
	return `Sessions are not kept where others may change them: ${hand.split('; ')[0]}; set XDG_STATE_HOME to a folder of your own.`
}

/** Why a session cannot be gone on with in that folder, which is closed to others where it is this user's. */
export function closeSessionFolder(folder: string): string | undefined {
	const hand = othersHand(folder)
	if (hand !== undefined) return `The session in ${folder} is not resumed: ${hand}.`
	try {
		chmodSync(folder, 0o700)
		chmodSync(join(folder, JOURNAL_FILE), 0o600)
	} catch {
		// Not there, or a read-only disk: opening it says so.
	}
	return undefined
}

/**
 * Makes a folder for this user alone, and those above it where they are missing. Throws when it cannot.
 * Node's own `recursive` never ends where the system says "no such file" to making a folder in one that is there
 * (/proc, an automounter's folder).
 */
export function makeFolder(folder: string): void {
	if (existsSync(folder)) return
	if (dirname(folder) !== folder) makeFolder(dirname(folder))
	mkdirSync(folder, { mode: 0o700 })
}

/** A system error in the words of the system: `no space left on device`. */
export function errorName(error: unknown): string {
	if (!(error instanceof Error)) return String(error)
	const code = (error as NodeJS.ErrnoException).code
	const words = code === undefined ? undefined : error.message.split(/: |, /)[1]
	return words ?? error.message
}
