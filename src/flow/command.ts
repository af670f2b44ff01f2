/** The words for a command and how it ended, shared by flow, machine, target, journal and session. */

/** What a command does to the host. A `read` is a probe; the others are remedies and need a person's yes. */
export type Effect = 'read' | 'change' | 'destructive'

export type Privilege = 'user' | 'root'

/** A command as it will be run: templates rendered, every value quoted as one word. */
export interface CommandSpec {
	/** POSIX shell text, run with `sh -c` on the target. */
	readonly text: string
	readonly effect: Effect
	readonly privilege: Privilege
	/** The user that it runs as. The target becomes root first. */
	readonly as?: string
	readonly timeoutMs: number
	/** The terminal is handed over to the command (an editor). */
	readonly interactive: boolean
}

/**
 * How a command ended. Every ending is a value: nothing here is thrown.
 * Only `exited` lets parsers read the output; a command that timed out is neither failed nor healthy.
 */
export type CommandEnding =
	| {
			readonly kind: 'exited'
			readonly exitCode: number | null
			readonly signal: string | null
			readonly durationMs: number
			readonly heldOpen: boolean
	  }
	| { readonly kind: 'timed-out'; readonly durationMs: number }
	| { readonly kind: 'cancelled'; readonly durationMs: number }
	/**
	 * It could not be started: no such program, root cannot be had, not in this recording. One sentence. With `byHand`, the
	 * operator is to give its output, so nothing else is looked for before that.
	 */
	| {
			readonly kind: 'not-started'
			readonly reason: string
			readonly durationMs: number
			readonly byHand?: true | undefined
	  }
	/** The connection to the target was lost: whether the command ended is unknown. */
	| { readonly kind: 'disconnected'; readonly reason: string; readonly durationMs: number }
