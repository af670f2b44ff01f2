import { type ASTNode, parse } from '@marcbachmann/cel-js'
import { isCallOf, mentionOf } from './ast.ts'
import type { Cel } from './flow.ts'

/**
 * An expression for a reader who has no values: names in angle brackets, what is fixed as it is. `"app-" + inputs.name`
 * is `app-<name>`, and of first() it is the first argument.
 */
export function placeholderOf(cel: Cel): string {
	try {
		return written(parse(cel).ast) ?? `<${cel}>`
	} catch {
		return `<${cel}>`
	}
}

function written(node: ASTNode): string | undefined {
	const mention = mentionOf(node)
	if (mention !== undefined) {
		const [root, ...path] = mention
		return `<${root === 'inputs' && path.length === 1 ? path[0] : mention.join('.')}>`
	}
	if (node.op === 'value') return typeof node.args === 'string' ? node.args : undefined
	if (node.op === '+') {
		const sides = node.args.map(written)
		return sides.every((side) => side !== undefined) ? sides.join('') : undefined
	}
	if (isCallOf('first', node) || isCallOf('string', node)) {
		const [first] = node.args[1]
		return first === undefined ? undefined : written(first)
	}
	if (node.op === 'rcall' && node.args[0] === 'join') return written(node.args[1])
	return undefined
}
