import type { ASTNode } from '@marcbachmann/cel-js'
import type { FactDeclaration } from '../text/parser.ts'
import { isCallOf, type Mention, mentionOf, visit } from './ast.ts'
import type { ExpressionError } from './expression-errors.ts'
import { nearest } from './nearest.ts'

/** What is known of names in an expression. */
export interface Meanings {
	fact(mention: Mention): FactDeclaration | undefined
	/** The expression of a let. */
	let(name: string): ASTNode | undefined
}

/** The first comparison with a text that the fact never is. */
export function impossibleValue(ast: ASTNode, meanings: Meanings): ExpressionError | undefined {
	let found: ExpressionError | undefined
	const compare = (of: ASTNode, with_: ASTNode, bound: ReadonlyMap<string, ASTNode>): void => {
		const literals = literalsOf(with_)
		if (literals.length === 0 || of.op === 'value' || of.op === 'list') return
		const values = valuesOf(of, meanings, bound)
		const wrong = values && literals.find(({ args }) => !values.includes(args))
		if (values !== undefined && wrong !== undefined) found ??= neverSo(of, wrong, values)
	}
	visit(ast, (node, bound) => {
		if (node.op === '==' || node.op === '!=') {
			const [left, right] = node.args
			compare(left, right, bound)
			compare(right, left, bound)
		}
		// Either side may be the one with the known values: `kind in ["a", "b"]`, `"a" in kinds`.
		if (node.op === 'in') {
			const [element, list] = node.args
			compare(element, list, bound)
			compare(list, element, bound)
		}
		return found === undefined
	})
	return found
}

type TextLiteral = ASTNode & { readonly args: string }

function literalsOf(node: ASTNode): readonly TextLiteral[] {
	// Every text can be compared with the empty one: that asks whether it was told.
	const isText = (one: ASTNode): one is TextLiteral =>
		one.op === 'value' && typeof one.args === 'string' && one.args !== ''
	if (isText(node)) return [node]
	return node.op === 'list' ? node.args.filter(isText) : []
}

/** Every value that a node can have; undefined when that is not known. */
function valuesOf(
	node: ASTNode,
	meanings: Meanings,
	bound: ReadonlyMap<string, ASTNode>,
	depth = 0,
): readonly string[] | undefined {
	if (depth > DEEPEST) return undefined
	const of = (inner: ASTNode, names = bound): readonly string[] | undefined =>
		valuesOf(inner, meanings, names, depth + 1)
	const together = (nodes: readonly ASTNode[]): readonly string[] | undefined => {
		const all = nodes.map((one) => of(one))
		return all.every((values) => values !== undefined) ? all.flat() : undefined
	}
	if (node.op === 'value') return typeof node.args === 'string' ? [node.args] : undefined
	if (isCallOf('first', node)) return together(node.args[1])
	if (node.op === '?:') return together(node.args.slice(1))
	const mention = mentionOf(node)
	if (mention === undefined) return undefined
	const [root = ''] = mention
	const list = bound.get(root)
	if (list !== undefined) return of(list, new Map([...bound].filter(([name]) => name !== root)))
	const named = meanings.let(root)
	return named === undefined ? meanings.fact(mention)?.values : of(named, new Map())
}

const DEEPEST = 50

function neverSo(of: ASTNode, literal: TextLiteral, values: readonly string[]): ExpressionError {
	const { start, end } = literal
	const name = mentionOf(of)?.join('.')
	const message = `${name === undefined ? 'this' : `\`${name}\``} is never "${literal.args}"`
	const best = nearest(literal.args, values)
	const hint =
		best !== undefined
			? `did you mean "${best}"?`
			: values.length <= 12
				? `there are: ${values.map((value) => `"${value}"`).join(', ')}`
				: undefined
	return { message, ...(hint === undefined ? {} : { hint }), start, end }
}
