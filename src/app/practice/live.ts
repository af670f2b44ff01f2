import { createHandOver } from '../../terminal/hand-over.ts'
import { exitCodeOfSignal, onSignals } from '../../terminal/signals.ts'
import { beginSession, type OpenedFlow, openTargetOrFail, resolveInputs } from '../compose.ts'
import { exitCodes } from '../exit-codes.ts'
import { UserError } from '../user-error.ts'
import { chooseFault, containerName, type Fault, type Lab, loadLab, processStart, removeLeftovers } from './lab.ts'
import { type PlayOptions, playSession } from './play.ts'

/** The lab breaks the stack that this flow is about. */
const FLOW = 'flask-502'

/**
 * Practice on a real host: starts one, breaks it, opens a session on it, and removes it afterwards. What an earlier
 * start could not remove is removed first. Gives the exit code.
 */
export async function playLive(
	opened: OpenedFlow,
	faultName: string | undefined,
	options: PlayOptions,
): Promise<number> {
	if (opened.flow.id !== FLOW) {
		throw new UserError(
			`Live practice is there for ${FLOW} only; \`runtree practice ${opened.flow.id}\` uses recorded hosts.`,
		)
	}
	const lab = await loadLab()
	const fault = chooseFault(lab.listFaults(), faultName, Math.random)
	const { stderr } = options.streams
	const removed = await removeLeftovers(lab)
	if (removed > 0)
		stderr.write(
			removed === 1
				? 'Removed a host that an earlier session left behind.\n'
				: `Removed ${removed} hosts that earlier sessions left behind.\n`,
		)
	const name = containerName(process.pid, processStart(process.pid) ?? '0')
	let signalled: number | undefined
	const undo = onSignals({
		interrupt: () => {
			signalled = exitCodes.interrupted
		},
		terminate: (signal) => {
			signalled = exitCodeOfSignal(signal)
		},
	})
	try {
		stderr.write('Starting a host and breaking it; it is removed afterwards…\n')
		// Ctrl-C in a terminal ends podman too; that is no fault of the lab's.
		const problem = await breakHost(lab, name, fault)
		if (signalled !== undefined) return signalled
		if (problem !== undefined) throw problem
		return await playOn(opened, name, fault, options)
	} finally {
		await lab.down({ name })
		undo()
	}
}

async function breakHost(lab: Lab, name: string, fault: Fault): Promise<UserError | undefined> {
	const [variant = 'unix'] = fault.variants
	try {
		const container = await lab.up({ variant, name, memory: fault.memory })
		await lab.breakWith(container, fault)
		return undefined
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error)
		return new UserError(`The host for live practice could not be made: ${why}`, exitCodes.unreachable)
	}
}

async function playOn(opened: OpenedFlow, name: string, fault: Fault, options: PlayOptions): Promise<number> {
	const { env } = options.streams
	// Which unit it is, is for the trainee to find out.
	const inputs = resolveInputs(opened.flow, [['url', fault.url]])
	const handOver = createHandOver()
	const target = await openTargetOrFail(`podman://${name}`, env, handOver)
	const session = await beginSession({ opened, target, inputs, mode: 'practice', env })
	const causes = fault.causes.filter((cause) => cause !== 'healthy')
	const { symptom, difficulty } = fault
	return playSession(opened, session, { name: fault.name, live: true, symptom, difficulty, causes }, options, handOver)
}
