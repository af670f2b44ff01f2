import { z } from 'zod'

/** The words for a command and how it ended, shared by flow, machine, target, journal and session. */

/** What a command does to the host. A `read` is a probe; the others are remedies and need a person's yes. */
export const effect = z.enum(['read', 'change', 'destructive'])
export type Effect = z.infer<typeof effect>

export const privilege = z.enum(['user', 'root'])
export type Privilege = z.infer<typeof privilege>

export const stream = z.enum(['stdout', 'stderr'])

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

const durationMs = z.number().nonnegative()

/** How a command ended, as journals and recordings have it. */
export const commandEnding = z.discriminatedUnion('kind', [
	z
		.object({
			kind: z.literal('exited'),
			exitCode: z.int().nullable(),
			signal: z.string().nullable(),
			durationMs,
			heldOpen: z.boolean(),
		})
		.readonly(),
	z.object({ kind: z.literal('timed-out'), durationMs }).readonly(),
	z.object({ kind: z.literal('cancelled'), durationMs }).readonly(),
	/**
	 * It could not be started: no such program, root cannot be had, not in this recording. One sentence. With `byHand`, the
	 * operator is to give its output, so nothing else is looked for before that.
	 */
	z
		.object({
			kind: z.literal('not-started'),
			reason: z.string(),
			durationMs,
			byHand: z.literal(true).optional(),
		})
		.readonly(),
	/** The connection to the target was lost: whether the command ended is unknown. */
	z.object({ kind: z.literal('disconnected'), reason: z.string(), durationMs }).readonly(),
])

/**
 * How a command ended. Every ending is a value: nothing here is thrown.
 * Only `exited` lets parsers read the output; a command that timed out is neither failed nor healthy.
 */
export type CommandEnding = z.infer<typeof commandEnding>
