import type { z } from 'zod'
import { meantOrKnown } from './nearest.ts'
import type { Problem } from './problem.ts'
import { keysAt } from './schema-walk.ts'
import type { Source } from './source.ts'

type Issue = z.core.$ZodIssue

/** What zod found wrong with a file that this schema is for, at its places and in words for authors. */
export function schemaProblems(issues: readonly Issue[], schema: z.ZodType, source: Source): readonly Problem[] {
	return issues
		.flatMap((issue) => problemsOf(issue, [], schema, source))
		.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

function problemsOf(
	issue: Issue,
	above: readonly PropertyKey[],
	schema: z.ZodType,
	source: Source,
): readonly Problem[] {
	const path = [...above, ...issue.path]
	const label = path.length === 0 ? 'the file' : labelOf(path)
	switch (issue.code) {
		case 'unrecognized_keys':
			return issue.keys.map((key) => unknownKey(key, path, schema, source))
		case 'invalid_key': {
			const said = issue.issues.map(({ message }) => message).join(', ')
			return [source.problem({ path, key: true }, `\`${String(path.at(-1))}\` ${said}`)]
		}
		case 'invalid_union': {
			// Of an object's issues, those inside it tell more than that it is no text.
			const inside = issue.errors.find((errors) => errors.some(isInside))
			if (inside !== undefined && isObject(valueAt(source.data, path)))
				return inside.flatMap((error) => problemsOf(error, path, schema, source))
			return [source.problem({ path }, `${label} ${issue.message}`)]
		}
		case 'invalid_type':
			if (valueAt(source.data, path) === undefined) {
				const owner = path.length < 2 ? 'the file' : labelOf(path.slice(0, -1))
				return [source.problem({ path }, `${owner} has no \`${String(path.at(-1))}\``)]
			}
			return [source.problem({ path }, `${label} ${expectation(issue)}, not ${kindOf(valueAt(source.data, path))}`)]
		default:
			return [source.problem({ path }, `${label} ${issue.message}`, hintOf(issue))]
	}
}

function hintOf(issue: Issue): string | undefined {
	const hint: unknown = issue.code === 'custom' ? issue.params?.hint : undefined
	return typeof hint === 'string' ? hint : undefined
}

function isObject(value: unknown): boolean {
	return typeof value === 'object' && value !== null
}

function isInside(error: Issue): boolean {
	return error.path.length > 0 || error.code === 'unrecognized_keys'
}

function expectation(issue: Extract<Issue, { code: 'invalid_type' }>): string {
	if (issue.message.startsWith('must ')) return issue.message
	return `must be ${{ object: 'a block of keys', record: 'a block of keys', array: 'a list' }[issue.expected as string] ?? issue.expected}`
}

function unknownKey(key: string, path: readonly PropertyKey[], schema: z.ZodType, source: Source): Problem {
	const hint = meantOrKnown(key, keysAt(path, schema))
	return source.problem({ path: [...path, key], key: true }, `there is no key \`${key}\` here`, hint)
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
	let value = data
	for (const name of path) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
		value = (value as Readonly<Record<PropertyKey, unknown>>)[name]
	}
	return value
}

function kindOf(value: unknown): string {
	if (value === null) return 'empty'
	if (Array.isArray(value)) return 'a list'
	if (typeof value === 'object') return 'a block of keys'
	return typeof value === 'string' ? 'text' : `${value} (put it in quotes)`
}

/** The last key of a place, and the entry for an item of a list: `branches[2]`. */
function labelOf(path: readonly PropertyKey[]): string {
	const last = path.at(-1)
	return typeof last === 'number' ? `\`${String(path.at(-2))}[${last}]\`` : `\`${String(last)}\``
}
