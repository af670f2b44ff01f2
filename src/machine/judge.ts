import type { CommandEnding } from '../flow/command.ts'
import type { Step } from '../flow/flow.ts'
import { RESULT } from '../flow/result.ts'
import { lastResult } from './plan.ts'
import { type Rules, stepOf, type Turn } from './rules.ts'
import type { Decision, Evidence, Verdict, WalkContext } from './types.ts'

const MOST_EVIDENCE = 12

/**
 * Every condition of the step's branches, evaluated once, with the evidence of the first that holds. Which branch
 * follows from it is for the machine's own transitions to say.
 */
export function judge(rules: Rules, context: WalkContext): Turn {
	const step = stepOf(rules.flow, context.step)
	const ending = lastResult(context)?.ending
	const verdicts: Verdict[] = []
	let deciding: readonly string[] | undefined
	step.branches.forEach((branch, index) => {
		if (branch.rule.kind !== 'when') return
		const judgement = rules.condition(branch.rule.condition, context)
		const { reads } = judgement
		const barred = barredBy(ending, reads)
		const value = barred === undefined ? judgement.value : 'unknown'
		const reason = barred ?? judgement.reason
		verdicts.push({ branch: index, value, reads, ...(reason === undefined ? {} : { reason }) })
		if (value === true) deciding ??= [...judgement.deciding, ...branch.evidence]
	})
	const decision = undecided(rules, context, step, 'judged', verdicts)
	return { context: { decision: { ...decision, evidence: evidenceOf(context, deciding ?? []) } }, emits: [] }
}

/** Why a condition that reads those facts may not be trusted after such an ending; undefined when it may. */
function barredBy(ending: CommandEnding | undefined, reads: Verdict['reads']): string | undefined {
	if (ending === undefined || ending.kind === 'exited') return undefined
	const readsResult = reads.some(({ path }) => path === RESULT || path.startsWith(`${RESULT}.`))
	if (ending.kind === 'timed-out') return readsResult ? undefined : 'the command timed out'
	if (ending.kind === 'not-started') return readsResult ? undefined : 'the command was not started'
	return ending.kind === 'cancelled' ? 'the command was cancelled' : 'the connection was lost'
}

/** True when `otherwise` may follow: a command that did not end by itself proves nothing, not even that nothing else holds. */
export function endedByItself(context: WalkContext): boolean {
	const ending = lastResult(context)?.ending
	return ending === undefined || ending.kind === 'exited'
}

/** Completes the judged decision: `branch` is the one that the machine's transitions led to, null when none did. */
export function decide(rules: Rules, context: WalkContext, branch: number | null): Turn {
	const step = stepOf(rules.flow, context.step)
	const judged = context.decision ?? undecided(rules, context, step, 'judged', [])
	return settled(context, completed(rules, context, step, judged, branch))
}

function completed(rules: Rules, context: WalkContext, step: Step, judged: Decision, branch: number | null): Decision {
	const ending = lastResult(context)?.ending
	const taken = branch === null ? undefined : step.branches[branch]
	if (taken === undefined) {
		if (ending !== undefined && ending.kind !== 'exited') {
			return { ...judged, because: ending.kind, question: aboutEnding(context, ending) }
		}
		return {
			...judged,
			because: step.manual ? 'manual' : 'asks',
			question: 'Nothing here fits what was seen: choose a branch yourself, or go back.',
		}
	}
	const evidence = taken.rule.kind === 'when' ? judged.evidence : evidenceOf(context, taken.evidence)
	if (taken.to.kind === 'ask') {
		const question = rules.text(taken.to.question, context)
		return { ...judged, evidence, because: step.manual ? 'manual' : 'asks', question }
	}
	return { ...judged, evidence, recommended: branch, because: step.manual ? 'manual' : 'judged' }
}

/** The operator skipped the step, or declined its command: nothing is recommended, and nothing is passed over in silence. */
export function setAside(rules: Rules, context: WalkContext, because: 'skipped' | 'declined'): Turn {
	const step = stepOf(rules.flow, context.step)
	const question =
		because === 'skipped'
			? 'You skipped the step: run it, or choose a branch yourself.'
			: 'You declined the command, so it was not run: run the step again, go back, or choose a branch yourself.'
	return settled(context, { ...undecided(rules, context, step, because, []), question })
}

function settled(context: WalkContext, decision: Decision): Turn {
	const visited = { ...context.visited, [context.step]: { plan: context.plan, decision } }
	return { context: { decision, visited }, emits: [{ type: 'decision', step: context.step, decision }] }
}

function undecided(
	rules: Rules,
	context: WalkContext,
	step: Step,
	because: Decision['because'],
	verdicts: readonly Verdict[],
): Decision {
	const says = step.branches.map((branch) => rules.text(branch.say, context))
	return { recommended: null, verdicts, says, evidence: [], because }
}

function aboutEnding(context: WalkContext, ending: Exclude<CommandEnding, { readonly kind: 'exited' }>): string {
	switch (ending.kind) {
		case 'timed-out': {
			const planned = context.plan[context.cursor - 1]
			const seconds = planned?.kind === 'run' ? `within ${planned.spec.timeoutMs / 1000} s` : 'in time'
			return `The command did not end ${seconds}, which proves nothing: run it again, or choose a branch yourself.`
		}
		case 'cancelled':
			return 'The command was cancelled, which proves nothing: run it again, or choose a branch yourself.'
		default:
			return ending.reason
	}
}

/** The lines that these fact paths were read from: in order, each once, at most 12. */
export function evidenceOf(context: Pick<WalkContext, 'facts'>, paths: readonly string[]): readonly Evidence[] {
	const found = new Map<string, Evidence>()
	for (const path of paths) {
		for (const line of linesOf(context, path)) {
			const key = `${line.run}:${line.line}`
			if (!found.has(key)) found.set(key, line)
		}
	}
	return [...found.values()].slice(0, MOST_EVIDENCE)
}

/** Lines of the fact and of what is below it; those of the nearest fact above it when the parser kept none. */
function linesOf(context: Pick<WalkContext, 'facts'>, path: string): readonly Evidence[] {
	const [name = '', ...rest] = path.split('.')
	const evidence = Object.hasOwn(context.facts, name) ? context.facts[name]?.evidence : undefined
	if (evidence === undefined) return []
	for (let depth = rest.length; depth >= 0; depth--) {
		if (depth === 0 && rest.length > 0) return []
		const fact = rest.slice(0, depth).join('.')
		const lines = Object.entries(evidence)
			.filter(([key]) => fact === '' || key === fact || key.startsWith(`${fact}.`))
			.flatMap(([, spans]) => spans)
		if (lines.length > 0) return lines
	}
	return []
}
