import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

const LOCK_FILE = 'lock'

export type LockResult =
	| { readonly ok: true; readonly release: () => void }
	| { readonly ok: false; readonly reason: string }

/**
 * Claims the session for this process: two terminals that go on with one session could run one remedy twice.
 * A lock that a killed process left is taken over. Whether a process of another container (PID namespace) or of another
 * machine (a shared home) still runs cannot be seen from here, so its lock stays until somebody removes it.
 */
export function lockSession(folder: string): LockResult {
	const file = join(folder, LOCK_FILE)
	const own = identity(process.pid)
	for (let attempt = 0; attempt < 3; attempt++) {
		try {
			place(file, own)
			return { ok: true, release: () => release(file, own) }
		} catch (error) {
			// No lock can be written on a full or read-only disk: the journal's own warning tells about that.
			if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return { ok: true, release: () => {} }
		}
		const text = contentOf(file)
		if (text === undefined) continue
		const holder = holderOf(text)
		if (holder.kind === 'runs') {
			return {
				ok: false,
				reason: `This session is open in another terminal (process ${holder.pid}); leave it there first.`,
			}
		}
		if (holder.kind === 'elsewhere') {
			return {
				ok: false,
				reason: `This session is open in another container or on another machine (process ${holder.pid} on ${holder.host}); leave it there first, or remove ${file} when nothing runs there any more.`,
			}
		}
		takeAway(file, text)
	}
	return { ok: false, reason: 'This session was just opened in another terminal; leave it there first.' }
}

/** The process that has the session open, or may have; undefined when none has. */
export function lockHolder(folder: string): number | undefined {
	const text = contentOf(join(folder, LOCK_FILE))
	if (text === undefined) return undefined
	const holder = holderOf(text)
	return holder.kind === 'gone' ? undefined : holder.pid
}

type Holder =
	| { readonly kind: 'runs'; readonly pid: number }
	| { readonly kind: 'elsewhere'; readonly pid: number; readonly host: string }
	| { readonly kind: 'gone' }

function holderOf(text: string): Holder {
	const [head = '', space, boot, machine, host = 'another host'] = text.split('\n')
	const pid = Number.parseInt(head, 10)
	if (!(pid > 0)) return { kind: 'gone' }
	const here = spaceOf()
	if (boot !== undefined && boot !== here.boot) {
		// The same machine after another start: nothing of before runs any more.
		return machine !== '' && machine === here.machine && host === here.host
			? { kind: 'gone' }
			: { kind: 'elsewhere', pid, host }
	}
	if (space !== undefined && space !== here.space) return { kind: 'elsewhere', pid, host }
	return isAlive(pid) && startOf(pid) === head ? { kind: 'runs', pid } : { kind: 'gone' }
}

/** Puts the lock there with its text at once, so that nobody reads an empty one. Throws EEXIST when there is one. */
function place(file: string, own: string): void {
	const aside = `${file}.${process.pid}.new`
	writeFileSync(aside, own, { mode: 0o600 })
	try {
		linkSync(aside, file)
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
		// Not every file system has links.
		writeFileSync(file, own, { flag: 'wx', mode: 0o600 })
	} finally {
		rmSync(aside, { force: true })
	}
}

/** Removes the lock if it is still that one: another process may have taken it over meanwhile. */
function takeAway(file: string, text: string): void {
	const aside = `${file}.${process.pid}`
	try {
		renameSync(file, aside)
	} catch {
		return
	}
	try {
		if (contentOf(aside) !== text) linkSync(aside, file)
	} catch {
		// A third one has made its own.
	}
	rmSync(aside, { force: true })
}

function release(file: string, own: string): void {
	if (contentOf(file) === own) rmSync(file, { force: true })
}

function contentOf(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8')
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

/** The process, and where its number means something: lines of the process, PID namespace, boot, machine, host. */
function identity(pid: number): string {
	const { space, boot, machine, host } = spaceOf()
	return [startOf(pid), space, boot, machine, host].join('\n')
}

/** The process id and, where the system tells it, when the process was started: numbers are used again. */
function startOf(pid: number): string {
	return `${pid} ${processStart(pid) ?? ''}`
}

function spaceOf() {
	return {
		space: told(() => readlinkSync('/proc/self/ns/pid')),
		boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
		machine: told(() => readFileSync('/etc/machine-id', 'utf8').trim()),
		host: hostname(),
	}
}

/** Empty where the system does not tell. */
function told(read: () => string): string {
	try {
		return read()
	} catch {
		return ''
	}
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
