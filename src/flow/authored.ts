import { type Branch, CONSULT, type Flow, type Step } from './flow.ts'

/** What the author wrote of a flow, without what the assembler adds to it for the judge. */

/** A step's branches without the proof of all causes and the consult that each ends with. */
export function authoredBranches({ id, branches }: Step): readonly Branch[] {
	if (id === CONSULT) return []
	const consult = branches.findIndex(({ rule }) => rule.kind === 'consult')
	if (consult < 0) return branches
	return branches.slice(0, branches[consult - 1]?.rule.kind === 'proof' ? consult - 1 : consult)
}

/** The steps without the judge's own. */
export function authoredSteps(flow: Flow): readonly Step[] {
	return Object.values(flow.steps).filter(({ id }) => id !== CONSULT)
}
