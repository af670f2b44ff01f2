import { z } from 'zod'
import type { FactValue } from '../text/parser.ts'
import type { JournalEntry } from './entry.ts'

/** Checks what a file says against `entry.ts`. Fields that a later version adds do no harm. */

const stream = z.enum(['stdout', 'stderr'])
const effect = z.enum(['read', 'change', 'destructive'])
const durationMs = z.number()

const factValue: z.ZodType<FactValue> = z.lazy(() =>
	z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.record(z.string(), factValue)]),
)
const facts = z.record(z.string(), factValue)

const ending = z.discriminatedUnion('kind', [
	z.object({
		kind: z.literal('exited'),
		exitCode: z.number().nullable(),
		signal: z.string().nullable(),
		durationMs,
		heldOpen: z.boolean(),
	}),
	z.object({ kind: z.literal('timed-out'), durationMs }),
	z.object({ kind: z.literal('cancelled'), durationMs }),
	z.object({ kind: z.literal('not-started'), reason: z.string(), durationMs, byHand: z.literal(true).optional() }),
	z.object({ kind: z.literal('disconnected'), reason: z.string(), durationMs }),
])

const evidence = z.array(
	z.object({
		run: z.string(),
		stream,
		text: z.string(),
		line: z.number(),
		start: z.number().exactOptional(),
		end: z.number().exactOptional(),
	}),
)

const named = z.object({
	name: z.string(),
	parser: z.string(),
	facts,
	evidence: z.record(z.string(), evidence),
})

const decision = z.object({
	recommended: z.number().nullable(),
	proven: z.array(z.string()),
	next: z.string().nullable(),
	verdicts: z.array(
		z.object({
			branch: z.number(),
			value: z.union([z.boolean(), z.literal('unknown')]),
			reason: z.string().exactOptional(),
			reads: z.array(z.object({ path: z.string(), value: z.unknown() })),
		}),
	),
	says: z.array(z.string()),
	evidence,
	because: z.enum([
		'judged',
		'asks',
		'skipped',
		'declined',
		'cancelled',
		'timed-out',
		'not-started',
		'disconnected',
		'manual',
	]),
	question: z.string().exactOptional(),
})

const naming = z.enum(['proven', 'chosen'])
const cause = z.object({ cause: z.string(), evidence, say: z.string(), state: naming, mended: z.boolean() })

const change = z.object({
	step: z.string(),
	run: z.string(),
	command: z.string(),
	ending: z.enum(['exited', 'timed-out', 'cancelled', 'not-started', 'disconnected']),
	exitCode: z.number().nullable(),
	undo: z.string().exactOptional(),
})

const stamp = { seq: z.number(), at: z.iso.datetime() }
const ofStep = { ...stamp, step: z.string() }
const ofRun = { ...stamp, run: z.string() }

export const entrySchema: z.ZodType<JournalEntry> = z.discriminatedUnion('type', [
	z.object({
		...stamp,
		type: z.literal('session.started'),
		format: z.literal(1),
		session: z.string(),
		flow: z.object({ id: z.string(), title: z.string(), hash: z.string() }),
		runtree: z.string(),
		target: z.string(),
		host: z.string(),
		recorded: z.boolean(),
		inputs: z.record(z.string(), z.string()),
		mode: z.enum(['guided', 'plain', 'autopilot', 'practice', 'record']),
	}),
	z.object({
		...ofStep,
		type: z.literal('session.resumed'),
		interrupted: z.object({ run: z.string(), command: z.string(), effect }).exactOptional(),
	}),
	z.object({
		...ofStep,
		type: z.literal('command.started'),
		run: z.string(),
		index: z.number(),
		command: z.string(),
		effect,
		privilege: z.enum(['user', 'root']),
		as: z.string().exactOptional(),
		timeoutMs: z.number(),
		pasted: z.boolean(),
		probe: z.string().exactOptional(),
		key: z.string(),
		parse: z.array(z.object({ parser: z.string(), as: z.string(), args: facts })),
		undo: z.string().exactOptional(),
		edited: z.literal(true).exactOptional(),
		interactive: z.literal(true).exactOptional(),
	}),
	z.object({ ...ofRun, type: z.literal('command.output'), stream, text: z.string(), offsetMs: z.number() }),
	z.object({ ...ofRun, type: z.literal('command.output-dropped'), lines: z.number(), bytes: z.number() }),
	z.object({ ...ofRun, type: z.literal('command.ended'), ending, lines: z.number() }),
	z.object({ ...ofRun, type: z.literal('facts'), named }),
	z.object({ ...ofStep, type: z.literal('step.entered'), title: z.string(), back: z.literal(true).exactOptional() }),
	z.object({ ...ofStep, type: z.literal('step.rerun'), facts: z.array(z.string()), answers: z.array(z.string()) }),
	z.object({ ...ofStep, type: z.literal('command.left-out'), index: z.number(), reason: z.string() }),
	z.object({ ...ofStep, type: z.literal('command.known'), index: z.number(), run: z.string() }),
	z.object({ ...ofStep, type: z.literal('confirmed'), index: z.number(), command: z.string(), effect: z.string() }),
	z.object({ ...ofStep, type: z.literal('declined'), index: z.number(), command: z.string() }),
	z.object({ ...ofStep, type: z.literal('skipped') }),
	z.object({ ...ofStep, type: z.literal('decision'), decision }),
	z.object({
		...stamp,
		type: z.literal('finding'),
		finding: z.object({
			step: z.string(),
			branch: z.number(),
			say: z.string(),
			evidence,
			supported: z.boolean(),
			cause: z.string().exactOptional(),
		}),
	}),
	z.object({
		...ofStep,
		type: z.literal('branch.taken'),
		branch: z.number(),
		to: z.string(),
		by: z.enum(['recommended', 'operator']),
	}),
	z.object({
		...stamp,
		type: z.literal('cause.named'),
		cause: z.string(),
		title: z.string(),
		why: z.string(),
		prevent: z.string(),
		evidence,
		state: naming,
	}),
	z.object({
		...stamp,
		type: z.literal('input.changed'),
		name: z.string(),
		value: z.string(),
		facts: z.array(z.string()),
		answers: z.array(z.string()),
	}),
	z.object({ ...ofStep, type: z.literal('note'), text: z.string() }),
	z.object({
		...stamp,
		type: z.literal('session.ended'),
		outcome: z.enum(['healthy', 'resolved', 'cause', 'inconclusive', 'unreachable', 'stopped']),
		causes: z.array(cause),
		changes: z.array(change),
		checklist: z
			.array(
				z.object({
					text: z.string(),
					state: z.union([z.boolean(), z.literal('unknown')]),
					reason: z.string().exactOptional(),
					source: z.array(z.string()),
				}),
			)
			.default([]),
	}),
])
