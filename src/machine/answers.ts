import type { FlowCommand } from '../flow/flow.ts'
import type { CommandResult, PlannedCommand, ProbeAnswer, WalkContext } from './types.ts'

/**
 * What probes answered since the host was last changed. A question that was answered is not asked again, so that a walk
 * comes to its end: within one age each probe is asked a bounded number of times.
 */

/** Of a probe that may be asked again, or whose arguments changed: more often it goes in circles. */
export const MOST_TIMES = 3

/** What tells one question from another. */
type Asked = Pick<Extract<PlannedCommand, { readonly kind: 'run' }>, 'spec' | 'key'>

/** Identifies a probe: its name, or its text as the flow has it. */
export function probeKey({ probe, command }: Pick<FlowCommand, 'probe' | 'command'>): string {
	return probe ?? command
}

/** What would be asked, with what the parsers are told: two equal questions have one answer. */
function question({ spec }: Asked, args: unknown): string {
	return JSON.stringify([spec.text, spec.privilege, spec.as ?? '', args])
}

/**
 * The answer that stands for this command, so that it need not run. `again`: the step, or the probe itself, wants a new
 * one, and gets it a few times.
 */
export function knownAnswer(
	{ answers }: Pick<WalkContext, 'answers'>,
	planned: Asked,
	args: unknown,
	again: boolean,
): ProbeAnswer | undefined {
	const answer = answerOf(answers, planned.key)
	if (answer === undefined || answer.times >= MOST_TIMES) return answer
	return again || answer.question !== question(planned, args) ? undefined : answer
}

/** Was the probe asked since the last change, with that text; with any, where its text is not known yet. */
export function isAnswered({ answers }: Pick<WalkContext, 'answers'>, key: string, text: string | undefined): boolean {
	const answer = answerOf(answers, key)
	if (answer === undefined) return false
	return answer.times >= MOST_TIMES || text === undefined || answer.question.startsWith(`[${JSON.stringify(text)},`)
}

/** The answers with this one. What was cancelled, or lost with the connection, is no answer. */
export function withAnswer(
	answers: WalkContext['answers'],
	planned: Asked,
	args: unknown,
	result: CommandResult,
	readAt: number,
): WalkContext['answers'] {
	if (result.ending.kind === 'cancelled' || result.ending.kind === 'disconnected') return answers
	const { key } = planned
	const times = (answerOf(answers, key)?.times ?? 0) + 1
	return { ...answers, [key]: { question: question(planned, args), result, readAt, times } }
}

function answerOf(answers: WalkContext['answers'], key: string): ProbeAnswer | undefined {
	return Object.hasOwn(answers, key) ? answers[key] : undefined
}
