import { onlyFacts } from '../../text/fact-sheet.ts'
import type { Parsed } from '../../text/parser.ts'

/**
 * What is true of a log of which some lines were cut. What was not seen may be there: nothing is told for want of a line,
 * and no text is taken from a line that is not whole. `seen`: facts that one line tells, without the lines around it.
 */
export const withoutGuesses = (parsed: Parsed, cut: ReadonlySet<number>, seen: ReadonlySet<string>): Parsed =>
	onlyFacts(parsed, (name) => {
		const value = parsed.facts[name]
		const isWhole = parsed.evidence[name]?.some(({ line }) => cut.has(line)) !== true
		return seen.has(name) && value !== false && (typeof value === 'boolean' || isWhole)
	})
