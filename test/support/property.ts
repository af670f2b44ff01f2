/** What `npm test` tries a part of, and `npm run test:soak` all. */

const isSoak = process.env.RUNTREE_SOAK !== undefined

/** How often a property is tried: a tenth of it, or all. */
export function runs(count: number): number {
	return isSoak ? count : Math.ceil(count / 10)
}

/** Every `step`th of a list, or all of it. */
export function every<T>(step: number, list: readonly T[]): readonly T[] {
	return isSoak ? list : list.filter((_, at) => at % step === 0)
}
