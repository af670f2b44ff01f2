import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import { type FactSchema, isDeclaration } from '../text/parser.ts'
import type { DomainFunction } from '../text/subject.ts'
import { type Mention, mentionOf, visit } from './ast.ts'
import { type Budget, createBudget } from './cost.ts'
import { describeError, type ExpressionError } from './expression-errors.ts'
import { registerFirst } from './first.ts'
import { remembered } from './remembered.ts'

/** CEL with the variables of one flow: parsing, typing, and evaluation in bounded time. */

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
	/** Names a value: what is compiled from now on may mention it. `type`: as CEL writes it. */
	define(name: string, type: string): void
	/** Never throws. Costs once per text. */
	compile(text: string): Compilation
}

/** Variables by name: a schema with fields, or the name of a type. */
export type Variables = Readonly<Record<string, FactSchema | string>>

const LONGEST_EXPRESSION = 4000
/** Matching this many characters costs as much as a step of a loop. */
const CHARACTERS_PER_STEP = 64

/** CEL's own matches() runs on the backtracking RegExp and cannot be replaced, so calls to it get this name. */
const LINEAR_MATCHES = 'linearMatches'

/** CEL with these variables and functions, and first(). */
export function createLanguage(given: Variables, functions: readonly DomainFunction[]): Language {
	const variables: Record<string, FactSchema | string> = { ...given }
	const patterns = new Map<string, RE2JS>()
	const budget = createBudget()
	const environment = new Environment({ limits: { maxAstNodes: 2000, maxDepth: 60 } })
	for (const { signature, summary, call } of functions) {
		environment.registerFunction(signature, call, { description: summary, async: false })
	}
	registerFirst(environment)
	environment.registerFunction(
		`string.${LINEAR_MATCHES}(string): bool`,
		(text: string, pattern: string) => {
			budget.spend(text.length / CHARACTERS_PER_STEP)
			return patterns.get(pattern)?.test(text) ?? false
		},
		{ async: false },
	)
	// As in CEL's extension for strings.
	environment.registerFunction(
		'string.replace(string, string): string',
		(text: string, part: string, by: string) => {
			budget.spend((text.length * (1 + by.length)) / CHARACTERS_PER_STEP)
			return text.replaceAll(part, () => by)
		},
		{ async: false },
	)
	for (const [name, schema] of Object.entries(given)) {
		if (typeof schema === 'string') environment.registerVariable(name, schema)
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
		const prepared = prepare(parsed.ast, { budget, patterns, variables })
		const checked = parsed.check()
		if (!checked.valid) return { ok: false, ...describeError(checked.error, text, variables, functionNames) }
		if (prepared.wrong !== undefined) return { ok: false, ...prepared.wrong }
		return {
			ok: true,
			ast: parsed.ast,
			type: checked.type ?? 'dyn',
			mentions: prepared.mentions,
			evaluate: (context) => withoutTraces(() => budget.anew(() => parsed(context))),
		}
	}

	return {
		define: (name, type) => {
			environment.registerVariable(name, type)
			variables[name] = type
		},
		compile: remembered(compileAnew),
	}
}

/** A fact that was not told is an error to cel-js, a thousand times in a walk, and nobody reads where it was thrown. */
function withoutTraces<T>(evaluate: () => T): T {
	const before = Error.stackTraceLimit
	Error.stackTraceLimit = 0
	try {
		return evaluate()
	} finally {
		Error.stackTraceLimit = before
	}
}

interface CelSchema {
	[name: string]: string | CelSchema
}

function celSchema(schema: FactSchema): CelSchema {
	return Object.fromEntries(
		Object.entries(schema).map(([name, declared]) => [
			name,
			isDeclaration(declared) ? declared.type : celSchema(declared),
		]),
	)
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

interface Preparing {
	readonly budget: Budget
	readonly patterns: Map<string, RE2JS>
	readonly variables: Variables
}

interface Prepared {
	readonly mentions: readonly Mention[]
	/** The first thing wrong. */
	readonly wrong?: ExpressionError
}

/** Notes what a tree mentions, bounds its loops, and makes its patterns linear. */
function prepare(ast: ASTNode, { budget, patterns, variables }: Preparing): Prepared {
	const mentions = new Map<string, Mention>()
	let wrong: ExpressionError | undefined
	visit(ast, (node, bound) => {
		const mention = mentionOf(node)
		if (mention !== undefined) {
			const [root = ''] = mention
			if (bound.has(root) || !Object.hasOwn(variables, root)) return false
			mentions.set(mention.join('.'), mention)
			wrong ??= groupMentioned(node, mention, variables)
			return false
		}
		if (node.op === 'rcall' && node.args[0] === 'matches') {
			const [pattern, ...more] = node.args[2]
			if (pattern !== undefined && more.length === 0) {
				wrong ??= compilePattern(pattern, patterns)
				node.args[0] = LINEAR_MATCHES
			}
		}
		const loop = (node as ASTNode & MacroNode).meta.alternate
		if (loop?.op === 'comprehension') {
			const goOn = loop.args.condition
			loop.args.condition = (accumulated) => {
				budget.spend(1)
				return goOn?.(accumulated) ?? true
			}
		}
		return true
	})
	return { mentions: [...mentions.values()], ...(wrong === undefined ? {} : { wrong }) }
}

function groupMentioned(node: ASTNode, mention: Mention, variables: Variables): ExpressionError | undefined {
	let at: FactSchema | string | undefined = variables[mention[0] ?? '']
	for (const name of mention.slice(1)) {
		if (typeof at === 'string' || at === undefined || !Object.hasOwn(at, name)) return undefined
		const inner: FactSchema[string] | undefined = at[name]
		if (inner === undefined || isDeclaration(inner)) return undefined
		at = inner
	}
	if (typeof at === 'string' || at === undefined) return undefined
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
