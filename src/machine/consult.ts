import type { Flow, FlowCommand } from '../flow/flow.ts'
import { probeKey } from './answers.ts'
import { differential } from './differential.ts'
import type { Rules } from './rules.ts'
import { freshFacts, freshScope, scopeOf } from './scope.ts'
import type { Standing, WalkContext } from './types.ts'

/** Where the tree has no more to ask: what the evidence comes to, and which probe would settle most for its cost. */

/** The state of every cause on what is known of the host as it is now. */
export function differentialOf(
	{ flow, evaluator }: Pick<Rules, 'flow' | 'evaluator'>,
	context: WalkContext,
): readonly Standing[] {
	const known = { scope: freshScope(context), facts: freshFacts(context), prose: scopeOf(context) }
	return differential(flow, evaluator, known)
}

/** The causes that are proven while the fault is there, and that were not named already: the ones in `first` before the others. */
export function provenOf(
	rules: Rules,
	context: WalkContext,
	standings: readonly Standing[],
	first: readonly string[],
): readonly string[] {
	const { symptom } = rules.flow
	if (symptom !== undefined && rules.condition(symptom, context).value === false) return []
	const proven = standings.filter(({ state }) => state === 'proven').map(({ cause }) => cause)
	return [...new Set([...first.filter((cause) => proven.includes(cause)), ...proven])]
}

/** What a cause that is nearly named weighs against one of which nothing is known yet. */
const LIKELY_WEIGHT = 8

/** The probe that settles most for its cost among those that were not asked since the last change. */
export function nextProbe(rules: Rules, context: WalkContext, standings: readonly Standing[]): FlowCommand | undefined {
	const { symptom, probes } = rules.flow
	if (symptom !== undefined && rules.condition(symptom, context).value === false) return undefined
	return settlingMost(
		probes,
		standings,
		(probe) => !Object.hasOwn(context.answers, probeKey(probe)) && canBeAsked(rules, context, probe),
	)
}

/**
 * The probe that settles most for its cost among those that may be asked: the causes left open that read a fact of it,
 * the likely ones more, divided by its cost. Undefined when none could settle anything.
 */
export function settlingMost(
	probes: Flow['probes'],
	standings: readonly Standing[],
	may: (probe: FlowCommand) => boolean,
): FlowCommand | undefined {
	const open = standings.filter(({ state }) => state === 'likely' || state === 'open')
	let best: { readonly probe: FlowCommand; readonly score: number } | undefined
	for (const probe of Object.values(probes)) {
		if (!may(probe)) continue
		const settles = open.filter(({ missing }) => givesOneOf(probe, missing))
		const worth = settles.reduce((sum, { state }) => sum + (state === 'likely' ? LIKELY_WEIGHT : 1), 0)
		const score = worth / probe.cost
		if (score > (best?.score ?? 0)) best = { probe, score }
	}
	return best?.probe
}

/** Whether a probe gives one of the facts of these paths. */
export function givesOneOf({ parse }: FlowCommand, paths: readonly string[]): boolean {
	return parse.some(({ as }) => paths.some((path) => path === as || path.startsWith(`${as}.`)))
}

function canBeAsked(rules: Rules, context: WalkContext, probe: FlowCommand): boolean {
	if (probe.if !== undefined && rules.applies(probe.if, context).value !== true) return false
	return rules.command(probe.command, context).ok
}
