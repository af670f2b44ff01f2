import { expect, test } from 'vitest'
import { compileFlow } from '../../src/machine/machine.ts'
import { cause, flow, otherwise, probe, smallFlow, step, when } from '../support/small-flow.ts'
import { walking } from '../support/walking.ts'
import { oracle } from '../support/walks.ts'

const machine = compileFlow(smallFlow, oracle(new Set()))

/** Every function in a value, by its path. */
function functionsIn(value: unknown, path = ''): string[] {
	if (typeof value === 'function') return [path]
	if (typeof value !== 'object' || value === null) return []
	return Object.entries(value).flatMap(([key, inner]) => functionsIn(inner, `${path}/${key}`))
}

/** Every transition in a state's configuration and below it. */
function transitionsIn(state: unknown): { description?: unknown; target?: unknown; guard?: unknown }[] {
	const { on = {}, always = [], invoke, states = {} } = state as Record<string, never>
	const own = [...Object.values(on), always, (invoke as { onDone?: unknown } | undefined)?.onDone ?? []].flat()
	return [...(own as []), ...Object.values(states).flatMap(transitionsIn)]
}

test('the machine is data: but for context, output and the input of commands there is no function in it', () => {
	const functions = functionsIn(machine.config).filter((path) => !path.endsWith('/running/invoke/input'))
	expect(functions).toEqual(['/context', '/output'])
})

test('the definition serialises, with the conditions of the flow in it', () => {
	const text = JSON.stringify(machine.definition)
	expect(text.length).toBeGreaterThan(1000)
	expect(JSON.parse(JSON.stringify(machine.config)).states['step:confirm'].states.judging.always[0]).toMatchObject({
		guard: { type: 'holds', params: { branch: 0, expression: 'response.status == 502' } },
		target: 'deciding',
		description: 'nginx answers {{response.status}}.',
	})
})

test('every transition says what it is, and every state of a step carries the step', () => {
	const silent = transitionsIn(machine.config).filter(
		(transition) => Object.keys(transition).length > 0 && !transition.description,
	)
	expect(silent).toEqual([])
	expect(machine.states['step:confirm']?.meta).toBe(smallFlow.steps.confirm)
	expect(machine.states['cause:stopped']?.meta).toBe(smallFlow.causes.stopped)
})

test('a step and a cause of the same name are two states', () => {
	const same = flow([step('x', { branches: [when('true', 'cause:x')] })], [cause('x', [])])
	const walk = walking(same, oracle(new Set(['true'])))
	walk.send({ type: 'step.run' }, { type: 'branch.take', branch: 0 })
	expect(walk.snapshot().value).toBe('cause:x')
})

test('compiling is deterministic', () => {
	const again = compileFlow(structuredClone(smallFlow), oracle(new Set()))
	expect(JSON.stringify(again.config)).toBe(JSON.stringify(machine.config))
})

function longFlow(steps: number) {
	return flow(
		Array.from({ length: steps }, (_, at) =>
			step(`s${at}`, { run: [probe('x')], branches: [when('a', `step:s${(at + 1) % steps}`), otherwise('ask:?')] }),
		),
	)
}

function timed(work: () => unknown): number {
	const begin = performance.now()
	work()
	return performance.now() - begin
}

// Quadratic would be 16 times as long.
test('compiling takes time linear in the size of the flow, up to 10,000 steps', () => {
	const evaluator = oracle(new Set(['a']))
	const [small, large] = [longFlow(2500), longFlow(10_000)]
	compileFlow(small, evaluator)
	const best = (of: typeof small) => Math.min(...[1, 2].map(() => timed(() => compileFlow(of, evaluator))))
	expect(best(large) / best(small)).toBeLessThan(10)
}, 120_000)

test('a flow of 10,000 steps can be walked, jumped through and gone back in', async () => {
	const walk = walking(longFlow(10_000), oracle(new Set(['a'])))
	walk.send({ type: 'step.goto', step: 's9998' }, { type: 'step.run' })
	await walk.tell({})
	walk.send({ type: 'branch.take', branch: 0 })
	expect(walk.snapshot().value).toEqual({ 'step:s9999': 'ready' })
	walk.send({ type: 'step.back' })
	expect(walk.snapshot().value).toEqual({ 'step:s9998': 'deciding' })
	walk.stop()
}, 120_000)
