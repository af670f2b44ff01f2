import type { NamedFacts, WalkContext } from '../machine/types.ts'

/** A line of a log that tells of a failure, and is older than the fault that is looked for. */
export interface OldLine {
	/** Identifies the run of the command that printed it. */
	readonly run: string
	readonly line: number
	readonly text: string
}

/** By convention what a parser says of the past begins so: `oldCount`, `oldKind`, `oldFailure`. */
const ABOUT_THE_PAST = /^old(?:[A-Z]|$)/

/** The log lines that the walk read and that were too old to count. In the order in which they were read. Pure. */
export function oldLines({ facts }: Pick<WalkContext, 'facts'>): readonly OldLine[] {
	const found = new Map<string, OldLine>()
	for (const named of Object.values<NamedFacts>(facts)) {
		for (const [path, lines] of Object.entries(named.evidence)) {
			if (!ABOUT_THE_PAST.test(path)) continue
			for (const { run, line, text } of lines) found.set(`${run}:${line}`, { run, line, text })
		}
	}
	return [...found.values()].sort((a, b) => (a.run === b.run ? a.line - b.line : 0))
}
