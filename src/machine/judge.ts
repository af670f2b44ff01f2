import type { CommandEnding } from '../flow/command.ts'
import { type Branch, CONSULT, type Step } from '../flow/flow.ts'
import { RESULT } from '../flow/result.ts'
import { MOST_TIMES } from './answers.ts'
import { differentialOf, nextProbe, provenOf } from './consult.ts'
import { evidenceOf } from './evidence.ts'
import { lastResult } from './plan.ts'
import { type Rules, stepOf, type Turn } from './rules.ts'
import { freshFacts, freshScope } from './scope.ts'
import type { Decision, Evidence, Standing, Verdict, WalkContext } from './types.ts'

/**
 * The one judge: what follows from what a step has read. A proven cause comes first, at whatever step; then the first
 * branch that holds; where the tree only asks, or leads back to a step that has nothing new to go by, the probe that
 * would settle most.
 */
export function judge(rules: Rules, context: WalkContext): Turn {
	const step = stepOf(rules.flow, context.step)
	const standings = differentialOf(rules, context)
	const rulings = rulingsOf(rules, context, step)
	const verdicts = rulings.map(({ verdict }) => verdict)
	const proven = provable(step) ? provenOf(rules, context, standings, preferred(step)) : []
	const base: Decision = { ...undecided(rules, context, step, 'judged'), verdicts, proven }
	const named = proven.length > 0 ? step.branches.findIndex(({ to }) => to.kind === 'proven') : -1
	if (named >= 0) return settled(context, recommendCause(rules, base, named, standings))
	const found = supported(context, step, verdicts)
	const branch = found === undefined ? undefined : step.branches[found]
	if (found !== undefined && branch !== undefined && goesOn(rules, context, branch)) {
		const evidence = evidenceFor(rules, context, branch, decidingOf(rulings, found))
		return settled(context, { ...base, recommended: found, evidence, because: step.manual ? 'manual' : 'judged' })
	}
	return settled(context, consult(rules, context, step, standings, asking(rules, context, step, base, found, rulings)))
}

/** How the condition of a branch came out, and the facts that made it so. */
interface Ruling {
	readonly verdict: Verdict
	readonly deciding: readonly string[]
}

/** Every condition of the step's branches, judged once, in order. */
function rulingsOf(rules: Rules, context: WalkContext, step: Step): readonly Ruling[] {
	const ending = lastResult(context)?.ending
	return step.branches.flatMap((branch, index) => {
		if (branch.rule.kind !== 'when') return []
		const judgement = rules.condition(branch.rule.condition, context)
		const { reads, deciding } = judgement
		const barred = barredBy(ending, reads)
		const reason = barred ?? judgement.reason
		const value = barred === undefined ? judgement.value : 'unknown'
		const verdict: Verdict = { branch: index, value, reads, ...(reason === undefined ? {} : { reason }) }
		return [{ verdict, deciding }]
	})
}

function decidingOf(rulings: readonly Ruling[], branch: number): readonly string[] {
	return rulings.find(({ verdict }) => verdict.branch === branch)?.deciding ?? []
}

/** The first branch that holds, or `otherwise`: a command that did not end by itself proves not even that nothing holds. */
function supported(context: WalkContext, step: Step, verdicts: readonly Verdict[]): number | undefined {
	const ending = lastResult(context)?.ending
	for (const [index, { rule }] of step.branches.entries()) {
		if (rule.kind === 'when' && verdicts.some(({ branch, value }) => branch === index && value === true)) return index
		if (rule.kind === 'otherwise' && (ending === undefined || ending.kind === 'exited')) return index
	}
	return undefined
}

/**
 * It leads on: not to a question, and not back to a step that was left with all that is known now. A step that reads
 * again what it has read may be come back to as often as a probe may be asked.
 */
function goesOn(rules: Rules, context: WalkContext, { to }: Branch): boolean {
	if (to.kind === 'ask') return false
	if (to.kind !== 'goto') return true
	const step = stepOf(rules.flow, to.step)
	const before = context.path.filter((visit) => visit.step === to.step && visit.learned === context.learned)
	return before.length < (step.retest || step.run.some(({ again }) => again) ? MOST_TIMES : 1)
}

/** Why a condition that reads those facts may not be trusted after such an ending; undefined when it may. */
function barredBy(ending: CommandEnding | undefined, reads: Verdict['reads']): string | undefined {
	if (ending === undefined || ending.kind === 'exited') return undefined
	const readsResult = reads.some(({ path }) => path === RESULT || path.startsWith(`${RESULT}.`))
	if (ending.kind === 'timed-out') return readsResult ? undefined : 'the command timed out'
	if (ending.kind === 'not-started') return readsResult ? undefined : 'the command was not started'
	return ending.kind === 'cancelled' ? 'the command was cancelled' : 'the connection was lost'
}

/** A step that changes the host names nothing: only what is read afterwards counts. */
function provable({ run, manual, branches }: Step): boolean {
	return !manual && run.every(({ effect }) => effect === 'read') && branches.some(({ rule }) => rule.kind === 'proof')
}

/** The causes that the step's author expects here. */
function preferred({ branches }: Step): readonly string[] {
	return branches.flatMap(({ rule }) => (rule.kind === 'proof' ? rule.causes : []))
}

function recommendCause(rules: Rules, base: Decision, branch: number, standings: readonly Standing[]): Decision {
	const [cause = ''] = base.proven
	const standing = standings.find((one) => one.cause === cause)
	const say = standing?.say ?? `${rules.flow.causes[cause]?.title ?? cause}.`
	const says = base.says.map((other, index) => (index === branch ? say : other))
	return { ...base, says, recommended: branch, evidence: standing?.evidence ?? [] }
}

/** What is asked of the operator where nothing is recommended, and why. */
function asking(
	rules: Rules,
	context: WalkContext,
	step: Step,
	base: Decision,
	found: number | undefined,
	rulings: readonly Ruling[],
): Decision {
	const branch = found === undefined ? undefined : step.branches[found]
	const ending = lastResult(context)?.ending
	if (branch === undefined && ending !== undefined && ending.kind !== 'exited') {
		return { ...base, because: ending.kind, question: aboutEnding(context, ending) }
	}
	const because = step.manual ? 'manual' : 'asks'
	const evidence =
		branch === undefined || found === undefined ? [] : evidenceFor(rules, context, branch, decidingOf(rulings, found))
	const asked = branch?.to.kind === 'ask' ? rules.text(branch.to.question, context) : undefined
	return { ...base, evidence, because, question: asked ?? NOTHING_FITS }
}

const NOTHING_FITS = 'Nothing here fits what was seen: choose a branch yourself, or go back.'

/** Goes to the judge's own step while a probe is left that could settle something; the operator may still choose. */
function consult(
	rules: Rules,
	context: WalkContext,
	step: Step,
	standings: readonly Standing[],
	asked: Decision,
): Decision {
	if (asked.because === 'cancelled' || asked.because === 'disconnected') return asked
	const ending = lastResult(context)?.ending
	if (ending?.kind === 'not-started' && ending.byHand) return asked
	if (step.id !== CONSULT && !provable(step)) return asked
	const next = nextProbe(rules, context, standings)
	const branch = step.branches.findIndex(({ rule }) => rule.kind === 'consult')
	if (next === undefined || branch < 0) return asked
	const say = `The evidence does not decide yet. What would settle most: ${next.title ?? next.probe ?? next.command}.`
	const says = asked.says.map((other, index) => (index === branch ? say : other))
	return { ...asked, says, next: next.probe ?? next.command, recommended: branch, because: 'judged' }
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

/** The lines that made the branch's condition true, and those that the flow names besides. */
function evidenceFor(
	rules: Rules,
	context: WalkContext,
	{ evidence }: Branch,
	deciding: readonly string[],
): readonly Evidence[] {
	return evidenceOf(freshFacts(context), [...deciding, ...evidence], rules.evaluator, freshScope(context))
}

/** The operator skipped the step, or declined its command: nothing is recommended, and nothing is passed over in silence. */
export function setAside(rules: Rules, context: WalkContext, because: 'skipped' | 'declined'): Turn {
	const step = stepOf(rules.flow, context.step)
	const question =
		because === 'skipped'
			? 'You skipped the step: run it, or choose a branch yourself.'
			: 'You declined the command, so it was not run: run the step again, go back, or choose a branch yourself.'
	return settled(
		{ ...context, plan: withoutUnread(context) },
		{ ...undecided(rules, context, step, because), question },
	)
}

/** The plan without the answers that are known but that the step did not come to. */
function withoutUnread({ plan, cursor }: WalkContext): WalkContext['plan'] {
	return plan.map((planned, index) => {
		if (planned.kind !== 'run' || planned.known !== true || index < cursor) return planned
		const { result: _, known: __, readAt: ___, ...unread } = planned
		return unread
	})
}

function settled(context: WalkContext, decision: Decision): Turn {
	const visited = { ...context.visited, [context.step]: { plan: context.plan, decision } }
	return { context: { decision, visited }, emits: [{ type: 'decision', step: context.step, decision }] }
}

function undecided(rules: Rules, context: WalkContext, step: Step, because: Decision['because']): Decision {
	const says = step.branches.map((branch) => rules.text(branch.say, context) ?? titleOf(rules, branch))
	return { recommended: null, proven: [], next: null, verdicts: [], says, evidence: [], because }
}

/** What stands for a sentence that names what is not known. */
function titleOf({ flow }: Rules, { to, rule }: Branch): string {
	if (to.kind === 'goto') return stepOf(flow, to.step).title
	if (to.kind === 'cause') return flow.causes[to.cause]?.title ?? to.cause
	return rule.kind === 'choice' ? rule.label : ''
}
