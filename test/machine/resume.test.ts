import { expect, test } from 'vitest'
import type { WalkInput } from '../../src/machine/types.ts'
import { evaluatorOf, smallFlow, smallInputs } from '../support/small-flow.ts'
import { walking } from '../support/walking.ts'

type Resume = NonNullable<WalkInput['resume']>

/** A resume point as a journal gives it: JSON. */
function folded(from: ReturnType<typeof walking>): Resume {
	const { plan: _, cursor: __, decision: ___, outcome: ____, host: _____, ...resume } = from.context()
	return JSON.parse(JSON.stringify(resume))
}

const resumed = (resume: Resume) => walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs, resume })

async function halfway() {
	const walk = walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs })
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 502 } })
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'branch.take', branch: 0 })
	return walk
}

test('a session is taken up at its step, with all that it knew, and runs nothing', async () => {
	const before = await halfway()
	before.send({ type: 'input.set', name: 'unit', value: 'myapp' })
	const walk = resumed(folded(before))
	expect(walk.snapshot().value).toEqual({ 'step:service': 'ready' })
	expect(walk.log).toEqual([])
	expect(walk.context()).toEqual(before.context())
})

test('a session that was interrupted in a command waits for the operator to run it, with a new run name', async () => {
	const before = await halfway()
	before.send({ type: 'step.run' })
	const walk = resumed(folded(before))
	expect(walk.snapshot().value).toEqual({ 'step:service': 'ready' })
	expect(walk.log).toEqual([])
	walk.send({ type: 'step.run' })
	expect(walk.order().run).toBe('service/0/3')
})

test('a remedy that had started asks for a new yes', async () => {
	const before = walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs, start: 'start' })
	before.send({ type: 'step.run' }, { type: 'confirm.yes' })
	const walk = resumed(folded(before))
	walk.send({ type: 'step.run' })
	expect(walk.snapshot().value).toEqual({ 'step:start': 'confirming' })
})

test('a session that rested at a cause is taken up at the cause', async () => {
	const before = await halfway()
	before.send({ type: 'step.run' })
	await before.tell({ unit: { active: false } })
	before.send({ type: 'branch.take', branch: 0 })
	const walk = resumed(folded(before))
	expect(walk.snapshot().value).toBe('cause:stopped')
	walk.send({ type: 'step.back' })
	expect(walk.snapshot().value).toEqual({ 'step:service': 'deciding' })
})

test('a step that the flow no longer has begins anew', async () => {
	const walk = resumed({ ...folded(await halfway()), step: 'gone' })
	expect(walk.snapshot().value).toEqual({ 'step:confirm': 'ready' })
	expect(walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs, start: 'gone' }).context().step).toBe(
		'confirm',
	)
})
