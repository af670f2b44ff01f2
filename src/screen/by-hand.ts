import type { CommandSpec } from '../flow/command.ts'
import { quoteWord } from '../flow/templates.ts'
import { nextCommand, unanswered } from '../machine/plan.ts'
import type { ByHandModel } from './model.ts'
import type { WalkView } from './walk-view.ts'

/** What only a shell reads: more than one command, a redirection, a substitution. */
const NEEDS_A_SHELL = /[;&|<>$`(){}\n]/

/** A command as an operator types it in a shell on the host, with sudo where it needs root. */
export function typedByHand({ text, privilege }: Pick<CommandSpec, 'text' | 'privilege'>): string {
	if (privilege === 'user') return text
	return NEEDS_A_SHELL.test(text) ? `sudo sh -c ${quoteWord(text)}` : `sudo ${text}`
}

/** On a host that runtree does not reach: the probe that the operator runs there now, and gives the output of. */
export function byHandOf({ byHand, phase, context }: WalkView): ByHandModel | null {
	if (!byHand) return null
	const wanted = phase === 'ready' ? nextCommand(context) : phase === 'deciding' ? unanswered(context) : undefined
	return { wanted: wanted?.spec.effect === 'read' ? typedByHand(wanted.spec) : null }
}
