import { expect, test } from 'vitest'
import type { CommandEnding } from '../../src/flow/command.ts'
import {
	cause,
	evaluatorOf,
	flow,
	otherwise,
	parse,
	probe,
	remedy,
	smallFlow,
	smallInputs,
	step,
	when,
} from '../support/small-flow.ts'
import { EXITED, walking } from '../support/walking.ts'

const walkSmall = (start?: string) =>
	walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs, ...(start === undefined ? {} : { start }) })

test('entering a step shows what it would run, and runs nothing', () => {
	const walk = walkSmall()
	expect(walk.snapshot().value).toEqual({ 'step:confirm': 'ready' })
	expect(walk.context().plan).toMatchObject([{ kind: 'run', spec: { text: 'curl -sS http://127.0.0.1/' } }])
	expect(walk.log).toEqual([{ type: 'step.entered', step: 'confirm', title: 'The confirm step' }])
})

test('a probe runs on step.run, with what its parser needs', () => {
	const args = flow(
		[
			step('ask', {
				run: [
					probe('curl {{inputs.url}}', {
						parse: [parse('http', 'response', { host: 'host', since: 'response.error' })],
					}),
				],
			}),
		],
		[],
		{ inputs: smallFlow.inputs },
	)
	const walk = walking(args, evaluatorOf(args), { inputs: smallInputs })
	walk.send({ type: 'step.run' })
	expect(walk.snapshot().phase).toBe('running')
	expect(walk.order()).toEqual({
		run: 'ask/0/1',
		step: 'ask',
		index: 0,
		spec: {
			text: 'curl http://127.0.0.1/',
			effect: 'read',
			privilege: 'user',
			timeoutMs: 30_000,
			interactive: false,
		},
		parse: [{ parser: 'http', as: 'response', args: { host: 'lab' } }],
	})
})

test('later commands are planned again with the facts of the earlier ones', async () => {
	const walk = walkSmall('service')
	expect(walk.context().plan[1]).toEqual({ kind: 'left-out', index: 1, reason: 'unit.active was not told' })
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: true, socket: '/run/a b.sock' } })
	expect(walk.order()).toMatchObject({ run: 'service/1/2', spec: { text: "ls -l '/run/a b.sock'" } })
})

test('a command whose condition is false is left out, and said to be', async () => {
	const walk = walkSmall('service')
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: false } })
	expect(walk.snapshot().phase).toBe('deciding')
	expect(walk.log).toContainEqual({
		type: 'command.left-out',
		step: 'service',
		index: 1,
		reason: 'only if unit.active',
	})
})

test('a command whose template lacks a fact is left out with the reason', async () => {
	const walk = walkSmall('service')
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: true } })
	const leftOut = walk.log.find((happening) => happening.type === 'command.left-out')
	expect(leftOut).toMatchObject({ index: 1, reason: expect.stringContaining('unit.socket') })
})

test('a command that exits with a code other than zero does not stop the step', async () => {
	const two = flow([step('two', { run: [probe('false'), probe('true')] })])
	const walk = walking(two, evaluatorOf(two))
	walk.send({ type: 'step.run' })
	await walk.end({ ending: { ...EXITED, exitCode: 1 } })
	expect(walk.order().spec.text).toBe('true')
})

test.each<CommandEnding>([
	{ kind: 'timed-out', durationMs: 30_000 },
	{ kind: 'cancelled', durationMs: 1 },
	{ kind: 'not-started', reason: 'There is no sudo.', durationMs: 0 },
	{ kind: 'disconnected', reason: 'The connection was lost.', durationMs: 9 },
])('after $kind the remaining commands are not run', async (ending) => {
	const two = flow([step('two', { run: [probe('one'), probe('two')], branches: [otherwise('step:two')] })])
	const walk = walking(two, evaluatorOf(two))
	walk.send({ type: 'step.run' })
	await walk.end({ ending })
	expect(walk.snapshot().phase).toBe('deciding')
	expect(walk.log.filter((happening) => happening.type === 'ordered')).toHaveLength(1)
	expect(walk.context().decision).toMatchObject({ recommended: null, because: ending.kind })
	expect(walk.context().decision?.question).toMatch(/\.$/)
})

test('a cancelled command is aborted, and what it changed is not forgotten', () => {
	const walk = walkSmall('start')
	walk.send({ type: 'step.run' }, { type: 'confirm.yes' }, { type: 'command.cancel' })
	expect(walk.snapshot().phase).toBe('deciding')
	expect(walk.log).toContainEqual({ type: 'aborted', run: 'start/0/1' })
	expect(walk.context().changes).toEqual([
		{
			step: 'start',
			run: 'start/0/1',
			command: 'systemctl start gunicorn',
			ending: 'cancelled',
			exitCode: null,
			undo: 'systemctl stop gunicorn',
		},
	])
})

test('a result that arrives after its command was cancelled is not taken for the next one', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' }, { type: 'command.cancel' }, { type: 'step.rerun' })
	expect(walk.order().run).toBe('confirm/0/2')
	await walk.tell({ response: { status: 502 } })
	expect(walk.context().plan).toMatchObject([{ result: { run: 'confirm/0/2' } }])
})

test('a command actor that breaks down leaves the operator with its message, not with a dead session', async () => {
	const walk = walkSmall('by-hand')
	walk.send({ type: 'step.goto', step: 'retest' }, { type: 'step.run' })
	await walk.fail(new Error('The journal is closed.'))
	expect(walk.snapshot().status).toBe('active')
	expect(walk.context().decision).toMatchObject({ question: 'The journal is closed.' })
})

test('a remedy that broke down counts as a change, one that was not started does not', async () => {
	const broken = walkSmall('start')
	broken.send({ type: 'step.run' }, { type: 'confirm.yes' })
	await broken.fail(new Error('?'))
	expect(broken.context().changes).toHaveLength(1)
	const unstarted = walkSmall('start')
	unstarted.send({ type: 'step.run' }, { type: 'confirm.yes' })
	await unstarted.end({ ending: { kind: 'not-started', reason: 'No root.', durationMs: 0 } })
	expect(unstarted.context().changes).toEqual([])
})

test('running again replaces the facts of the first run, even when the second tells none', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 502 } })
	expect(walk.context().decision?.recommended).toBe(0)
	walk.send({ type: 'step.rerun' })
	await walk.tell({})
	expect(walk.context().facts.response).toBeUndefined()
	expect(walk.context().decision).toMatchObject({ recommended: null, because: 'asks' })
})

test('what a command read in an earlier run of the step is forgotten when it is left out now', async () => {
	const loop = flow(
		[
			step('look', {
				run: [
					probe('show', { parse: [parse('unit', 'unit')] }),
					probe('ls', { if: 'unit.active', parse: [parse('http', 'listing')] }),
				],
				branches: [when('listing.error == "gone"', 'cause:gone'), otherwise('step:look')],
			}),
		],
		[cause('gone', [])],
	)
	const walk = walking(loop, evaluatorOf(loop))
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: true } })
	await walk.tell({ listing: { error: 'gone' } })
	expect(walk.context().decision?.recommended).toBe(0)
	walk.send({ type: 'step.rerun' })
	await walk.tell({ unit: { active: false } })
	expect(walk.context().decision?.recommended).toBe(1)
})

test('facts of another step under the same name stay when a command is left out', async () => {
	const two = flow([
		step('first', { run: [probe('a', { parse: [parse('unit', 'unit')] })], branches: [otherwise('step:second')] }),
		step('second', {
			run: [probe('b', { if: 'unit.active', parse: [parse('unit', 'unit')] })],
			branches: [when('!unit.active', 'step:first')],
		}),
	])
	const walk = walking(two, evaluatorOf(two))
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: false } })
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'step.run' })
	expect(walk.context().decision?.recommended).toBe(0)
})

/** Two probes that read the same facts, and steps that go on from one to the other. */
const twoReaders = flow(
	[
		step('status', {
			run: [probe('systemctl status', { parse: [parse('unit', 'unit')] })],
			branches: [otherwise('step:log')],
		}),
		step('log', {
			run: [probe('journalctl', { parse: [parse('unit', 'unit')] })],
			branches: [when('unit.active', 'step:other'), otherwise('step:other')],
		}),
		step('other', {
			run: [probe('true'), probe('systemctl status', { parse: [parse('unit', 'unit')] })],
			branches: [otherwise('end:healthy')],
		}),
	],
	[],
	{ start: 'status' },
)

test.each<readonly [string, Parameters<ReturnType<typeof walkSmall>['end']>[0]]>([
	['a command that is not there', { ending: { ...EXITED, exitCode: 127 } }],
	['a command that was denied', { ending: { ...EXITED, exitCode: 1 } }],
	['a command that could not be started', { ending: { kind: 'not-started', reason: 'No root.', durationMs: 0 } }],
	['a cancelled command', { ending: { kind: 'cancelled', durationMs: 0 } }],
])('%s wipes nothing that another probe read under the same name', async (_, ending) => {
	const walk = walking(twoReaders, evaluatorOf(twoReaders))
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: true, socket: '/run/x' } })
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'step.run' })
	await walk.end({ named: [{ name: 'unit', parser: 'unit', facts: {}, evidence: {} }], ...ending })
	expect(walk.context().facts.unit).toMatchObject({ facts: { active: true, socket: '/run/x' }, read: 1 })
	// Nor does it when the step comes to it again, and its answer is known.
	walk.send({ type: 'step.goto', step: 'status' }, { type: 'step.run' })
	walk.send({ type: 'step.goto', step: 'log' }, { type: 'step.run' })
	expect(walk.context().facts.unit).toMatchObject({ facts: { active: true, socket: '/run/x' } })
})

test('an answer that is known takes the place of nothing that was read since', async () => {
	const walk = walking(twoReaders, evaluatorOf(twoReaders))
	walk.send({ type: 'step.run' })
	await walk.tell({ unit: { active: true } })
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'step.run' })
	await walk.tell({ unit: { active: false } })
	walk.send({ type: 'step.goto', step: 'other' }, { type: 'step.run' })
	await walk.tell()
	expect(walk.log).toContainEqual(expect.objectContaining({ type: 'command.known' }))
	expect(walk.context().facts.unit).toMatchObject({ facts: { active: false }, read: 2 })
})

test('an edited command is a change, needs a yes, and loses the undo that was not written for it', () => {
	const walk = walkSmall()
	walk.send({ type: 'command.edit', text: 'curl -v http://localhost/' }, { type: 'step.run' })
	expect(walk.snapshot().phase).toBe('confirming')
	expect(walk.context().plan).toMatchObject([
		{ edited: true, spec: { effect: 'change', text: 'curl -v http://localhost/' } },
	])
	walk.send({ type: 'step.goto', step: 'start' }, { type: 'command.edit', text: 'systemctl restart x' })
	expect(walk.context().plan[0]).not.toHaveProperty('undo')
})

test('an edited command survives new facts and a rerun; the same text is no edit', async () => {
	const walk = walkSmall('service')
	walk.send({ type: 'command.edit', text: 'systemctl show gunicorn' })
	expect(walk.context().plan).toMatchObject([{ edited: false, spec: { effect: 'read' } }, {}])
	walk.send({ type: 'command.edit', text: 'systemctl show other' }, { type: 'step.run' }, { type: 'confirm.yes' })
	expect(walk.order().spec.text).toBe('systemctl show other')
	await walk.tell({ unit: { active: false } })
	walk.send({ type: 'step.rerun' })
	expect(walk.snapshot().phase).toBe('confirming')
	expect(walk.context().plan[0]).toMatchObject({ edited: true, spec: { text: 'systemctl show other' } })
})

test('pasted output is ordered in place of running a probe, and never for a remedy', () => {
	const walk = walkSmall()
	walk.send({ type: 'output.paste', text: 'HTTP/1.1 502 Bad Gateway' })
	expect(walk.order()).toMatchObject({ run: 'confirm/0/1', pasted: 'HTTP/1.1 502 Bad Gateway' })
	const start = walkSmall('start')
	start.send({ type: 'output.paste', text: 'done' })
	expect(start.snapshot().phase).toBe('ready')
})

test('a step that only routes is judged on arrival; one with a guide waits', () => {
	const routing = flow([
		step('route', { guide: ' \n', branches: [otherwise('step:read')] }),
		step('read', { branches: [otherwise('step:on')] }),
		step('on'),
	])
	const walk = walking(routing, evaluatorOf(routing))
	expect(walk.snapshot().value).toEqual({ 'step:route': 'deciding' })
	walk.send({ type: 'branch.take', branch: 0 })
	expect(walk.snapshot().value).toEqual({ 'step:read': 'ready' })
	walk.send({ type: 'step.run' })
	expect(walk.context().decision).toMatchObject({ recommended: 0, because: 'judged' })
})

test('a remedy that is the second command asks when its turn comes', async () => {
	const mixed = flow([step('mixed', { run: [probe('look'), remedy('mend')] })])
	const walk = walking(mixed, evaluatorOf(mixed))
	walk.send({ type: 'step.run' })
	await walk.end({})
	expect(walk.snapshot().phase).toBe('confirming')
	expect(walk.context().cursor).toBe(1)
})

test('output of a probe that could not be started may be pasted instead', async () => {
	const walk = walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs })
	walk.send({ type: 'step.run' })
	const asked = walk.order()
	await walk.end({ ending: { kind: 'not-started', reason: 'Not reached.', durationMs: 0 } })
	expect(walk.snapshot().phase).toBe('deciding')
	walk.send({ type: 'output.paste', text: 'HTTP/1.1 200 OK' })
	expect(walk.order()).toMatchObject({ step: asked.step, index: asked.index, pasted: 'HTTP/1.1 200 OK' })
	expect(walk.order().run).not.toBe(asked.run)
	await walk.tell({})
	walk.send({ type: 'output.paste', text: 'again' })
	expect(walk.snapshot().phase).not.toBe('running')
})
