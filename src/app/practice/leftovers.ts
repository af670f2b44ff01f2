import { processStart } from '../../journal/lock.ts'
import { down, hostNames } from '../../lab/host.ts'

/** Practice hosts whose session was killed before it could remove them. */

const PREFIX = 'runtree-practice'

/** A host's name that tells which process it belongs to, also when the number is given to another one later. */
export function practiceHostName(pid: number, startedAt: string): string {
	return `${PREFIX}-${pid}-${startedAt}`
}

/** The names of hosts whose process is gone. `startOf` gives when a process was started, undefined when none is. */
export function leftoversOf(names: readonly string[], startOf: (pid: number) => string | undefined): readonly string[] {
	return names.filter((name) => {
		const [, pid, started] = new RegExp(`^${PREFIX}-(\\d+)-(\\d+)$`).exec(name) ?? []
		return pid !== undefined && startOf(Number(pid)) !== started
	})
}

/** Removes the hosts that killed practice sessions left behind. Gives how many there were. */
export async function removeLeftovers(): Promise<number> {
	const leftovers = leftoversOf(await hostNames(`${PREFIX}-`), processStart)
	for (const name of leftovers) await down({ name })
	return leftovers.length
}
