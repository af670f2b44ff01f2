import type { FlowCommand } from '../flow/flow.ts'
import { probeKey } from './answers.ts'
import { argsOfAll, without } from './plan.ts'
import type { Rules } from './rules.ts'
import type { WalkContext } from './types.ts'

/** What is forgotten when inputs change: names of facts, and keys of answers. */
export interface Outdated {
	readonly facts: readonly string[]
	readonly answers: readonly string[]
}

/**
 * What was asked with other values of the inputs: the probes that would be another command now, or whose parsers would
 * be told something else (the unit that is looked at), with the facts that they gave, and what was asked by those.
 */
export function outdatedBy(rules: Rules, context: WalkContext, inputs: WalkContext['inputs']): Outdated {
	const { probes, steps } = rules.flow
	const asked = [...Object.values(probes), ...Object.values(steps).flatMap(({ run }) => run)].filter((command) =>
		Object.hasOwn(context.answers, probeKey(command)),
	)
	const names = new Set<string>()
	const keys = new Set<string>()
	for (let known = -1; known !== keys.size; ) {
		known = keys.size
		const facts = without(context.facts, names)
		const now = { ...context, inputs: { ...context.inputs, ...inputs }, facts }
		for (const command of asked) {
			if (keys.has(probeKey(command))) continue
			if (questionOf(rules, context, command) === questionOf(rules, now, command)) continue
			keys.add(probeKey(command))
			for (const { as } of command.parse) if (Object.hasOwn(context.facts, as)) names.add(as)
		}
	}
	return { facts: [...names], answers: [...keys] }
}

function questionOf(rules: Rules, context: WalkContext, command: FlowCommand): string {
	return JSON.stringify([rules.command(command.command, context), argsOfAll(rules, context, command)])
}
