import type { Parser } from '../text/parser.ts'
import { authoredBranches, authoredSteps } from './authored.ts'
import type { Report } from './check.ts'
import type { Evaluator } from './conditions.ts'
import type { Cel, Flow } from './flow.ts'
import { hearsayPaths } from './hearsay.ts'
import { parseTemplate } from './templates.ts'

/**
 * No command that changes something says what a stranger can have written: neither directly, nor through a let, nor
 * through an input that a branch set from it.
 */
export function checkHearsay(
	flow: Flow,
	evaluator: Evaluator,
	parsers: ReadonlyMap<string, Parser>,
	error: Report,
): void {
	const hearsay = hearsayPaths(flow, parsers)
	const tainted = taintedInputs(flow, evaluator, hearsay)
	for (const step of authoredSteps(flow)) {
		step.run.forEach((command, index) => {
			if (command.effect === 'read') return
			for (const key of ['command', 'as'] as const) {
				const parsed = parseTemplate(command[key] ?? '')
				if (!parsed.ok) continue
				for (const part of parsed.parts) {
					if (part.kind === 'text') continue
					const from = sourceOf(part.cel, evaluator, hearsay, tainted)
					if (from === undefined) continue
					error(
						{ path: ['steps', step.id, 'run', index, key], span: part },
						`${from} is hearsay: a stranger can have written it, so no change may say it`,
						'take the value from what the system itself tells, or let the operator give it as an input',
					)
				}
			}
		})
	}
}

/** What of an expression is hearsay, in words; undefined when nothing is. */
function sourceOf(
	cel: Cel,
	evaluator: Evaluator,
	hearsay: ReadonlySet<string>,
	tainted: ReadonlyMap<string, string>,
): string | undefined {
	const checked = evaluator.check(cel)
	if (!checked.ok) return undefined
	for (const path of checked.reads) {
		if (hearsay.has(path)) return `\`${path}\``
		const from = tainted.get(path)
		if (from !== undefined) return `\`${path}\`, which step \`${from}\` sets,`
	}
	return undefined
}

/** Inputs, as expressions name them, that some branch sets from hearsay, and its step. */
function taintedInputs(flow: Flow, evaluator: Evaluator, hearsay: ReadonlySet<string>): ReadonlyMap<string, string> {
	const sets = authoredSteps(flow).flatMap((step) =>
		authoredBranches(step).flatMap(({ set }) =>
			Object.entries(set).map(([name, cel]) => ({ input: `inputs.${name}`, cel, step: step.id })),
		),
	)
	const tainted = new Map<string, string>()
	for (let before = -1; before < tainted.size; ) {
		before = tainted.size
		for (const { input, cel, step } of sets) {
			if (!tainted.has(input) && sourceOf(cel, evaluator, hearsay, tainted) !== undefined) tainted.set(input, step)
		}
	}
	return tainted
}
