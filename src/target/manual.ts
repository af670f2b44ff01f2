import type { Target } from './target.ts'

/**
 * A host that runtree cannot reach: it runs nothing. The operator runs each command there, in another window, and pastes
 * what it printed.
 */
export function createManualTarget(): Target {
	return {
		name: 'manual',
		host: 'manual',
		recorded: false,
		byHand: true,
		run: async ({ effect }) => ({
			kind: 'not-started',
			durationMs: 0,
			byHand: true,
			reason:
				effect === 'read'
					? 'runtree does not reach this host: run the command there yourself, then give what it printed.'
					: 'runtree does not reach this host: run the command there yourself, then choose what came of it.',
		}),
		close: async () => undefined,
	}
}
