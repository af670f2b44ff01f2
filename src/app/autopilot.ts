import type { Privilege } from '../flow/command.ts'
import type { Evaluator } from '../flow/conditions.ts'
import { CONSULT, type Flow } from '../flow/flow.ts'
import { renderCommand, renderText } from '../flow/templates.ts'
import { nextByItself, type Rest, whyNeedsPerson } from '../machine/by-itself.ts'
import { checklistOf, type MeasuredItem } from '../machine/checklist.ts'
import { differentialOf, givesOneOf } from '../machine/consult.ts'
import type { WalkSnapshot } from '../machine/machine.ts'
import { freshScope, scopeOf } from '../machine/scope.ts'
import type { Evidence, Finding, NamedCause, Standing, WalkContext } from '../machine/types.ts'
import { missingTools } from '../session/missing-tools.ts'
import { type OldLine, oldLines } from '../session/old-lines.ts'
import { remediesInOrder } from '../session/remedies.ts'
import type { Session } from '../session/types.ts'

/** What a walk without a person found. */
export interface AutopilotReport {
	readonly outcome: 'healthy' | 'cause' | 'inconclusive' | 'unreachable' | 'stopped'
	/** Why it went no further: one sentence. */
	readonly reason: string
	/** `proven`: its proof holds, and its lines are there. `likely`: something that would prove a cause could not be seen. */
	readonly confidence: 'proven' | 'likely' | 'inconclusive'
	readonly cause?: ReportedCause
	readonly evidence: readonly Evidence[]
	readonly findings: readonly Finding[]
	/** Every cause of the flow, by what is known at the end: the proven ones first, then likely, open, excluded. */
	readonly differential: readonly ReportedStanding[]
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

interface ReportedStanding extends Standing {
	readonly title: string
	/** Probes that would give the facts that are missing. */
	readonly settledBy: readonly string[]
}

interface ReportedCause {
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

interface ReportedCommand {
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
	readonly signal?: AbortSignal
}

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
	const refused = new Set<string>()
	const visited = (context: WalkContext): void => {
		collect(context, commands, refused)
		for (const tool of missingTools(context.plan, session.output)) missing.add(tool)
	}
	try {
		const walked = await walk(session, AbortSignal.any(signals), visited)
		const stop: Stop =
			walked.outcome === 'stopped' && limit.signal.aborted && options.signal?.aborted !== true
				? { ...walked, reason: `The walk had not come to its end after ${options.timeoutMs / 1000} seconds.` }
				: walked
		visited(session.snapshot().context)
		return report(session, stop, options.evaluator, {
			commands: [...commands.values()],
			missing: [...missing],
			refused: [...refused],
		})
	} finally {
		clearTimeout(timer)
	}
}

async function walk(session: Session, signal: AbortSignal, visited: (context: WalkContext) => void): Promise<Stop> {
	const cancel = (): void => session.send({ type: 'command.cancel' })
	signal.addEventListener('abort', cancel)
	try {
		for (;;) {
			await session.whenIdle()
			const snapshot = session.snapshot()
			visited(snapshot.context)
			if (signal.aborted) return { outcome: 'stopped', reason: 'The walk was stopped before it came to an end.' }
			const next = nextByItself(session.flow, snapshot)
			if ('event' in next) session.send(next.event)
			else if (mayConsult(session.flow, snapshot.context, next.rest)) {
				session.send({ type: 'step.goto', step: CONSULT })
			} else if (next.rest.kind !== 'running') return stopAt(session, snapshot, next.rest)
		}
	} finally {
		signal.removeEventListener('abort', cancel)
	}
}

/** The tree wants a person, and no cause is named: what probes alone can still tell is asked first. */
function mayConsult({ steps }: Flow, { step, causes, path, learned }: WalkContext, rest: Rest): boolean {
	if (rest.kind !== 'needs-person' && rest.kind !== 'undecided') return false
	if (step === CONSULT || causes.length > 0 || !Object.hasOwn(steps, CONSULT)) return false
	return !path.some((visit) => visit.step === CONSULT && visit.learned === learned)
}

function stopAt(session: Session, { context }: WalkSnapshot, rest: Exclude<Rest, { readonly kind: 'running' }>): Stop {
	const title = session.flow.steps[context.step]?.title ?? context.step
	const question = context.decision?.question ?? ''
	switch (rest.kind) {
		case 'ended':
			return endOf(context, session.warning())
		case 'cause':
			return { outcome: 'cause', reason: 'A cause was found.' }
		case 'needs-person':
			return standing(context, whyNeedsPerson(session.flow, context.step, rest.why))
		case 'disconnected':
			return { outcome: 'unreachable', reason: question || 'The connection to the host was lost.' }
		case 'undecided':
			return standing(context, context.step === CONSULT ? '' : `${title}: ${question}`, 'inconclusive')
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

/** Notes what was run, and why commands could not be. */
function collect(context: WalkContext, commands: Map<string, ReportedCommand>, refused: Set<string>): void {
	for (const planned of context.plan) {
		if (planned.kind !== 'run' || planned.result === undefined || planned.known === true) continue
		const { run, ending } = planned.result
		if (ending.kind === 'not-started') refused.add(ending.reason)
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
	{ refused, ...seen }: Pick<AutopilotReport, 'commands' | 'missing'> & { readonly refused: readonly string[] },
): AutopilotReport {
	const { context } = session.snapshot()
	const { flow } = session
	const named = stop.outcome === 'cause' ? context.causes.findLast((cause) => !cause.mended) : undefined
	const standings = reportedDifferential(flow, evaluator, context)
	const likely = likelyOf(flow, standings).length > 0
	const reason =
		stop.outcome === 'inconclusive'
			? undecided(likelyOf(flow, standings), seen.missing, refused, stop.reason)
			: stop.reason
	const sure = stop.outcome === 'healthy' || named?.state === 'proven'
	return {
		outcome: stop.outcome,
		reason,
		confidence: sure ? 'proven' : stop.outcome === 'inconclusive' && likely ? 'likely' : 'inconclusive',
		...(named === undefined ? {} : { cause: reportedCause(flow, evaluator, context, named) }),
		evidence: named?.evidence ?? context.findings.at(-1)?.evidence ?? [],
		findings: context.findings,
		differential: standings,
		old: oldLines(context),
		checklist: checklistOf(flow, (cel) => evaluator.condition(cel, freshScope(context))),
		...seen,
		path: context.path.map(({ step }) => ({ step, title: flow.steps[step]?.title ?? step })),
	}
}

/** The likely causes, without those that another likely one would explain. */
function likelyOf({ causes }: Flow, standings: readonly ReportedStanding[]): readonly ReportedStanding[] {
	const likely = standings.filter(({ state }) => state === 'likely')
	const ids = new Set(likely.map(({ cause }) => cause))
	return likely.filter(({ cause }) => !causes[cause]?.yields.some((deeper) => ids.has(deeper)))
}

/**
 * Why no cause is named: the likely ones, what the host lacks, why a command could not be run, and what the flow asks a
 * person here (empty where it has no more to ask).
 */
function undecided(
	likely: readonly ReportedStanding[],
	missing: readonly string[],
	refused: readonly string[],
	question: string,
): string {
	const named = likely.map(({ title, cause }) => `${title} [${cause}]`).join('; ')
	return [
		likely.length === 0 ? 'No cause is proven, and no probe is left that could settle one.' : 'No cause is proven.',
		likely.length === 0 ? '' : `Likely: ${named}.`,
		missing.length === 0 ? '' : `This host does not have ${missing.join(' and ')}.`,
		...refused.slice(0, 1),
		question,
	]
		.filter((sentence) => sentence !== '')
		.join(' ')
}

const STATES = ['proven', 'likely', 'open', 'excluded'] as const

function reportedDifferential(flow: Flow, evaluator: Evaluator, context: WalkContext): readonly ReportedStanding[] {
	return differentialOf({ flow, evaluator }, context)
		.map((standing) => ({
			...standing,
			title: flow.causes[standing.cause]?.title ?? standing.cause,
			settledBy: Object.entries(flow.probes).flatMap(([name, probe]) =>
				givesOneOf(probe, standing.missing) ? [name] : [],
			),
		}))
		.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
}

function reportedCause(flow: Flow, evaluator: Evaluator, context: WalkContext, named: NamedCause): ReportedCause {
	const scope = scopeOf(context)
	const cause = flow.causes[named.cause]
	const text = (template: string): string => renderText(template, scope, evaluator) ?? ''
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
