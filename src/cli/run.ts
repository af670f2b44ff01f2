import { beginSession, openFlow, openTargetOrFail, resolveInputs, startOf } from '../app/compose.ts'
import { dryRun } from '../app/dry-run.ts'
import { walkWithOperator } from '../app/front-end.ts'
import { askTrust, ownFlowNotice } from '../app/trust.ts'
import { createHandOver } from '../terminal/hand-over.ts'
import type { TerminalStreams } from '../terminal/streams.ts'
import { printable } from '../text/unprintable.ts'

export interface RunVerbOptions {
	readonly on: string
	readonly set: readonly (readonly [string, string])[]
	readonly path?: string
	readonly dryRun?: boolean
	readonly plain?: boolean
	readonly motion: boolean
	readonly inspect?: string | true
}

/** `runtree run FLOW`: a guided session on a host. */
export async function run(name: string, options: RunVerbOptions, streams: TerminalStreams): Promise<number> {
	const opened = await openFlow(name)
	const inputs = resolveInputs(opened.flow, options.set)
	const start = startOf(opened.flow, options.path)
	if (options.dryRun === true) {
		streams.stdout.write(printable(dryRun(opened, inputs, options.on)))
		return 0
	}
	await askTrust(opened, options.on, streams)
	const handOver = createHandOver()
	const target = await openTargetOrFail(options.on, streams.env, handOver)
	const session = await beginSession({
		opened,
		target,
		inputs,
		mode: 'guided',
		env: streams.env,
		start,
		inspect: options.inspect,
	})
	return walkWithOperator(session, {
		evaluator: opened.evaluator,
		streams,
		handOver,
		plain: options.plain === true,
		motion: options.motion,
		notice: ownFlowNotice(opened),
	})
}
