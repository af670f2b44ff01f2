import { isDeepStrictEqual } from 'node:util'
import { transition } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import type { Evaluator } from '../../src/flow/conditions.ts'
import type { Flow, Step } from '../../src/flow/flow.ts'
import { availableEvents, compileFlow, phaseOf, type WalkSnapshot } from '../../src/machine/machine.ts'
import type { CommandResult, WalkEvent, WalkInput } from '../../src/machine/types.ts'
import { EXITED, type Stage, type Walking } from './walking.ts'

/**
 * Walks through a flow that are generated from its machine: a shortest one to every state, and one over every branch.
 * They are found without running anything, then walked by a real actor.
 */

/** One thing that happens in a walk: the operator's event, or the end of the command that runs. */
export type Happens = WalkEvent | { readonly type: 'xstate.done.actor.command'; readonly output: CommandResult }

export interface Walk {
	/** Where it leads: `step:confirm/deciding`, `confirm, branch 2`. */
	readonly name: string
	readonly start: string
	readonly legs: readonly { readonly happens: Happens; readonly value: WalkSnapshot['value'] }[]
	/** The step that it rests at, judged by what its commands gave. */
	readonly judged?: string
}

const DONE: Happens = {
	type: 'xstate.done.actor.command',
	output: { run: 'generated', ending: EXITED, lines: 0, named: [] },
}

/**
 * Stands in for the flow's conditions, so that a walk can make any of them true without knowing output that does.
 * `holds` are the conditions that are true; every other is unknown. Every value is `x`, so every command can be planned.
 */
export function oracle(holds: ReadonlySet<string>): Evaluator {
	return {
		condition: (cel) => ({ value: holds.has(cel) ? true : 'unknown', reads: [], deciding: [] }),
		value: () => ({ ok: true, value: 'x' }),
		check: () => ({ ok: true, type: 'bool', reads: [] }),
		paths: new Set(),
	}
}

/** The `if`s of every command: with them true, every command of the flow is planned. */
export function everyIf(flow: Flow): ReadonlySet<string> {
	return new Set(Object.values(flow.steps).flatMap((step) => step.run.flatMap((command) => command.if ?? [])))
}

/** What a walk begins with: the inputs' defaults, or something in their place. */
export function inputOf(flow: Flow, start: string): WalkInput {
	const inputs = Object.entries(flow.inputs).map(([name, input]) => [name, input.default ?? 'x'])
	return { inputs: Object.fromEntries(inputs), host: 'lab', start }
}

/** Every state and every branch of the flow that can be reached, from its start and from its other ways in. */
export function walksThrough(flow: Flow): readonly Walk[] {
	const starts = [flow.start, ...Object.values(flow.paths).map((path) => path.start)]
	return [...new Set(starts)].flatMap((start) => walksFrom(flow, start))
}

function walksFrom(flow: Flow, start: string): readonly Walk[] {
	const machine = compileFlow(flow, oracle(everyIf(flow)))
	const paths = getShortestPaths(machine, {
		input: inputOf(flow, start),
		events: (snapshot) => happenings(snapshot) as WalkEvent[],
		serializeState: (snapshot) =>
			JSON.stringify([snapshot.value, snapshot.context.cursor, snapshot.context.decision?.because ?? null]),
	})
	return paths.flatMap(({ state, steps }) => {
		const legs = steps
			.filter(({ event }) => event.type !== ('xstate.init' as string))
			.map((leg) => ({ happens: leg.event as Happens, value: leg.state.value }))
		const decision = state.context.decision
		const judged =
			phaseOf(state) === 'deciding' && !['skipped', 'declined', 'cancelled'].includes(decision?.because ?? '')
		const walk: Walk = { name: nameOf(state), start, legs, ...(judged ? { judged: state.context.step } : {}) }
		const branches = happenings(state).flatMap((happens): readonly Walk[] => {
			if (happens.type !== 'branch.take') return []
			const [next] = transition(machine, state, happens)
			const name = `${state.context.step}, branch ${happens.branch}`
			return [{ name, start, legs: [...legs, { happens, value: next.value }] }]
		})
		return [walk, ...branches]
	})
}

function nameOf({ value, context }: WalkSnapshot): string {
	const place = typeof value === 'string' ? [value] : Object.entries(value).flat()
	return `${place.join('/')}${context.decision === null ? '' : ` (${context.decision.because})`}`
}

/** What may happen at a state on the way through the flow; jumps, notes and edits lead nowhere new. */
function happenings(snapshot: WalkSnapshot): readonly Happens[] {
	if (phaseOf(snapshot) === 'running') return [DONE, { type: 'command.cancel' }]
	return availableEvents(snapshot).flatMap((offer): readonly Happens[] => {
		switch (offer.type) {
			case 'step.run':
			case 'step.skip':
			case 'confirm.yes':
			case 'confirm.no':
				return [{ type: offer.type }]
			case 'confirm.typed':
				return [{ type: offer.type, text: snapshot.context.host }]
			case 'branch.take':
				return offer.branch === undefined ? [] : [{ type: offer.type, branch: offer.branch }]
			case 'remedy.start':
			case 'step.goto':
				return offer.step === undefined ? [] : [{ type: offer.type, step: offer.step }]
			default:
				return []
		}
	})
}

/** Without those that are only the beginning of another one. */
export function wholeWalks(walks: readonly Walk[]): readonly Walk[] {
	const beginnings = new Set<string>()
	const key = ({ start }: Walk, legs: Walk['legs']) => JSON.stringify([start, legs])
	for (const walk of walks) beginnings.add(key(walk, walk.legs.slice(0, -1)))
	return walks.filter((walk) => !beginnings.has(key(walk, walk.legs)))
}

/**
 * Walks it with a real actor; throws when a leg leads elsewhere than the machine's graph says. `beforeLast` is called
 * when only the last leg is left.
 */
export async function walkIt(flow: Flow, walk: Walk, stage: Stage, beforeLast?: () => void): Promise<Walking> {
	const walked = stage(inputOf(flow, walk.start))
	for (const [index, { happens, value }] of walk.legs.entries()) {
		if (index === walk.legs.length - 1) beforeLast?.()
		if (happens.type === 'xstate.done.actor.command') await walked.end({})
		else walked.send(happens)
		const there = walked.snapshot()
		if (there.status === 'error' || !isDeepStrictEqual(there.value, value)) {
			const seen = JSON.stringify(there.value)
			throw new Error(`${walk.name}: ${happens.type} led to ${seen} (${there.status}), not ${JSON.stringify(value)}`)
		}
	}
	return walked
}

/** The branch that is recommended when only `branch`'s condition holds; null when the flow asks. */
export function expectedBranch(step: Step, branch: number): number | null {
	const rule = step.branches[branch]?.rule
	const first = step.branches.findIndex((other) =>
		rule?.kind === 'when'
			? other.rule.kind === 'when' && other.rule.condition === rule.condition
			: other.rule.kind === 'otherwise',
	)
	return step.branches[first]?.to.kind === 'ask' ? null : first
}
