import type { Effect, Privilege } from './command.ts'
import type { WrittenCause, WrittenFact, WrittenFlow, WrittenStep } from './schema.ts'

/**
 * A flow as it is used: loaded, validated, immutable. What is used as it is written is said once, in `schema.ts`; here is
 * what the assembler makes of the rest. A text that may hold templates (`{{ CEL }}`) is a Template; every condition is CEL.
 */

type Immutable<T> = T extends readonly (infer Item)[]
	? readonly Immutable<Item>[]
	: T extends object
		? { readonly [Key in keyof T]: Immutable<T[Key]> }
		: T

export type Cel = string
export type Template = string

export type FlowInput = Immutable<WrittenFlow['inputs'][string]>
export type InputFormat = FlowInput['format']

export interface ParseRule {
	/** The parser's name. */
	readonly parser: string
	/** The name that its facts get. */
	readonly as: string
	/** Arguments for the parser: CEL over the facts so far. One that is unknown is left out. */
	readonly with: Readonly<Record<string, Cel>>
}

/** A command of a step: a probe that the flow names, or one that stands in the step itself. */
export interface FlowCommand {
	/** The probe's name under `probes`. */
	readonly probe?: string
	readonly title?: string
	readonly command: Template
	readonly effect: Effect
	readonly privilege: Privilege
	/** The user that it runs as, instead of the session's own or root. */
	readonly as?: Template
	readonly timeoutMs: number
	readonly interactive: boolean
	/** The command is left out unless this is true (unknown leaves it out too). */
	readonly if?: Cel
	readonly parse: readonly ParseRule[]
	/** How to take a change back, shown to the operator. */
	readonly undo?: Template
	/** What asking costs, as a multiple of the usual probe: seconds, and what it does to the host. */
	readonly cost: number
	/** May be read again though nothing was changed: its answer contradicts itself over time (a crash loop). */
	readonly again: boolean
}

export type Outcome = 'healthy' | 'resolved' | 'inconclusive'

/** Where a branch leads. `ask` stays on the step and lets the operator choose; `proven`: to the cause that is. */
export type BranchDestination =
	| { readonly kind: 'goto'; readonly step: string }
	| { readonly kind: 'cause'; readonly cause: string }
	| { readonly kind: 'proven' }
	| { readonly kind: 'end'; readonly outcome: Outcome }
	| { readonly kind: 'ask'; readonly question: Template }

export interface Branch {
	/**
	 * `when`: taken when the condition holds. `proof`: when one of these causes is proven, the first of them.
	 * `otherwise`: when none before it holds. `choice`: only by the operator. `consult`: where the tree has no more to ask
	 * and a probe is left that could settle something. The assembler ends each step with a `proof` of all causes, which
	 * is judged before everything else, and a `consult`.
	 */
	readonly rule:
		| { readonly kind: 'when'; readonly condition: Cel }
		| { readonly kind: 'proof'; readonly causes: readonly string[] }
		| { readonly kind: 'otherwise' }
		| { readonly kind: 'choice'; readonly label: string }
		| { readonly kind: 'consult' }
	/** What it means. Empty for `proof` and `consult`: the cause's own proof says it. */
	readonly say: Template
	readonly to: BranchDestination
	/** Inputs that taking this branch changes (the unit that was found): CEL each. */
	readonly set: Readonly<Record<string, Cel>>
	/** Paths of facts, or names of lets, whose lines are shown as evidence besides those that the condition reads. */
	readonly evidence: readonly string[]
	readonly source: readonly string[]
}

export type Faq = Step['faq'][number]

export interface Step extends Immutable<Omit<WrittenStep, 'timeout' | 'run' | 'branches'>> {
	readonly id: string
	readonly run: readonly FlowCommand[]
	readonly branches: readonly Branch[]
}

/** What names a cause: it stands by itself, whatever step it is judged at. */
export type Proof = Cause['proof'][number]

export interface Cause extends Immutable<Omit<WrittenCause, 'remedy'>> {
	readonly id: string
	/** Steps that mend it, the recommended one first. Empty: `manual` says what to do. */
	readonly remedies: readonly string[]
}

/** How an own parser reads one fact out of output. */
export type FactReader =
	/** The first group, or the one named `value`; every match for a list. RE2 syntax. */
	| { readonly kind: 'regex'; readonly pattern: string }
	| { readonly kind: 'count'; readonly pattern: string }
	/** A column of the row in which the other columns have these values; of every row for a list. */
	| { readonly kind: 'table'; readonly column: string; readonly where: Readonly<Record<string, string>> }
	/** `data.items[0].name` */
	| { readonly kind: 'json'; readonly path: string }
	/** The key of a line `key=value` or `key: value`. */
	| { readonly kind: 'pairs'; readonly key: string }

/** Units are brought to bytes, seconds and whole percent. */
export type OwnFactType = OwnFact['type']

export interface OwnFact extends Immutable<Pick<WrittenFact, 'type' | 'help' | 'values' | 'hearsay'>> {
	readonly read: FactReader
}

/** A parser that the flow itself describes. */
export interface OwnParser {
	readonly name: string
	/** What prints it, for the reader. */
	readonly from: string
	readonly facts: Readonly<Record<string, OwnFact>>
}

/** The id of the step that the assembler adds: the judge's own, which asks what would settle most. */
export const CONSULT = 'consult'

type AsWritten = 'format' | 'id' | 'title' | 'summary' | 'inputs' | 'start' | 'paths' | 'symptom' | 'checklist'

export interface Flow extends Immutable<Pick<WrittenFlow, AsWritten>> {
	/** Commands that only read, by name: any step may run them, and the judge may ask them. */
	readonly probes: Readonly<Record<string, FlowCommand>>
	/** Named expressions, readable wherever facts are. */
	readonly lets: Readonly<Record<string, Cel>>
	readonly parsers: Readonly<Record<string, OwnParser>>
	readonly steps: Readonly<Record<string, Step>>
	readonly causes: Readonly<Record<string, Cause>>
	/** SHA-256 of the bytes of the flow's file and of those that it includes, in their order; lower-case hex. */
	readonly hash: string
}
