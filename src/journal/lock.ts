import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LOCK_FILE = 'lock'

export type LockResult =
	| { readonly ok: true; readonly release: () => void }
	| { readonly ok: false; readonly reason: string }

/**
 * Claims the session for this process: two terminals that go on with one session could run one remedy twice.
 * A lock that a killed process left is taken over.
 */
export function lockSession(folder: string): LockResult {
	const file = join(folder, LOCK_FILE)
	for (let attempt = 0; attempt < 2; attempt++) {
		try {
			writeFileSync(file, identity(process.pid), { flag: 'wx', mode: 0o600 })
			return { ok: true, release: () => rmSync(file, { force: true }) }
		} catch (error) {
			// No lock can be written on a full or read-only disk: the journal's own warning tells about that.
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return { ok: true, release: () => {} }
		}
		const holder = lockHolder(folder)
		if (holder !== undefined) {
			return {
				ok: false,
				reason: `This session is open in another terminal (process ${holder}); leave it there first.`,
			}
		}
		rmSync(file, { force: true })
	}
	return { ok: false, reason: 'This session was just opened in another terminal; leave it there first.' }
}

/** The process that has the session open; undefined when none has. */
export function lockHolder(folder: string): number | undefined {
	try {
		const text = readFileSync(join(folder, LOCK_FILE), 'utf8')
		const pid = Number.parseInt(text, 10)
		if (!(pid > 0) || !isAlive(pid) || identity(pid) !== text) return undefined
		return pid
	} catch {
		return undefined
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0)
		return true
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM'
	}
}

/** The process id and, where the system tells it, when the process was started: numbers are used again. */
function identity(pid: number): string {
	return `${pid} ${processStart(pid) ?? ''}`
}

/** When a process was started, in clock ticks since the machine was; undefined when there is none, or nobody tells. */
export function processStart(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
		// The name in parentheses may hold anything; the start time is the twentieth field after it.
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
	} catch {
		return undefined
	}
}
