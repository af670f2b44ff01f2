import { type ASTNode, parse } from '@marcbachmann/cel-js'

/** Looking through the tree of a CEL expression. */

/** A variable's field that an expression mentions: `['response', 'tls', 'error']`. */
export type Mention = readonly string[]

/** `a.b.c`, also written `a["b"].c`: the names; undefined for anything else. */
export function mentionOf(node: ASTNode): Mention | undefined {
	if (node.op === 'id') return [node.args]
	if (node.op !== '.' && node.op !== '[]') return undefined
	const [object, field] = node.args
	const name = typeof field === 'string' ? field : field.op === 'value' ? field.args : undefined
	if (typeof name !== 'string') return undefined
	const before = mentionOf(object)
	return before === undefined ? undefined : [...before, name]
}

/** Is this a call of a function that stands alone: `has(…)`, `first(…)`. */
export function isCallOf(name: string, node: ASTNode): node is Extract<ASTNode, { op: 'call' }> {
	return node.op === 'call' && node.args[0] === name
}

const loops = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])

/**
 * Visits a tree from above. `look` says whether to go below a node; `bound`: the names that the loops around it bind,
 * with the list that each runs through.
 */
export function visit(
	node: ASTNode,
	look: (node: ASTNode, bound: ReadonlyMap<string, ASTNode>) => boolean,
	bound: ReadonlyMap<string, ASTNode> = new Map(),
): void {
	if (!look(node, bound)) return
	if (node.op === 'rcall') {
		const [method, receiver, args] = node.args
		const [variable, ...rest] = args
		visit(receiver, look, bound)
		const binds = (loops.has(method) || method === 'bind') && variable?.op === 'id'
		const inner = binds ? new Map([...bound, [variable.args, receiver]]) : bound
		for (const child of binds ? rest : args) visit(child, look, inner)
		return
	}
	for (const child of childrenOf(node)) visit(child, look, bound)
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

/** The names that an expression mentions and does not bind itself, known or not. None when it cannot be read. */
export function namesIn(cel: string): ReadonlySet<string> {
	const names = new Set<string>()
	try {
		visit(parse(cel).ast, (node, bound) => {
			if (node.op === 'id' && !bound.has(node.args)) names.add(node.args)
			return true
		})
	} catch {
		// What is wrong with it is found where it is compiled.
	}
	return names
}

/** Do both trees say the same, wherever it stands? */
export function sameTree(a: unknown, b: unknown): boolean {
	if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
	if (Array.isArray(a)) {
		return Array.isArray(b) && a.length === b.length && a.every((one, index) => sameTree(one, b[index]))
	}
	if (!('op' in a && 'op' in b && 'args' in a && 'args' in b)) return false
	return a.op === b.op && sameTree(a.args, b.args)
}
