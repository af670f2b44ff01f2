import type { Cause, Step } from '../flow/flow.ts'
import type { CommandOrder, WalkContext, WalkEvent } from './types.ts'

/**
 * The parts of the statechart that a flow becomes: plain data, but for the one function that gives the command actor
 * its input. What the actions and guards do is in `machine.ts`.
 */

/** What the command actor is given on entering `running`. */
export type OrderMapper = (scope: { readonly context: WalkContext; readonly event: WalkEvent }) => CommandOrder

export type Guard =
	/** The branch's condition came out true. */
	| { readonly type: 'holds'; readonly params: { readonly branch: number; readonly expression: string } }
	/** No branch before it holds, and the evidence is complete. */
	| { readonly type: 'otherwise'; readonly params: { readonly branch: number } }
	| { readonly type: 'takes'; readonly params: { readonly branch: number } }
	| { readonly type: 'namesStep'; readonly params: { readonly step: string } }
	| { readonly type: 'namesInput'; readonly params: { readonly input: string } }
	| { readonly type: 'boundFor'; readonly params: { readonly step: string } }
	| { readonly type: 'leftFor'; readonly params: { readonly cause: string } }
	| { readonly type: 'knowsStep' }
	| { readonly type: 'hasComeFrom' }
	| { readonly type: 'isDecided' }
	| { readonly type: 'hasHalted' }
	| { readonly type: 'needsYes' }
	| { readonly type: 'hasCommand' }
	| { readonly type: 'isChange' }
	| { readonly type: 'typesHost' }
	| { readonly type: 'edits' }
	| { readonly type: 'pastesForProbe' }
	| { readonly type: 'pastesForUnanswered' }
	| { readonly type: 'saysSomething' }

export type Act =
	| { readonly type: 'begin' }
	| { readonly type: 'enter'; readonly params: { readonly step: string } }
	| { readonly type: 'jump' }
	| { readonly type: 'goBack' }
	| { readonly type: 'advance' }
	| { readonly type: 'restart' }
	| { readonly type: 'reopen' }
	| { readonly type: 'start' }
	| { readonly type: 'record' }
	| { readonly type: 'recordCancelled' }
	| { readonly type: 'recordFailure' }
	| { readonly type: 'edit' }
	| { readonly type: 'confirm' }
	| { readonly type: 'decline' }
	| { readonly type: 'skip' }
	| { readonly type: 'judge' }
	| { readonly type: 'decide'; readonly params: { readonly branch: number | null } }
	| { readonly type: 'take'; readonly params: { readonly branch: number } }
	| { readonly type: 'setInput' }
	| { readonly type: 'note' }
	| { readonly type: 'leave' }

/** What waits for the operator is at rest: a session may be taken up again there. */
export type Tag = 'ready' | 'confirming' | 'running' | 'deciding' | 'cause' | 'rest'

export interface Transition {
	readonly target?: string
	readonly guard?: Guard
	readonly actions?: readonly Act[]
	/** What the operator reads. */
	readonly description: string
}

/** An event that the states above must not answer here. */
export const FORBIDDEN = {}

export type Answers = { readonly [type in WalkEvent['type']]?: Transition | readonly Transition[] | typeof FORBIDDEN }

export interface StateChart {
	readonly id?: string
	readonly type?: 'final'
	readonly description: string
	readonly meta?: Step | Cause
	readonly tags?: readonly Tag[]
	readonly initial?: string
	readonly entry?: readonly Act[]
	readonly always?: readonly Transition[]
	readonly on?: Answers
	readonly invoke?: {
		readonly id: 'command'
		readonly src: 'runCommand'
		readonly input: OrderMapper
		readonly onDone: Transition
		readonly onError: Transition
	}
	readonly states?: Readonly<Record<string, StateChart>>
}
