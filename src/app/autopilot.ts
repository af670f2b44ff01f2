import type { Privilege } from '../flow/command.ts'
import type { Evaluator } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import { renderCommand, renderText } from '../flow/templates.ts'
import { checklistOf, type MeasuredItem, scopeOf } from '../machine/checklist.ts'
import { phaseOf, type WalkSnapshot } from '../machine/machine.ts'
import type { Evidence, Finding, NamedCause, WalkContext } from '../machine/types.ts'
import { missingTools } from '../session/missing-tools.ts'
import { type OldLine, oldLines } from '../session/old-lines.ts'
import { remediesInOrder } from '../session/remedies.ts'
import type { Session } from '../session/types.ts'
import { type RuledOut, ruledOut } from './ruled-out.ts'

/** What a walk without a person found. */
export interface AutopilotReport {
	readonly outcome: 'healthy' | 'cause' | 'inconclusive' | 'unreachable' | 'stopped'
	/** Why it went no further: one sentence. */
	readonly reason: string
	/** `proven`: a condition named it, and its lines are there. `likely`: nothing else was left. */
	readonly confidence: 'proven' | 'likely' | 'inconclusive'
	readonly cause?: ReportedCause
	readonly evidence: readonly Evidence[]
	readonly findings: readonly Finding[]
	readonly ruledOut: readonly RuledOut[]
	/** Programs that probes asked for and the host does not have. */
	readonly missing: readonly string[]
	/** What logs tell of failures that are over. */
	readonly old: readonly OldLine[]
	readonly checklist: readonly MeasuredItem[]
	/** In the order in which they ran. */
	readonly commands: readonly ReportedCommand[]
	/** Title of each step, in the order of the walk. */
	readonly path: readonly { readonly step: string; readonly title: string }[]
}

export interface ReportedCause {
	readonly id: string
	readonly title: string
	readonly say: string
	readonly why: string
	readonly prevent: string
	readonly manual?: string
	readonly remedies: readonly {
		readonly step: string
		readonly title: string
		/** `root` when one of its commands needs it. */
		readonly privilege: Privilege
		/** Shell text, or why a command cannot be told yet. */
		readonly commands: readonly string[]
	}[]
}

export interface ReportedCommand {
	readonly run: string
	readonly step: string
	readonly command: string
	readonly ending: string
	readonly exitCode: number | null
	readonly durationMs: number
}

export interface AutopilotOptions {
	readonly evaluator: Evaluator
	/** For the whole walk, milliseconds. */
	readonly timeoutMs: number
	/** Most steps to enter: a flow may go in circles. */
	readonly maxSteps?: number
	readonly signal?: AbortSignal
}

/** A step that waits for something is entered a few times; more often the walk goes in circles. */
const MOST_VISITS = 10

type Stop = Pick<AutopilotReport, 'outcome' | 'reason'>

/**
 * Walks by itself: runs probes, takes what the evidence supports, and stops where a person is needed. It never says yes.
 * Leaves the session open, at rest; the caller closes it.
 */
export async function runAutopilot(session: Session, options: AutopilotOptions): Promise<AutopilotReport> {
	const limit = new AbortController()
	const timer = setTimeout(() => limit.abort(), options.timeoutMs)
	const signals = options.signal === undefined ? [limit.signal] : [limit.signal, options.signal]
	const commands = new Map<string, ReportedCommand>()
	const missing = new Set<string>()
	const visited = (context: WalkContext): void => {
		collect(context, commands)
		for (const tool of missingTools(context.plan, session.output)) missing.add(tool)
	}
	try {
		const walked = await walk(session, AbortSignal.any(signals), options.maxSteps ?? 200, visited)
		const stop: Stop =
			walked.outcome === 'stopped' && limit.signal.aborted && options.signal?.aborted !== true
				? { ...walked, reason: `The walk had not come to its end after ${options.timeoutMs / 1000} seconds.` }
				: walked
		visited(session.snapshot().context)
		return report(session, stop, options.evaluator, { commands: [...commands.values()], missing: [...missing] })
	} finally {
		clearTimeout(timer)
	}
}

async function walk(
	session: Session,
	signal: AbortSignal,
	maxSteps: number,
	visited: (context: WalkContext) => void,
): Promise<Stop> {
	const cancel = (): void => session.send({ type: 'command.cancel' })
	signal.addEventListener('abort', cancel)
	try {
		for (let turns = 0; ; turns++) {
			await session.whenIdle()
			const snapshot = session.snapshot()
			visited(snapshot.context)
			if (signal.aborted) return { outcome: 'stopped', reason: 'The walk was stopped before it came to an end.' }
			const { path, step } = snapshot.context
			if (path.filter((visit) => visit.step === step).length > MOST_VISITS) {
				const title = session.flow.steps[step]?.title ?? step
				return { outcome: 'inconclusive', reason: `The walk came back to "${title}" again and again.` }
			}
			if (path.length > maxSteps) {
				return { outcome: 'stopped', reason: `The walk went through ${maxSteps} steps without an end.` }
			}
			const stop = move(session, snapshot)
			if (stop !== undefined) return stop
			if (turns > 4 * maxSteps) return { outcome: 'stopped', reason: 'The walk did not get any further.' }
		}
	} finally {
		signal.removeEventListener('abort', cancel)
	}
}

/** Sends the next event; says why when there is none that may be sent without a person. */
function move(session: Session, snapshot: WalkSnapshot): Stop | undefined {
	const { context } = snapshot
	const step = session.flow.steps[context.step]
	const title = step?.title ?? context.step
	switch (phaseOf(snapshot)) {
		case 'ended':
			return endOf(context, session.warning())
		case 'cause':
			return { outcome: 'cause', reason: 'A cause was found.' }
		case 'confirming':
			return standing(context, `The next command, in “${title}”, changes the host: it needs a person's yes.`)
		case 'ready': {
			if (step?.manual === true) return standing(context, `“${title}” is for a person to do.`)
			const next = context.plan.find((planned) => planned.kind === 'run' && planned.result === undefined)
			if (next?.kind === 'run' && next.spec.interactive) {
				return standing(context, `“${title}” needs a person at the terminal.`)
			}
			if (next?.kind === 'run' && next.spec.effect !== 'read') {
				return standing(context, `“${title}” changes the host: it needs a person's yes.`)
			}
			session.send({ type: 'step.run' })
			return undefined
		}
		case 'deciding': {
			const { decision } = context
			const branch = decision?.recommended ?? null
			if (branch !== null) {
				session.send({ type: 'branch.take', branch })
				return undefined
			}
			if (decision?.because === 'disconnected') {
				return { outcome: 'unreachable', reason: decision.question ?? 'The connection to the host was lost.' }
			}
			const missing = missingTools(context.plan, session.output)
			const without = missing.length === 0 ? '' : `, as the host does not have ${missing.join(' and ')}`
			return standing(
				context,
				`In “${title}” the evidence does not decide${without}. ${decision?.question ?? ''}`.trim(),
				'inconclusive',
			)
		}
		case 'running':
			return undefined
	}
}

function endOf({ outcome }: WalkContext, warning: string | undefined): Stop {
	switch (outcome) {
		case 'healthy':
		case 'resolved':
			return { outcome: 'healthy', reason: 'No fault was found.' }
		case 'inconclusive':
			return { outcome: 'inconclusive', reason: 'The walk came to its end without a cause.' }
		case 'cause':
		case 'unreachable':
			return { outcome, reason: outcome === 'cause' ? 'A cause was found.' : 'The host cannot be reached.' }
		case 'stopped':
		case null:
			return { outcome: 'stopped', reason: warning ?? 'The session was left.' }
	}
}

/** A cause that was named on the way stands, wherever the walk stopped. */
function standing(context: WalkContext, reason: string, otherwise: Stop['outcome'] = 'stopped'): Stop {
	return { outcome: context.causes.some((cause) => !cause.mended) ? 'cause' : otherwise, reason }
}

function collect(context: WalkContext, commands: Map<string, ReportedCommand>): void {
	for (const planned of context.plan) {
		if (planned.kind !== 'run' || planned.result === undefined) continue
		const { run, ending } = planned.result
		commands.set(run, {
			run,
			step: context.step,
			command: planned.spec.text,
			ending: ending.kind,
			exitCode: ending.kind === 'exited' ? ending.exitCode : null,
			durationMs: ending.durationMs,
		})
	}
}

function report(
	session: Session,
	stop: Stop,
	evaluator: Evaluator,
	seen: Pick<AutopilotReport, 'commands' | 'missing'>,
): AutopilotReport {
	const { context } = session.snapshot()
	const { flow } = session
	const scope = scopeOf(context)
	const named = stop.outcome === 'cause' ? context.causes.findLast((cause) => !cause.mended) : undefined
	const finding = named === undefined ? context.findings.at(-1) : namingFinding(flow, context, named)
	return {
		...stop,
		confidence: confidenceOf(flow, stop, finding),
		...(named === undefined ? {} : { cause: reportedCause(flow, evaluator, context, named) }),
		evidence: named?.evidence ?? finding?.evidence ?? [],
		findings: context.findings,
		ruledOut: ruledOut(flow, context),
		old: oldLines(context),
		checklist: checklistOf(flow, (cel) => evaluator.condition(cel, scope)),
		...seen,
		path: context.path.map(({ step }) => ({ step, title: flow.steps[step]?.title ?? step })),
	}
}

function namingFinding(flow: Flow, context: WalkContext, named: NamedCause): Finding | undefined {
	return context.findings.findLast(({ step, branch }) => {
		const to = flow.steps[step]?.branches[branch]?.to
		return to?.kind === 'cause' && to.cause === named.cause
	})
}

function confidenceOf(flow: Flow, { outcome }: Stop, finding: Finding | undefined): AutopilotReport['confidence'] {
	if ((outcome !== 'cause' && outcome !== 'healthy') || finding === undefined) return 'inconclusive'
	const rule = flow.steps[finding.step]?.branches[finding.branch]?.rule
	return rule?.kind === 'when' && finding.supported && finding.evidence.length > 0 ? 'proven' : 'likely'
}

function reportedCause(flow: Flow, evaluator: Evaluator, context: WalkContext, named: NamedCause): ReportedCause {
	const scope = scopeOf(context)
	const cause = flow.causes[named.cause]
	const text = (template: string): string => renderText(template, scope, evaluator)
	return {
		id: named.cause,
		title: cause?.title ?? named.cause,
		say: named.say,
		why: text(cause?.why ?? ''),
		prevent: text(cause?.prevent ?? ''),
		...(cause?.manual === undefined ? {} : { manual: text(cause.manual) }),
		remedies: remediesInOrder(flow, evaluator, named.cause, scope).map((id) => ({
			step: id,
			title: flow.steps[id]?.title ?? id,
			privilege: flow.steps[id]?.run.some(({ privilege }) => privilege === 'root') ? 'root' : 'user',
			commands: (flow.steps[id]?.run ?? []).flatMap((command) => {
				if (command.if !== undefined && evaluator.condition(command.if, scope).value === false) return []
				const rendered = renderCommand(command.command, scope, evaluator)
				return [rendered.ok ? rendered.text : `# ${rendered.reason}`]
			}),
		})),
	}
}
