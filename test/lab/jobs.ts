/** Which faults a run of the lab's tests breaks, and on which variants of the host. */
import { type Job, stacks } from './stacks.ts'

/**
 * Every fault once, on that of its variants that was used least so far; each of its variants when RUNTREE_LAB is `all`.
 * Only the faults that RUNTREE_FAULTS names when it is set (separated by commas), only one flow's with RUNTREE_FLOW.
 */
export function jobs(env: Readonly<Record<string, string | undefined>> = process.env): Job[] {
	const named = env.RUNTREE_FAULTS?.split(',')
	return stacks(env).flatMap((stack) => {
		const faults = stack.faults.filter(({ name }) => named === undefined || named.includes(name))
		const used = new Map<string, number>()
		return faults.flatMap((fault) => {
			if (env.RUNTREE_LAB === 'all') return fault.variants.map((variant) => ({ stack, fault, variant }))
			const [variant = ''] = fault.variants.toSorted((a, b) => (used.get(a) ?? 0) - (used.get(b) ?? 0))
			used.set(variant, (used.get(variant) ?? 0) + 1)
			return [{ stack, fault, variant }]
		})
	})
}
