import { expect, test } from 'vitest'
import { compileFlow } from '../../src/machine/walk-machine.ts'
import { growth } from '../support/cost.ts'
import { flow, otherwise, probe, step, when } from '../support/small-flow.ts'
import { walking } from '../support/walking.ts'
import { oracle } from '../support/walks.ts'

const never = () => Promise.reject(new Error('Nothing is run.'))

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

test('compiling takes time linear in the size of the flow, up to 10,000 steps', () => {
	const evaluator = oracle(new Set(['a']))
	// Ten times the steps: quadratic would be 100 times as long; a larger heap alone makes it up to 20.
	expect(growth((steps) => compileFlow(steps, evaluator, never), longFlow(1000), longFlow(10_000))).toBeLessThan(40)
})

test('a flow of 10,000 steps can be walked, jumped through and gone back in', async () => {
	const walk = walking(longFlow(10_000), oracle(new Set(['a'])))
	walk.send({ type: 'step.goto', step: 's9998' }, { type: 'step.run' })
	await walk.tell({})
	walk.send({ type: 'branch.take', branch: 0 })
	expect(walk.snapshot().value).toEqual({ 'step:s9999': 'ready' })
	walk.send({ type: 'step.back' })
	expect(walk.snapshot().value).toEqual({ 'step:s9998': 'deciding' })
	walk.stop()
})
