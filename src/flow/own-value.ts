import type { FactValue, LineSpan } from '../text/parser.ts'
import type { OwnFactType } from './flow.ts'

/** A text that an own parser found, and where. */
export interface Found {
	readonly text: string
	readonly at: LineSpan
}

/** What a text that an own parser found says as a value of its type; undefined when it is none. */
export function ownValue(type: OwnFactType, text: string): FactValue | undefined {
	const trimmed = text.trim()
	switch (type) {
		case 'string':
		case 'list':
			return text
		case 'int':
			return /^[+-]?\d{1,16}$/.test(trimmed) ? whole(Number(trimmed)) : undefined
		case 'double':
			return /^[+-]?(?:\d{1,30}\.?\d{0,30}|\.\d{1,30})(?:[eE][+-]?\d{1,3})?$/.test(trimmed)
				? finite(Number(trimmed))
				: undefined
		case 'bool':
			return truth.get(trimmed.toLowerCase())
		case 'size':
			return size(trimmed)
		case 'duration':
			return duration(trimmed)
		case 'percent': {
			const number = /^(\d{1,9}(?:\.\d{1,9})?)[ \t]*%?$/.exec(trimmed)?.[1]
			// Rounded down: 99.6 % is not yet full.
			return number === undefined ? undefined : Math.floor(Number(number))
		}
	}
}

const truth: ReadonlyMap<string, boolean> = new Map([
	...['true', 'yes', 'on', 'enabled', '1'].map((word) => [word, true] as const),
	...['false', 'no', 'off', 'disabled', '0'].map((word) => [word, false] as const),
])

function whole(value: number): number | undefined {
	return Number.isSafeInteger(value) ? value : undefined
}

function finite(value: number): number | undefined {
	return Number.isFinite(value) ? value : undefined
}

/** Programs that write k, M and G mean powers of 1024, with or without the B. */
function size(text: string): number | undefined {
	const match = /^(\d{1,15}(?:\.\d{1,9})?)[ \t]*([kmgtpe]?)(?:i?b|bytes?)?$/i.exec(text)
	if (match === null) return undefined
	const power = match[2] === '' ? 0 : ' kmgtpe'.indexOf((match[2] ?? '').toLowerCase())
	return whole(Math.round(Number(match[1]) * 1024 ** power))
}

const seconds: ReadonlyMap<string, number> = new Map([
	...['us', 'µs', 'usec'].map((unit) => [unit, 1e-6] as const),
	...['ms', 'msec'].map((unit) => [unit, 1e-3] as const),
	...['', 's', 'sec', 'secs', 'second', 'seconds'].map((unit) => [unit, 1] as const),
	...['m', 'min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60] as const),
	...['h', 'hr', 'hour', 'hours'].map((unit) => [unit, 3600] as const),
	...['d', 'day', 'days'].map((unit) => [unit, 86_400] as const),
	...['w', 'week', 'weeks'].map((unit) => [unit, 604_800] as const),
	...['month', 'months'].map((unit) => [unit, 2_629_800] as const),
	...['y', 'year', 'years'].map((unit) => [unit, 31_557_600] as const),
])

/** `30`, `30s`, `2min 5s`, `1h30m`, and the clock of ps: `05:02`, `2-03:04:05`. */
function duration(text: string): number | undefined {
	const clock = /^(?:(\d{1,6})-)?(?:(\d{1,2}):)?(\d{1,2}):(\d\d(?:\.\d{1,9})?)$/.exec(text)
	if (clock !== null) {
		const [, days = '0', hours = '0', minutes = '0', secs = '0'] = clock
		return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(secs)
	}
	const parts = [...text.matchAll(/(\d{1,15}(?:\.\d{1,9})?)[ \t]*([a-zµ]*)[ \t,]*/gy)]
	if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined
	let total = 0
	for (const [, number, unit = ''] of parts) {
		const factor = seconds.get(unit)
		if (factor === undefined || (unit === '' && parts.length > 1)) return undefined
		total += Number(number) * factor
	}
	// Sums of fractions would show their binary ends.
	return Math.round(total * 1e6) / 1e6
}
