import type { FactValue, LineSpan, Parsed } from './parser.ts'

/** Facts as they are found, with the lines that decided them. */
export interface FactSheet {
	/** Sets a fact; `undefined` leaves it out. A later value replaces an earlier one, evidence included. */
	set(name: string, value: FactValue | undefined, ...lines: readonly (number | undefined)[]): void
	/** Takes over another parser's result under a name. */
	nest(name: string, parsed: Parsed): void
	readonly parsed: () => Parsed
}

/** An empty sheet. */
export const createFactSheet = (): FactSheet => {
	const facts: Record<string, FactValue> = {}
	const evidence: Record<string, readonly LineSpan[]> = {}
	return {
		set: (name, value, ...lines) => {
			if (value === undefined) return
			facts[name] = value
			const spans = [...new Set(lines.filter((line) => line !== undefined))].map((line) => ({ line }))
			if (spans.length > 0) evidence[name] = spans
			else delete evidence[name]
		},
		nest: (name, parsed) => {
			facts[name] = parsed.facts
			for (const [path, spans] of Object.entries(parsed.evidence)) evidence[`${name}.${path}`] = spans
		},
		parsed: () => ({ facts, evidence }),
	}
}
