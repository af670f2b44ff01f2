import type { Flow, FlowCommand } from '../flow/flow.ts'
import { isAnswered, probeKey } from './answers.ts'
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
	return settlingMost(probes, standings, (probe) => waitsFor(rules, context, probe))
}

/**
 * The probe that settles most for its cost: the causes left open that read a fact of it, the likely ones more, divided by
 * its cost. `waits` says which facts must be told before a probe can be asked, none when it can, and undefined when it is
 * not to be asked at all. One that has to wait lends half of its worth to those that tell what it waits for. Undefined
 * when none could settle anything.
 */
export function settlingMost(
	probes: Flow['probes'],
	standings: readonly Standing[],
	waits: (probe: FlowCommand) => readonly string[] | undefined,
): FlowCommand | undefined {
	const open = standings.filter(({ state }) => state === 'likely' || state === 'open')
	const all = Object.values(probes).flatMap((probe) => {
		const facts = waits(probe)
		return facts === undefined ? [] : [{ probe, facts }]
	})
	const worthOf = (probe: FlowCommand, waiting: typeof all): number => {
		const settles = open.filter(({ missing }) => givesOneOf(probe, missing))
		const own = settles.reduce((sum, { state }) => sum + (state === 'likely' ? LIKELY_WEIGHT : 1), 0)
		const helped = waiting.filter(({ facts }) => givesOneOf(probe, facts))
		const others = waiting.filter((one) => !helped.includes(one))
		return own + helped.reduce((sum, one) => sum + worthOf(one.probe, others) / 2, 0)
	}
	const waiting = all.filter(({ facts }) => facts.length > 0)
	let best: { readonly probe: FlowCommand; readonly score: number } | undefined
	for (const { probe } of all.filter(({ facts }) => facts.length === 0)) {
		const score = worthOf(probe, waiting) / probe.cost
		if (score > (best?.score ?? 0)) best = { probe, score }
	}
	return best?.probe
}

/** Whether a probe gives one of the facts of these paths. */
export function givesOneOf({ parse }: FlowCommand, paths: readonly string[]): boolean {
	return parse.some(({ as }) => paths.some((path) => path === as || path.startsWith(`${as}.`)))
}

function waitsFor(rules: Rules, context: WalkContext, probe: FlowCommand): readonly string[] | undefined {
	const applies = probe.if === undefined ? undefined : rules.applies(probe.if, context)
	if (applies?.value === false) return undefined
	const command = rules.command(probe.command, context)
	if (isAnswered(context, probeKey(probe), command.ok ? command.text : undefined)) return undefined
	const missing = [...(applies?.missing ?? []), ...(command.ok ? [] : command.missing)]
	const ready = applies?.value !== 'unknown' && command.ok
	return ready || missing.length > 0 ? missing : undefined
}
