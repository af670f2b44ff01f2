/** Facts as a parser notes them, with the very words of the line that each was read from. */

import type { Facts, FactValue, LineSpan, OutputLine, Parsed } from './parser.ts'

export interface FactNotes {
	/** Notes a fact; `undefined` (the output does not tell) leaves it out. A later note of the same name wins. */
	note(name: string, value: FactValue | undefined, ...spans: readonly (LineSpan | undefined)[]): void
	parsed(): Parsed
}

export function factNotes(): FactNotes {
	const facts = new Map<string, FactValue>()
	const evidence = new Map<string, readonly LineSpan[]>()
	return {
		note(name, value, ...spans) {
			if (value === undefined) return
			if (typeof value === 'number' && !Number.isFinite(value)) return
			facts.set(name, value)
			const known = spans.filter((span) => span !== undefined)
			if (known.length > 0) evidence.set(name, known)
			else evidence.delete(name)
		},
		parsed: () => ({ facts: Object.fromEntries(facts), evidence: Object.fromEntries(evidence) }),
	}
}

/** A whole line as evidence. */
export function wholeLine(line: { readonly number: number }): LineSpan {
	return { line: line.number }
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

export function textArg(args: Facts, name: string): string | undefined {
	const value = args[name]
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

export function intArg(args: Facts, name: string): number | undefined {
	const value = args[name]
	return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}
