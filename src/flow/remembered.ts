interface Store<Key, Value> {
	get(key: Key): Value | undefined
	set(key: Key, value: Value): unknown
}

/** The function, computed once for each key. `memory`: where values are kept; a WeakMap lets go of keys that nobody has. */
export function remembered<Key, Value>(
	compute: (key: Key) => Value,
	memory: Store<Key, Value> = new Map<Key, Value>(),
): (key: Key) => Value {
	return (key) => {
		const before = memory.get(key)
		if (before !== undefined) return before
		const value = compute(key)
		memory.set(key, value)
		return value
	}
}
