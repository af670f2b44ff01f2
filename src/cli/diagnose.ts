import { runAutopilot } from '../app/autopilot.ts'
import { beginSession, openFlow, openTargetOrFail, resolveInputs } from '../app/compose.ts'
import { diagnosisJson, diagnosisText } from '../app/diagnosis.ts'
import { exitCodeOf, exitCodes } from '../app/exit-codes.ts'
import { onSignals } from '../terminal/signals.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

export interface DiagnoseOptions {
	readonly on: string
	readonly set: readonly (readonly [string, string])[]
	readonly json?: boolean
	readonly timeout?: number
}

/** For the whole walk when nothing else is asked for, seconds. */
const DEFAULT_TIMEOUT = 300

/** `runtree diagnose FLOW`: walks by itself, probes only, and reports. */
export async function diagnose(name: string, options: DiagnoseOptions, streams: TerminalStreams): Promise<number> {
	const { stdout, stderr, env } = streams
	const opened = await openFlow(name)
	const inputs = resolveInputs(opened.flow, options.set)
	const target = await openTargetOrFail(options.on, env)
	const session = await beginSession({ opened, target, inputs, mode: 'autopilot', env })
	const stop = new AbortController()
	let interrupted = false
	const undo = onSignals({
		interrupt: () => {
			interrupted = true
			stop.abort()
		},
		terminate: () => stop.abort(),
	})
	const live = stderr.isTTY === true && options.json !== true
	let shown = ''
	const unsubscribe = session.subscribe(() => {
		const title = opened.flow.steps[session.snapshot().context.step]?.title ?? ''
		if (!live || title === shown) return
		shown = title
		stderr.write(`… ${title}\n`)
	})
	try {
		const timeoutMs = (options.timeout ?? DEFAULT_TIMEOUT) * 1000
		const report = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs, signal: stop.signal })
		const about = { flow: opened.flow, session, inputs }
		stdout.write(options.json === true ? diagnosisJson(report, about) : diagnosisText(report, about))
		return interrupted ? exitCodes.interrupted : exitCodeOf(report.outcome)
	} finally {
		unsubscribe()
		undo()
		await session.close()
	}
}
