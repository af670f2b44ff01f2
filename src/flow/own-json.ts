import type { LineSpan, OutputLine } from '../text/parser.ts'
import type { Found } from './own-value.ts'

/** A value in JSON, by its path: `data.items[0].name`; `items[*].name` and a list at its end are every element. */

type Key = string | number | '*'

/** The keys of a path; undefined when it is none. */
export function jsonPath(path: string): readonly Key[] | undefined {
	const keys: Key[] = []
	const pattern = /(?:^|\.)([^.[\]]+)|\[(\d{1,9}|\*)\]|\["([^"]*)"\]/gy
	let end = 0
	for (const match of path.matchAll(pattern)) {
		const [whole, name, index, quoted] = match
		if (index !== undefined) keys.push(index === '*' ? '*' : Number(index))
		else keys.push(name ?? quoted ?? '')
		end = match.index + whole.length
	}
	return end === path.length && keys.length > 0 ? keys : undefined
}

/** The values at a path of the JSON that was printed: the whole of standard output, or the first line that is JSON. */
export function readJson(lines: readonly OutputLine[], path: string): readonly Found[] {
	const keys = jsonPath(path)
	const printed = lines.filter(({ stream }) => stream === 'stdout')
	if (keys === undefined || printed.length === 0) return []
	const whole = parsed(printed.map(({ text }) => text).join('\n'))
	if (whole !== undefined) return found(whole.value, keys, printed)
	for (const line of printed) {
		const one = /^\s*[{[]/.test(line.text) ? parsed(line.text) : undefined
		if (one !== undefined) return found(one.value, keys, [line])
	}
	return []
}

function parsed(text: string): { readonly value: unknown } | undefined {
	try {
		return { value: JSON.parse(text) }
	} catch {
		return undefined
	}
}

function found(value: unknown, keys: readonly Key[], lines: readonly OutputLine[]): readonly Found[] {
	const name = keys.findLast((key) => typeof key === 'string' && key !== '*')
	return valuesAt(value, keys).map((one) => ({
		text: String(one),
		at: placeOf(lines, typeof name === 'string' ? name : undefined, one),
	}))
}

function valuesAt(value: unknown, keys: readonly Key[]): readonly (string | number | boolean)[] {
	const [key, ...rest] = keys
	if (key === undefined) {
		if (Array.isArray(value)) return value.filter(isScalar)
		return isScalar(value) ? [value] : []
	}
	if (key === '*') return Array.isArray(value) ? value.flatMap((one) => valuesAt(one, rest)) : []
	if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return []
	return valuesAt((value as Readonly<Record<Key, unknown>>)[key], rest)
}

function isScalar(value: unknown): value is string | number | boolean {
	return ['string', 'number', 'boolean'].includes(typeof value)
}

/** The line that has both the key and the value, else one that has the value, else the first one. */
function placeOf(lines: readonly OutputLine[], name: string | undefined, value: string | number | boolean): LineSpan {
	const written = JSON.stringify(value)
	const spot = (line: OutputLine | undefined, from: number): LineSpan | undefined => {
		const start = line?.text.indexOf(written, from) ?? -1
		return line === undefined || start < 0 ? undefined : { line: line.number, start, end: start + written.length }
	}
	if (name !== undefined) {
		const key = JSON.stringify(name)
		for (const line of lines) {
			const at = line.text.indexOf(key)
			const place = at < 0 ? undefined : spot(line, at + key.length)
			if (place !== undefined) return place
		}
	}
	for (const line of lines) {
		const place = spot(line, 0)
		if (place !== undefined) return place
	}
	return { line: lines[0]?.number ?? 1 }
}
