import { z } from 'zod'
import { commandEnding, effect, privilege, stream } from '../flow/command.ts'
import { eventSchema, facts, namedFacts, walkEmitted } from '../machine/types.ts'

/**
 * The journal's events. One JSON object a line; `docs/journal.md` describes the same for other programs. Fields that a
 * later version adds do no harm.
 */

const sessionStarted = eventSchema('session.started', {
	format: z.literal(1),
	session: z.string(),
	/** `file`: where it was read, when it does not come with the program. */
	flow: z.object({ id: z.string(), title: z.string(), hash: z.string(), file: z.string().exactOptional() }).readonly(),
	runtree: z.string(),
	target: z.string(),
	host: z.string(),
	recorded: z.boolean(),
	inputs: z.record(z.string(), z.string()).readonly(),
	mode: z.enum(['guided', 'plain', 'autopilot', 'practice', 'record']),
})

export type SessionStarted = z.infer<typeof sessionStarted>

/** All events by their type. */
export const sessionEntry = z.discriminatedUnion('type', [
	sessionStarted,
	eventSchema('session.resumed', {
		step: z.string(),
		interrupted: z.object({ run: z.string(), command: z.string(), effect }).readonly().exactOptional(),
	}),
	eventSchema('command.started', {
		run: z.string(),
		step: z.string(),
		index: z.number(),
		command: z.string(),
		effect,
		privilege,
		/** The user that it ran as. */
		as: z.string().exactOptional(),
		timeoutMs: z.number(),
		pasted: z.boolean(),
		/** The probe's name in the flow. */
		probe: z.string().exactOptional(),
		/** By what its answer is remembered. */
		key: z.string(),
		/** The parsers that read its output, what their facts are called, and what they were given. */
		parse: z.array(z.object({ parser: z.string(), as: z.string(), args: facts }).readonly()).readonly(),
		/** How to take a change back, as it was shown. */
		undo: z.string().exactOptional(),
		/** The operator wrote it over. */
		edited: z.literal(true).exactOptional(),
		interactive: z.literal(true).exactOptional(),
	}),
	/** Whole lines, sanitised and redacted, each with its newline; one entry holds many. In the order of arrival. */
	eventSchema('command.output', {
		run: z.string(),
		stream,
		text: z.string(),
		offsetMs: z.number(),
	}),
	/** Lines that were not kept, so that the journal stays bounded. */
	eventSchema('command.output-dropped', { run: z.string(), lines: z.number(), bytes: z.number() }),
	eventSchema('command.ended', { run: z.string(), ending: commandEnding, lines: z.number() }),
	eventSchema('facts', { run: z.string(), named: namedFacts }),
	...walkEmitted.options,
])

export type SessionEntry = z.infer<typeof sessionEntry>

const stamp = z
	.object({
		seq: z.number(),
		at: z.iso.datetime(),
		/** Hash of the line before. */
		prev: z.string().exactOptional(),
		/** Sum of this line without it; its last field. */
		sum: z.string().exactOptional(),
	})
	.readonly()

/** As it stands in the file: the event, its number from 1, and when it was appended (ISO 8601 UTC, milliseconds). */
export const journalEntry = z.intersection(sessionEntry, stamp)

/** What all entries have, those of types that a later version adds too. */
export const anyEntry = z.intersection(z.object({ type: z.string() }).readonly(), stamp)

/** The types that this version knows. */
export const entryTypes: ReadonlySet<string> = new Set(
	sessionEntry.options.map(({ unwrap }) => unwrap().shape.type.value),
)

export type JournalEntry = z.infer<typeof journalEntry>
