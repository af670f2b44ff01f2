import type { CommandEnding, Effect } from '../flow/command.ts'
import type { Decision, SessionOutcome } from '../machine/types.ts'
import type { Badge, SummaryModel } from './model.ts'

/** The words. Present tense, no jargon of ours, one sentence where a sentence is needed. */

/** A duration as a person says it: `80 ms`, `2.3 s`, `1 min 5 s`. */
export function duration(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)} ms`
	if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
	const seconds = Math.round(ms / 1000)
	if (seconds < 60) return `${seconds} s`
	const rest = seconds % 60
	return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`
}

export const badges: Readonly<Record<Effect, Badge>> = { read: 'read', change: 'changes', destructive: 'destructive' }

/** How a command ended, in a few words. */
export function endingWords(ending: CommandEnding): string {
	switch (ending.kind) {
		case 'exited':
			return `${exitWords(ending)}, ${duration(ending.durationMs)}`
		case 'timed-out':
			return `timed out after ${duration(ending.durationMs)}`
		case 'cancelled':
			return 'cancelled'
		case 'not-started':
			return 'not started'
		case 'disconnected':
			return 'connection lost'
	}
}

function exitWords(ending: Extract<CommandEnding, { kind: 'exited' }>): string {
	if (ending.signal !== null) return `ended by ${ending.signal}`
	return ending.exitCode === null ? 'exit code unknown' : `exit ${ending.exitCode}`
}

/** What a confirm dialog says that a command does. */
export function effectSentence(badge: Badge, host: string, root: boolean): string {
	const as = root ? ', as root' : ''
	switch (badge) {
		case 'read':
			return `It only reads from ${host}${as}.`
		case 'changes':
			return `It changes ${host}${as}.`
		case 'destructive':
			return `It changes ${host}${as}, and what it removes does not come back by itself.`
	}
}

export const takesTerminal = 'It takes over this terminal until it ends.'

/** What to tell the operator where no branch is recommended and the machine has no sentence of its own. */
export const undecided: Readonly<Record<Decision['because'], string>> = {
	judged: 'The evidence does not decide. Choose what applies.',
	asks: 'Choose what applies.',
	skipped: 'The step is skipped. Choose what applies.',
	declined: 'Nothing was run. Run it again, go back, or choose how to go on.',
	cancelled: 'The command was cancelled. Run it again, or choose what applies.',
	'timed-out': 'The command ran out of time, which says neither that it works nor that it fails.',
	'not-started': 'The command did not start. Run it again, or choose what applies.',
	disconnected: 'The connection to the host is lost. Run it again when the host is back.',
	manual: 'Choose what you saw.',
}

/** The verdict of a walk that has ended. */
export const outcomes: Readonly<
	Record<SessionOutcome, { readonly outcome: SummaryModel['outcome']; readonly verdict: string }>
> = {
	healthy: { outcome: 'good', verdict: 'Healthy: nothing is wrong here.' },
	resolved: { outcome: 'good', verdict: 'Resolved: the retest no longer shows the fault.' },
	cause: { outcome: 'bad', verdict: 'Cause found, and it still stands.' },
	inconclusive: { outcome: 'open', verdict: 'Inconclusive: the evidence does not name a cause.' },
	unreachable: { outcome: 'open', verdict: 'The host cannot be reached, so nothing is known about it.' },
	stopped: { outcome: 'open', verdict: 'Stopped before a cause was found.' },
}

/** Why something cannot be done now. */
export const disabledReasons = {
	run: 'There is nothing to run here.',
	back: 'This is the first step.',
	skip: 'This step cannot be skipped.',
	rerun: 'There is nothing to run again here.',
	edit: 'There is no command to edit here.',
	paste: 'Only the output of a command that reads can be pasted.',
	why: 'Nothing has been judged here yet.',
	output: 'There is no output yet.',
	otherOutput: 'There is no other output.',
	inputs: 'This flow has no inputs.',
	focus: 'There is no output to scroll.',
	guide: 'This step has no guide.',
	accept: 'Nothing is recommended here. Choose with the arrow keys or a number.',
	remedy: 'No step of this flow mends it. The text says what to do.',
	autorun: 'It runs by itself only where a command reads and the evidence decides.',
	cancel: 'Nothing runs.',
	choose: 'There is nothing to choose here.',
	hint: 'There is nothing asked here.',
} as const

/** Why something cannot be done in a quiz. */
export const quizReasons = {
	asked: 'Choose what the output shows: with a number or the arrow keys, then Enter.',
	why: 'Answer first. Then w shows how each condition came out.',
	autorun: 'In a quiz you walk yourself.',
	skip: 'In a quiz every step is read: press Enter to run it.',
} as const

/** A number of things: `1 line`, `3 lines`. */
export function count(number: number, one: string, many = `${one}s`): string {
	return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`
}
