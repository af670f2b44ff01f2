import { namesIn } from './ast.ts'
import type { Compilation, Language } from './expression.ts'
import type { Cel } from './flow.ts'

/** Named expressions of a flow: each is a variable of the others, in whatever order they stand. */

export interface Let {
	readonly cel: Cel
	readonly compiled: Compilation
}

/** What a let may be: all that can be compared, shown or iterated. */
export const LET_TYPES: ReadonlySet<string> = new Set(['string', 'int', 'double', 'bool', 'list<string>'])

/** Longest chain of lets that use each other. */
const DEEPEST = 100

export interface LetOrder {
	/** Each after those that it uses. */
	readonly ordered: readonly string[]
	/** Lets that use themselves, by the names on the way round. */
	readonly circles: ReadonlyMap<string, readonly string[]>
	/** Lets that use others which use others, too many times over. */
	readonly tooDeep: ReadonlySet<string>
}

/** In which order lets can be made. */
export function orderLets(lets: Readonly<Record<string, Cel>>): LetOrder {
	const uses = new Map<string, readonly string[]>()
	const usedBy = new Map<string, string[]>()
	for (const [name, cel] of Object.entries(lets)) {
		const used = [...namesIn(cel)].filter((other) => Object.hasOwn(lets, other))
		uses.set(name, used)
		for (const other of used) {
			const users = usedBy.get(other)
			if (users === undefined) usedBy.set(other, [name])
			else users.push(name)
		}
	}
	const waitsFor = new Map([...uses].map(([name, used]) => [name, used.length]))
	const depths = new Map<string, number>()
	const ordered = [...uses].filter(([, used]) => used.length === 0).map(([name]) => name)
	for (let at = 0; at < ordered.length; at++) {
		const name = ordered[at] ?? ''
		const depth = depths.get(name) ?? 1
		for (const next of usedBy.get(name) ?? []) {
			depths.set(next, Math.max(depths.get(next) ?? 1, depth + 1))
			const left = (waitsFor.get(next) ?? 0) - 1
			waitsFor.set(next, left)
			if (left === 0) ordered.push(next)
		}
	}
	const stuck = new Set([...waitsFor].filter(([, left]) => left > 0).map(([name]) => name))
	const circles = new Map<string, readonly string[]>()
	for (const name of stuck) {
		if ([...circles.values()].some((circle) => circle.includes(name))) continue
		const circle = circleFrom(name, uses, stuck)
		if (circle !== undefined) circles.set(circle[0] ?? name, circle)
	}
	const tooDeep = new Set([...depths].filter(([, depth]) => depth > DEEPEST).map(([name]) => name))
	return { ordered: [...ordered, ...stuck], circles, tooDeep }
}

/** Follows what a stuck let uses until a name comes again: the names from there on. */
function circleFrom(
	start: string,
	uses: ReadonlyMap<string, readonly string[]>,
	stuck: ReadonlySet<string>,
): readonly string[] | undefined {
	const way: string[] = []
	for (let name: string | undefined = start; name !== undefined; ) {
		const before = way.indexOf(name)
		if (before >= 0) return way.slice(before)
		way.push(name)
		name = uses.get(name)?.find((other) => stuck.has(other))
	}
	return undefined
}

/**
 * Makes the lets variables of the language, typed by their expressions. One that is wrong becomes a variable of any type
 * without a value, so that one slip is told once.
 */
export function defineLets(lets: Readonly<Record<string, Cel>>, language: Language): ReadonlyMap<string, Let> {
	const { ordered, circles, tooDeep } = orderLets(lets)
	const stuck = new Set([...circles.values()].flat())
	for (const name of stuck) language.define(name, 'dyn')
	const defined = new Map<string, Let>()
	for (const name of ordered) {
		const cel = lets[name] ?? ''
		const compiled = stuck.has(name) || tooDeep.has(name) ? circular(cel) : typed(language.compile(cel), cel)
		if (!stuck.has(name)) language.define(name, compiled.ok ? compiled.type : 'dyn')
		defined.set(name, { cel, compiled })
	}
	return defined
}

function typed(compiled: Compilation, cel: Cel): Compilation {
	if (!compiled.ok || LET_TYPES.has(compiled.type)) return compiled
	return { ok: false, message: notPlain(compiled.type), start: 0, end: cel.length }
}

/** Why an expression cannot be a let. */
export function notPlain(type: string): string {
	return `a let is text, a number, true or false, or a list of texts, but this is ${type}`
}

function circular(cel: Cel): Compilation {
	return { ok: false, message: 'it uses itself', start: 0, end: cel.length }
}
