import { type ASTNode, TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js'
import { meant, meantOrKnown } from './nearest.ts'

/** What is wrong with an expression, in words for people; `start` and `end` are offsets into its text. */
export interface ExpressionError {
	readonly message: string
	readonly hint?: string
	readonly start: number
	readonly end: number
}

type Names = Readonly<Record<string, unknown>>

/** Puts an error of the parser or type checker into words. `variables`: the fields there are, nested. */
export function describeError(
	error: unknown,
	text: string,
	variables: Names,
	functions: ReadonlySet<string>,
): ExpressionError {
	if (!(error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError)) {
		return { message: 'the expression cannot be read', start: 0, end: text.length }
	}
	const start = error.range?.start ?? 0
	const at = { start, end: Math.max(start + 1, error.range?.end ?? text.length) }
	return { ...words(error.code, error.summary, error.node as ASTNode | undefined, variables, functions), ...at }
}

function words(
	code: string,
	summary: string,
	node: ASTNode | undefined,
	variables: Names,
	functions: ReadonlySet<string>,
): Pick<ExpressionError, 'message' | 'hint'> {
	switch (code) {
		case 'unknown_variable': {
			const name = node?.op === 'id' ? node.args : summary.replace(/^.*: /, '')
			return { message: `there are no facts named \`${name}\``, ...hintFor(name, Object.keys(variables)) }
		}
		case 'no_such_key': {
			const name = summary.replace(/^No such key: /, '')
			const parent = node?.op === '.' ? dotted(node.args[0]) : undefined
			const message =
				parent === 'inputs' ? `there is no input \`${name}\`` : `\`${parent ?? 'it'}\` has no fact \`${name}\``
			return { message, ...hintFor(name, fieldsAt(variables, parent)) }
		}
		case 'no_such_overload':
			return operatorWords(summary)
		case 'no_matching_overload': {
			const [, call = summary] = /'(.*)'$/.exec(summary) ?? []
			const name = /(\w+)\(/.exec(call)?.[1] ?? call
			const shown = call.replace('linearMatches', 'matches')
			if (name === 'first') return { message: 'first() takes 1 to 8 values' }
			if (functions.has(name) || name === 'linearMatches') {
				return { message: `\`${shown}\` does not exist: the function takes other types` }
			}
			return { message: `there is no function \`${name}\``, ...hintFor(name, functions) }
		}
		case 'invalid_logical_operand':
			return { message: `&& and || take conditions, but one side is ${summary.match(/'(.*)'/)?.[1] ?? 'not'}` }
		case 'unexpected_token':
			return { message: summary.endsWith('EOF') ? 'the expression ends too early' : lowerFirst(summary) }
		default:
			return { message: lowerFirst(summary.replaceAll('linearMatches', 'matches')) }
	}
}

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=', 'in'])

function operatorWords(summary: string): Pick<ExpressionError, 'message' | 'hint'> {
	const binary = /^no such overload: (\S.*) (\S+) (\S.*)$/.exec(summary)
	if (binary === null) return { message: `there is no ${summary.replace(/^no such overload: /, '')}` }
	const [, left = '', operator = '', right = ''] = binary
	if (!comparisons.has(operator)) return { message: `\`${operator}\` does not take ${left} and ${right}` }
	const message = `\`${operator}\` compares ${left} with ${right}`
	if (left === 'int' && right === 'string') return { message, hint: 'write the number without quotes' }
	if (left === 'string' && right === 'int') return { message, hint: 'write the text in quotes' }
	return { message }
}

function hintFor(name: string, candidates: Iterable<string>): { hint?: string } {
	const known = [...candidates]
	const hint = known.length === 0 || known.length > 12 ? meant(name, known) : meantOrKnown(name, known)
	return hint === undefined ? {} : { hint }
}

function dotted(node: ASTNode): string | undefined {
	if (node.op === 'id') return node.args
	if (node.op !== '.') return undefined
	const before = dotted(node.args[0])
	return before === undefined ? undefined : `${before}.${node.args[1]}`
}

function fieldsAt(variables: Names, path: string | undefined): readonly string[] {
	let at: unknown = variables
	for (const name of path?.split('.') ?? []) at = (at as Names | undefined)?.[name]
	return typeof at === 'object' && at !== null ? Object.keys(at) : []
}

function lowerFirst(text: string): string {
	return text.charAt(0).toLowerCase() + text.slice(1)
}
