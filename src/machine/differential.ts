import type { Evaluator, Judgement, Scope } from '../flow/conditions.ts'
import type { Cause, Flow, Proof } from '../flow/flow.ts'
import { renderText } from '../flow/templates.ts'
import { evidenceOf, linesOf } from './evidence.ts'
import type { CauseState, Evidence, NamedFacts, Standing } from './types.ts'

/** What is known: the facts with their lines, and as conditions read them. */
export interface Known {
	readonly scope: Scope
	readonly facts: Readonly<Record<string, NamedFacts>>
	/** Where sentences take their values from; `scope` where it is left out. */
	readonly prose?: Scope
}

/** How one proof comes out: it holds, it would hold if nothing unknown spoke against it, it does not, or nobody knows. */
type ProofOutcome = 'holds' | 'unless-unknown' | 'fails' | 'open'

interface Tried {
	readonly outcome: ProofOutcome
	readonly proof: Proof
	readonly deciding: readonly string[]
	readonly missing: readonly string[]
	readonly told: boolean
}

/**
 * The state of every cause of the flow on what is known, in the flow's order. Pure and total.
 *
 * A cause is *proven* when a proof of it holds (its `when` is true, its `unless` false), a told fact is among those that
 * decided it, and every cause that it yields to is excluded. It is *likely* when one of these is not so for want of
 * knowledge, *excluded* when every proof fails or when a cause that it yields to is proven, and *open* otherwise.
 */
export function differential(flow: Pick<Flow, 'causes'>, evaluator: Evaluator, known: Known): readonly Standing[] {
	const standings = new Map<string, Standing>()
	const stand = (id: string): Standing => {
		const before = standings.get(id)
		if (before !== undefined) return before
		const cause = flow.causes[id]
		// A circle of yields is refused when a flow is checked; here it ends as unknown.
		standings.set(id, { cause: id, state: 'open', evidence: [], missing: [] })
		const standing = cause === undefined ? standings.get(id) : standingOf(cause, evaluator, known, stand)
		if (standing !== undefined) standings.set(id, standing)
		return standing as Standing
	}
	return Object.keys(flow.causes).map(stand)
}

function standingOf(cause: Cause, evaluator: Evaluator, known: Known, stand: (id: string) => Standing): Standing {
	const tried = cause.proof.map((proof) => tryProof(proof, evaluator, known.scope))
	const holding = best(tried)
	if (holding === undefined) return withoutProof(cause, tried, known)
	const deeper = cause.yields.map(stand)
	const explains = deeper.find(({ state }) => state === 'proven')
	const evidence = evidenceFor(holding, evaluator, known)
	const said = renderText(holding.proof.say, known.prose ?? known.scope, evaluator)
	const say = said === undefined ? {} : { say: said }
	if (explains !== undefined) {
		return { cause: cause.id, state: 'excluded', ...say, evidence, missing: [], symptomOf: explains.cause }
	}
	const unsettled = deeper.filter(({ state }) => state !== 'excluded')
	const because = !holding.told
		? 'hearsay'
		: holding.outcome === 'unless-unknown'
			? 'unless'
			: unsettled.length > 0
				? 'yields'
				: undefined
	if (because === undefined) return { cause: cause.id, state: 'proven', ...say, evidence, missing: [] }
	const missing = unique([...holding.missing, ...unsettled.flatMap((other) => other.missing)])
	return { cause: cause.id, state: 'likely', ...say, evidence, missing, because }
}

/** The proof that says most: one that is told before hearsay, one that holds before one that might not. */
function best(tried: readonly Tried[]): Tried | undefined {
	const holding = tried.filter(({ outcome }) => outcome === 'holds' || outcome === 'unless-unknown')
	const rank = ({ outcome, told }: Tried): number => (told ? 2 : 0) + (outcome === 'holds' ? 1 : 0)
	return holding.toSorted((a, b) => rank(b) - rank(a))[0]
}

function withoutProof(cause: Cause, tried: readonly Tried[], { facts }: Known): Standing {
	const state: CauseState = tried.length > 0 && tried.every(({ outcome }) => outcome === 'fails') ? 'excluded' : 'open'
	const evidence: readonly Evidence[] =
		state === 'excluded'
			? linesOf(
					facts,
					tried.flatMap(({ deciding }) => deciding),
				)
			: []
	const open = tried.filter(({ outcome }) => outcome === 'open')
	return { cause: cause.id, state, evidence, missing: unique(open.flatMap(({ missing }) => missing)) }
}

function tryProof(proof: Proof, evaluator: Evaluator, scope: Scope): Tried {
	const when = evaluator.condition(proof.when, scope)
	if (when.value === false) return tried(proof, 'fails', when)
	const unless = proof.unless === undefined ? undefined : evaluator.condition(proof.unless, scope)
	if (unless?.value === true) return tried(proof, 'fails', unless)
	if (when.value === 'unknown') return tried(proof, 'open', when, unless)
	return tried(proof, unless?.value === 'unknown' ? 'unless-unknown' : 'holds', when, unless)
}

function tried(proof: Proof, outcome: ProofOutcome, first: Judgement, second?: Judgement): Tried {
	const judgements = second === undefined ? [first] : [first, second]
	return {
		outcome,
		proof,
		deciding: unique(judgements.flatMap(({ deciding }) => deciding)),
		missing: unique(judgements.flatMap(({ missing }) => missing)),
		told: first.told,
	}
}

function evidenceFor({ deciding, proof }: Tried, evaluator: Evaluator, { facts, scope }: Known): readonly Evidence[] {
	return evidenceOf(facts, [...deciding, ...proof.evidence], evaluator, scope)
}

function unique(names: readonly string[]): readonly string[] {
	return [...new Set(names)]
}
