import { expect, test } from 'vitest'
import { causalFaults } from '../support/causality.ts'
import { evaluatorOf, flow, otherwise, remedy, smallFlow, smallInputs, step } from '../support/small-flow.ts'
import { walking } from '../support/walking.ts'

const atRemedy = () => {
	const walk = walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs, start: 'start' })
	walk.send({ type: 'step.run' })
	return walk
}

test('a remedy waits for a yes and runs after it', () => {
	const walk = atRemedy()
	expect(walk.snapshot().phase).toBe('confirming')
	expect(walk.log.some((happening) => happening.type === 'ordered')).toBe(false)
	walk.send({ type: 'confirm.yes' })
	expect(walk.order()).toMatchObject({
		spec: { text: 'systemctl start gunicorn', effect: 'change', privilege: 'root' },
	})
	expect(walk.log[1]).toEqual({
		type: 'confirmed',
		step: 'start',
		index: 0,
		command: 'systemctl start gunicorn',
		effect: 'change',
	})
})

test('a destructive command is run by typing the host name only', async () => {
	const walk = atRemedy()
	walk.send({ type: 'confirm.typed', text: 'lab' })
	expect(walk.snapshot().phase).toBe('confirming')
	walk.send({ type: 'confirm.yes' })
	await walk.tell({})
	expect(walk.snapshot().phase).toBe('confirming')
	walk.send({ type: 'confirm.yes' }, { type: 'confirm.typed', text: 'LAB' }, { type: 'confirm.typed', text: '' })
	expect(walk.snapshot().phase).toBe('confirming')
	walk.send({ type: 'confirm.typed', text: 'lab' })
	expect(walk.order().spec).toMatchObject({ text: 'rm -f /run/gunicorn.sock', effect: 'destructive' })
})

test('a remedy that failed stops the step: what follows assumes that it worked', async () => {
	const walk = atRemedy()
	walk.send({ type: 'confirm.yes' })
	await walk.end({ ending: { kind: 'exited', exitCode: 1, signal: null, durationMs: 5, heldOpen: false } })
	expect(walk.snapshot().phase).toBe('deciding')
	expect(walk.context().facts.result?.facts).toMatchObject({ exitCode: 1 })
	expect(walk.context().plan[1]).toMatchObject({ kind: 'run', spec: { effect: 'destructive' } })
	expect(walk.context().plan[1]).not.toHaveProperty('result')
})

test('what is offered is the kind of yes that the command needs', async () => {
	const offered = (walk: ReturnType<typeof atRemedy>) =>
		walk
			.snapshot()
			.available.map((event) => event.type)
			.filter((type) => type.startsWith('confirm.'))
	const walk = atRemedy()
	expect(offered(walk)).toEqual(['confirm.yes', 'confirm.no'])
	walk.send({ type: 'confirm.yes' })
	await walk.tell({})
	expect(offered(walk)).toEqual(['confirm.typed', 'confirm.no'])
})

test('a declined command goes nowhere by itself', () => {
	const walk = atRemedy()
	walk.send({ type: 'confirm.no' })
	expect(walk.snapshot().value).toEqual({ 'step:start': 'deciding' })
	expect(walk.context().decision).toMatchObject({ recommended: null, because: 'declined' })
	expect(walk.log.slice(1)).toMatchObject([
		{ type: 'declined', step: 'start', index: 0, command: 'systemctl start gunicorn' },
		{ type: 'decision' },
	])
	expect(walk.context().changes).toEqual([])
})

test('running again asks again', async () => {
	const walk = atRemedy()
	walk.send({ type: 'confirm.yes' })
	await walk.end({ ending: { kind: 'timed-out', durationMs: 1 } })
	walk.send({ type: 'step.rerun' })
	expect(walk.snapshot().phase).toBe('confirming')
	expect(walk.log.filter((happening) => happening.type === 'ordered')).toHaveLength(1)
	expect(causalFaults(walk.log)).toEqual([])
})

test('an input that is changed while a yes is awaited changes the command that the yes is for', () => {
	const walk = atRemedy()
	walk.send({ type: 'input.set', name: 'unit', value: 'myapp' })
	expect(walk.snapshot().phase).toBe('confirming')
	walk.send({ type: 'confirm.yes' })
	expect(walk.order().spec.text).toBe('systemctl start myapp')
})

test('a command that an input leaves out while its yes is awaited is said to be left out', () => {
	const only = flow(
		[step('only', { run: [remedy('mend', { if: 'inputs.unit == "gunicorn"' })], branches: [otherwise('step:only')] })],
		[],
		{ inputs: smallFlow.inputs },
	)
	const walk = walking(only, evaluatorOf(only), { inputs: smallInputs })
	walk.send({ type: 'step.run' }, { type: 'input.set', name: 'unit', value: 'myapp' })
	expect(walk.snapshot().phase).toBe('deciding')
	expect(walk.log.map((happening) => happening.type)).toEqual([
		'step.entered',
		'input.changed',
		'command.left-out',
		'decision',
	])
})

test('a command that is edited while a yes is awaited is the one that is confirmed and run', async () => {
	const walk = atRemedy()
	walk.send({ type: 'command.edit', text: 'systemctl start other' }, { type: 'confirm.yes' })
	expect(walk.order().spec.text).toBe('systemctl start other')
	expect(walk.log).toContainEqual(expect.objectContaining({ type: 'confirmed', command: 'systemctl start other' }))
	await walk.tell({})
	walk.send({ type: 'command.edit', text: 'rm -f /run/other.sock' })
	expect(walk.context().plan[1]).toMatchObject({ spec: { effect: 'destructive' } })
})

test('changes are remembered with how they ended', async () => {
	const walk = atRemedy()
	walk.send({ type: 'confirm.yes' })
	await walk.end({ ending: { kind: 'exited', exitCode: 0, signal: null, durationMs: 1, heldOpen: false } })
	walk.send({ type: 'confirm.typed', text: 'lab' })
	await walk.end({ ending: { kind: 'exited', exitCode: 5, signal: null, durationMs: 1, heldOpen: false } })
	expect(walk.context().changes).toMatchObject([
		{ run: 'start/0/1', ending: 'exited', exitCode: 0, undo: 'systemctl stop gunicorn' },
		{ run: 'start/1/2', ending: 'exited', exitCode: 5 },
	])
})
