import { type AutopilotReport, runAutopilot } from '../app/autopilot.ts'
import { beginSession, openFlow, openTargetOrFail, resolveInputs } from '../app/compose.ts'
import { diagnosisJson, diagnosisText } from '../app/diagnosis.ts'
import { exitCodeOf } from '../app/exit-codes.ts'
import { askTrust } from '../app/trust.ts'
import { UserError } from '../app/user-error.ts'
import { createProgress } from '../terminal/progress.ts'
import { interruptible } from '../terminal/signals.ts'
import { type TerminalStreams, watchOutput } from '../terminal/streams.ts'

export interface DiagnoseOptions {
	readonly on: string
	readonly set: readonly (readonly [string, string])[]
	readonly json?: boolean
	/** The report with the secrets that the host told. */
	readonly raw?: boolean
	readonly timeout?: number
	readonly inspect?: string | true
}

/** For the whole walk when nothing else is asked for, seconds. */
const DEFAULT_TIMEOUT = 300

/** `runtree diagnose FLOW`: walks by itself, probes only, and reports. */
export async function diagnose(name: string, options: DiagnoseOptions, streams: TerminalStreams): Promise<number> {
	const { stdout, stderr, env } = streams
	const opened = await openFlow(name)
	const inputs = resolveInputs(opened.flow, options.set)
	if (options.on === 'manual') {
		throw new UserError(
			`A diagnosis by itself needs a host that it reaches: walk with \`runtree run ${name} --on manual\`, or give one text to \`runtree explain ${name}\`.`,
		)
	}
	await askTrust(opened, options.on, streams)
	const target = await openTargetOrFail(options.on, env)
	const session = await beginSession({ opened, target, inputs, mode: 'autopilot', env, inspect: options.inspect })
	const stop = interruptible()
	// Nobody reads the report any more (`… | head`), so the host need not be asked any further.
	const unwatch = watchOutput(stdout).onLost(() => stop.abort())
	const progress = createProgress(stderr, env)
	let told: string | undefined
	const warn = (): void => {
		const warning = session.warning()
		if (warning === undefined || warning === told) return
		told = warning
		progress.end()
		stderr.write(`runtree: ${warning}\n`)
	}
	const tell = (): void => {
		warn()
		const { path, step } = session.snapshot().context
		progress.show(`… ${path.length} ${opened.flow.steps[step]?.title ?? step}`)
	}
	const unsubscribe = session.subscribe(tell)
	tell()
	let outcome: AutopilotReport['outcome'] = 'stopped'
	try {
		const timeoutMs = (options.timeout ?? DEFAULT_TIMEOUT) * 1000
		const report = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs, signal: stop.signal })
		outcome = report.outcome
		progress.end()
		const about = { ...opened, session, inputs }
		const masked = options.raw === true ? report : session.masked(report)
		stdout.write(
			options.json === true
				? diagnosisJson(masked, { ...about, inputs: options.raw === true ? inputs : session.masked(inputs) })
				: diagnosisText(report, about, stdout.columns),
		)
		return stop.exitCode() ?? exitCodeOf(report.outcome)
	} finally {
		progress.end()
		unsubscribe()
		unwatch()
		stop.undo()
		await session.close(outcome === 'inconclusive' || outcome === 'unreachable' ? outcome : undefined)
		warn()
	}
}
