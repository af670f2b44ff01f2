/** Which faults a run of the lab's tests breaks, and on which variants of the host. */
import { type Fault, listFaults, VARIANTS, type Variant } from './faults.ts'

export interface Job {
	readonly fault: Fault
	readonly variant: Variant
}

/**
 * Every fault once, on that of its variants that was used least so far; each of its variants when RUNTREE_LAB is `all`,
 * and only the faults that RUNTREE_FAULTS names when it is set (separated by commas).
 */
export function jobs(env: Readonly<Record<string, string | undefined>> = process.env): Job[] {
	const named = env.RUNTREE_FAULTS?.split(',')
	const faults = listFaults().filter(({ name }) => named === undefined || named.includes(name))
	if (env.RUNTREE_LAB === 'all') return faults.flatMap((fault) => fault.variants.map((variant) => ({ fault, variant })))
	const used = new Map<Variant, number>(VARIANTS.map((variant) => [variant, 0]))
	return faults.map((fault) => {
		const [variant = 'unix'] = fault.variants.toSorted((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0))
		used.set(variant, (used.get(variant) ?? 0) + 1)
		return { fault, variant }
	})
}
