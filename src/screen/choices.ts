import { type Branch, type BranchDestination, CONSULT, type Flow, type Step } from '../flow/flow.ts'
import type { Decision } from '../machine/types.ts'
import { branchDestination } from '../machine/walk.ts'
import type { ChoiceModel, Mark } from './model.ts'
import type { WalkView } from './walk-view.ts'

/**
 * The branches that can be taken now: the recommended one first, then what only the operator can say, then what nobody
 * knows yet. What the evidence speaks against stands behind the key for why.
 */
export function branchChoices(view: WalkView, step: Step): readonly ChoiceModel[] {
	const { decision } = view.context
	const all = offered(view, step)
	const possible = all.filter(({ branch, index }) => isPossible(branch, index, decision))
	const choices = (possible.length > 0 ? possible : all).map(({ branch, index }): ChoiceModel => {
		const to = branchDestination(view.context, branch)
		return {
			event: { type: 'branch.take', branch: index },
			...branchText(branch, sayOf(view, branch, index)),
			leads: to === undefined ? 'you choose' : leadsTo(to, view.flow),
			mark: markOf(branch, index, decision),
			recommended: decision?.recommended === index,
		}
	})
	const ordered = choices.toSorted((a, b) => rank(a) - rank(b))
	// Of several ways to one place that nobody knows to be right, one is enough.
	const places = new Set<string>()
	return ordered.filter((choice) => {
		const known = choice.mark !== 'unknown' || !places.has(choice.leads)
		places.add(choice.leads)
		return known
	})
}

/** Nothing speaks against it, and nothing before it holds. */
function isPossible(branch: Branch, index: number, decision: Decision | null): boolean {
	if (decision?.recommended === index || branch.rule.kind === 'choice') return true
	return branch.rule.kind !== 'when' || markOf(branch, index, decision) === 'unknown'
}

/** The branches that can be taken now, in the flow's order, before their texts are filled in and without their marks: a quiz. */
export function unfilledChoices(view: WalkView, step: Step): readonly ChoiceModel[] {
	return offered(view, step).map(({ branch, index }): ChoiceModel => {
		const to = branchDestination(view.context, branch)
		return {
			event: { type: 'branch.take', branch: index },
			...branchText(branch, withGaps(branch.say)),
			leads: to === undefined ? 'you choose' : leadsTo(to, view.flow),
			mark: 'open',
			recommended: false,
		}
	})
}

/** What the machine offers and the evidence leaves open: at the judge's own step, the causes that are likely. */
function offered(view: WalkView, step: Step): readonly { readonly branch: Branch; readonly index: number }[] {
	const likely = step.id === CONSULT ? likelyCauses(view) : undefined
	return view.available.flatMap((event) => {
		const branch = event.branch === undefined ? undefined : step.branches[event.branch]
		if (event.type !== 'branch.take' || event.branch === undefined || !branch) return []
		if (likely !== undefined && branch.to.kind === 'cause' && !likely.has(branch.to.cause)) return []
		return [{ branch, index: event.branch }]
	})
}

function likelyCauses(view: WalkView): ReadonlySet<string> {
	return new Set(view.standings().flatMap(({ cause, state }) => (state === 'likely' ? [cause] : [])))
}

const ORDER: readonly Mark[] = ['holds', 'open', 'unknown', 'fails']

function rank(choice: ChoiceModel): number {
	return choice.recommended ? -1 : ORDER.indexOf(choice.mark)
}

/**
 * What a branch says. One that does not hold was written about other facts than those that were found ("it answers
 * 502, so it works"), so it is named by where it leads.
 */
export function sayOf(view: WalkView, branch: Branch, index: number): string {
	const { context, flow } = view
	const mark = markOf(branch, index, context.decision)
	const said = mark === 'holds' || branch.rule.kind !== 'when' ? context.decision?.says[index] : undefined
	if (said !== undefined && said !== '') return said
	const to = branchDestination(context, branch)
	return to === undefined ? view.prose(branch.say) : leadsTo(to, flow)
}

/** What a branch is called, and what more there is to say about it. */
export function branchText(branch: Branch, say: string): Pick<ChoiceModel, 'text' | 'more'> {
	const more = say.trim()
	if (branch.rule.kind !== 'choice') return { text: more }
	return more === '' || more === branch.rule.label ? { text: branch.rule.label } : { text: branch.rule.label, more }
}

/** A template that is not filled in, for a quiz: gaps for its values. */
function withGaps(template: string): string {
	return template.trim().replace(/\{\{.*?\}\}/g, '…')
}

/**
 * How a branch's condition came out. Branches are judged in order: one below the first that holds does not hold, since
 * it was written for when those above it do not.
 */
export function markOf(branch: Branch, index: number, decision: Decision | null): Mark {
	if (branch.rule.kind === 'proof') return decision?.recommended === index ? 'holds' : 'open'
	if (branch.rule.kind !== 'when') return 'open'
	const verdict = decision?.verdicts.find((one) => one.branch === index)
	if (!verdict || verdict.value === 'unknown') return 'unknown'
	if (!verdict.value) return 'fails'
	return decision?.verdicts.find(({ value }) => value === true)?.branch === index ? 'holds' : 'open'
}

/** Where a branch leads, in a few words. */
export function leadsTo(to: BranchDestination, flow: Flow): string {
	switch (to.kind) {
		case 'proven':
			return 'the proven cause'
		case 'goto':
			return stepLabel(flow, to.step)
		case 'cause':
			return `cause: ${flow.causes[to.cause]?.title ?? to.cause}`
		case 'end':
			return `end: ${to.outcome}`
		case 'ask':
			return 'you choose'
	}
}

/** A step's short name. */
export function stepLabel(flow: Flow, id: string): string {
	const step = flow.steps[id]
	return step?.label ?? step?.title ?? id
}

/** What can be done about the cause: its remedies, the recommended one first, then the retest if the machine offers it. */
export function remedyChoices(view: WalkView): readonly ChoiceModel[] {
	const offered = view.available.filter((event) => event.type === 'remedy.start')
	const remedies = view.remedies.flatMap((id) => offered.filter(({ step }) => step === id))
	const others = view.available.filter((event) => event.type === 'step.goto' && event.step !== undefined)
	return [...remedies, ...others].map((event, index) => {
		const step = event.step ?? ''
		const place = view.flow.steps[step]
		const changes = place?.run.some((command) => command.effect !== 'read') ?? false
		return {
			event: { type: event.type === 'remedy.start' ? 'remedy.start' : 'step.goto', step },
			text: view.flow.steps[step]?.title ?? step,
			leads: changes ? `changes ${view.context.host}` : place?.manual ? 'by hand' : 'only reads',
			mark: 'open',
			recommended: index === 0,
		}
	})
}
