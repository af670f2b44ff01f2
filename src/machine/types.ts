import type { CommandEnding, CommandSpec } from '../flow/command.ts'
import type { ParseRule } from '../flow/flow.ts'
import type { Facts, LineSpan } from '../text/parser.ts'

/** The vocabulary of a walk: what the machine remembers, what it is told, and what it tells. Plain JSON, no functions. */

/** Facts as a parser read them in one run of a command. `evidence` maps a dotted path inside `facts` to lines. */
export interface NamedFacts {
	/** The name they have in the flow (`response`). */
	readonly name: string
	readonly parser: string
	readonly facts: Facts
	readonly evidence: Readonly<Record<string, readonly Evidence[]>>
}

/** Facts that a walk knows, with the age of their reading. */
export interface KnownFacts extends NamedFacts {
	/** The count of commands (`WalkContext.runs`) when they were read: what was read before the last change is stale. */
	readonly read: number
}

/** A line that proves something: which run of a command it comes from, and its sanitised text (at most 500 characters). */
export interface Evidence extends LineSpan {
	readonly run: string
	readonly stream: 'stdout' | 'stderr'
	readonly text: string
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

/** How one `when` came out, for the operator's question "why". */
export interface Verdict {
	readonly branch: number
	readonly value: boolean | 'unknown'
	/** Why it is unknown: `response.status was not told`. */
	readonly reason?: string
	/** The facts that the condition reads, with their values. */
	readonly reads: readonly { readonly path: string; readonly value: unknown }[]
}

export interface Decision {
	/** The branch that the evidence supports; null when it does not decide, the step was skipped, declined or cancelled. */
	readonly recommended: number | null
	/** Causes that are proven, the one to name first in front. Empty while the fault is not there. */
	readonly proven: readonly string[]
	/** The probe that would settle most now; null when none could settle anything, or the tree itself goes on. */
	readonly next: string | null
	readonly verdicts: readonly Verdict[]
	/** Rendered `say` per branch. A template that cannot be rendered falls back to its literal text. */
	readonly says: readonly string[]
	readonly evidence: readonly Evidence[]
	/** Why nothing is recommended, when so. */
	readonly because:
		| 'judged'
		| 'asks'
		| 'skipped'
		| 'declined'
		| 'cancelled'
		| 'timed-out'
		| 'not-started'
		| 'disconnected'
		| 'manual'
	/** The question of an asking branch, or one sentence about an ending. */
	readonly question?: string
}

export interface Finding {
	readonly step: string
	readonly branch: number
	readonly say: string
	readonly evidence: readonly Evidence[]
	/** False when the operator chose a branch that the evidence does not support. */
	readonly supported: boolean
	/** The cause that it named. */
	readonly cause?: string
}

/** A cause is named because it is proven, or because the operator chose it. */
export type Naming = 'proven' | 'chosen'

export interface NamedCause {
	readonly cause: string
	readonly evidence: readonly Evidence[]
	readonly say: string
	readonly state: Naming
	/** A later retest showed the fault gone. */
	readonly mended: boolean
}

/** A remedy that was run: it may have changed the host, however it ended. */
export interface Change {
	readonly step: string
	readonly run: string
	readonly command: string
	readonly ending: CommandEnding['kind']
	readonly exitCode: number | null
	readonly undo?: string
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

export type SessionOutcome = 'healthy' | 'resolved' | 'cause' | 'inconclusive' | 'unreachable' | 'stopped'

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
	/** The operator asked for the step once more: all of its probes run, whatever is proven. */
	readonly thorough: boolean
	/** How often a command told something new: a step that is come back to without that has nothing to add. */
	readonly learned: number
	/** Answers of probes since the last change, by the probe. */
	readonly answers: Readonly<Record<string, Answer>>
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
export interface Answer {
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

/** What the machine emits as it goes: pure data, persisted by the session as journal entries of the same type. */
export type WalkEmitted =
	/** `back`: the operator went back to it. What lay behind it on the path is no longer on the path. */
	| { readonly type: 'step.entered'; readonly step: string; readonly title: string; readonly back?: true }
	/** The step is run again from its first command: these facts and answers are forgotten. */
	| {
			readonly type: 'step.rerun'
			readonly step: string
			readonly facts: readonly string[]
			readonly answers: readonly string[]
	  }
	| { readonly type: 'command.left-out'; readonly step: string; readonly index: number; readonly reason: string }
	/** An earlier run answered it, and nothing was changed since: it is not run again. */
	| { readonly type: 'command.known'; readonly step: string; readonly index: number; readonly run: string }
	| {
			readonly type: 'confirmed'
			readonly step: string
			readonly index: number
			readonly command: string
			readonly effect: string
	  }
	| { readonly type: 'declined'; readonly step: string; readonly index: number; readonly command: string }
	| { readonly type: 'skipped'; readonly step: string }
	| { readonly type: 'decision'; readonly step: string; readonly decision: Decision }
	| { readonly type: 'finding'; readonly finding: Finding }
	| {
			readonly type: 'branch.taken'
			readonly step: string
			readonly branch: number
			/** `step:<id>`, `cause:<id>` or `end:<outcome>`, as the machine's states are called. */
			readonly to: string
			readonly by: 'recommended' | 'operator'
	  }
	| {
			readonly type: 'cause.named'
			readonly cause: string
			readonly title: string
			/** As it read when the cause was named: a journal outlives its flow. */
			readonly why: string
			readonly prevent: string
			readonly evidence: readonly Evidence[]
			readonly state: Naming
	  }
	/** What was read with another value of it is forgotten: these facts and answers. */
	| {
			readonly type: 'input.changed'
			readonly name: string
			readonly value: string
			readonly facts: readonly string[]
			readonly answers: readonly string[]
	  }
	| { readonly type: 'note'; readonly step: string; readonly text: string }
	| {
			readonly type: 'session.ended'
			readonly outcome: SessionOutcome
			readonly causes: readonly NamedCause[]
			readonly changes: readonly Change[]
			readonly checklist: readonly CheckedItem[]
	  }

/** One line of the flow's checklist, filled in from what was measured. */
export interface CheckedItem {
	readonly text: string
	readonly state: boolean | 'unknown'
	/** Why it is unknown. */
	readonly reason?: string
	readonly source: readonly string[]
}

/** Where a walk starts: anew, or at a point that a journal was folded to. */
export interface WalkInput {
	readonly inputs: Readonly<Record<string, string>>
	readonly host: string
	/** First step; the flow's own start when absent. */
	readonly start?: string
	readonly resume?: Omit<WalkContext, 'plan' | 'cursor' | 'decision' | 'outcome' | 'host'>
}
