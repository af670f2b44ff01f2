import { expect, test } from 'vitest'
import { type Walk, walkOn } from '../../src/machine/machine.ts'
import type { WalkEvent } from '../../src/machine/types.ts'
import type { RunCommand, VisitMachine } from '../../src/machine/visit-machine.ts'
import { compileFlow } from '../../src/machine/walk-machine.ts'
import { evaluatorOf, smallFlow, smallInputs } from '../support/small-flow.ts'
import { EXITED } from '../support/walking.ts'

/** What is to be seen of the walk's machine and the visit's is one walk. */

const input = { inputs: smallInputs, host: 'lab', start: 'start' }

const ends: RunCommand = async ({ run }) => ({ run, ending: EXITED, lines: 0, named: [] })

function compiled(runCommand: RunCommand = ends) {
	const machine = compileFlow(smallFlow, evaluatorOf(smallFlow), runCommand)
	return { machine, visit: machine.implementations.actors.visit as VisitMachine }
}

function sent(walk: Walk, ...events: readonly WalkEvent[]): Walk {
	walk.start()
	for (const event of events) walk.send(event)
	return walk
}

function defect(): never {
	throw new Error('A defect.')
}

test('a listener is told once of an event that goes through both machines, and of a place', () => {
	const walk = walkOn(compiled().machine, { input: { ...input, start: 'route' } })
	const seen: unknown[] = []
	walk.subscribe(() => seen.push(walk.snapshot().value))
	sent(walk, { type: 'branch.take', branch: 0 }, { type: 'session.leave' })
	expect(seen).toEqual([{ 'step:route': 'deciding' }, { 'step:service': 'ready' }, 'ended'])
})

test('what was told of an event was told before any listener hears of it, and before a command starts', () => {
	const log: string[] = []
	const { machine } = compiled(({ run }) => {
		log.push(`started ${run}`)
		return new Promise(() => {})
	})
	const walk = walkOn(machine, { input })
	walk.onTold(({ type }) => log.push(type))
	walk.subscribe(() => log.push('changed'))
	sent(
		walk,
		{ type: 'step.run' },
		{ type: 'confirm.yes' },
		{ type: 'command.cancel' },
		{ type: 'branch.take', branch: 0 },
	)
	expect(log).toEqual([
		...['step.entered', 'changed'],
		'changed',
		...['confirmed', 'started start/0/1', 'changed'],
		...['decision', 'changed'],
		...['finding', 'branch.taken', 'step.entered', 'changed'],
	])
})

test('a listener that sends is heard, after those before it', () => {
	const walk = walkOn(compiled().machine, { input: { ...input, start: 'route' } })
	const seen: unknown[] = []
	walk.subscribe(() => {
		if (walk.snapshot().phase === 'deciding') walk.send({ type: 'branch.take', branch: 0 })
	})
	walk.subscribe(() => seen.push(walk.snapshot().value))
	sent(walk)
	expect(seen).toEqual([{ 'step:service': 'ready' }, { 'step:service': 'ready' }])
})

test('a snapshot is the same object until something changes', () => {
	const walk = sent(walkOn(compiled().machine, { input }))
	const before = walk.snapshot()
	expect(walk.snapshot()).toBe(before)
	walk.send({ type: 'step.run' })
	expect(walk.snapshot()).not.toBe(before)
	expect(before.phase).toBe('ready')
})

test('a defect in a visit breaks the walk down, with what the visit knew', () => {
	const { machine, visit } = compiled()
	const broken = visit.provide({ actions: { edit: defect } })
	const walk = sent(walkOn(machine.provide({ actors: { visit: broken } }), { input }), { type: 'step.run' })
	walk.send({ type: 'command.edit', text: 'x' })
	expect(walk.snapshot()).toMatchObject({ status: 'error', phase: 'ended', error: new Error('A defect.') })
	expect(walk.snapshot().context.plan).not.toEqual([])
	expect(walk.snapshot().available).toEqual([])
	walk.send({ type: 'session.leave' })
	expect(walk.snapshot().status).toBe('error')
})

test('a defect where a visit ends breaks the walk down, with what the visit knew', () => {
	const walk = walkOn(compiled().machine.provide({ actions: { take: defect } }), { input })
	let told = 0
	walk.subscribe(() => {
		told += 1
	})
	sent(walk, { type: 'step.skip' }, { type: 'branch.take', branch: 0 })
	expect(walk.snapshot()).toMatchObject({ status: 'error', phase: 'ended' })
	expect(walk.snapshot().context.decision).toMatchObject({ because: 'skipped' })
	expect(told).toBe(3)
})
