import type { Parsed } from '../../text/parser.ts'

/**
 * What is true of a log of which some lines were cut. What was not seen may be there: nothing is told for want of a line,
 * and no text is taken from a line that is not whole. `seen`: facts that one line tells, without the lines around it.
 */
export const withoutGuesses = (
	{ facts, evidence }: Parsed,
	cut: ReadonlySet<number>,
	seen: ReadonlySet<string>,
): Parsed => {
	const isWhole = (name: string): boolean => evidence[name]?.some(({ line }) => cut.has(line)) !== true
	const kept = Object.entries(facts).filter(
		([name, value]) => seen.has(name) && value !== false && (typeof value === 'boolean' || isWhole(name)),
	)
	const names = new Set(kept.map(([name]) => name))
	return {
		facts: Object.fromEntries(kept),
		evidence: Object.fromEntries(Object.entries(evidence).filter(([name]) => names.has(name))),
	}
}
