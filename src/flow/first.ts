import { type ASTNode, type Environment, serialize } from '@marcbachmann/cel-js'
import { CostError } from './cost.ts'

/**
 * `first(a, b, …)`: the value of the first argument that has one. A macro, since an argument that cannot be evaluated
 * is the reason why it is there. cel-js has no types for macros that evaluate; these are what it calls them with.
 */

interface Type {
	unify(registry: unknown, other: Type): Type | null
}

interface Checker {
	readonly registry: unknown
	check(node: ASTNode, context: unknown): Type
	formatType(type: Type): string
	createError(code: string, message: string, node: ASTNode): Error
}

interface Running {
	run(node: ASTNode, context: unknown): unknown
}

interface Macro {
	readonly args: readonly ASTNode[]
}

const MOST_ARGUMENTS = 8

/** Lets the expressions of an environment call first(). */
export function registerFirst(environment: Environment): void {
	for (let count = 1; count <= MOST_ARGUMENTS; count++) {
		const parameters = Array.from({ length: count }, () => 'ast').join(', ')
		const expand = ({ args }: Macro): object => ({ args, evaluate, typeCheck, async: false })
		environment.registerFunction(`first(${parameters}): dyn`, expand, { async: false })
	}
}

function typeCheck(checker: Checker, { args }: Macro, context: unknown): Type | undefined {
	let type: Type | undefined
	for (const argument of args) {
		const next = checker.check(argument, context)
		const common = type === undefined ? next : type.unify(checker.registry, next)
		if (common === null) {
			const words = [type as Type, next].map((one) => checker.formatType(one)).join(' and ')
			throw checker.createError('first_types', `first() needs values of one type, but has ${words}`, argument)
		}
		type = common
	}
	return type
}

function evaluate(running: Running, { args }: Macro, context: unknown): unknown {
	let last: unknown
	for (const argument of args) {
		try {
			return running.run(argument, context)
		} catch (error) {
			if (error instanceof CostError) throw error
			last = error
		}
	}
	if (args.length === 1) throw last
	throw new Error(`none of ${args.map(serialize).join(', ')} was told`)
}
