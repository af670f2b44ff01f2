/**
 * How many times as much processor time the work takes for the larger size than for the smaller one. It is this process's
 * own time, so whatever else the machine does counts for nothing. Each is tried three times, and its best counts.
 */
export function growth<Input>(work: (input: Input) => void, small: Input, large: Input): number {
	work(small)
	return cost(() => work(large)) / cost(() => work(small))
}

/** Milliseconds; not less than a tenth of one, where the clock is coarse. */
function cost(work: () => void): number {
	const once = (): number => {
		const before = process.cpuUsage()
		work()
		const { user, system } = process.cpuUsage(before)
		return (user + system) / 1_000
	}
	return Math.max(0.1, Math.min(once(), once(), once()))
}
