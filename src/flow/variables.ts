import type { FactSchema, Facts, FactType, FactValue, Parser } from '../text/parser.ts'
import type { Flow } from './flow.ts'
import { RESULT, resultSchema } from './result.ts'

/** What the facts of a flow are called and of what type they are: one schema for a name over the whole flow. */
export type FactDeclarations = ReadonlyMap<string, FactSchema>

/** The facts that a parser gives, `result` included; undefined when there is no such parser. */
export function schemaOf(parser: string, parsers: ReadonlyMap<string, Parser>): FactSchema | undefined {
	return parser === RESULT ? resultSchema : parsers.get(parser)?.facts
}

/** `result` and every name that a step parses into. Names that cannot be used, and unknown parsers, are left out. */
export function declareFacts(steps: Flow['steps'], parsers: ReadonlyMap<string, Parser>): FactDeclarations {
	const declared = new Map<string, FactSchema>([[RESULT, resultSchema]])
	for (const step of Object.values(steps)) {
		for (const { parse } of step.run) {
			for (const { parser, as } of parse) {
				const schema = schemaOf(parser, parsers)
				if (schema !== undefined && !declared.has(as) && unusableName(as) === undefined) declared.set(as, schema)
			}
		}
	}
	return declared
}

const builtIn = new Set(['inputs', 'host', RESULT])

const languageWords = new Set(
	(
		'true false null in as break const continue else for function if import let loop package namespace return var ' +
		'void while prototype cel google int uint double bool string bytes list map type null_type dyn optional has size'
	).split(' '),
)

/** Why a name cannot stand for facts or for an input in an expression; undefined when it can. */
export function unusableName(name: string): string | undefined {
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'must be letters, digits and _ only, and not begin with a digit'
	if (builtIn.has(name)) return 'is built in'
	if (languageWords.has(name) || name in {}) return 'is a word of the expression language'
	return undefined
}

/** Why a name cannot be an input, which is always read as `inputs.<name>`; undefined when it can. */
export function unusableInputName(name: string): string | undefined {
	return ['true', 'false', 'null', 'in'].includes(name) || name in {}
		? 'is a word of the expression language'
		: undefined
}

/** The dotted path of every fact in a schema: `response.status`, `response.tls.error`. */
export function* factPaths(prefix: string, schema: FactSchema): Generator<readonly [path: string, type: FactType]> {
	for (const [name, type] of Object.entries(schema)) {
		const path = `${prefix}.${name}`
		if (typeof type === 'string') yield [path, type]
		else yield* factPaths(path, type)
	}
}

/**
 * Facts as CEL wants them: ints are BigInt, groups are always there (so that `has()` can be asked of any fact), and a
 * value that is not of its declared type is left out.
 */
export function toCelFacts(schema: FactSchema, facts: Facts): Record<string, unknown> {
	const out: Record<string, unknown> = {}
	for (const [name, type] of Object.entries(schema)) {
		const value = Object.hasOwn(facts, name) ? facts[name] : undefined
		if (typeof type !== 'string') out[name] = toCelFacts(type, isGroup(value) ? value : {})
		else if (hasType(value, type)) out[name] = type === 'int' ? BigInt(value as number) : value
	}
	return out
}

/** The value of the fact at a dotted path below `schema`; undefined when it was not told. */
export function factAt(schema: FactSchema, facts: Facts, path: readonly string[]): FactValue | undefined {
	let types: FactSchema | FactType | undefined = schema
	let value: FactValue | undefined = facts
	for (const name of path) {
		if (types === undefined || typeof types === 'string' || !isGroup(value)) return undefined
		types = Object.hasOwn(types, name) ? types[name] : undefined
		value = Object.hasOwn(value, name) ? value[name] : undefined
	}
	return typeof types === 'string' && hasType(value, types) ? value : undefined
}

function isGroup(value: FactValue | undefined): value is Facts {
	return typeof value === 'object' && !Array.isArray(value)
}

function hasType(value: FactValue | undefined, type: FactType): boolean {
	switch (type) {
		case 'int':
			return Number.isSafeInteger(value)
		case 'double':
			return typeof value === 'number'
		case 'list<string>':
			return Array.isArray(value) && value.every((element) => typeof element === 'string')
		case 'bool':
			return typeof value === 'boolean'
		case 'string':
			return typeof value === 'string'
		default:
			return false
	}
}
