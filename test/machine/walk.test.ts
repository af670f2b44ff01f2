import { expect, test } from 'vitest'
import { causalFaults } from '../support/causality.ts'
import {
	cause,
	choice,
	evaluatorOf,
	flow,
	otherwise,
	parse,
	probe,
	smallFlow,
	smallInputs,
	step,
	when,
} from '../support/small-flow.ts'
import { type Walking, walking } from '../support/walking.ts'

const walkSmall = (start?: string) =>
	walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs, ...(start === undefined ? {} : { start }) })

/** To the cause that the unit is stopped, by the evidence. */
async function toStopped(walk: Walking = walkSmall()): Promise<Walking> {
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 502 } }, { response: { status: ['1 HTTP/1.1 502'] } })
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'branch.take', branch: 0 }, { type: 'step.run' })
	await walk.tell({ unit: { active: false } }, { unit: { active: ['2 ActiveState=failed'] } })
	walk.send({ type: 'branch.take', branch: 0 })
	return walk
}

async function mend(walk: Walking): Promise<Walking> {
	walk.send({ type: 'remedy.start', step: 'start' }, { type: 'step.run' }, { type: 'confirm.yes' })
	await walk.tell({})
	walk.send({ type: 'confirm.typed', text: 'lab' })
	await walk.tell({})
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'step.run' })
	return walk
}

test('a recommended branch is a finding with its evidence, told before it is taken', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 502 } }, { response: { status: ['1 HTTP/1.1 502'] } })
	walk.send({ type: 'branch.take', branch: 0 })
	const evidence = [expect.objectContaining({ line: 1 })]
	expect(walk.context().findings).toEqual([
		{ step: 'confirm', branch: 0, say: 'nginx answers 502.', evidence, supported: true },
	])
	expect(walk.log.map((happening) => happening.type)).toEqual([
		'step.entered',
		'ordered',
		'ended',
		'decision',
		'finding',
		'branch.taken',
		'step.entered',
		'decision',
	])
	expect(walk.context().path).toMatchObject([{ step: 'confirm', branch: 0, by: 'recommended' }, { step: 'route' }])
})

test("a branch against the evidence is the operator's, unsupported and without evidence", async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 502 } }, { response: { status: ['1 HTTP/1.1 502'] } })
	walk.send({ type: 'branch.take', branch: 1 })
	expect(walk.snapshot().value).toBe('cause:nginx-down')
	expect(walk.context().findings).toMatchObject([{ branch: 1, supported: false, evidence: [] }])
	expect(walk.log).toContainEqual({
		type: 'branch.taken',
		step: 'confirm',
		branch: 1,
		to: 'cause:nginx-down',
		by: 'operator',
	})
})

test('a branch that asks cannot be taken, nor one that is not there', () => {
	const walk = walkSmall()
	walk.send({ type: 'step.skip' })
	const before = walk.log.length
	walk.send({ type: 'branch.take', branch: 4 }, { type: 'branch.take', branch: 9 }, { type: 'branch.take', branch: -1 })
	expect(walk.log).toHaveLength(before)
	const branches = walk.snapshot().available.filter((event) => event.type === 'branch.take')
	expect(branches.map((event) => event.branch)).toEqual([0, 1, 2, 3])
})

test('a choice sets its inputs, and the next step goes by them', () => {
	const walk = walkSmall('pick')
	walk.send({ type: 'step.run' }, { type: 'branch.take', branch: 0 })
	expect(walk.context().inputs.unit).toBe('myapp')
	expect(walk.context().plan[0]).toMatchObject({ spec: { text: 'systemctl show myapp' } })
	expect(walk.log.map((happening) => happening.type).slice(-4)).toEqual([
		'finding',
		'branch.taken',
		'input.changed',
		'step.entered',
	])
})

test('a value that an input does not take is not set, whether the flow or the operator gives it', () => {
	const hostile = flow(
		[
			step('pick', {
				manual: true,
				branches: [choice('x', 'step:pick', { set: { unit: '"--root=/ x"', nothing: '"y"' } })],
			}),
		],
		[],
		{ inputs: smallFlow.inputs },
	)
	const walk = walking(hostile, evaluatorOf(hostile), { inputs: smallInputs })
	walk.send({ type: 'step.run' }, { type: 'branch.take', branch: 0 })
	walk.send(
		{ type: 'input.set', name: 'unit', value: '; rm -rf /' },
		{ type: 'input.set', name: '__proto__', value: 'x' },
	)
	expect(walk.context().inputs).toEqual(smallInputs)
	expect(walk.log.some((happening) => happening.type === 'input.changed')).toBe(false)
})

test('a cause is named with its evidence and offers its remedies and the retest', async () => {
	const walk = await toStopped()
	expect(walk.snapshot().phase).toBe('cause')
	expect(walk.context().causes).toMatchObject([
		{ cause: 'stopped', say: 'The unit is down.', mended: false, evidence: [{ text: '2 ActiveState=failed' }] },
	])
	expect(walk.log.at(-1)).toMatchObject({ type: 'cause.named', cause: 'stopped', title: 'The stopped cause' })
	expect(walk.snapshot().available.slice(0, 3)).toEqual([
		{ type: 'remedy.start', label: 'The start step', step: 'start' },
		{ type: 'remedy.start', label: 'The by-hand step', step: 'by-hand' },
		{ type: 'step.goto', label: 'The retest step', step: 'retest' },
	])
	walk.send({ type: 'remedy.start', step: 'confirm' })
	expect(walk.snapshot().phase).toBe('cause')
})

test('a remedy and a good retest mend every cause and resolve the session', async () => {
	const walk = await mend(await toStopped())
	await walk.tell({ response: { status: 200 } })
	walk.send({ type: 'branch.take', branch: 0 })
	expect(walk.snapshot().phase).toBe('ended')
	expect(walk.snapshot()).toMatchObject({ status: 'done', output: 'resolved' })
	expect(walk.context().causes).toMatchObject([{ cause: 'stopped', mended: true }])
	expect(walk.log.at(-1)).toMatchObject({ type: 'session.ended', outcome: 'resolved', changes: [{}, {}] })
	expect(causalFaults(walk.log)).toEqual([])
	expect(walk.snapshot().available).toEqual([])
})

test('a bad retest goes back into the flow, keeps the cause, and the same cause is listed once with the latest evidence', async () => {
	const walk = await mend(await toStopped())
	await walk.tell({ response: { status: 502 } })
	walk.send({ type: 'branch.take', branch: 1 })
	expect(walk.context().causes).toMatchObject([{ cause: 'stopped', mended: false }])
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: false } }, { unit: { active: ['7 ActiveState=failed'] } })
	walk.send({ type: 'branch.take', branch: 0 })
	expect(walk.context().causes).toMatchObject([{ cause: 'stopped', evidence: [{ line: 7 }] }])
	walk.send({ type: 'session.leave' })
	expect(walk.snapshot().output).toBe('cause')
})

test('a good end that the evidence does not support mends nothing; the answer of a choice does', async () => {
	const claimed = await mend(await toStopped())
	await claimed.tell({ response: { status: 502 } })
	claimed.send({ type: 'branch.take', branch: 0 })
	expect(claimed.snapshot().output).toBe('cause')
	const answered = await mend(await toStopped())
	await answered.tell({})
	answered.send({ type: 'branch.take', branch: 2 })
	expect(answered.snapshot().output).toBe('resolved')
})

const endings = flow(
	[
		step('end', {
			run: [probe('x', { parse: [parse('http', 'response')] })],
			branches: [
				when('response.status == 200', 'end:healthy'),
				choice('no', 'end:inconclusive'),
				choice('c', 'cause:c'),
			],
		}),
	],
	[cause('c', [])],
)

test('an end is what the flow says, unless a cause stands', async () => {
	const healthy = walking(endings, evaluatorOf(endings))
	healthy.send({ type: 'step.run' })
	await healthy.tell({ response: { status: 200 } })
	healthy.send({ type: 'branch.take', branch: 0 })
	expect(healthy.snapshot().output).toBe('healthy')

	const claimed = walking(endings, evaluatorOf(endings))
	claimed.send({ type: 'step.skip' }, { type: 'branch.take', branch: 0 })
	expect(claimed.snapshot().output).toBe('inconclusive')

	const standing = walking(endings, evaluatorOf(endings))
	standing.send(
		{ type: 'step.skip' },
		{ type: 'branch.take', branch: 2 },
		{ type: 'step.goto', step: 'end' },
		{ type: 'step.run' },
	)
	await standing.tell({ response: { status: 200 } })
	standing.send({ type: 'branch.take', branch: 0 })
	expect(standing.snapshot().output).toBe('cause')
})

test('leaving says what is known', async () => {
	const stopped = walkSmall()
	stopped.send({ type: 'session.leave' })
	expect(stopped.snapshot().output).toBe('stopped')
	const lost = walkSmall()
	lost.send({ type: 'step.run' })
	await lost.end({ ending: { kind: 'disconnected', reason: 'Gone.', durationMs: 1 } })
	lost.send({ type: 'session.leave' })
	expect(lost.snapshot().output).toBe('unreachable')
})

test('leaving while a command runs aborts it and keeps the change it may have made', () => {
	const walk = walkSmall('start')
	walk.send({ type: 'step.run' }, { type: 'confirm.yes' }, { type: 'session.leave' })
	expect(walk.log).toContainEqual({ type: 'aborted', run: 'start/0/1' })
	expect(walk.log).toContainEqual({
		type: 'session.ended',
		outcome: 'stopped',
		causes: [],
		changes: [expect.objectContaining({ run: 'start/0/1', ending: 'cancelled' })],
		checklist: [],
	})
})

test('going back shows what was decided, and runs nothing', async () => {
	const walk = await toStopped()
	const decided = walk.context().decision
	walk.send({ type: 'step.back' })
	expect(walk.snapshot().value).toEqual({ 'step:service': 'deciding' })
	expect(walk.context().decision).toEqual(decided)
	expect(walk.context().path).toMatchObject([
		{ step: 'confirm', branch: 0, by: 'recommended' },
		{ step: 'route', branch: 0, by: 'recommended' },
		{ step: 'service' },
	])
	walk.send({ type: 'step.back' }, { type: 'step.back' })
	expect(walk.snapshot().value).toEqual({ 'step:confirm': 'deciding' })
	expect(walk.context().plan).toMatchObject([{ result: { run: 'confirm/0/1' } }])
	expect(walk.context().facts.result?.facts).toMatchObject({ ending: 'exited' })
	expect(walk.log.at(-1)).toEqual({ type: 'step.entered', step: 'confirm', title: 'The confirm step', back: true })
	expect(walk.snapshot().available.some(({ type }) => type === 'step.back')).toBe(false)
	expect(walk.log.filter((happening) => happening.type === 'ordered')).toHaveLength(2)
})

test('going back to a step that was never decided waits there', () => {
	const walk = walkSmall()
	walk.send({ type: 'step.goto', step: 'service' }, { type: 'step.back' })
	expect(walk.snapshot().value).toEqual({ 'step:confirm': 'ready' })
})

test('going back takes back a choice against the evidence and its cause, not what the evidence supports', async () => {
	const slip = walkSmall()
	slip.send({ type: 'step.skip' }, { type: 'branch.take', branch: 1 }, { type: 'step.back' })
	expect(slip.context()).toMatchObject({ causes: [], findings: [] })
	const found = await toStopped()
	found.send({ type: 'step.back' })
	expect(found.context()).toMatchObject({ causes: [{ cause: 'stopped' }] })
})

test('the map leads to any step of the flow and to no other', () => {
	const walk = walkSmall()
	walk.send({ type: 'step.goto', step: 'nowhere' }, { type: 'step.goto', step: 'constructor' })
	expect(walk.context().path).toMatchObject([{ step: 'confirm' }])
	walk.send({ type: 'step.goto', step: 'retest' })
	expect(walk.snapshot().value).toEqual({ 'step:retest': 'ready' })
	expect(walk.context().path).toMatchObject([{ step: 'confirm', by: 'jump' }, { step: 'retest' }])
})

test('nothing but cancelling, leaving and a note is possible while a command runs', () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	const types = walk.snapshot().available.map((event) => event.type)
	expect(types).toEqual(['command.cancel', 'session.leave', 'note.add'])
	walk.send(
		{ type: 'step.goto', step: 'retest' },
		{ type: 'step.back' },
		{ type: 'input.set', name: 'unit', value: 'x' },
	)
	expect(walk.snapshot().phase).toBe('running')
	expect(walk.context().inputs).toEqual(smallInputs)
})

test('an input changes what is planned; notes are told; blank ones are not', () => {
	const walk = walkSmall('service')
	walk.send(
		{ type: 'input.set', name: 'unit', value: ' myapp ' },
		{ type: 'note.add', text: 'Odd.' },
		{ type: 'note.add', text: ' ' },
	)
	expect(walk.context().plan[0]).toMatchObject({ spec: { text: 'systemctl show myapp' } })
	expect(walk.log.slice(1)).toEqual([
		{ type: 'input.changed', name: 'unit', value: 'myapp', facts: [], answers: [] },
		{ type: 'note', step: 'service', text: 'Odd.' },
	])
})

test('a step that leads to itself is entered anew', () => {
	const loop = flow([step('again', { branches: [otherwise('step:again')] })])
	const walk = walking(loop, evaluatorOf(loop))
	walk.send({ type: 'step.run' }, { type: 'branch.take', branch: 0 })
	expect(walk.snapshot().value).toEqual({ 'step:again': 'ready' })
	expect(walk.context()).toMatchObject({ decision: null, path: [{ step: 'again', branch: 0 }, { step: 'again' }] })
})
