import { expect, test } from 'vitest'
import { createMachine, setup } from 'xstate'
import { type Branch, CONSULT } from '../../src/flow/flow.ts'
import { exportChart } from '../../src/machine/export-chart.ts'
import type { VisitMachine } from '../../src/machine/visit-machine.ts'
import { compileFlow } from '../../src/machine/walk-machine.ts'
import { shippedFlows } from '../support/shipped-flows.ts'
import { cause, flow, otherwise, probe, smallFlow, step, when } from '../support/small-flow.ts'
import { walking } from '../support/walking.ts'
import { oracle } from '../support/walks.ts'

const never = () => Promise.reject(new Error('Nothing is run.'))
const machine = compileFlow(smallFlow, oracle(new Set()), never)
const visit = machine.implementations.actors.visit as VisitMachine

/** Every function in a value, by its path. */
function functionsIn(value: unknown, path = ''): string[] {
	if (typeof value === 'function') return [path]
	if (typeof value !== 'object' || value === null) return []
	return Object.entries(value).flatMap(([key, inner]) => functionsIn(inner, `${path}/${key}`))
}

interface Drawn {
	readonly target?: string
	readonly description?: string
	readonly guard?: { readonly type: string }
}
interface Chart {
	readonly on?: Readonly<Record<string, Drawn | readonly Drawn[]>>
	readonly always?: readonly Drawn[]
	readonly invoke?: { readonly onDone?: Drawn | readonly Drawn[]; readonly onError?: Drawn }
	readonly states?: Readonly<Record<string, Chart>>
	readonly description?: string
}

/** Every transition in a state's configuration and below it. */
function transitionsIn({ on = {}, always = [], invoke, states = {} }: Chart): readonly Drawn[] {
	const own = [...Object.values(on), always, invoke?.onDone ?? [], invoke?.onError ?? []].flat()
	return [...own, ...Object.values(states).flatMap(transitionsIn)]
}

function statesIn({ states = {} }: Chart): readonly Chart[] {
	return Object.values(states).flatMap((state) => [state, ...statesIn(state)])
}

/** Without those that the assembler adds to each step for the judge, which are drawn once for all steps. */
function ownBranches(id: string, branches: readonly Branch[]): readonly Branch[] {
	if (id === CONSULT) return branches.filter(({ rule }) => rule.kind === 'choice')
	const [proof, consult] = branches.slice(-2)
	if (consult?.rule.kind !== 'consult') return branches
	return branches.slice(0, proof?.rule.kind === 'proof' ? -2 : -1)
}

/** Where the arrows of a branch lead. */
function targetsOf({ rule, to }: Branch): readonly string[] {
	if (rule.kind === 'proof') return rule.causes.map((id) => `#cause:${id}`)
	if (to.kind === 'goto') return [`#step:${to.step}`]
	if (to.kind === 'cause') return [`#cause:${to.cause}`]
	return to.kind === 'end' ? ['#ended'] : []
}

/** As `runtree graph --format xstate` prints it. */
function exported(of: typeof smallFlow): Chart & { readonly actors: { readonly visit: Chart } } {
	return JSON.parse(exportChart(of))
}

test('the machines are data: there is no function in them but what hands a child its input and takes its output', () => {
	const inSteps = Object.keys(smallFlow.steps).map((id) => `/states/steps/states/step:${id}/invoke/input`)
	expect(functionsIn(machine.config).sort()).toEqual(['/context', '/output', ...inSteps].sort())
	expect(functionsIn(visit.config).sort()).toEqual([
		'/context',
		'/output',
		'/states/left/output',
		'/states/running/invoke/input',
	])
})

test('what is exported are the machines that run, and XState reads it', () => {
	const chart = exported(smallFlow)
	const { actors, ...walk } = chart
	const plain = (config: object) => {
		const { context: _, output: __, options: ___, ...rest } = JSON.parse(JSON.stringify(config))
		return rest
	}
	expect(walk).toEqual(plain(machine.config))
	expect(actors.visit).toEqual(plain(visit.config))
	const read = setup({ actors: { visit: createMachine(actors.visit as object) } }).createMachine(walk as object)
	expect(Object.keys(read.states)).toEqual(['boot', 'steps', 'causes', 'ended'])
})

test.each([smallFlow, ...(await shippedFlows()).map(({ flow }) => flow)].map((each) => [each.id, each] as const))(
	'%s is drawn on one canvas: a state for each step and cause, nothing copied, an arrow for each branch',
	(_, of) => {
		const chart = exported(of)
		const [steps, causes] = [Object.values(of.steps), Object.values(of.causes)]
		expect(statesIn(chart).length).toBeLessThanOrEqual(steps.length + causes.length + 4)
		expect(statesIn(chart.actors.visit).length).toBeLessThanOrEqual(8)
		expect(exportChart(of).length).toBeLessThan(150_000)
		for (const { id, branches } of steps) {
			const arrows = [chart.states?.steps?.states?.[`step:${id}`]?.invoke?.onDone ?? []].flat()
			expect(
				arrows.map(({ target }) => target),
				id,
			).toEqual(ownBranches(id, branches).flatMap(targetsOf))
		}
		for (const { id, remedies } of causes) {
			const arrows = [chart.states?.causes?.states?.[`cause:${id}`]?.on?.['remedy.start'] ?? []].flat()
			expect(
				arrows.map(({ target }) => target),
				id,
			).toEqual(remedies.map((step) => `#step:${step}`))
		}
	},
)

test('every transition and every state says what it is', () => {
	const { actors, ...walk } = exported(smallFlow)
	const drawn = [...transitionsIn(walk), ...transitionsIn(actors.visit)]
	expect(drawn.filter((each) => Object.keys(each).length > 0 && !each.description)).toEqual([])
	expect([...statesIn(walk), ...statesIn(actors.visit)].filter(({ description }) => !description)).toEqual([])
})

test('an arrow has its condition', () => {
	const arrows = [exported(smallFlow).states?.steps?.states?.['step:confirm']?.invoke?.onDone ?? []].flat()
	expect(arrows[0]).toMatchObject({ target: '#step:route', meta: { when: 'response.status == 502' } })
})

test('a step and a cause of the same name are two states', () => {
	const same = flow([step('x', { branches: [when('true', 'cause:x')] })], [cause('x', [])])
	const walk = walking(same, oracle(new Set(['true'])))
	walk.send({ type: 'step.run' }, { type: 'branch.take', branch: 0 })
	expect(walk.snapshot().value).toBe('cause:x')
})

test('compiling is deterministic', () => {
	expect(exportChart(structuredClone(smallFlow))).toBe(exportChart(smallFlow))
})

function longFlow(steps: number) {
	return flow(
		Array.from({ length: steps }, (_, at) =>
			step(`s${at}`, {
				run: [probe(`x ${at}`)],
				branches: [when('a', `step:s${(at + 1) % steps}`), otherwise('ask:?')],
			}),
		),
	)
}

test('a chart is as long as its flow', () => {
	const [small, large] = [500, 2000].map((steps) => exportChart(longFlow(steps)).length)
	expect((large ?? 0) / (small ?? 1)).toBeLessThan(4.2)
})
