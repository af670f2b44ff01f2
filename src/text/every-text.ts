/** Plain data, such as JSON holds, with every text of it changed; names of fields included. */
export function changeTexts<T>(value: T, change: (text: string) => string): T {
	return changed(value, change) as T
}

function changed(value: unknown, change: (text: string) => string): unknown {
	if (typeof value === 'string') return change(value)
	if (Array.isArray(value)) return value.map((item) => changed(item, change))
	if (typeof value !== 'object' || value === null) return value
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [change(name), changed(item, change)]))
}
