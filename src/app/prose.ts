import { wrapProse } from '../screen/cells.ts'

/** Lines of a report for people. Prose is wrapped to the width of the terminal, 80 when unknown, and never wider than 100. */
export interface TextReport {
	readonly width: number
	readonly lines: string[]
	/** Adds prose, each of its lines behind the indent. */
	say(text: string, indent?: string): void
}

/** An empty report; `columns`: of the terminal, undefined where there is none. */
export function createReport(columns: number | undefined): TextReport {
	const width = Math.max(40, Math.min(columns ?? 80, 100))
	const lines: string[] = []
	return {
		width,
		lines,
		say: (text, indent = '') => {
			lines.push(...wrapProse(text, width - indent.length).map((line) => indent + line))
		},
	}
}
