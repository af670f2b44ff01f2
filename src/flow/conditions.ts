import { isDeepStrictEqual } from 'node:util'
import { type ASTNode, EvaluationError, serialize } from '@marcbachmann/cel-js'
import type { Facts, FactType, Parser } from '../text/parser.ts'
import { CostError, createLanguage, type Expression, type Language } from './expression.ts'
import type { Cel, Flow } from './flow.ts'
import { declareFacts, factAt, factPaths, toCelFacts, unusableInputName } from './variables.ts'

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

export type Checked =
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

/** Evaluates the expressions of one flow. Two equal texts are compiled once. */
export function createEvaluator(flow: Pick<Flow, 'inputs' | 'steps'>, parsers: ReadonlyMap<string, Parser>): Evaluator {
	const facts = declareFacts(flow.steps, parsers)
	const inputs: Record<string, 'string'> = {}
	for (const name of Object.keys(flow.inputs)) if (unusableInputName(name) === undefined) inputs[name] = 'string'
	const language = createLanguage({ inputs, host: 'string', ...Object.fromEntries(facts) })
	const logics = new Map<Cel, Logic>()

	const contextOf = (expression: Expression, scope: Scope): Context => {
		const context: Context = {}
		for (const [root = ''] of expression.mentions) {
			if (root === 'host') context.host = scope.host
			else if (root === 'inputs') context.inputs = toCelFacts(inputs, scope.inputs)
			else context[root] ??= toCelFacts(facts.get(root) ?? {}, scope.facts[root] ?? {})
		}
		return context
	}

	const read = (mention: readonly string[], scope: Scope): unknown => {
		const [root = '', ...path] = mention
		if (root === 'host') return scope.host
		if (root === 'inputs') return factAt(inputs, scope.inputs, path) ?? null
		return factAt(facts.get(root) ?? {}, scope.facts[root] ?? {}, path) ?? null
	}

	const readings = (expression: Expression, scope: Scope): readonly Reading[] =>
		expression.mentions.map((mention) => ({ path: mention.join('.'), value: shortened(read(mention, scope)) }))

	return {
		paths: new Set([...facts].flatMap(([name, schema]) => [...factPaths(name, schema)].map(([path]) => path))),

		condition: (cel, scope) => {
			const expression = language.compile(cel)
			if (!expression.ok) return { value: 'unknown', reason: expression.message, reads: [], deciding: [] }
			const reads = readings(expression, scope)
			const context = contextOf(expression, scope)
			const outcome = attempt(expression, context)
			if (!outcome.ok) return { value: 'unknown', reason: outcome.reason, reads, deciding: [] }
			if (typeof outcome.value !== 'boolean') {
				return { value: 'unknown', reason: `it gives ${expression.type}, not true or false`, reads, deciding: [] }
			}
			let logic = logics.get(cel)
			if (logic === undefined) {
				logic = logicOf(expression.ast, language) ?? { op: 'part', expression }
				logics.set(cel, logic)
			}
			const isFact = (path: string): boolean => path !== 'host' && !path.startsWith('inputs.')
			const deciding = [...new Set(decide(logic, context).paths)].filter(isFact)
			return { value: outcome.value, reads, deciding }
		},

		value: (cel, scope) => {
			const expression = language.compile(cel)
			if (!expression.ok) return { ok: false, reason: expression.message, missing: [] }
			const outcome = attempt(expression, contextOf(expression, scope))
			if (outcome.ok) return plain(outcome.value, expression.type)
			const missing = expression.mentions.filter((mention) => read(mention, scope) === null)
			return { ok: false, reason: outcome.reason, missing: missing.map((mention) => mention.join('.')) }
		},

		check: (cel, expected) => {
			const expression = language.compile(cel)
			if (!expression.ok) return expression
			if (expected !== undefined && expression.type !== expected) {
				const { message, hint } = wrongType(expression.type, expected)
				return { ok: false, message, ...(hint === undefined ? {} : { hint }), start: 0, end: cel.length }
			}
			return { ok: true, type: expression.type, reads: expression.mentions.map((mention) => mention.join('.')) }
		},
	}
}

interface Context {
	[name: string]: unknown
	host?: unknown
	inputs?: unknown
}

type Attempt = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string }

function attempt(expression: Expression, context: Context): Attempt {
	try {
		return { ok: true, value: expression.evaluate(context) }
	} catch (error) {
		return { ok: false, reason: reasonOf(error) }
	}
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

/** A condition taken apart at its and, or, not and ?:, to tell which parts made it come out as it did. */
type Logic =
	| { readonly op: '&&' | '||'; readonly left: Logic; readonly right: Logic }
	| { readonly op: '!'; readonly of: Logic }
	| { readonly op: '?:'; readonly test: Logic; readonly yes: Logic; readonly no: Logic }
	| { readonly op: 'part'; readonly expression: Expression }

/** Undefined when a part cannot be made an expression of its own. */
function logicOf(node: ASTNode, language: Language): Logic | undefined {
	switch (node.op) {
		case '&&':
		case '||': {
			const [left, right] = node.args.map((side) => logicOf(side, language))
			return left && right && { op: node.op, left, right }
		}
		case '!_': {
			const of = logicOf(node.args, language)
			return of && { op: '!', of }
		}
		case '?:': {
			const [test, yes, no] = node.args.map((side) => logicOf(side, language))
			return test && yes && no && { op: '?:', test, yes, no }
		}
		default: {
			const expression = partOf(node, language)
			return expression && { op: 'part', expression }
		}
	}
}

/** The source text cannot be cut out, since the range of a node leaves out its parentheses. */
function partOf(node: ASTNode, language: Language): Expression | undefined {
	const part = language.compile(serialize(node))
	return part.ok && isDeepStrictEqual(part.ast.toOldStructure(), node.toOldStructure()) ? part : undefined
}

interface Decided {
	readonly value: boolean | undefined
	readonly paths: readonly string[]
}

function decide(logic: Logic, context: Context): Decided {
	switch (logic.op) {
		case 'part': {
			const outcome = attempt(logic.expression, context)
			if (!outcome.ok || typeof outcome.value !== 'boolean') return { value: undefined, paths: [] }
			return { value: outcome.value, paths: logic.expression.mentions.map((mention) => mention.join('.')) }
		}
		case '!': {
			const { value, paths } = decide(logic.of, context)
			return { value: value === undefined ? undefined : !value, paths }
		}
		case '?:': {
			const test = decide(logic.test, context)
			if (test.value === undefined) return test
			const taken = decide(test.value ? logic.yes : logic.no, context)
			return { value: taken.value, paths: [...test.paths, ...taken.paths] }
		}
		default: {
			const sides = [decide(logic.left, context), decide(logic.right, context)]
			const settling = logic.op === '||'
			const settled = sides.filter(({ value }) => value === settling)
			if (settled.length > 0) return { value: settling, paths: settled.flatMap(({ paths }) => paths) }
			const known = sides.every(({ value }) => value !== undefined)
			return { value: known ? !settling : undefined, paths: known ? sides.flatMap(({ paths }) => paths) : [] }
		}
	}
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
	if (expected === 'bool') return { message, hint: 'compare it with something, or ask has(…)' }
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
