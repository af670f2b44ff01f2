import type { CommandEnding, Effect, Privilege } from '../flow/command.ts'
import type { CommandOrder, NamedFacts, WalkEmitted } from '../machine/types.ts'

/** The journal's events. One JSON object a line; `docs/journal.md` describes the same for other programs. */

export interface SessionStarted {
	readonly type: 'session.started'
	readonly format: 1
	readonly session: string
	readonly flow: { readonly id: string; readonly title: string; readonly hash: string }
	readonly runtree: string
	readonly target: string
	readonly host: string
	readonly recorded: boolean
	readonly inputs: Readonly<Record<string, string>>
	readonly mode: 'guided' | 'plain' | 'autopilot' | 'practice' | 'record'
}

export type SessionEntry =
	| SessionStarted
	| {
			readonly type: 'session.resumed'
			readonly step: string
			readonly interrupted?: { readonly run: string; readonly command: string; readonly effect: Effect }
	  }
	| {
			readonly type: 'command.started'
			readonly run: string
			readonly step: string
			readonly index: number
			readonly command: string
			readonly effect: Effect
			readonly privilege: Privilege
			/** The user that it ran as. */
			readonly as?: string
			readonly timeoutMs: number
			readonly pasted: boolean
			/** The probe's name in the flow. */
			readonly probe?: string
			/** By what its answer is remembered. */
			readonly key: string
			/** The parsers that read its output, what their facts are called, and what they were given. */
			readonly parse: CommandOrder['parse']
			/** How to take a change back, as it was shown. */
			readonly undo?: string
			/** The operator wrote it over. */
			readonly edited?: true
			readonly interactive?: true
	  }
	/** Whole lines, sanitised and redacted, each with its newline; one entry holds many. In the order of arrival. */
	| {
			readonly type: 'command.output'
			readonly run: string
			readonly stream: 'stdout' | 'stderr'
			readonly text: string
			readonly offsetMs: number
	  }
	/** Lines that were not kept, so that the journal stays bounded. */
	| { readonly type: 'command.output-dropped'; readonly run: string; readonly lines: number; readonly bytes: number }
	| { readonly type: 'command.ended'; readonly run: string; readonly ending: CommandEnding; readonly lines: number }
	| { readonly type: 'facts'; readonly run: string; readonly named: NamedFacts }
	| WalkEmitted

/** As it stands in the file: the event, when it was appended (ISO 8601 UTC, milliseconds), and its number from 1. */
export type JournalEntry = SessionEntry & { readonly seq: number; readonly at: string }
