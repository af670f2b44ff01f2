import type { Branch, BranchDestination } from '../flow/flow.ts'
import { checkInput } from '../flow/inputs.ts'
import { RESULT } from '../flow/result.ts'
import { checklistOf } from './checklist.ts'
import { evidenceOf } from './evidence.ts'
import { outdatedBy } from './outdated.ts'
import { factsAbout, lastResult, planStep, without } from './plan.ts'
import { has, type Rules, stepOf, type Turn } from './rules.ts'
import { freshFacts, freshScope } from './scope.ts'
import type {
	Finding,
	LeftOutcome,
	NamedCause,
	SessionOutcome,
	Visit,
	WalkContext,
	WalkEmitted,
	WalkEvent,
	WalkInput,
} from './types.ts'

/** What a walk remembers before its first step. */
export const NOTHING_YET = {
	facts: {},
	visited: {},
	path: [],
	findings: [],
	causes: [],
	changes: [],
	runs: 0,
	changedAt: 0,
	answers: {},
	learned: 0,
} as const

/** The context that a walk begins with. A start that the flow does not have is the flow's own. */
export function beginning(rules: Rules, input: WalkInput): WalkContext {
	const { flow } = rules
	const { resume, start } = input
	const fresh: WalkContext = {
		inputs: input.inputs,
		host: input.host,
		step: start !== undefined && has(flow.steps, start) ? start : flow.start,
		plan: [],
		cursor: 0,
		decision: null,
		...NOTHING_YET,
		thorough: input.thorough === true ? 'walk' : 'no',
		outcome: null,
	}
	return resume !== undefined && has(flow.steps, resume.step) ? { ...fresh, ...resume } : fresh
}

/** Enters the first step, or takes up again the step that a journal was folded to: the operator is already there. */
export function begin(rules: Rules, context: WalkContext): Turn {
	if (context.path.length === 0) return enter(rules, context, context.step)
	return { context: { plan: planStep(rules, context) }, emits: [] }
}

/** Arrives at a step: what it would run is planned, nothing is run. An open visit ends by a jump. */
export function enter(rules: Rules, context: WalkContext, id: string): Turn {
	const path = [...closed(context.path, { by: 'jump' }), { step: id, learned: context.learned }]
	const arrived: WalkContext = {
		...context,
		step: id,
		plan: [],
		cursor: 0,
		decision: null,
		facts: without(context.facts, new Set([RESULT])),
		thorough: context.thorough === 'walk' ? 'walk' : 'no',
		path,
	}
	return {
		context: { ...arrived, plan: planStep(rules, arrived) },
		emits: [{ type: 'step.entered', step: id, title: stepOf(rules.flow, id).title }],
	}
}

function closed(path: readonly Visit[], how: Omit<Visit, 'step' | 'learned'>): readonly Visit[] {
	const last = path.at(-1)
	if (last === undefined || last.by !== undefined) return path
	return [...path.slice(0, -1), { ...last, ...how }]
}

/** The cause that the last visit was left for: the walk rests there, or is taken up again there. */
export function causeLeftFor(context: Pick<WalkContext, 'path'>): string | undefined {
	return context.path.at(-1)?.cause
}

/** The visit that "back" leads to: the one before the present step; at a cause, the one that named it. */
export function previousVisit(context: WalkContext): number | undefined {
	const last = context.path.length - 1
	const index = context.path[last]?.by === undefined ? last - 1 : last
	return index < 0 ? undefined : index
}

/**
 * Goes back to the previous step as it was decided. A choice that the evidence did not support is taken back with it;
 * what the evidence supports stays found.
 */
export function back(rules: Rules, context: WalkContext): Turn {
	const index = previousVisit(context)
	const visit = index === undefined ? undefined : context.path[index]
	if (index === undefined || visit === undefined) return { context: {}, emits: [] }
	const seen = has(context.visited, visit.step) ? context.visited[visit.step] : undefined
	const facts = without(context.facts, new Set([RESULT]))
	const there: WalkContext = {
		...context,
		...withdrawn(context, visit),
		step: visit.step,
		path: [...context.path.slice(0, index), { step: visit.step, learned: visit.learned }],
		plan: seen?.plan ?? [],
		cursor: seen === undefined ? 0 : seen.plan.length,
		decision: seen?.decision ?? null,
		facts,
	}
	const result = lastResult(there)
	return {
		context: {
			...there,
			plan: seen?.plan ?? planStep(rules, there),
			facts: result === undefined ? facts : { ...facts, [RESULT]: { ...factsAbout(result), read: context.runs } },
		},
		emits: [{ type: 'step.entered', step: visit.step, title: stepOf(rules.flow, visit.step).title, back: true }],
	}
}

function withdrawn(context: WalkContext, visit: Visit): Pick<WalkContext, 'findings' | 'causes'> {
	const finding = context.findings.findLast(
		(found) => found.step === visit.step && found.branch === visit.branch && !found.supported,
	)
	if (visit.by !== 'operator' || finding === undefined) return context
	const findings = context.findings.filter((other) => other !== finding)
	const named = new Set(findings.map((other) => other.cause))
	return {
		findings,
		causes: context.causes.filter(({ cause }) => cause !== finding.cause || named.has(cause)),
	}
}

/** Takes a branch: what it found is kept, what it sets is set, and it is told where it leads. Arriving there is `enter`'s. */
export function take(rules: Rules, context: WalkContext, index: number): Turn {
	const step = stepOf(rules.flow, context.step)
	const branch = step.branches[index]
	const to = branch === undefined ? undefined : branchDestination(context, branch)
	if (branch === undefined || to === undefined) return { context: {}, emits: [] }
	const by = context.decision?.recommended === index ? 'recommended' : 'operator'
	const finding: Finding = {
		step: step.id,
		branch: index,
		say: context.decision?.says[index] ?? rules.text(branch.say, context) ?? '',
		evidence: evidenceFor(rules, context, branch, by),
		supported: by === 'recommended',
		...(to.kind === 'cause' ? { cause: to.cause } : {}),
	}
	const set = inputsSet(rules, context, branch)
	const outdated = outdatedBy(rules, context, set)
	const taken: WalkContext = {
		...context,
		path: closed(context.path, { branch: index, by, ...(to.kind === 'cause' ? { cause: to.cause } : {}) }),
		// The judge's own steps are not findings: what they lead to is.
		findings:
			branch.rule.kind === 'consult'
				? context.findings
				: [...context.findings.filter((other) => !sameFinding(other, finding)), finding],
		inputs: { ...context.inputs, ...set },
		facts: without(context.facts, new Set(outdated.facts)),
		answers: without(context.answers, new Set(outdated.answers)),
		learned: context.learned + Object.keys(set).length,
	}
	const emits: WalkEmitted[] = [
		...(branch.rule.kind === 'consult' ? [] : [{ type: 'finding', finding } as const]),
		{ type: 'branch.taken', step: step.id, branch: index, to: destinationName(to), by },
		...Object.entries(set).map(([name, value]) => ({ type: 'input.changed', name, value, ...outdated }) as const),
	]
	if (to.kind === 'cause') return nameCause(rules, taken, to.cause, finding, emits)
	if (to.kind === 'end') return ended(rules, ending(taken, branch, to.outcome, step.retest, finding), emits)
	return { context: taken, emits }
}

/**
 * Where the branch leads now; undefined where it leads nowhere: a question, a proof while nothing is proven, the judge
 * while it has nothing to ask.
 */
export function branchDestination(
	{ decision }: Pick<WalkContext, 'decision'>,
	{ to, rule }: Branch,
): Exclude<BranchDestination, { readonly kind: 'ask' | 'proven' }> | undefined {
	if (to.kind === 'ask' || (rule.kind === 'consult' && (decision?.next ?? null) === null)) return undefined
	if (to.kind !== 'proven') return to
	const [cause] = decision?.proven ?? []
	return cause === undefined ? undefined : { kind: 'cause', cause }
}

function nameCause(
	rules: Rules,
	taken: WalkContext,
	cause: string,
	finding: Finding,
	before: readonly WalkEmitted[],
): Turn {
	const { title = cause, why = '', prevent = '' } = rules.flow.causes[cause] ?? {}
	const { evidence, supported } = finding
	const named = {
		type: 'cause.named',
		cause,
		title,
		why: rules.text(why, taken) ?? '',
		prevent: rules.text(prevent, taken) ?? '',
		evidence,
		state: supported ? 'proven' : 'chosen',
	} as const
	const { say } = finding
	const causes = withCause(taken.causes, { cause, evidence, say, mended: false, state: named.state })
	return { context: { ...taken, causes }, emits: [...before, named] }
}

/** What the operator chose against the evidence has none; the flow may name lines for a choice. */
function evidenceFor(
	rules: Rules,
	context: WalkContext,
	branch: Branch,
	by: 'recommended' | 'operator',
): Finding['evidence'] {
	if (by === 'recommended') return context.decision?.evidence ?? []
	if (branch.rule.kind === 'when') return []
	return evidenceOf(freshFacts(context), branch.evidence, rules.evaluator, freshScope(context))
}

function sameFinding(one: Finding, other: Finding): boolean {
	return one.step === other.step && one.branch === other.branch && one.cause === other.cause
}

/** The causes with this one, in place of what was said of it before. */
export function withCause(causes: readonly NamedCause[], named: NamedCause): readonly NamedCause[] {
	return causes.some(({ cause }) => cause === named.cause)
		? causes.map((other) => (other.cause === named.cause ? named : other))
		: [...causes, named]
}

function inputsSet(rules: Rules, context: WalkContext, branch: Branch): Readonly<Record<string, string>> {
	const set: Record<string, string> = {}
	for (const [name, cel] of Object.entries(branch.set)) {
		const evaluated = rules.value(cel, context)
		const value =
			evaluated.ok && !Array.isArray(evaluated.value) ? acceptedInput(rules, name, String(evaluated.value)) : undefined
		if (value !== undefined) set[name] = value
	}
	return set
}

/** The value as the flow's input of that name takes it; undefined when there is no such input or it may not be that. */
function acceptedInput(rules: Rules, name: string, value: string): string | undefined {
	const input = has(rules.flow.inputs, name) ? rules.flow.inputs[name] : undefined
	if (input === undefined) return undefined
	const checked = checkInput(input.format, value)
	return checked.ok ? checked.value : undefined
}

/** `step:<id>`, `cause:<id>` or `end:<outcome>`, as in the journal. */
function destinationName(to: Exclude<BranchDestination, { readonly kind: 'ask' | 'proven' }>): string {
	switch (to.kind) {
		case 'goto':
			return `step:${to.step}`
		case 'cause':
			return `cause:${to.cause}`
		case 'end':
			return `end:${to.outcome}`
	}
}

/** Only a retest mends, and only by its evidence or by the answer that the flow asks the operator for. */
function ending(
	context: WalkContext,
	branch: Branch,
	declared: SessionOutcome,
	retest: boolean,
	finding: Finding,
): WalkContext {
	const vouched = finding.supported || branch.rule.kind === 'choice'
	const good = declared !== 'inconclusive' && vouched
	const causes = good && retest ? context.causes.map((cause) => ({ ...cause, mended: true })) : context.causes
	const stands = causes.some((cause) => !cause.mended)
	const repaired = causes.length > 0 || context.changes.length > 0
	const outcome = stands ? 'cause' : !good ? 'inconclusive' : repaired ? 'resolved' : declared
	return { ...context, causes, outcome }
}

/** The operator leaves: with the cause that stands, if one does. `otherwise`: the outcome where nothing else is known. */
export function leave(rules: Rules, context: WalkContext, otherwise: LeftOutcome = 'stopped'): Turn {
	const lost = lastResult(context)?.ending.kind === 'disconnected'
	const stands = context.causes.some((cause) => !cause.mended)
	const outcome = stands ? 'cause' : context.causes.length > 0 ? 'resolved' : lost ? 'unreachable' : otherwise
	return ended(rules, { ...context, outcome }, [])
}

function ended(rules: Rules, context: WalkContext, before: readonly WalkEmitted[]): Turn {
	const { outcome, causes, changes } = context
	if (outcome === null) return { context, emits: before }
	const checklist = checklistOf(rules.flow, (cel) => rules.condition(cel, context)).map(({ reads: _, ...item }) => item)
	return { context, emits: [...before, { type: 'session.ended', outcome, causes, changes, checklist }] }
}

/** Changes an input, and with it what is planned but has not run. A value that the input does not take changes nothing. */
export function setInput(
	rules: Rules,
	context: WalkContext,
	event: Extract<WalkEvent, { readonly type: 'input.set' }>,
): Turn {
	const value = acceptedInput(rules, event.name, event.value)
	if (value === undefined) return { context: {}, emits: [] }
	const inputs = { [event.name]: value }
	const outdated = outdatedBy(rules, context, inputs)
	const changed = {
		...context,
		inputs: { ...context.inputs, ...inputs },
		facts: without(context.facts, new Set(outdated.facts)),
		answers: without(context.answers, new Set(outdated.answers)),
		learned: context.learned + 1,
	}
	const plan = context.decision === null ? planStep(rules, changed, context.cursor) : context.plan
	return {
		context: { inputs: changed.inputs, facts: changed.facts, answers: changed.answers, learned: changed.learned, plan },
		emits: [{ type: 'input.changed', name: event.name, value, ...outdated }],
	}
}
