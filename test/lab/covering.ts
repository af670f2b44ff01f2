/** A covering array: few rows in which every pair of levels of two dimensions stands together at least once. */

/**
 * Rows with one level of each dimension, so that every pair of levels of two dimensions stands in one of them. Greedy: each
 * row is begun with a pair that is missing, and filled with what covers most missing pairs. The same seed gives the same rows.
 */
export function coveringArray<T>(dimensions: readonly (readonly T[])[], seed: number): readonly (readonly T[])[] {
	const missing = new Set<string>()
	const pair = (a: number, i: number, b: number, j: number): string =>
		a < b ? `${a}:${i} ${b}:${j}` : `${b}:${j} ${a}:${i}`
	for (const [b, other] of dimensions.entries())
		for (const [a, one] of dimensions.slice(0, b).entries())
			for (const i of one.keys()) for (const j of other.keys()) missing.add(pair(a, i, b, j))
	const random = randomOf(seed)
	const rows: T[][] = []
	while (missing.size > 0) {
		const first = [...missing][Math.floor(random() * missing.size)] ?? ''
		const chosen = new Map(first.split(' ').map((word) => word.split(':').map(Number) as [number, number]))
		for (const [b, levels] of dimensions.entries()) {
			if (chosen.has(b)) continue
			const gain = (j: number): number => [...chosen].filter(([a, i]) => missing.has(pair(a, i, b, j))).length
			const best = Math.max(...[...levels.keys()].map(gain))
			const equal = [...levels.keys()].filter((j) => gain(j) === best)
			chosen.set(b, equal[Math.floor(random() * equal.length)] ?? 0)
		}
		for (const [a, i] of chosen) for (const [b, j] of chosen) if (a < b) missing.delete(pair(a, i, b, j))
		rows.push(dimensions.map((levels, index) => levels[chosen.get(index) ?? 0] as T))
	}
	return rows
}

/** The same things in another order, which the seed decides. */
export function shuffled<T>(things: readonly T[], seed: number): readonly T[] {
	const random = randomOf(seed)
	return things
		.map((thing) => ({ thing, at: random() }))
		.toSorted((a, b) => a.at - b.at)
		.map(({ thing }) => thing)
}

/** Numbers from 0 to 1 that look random: mulberry32. */
function randomOf(seed: number): () => number {
	let state = seed >>> 0
	return () => {
		state = (state + 0x6d2b79f5) >>> 0
		let mixed = Math.imul(state ^ (state >>> 15), state | 1)
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
	}
}
