import { nearestOr } from '../../flow/nearest.ts'
import { processStart } from '../../journal/lock.ts'
import type { Fault } from '../../lab/fault.ts'
import { breakWith, down, up } from '../../lab/host.ts'
import { whyNoLab } from '../../lab/image.ts'
import { readStack, type Stack } from '../../lab/stack.ts'
import { createHandOver } from '../../terminal/hand-over.ts'
import { interruptible } from '../../terminal/signals.ts'
import { beginSession, type OpenedFlow, openTargetOrFail, resolveInputs } from '../compose.ts'
import { exitCodes } from '../exit-codes.ts'
import { UserError } from '../user-error.ts'
import { practiceHostName, removeLeftovers } from './leftovers.ts'
import { type PlayOptions, playSession } from './play.ts'

/**
 * Practice on a real host: starts one, breaks it, opens a session on it, and removes it afterwards. What an earlier
 * start could not remove is removed first. Gives the exit code.
 */
export async function playLive(
	opened: OpenedFlow,
	faultName: string | undefined,
	options: PlayOptions,
): Promise<number> {
	const stack = await openLab(opened)
	const fault = chooseFault(stack.faults, faultName, Math.random)
	const { stderr } = options.streams
	const removed = await removeLeftovers()
	if (removed > 0)
		stderr.write(
			removed === 1
				? 'Removed a host that an earlier session left behind.\n'
				: `Removed ${removed} hosts that earlier sessions left behind.\n`,
		)
	const name = practiceHostName(process.pid, processStart(process.pid) ?? '0')
	const ending = interruptible()
	try {
		stderr.write('Starting a host and breaking it; it is removed afterwards…\n')
		// Ctrl-C in a terminal ends podman too; that is no fault of the lab's.
		const problem = await breakHost(stack, name, fault, (sentence) => stderr.write(`${sentence}\n`))
		const signalled = ending.exitCode()
		if (signalled !== undefined) return signalled
		if (problem !== undefined) throw problem
		return await playOn(opened, name, fault, options)
	} finally {
		await down({ name })
		ending.undo()
	}
}

/** The flow's lab. A UserError says why it cannot be used here. */
async function openLab({ flow, folder }: OpenedFlow): Promise<Stack> {
	const stack = readStack(folder)
	if (stack === undefined) {
		throw new UserError(
			`${flow.id} has no lab to break a real host in; \`runtree practice ${flow.id}\` uses recorded hosts.`,
		)
	}
	const reason = await whyNoLab()
	if (reason === undefined) return stack
	throw new UserError(
		`${reason.replace(/^The lab/, 'Live practice')} It needs podman, docker will not do; \`runtree practice\` without --live needs neither.`,
		exitCodes.unreachable,
	)
}

/** The fault of that name; any one when there is no name. `random` gives numbers in [0, 1). */
export function chooseFault(faults: readonly Fault[], name: string | undefined, random: () => number): Fault {
	if (name === undefined) {
		const any = faults[Math.floor(random() * faults.length)]
		if (any === undefined) throw new UserError('The lab has no faults; install runtree again.', exitCodes.unreachable)
		return any
	}
	const found = faults.find((fault) => fault.name === name)
	if (found !== undefined) return found
	const names = faults.map((fault) => fault.name)
	const hint = nearestOr(name, names, '`runtree practice --live` takes any one')
	throw new UserError(`The lab has no fault "${name}"; ${hint}`)
}

async function breakHost(
	stack: Stack,
	name: string,
	fault: Fault,
	report: (sentence: string) => void,
): Promise<UserError | undefined> {
	const [variant = ''] = fault.variants
	try {
		const host = await up({ stack, variant, name, memory: fault.memory, report })
		await breakWith(host, fault)
		return undefined
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error)
		return new UserError(`The host for live practice could not be made: ${why}`, exitCodes.unreachable)
	}
}

async function playOn(opened: OpenedFlow, name: string, fault: Fault, options: PlayOptions): Promise<number> {
	const { env } = options.streams
	// The fault's other inputs (which unit it is) are for the trainee to find out.
	const inputs = resolveInputs(opened.flow, 'url' in opened.flow.inputs ? [['url', fault.url]] : [])
	const handOver = createHandOver()
	const target = await openTargetOrFail(`podman://${name}`, env, handOver)
	const session = await beginSession({ opened, target, inputs, mode: 'practice', env })
	const causes = fault.causes.filter((cause) => cause !== 'healthy')
	const { symptom, difficulty } = fault
	return playSession(opened, session, { name: fault.name, live: true, symptom, difficulty, causes }, options, handOver)
}
