import type { WalkContext, WalkEvent } from './types.ts'

/**
 * The parts of a statechart: plain data, but for the functions that hand a child machine its input and take its output.
 * What the guards and actions do is said where the machines are set up, `walk-machine.ts` and `visit-machine.ts`.
 */

type OneOrMore<T> = T | readonly T[]

export interface Transition<Guard, Act> {
	readonly target?: string
	readonly guard?: Guard
	readonly actions?: OneOrMore<Act>
	/** Enters the target anew, also when it is the state that the transition leaves. */
	readonly reenter?: true
	/** What the operator reads. */
	readonly description: string
	readonly meta?: TransitionMeta
}

/** What a drawing of the chart may show beside the description. */
export interface TransitionMeta {
	/** The condition under which the judge recommends it, as the flow has it. */
	readonly when?: string
}

/** An event that the states above must not answer here. */
export const FORBIDDEN = {}

export type Answers<Guard, Act, Types extends string> = {
	readonly [type in Types]?: OneOrMore<Transition<Guard, Act>> | typeof FORBIDDEN
}

/** A child machine or a promise that lives as long as the state that invokes it. */
export interface Invoke<Guard, Act, Id extends string, Src extends string, Input> {
	/** Explicit: the event of its end is called after it. */
	readonly id: Id
	readonly src: Src
	readonly input: Input
	readonly onDone: OneOrMore<Transition<Guard, Act>>
	readonly onError?: Transition<Guard, Act>
}

/** How a visit of a step ended: with what the walk knew then, and by which event. */
export interface VisitEnd {
	readonly context: WalkContext
	readonly by: WalkEvent
}
