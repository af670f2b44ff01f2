import type { AnyActorRef, InspectionEvent } from 'xstate'
import type { CommandResult, WalkContext } from './types.ts'

/**
 * What the machines of a walk do, one JSON object a line, as `@statelyai/inspect` sends it: read line by line it can be
 * given to its adapters, and so to Stately's inspector. Of values it has the names of states, steps, branches and causes
 * only: no output, no fact, no input, no command, and nothing that the operator typed.
 */

/** Of `@statelyai/inspect`, whose words these are. */
const PROTOCOL = '0.7.1'

type Wire = Readonly<Record<string, unknown>>

/** Gives `createWalk` what it calls. Never throws: what cannot be written is not inspected. */
export function createInspector(write: (line: string) => void, clock: () => number): (event: InspectionEvent) => void {
	let count = 0
	return (event) => {
		try {
			const about = wireOf(event)
			if (about === undefined) return
			count += 1
			const base = { rootId: event.rootId, createdAt: `${clock()}`, id: `${count}`, _version: PROTOCOL }
			write(JSON.stringify({ ...about, ...base }))
		} catch {
			// An inspection must not end the walk that it looks at.
		}
	}
}

function wireOf(event: InspectionEvent): Wire | undefined {
	const actor = event.actorRef as AnyActorRef & ActorLogic
	const { sessionId } = actor
	switch (event.type) {
		case '@xstate.actor': {
			const config = actor.logic?.config
			const name = config !== undefined && actor.id === sessionId ? String(config.id) : actor.id
			const definition = JSON.stringify(config ?? { id: name })
			const parentId = actor._parent?.sessionId
			return { type: event.type, name, sessionId, parentId, definition, snapshot: { status: 'active' } }
		}
		case '@xstate.event': {
			const from = event.sourceRef as AnyActorRef | undefined
			return { type: event.type, sessionId, sourceId: from?.sessionId, event: shownEvent(event.event) }
		}
		case '@xstate.snapshot':
			return {
				type: event.type,
				sessionId,
				event: shownEvent(event.event),
				snapshot: shownSnapshot(event.snapshot),
			}
		default:
			return undefined
	}
}

interface ActorLogic {
	readonly logic?: { readonly config?: { readonly id?: unknown } }
}

/** What of an event is shown: which it is, and what of the flow it is about. */
function shownEvent(event: object): Wire {
	const { type, step, branch, to, by, output } = event as Wire
	return {
		type,
		...(typeof step === 'string' ? { step } : {}),
		...(typeof branch === 'number' ? { branch } : {}),
		...(typeof to === 'string' ? { to } : {}),
		...(isObject(by) ? { by: shownEvent(by) } : {}),
		...(isObject(output) ? { output: shownOutput(output) } : {}),
	}
}

/** Of the end of a visit or of a command. */
function shownOutput(output: object): Wire {
	if ('by' in output && isObject(output.by)) return { by: shownEvent(output.by) }
	const { run, ending, lines } = output as Partial<CommandResult>
	return { run, ending: ending?.kind, lines }
}

function shownSnapshot(snapshot: object): Wire {
	const { status, value, context } = snapshot as Wire
	return { status, value, ...(isWalkContext(context) ? { context: shownContext(context) } : {}) }
}

function shownContext({ step, cursor, runs, learned, plan, decision, path, causes, outcome }: WalkContext): Wire {
	return {
		step,
		cursor,
		runs,
		learned,
		outcome,
		plan: plan.map((planned) =>
			planned.kind === 'run'
				? { probe: planned.probe, effect: planned.spec.effect, ending: planned.result?.ending.kind }
				: { leftOut: true },
		),
		decision:
			decision === null
				? null
				: {
						recommended: decision.recommended,
						because: decision.because,
						proven: decision.proven,
						next: decision.next,
					},
		path: path.map(({ step: id, branch, cause, by }) => ({ step: id, branch, cause, by })),
		causes: causes.map(({ cause, state, mended }) => ({ cause, state, mended })),
	}
}

function isWalkContext(context: unknown): context is WalkContext {
	return isObject(context) && 'plan' in context
}

function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null
}
