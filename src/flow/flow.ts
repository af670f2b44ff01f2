import type { Effect, Privilege } from './command.ts'

/**
 * A flow as it is used: loaded, validated, immutable. `schema.ts` describes the same thing as it is written in YAML.
 * Every string that may hold templates (`{{ CEL }}`) is a Template; every condition is CEL text.
 */

export type Cel = string
export type Template = string

export type InputFormat = 'text' | 'url' | 'unit-name' | 'path' | 'host' | 'port'

export interface FlowInput {
	readonly title: string
	readonly format: InputFormat
	readonly default?: string
	readonly help?: string
}

export interface ParseRule {
	/** The parser's name. */
	readonly parser: string
	/** The name that its facts get. */
	readonly as: string
	/** Arguments for the parser: CEL over the facts so far. One that is unknown is left out. */
	readonly with: Readonly<Record<string, Cel>>
}

export interface FlowCommand {
	/** Undefined for a `manual` action. */
	readonly command: Template
	readonly effect: Effect
	readonly privilege: Privilege
	readonly timeoutMs: number
	readonly interactive: boolean
	/** The command is left out unless this is true (unknown leaves it out too). */
	readonly if?: Cel
	readonly parse: readonly ParseRule[]
	/** How to take a change back, shown to the operator. */
	readonly undo?: Template
}

export type Outcome = 'healthy' | 'resolved' | 'inconclusive'

/** Where a branch leads. `ask` stays on the step and lets the operator choose. */
export type Destination =
	| { readonly kind: 'goto'; readonly step: string }
	| { readonly kind: 'cause'; readonly cause: string }
	| { readonly kind: 'end'; readonly outcome: Outcome }
	| { readonly kind: 'ask'; readonly question: Template }

export interface Branch {
	/** `when`: taken when the condition holds. `otherwise`: when none before it holds. `choice`: only by the operator. */
	readonly rule:
		| { readonly kind: 'when'; readonly condition: Cel }
		| { readonly kind: 'otherwise' }
		| { readonly kind: 'choice'; readonly label: string }
	/** What it means. */
	readonly say: Template
	readonly to: Destination
	/** Inputs that taking this branch changes (the unit that was found): CEL each. */
	readonly set: Readonly<Record<string, Cel>>
	/** Fact paths whose lines are shown as evidence, besides those that the condition reads. */
	readonly evidence: readonly string[]
	readonly source: readonly string[]
}

export interface Faq {
	readonly question: string
	readonly answer: string
	readonly source: readonly string[]
}

export interface Step {
	readonly id: string
	readonly title: string
	/** One or two words for the map and the left pane; the title where it is absent. */
	readonly label?: string
	readonly guide: Template
	/** In a manual step the operator does something by hand and says so. */
	readonly manual: boolean
	/** A step that checks whether the fault is gone. */
	readonly retest: boolean
	readonly run: readonly FlowCommand[]
	readonly branches: readonly Branch[]
	readonly faq: readonly Faq[]
	readonly source: readonly string[]
}

export interface Cause {
	readonly id: string
	readonly title: string
	readonly why: Template
	/** Steps that mend it, the recommended one first. Empty: `manual` says what to do. */
	readonly remedies: readonly string[]
	readonly manual?: Template
	readonly prevent: Template
	readonly source: readonly string[]
}

export interface ChecklistItem {
	readonly text: string
	/** True: passes. False: fails. Unknown: not checked. */
	readonly when: Cel
	readonly source: readonly string[]
}

export interface FlowPath {
	readonly title: string
	readonly start: string
}

export interface Flow {
	readonly format: 1
	readonly id: string
	readonly title: string
	readonly summary: string
	readonly inputs: Readonly<Record<string, FlowInput>>
	readonly start: string
	/** Other ways in (the quick fix sequence): id to title and first step. */
	readonly paths: Readonly<Record<string, FlowPath>>
	readonly steps: Readonly<Record<string, Step>>
	readonly causes: Readonly<Record<string, Cause>>
	readonly checklist: readonly ChecklistItem[]
	/** SHA-256 of the file's bytes, lower-case hex. */
	readonly hash: string
}
