import type { Scope } from '../flow/conditions.ts'
import type { KnownFacts, WalkContext } from './types.ts'

type KnownOnHost = Pick<WalkContext, 'inputs' | 'facts' | 'host'>

/** By facts, which are never changed: the last scope and the fresh ones. Over the same scope everything is judged once. */
const scopes = new WeakMap<WalkContext['facts'], Scope>()
const fresh = new WeakMap<WalkContext['facts'], { readonly since: number; readonly facts: WalkContext['facts'] }>()

/** All that the walk has read, also before the last change: what commands and sentences are made of. */
export function scopeOf({ inputs, facts, host }: KnownOnHost): Scope {
	const before = scopes.get(facts)
	if (before !== undefined && before.inputs === inputs && before.host === host) return before
	const known = Object.entries(facts).map(([name, named]) => [name, named.facts] as const)
	const scope = { inputs, facts: Object.fromEntries(known), host }
	scopes.set(facts, scope)
	return scope
}

/** What is known of the host as it is now: conditions and proofs are judged by it. */
export function freshScope(context: KnownOnHost & Pick<WalkContext, 'changedAt'>): Scope {
	return scopeOf({ ...context, facts: freshFacts(context) })
}

/** The facts that were read since the last change, or by it. */
export function freshFacts({ facts, changedAt }: Pick<WalkContext, 'facts' | 'changedAt'>): WalkContext['facts'] {
	const before = fresh.get(facts)
	if (before?.since === changedAt) return before.facts
	const entries = Object.entries(facts)
	const young = entries.filter(([, known]) => isFresh(known, changedAt))
	const found = young.length === entries.length ? facts : Object.fromEntries(young)
	fresh.set(facts, { since: changedAt, facts: found })
	return found
}

/** Was it read since the host was last changed? What the change itself printed is fresh. */
function isFresh({ read }: KnownFacts, changedAt: number): boolean {
	return read >= changedAt
}
