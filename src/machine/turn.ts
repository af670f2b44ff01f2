import { type EventObject, enqueueActions } from 'xstate'
import type { Turn } from './rules.ts'
import type { WalkContext, WalkEmitted } from './types.ts'

/** An action from a pure function of the context and the event: it changes the context, and emits in order. */
export function turn<Event extends EventObject, Params extends object | undefined = undefined>(
	act: (context: WalkContext, event: Event, params: Params) => Turn,
) {
	return enqueueActions<WalkContext, Event, Params, Event, never, never, never, never, WalkEmitted>(
		({ context, event, enqueue }, params) => {
			const { context: changed, emits } = act(context, event, params)
			enqueue.assign(changed)
			for (const emitted of emits) enqueue.emit(emitted)
		},
	)
}

/** Nothing changes, nothing is told. */
export const IDLE: Turn = { context: {}, emits: [] }

/** Tells something before what the turn tells. */
export function told(before: readonly WalkEmitted[], then: Turn): Turn {
	return { context: then.context, emits: [...before, ...then.emits] }
}
