import type { Branch, Flow, Step } from '../flow/flow.ts'
import type { Decision, Standing } from '../machine/types.ts'
import { branchText, markOf, sayOf } from './choices.ts'
import type { WhyModel } from './model.ts'
import type { WalkView } from './walk-view.ts'

/**
 * Why the step came out as it did: the rule that won, the other branches in the order of the flow, which is the order of
 * judging, then every cause of which something is known.
 */
export function whyOf(view: WalkView, step: Step | undefined): readonly WhyModel[] {
	const decision = view.context.decision ?? view.context.visited[view.context.step]?.decision
	if (!step || !decision || (view.phase !== 'deciding' && view.phase !== 'cause')) return []
	const branches = step.branches.flatMap((branch, index) => {
		// What the judge adds to each step is shown where it came to something; a cause is shown below.
		if (branch.rule.kind === 'consult' && decision.recommended !== index) return []
		if (branch.rule.kind === 'proof') return []
		return [whyBranch(view, branch, index, decision)]
	})
	return [
		...branches.filter(({ taken }) => taken),
		...causesKnown(view, decision),
		...branches.filter(({ taken }) => !taken),
	]
}

/** How one branch came out. */
export function whyBranch(view: WalkView, branch: Branch, index: number, decision: Decision): WhyModel {
	const [proven] = decision.proven
	const standing = branch.rule.kind === 'proof' ? view.standings().find(({ cause }) => cause === proven) : undefined
	if (standing !== undefined) return whyCause(view.flow, standing, true)
	const verdict = decision.verdicts.find((one) => one.branch === index)
	return {
		text: branchText(branch, sayOf(view, branch, index)).text,
		condition: conditionText(branch.rule),
		mark: markOf(branch, index, decision),
		...(verdict?.reason === undefined ? {} : { reason: verdict.reason }),
		reads: (verdict?.reads ?? []).map(({ path, value }) => `${path} = ${valueText(value)}`),
		taken: decision.recommended === index || (decision.because === 'asks' && branch.rule.kind === 'otherwise'),
	}
}

const ORDER = ['proven', 'likely', 'excluded', 'open'] as const

/** The causes of which something is known: those that are proven, likely, and excluded by a line. */
function causesKnown(view: WalkView, decision: Decision): readonly WhyModel[] {
	return view
		.standings()
		.filter(({ state, evidence }) => state !== 'open' && (state !== 'excluded' || evidence.length > 0))
		.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
		.map((standing) => whyCause(view.flow, standing, standing.cause === decision.proven[0]))
}

const MARKS = { proven: 'holds', likely: 'unknown', open: 'open', excluded: 'fails' } as const

function whyCause(flow: Flow, standing: Standing, taken: boolean): WhyModel {
	const { cause: id, state, say, evidence, missing, symptomOf } = standing
	const cause = flow.causes[id]
	const explained = symptomOf === undefined ? undefined : flow.causes[symptomOf]?.title
	const reason =
		explained !== undefined
			? `explained by: ${explained}`
			: state === 'likely' && missing.length > 0
				? `not known: ${missing.join(', ')}`
				: undefined
	return {
		text: `${state}: ${state === 'proven' && say !== undefined ? say : (cause?.title ?? id)}`,
		condition: (cause?.proof ?? []).map(proofText).join(' or '),
		mark: MARKS[state],
		...(reason === undefined ? {} : { reason }),
		reads: evidence.map(({ text }) => text.trim()),
		taken,
	}
}

function proofText({ when, unless }: { readonly when: string; readonly unless?: string }): string {
	return unless === undefined ? when : `${when}, unless ${unless}`
}

function conditionText(rule: Branch['rule']): string {
	switch (rule.kind) {
		case 'when':
			return rule.condition
		case 'otherwise':
			return 'otherwise: when none of the others holds'
		case 'choice':
			return 'only by your choice'
		case 'proof':
			return 'a cause is proven'
		case 'consult':
			return 'nothing here decides, and a probe is left that could'
	}
}

/** A fact's value on one line, at most 120 characters. */
function valueText(value: unknown): string {
	if (value === undefined || value === null) return 'not known'
	const text = JSON.stringify(value) ?? String(value)
	return text.length > 120 ? `${text.slice(0, 117)}...` : text
}
