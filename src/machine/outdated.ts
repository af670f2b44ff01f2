import type { FlowCommand } from '../flow/flow.ts'
import { probeKey } from './answers.ts'
import { argsOfAll } from './plan.ts'
import type { Rules } from './rules.ts'
import type { WalkContext } from './types.ts'

/** What is forgotten when inputs change: names of facts, and keys of answers. */
export interface Outdated {
	readonly facts: readonly string[]
	readonly answers: readonly string[]
}

/**
 * What was asked with other values of the inputs: the probes that would be another command now, or whose parsers would
 * be told something else (the unit that is looked at), with the facts that they gave.
 */
export function outdatedBy(rules: Rules, context: WalkContext, inputs: WalkContext['inputs']): Outdated {
	const now = { ...context, inputs: { ...context.inputs, ...inputs } }
	const { probes, steps } = rules.flow
	const asked = [...Object.values(probes), ...Object.values(steps).flatMap(({ run }) => run)]
	const outdated = asked.filter(
		(command) =>
			Object.hasOwn(context.answers, probeKey(command)) &&
			questionOf(rules, context, command) !== questionOf(rules, now, command),
	)
	const names = new Set(outdated.flatMap(({ parse }) => parse.map(({ as }) => as)))
	return {
		facts: [...names].filter((name) => Object.hasOwn(context.facts, name)),
		answers: [...new Set(outdated.map(probeKey))],
	}
}

function questionOf(rules: Rules, context: WalkContext, command: FlowCommand): string {
	return JSON.stringify([rules.command(command.command, context), argsOfAll(rules, context, command)])
}
