/** In which order things can be made that use each other. */
export interface Order {
	/** Each after those that it uses; those that use themselves at the end. */
	readonly ordered: readonly string[]
	/** What uses itself, by the names on the way round. */
	readonly circles: readonly (readonly string[])[]
	/** How long the longest chain of uses from each is. */
	readonly depths: ReadonlyMap<string, number>
}

/** The order of things by what each of them uses: names that are none of the things are passed over. Linear. */
export function usageOrder(things: Readonly<Record<string, Iterable<string>>>): Order {
	const uses = new Map<string, readonly string[]>()
	for (const [name, all] of Object.entries(things)) {
		uses.set(
			name,
			[...new Set(all)].filter((other) => Object.hasOwn(things, other)),
		)
	}
	const arrows = [...uses].flatMap(([name, used]) => used.map((other) => ({ name, other })))
	const usedBy = Map.groupBy(arrows, ({ other }) => other)
	const waitsFor = new Map([...uses].map(([name, used]) => [name, used.length]))
	const depths = new Map<string, number>()
	const ordered = [...uses].filter(([, used]) => used.length === 0).map(([name]) => name)
	for (const name of ordered) {
		const depth = depths.get(name) ?? 1
		for (const { name: next } of usedBy.get(name) ?? []) {
			depths.set(next, Math.max(depths.get(next) ?? 1, depth + 1))
			const left = (waitsFor.get(next) ?? 0) - 1
			waitsFor.set(next, left)
			if (left === 0) ordered.push(next)
		}
	}
	const stuck = new Set([...waitsFor].filter(([, left]) => left > 0).map(([name]) => name))
	const circles: (readonly string[])[] = []
	for (const name of stuck) {
		const circle = circleFrom(name, uses, stuck)
		const [first = name] = circle
		if (!circles.some((known) => known.includes(first))) circles.push(circle)
	}
	return { ordered: [...ordered, ...stuck], circles, depths }
}

/** Follows what a stuck one uses until a name comes again: the names from there on. */
function circleFrom(
	start: string,
	uses: ReadonlyMap<string, readonly string[]>,
	stuck: ReadonlySet<string>,
): readonly string[] {
	const way: string[] = []
	for (let name: string | undefined = start; name !== undefined; ) {
		const before = way.indexOf(name)
		if (before >= 0) return way.slice(before)
		way.push(name)
		name = uses.get(name)?.find((other) => stuck.has(other))
	}
	return way
}
