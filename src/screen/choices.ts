import type { Branch, Destination, Flow, Step } from '../flow/flow.ts'
import type { Decision } from '../machine/types.ts'
import type { ChoiceModel, Mark } from './model.ts'
import type { WalkView } from './walk-view.ts'

/** The branches that can be taken now: the recommended one first, then by how likely they are, then as the flow has them. */
export function branchChoices(view: WalkView, step: Step): readonly ChoiceModel[] {
	const { decision } = view.context
	const choices = view.available.flatMap((event): ChoiceModel[] => {
		const branch = event.branch === undefined ? undefined : step.branches[event.branch]
		if (event.type !== 'branch.take' || event.branch === undefined || !branch) return []
		return [
			{
				event: { type: 'branch.take', branch: event.branch },
				...branchText(branch, sayOf(view, branch, event.branch)),
				leads: leadsTo(branch.to, view.flow),
				mark: markOf(branch, event.branch, decision),
				recommended: decision?.recommended === event.branch,
			},
		]
	})
	return choices
		.map((choice, place) => ({ choice, place }))
		.sort((a, b) => rank(a.choice, decision) - rank(b.choice, decision) || a.place - b.place)
		.map(({ choice }) => choice)
}

/** The branches that can be taken now, in the flow's order, before their texts are filled in and without their marks: a quiz. */
export function unfilledChoices(view: WalkView, step: Step): readonly ChoiceModel[] {
	return view.available.flatMap((event): ChoiceModel[] => {
		const branch = event.branch === undefined ? undefined : step.branches[event.branch]
		if (event.type !== 'branch.take' || event.branch === undefined || !branch) return []
		return [
			{
				event: { type: 'branch.take', branch: event.branch },
				...branchText(branch, branch.say),
				leads: leadsTo(branch.to, view.flow),
				mark: 'open',
				recommended: false,
			},
		]
	})
}

const decided: readonly Mark[] = ['holds', 'unknown', 'open', 'fails']
/** Where the evidence does not decide, what the operator can say comes first. */
const undecided: readonly Mark[] = ['open', 'holds', 'unknown', 'fails']

function rank(choice: ChoiceModel, decision: Decision | null): number {
	if (choice.recommended) return -1
	return (decision?.recommended == null ? undecided : decided).indexOf(choice.mark)
}

/**
 * What a branch says. One that does not hold was written about other facts than those that were found ("it answers
 * 502, so it works"), so these are left open there.
 */
export function sayOf({ context, prose }: WalkView, branch: Branch, index: number): string {
	const { decision } = context
	const mark = markOf(branch, index, decision)
	if (mark === 'fails' || mark === 'unknown') return branch.say
	return decision?.says[index] ?? prose(branch.say)
}

/** What a branch is called, and what more there is to say about it. */
export function branchText(branch: Branch, say: string): Pick<ChoiceModel, 'text' | 'more'> {
	const more = withGaps(say)
	if (branch.rule.kind !== 'choice') return { text: more }
	return more === '' || more === branch.rule.label ? { text: branch.rule.label } : { text: branch.rule.label, more }
}

/** A template that is not filled in: gaps for its values, and of two wordings the one that needs none. */
function withGaps(template: string): string {
	return template
		.trim()
		.replace(/\{\{[^{}]*\?[^{}]*:\s*'([^']*)'\s*\}\}/g, '$1')
		.replace(/\{\{.*?\}\}/g, '…')
}

/** How a branch's condition came out. */
export function markOf(branch: Branch, index: number, decision: Decision | null): Mark {
	if (branch.rule.kind !== 'when') return 'open'
	const verdict = decision?.verdicts.find((one) => one.branch === index)
	if (!verdict || verdict.value === 'unknown') return 'unknown'
	return verdict.value ? 'holds' : 'fails'
}

/** Where a branch leads, in a few words. */
export function leadsTo(to: Destination, flow: Flow): string {
	switch (to.kind) {
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
