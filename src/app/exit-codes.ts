import type { SessionOutcome } from '../machine/types.ts'

/** Documented in the README and in `runtree --help`; tested in test/cli. */
export const exitCodes = {
	/** Healthy, resolved, or the verb did what it was asked. */
	ok: 0,
	/** A cause was found and stands; a check or test found differences. */
	cause: 1,
	/** Wrong usage, bad input, a flow that does not check. */
	usage: 2,
	inconclusive: 3,
	/** The target cannot be reached. */
	unreachable: 4,
	/** The operator stopped, or an answer is needed and nobody is there. */
	stopped: 5,
	/** A defect of runtree itself (EX_SOFTWARE). */
	internal: 70,
	interrupted: 130,
} as const

/** What a session's outcome means for a script. */
export function exitCodeOf(outcome: SessionOutcome): number {
	switch (outcome) {
		case 'healthy':
		case 'resolved':
			return exitCodes.ok
		case 'cause':
			return exitCodes.cause
		case 'inconclusive':
			return exitCodes.inconclusive
		case 'unreachable':
			return exitCodes.unreachable
		case 'stopped':
			return exitCodes.stopped
	}
}
