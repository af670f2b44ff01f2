/** Facts as a parser finds them, with the very words of the lines that each was read from. */

import type { FactValue, LineSpan, OutputLine, Parsed } from './parser.ts'

/** Where a fact was read: a line, its number, or a range of it. What is undefined does not count. */
export type Where = LineSpan | { readonly number: number } | number | undefined

export interface FactSheet {
	/**
	 * Sets a fact; `undefined` (the output does not tell) leaves it out, and so does what is no finite number. A later
	 * value replaces an earlier one, evidence included.
	 */
	readonly set: (name: string, value: FactValue | undefined, ...where: readonly Where[]) => void
	/** Takes over another parser's result under a name. */
	readonly nest: (name: string, parsed: Parsed) => void
	readonly parsed: () => Parsed
}

/** An empty sheet. */
export function createFactSheet(): FactSheet {
	const facts = new Map<string, FactValue>()
	const evidence = new Map<string, readonly LineSpan[]>()
	return {
		set(name, value, ...where) {
			if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return
			facts.set(name, value)
			const spans = distinctSpans(where)
			if (spans.length > 0) evidence.set(name, spans)
			else evidence.delete(name)
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
		const span = typeof one === 'number' ? { line: one } : 'number' in one ? { line: one.number } : one
		spans.set(`${span.line}:${span.start ?? ''}:${span.end ?? ''}`, span)
	}
	return [...spans.values()]
}

/** A line as a parser reads it, which may have lost a prefix and won what a terminal had put on the next line. */
export interface ReadLine extends OutputLine {
	/** How many characters of the original line stand before `text`. */
	readonly offset?: number
	/** How much of `text` stands in the original line; all of it when left out. */
	readonly width?: number
}

/** A whole line as evidence. */
export function wholeLine(line: { readonly number: number }): LineSpan {
	return { line: line.number }
}

/** The range of `part` in the line when it stands there literally, else the whole line. */
export function spanOf(line: ReadLine, part: string): LineSpan {
	const at = part === '' ? -1 : line.text.indexOf(part)
	if (at < 0 || at + part.length > (line.width ?? line.text.length)) return { line: line.number }
	const start = at + (line.offset ?? 0)
	return { line: line.number, start, end: start + part.length }
}
