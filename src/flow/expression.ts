import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import type { FactSchema } from '../text/parser.ts'
import { describeError, type ExpressionError } from './expression-errors.ts'
import { registerDomainFunctions } from './functions.ts'

/** CEL with the variables of one flow: parsing, typing, and evaluation in bounded time. */

/** A variable's field that an expression mentions: `['response', 'tls', 'error']`. */
export type Mention = readonly string[]

export interface Expression {
	readonly ok: true
	readonly ast: ASTNode
	/** As CEL writes it: `bool`, `list<string>`. */
	readonly type: string
	readonly mentions: readonly Mention[]
	/** Throws what CEL throws, or CostError. */
	evaluate(context: Record<string, unknown>): unknown
}

export type Compilation = Expression | ({ readonly ok: false } & ExpressionError)

export interface Language {
	/** Variables and their fields. */
	readonly variables: Readonly<Record<string, FactSchema | 'string'>>
	/** Never throws. Costs once per text. */
	compile(text: string): Compilation
}

/** The evaluation would take too long. */
export class CostError extends Error {
	override readonly name = 'CostError'
}

const LONGEST_EXPRESSION = 4000
const MOST_STEPS = 100_000
/** A step of a loop costs one; matching this many characters costs one as well. */
const CHARACTERS_PER_STEP = 64

/** CEL's own matches() runs on the backtracking RegExp and cannot be replaced, so calls to it get this name. */
const LINEAR_MATCHES = 'linearMatches'

export function createLanguage(variables: Language['variables']): Language {
	const patterns = new Map<string, RE2JS>()
	let stepsLeft = 0
	const spend = (steps: number): void => {
		stepsLeft -= steps
		if (stepsLeft < 0) throw new CostError('it would take too long to evaluate')
	}

	const environment = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 60 } })
	registerDomainFunctions(environment)
	environment.registerFunction(
		`string.${LINEAR_MATCHES}(string): bool`,
		(text: string, pattern: string) => {
			spend(text.length / CHARACTERS_PER_STEP)
			return patterns.get(pattern)?.test(text) ?? false
		},
		{ async: false },
	)
	for (const [name, schema] of Object.entries(variables)) {
		if (schema === 'string') environment.registerVariable(name, 'string')
		else environment.registerVariable({ name, schema: celSchema(schema) })
	}
	const functionNames = new Set(environment.getDefinitions().functions.map(({ name }) => name))
	functionNames.delete(LINEAR_MATCHES)

	const compileAnew = (text: string): Compilation => {
		if (text.length > LONGEST_EXPRESSION) {
			const message = `the expression is longer than ${LONGEST_EXPRESSION} characters`
			return { ok: false, message, start: 0, end: text.length }
		}
		let parsed: ParseResult
		try {
			parsed = environment.parse(text)
		} catch (error) {
			return { ok: false, ...describeError(error, text, variables, functionNames) }
		}
		const walk: Walk = { mentions: new Map(), spend, patterns, variables }
		const wrongPattern = prepare(parsed.ast, new Set(), walk)
		const checked = parsed.check()
		if (!checked.valid) return { ok: false, ...describeError(checked.error, text, variables, functionNames) }
		if (wrongPattern !== undefined) return { ok: false, ...wrongPattern }
		return {
			ok: true,
			ast: parsed.ast,
			type: checked.type ?? 'dyn',
			mentions: [...walk.mentions.values()],
			evaluate: (context) => {
				stepsLeft = MOST_STEPS
				return parsed(context)
			},
		}
	}

	const known = new Map<string, Compilation>()
	return {
		variables,
		compile: (text) => {
			const before = known.get(text)
			if (before !== undefined) return before
			const compiled = compileAnew(text)
			known.set(text, compiled)
			return compiled
		},
	}
}

interface CelSchema {
	[name: string]: string | CelSchema
}

function celSchema(schema: FactSchema): CelSchema {
	return Object.fromEntries(
		Object.entries(schema).map(([name, type]) => [name, typeof type === 'string' ? type : celSchema(type)]),
	)
}

interface Walk {
	readonly mentions: Map<string, Mention>
	readonly spend: (steps: number) => void
	readonly patterns: Map<string, RE2JS>
	readonly variables: Language['variables']
}

/** What the types of cel-js leave out: a macro such as exists() becomes this loop. */
interface MacroNode {
	readonly meta: {
		readonly alternate?: {
			readonly op: string
			readonly args: { condition?: ((accumulated: unknown) => boolean) | undefined }
		}
	}
}

const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/**
 * Notes what a tree mentions, bounds its loops, and makes its patterns linear; gives the first thing wrong. `bound`:
 * the names that a loop around it binds.
 */
function prepare(node: ASTNode, bound: ReadonlySet<string>, walk: Walk): ExpressionError | undefined {
	const mention = mentionOf(node)
	if (mention !== undefined) {
		const [root = ''] = mention
		if (bound.has(root) || !Object.hasOwn(walk.variables, root)) return undefined
		walk.mentions.set(mention.join('.'), mention)
		return groupMentioned(node, mention, walk.variables)
	}
	let inner = bound
	let children = childrenOf(node)
	if (node.op === 'rcall') {
		const [method, receiver, args] = node.args
		const first = args[0]
		if ((loops.has(method) || method === 'bind') && first?.op === 'id') {
			inner = new Set([...bound, first.args])
			children = args.slice(1)
			const wrong = prepare(receiver, bound, walk)
			if (wrong !== undefined) return wrong
		}
		if (method === 'matches' && args.length === 1 && first !== undefined) {
			const wrong = compilePattern(first, walk.patterns)
			if (wrong !== undefined) return wrong
			node.args[0] = LINEAR_MATCHES
		}
	}
	const loop = (node as ASTNode & MacroNode).meta.alternate
	if (loop?.op === 'comprehension') {
		const goOn = loop.args.condition
		loop.args.condition = (accumulated) => {
			walk.spend(1)
			return goOn?.(accumulated) ?? true
		}
	}
	for (const child of children) {
		const wrong = prepare(child, inner, walk)
		if (wrong !== undefined) return wrong
	}
	return undefined
}

/** `a.b.c`, also written `a["b"].c`: the names; undefined for anything else. */
function mentionOf(node: ASTNode): Mention | undefined {
	if (node.op === 'id') return [node.args]
	if (node.op !== '.' && node.op !== '[]') return undefined
	const [object, field] = node.args
	const name = typeof field === 'string' ? field : field.op === 'value' ? field.args : undefined
	if (typeof name !== 'string') return undefined
	const before = mentionOf(object)
	return before === undefined ? undefined : [...before, name]
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
	const found: ASTNode[] = []
	const look = (value: unknown): void => {
		if (Array.isArray(value)) value.forEach(look)
		else if (typeof value === 'object' && value !== null && 'op' in value) found.push(value as ASTNode)
	}
	look(node.args)
	return found
}

function groupMentioned(
	node: ASTNode,
	mention: Mention,
	variables: Language['variables'],
): ExpressionError | undefined {
	let at: unknown = variables
	for (const name of mention) {
		if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
		at = (at as Readonly<Record<string, unknown>>)[name]
	}
	if (typeof at !== 'object' || at === null) return undefined
	const path = mention.join('.')
	const [first] = Object.keys(at)
	return {
		message: `\`${path}\` is a group of facts, not a value`,
		...(first === undefined ? {} : { hint: `name one of them, such as \`${path}.${first}\`` }),
		start: node.start,
		end: node.end,
	}
}

function compilePattern(argument: ASTNode, patterns: Map<string, RE2JS>): ExpressionError | undefined {
	const { start, end } = argument
	if (argument.op !== 'value') {
		return {
			message: 'matches() needs its pattern in quotes',
			hint: 'use contains() for a text that varies',
			start,
			end,
		}
	}
	const pattern = argument.args
	if (typeof pattern !== 'string') return undefined
	try {
		patterns.set(pattern, RE2JS.compile(pattern))
		return undefined
	} catch (error) {
		const told = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read'
		return { message: `bad pattern: ${told}`, hint: 'patterns are RE2: no lookaround, no backreferences', start, end }
	}
}
