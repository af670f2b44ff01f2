/** The stacks that the lab's tests and recorders break: those of all flows that have a lab. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault } from '../../src/lab/fault.ts'
import { down, type Host, up } from '../../src/lab/host.ts'
import { readStack, type Stack } from '../../src/lab/stack.ts'

const FLOWS = join(import.meta.dirname, '../../flows')

/** One fault on one variant of the host. */
export interface Job {
	readonly stack: Stack
	readonly fault: Fault
	readonly variant: string
}

/** Every flow's stack, or only that of RUNTREE_FLOW. */
export function stacks(env: Readonly<Record<string, string | undefined>> = process.env): readonly Stack[] {
	const ids = env.RUNTREE_FLOW === undefined ? readdirSync(FLOWS) : [env.RUNTREE_FLOW]
	return ids.flatMap((id) => (existsSync(join(FLOWS, id, 'lab')) ? [stackOf(id)] : []))
}

/** The stack of the flow with that id. Throws when it has none. */
export function stackOf(id: string): Stack {
	const stack = readStack(join(FLOWS, id))
	if (stack === undefined)
		throw new Error(`The flow '${id}' has no lab: flows/${id}/lab/provision.sh and flows/${id}/faults.`)
	return stack
}

/** The stack's fault of that name; throws with the command that lists them when there is none. */
export function findFault(stack: Stack, name: string): Fault {
	const fault = stack.faults.find((candidate) => candidate.name === name)
	if (fault === undefined)
		throw new Error(`There is no fault '${name}' of ${stack.id}; 'npm run lab -- list' shows them all.`)
	return fault
}

/** Every fault of that name in each of its variants; all faults when none is named. Throws when a name is no fault's. */
export function jobsNamed(names: readonly string[]): readonly Job[] {
	const all = stacks().flatMap((stack) =>
		stack.faults.flatMap((fault) => fault.variants.map((variant) => ({ stack, fault, variant }))),
	)
	const unknown = names.find((name) => !all.some(({ fault }) => fault.name === name))
	if (unknown !== undefined) throw new Error(`There is no fault '${unknown}'; 'npm run lab -- list' shows them all.`)
	return all.filter(({ fault }) => names.length === 0 || names.includes(fault.name))
}

/** Does the work on a fresh healthy host for each job, two hosts at a time. */
export async function onFreshHosts(
	jobs: readonly Job[],
	work: (host: Host, fault: Fault) => Promise<void>,
): Promise<void> {
	const queue = [...jobs]
	const worker = async (number: number): Promise<void> => {
		for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
			const { stack, fault, variant } = job
			const host = await up({
				stack,
				variant,
				name: `lab-${process.pid}-${number}`,
				memory: fault.memory,
				report: console.error,
			})
			try {
				await work(host, fault)
			} finally {
				await down(host)
			}
		}
	}
	await Promise.all([worker(1), worker(2)])
}
