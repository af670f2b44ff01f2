import type { Reading } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import type { Evidence, NamedFacts, PlannedCommand, WalkContext } from '../machine/types.ts'

/** Something that the walk looked for and that was not so. */
export interface RuledOut {
	readonly step: string
	readonly branch: number
	/** The cause or the step that it would have led to. */
	readonly title: string
	readonly cause?: string
	readonly condition: string
	/** The facts that made it false, with the lines they were read from. */
	readonly reads: readonly Reading[]
	readonly evidence: readonly Evidence[]
}

const MOST_EVIDENCE = 5

/** The branches whose condition came out false on the steps of the walk. Unknown is not ruled out. Pure. */
export function ruledOut(flow: Flow, context: WalkContext): readonly RuledOut[] {
	const steps = new Set(context.path.map((visit) => visit.step))
	return [...steps].flatMap((id) => {
		const seen = context.visited[id]
		if (seen === undefined) return []
		const facts = factsOf(seen.plan, context)
		return seen.decision.verdicts.flatMap(({ branch, value, reads }) => {
			const found = flow.steps[id]?.branches[branch]
			if (value !== false || found?.rule.kind !== 'when') return []
			const { to } = found
			if (to.kind !== 'cause' && to.kind !== 'goto') return []
			// What another branch named is not ruled out by one that would have named it for another reason.
			if (to.kind === 'cause' && context.causes.some(({ cause }) => cause === to.cause)) return []
			const title = to.kind === 'cause' ? flow.causes[to.cause]?.title : flow.steps[to.step]?.title
			return [
				{
					step: id,
					branch,
					title: title ?? (to.kind === 'cause' ? to.cause : to.step),
					...(to.kind === 'cause' ? { cause: to.cause } : {}),
					condition: found.rule.condition,
					reads,
					evidence: evidenceOf(facts, reads),
				},
			]
		})
	})
}

/** The step's own facts first: a later run may have replaced those of the same name. */
function factsOf(plan: readonly PlannedCommand[], context: WalkContext): Readonly<Record<string, NamedFacts>> {
	const own = plan.flatMap((planned) => (planned.kind === 'run' ? (planned.result?.named ?? []) : []))
	return { ...context.facts, ...Object.fromEntries(own.map((named) => [named.name, named])) }
}

function evidenceOf(facts: Readonly<Record<string, NamedFacts>>, reads: readonly Reading[]): readonly Evidence[] {
	const found = new Map<string, Evidence>()
	for (const { path } of reads) {
		const [name = '', ...rest] = path.split('.')
		const fact = rest.join('.')
		const lines = Object.hasOwn(facts, name) ? (facts[name]?.evidence[fact] ?? []) : []
		for (const line of lines) found.set(`${line.run}:${line.line}`, line)
	}
	return [...found.values()].slice(0, MOST_EVIDENCE)
}
