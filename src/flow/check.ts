import type { Parser } from '../text/parser.ts'
import type { DomainFunction } from '../text/subject.ts'
import { authoredBranches, authoredSteps } from './authored.ts'
import { checkCauses } from './check-causes.ts'
import { checkExpressions } from './check-expressions.ts'
import { checkHearsay } from './check-hearsay.ts'
import { checkOwnParsers } from './check-parsers.ts'
import { checkReferences } from './check-references.ts'
import { checkWalk } from './check-walk.ts'
import type { Checking, Complain } from './checking.ts'
import { createEvaluator } from './conditions.ts'
import type { Flow } from './flow.ts'
import { hearsayPaths } from './hearsay.ts'
import type { LoadedFlow } from './include.ts'
import { withOwnParsers } from './own-parser.ts'
import type { Problem } from './problem.ts'
import { flowSchema } from './schema.ts'
import { textsOf } from './schema-walk.ts'

export interface FlowChecks {
	/** In the order of the files, and of the lines in them. */
	readonly errors: readonly Problem[]
	readonly warnings: readonly Problem[]
}

/** Everything that can be known of a flow before it runs. `catalogue`: the parsers that come with the program. */
export function checkFlow(
	flow: Flow,
	loaded: LoadedFlow,
	catalogue: ReadonlyMap<string, Parser>,
	functions: readonly DomainFunction[],
): FlowChecks {
	const errors: Problem[] = []
	const warnings: Problem[] = []
	const { written } = loaded
	const error: Complain = (...found) => errors.push(loaded.atlas.problem(...found))
	const warn: Complain = (...found) => warnings.push(loaded.atlas.problem(...found))
	const parsers = withOwnParsers(flow.parsers, catalogue)
	const evaluator = createEvaluator(flow, catalogue, functions)
	const texts = textsOf(flowSchema, written)
	const hearsay = hearsayPaths(flow, parsers)
	const checking: Checking = { flow, written, texts, evaluator, parsers, hearsay, error, warn }
	checkOwnParsers(flow.parsers, catalogue, error)
	checkReferences(checking)
	// A target that does not exist would make half of the flow unreachable: one slip is told once.
	if (errors.length === 0) checkWalk(flow, error)
	checkExpressions(checking)
	for (const { cel, type, place, file } of loaded.params) {
		const checked = evaluator.check(cel, type)
		if (!checked.ok) errors.push(loaded.problemIn(file, { ...place, span: checked }, checked.message, checked.hint))
	}
	checkCauses(checking)
	checkHearsay(checking)
	checkCovers(flow, written.covers, warn)
	return { errors: inOrder(errors), warnings: inOrder(warnings) }
}

function checkCovers(flow: Flow, covers: readonly string[], warn: Complain): void {
	if (covers.length === 0) return
	const named = new Set<string>()
	const note = (items: readonly { readonly source: readonly string[] }[]): void => {
		for (const { source } of items) for (const row of source) named.add(row)
	}
	for (const step of authoredSteps(flow)) note([step, ...authoredBranches(step), ...step.faq])
	for (const cause of Object.values(flow.causes)) note([cause, ...cause.proof])
	note(flow.checklist)
	covers.forEach((row, index) => {
		if (!named.has(row)) warn({ path: ['covers', index] }, `no \`source\` names ${row}`)
	})
}

/** Files in the order in which they are first found wrong. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
	const files = [...new Set(problems.map(({ file }) => file))]
	return problems.toSorted(
		(a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
	)
}
