import type { Scope } from '../flow/conditions.ts'
import type { KnownFacts, WalkContext } from './types.ts'

type Known = Pick<WalkContext, 'inputs' | 'facts' | 'host'>

/** All that the walk has read, also before the last change: what commands and sentences are made of. */
export function scopeOf({ inputs, facts, host }: Known): Scope {
	const known = Object.entries(facts).map(([name, named]) => [name, named.facts] as const)
	return { inputs, facts: Object.fromEntries(known), host }
}

/** What is known of the host as it is now: conditions and proofs are judged by it. */
export function freshScope(context: Known & Pick<WalkContext, 'changedAt'>): Scope {
	return scopeOf({ ...context, facts: freshFacts(context) })
}

/** The facts that were read since the last change, or by it. */
export function freshFacts({ facts, changedAt }: Pick<WalkContext, 'facts' | 'changedAt'>): WalkContext['facts'] {
	return Object.fromEntries(Object.entries(facts).filter(([, known]) => isFresh(known, changedAt)))
}

/** Was it read since the host was last changed? What the change itself printed is fresh. */
export function isFresh({ read }: KnownFacts, changedAt: number): boolean {
	return read >= changedAt
}
