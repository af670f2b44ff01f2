import { isDeepStrictEqual } from 'node:util'
import { initialTransition, transition } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import { authoredBranches } from '../../src/flow/authored.ts'
import type { Evaluator } from '../../src/flow/conditions.ts'
import { CONSULT, type Flow, type Step } from '../../src/flow/flow.ts'
import { VISIT_DONE } from '../../src/machine/chart.ts'
import {
	snapshotOf,
	type VisitSnapshot,
	type WalkMachineSnapshot,
	type WalkSnapshot,
} from '../../src/machine/machine.ts'
import type { CommandResult, NamedFacts, WalkContext, WalkEvent, WalkInput } from '../../src/machine/types.ts'
import type { VisitEnd } from '../../src/machine/visit-chart.ts'
import type { VisitMachine } from '../../src/machine/visit-machine.ts'
import { compileFlow, type WalkMachine } from '../../src/machine/walk-machine.ts'
import { EXITED, type Stage, type Walking } from './walking.ts'

/**
 * Walks through a flow that are generated from its machines: a shortest one to every state, and one over every branch.
 * They are found without running anything, then walked by real actors.
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

/** The name of the facts by which a generated walk says which conditions hold. */
const ORACLE = 'oracle'

/** A command ends with news, and proves that cause; without one, nothing. */
function done(flow: Flow, runs: number, cause?: string): Happens {
	const holds = cause === undefined ? [] : (flow.causes[cause]?.proof.map(({ when }) => when) ?? [])
	const named: NamedFacts = { name: ORACLE, parser: 'test', facts: { holds, runs }, evidence: {} }
	return { type: 'xstate.done.actor.command', output: { run: 'generated', ending: EXITED, lines: 0, named: [named] } }
}

/**
 * Stands in for the flow's conditions, so that a walk can make any of them true without knowing output that does.
 * `holds` are the conditions that are true, and those that a generated command says; every other is unknown, for want of
 * the facts that it reads. Every value is `x`, so every command can be planned.
 */
export function oracle(holds: ReadonlySet<string>, { factsRead }: Partial<Evaluator> = {}): Evaluator {
	const missed = new Map<string, readonly string[]>()
	const missing = (cel: string): readonly string[] => {
		const known = missed.get(cel) ?? [...(factsRead?.(cel) ?? [])]
		missed.set(cel, known)
		return known
	}
	return {
		condition: (cel, { facts }) => {
			const said = facts[ORACLE]?.holds
			const value = holds.has(cel) || (Array.isArray(said) && said.includes(cel)) ? true : 'unknown'
			return { value, reads: [], deciding: [], told: value === true, missing: value === true ? [] : missing(cel) }
		},
		value: () => ({ ok: true, value: 'x' }),
		check: () => ({ ok: true, type: 'bool', reads: [] }),
		paths: new Set(),
		factsRead: () => new Set(),
		evidencePaths: () => [],
	}
}

/** The `if`s of every command that prove nothing: with them true, the commands of the flow are planned. */
export function everyIf(flow: Flow): ReadonlySet<string> {
	const commands = [...Object.values(flow.steps).flatMap(({ run }) => run), ...Object.values(flow.probes)]
	const proofs = new Set(Object.values(flow.causes).flatMap(({ proof }) => proof.map(({ when }) => when)))
	return new Set(commands.flatMap((command) => command.if ?? []).filter((cel) => !proofs.has(cel)))
}

/** What a walk begins with: the inputs' defaults, or something in their place. */
export function inputOf(flow: Flow, start: string): WalkInput {
	const inputs = Object.entries(flow.inputs).map(([name, input]) => [name, input.default ?? 'x'])
	return { inputs: Object.fromEntries(inputs), host: 'lab', start }
}

/** Every state and every branch of the flow that can be reached, from its start and from its other ways in. */
export function walksThrough(flow: Flow, evaluator: Evaluator): readonly Walk[] {
	const starts = [flow.start, ...Object.values(flow.paths).map((path) => path.start)]
	return [...new Set(starts)].flatMap((start) => walksFrom(flow, evaluator, start))
}

function walksFrom(flow: Flow, evaluator: Evaluator, start: string): readonly Walk[] {
	const machine = compileFlow(flow, oracle(everyIf(flow), evaluator), () =>
		Promise.reject(new Error('Nothing is run.')),
	)
	const paths = getShortestPaths(stepped(machine), {
		input: inputOf(flow, start),
		events: (state) => happenings(flow, state.is) as WalkEvent[],
		serializeState: ({ is: { value, context } }) => {
			if (typeof value === 'string') return value
			const { cursor, decision } = context
			return JSON.stringify([value, cursor, decision?.because ?? null, decision?.proven.at(0) ?? null])
		},
	})
	/** Each branch is taken once, for each cause that is proven there. */
	const taken = new Set<string>()
	return paths.flatMap(({ state, steps }) => {
		const legs = steps
			.filter(({ event }) => event.type !== ('xstate.init' as string))
			.map((leg) => ({ happens: leg.event as Happens, value: leg.state.is.value }))
		const { is } = state
		const { decision } = is.context
		const judged =
			is.phase === 'deciding' &&
			decision?.proven.length === 0 &&
			!['skipped', 'declined', 'cancelled'].includes(decision.because)
		const walk: Walk = { name: nameOf(is), start, legs, ...(judged ? { judged: is.context.step } : {}) }
		const branches = happenings(flow, is).flatMap((happens): readonly Walk[] => {
			if (happens.type !== 'branch.take') return []
			const name = `${is.context.step}, branch ${happens.branch}, ${decision?.proven.at(0) ?? ''}`
			if (taken.has(name)) return []
			taken.add(name)
			const { value } = stepped(machine).transition(state, happens).is
			return [{ name, start, legs: [...legs, { happens, value }] }]
		})
		return [walk, ...branches]
	})
}

/** A walk between two events, without actors: what both machines are in. */
interface Stepped {
	readonly status: 'active'
	readonly output: undefined
	readonly error: undefined
	readonly is: WalkSnapshot
	readonly walk: WalkMachineSnapshot
	readonly visit: VisitSnapshot | undefined
}

/** Both machines as one logic that can be stepped: what the visit's end does to the walk, the actors do elsewhere. */
function stepped(machine: WalkMachine) {
	const whole = (walk: WalkMachineSnapshot, visited?: VisitSnapshot): Stepped => {
		const atStep = walk.status === 'active' && typeof walk.value === 'object' && 'steps' in walk.value
		const visit = atStep ? (visited ?? (walk.children.visit?.getSnapshot() as VisitSnapshot)) : undefined
		return { status: 'active', output: undefined, error: undefined, is: snapshotOf(walk, visit), walk, visit }
	}
	return {
		getInitialSnapshot: (_: unknown, input: WalkInput): Stepped =>
			whole(transition(machine, initialTransition(machine, input)[0], { type: 'walk.begin' })[0]),
		transition: ({ walk, visit }: Stepped, event: Happens): Stepped => {
			if (visit === undefined) return whole(transition(machine, walk, event as WalkEvent)[0])
			const [next] = transition(machine.implementations.actors.visit as VisitMachine, visit, event as WalkEvent)
			if (next.status !== 'done') return whole(walk, next)
			return whole(transition(machine, walk, { type: VISIT_DONE, output: next.output as VisitEnd })[0])
		},
		getPersistedSnapshot: (state: Stepped) => state,
	}
}

function nameOf({ value, context }: WalkSnapshot): string {
	const place = typeof value === 'string' ? [value] : Object.entries(value).flat()
	return `${place.join('/')}${context.decision === null ? '' : ` (${context.decision.because})`}`
}

/** The causes that a command of this step may prove: those that its author expects there; at the start, all others. */
function provableAt(flow: Flow, step: string): readonly string[] {
	const expected = (of: Step) => authoredBranches(of).flatMap(({ rule }) => (rule.kind === 'proof' ? rule.causes : []))
	const own = flow.steps[step] === undefined ? [] : expected(flow.steps[step])
	if (step !== flow.start && step !== CONSULT) return own
	const elsewhere = new Set(Object.values(flow.steps).flatMap(expected))
	return [...own, ...Object.keys(flow.causes).filter((cause) => !elsewhere.has(cause))]
}

/** What may happen at a state on the way through the flow; jumps, notes and edits lead nowhere new. */
function happenings(flow: Flow, snapshot: WalkSnapshot): readonly Happens[] {
	if (snapshot.phase === 'running') {
		const { step, runs } = snapshot.context
		const proven = provableAt(flow, step).map((cause) => done(flow, runs, cause))
		return [done(flow, runs), ...proven, { type: 'command.cancel' }]
	}
	return snapshot.available.flatMap((offer): readonly Happens[] => {
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
		if (happens.type === 'xstate.done.actor.command') await walked.end({ named: happens.output.named })
		else walked.send(happens)
		const there = walked.snapshot()
		if (there.status === 'error' || !isDeepStrictEqual(there.value, value)) {
			const seen = JSON.stringify(there.value)
			throw new Error(`${walk.name}: ${happens.type} led to ${seen} (${there.status}), not ${JSON.stringify(value)}`)
		}
	}
	return walked
}

/** The branch that is recommended when only `branch`'s condition holds; null when the flow asks, or would go in a circle. */
export function expectedBranch({ learned, path }: WalkContext, step: Step, branch: number): number | null {
	const rule = step.branches[branch]?.rule
	const first = step.branches.findIndex((other) =>
		rule?.kind === 'when'
			? other.rule.kind === 'when' && other.rule.condition === rule.condition
			: other.rule.kind === 'otherwise',
	)
	const to = step.branches[first]?.to
	const back = to?.kind === 'goto' && path.some((visit) => visit.step === to.step && visit.learned === learned)
	return to?.kind === 'ask' || back ? null : first
}
