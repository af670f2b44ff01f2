import { type ASTNode, serialize } from '@marcbachmann/cel-js'
import { isCallOf, type Mention, mentionOf, sameTree, visit } from './ast.ts'
import type { Expression, Language } from './expression.ts'

/**
 * An expression taken apart at its and, or, not, ?: and first(), and where it names a let, to tell which facts made it
 * come out as it did, and which ones it lacks.
 */
export type Logic =
	| { readonly op: '&&' | '||'; readonly left: Logic; readonly right: Logic }
	| { readonly op: '!'; readonly of: Logic }
	| { readonly op: '?:'; readonly test: Logic; readonly yes: Logic; readonly no: Logic }
	| { readonly op: 'first'; readonly of: readonly Logic[] }
	| { readonly op: 'let'; readonly name: string }
	| {
			readonly op: 'part'
			readonly expression: Expression
			/** Facts, inputs and the host that it reads, but those inside of `inner`. */
			readonly reads: readonly Mention[]
			/** Facts of which it only asks whether they were told. */
			readonly asks: readonly Mention[]
			/** The first() and lets within it. */
			readonly inner: readonly Logic[]
	  }

export interface Decided {
	/** Undefined when it has no value. */
	readonly value: unknown
	/** Facts that made it come out as it did. Empty when it has no value. */
	readonly paths: readonly string[]
	/** Facts that it would need to have a value. Empty when it has one. */
	readonly missing: readonly string[]
}

/** What logic is decided on. */
export interface World {
	/** Undefined when the expression has no value. */
	evaluate(expression: Expression): unknown
	decideLet(name: string): Decided
	isAbsent(fact: Mention): boolean
}

/** Takes expressions apart. `isLet`: whether a variable is a let. */
export function createAnatomy(language: Language, isLet: (name: string) => boolean): (of: Expression) => Logic {
	/** Undefined when a part cannot be made an expression of its own. */
	const logicOf = (node: ASTNode): Logic | undefined => {
		switch (node.op) {
			case '&&':
			case '||': {
				const [left, right] = node.args.map(logicOf)
				return left && right && { op: node.op, left, right }
			}
			case '!_': {
				const of = logicOf(node.args)
				return of && { op: '!', of }
			}
			case '?:': {
				const [test, yes, no] = node.args.map(logicOf)
				return test && yes && no && { op: '?:', test, yes, no }
			}
			case 'id':
				if (isLet(node.args)) return { op: 'let', name: node.args }
				break
			case 'call':
				if (isCallOf('first', node)) return firstOf(node)
		}
		const expression = partOf(node, language)
		return expression && part(expression)
	}
	const firstOf = (node: Extract<ASTNode, { op: 'call' }>): Logic | undefined => {
		const of = node.args[1].map(logicOf)
		return of.every((argument) => argument !== undefined) ? { op: 'first', of } : undefined
	}
	const part = (expression: Expression): Logic => {
		const reads: Mention[] = []
		const asks: Mention[] = []
		const inner: Logic[] = []
		visit(expression.ast, (node, bound) => {
			if (isCallOf('has', node)) {
				const mention = node.args[1][0] === undefined ? undefined : mentionOf(node.args[1][0])
				if (mention !== undefined) asks.push(mention)
				return false
			}
			// What a loop binds has no value outside of it: there, all of its arguments are read.
			if (isCallOf('first', node) && !mentionsBound(node, bound)) {
				const logic = firstOf(node)
				if (logic !== undefined) inner.push(logic)
				return logic === undefined
			}
			const mention = mentionOf(node)
			if (mention === undefined) return true
			const [root = ''] = mention
			if (bound.has(root)) return false
			if (isLet(root)) inner.push({ op: 'let', name: root })
			else reads.push(mention)
			return false
		})
		return { op: 'part', expression, reads, asks, inner }
	}
	return (expression) => logicOf(expression.ast) ?? part(expression)
}

function mentionsBound(node: ASTNode, bound: ReadonlyMap<string, ASTNode>): boolean {
	let found = false
	visit(node, (inner) => {
		if (inner.op === 'id' && bound.has(inner.args)) found = true
		return !found
	})
	return found
}

/** The source text cannot be cut out, since the range of a node leaves out its parentheses. */
function partOf(node: ASTNode, language: Language): Expression | undefined {
	const part = language.compile(serialize(node))
	return part.ok && sameTree(part.ast, node) ? part : undefined
}

/** How logic comes out in a world, and because of which facts. */
export function decide(logic: Logic, world: World): Decided {
	switch (logic.op) {
		case 'part': {
			const value = world.evaluate(logic.expression)
			const inner = logic.inner.map((one) => decide(one, world))
			if (value === undefined) {
				const absent = logic.reads.filter(world.isAbsent).map((fact) => fact.join('.'))
				return unknown([...absent, ...inner.flatMap(({ missing }) => missing)])
			}
			const read = [...logic.reads, ...logic.asks].map((fact) => fact.join('.'))
			return { value, paths: once([...read, ...inner.flatMap(({ paths }) => paths)]), missing: [] }
		}
		case 'let':
			return world.decideLet(logic.name)
		case 'first': {
			const missing: string[] = []
			for (const argument of logic.of) {
				const decided = decide(argument, world)
				if (decided.value !== undefined) return decided
				missing.push(...decided.missing)
			}
			return unknown(missing)
		}
		case '!': {
			const decided = decide(logic.of, world)
			return decided.value === undefined ? decided : { ...decided, value: !decided.value }
		}
		case '?:': {
			const test = decide(logic.test, world)
			if (test.value === undefined) return test
			const taken = decide(test.value === true ? logic.yes : logic.no, world)
			return taken.value === undefined ? taken : { ...taken, paths: once([...test.paths, ...taken.paths]) }
		}
		default:
			return decideBoth(logic.op === '||', [decide(logic.left, world), decide(logic.right, world)])
	}
}

/** `settling`: the value of a side that settles the whole. */
function decideBoth(settling: boolean, sides: readonly Decided[]): Decided {
	const settled = sides.filter(({ value }) => value === settling)
	if (settled.length > 0) return { value: settling, paths: once(settled.flatMap(({ paths }) => paths)), missing: [] }
	const open = sides.filter(({ value }) => value === undefined)
	if (open.length > 0) return unknown(open.flatMap(({ missing }) => missing))
	return { value: !settling, paths: once(sides.flatMap(({ paths }) => paths)), missing: [] }
}

function unknown(missing: readonly string[]): Decided {
	return { value: undefined, paths: [], missing: once(missing) }
}

/** Each once: lets that use lets would double them at every level. */
function once(paths: readonly string[]): readonly string[] {
	return [...new Set(paths)]
}
