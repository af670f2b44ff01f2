import { namesIn } from './ast.ts'
import type { Compilation, Language } from './expression.ts'
import type { Cel } from './flow.ts'
import { type Order, usageOrder } from './order.ts'

/** Named expressions of a flow: each is a variable of the others, in whatever order they stand. */

export interface Let {
	readonly cel: Cel
	readonly compiled: Compilation
}

/** What a let may be: all that can be compared, shown or iterated. */
export const LET_TYPES: ReadonlySet<string> = new Set(['string', 'int', 'double', 'bool', 'list<string>'])

/** Longest chain of lets that use each other. */
const DEEPEST = 100

export interface LetOrder extends Omit<Order, 'depths'> {
	/** Lets that use others which use others, too many times over. */
	readonly tooDeep: ReadonlySet<string>
}

/** In which order lets can be made. */
export function orderLets(lets: Readonly<Record<string, Cel>>): LetOrder {
	const used = Object.entries(lets).map(([name, cel]) => [name, namesIn(cel)] as const)
	const { ordered, circles, depths } = usageOrder(Object.fromEntries(used))
	const tooDeep = new Set([...depths].filter(([, depth]) => depth > DEEPEST).map(([name]) => name))
	return { ordered, circles, tooDeep }
}

/**
 * Makes the lets variables of the language, typed by their expressions. One that is wrong becomes a variable of any type
 * without a value, so that one slip is told once.
 */
export function defineLets(lets: Readonly<Record<string, Cel>>, language: Language): ReadonlyMap<string, Let> {
	const { ordered, circles, tooDeep } = orderLets(lets)
	const stuck = new Set(circles.flat())
	for (const name of stuck) language.define(name, 'dyn')
	const defined = new Map<string, Let>()
	for (const name of ordered) {
		const cel = lets[name] ?? ''
		const compiled =
			stuck.has(name) || tooDeep.has(name) ? wrong(cel, 'it uses itself') : typed(language.compile(cel), cel)
		if (!stuck.has(name)) language.define(name, compiled.ok ? compiled.type : 'dyn')
		defined.set(name, { cel, compiled })
	}
	return defined
}

function typed(compiled: Compilation, cel: Cel): Compilation {
	return !compiled.ok || LET_TYPES.has(compiled.type) ? compiled : wrong(cel, notPlain(compiled.type))
}

function wrong(cel: Cel, message: string): Compilation {
	return { ok: false, message, start: 0, end: cel.length }
}

/** Why an expression cannot be a let. */
export function notPlain(type: string): string {
	return `a let is text, a number, true or false, or a list of texts, but this is ${type}`
}
