import { splitAssignment, splitWords } from '../../text/argv.ts'
import type { OutputLine } from '../../text/parser.ts'
import { fullUnitName } from './unit-states.ts'

/** A line `Key=value` of a unit file. */
export interface Assignment {
	readonly section: string
	readonly key: string
	readonly value: string
	readonly line: number
}

/** A unit's files, and what stands in them, in the order in which systemd reads it. */
export interface UnitText {
	readonly files: readonly { readonly path: string; readonly line: number }[]
	readonly assignments: readonly Assignment[]
}

export const isDropIn = (path: string): boolean => /\.d\/[^/]+\.conf$/.test(path)

/** `/etc/systemd/system/app.service.d/x.conf` belongs to `app.service`. */
const unitOf = (path: string): string => {
	const folder = /([^/]+)\.d\/[^/]+\.conf$/.exec(path)?.[1]
	return folder ?? path.slice(path.lastIndexOf('/') + 1)
}

/** Logical lines: continuations joined, comments left out; also comments that stand between continued lines. */
export const readUnits = (lines: readonly OutputLine[]): ReadonlyMap<string, UnitText> => {
	const units = new Map<string, { files: { path: string; line: number }[]; assignments: Assignment[] }>()
	let unit = ''
	let section = ''
	let parts: string[] = []
	let begun = 0
	const current = () => {
		const found = units.get(unit) ?? { files: [], assignments: [] }
		units.set(unit, found)
		return found
	}
	const finish = (): void => {
		const text = parts.join(' ').trim()
		parts = []
		const match = /^([A-Za-z][A-Za-z0-9-]{1,60})\s{0,20}=/.exec(text)
		if (match !== null)
			current().assignments.push({
				section,
				key: match[1] ?? '',
				value: text.slice(match[0].length).trim(),
				line: begun,
			})
	}
	for (const { text, number } of lines) {
		const trimmed = text.trim()
		const header = /^# (\/\S{1,1000}\.(?:service|socket|timer|target|slice|mount|path|conf))$/.exec(trimmed)
		if (header?.[1] !== undefined) {
			if (parts.length > 0) finish()
			unit = unitOf(header[1])
			section = ''
			current().files.push({ path: header[1], line: number })
			continue
		}
		if (/^[#;]/.test(trimmed)) continue
		const continued = /\\$/.test(text.trimEnd())
		const part = continued ? text.trimEnd().slice(0, -1) : text
		if (parts.length === 0) {
			if (trimmed === '') continue
			const name = /^\[([A-Za-z][\w-]{0,40})\]$/.exec(trimmed)?.[1]
			if (name !== undefined) {
				section = name
				continue
			}
			begun = number
		}
		parts.push(part.trim())
		if (!continued) finish()
	}
	if (parts.length > 0) finish()
	return units
}

/** The names of the units whose files stand in the output. */
export const unitsIn = (lines: readonly OutputLine[]): readonly string[] => [
	...[...readUnits(lines).keys()].filter((unit) => unit !== ''),
]

/**
 * The services of which a file stands where operators write theirs, or a deployment, and that start something which stays:
 * what packages bring, an alias, and a job that runs once are none.
 */
export const ownServicesIn = (lines: readonly OutputLine[]): readonly string[] =>
	[...readUnits(lines)].flatMap(([name, unit]) => {
		const isOwn = unit.files.some(({ path }) => /^\/(?:etc|run)\//.test(path) && !isDropIn(path))
		const starts = listOf(assignmentsOf(unit, 'Service', 'ExecStart')).length > 0
		const isJob = assignmentsOf(unit, 'Service', 'Type').at(-1)?.value === 'oneshot'
		return name.endsWith('.service') && isOwn && starts && !isJob ? [name] : []
	})

/**
 * What systemd puts in place of `%i` and the like (systemd.unit(5), "Specifiers"), as far as the unit's name tells it;
 * `%I` and its kind undo an escaping and stay as they are.
 */
export const specifiersOf = (unit: string): ReadonlyMap<string, string> => {
	const name = fullUnitName(unit)
	const bare = name.slice(0, name.lastIndexOf('.'))
	const at = bare.indexOf('@')
	const prefix = at < 0 ? bare : bare.slice(0, at)
	return new Map([
		['%', '%'],
		['n', name],
		['N', bare],
		['p', prefix],
		['j', prefix.slice(prefix.lastIndexOf('-') + 1)],
		...(at === bare.length - 1 ? [] : ([['i', at < 0 ? '' : bare.slice(at + 1)]] as const)),
		['t', '/run'],
		['S', '/var/lib'],
		['C', '/var/cache'],
		['L', '/var/log'],
		['E', '/etc'],
	])
}

export const resolved = (unit: UnitText, specifiers: ReadonlyMap<string, string>): UnitText => ({
	...unit,
	assignments: unit.assignments.map((one) => ({
		...one,
		value: one.value.replace(/%([%\w])/g, (whole, letter: string) => specifiers.get(letter) ?? whole),
	})),
})

/** Later assignments add to a list, and an empty one empties it. */
export const listOf = (assignments: readonly Assignment[]): readonly Assignment[] => {
	const reset = assignments.findLastIndex(({ value }) => value === '')
	return assignments.slice(reset + 1)
}

/** The unit that is meant, of those whose files stand in the output: a template when it is an instance of that. */
export const chooseUnit = (names: readonly string[], wanted: string | undefined): string | undefined => {
	const full = wanted === undefined ? undefined : fullUnitName(wanted)
	const template = full?.replace(/@[^.]*/, '@')
	const found = names.find((unit) => unit === full || unit === template)
	const services = names.filter((unit) => unit.endsWith('.service'))
	// Of several services none may be taken for the one that is meant.
	if (found !== undefined || (full !== undefined && services.length > 1)) return found
	return services[0] ?? names[0]
}

/** What a unit of several sections says: `User=` counts in its section, or before any. */
export const assignmentsOf = (unit: UnitText, section: string, key: string): readonly Assignment[] =>
	unit.assignments.filter((one) => one.key === key && (one.section === section || one.section === ''))

/** The variables that the unit's `Environment=` lines set, the last of each name, with their values. */
export const unitEnvironment = (lines: readonly OutputLine[], wanted?: string): ReadonlyMap<string, string> => {
	const units = readUnits(lines)
	const unit = units.get(chooseUnit([...units.keys()], wanted) ?? '')
	if (unit === undefined) return new Map()
	const filled = wanted === undefined ? unit : resolved(unit, specifiersOf(wanted))
	return new Map(
		listOf(assignmentsOf(filled, 'Service', 'Environment')).flatMap(({ value }) =>
			splitWords(value)
				.map(splitAssignment)
				.filter((pair) => pair !== undefined),
		),
	)
}
