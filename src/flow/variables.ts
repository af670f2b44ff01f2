import {
	type FactDeclaration,
	type FactSchema,
	type Facts,
	type FactType,
	type FactValue,
	isDeclaration,
	type Parser,
} from '../text/parser.ts'
import type { Flow, FlowCommand } from './flow.ts'
import { RESULT, resultSchema } from './result.ts'

/** What the facts of a flow are called and of what type they are: one schema for a name over the whole flow. */
export type FactDeclarations = ReadonlyMap<string, FactSchema>

/** The facts that a parser gives, `result` included; undefined when there is no such parser. */
export function schemaOf(parser: string, parsers: ReadonlyMap<string, Parser>): FactSchema | undefined {
	return parser === RESULT ? resultSchema : parsers.get(parser)?.facts
}

/** Every command of a flow once: its probes, then those that stand in a step. */
export function* commandsOf(flow: Pick<Flow, 'probes' | 'steps'>): Generator<FlowCommand> {
	yield* Object.values(flow.probes)
	for (const { run } of Object.values(flow.steps)) {
		for (const command of run) if (command.probe === undefined) yield command
	}
}

/**
 * `result` and every name that a probe or a step's command parses into. Names that cannot be used, and unknown parsers,
 * are left out.
 */
export function declareFacts(
	flow: Pick<Flow, 'probes' | 'steps'>,
	parsers: ReadonlyMap<string, Parser>,
): FactDeclarations {
	const declared = new Map<string, FactSchema>([[RESULT, resultSchema]])
	for (const { parse } of commandsOf(flow)) {
		for (const { parser, as } of parse) {
			const schema = schemaOf(parser, parsers)
			if (schema !== undefined && !declared.has(as) && unusableName(as) === undefined) declared.set(as, schema)
		}
	}
	return declared
}

const builtIn = new Set(['inputs', 'params', 'host', RESULT])

const languageWords = new Set(
	(
		'true false null in as break const continue else for function if import let loop package namespace return var ' +
		'void while prototype cel google int uint double bool string bytes list map type null_type dyn optional has size first'
	).split(' '),
)

/** Why a name cannot stand for facts, or for a let, in an expression; undefined when it can. */
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
export function* factPaths(
	prefix: string,
	schema: FactSchema,
): Generator<readonly [path: string, declaration: FactDeclaration]> {
	for (const [name, declared] of Object.entries(schema)) {
		const path = `${prefix}.${name}`
		if (isDeclaration(declared)) yield [path, declared]
		else yield* factPaths(path, declared)
	}
}

/**
 * Facts as CEL wants them: ints are BigInt, groups are always there (so that `has()` can be asked of any fact), and a
 * value that is not of its declared type is left out.
 */
export function toCelFacts(schema: FactSchema, facts: Facts): Record<string, unknown> {
	const out: Record<string, unknown> = {}
	for (const [name, declared] of Object.entries(schema)) {
		const value = Object.hasOwn(facts, name) ? facts[name] : undefined
		if (!isDeclaration(declared)) out[name] = toCelFacts(declared, isGroup(value) ? value : {})
		else if (hasType(value, declared.type)) out[name] = declared.type === 'int' ? BigInt(value as number) : value
	}
	return out
}

/** The value of the fact at a dotted path below `schema`; undefined when it was not told. */
export function factAt(schema: FactSchema, facts: Facts, path: readonly string[]): FactValue | undefined {
	const declared = declarationAt(schema, path)
	let value: FactValue | undefined = facts
	for (const name of path) value = isGroup(value) && Object.hasOwn(value, name) ? value[name] : undefined
	return declared !== undefined && hasType(value, declared.type) ? value : undefined
}

/** What is declared of the fact at a dotted path below `schema`; undefined for a group, and where there is none. */
export function declarationAt(schema: FactSchema, path: readonly string[]): FactDeclaration | undefined {
	let declared: FactSchema | FactDeclaration | undefined = schema
	for (const name of path) {
		if (declared === undefined || isDeclaration(declared)) return undefined
		declared = Object.hasOwn(declared, name) ? declared[name] : undefined
	}
	return declared !== undefined && isDeclaration(declared) ? declared : undefined
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
