import type { Branch, Step } from '../flow/flow.ts'
import type { Decision } from '../machine/types.ts'
import { branchText, markOf, sayOf } from './choices.ts'
import type { WhyModel } from './model.ts'
import type { WalkView } from './walk-view.ts'

/** How each branch of the present step came out, in the order of the flow, which is the order of judging. */
export function whyOf(view: WalkView, step: Step | undefined): readonly WhyModel[] {
	const decision = view.context.decision ?? view.context.visited[view.context.step]?.decision
	if (!step || !decision || (view.phase !== 'deciding' && view.phase !== 'cause')) return []
	return step.branches.flatMap((branch, index) => {
		// What the judge adds to each step is shown where it came to something.
		if (branch.rule.kind === 'consult' && decision.recommended !== index) return []
		if (branch.rule.kind === 'proof' && decision.proven.length === 0) return []
		return [whyBranch(view, branch, index, decision)]
	})
}

/** How one branch came out. */
export function whyBranch(view: WalkView, branch: Branch, index: number, decision: Decision): WhyModel {
	const verdict = decision.verdicts.find((one) => one.branch === index)
	return {
		text: branchText(branch, sayOf(view, branch, index)).text,
		condition: conditionText(branch.rule),
		mark: markOf(branch, index, decision),
		...(verdict?.reason === undefined ? {} : { reason: verdict.reason }),
		reads: (verdict?.reads ?? []).map(({ path, value }) => `${path} = ${valueText(value)}`),
		taken: decision.recommended === index || isAsked(decision, branch.rule.kind),
	}
}

function conditionText(rule: Step['branches'][number]['rule']): string {
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

function isAsked({ because }: Decision, kind: Branch['rule']['kind']): boolean {
	return because === 'asks' && kind === 'otherwise'
}

/** A fact's value on one line, at most 120 characters. */
function valueText(value: unknown): string {
	if (value === undefined) return 'not told'
	const text = JSON.stringify(value) ?? String(value)
	return text.length > 120 ? `${text.slice(0, 117)}...` : text
}
