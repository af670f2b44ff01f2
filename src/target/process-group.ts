import { readdirSync, readFileSync } from 'node:fs'

/** Signals every process of the group. False when there is none, or none of them is ours to signal. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
	try {
		return process.kill(-group, signal)
	} catch {
		return false
	}
}

/**
 * Whether a process of the group still runs. One that has ended but was not yet collected by its parent (PID 1 of many
 * containers takes its time) does not count, where the system tells.
 */
export function isGroupAlive(group: number): boolean {
	if (!signalGroup(group, 0)) return false
	let entries: string[]
	try {
		entries = readdirSync('/proc')
	} catch {
		return true
	}
	const states = entries.filter((entry) => /^\d+$/.test(entry)).map((pid) => stateInGroup(pid, group))
	return states.some((state) => state !== undefined && state !== 'Z' && state !== 'X')
}

/** The state letter of a process of that group. */
function stateInGroup(pid: string, group: number): string | undefined {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
		// The name in parentheses may hold anything: blanks and parentheses too.
		const [state, , processGroup] = text.slice(text.lastIndexOf(')') + 2).split(' ')
		return Number(processGroup) === group ? state : undefined
	} catch {
		return undefined
	}
}
