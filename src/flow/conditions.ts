import { EvaluationError, serialize } from '@marcbachmann/cel-js'
import {
	type FactDeclaration,
	type FactSchema,
	type Facts,
	type FactType,
	type Parser,
	string,
} from '../text/parser.ts'
import type { DomainFunction } from '../text/subject.ts'
import type { Mention } from './ast.ts'
import { CostError } from './cost.ts'
import { impossibleValue } from './enumerations.ts'
import { createLanguage, type Expression } from './expression.ts'
import type { Cel, Flow } from './flow.ts'
import { defineLets } from './lets.ts'
import { createAnatomy, type Decided, decide, type World } from './logic.ts'
import { withOwnParsers } from './own-parser.ts'
import { remembered } from './remembered.ts'
import {
	commandsOf,
	declarationAt,
	declareFacts,
	factAt,
	factPaths,
	toCelFacts,
	unusableInputName,
	unusableName,
} from './variables.ts'

/** What a condition may read. `facts.result` holds the facts about the step's last command (see result.ts). */
export interface Scope {
	readonly inputs: Readonly<Record<string, string>>
	/** Facts by the name that the flow gave them. */
	readonly facts: Readonly<Record<string, Facts>>
	readonly host: string
	/** Everything was pasted by somebody: nothing of it is told. */
	readonly pasted?: true
}

/** A value that an expression mentions: a fact, an input or the host. JSON-safe, long ones shortened, null: not told. */
export interface Reading {
	readonly path: string
	readonly value: unknown
}

export interface Judgement {
	readonly value: boolean | 'unknown'
	/** Why it is unknown: `response.status was not told`. */
	readonly reason?: string
	readonly reads: readonly Reading[]
	/** Facts that made it true or false, through the lets it names: the evidence. Empty when it is unknown. */
	readonly deciding: readonly string[]
	/** One of the deciding facts at least is told, not hearsay. */
	readonly told: boolean
	/** Facts that were not told and that it would need. Empty when it is known. */
	readonly missing: readonly string[]
}

export type PlainValue = string | number | boolean | readonly string[]

export type Evaluated =
	| { readonly ok: true; readonly value: PlainValue }
	/** `missing`: the facts that were not told. */
	| { readonly ok: false; readonly reason: string; readonly missing: readonly string[] }

type Checked =
	| { readonly ok: true; readonly type: string; readonly reads: readonly string[] }
	/** `start` and `end` are offsets into the expression. */
	| {
			readonly ok: false
			readonly message: string
			readonly hint?: string
			readonly start: number
			readonly end: number
	  }

export interface Evaluator {
	/** Never throws; bounded in time. */
	condition(cel: Cel, scope: Scope): Judgement
	/** Never throws; ints come back as numbers. */
	value(cel: Cel, scope: Scope): Evaluated
	/** Types an expression without evaluating it. `expected`: the type that it must have. */
	check(cel: Cel, expected?: FactType): Checked
	/** Dotted path of every fact that this flow can have (`response.status`). */
	readonly paths: ReadonlySet<string>
	/** Paths of the facts that an expression reads, through lets. Empty for one that does not compile. */
	factsRead(cel: Cel): ReadonlySet<string>
	/** Paths of facts for a name that evidence may be asked of: a fact's own path, or what a let read (the branch of `first` that had a value). */
	evidencePaths(name: string, scope: Scope): readonly string[]
}

/** What of a flow its expressions depend on. */
export type Vocabulary = Pick<Flow, 'inputs' | 'probes' | 'steps' | 'lets' | 'parsers'>

/** Evaluates the expressions of one flow. Two equal texts are compiled once. `parsers`, `functions`: those of the catalogue. */
export function createEvaluator(
	flow: Vocabulary,
	parsers: ReadonlyMap<string, Parser>,
	functions: readonly DomainFunction[] = [],
): Evaluator {
	const facts = declareFacts(flow, withOwnParsers(flow.parsers, parsers))
	const inputs: Record<string, FactDeclaration> = {}
	for (const [name, { title }] of Object.entries(flow.inputs)) {
		if (unusableInputName(name) === undefined) inputs[name] = string(title)
	}
	const language = createLanguage({ inputs, host: 'string', ...Object.fromEntries(facts) }, functions)
	// What a parser gives that does not exist is not known, and that is said where the parser is named.
	const named = new Set([...commandsOf(flow)].flatMap(({ parse }) => parse.map(({ as }) => as)))
	for (const as of named) if (!facts.has(as) && unusableName(as) === undefined) language.define(as, 'dyn')
	const usable = Object.entries(flow.lets).filter(([name]) => !facts.has(name) && unusableName(name) === undefined)
	const lets = defineLets(Object.fromEntries(usable), language)

	const schemaOf = (root: string): FactSchema => (root === 'inputs' ? inputs : (facts.get(root) ?? {}))
	const declared = (mention: Mention): FactDeclaration | undefined => {
		const [root = '', ...path] = mention
		return declarationAt(schemaOf(root), path)
	}
	const read = (mention: Mention, scope: Scope): unknown => {
		const [root = '', ...path] = mention
		if (root === 'host') return scope.host
		return factAt(schemaOf(root), root === 'inputs' ? scope.inputs : (scope.facts[root] ?? {}), path) ?? null
	}

	const logicOf = remembered(createAnatomy(language, (name) => lets.has(name)))
	const letNamed = (name: string): Expression | undefined => {
		const compiled = lets.get(name)?.compiled
		return compiled?.ok === true ? compiled : undefined
	}

	/** Facts, inputs and the host that an expression reads, those of its lets included. */
	const readBy = (expression: Expression): readonly Mention[] => {
		const found = new Map<string, Mention>()
		for (const mention of expression.mentions) {
			const [root = ''] = mention
			for (const one of lets.has(root) ? readByLet(root) : [mention]) found.set(one.join('.'), one)
		}
		return [...found.values()]
	}
	const readByLet = remembered((name: string): readonly Mention[] => {
		const expression = letNamed(name)
		return expression === undefined ? [] : readBy(expression)
	})

	/** The variables of a scope, each made when it is first read. */
	const createWorld = (scope: Scope): EvaluatedWorld => {
		const context: Record<string, unknown> = { host: scope.host }
		const lazily = (name: string, make: () => unknown): void => {
			Object.defineProperty(context, name, { configurable: true, get: make })
		}
		const settle = (name: string, value: unknown): unknown => {
			Object.defineProperty(context, name, { value })
			return value
		}
		lazily('inputs', () => settle('inputs', toCelFacts(inputs, scope.inputs)))
		for (const [name, schema] of facts) {
			lazily(name, () => settle(name, toCelFacts(schema, scope.facts[name] ?? {})))
		}
		for (const [name, { compiled }] of lets) {
			lazily(name, () => {
				try {
					if (!compiled.ok) throw new Error(`${name} is wrong: ${compiled.message}`)
					return settle(name, compiled.evaluate(context))
				} catch (error) {
					lazily(name, () => {
						throw error
					})
					throw error
				}
			})
		}
		const world: EvaluatedWorld = {
			attempt: (expression) => {
				try {
					return { ok: true, value: expression.evaluate(context) }
				} catch (error) {
					return { ok: false, reason: reasonOf(error) }
				}
			},
			evaluate: (expression) => {
				const outcome = world.attempt(expression)
				return outcome.ok ? outcome.value : undefined
			},
			decideLet: remembered((name): Decided => {
				const expression = letNamed(name)
				return expression === undefined ? NOTHING : decide(logicOf(expression), world)
			}),
			isAbsent: (fact) => read(fact, scope) === null,
		}
		return world
	}
	const worldOf = remembered(createWorld, new WeakMap<Scope, EvaluatedWorld>())

	const isTold = (path: string, scope: Scope): boolean => {
		const mention = path.split('.')
		return scope.pasted !== true && declared(mention)?.hearsay !== true && read(mention, scope) !== null
	}

	/** How each condition came out last: a command changes what few of them read. */
	const judged = new Map<Cel, { readonly scope: Scope; readonly judgement: Judgement }>()
	/** The names that an expression reads: those of facts, `inputs` and `host`. */
	const namesRead = remembered((cel: Cel): readonly string[] => {
		const expression = language.compile(cel)
		return expression.ok ? [...new Set(readBy(expression).map(([root = '']) => root))] : []
	})
	const sameFor = (cel: Cel, before: Scope, now: Scope): boolean => {
		if (before === now) return true
		if (before.pasted !== now.pasted) return false
		return namesRead(cel).every((name) => {
			if (name === 'host') return before.host === now.host
			return name === 'inputs' ? before.inputs === now.inputs : before.facts[name] === now.facts[name]
		})
	}

	const judge = (cel: Cel, scope: Scope): Judgement => {
		const nothing = { reads: [], deciding: [], told: false, missing: [] }
		const expression = language.compile(cel)
		if (!expression.ok) return { value: 'unknown', reason: expression.message, ...nothing }
		const reads = readBy(expression).map((mention) => ({
			path: mention.join('.'),
			value: shortened(read(mention, scope)),
		}))
		const world = worldOf(scope)
		const outcome = world.attempt(expression)
		if (outcome.ok && typeof outcome.value !== 'boolean') {
			return { value: 'unknown', reason: `it gives ${expression.type}, not true or false`, ...nothing, reads }
		}
		const { paths, missing } = decide(logicOf(expression), world)
		if (!outcome.ok) {
			return { value: 'unknown', reason: outcome.reason, ...nothing, reads, missing: factsOf(missing) }
		}
		const deciding = factsOf(paths)
		const told = deciding.some((path) => isTold(path, scope))
		return { value: outcome.value === true, reads, deciding, told, missing: [] }
	}

	return {
		paths: new Set([...facts].flatMap(([name, schema]) => [...factPaths(name, schema)].map(([path]) => path))),

		condition: (cel, scope) => {
			const before = judged.get(cel)
			if (before !== undefined && sameFor(cel, before.scope, scope)) return before.judgement
			const judgement = judge(cel, scope)
			judged.set(cel, { scope, judgement })
			return judgement
		},

		value: (cel, scope) => {
			const expression = language.compile(cel)
			if (!expression.ok) return { ok: false, reason: expression.message, missing: [] }
			const world = worldOf(scope)
			const outcome = world.attempt(expression)
			if (outcome.ok) return plain(outcome.value, expression.type)
			return { ...outcome, missing: [...new Set(decide(logicOf(expression), world).missing)] }
		},

		check: (cel, expected) => {
			const expression = language.compile(cel)
			if (!expression.ok) return expression
			if (expected !== undefined && expression.type !== expected && expression.type !== 'dyn') {
				const { message, hint } = wrongType(expression.type, expected)
				return { ok: false, message, ...(hint === undefined ? {} : { hint }), start: 0, end: cel.length }
			}
			const wrong = impossibleValue(expression.ast, { fact: declared, let: (name) => letNamed(name)?.ast })
			if (wrong !== undefined) return { ok: false, ...wrong }
			return { ok: true, type: expression.type, reads: readBy(expression).map((mention) => mention.join('.')) }
		},

		factsRead: (cel) => {
			const expression = language.compile(cel)
			return new Set(expression.ok ? factsOf(readBy(expression).map((mention) => mention.join('.'))) : [])
		},

		evidencePaths: (name, scope) => (lets.has(name) ? factsOf(worldOf(scope).decideLet(name).paths) : [name]),
	}
}

interface EvaluatedWorld extends World {
	attempt(
		expression: Expression,
	): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string }
}

const NOTHING: Decided = { value: undefined, paths: [], missing: [] }

/** Without inputs and the host, each once. */
function factsOf(paths: readonly string[]): readonly string[] {
	return [...new Set(paths)].filter((path) => path !== 'host' && !path.startsWith('inputs.'))
}

function reasonOf(error: unknown): string {
	if (error instanceof CostError) return error.message
	if (error instanceof EvaluationError) {
		if (error.code === 'no_such_key' && error.node?.op === '.') return `${serialize(error.node)} was not told`
		if (error.code === 'index_out_of_bounds' && error.node !== undefined)
			return `${serialize(error.node)} does not exist`
		return `it cannot be evaluated: ${error.summary}`
	}
	return error instanceof Error ? error.message : 'it cannot be evaluated'
}

function plain(value: unknown, type: string): Evaluated {
	switch (typeof value) {
		case 'string':
		case 'boolean':
			return { ok: true, value }
		case 'number':
			if (Number.isFinite(value)) return { ok: true, value }
			break
		case 'bigint':
			if (Number.isSafeInteger(Number(value))) return { ok: true, value: Number(value) }
			break
		default:
			if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return { ok: true, value }
	}
	return { ok: false, reason: `the expression gives ${type}, which cannot be written as text`, missing: [] }
}

function wrongType(type: string, expected: FactType): { message: string; hint?: string } {
	const message = `this is ${type}, but ${expected === 'bool' ? 'a condition is bool' : `${expected} is needed`}`
	if (expected === 'string' && ['int', 'double', 'bool'].includes(type)) return { message, hint: 'use string(…)' }
	if (expected === 'bool') return { message, hint: 'compare it with something' }
	return { message }
}

const LONGEST_READING = 200
const MOST_ELEMENTS = 20

function shortened(value: unknown): unknown {
	if (typeof value === 'string' && value.length > LONGEST_READING) return `${value.slice(0, LONGEST_READING)}…`
	if (Array.isArray(value)) {
		const first = value.slice(0, MOST_ELEMENTS).map(shortened)
		return value.length > MOST_ELEMENTS ? [...first, `… ${value.length - MOST_ELEMENTS} more`] : first
	}
	return value
}
