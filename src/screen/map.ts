import type { Flow, Step } from '../flow/flow.ts'
import { leadsTo, stepLabel } from './choices.ts'
import { outcomes } from './copy.ts'
import type { ChoiceModel, MapItem, TrailItem } from './model.ts'
import type { WalkView } from './walk-view.ts'

/** The path walked, the present place last. */
export function trailOf(view: WalkView): readonly TrailItem[] {
	const { flow, context, phase } = view
	const items = context.path.map((visit, index): TrailItem => {
		const last = index === context.path.length - 1
		const left = visit.cause !== undefined ? 'cause' : visit.by === 'recommended' ? 'passed' : 'chosen'
		const here = last && phase !== 'cause' && phase !== 'ended'
		return { label: stepLabel(flow, visit.step), state: here ? 'current' : left }
	})
	if (phase === 'cause') {
		const title = view.causeId === undefined ? '' : (flow.causes[view.causeId]?.title ?? view.causeId)
		return [...items, { label: `Cause: ${title}`, state: 'current' }]
	}
	if (phase !== 'ended' || context.outcome === null) return items
	return [...items, { label: outcomes[context.outcome].verdict.replace(/[:.,].*$/, ''), state: 'current' }]
}

/** Where the present step can lead, each place once; when it is judged, without what does not hold. */
export function aheadOf(
	{ flow, context, phase, remedies }: WalkView,
	step: Step | undefined,
	choices: readonly ChoiceModel[],
): readonly string[] {
	if (phase === 'ended') return []
	if (phase === 'cause') {
		return remedies.map((remedy) => stepLabel(flow, remedy))
	}
	if (phase === 'deciding')
		return [...new Set(choices.filter(({ mark }) => mark !== 'fails').map(({ leads }) => leads))]
	const places = (step?.branches ?? []).filter(
		({ to, rule }) =>
			(to.kind === 'goto' && to.step !== context.step && rule.kind !== 'consult') ||
			to.kind === 'cause' ||
			to.kind === 'end',
	)
	return [...new Set(places.map(({ to }) => leadsTo(to, flow)))]
}

/** The whole tree, depth first from the start: every step once, below the step that first leads to it. */
export function mapOf({ flow, context }: WalkView): readonly MapItem[] {
	const walked = new Set(context.path.map((visit) => visit.step))
	return treeOf(flow).map(({ step, depth }) => ({
		step,
		depth,
		label: stepLabel(flow, step),
		state: step === context.step ? 'current' : walked.has(step) ? 'passed' : 'ahead',
	}))
}

const trees = new WeakMap<Flow, readonly { readonly step: string; readonly depth: number }[]>()

function treeOf(flow: Flow): readonly { readonly step: string; readonly depth: number }[] {
	const known = trees.get(flow)
	if (known) return known
	const seen = new Set<string>()
	const tree: { step: string; depth: number }[] = []
	const starts = [flow.start, ...Object.values(flow.paths).map((path) => path.start), ...Object.keys(flow.steps)]
	const stack = starts.map((step) => ({ step, depth: 0 })).reverse()
	for (let next = stack.pop(); next; next = stack.pop()) {
		const step = flow.steps[next.step]
		if (!step || seen.has(next.step)) continue
		seen.add(next.step)
		tree.push(next)
		const depth = next.depth + 1
		for (const below of nextSteps(flow, step).reverse()) stack.push({ step: below, depth })
	}
	trees.set(flow, tree)
	return tree
}

function nextSteps(flow: Flow, step: Step): string[] {
	return step.branches.flatMap(({ to, rule }) => {
		if (rule.kind === 'consult') return []
		if (to.kind === 'goto') return [to.step]
		return to.kind === 'cause' ? [...(flow.causes[to.cause]?.remedies ?? [])] : []
	})
}
