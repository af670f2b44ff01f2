/** How often a property is tried: a tenth of it with `npm test`, all of it with `npm run test:soak`. */
export function runs(count: number): number {
	return process.env.RUNTREE_SOAK === undefined ? Math.ceil(count / 10) : count
}
