import type { Parser } from '../text/parser.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkReferences } from './check-references.ts'
import { checkWalk } from './check-walk.ts'
import { createEvaluator } from './conditions.ts'
import type { Flow } from './flow.ts'
import type { Problem } from './problem.ts'
import type { Place, Source } from './source.ts'

/** Where the checks say what they find. */
export type Report = (place: Place, message: string, hint?: string) => void

export interface FlowChecks {
	/** In the order of the file. */
	readonly errors: readonly Problem[]
	readonly warnings: readonly Problem[]
}

/** Everything that can be known of a flow before it runs. `covers`: rows that some `source` must name. */
export function checkFlow(
	flow: Flow,
	covers: readonly string[],
	source: Source,
	parsers: ReadonlyMap<string, Parser>,
): FlowChecks {
	const errors: Problem[] = []
	const warnings: Problem[] = []
	const error: Report = (...found) => errors.push(source.problem(...found))
	const warn: Report = (...found) => warnings.push(source.problem(...found))
	checkReferences(flow, parsers, error)
	// A target that does not exist would make half of the flow unreachable: one slip is told once.
	if (errors.length === 0) checkWalk(flow, error)
	checkExpressions(flow, createEvaluator(flow, parsers), parsers, error, warn)
	checkCovers(flow, covers, warn)
	return { errors: inOrder(errors), warnings: inOrder(warnings) }
}

function checkCovers(flow: Flow, covers: readonly string[], warn: Report): void {
	if (covers.length === 0) return
	const named = new Set<string>()
	for (const step of Object.values(flow.steps)) {
		for (const { source } of [step, ...step.branches, ...step.faq]) for (const row of source) named.add(row)
	}
	for (const { source } of [...Object.values(flow.causes), ...flow.checklist]) for (const row of source) named.add(row)
	covers.forEach((row, index) => {
		if (!named.has(row)) warn({ path: ['covers', index] }, `no \`source\` names ${row}`)
	})
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
	return problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
}
