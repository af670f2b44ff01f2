import { z } from 'zod'
import { type CommandEnding, type CommandSpec, stream } from '../flow/command.ts'
import type { ParseRule } from '../flow/flow.ts'
import type { Facts, FactValue } from '../text/parser.ts'

/**
 * The vocabulary of a walk: what the machine remembers, what it is told, and what it tells. Plain JSON, no functions. What
 * a journal keeps of it is read back by the schemas that say what it is.
 */

const texts = z.array(z.string()).readonly()
const name = z.string()

const factValue: z.ZodType<FactValue> = z.lazy(() =>
	z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.record(z.string(), factValue)]),
)
export const facts = z.record(z.string(), factValue).readonly()

const evidenceLine = z
	.object({
		run: name,
		stream,
		text: z.string(),
		line: z.number(),
		start: z.number().exactOptional(),
		end: z.number().exactOptional(),
	})
	.readonly()
const evidence = z.array(evidenceLine).readonly()

/** A line that proves something: which run of a command it comes from, and its sanitised text (at most 500 characters). */
export type Evidence = z.infer<typeof evidenceLine>

export const namedFacts = z
	.object({
		/** The name they have in the flow (`response`). */
		name,
		parser: name,
		facts,
		evidence: z.record(z.string(), evidence).readonly(),
	})
	.readonly()

/** Facts as a parser read them in one run of a command. `evidence` maps a dotted path inside `facts` to lines. */
export type NamedFacts = z.infer<typeof namedFacts>

const verdict = z
	.object({
		branch: z.number(),
		value: z.union([z.boolean(), z.literal('unknown')]),
		/** Why it is unknown: `response.status was not told`. */
		reason: z.string().exactOptional(),
		/** The facts that the condition reads, with their values. */
		reads: z.array(z.object({ path: z.string(), value: z.unknown() }).readonly()).readonly(),
	})
	.readonly()

/** How one `when` came out, for the operator's question "why". */
export type Verdict = z.infer<typeof verdict>

const decision = z
	.object({
		/** The branch that the evidence supports; null when it does not decide, the step was skipped, declined or cancelled. */
		recommended: z.number().nullable(),
		/** Causes that are proven, the one to name first in front. Empty while the fault is not there. */
		proven: texts,
		/** The probe that would settle most now; null when none could settle anything, or the tree itself goes on. */
		next: z.string().nullable(),
		verdicts: z.array(verdict).readonly(),
		/** Rendered `say` per branch. A template that cannot be rendered falls back to its literal text. */
		says: texts,
		evidence,
		/** Why nothing is recommended, when so. */
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
		/** The question of an asking branch, or one sentence about an ending. */
		question: z.string().exactOptional(),
	})
	.readonly()

export type Decision = z.infer<typeof decision>

const finding = z
	.object({
		step: name,
		branch: z.number(),
		say: z.string(),
		evidence,
		/** False when the operator chose a branch that the evidence does not support. */
		supported: z.boolean(),
		/** The cause that it named. */
		cause: name.exactOptional(),
	})
	.readonly()

export type Finding = z.infer<typeof finding>

/** A cause is named because it is proven, or because the operator chose it. */
const naming = z.enum(['proven', 'chosen'])

const namedCause = z
	.object({
		cause: name,
		evidence,
		say: z.string(),
		state: naming,
		/** A later retest showed the fault gone. */
		mended: z.boolean(),
	})
	.readonly()

export type NamedCause = z.infer<typeof namedCause>

const change = z
	.object({
		step: name,
		run: name,
		command: z.string(),
		ending: z.enum(['exited', 'timed-out', 'cancelled', 'not-started', 'disconnected']),
		exitCode: z.number().nullable(),
		undo: z.string().exactOptional(),
	})
	.readonly()

/** A remedy that was run: it may have changed the host, however it ended. */
export type Change = z.infer<typeof change>

const checkedItem = z
	.object({
		text: z.string(),
		state: z.union([z.boolean(), z.literal('unknown')]),
		/** Why it is unknown. */
		reason: z.string().exactOptional(),
		source: texts,
	})
	.readonly()

/** One line of the flow's checklist, filled in from what was measured. */
export type CheckedItem = z.infer<typeof checkedItem>

const outcome = z.enum(['healthy', 'resolved', 'cause', 'inconclusive', 'unreachable', 'stopped'])

export type SessionOutcome = z.infer<typeof outcome>

/** Facts and answers that are forgotten. */
const forgotten = { facts: texts, answers: texts }

/** The schema of something that is told, of this type. */
export function eventSchema<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
	return z.object({ type: z.literal(type), ...shape }).readonly()
}

export const walkEmitted = z.discriminatedUnion('type', [
	/** `back`: the operator went back to it. What lay behind it on the path is no longer on the path. */
	eventSchema('step.entered', { step: name, title: z.string(), back: z.literal(true).exactOptional() }),
	/** The step is run again from its first command. */
	eventSchema('step.rerun', { step: name, ...forgotten }),
	eventSchema('command.left-out', { step: name, index: z.number(), reason: z.string() }),
	/** An earlier run answered it, and nothing was changed since: it is not run again. */
	eventSchema('command.known', { step: name, index: z.number(), run: name }),
	eventSchema('confirmed', { step: name, index: z.number(), command: z.string(), effect: z.string() }),
	eventSchema('declined', { step: name, index: z.number(), command: z.string() }),
	eventSchema('skipped', { step: name }),
	eventSchema('decision', { step: name, decision }),
	eventSchema('finding', { finding }),
	eventSchema('branch.taken', {
		step: name,
		branch: z.number(),
		/** `step:<id>`, `cause:<id>` or `end:<outcome>`, as the machine's states are called. */
		to: z.string(),
		by: z.enum(['recommended', 'operator']),
	}),
	eventSchema('cause.named', {
		cause: name,
		title: z.string(),
		/** As it read when the cause was named: a journal outlives its flow. */
		why: z.string(),
		prevent: z.string(),
		evidence,
		state: naming,
	}),
	/** What was read with another value of it is forgotten. */
	eventSchema('input.changed', { name, value: z.string(), ...forgotten }),
	eventSchema('note', { step: name, text: z.string() }),
	eventSchema('session.ended', {
		outcome,
		causes: z.array(namedCause).readonly(),
		changes: z.array(change).readonly(),
		checklist: z.array(checkedItem).readonly().default([]),
	}),
])

/** What the machine emits as it goes: pure data, persisted by the session as journal entries of the same type. */
export type WalkEmitted = z.infer<typeof walkEmitted>

/** Facts that a walk knows, with the age of their reading. */
export interface KnownFacts extends NamedFacts {
	/** The count of commands (`WalkContext.runs`) when they were read: what was read before the last change is stale. */
	readonly read: number
}

/** What the command actor resolves with. Output itself stays in the output store and the journal. */
export interface CommandResult {
	readonly run: string
	readonly ending: CommandEnding
	readonly lines: number
	/** Empty unless the command exited by itself. */
	readonly named: readonly NamedFacts[]
}

/** What the command actor is given. `run` is unique in the session: `<step>/<command index>/<count>`. */
export interface CommandOrder {
	readonly run: string
	readonly step: string
	readonly index: number
	readonly spec: CommandSpec
	readonly parse: readonly { readonly parser: string; readonly as: string; readonly args: Facts }[]
	/** Text that the operator pasted instead of running the command. */
	readonly pasted?: string
}

/** A command of the present step, as planned before it runs. */
export type PlannedCommand =
	| {
			readonly kind: 'run'
			readonly index: number
			/** The probe's name in the flow; undefined for a command that stands in the step. */
			readonly probe?: string
			readonly parse: readonly ParseRule[]
			/** By what its answer is remembered. */
			readonly key: string
			/** Its `result` is of an earlier step, and nothing was changed since: it is not run again. */
			readonly known?: true
			/** `WalkContext.runs` when its `result` was read. */
			readonly readAt?: number
			readonly spec: CommandSpec
			readonly undo?: string
			readonly edited: boolean
			readonly result?: CommandResult
	  }
	/** Left out, and why in a few words: "only for a unix socket", or the fact that its template lacks. */
	| { readonly kind: 'left-out'; readonly index: number; readonly reason: string }

/** What is known of a cause. See docs/architecture.md for what makes each. */
export type CauseState = 'proven' | 'likely' | 'open' | 'excluded'

/** One line of the differential. */
export interface Standing {
	readonly cause: string
	readonly state: CauseState
	/** The sentence of the proof that holds; absent where none does or it cannot be rendered. */
	readonly say?: string
	/** Lines that it was judged by. */
	readonly evidence: readonly Evidence[]
	/** What would settle it: facts that were not told. */
	readonly missing: readonly string[]
	/** The cause that explains this one, where that is why it is excluded. */
	readonly symptomOf?: string
	/** Why it is likely and not proven. */
	readonly because?: 'unless' | 'yields' | 'hearsay'
}

export interface Visit {
	readonly step: string
	/** The branch by which it was left; absent for the present one. */
	readonly branch?: number
	/** The cause that it was left for. */
	readonly cause?: string
	/** `WalkContext.learned` when it was entered. */
	readonly learned: number
	readonly by?: 'recommended' | 'operator' | 'jump'
}

/** How a walk may end without a cause, and without an end that the flow names. */
export type LeftOutcome = Extract<SessionOutcome, 'inconclusive' | 'unreachable' | 'stopped'>

export interface WalkContext {
	readonly inputs: Readonly<Record<string, string>>
	readonly host: string
	/** The present step. */
	readonly step: string
	readonly plan: readonly PlannedCommand[]
	/** Index into `plan` of the command that runs, or comes next. */
	readonly cursor: number
	/** Facts by name; a later run of the same name replaces them. */
	readonly facts: Readonly<Record<string, KnownFacts>>
	/** The count of commands at the last change of the host: what was read until then is stale. 0: none. */
	readonly changedAt: number
	/** All probes of a step run, whatever is proven: of the one that the operator runs again, or of every step. */
	readonly thorough: 'no' | 'step' | 'walk'
	/** How often a command told something new: a step that is come back to without that has nothing to add. */
	readonly learned: number
	/** Answers of probes since the last change, by the probe. */
	readonly answers: Readonly<Record<string, ProbeAnswer>>
	readonly decision: Decision | null
	/** Of every step that was judged, so that going back shows what was found without running it again. */
	readonly visited: Readonly<Record<string, { readonly plan: readonly PlannedCommand[]; readonly decision: Decision }>>
	readonly path: readonly Visit[]
	readonly findings: readonly Finding[]
	readonly causes: readonly NamedCause[]
	readonly changes: readonly Change[]
	/** How many commands were started, for unique run names. */
	readonly runs: number
	readonly outcome: SessionOutcome | null
}

/** What a probe printed, and how often it was asked since the last change. */
export interface ProbeAnswer {
	/** The command with what its parsers were told: another question has another answer. */
	readonly question: string
	readonly result: CommandResult
	/** `WalkContext.runs` when it was read. */
	readonly readAt: number
	readonly times: number
}

/** What a front end may send. Names are `noun.verb`. */
export type WalkEvent =
	| { readonly type: 'step.run' }
	| { readonly type: 'step.skip' }
	| { readonly type: 'step.rerun' }
	| { readonly type: 'step.back' }
	| { readonly type: 'step.goto'; readonly step: string }
	/** Replaces the text of the next command. It then counts as a change and needs a yes. */
	| { readonly type: 'command.edit'; readonly text: string }
	| { readonly type: 'command.cancel' }
	| { readonly type: 'output.paste'; readonly text: string }
	| { readonly type: 'confirm.yes' }
	/** For a destructive command: must equal the host's name. */
	| { readonly type: 'confirm.typed'; readonly text: string }
	| { readonly type: 'confirm.no' }
	| { readonly type: 'branch.take'; readonly branch: number }
	| { readonly type: 'remedy.start'; readonly step: string }
	| { readonly type: 'input.set'; readonly name: string; readonly value: string }
	| { readonly type: 'note.add'; readonly text: string }
	/** Ends the walk now, with what is known: a cause that stands, else the outcome that is given, or stopped. */
	| { readonly type: 'session.leave'; readonly outcome?: LeftOutcome }

/** Where a walk starts: anew, or at a point that a journal was folded to. */
export interface WalkInput {
	readonly inputs: Readonly<Record<string, string>>
	readonly host: string
	/** First step; the flow's own start when absent. */
	readonly start?: string
	/** Every probe of a step runs, also those that a proven cause makes needless: a host is recorded. */
	readonly thorough?: true
	readonly resume?: Omit<WalkContext, 'plan' | 'cursor' | 'decision' | 'outcome' | 'host'>
}
