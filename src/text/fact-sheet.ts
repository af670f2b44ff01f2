/** Facts as a parser finds them, with the very words of the lines that each was read from. */

import type { FactValue, LineSpan, OutputLine, Parsed } from './parser.ts'

type Line = number | { readonly number: number }

/**
 * Where a fact was read: a line, its number, a range of it, or something that was read from one. What is undefined does
 * not count.
 */
export type Where = LineSpan | Line | { readonly line: Line } | undefined

/** Evidence of many lines helps nobody: the last ones do. */
const mostSpans = 20

export interface FactSheet {
	/**
	 * Sets a fact; `undefined` (the output does not tell) leaves it out, and so does what is no finite number. A later
	 * value replaces an earlier one, evidence included.
	 */
	readonly set: (name: string, value: FactValue | undefined, ...where: readonly Where[]) => void
	/** Sets a list: what each of the things says, once, as far as it says something, read from the lines of all of them. */
	readonly list: <T extends Where>(name: string, from: readonly T[], textOf: (one: T) => string | undefined) => void
	/** Takes over another parser's result under a name. */
	readonly nest: (name: string, parsed: Parsed) => void
	readonly parsed: () => Parsed
}

/** An empty sheet. */
export function createFactSheet(): FactSheet {
	const facts = new Map<string, FactValue>()
	const evidence = new Map<string, readonly LineSpan[]>()
	const set: FactSheet['set'] = (name, value, ...where) => {
		if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return
		facts.set(name, value)
		const spans = distinctSpans(where)
		if (spans.length > 0) evidence.set(name, spans)
		else evidence.delete(name)
	}
	return {
		set,
		list: (name, from, textOf) => {
			const texts = from.map(textOf).filter((text) => text !== undefined)
			set(name, [...new Set(texts)], ...from)
		},
		nest(name, parsed) {
			facts.set(name, parsed.facts)
			for (const [path, spans] of Object.entries(parsed.evidence)) evidence.set(`${name}.${path}`, spans)
		},
		parsed: () => ({ facts: Object.fromEntries(facts), evidence: Object.fromEntries(evidence) }),
	}
}

function distinctSpans(where: readonly Where[]): readonly LineSpan[] {
	const spans = new Map<string, LineSpan>()
	for (const one of where) {
		if (one === undefined) continue
		const span = spanAt(one)
		spans.set(`${span.line}:${span.start ?? ''}:${span.end ?? ''}`, span)
	}
	return [...spans.values()].slice(-mostSpans)
}

function spanAt(where: NonNullable<Where>): LineSpan {
	if (typeof where === 'number') return { line: where }
	if ('number' in where) return { line: where.number }
	if (typeof where.line !== 'number') return { line: where.line.number }
	const { line, start, end } = where as LineSpan
	return start === undefined || end === undefined ? { line } : { line, start, end }
}

/** A line as a parser reads it, which may have lost a prefix and won what a terminal had put on the next line. */
export interface ReadLine extends OutputLine {
	/** How many characters of the original line stand before `text`. */
	readonly offset?: number
	/** How much of `text` stands in the original line; all of it when left out. */
	readonly width?: number
}

/** The range of `part` in the line when it stands there literally, else the whole line. */
export function spanOf(line: ReadLine, part: string): LineSpan {
	const at = part === '' ? -1 : line.text.indexOf(part)
	if (at < 0 || at + part.length > (line.width ?? line.text.length)) return { line: line.number }
	const start = at + (line.offset ?? 0)
	return { line: line.number, start, end: start + part.length }
}

/** The facts that are wanted, with their evidence. */
export function onlyFacts({ facts, evidence }: Parsed, isWanted: (name: string) => boolean): Parsed {
	const kept = ([name]: readonly [string, unknown]): boolean => isWanted(name)
	return {
		facts: Object.fromEntries(Object.entries(facts).filter(kept)),
		evidence: Object.fromEntries(Object.entries(evidence).filter(kept)),
	}
}
