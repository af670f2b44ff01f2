import { expect, test } from 'vitest'
import type { Evaluator } from '../../src/flow/conditions.ts'
import {
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
import { walking } from '../support/walking.ts'
import { oracle } from '../support/walks.ts'

const walkSmall = (start?: string) =>
	walking(smallFlow, evaluatorOf(smallFlow), { inputs: smallInputs, ...(start === undefined ? {} : { start }) })

test('the first branch whose condition holds is recommended, with its evidence and what it means', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.tell(
		{ response: { status: 502, error: 'refused' } },
		{ response: { status: ['3 HTTP/1.1 502 Bad Gateway'] } },
	)
	expect(walk.context().decision).toMatchObject({
		recommended: 0,
		because: 'judged',
		evidence: [{ run: 'confirm/0/1', line: 3, text: '3 HTTP/1.1 502 Bad Gateway' }],
	})
	expect(walk.context().decision?.says[0]).toBe('nginx answers 502.')
	expect(walk.context().decision).not.toHaveProperty('question')
})

test('the verdicts of every condition are kept, also of those after the branch that was recommended', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 502, error: 'refused' } })
	expect(walk.context().decision?.verdicts).toMatchObject([
		{ branch: 0, value: true, reads: [{ path: 'response.status', value: 502 }] },
		{ branch: 1, value: true },
		{ branch: 2, value: false },
		{ branch: 3, value: false },
	])
})

test('unknown is not false: it leads on, and says what was not told', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { error: 'refused' } })
	expect(walk.context().decision).toMatchObject({
		recommended: 1,
		verdicts: [{ value: 'unknown', reason: 'response.status was not told' }, { value: true }, {}, {}],
	})
})

test('an asking branch recommends nothing and puts its question', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 200 } })
	expect(walk.context().decision).toMatchObject({
		recommended: null,
		because: 'asks',
		question: 'What did http://127.0.0.1/ answer?',
	})
})

test('without a branch that fits, the step asks too', async () => {
	const bare = flow([
		step('bare', {
			run: [probe('x', { parse: [parse('http', 'response')] })],
			branches: [when('response.status == 1', 'step:bare')],
		}),
	])
	const walk = walking(bare, evaluatorOf(bare))
	walk.send({ type: 'step.run' })
	await walk.tell({})
	expect(walk.context().decision).toMatchObject({
		recommended: null,
		because: 'asks',
		question: expect.stringMatching(/\.$/),
	})
})

test('after a timeout only a condition on the result may hold, even if facts of before would fit', async () => {
	const stale = flow([
		step('first', { run: [probe('x', { parse: [parse('http', 'response')] })], branches: [otherwise('step:slow')] }),
		step('slow', {
			run: [probe('y', { timeoutMs: 5000 })],
			branches: [when('response.status == 502', 'step:on'), when('result.timedOut', 'step:on'), otherwise('step:on')],
		}),
		step('slower', {
			run: [probe('z', { timeoutMs: 5000 })],
			branches: [when('response.status == 502', 'step:on'), otherwise('step:on')],
		}),
		step('on'),
	])
	const walk = walking(stale, evaluatorOf(stale))
	walk.send({ type: 'step.run' })
	await walk.tell({ response: { status: 502 } })
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'step.run' })
	await walk.end({ ending: { kind: 'timed-out', durationMs: 5000 } })
	expect(walk.context().decision).toMatchObject({
		recommended: 1,
		verdicts: [{ value: 'unknown', reason: 'the command timed out' }, { value: true }],
	})
	walk.send({ type: 'step.goto', step: 'slower' }, { type: 'step.run' })
	await walk.end({ ending: { kind: 'timed-out', durationMs: 5000 } })
	expect(walk.context().decision).toMatchObject({
		recommended: null,
		because: 'timed-out',
		question: expect.stringContaining('within 5 s'),
	})
})

test('a command that was not started leads on by a condition on the result only', async () => {
	const walk = walkSmall()
	walk.send({ type: 'step.run' })
	await walk.end({ ending: { kind: 'not-started', reason: 'There is no curl.', durationMs: 0 } })
	expect(walk.context().decision).toMatchObject({ recommended: 3, because: 'judged' })
})

test('a lost connection recommends nothing at all, and says so in its own words', async () => {
	const lost = flow([
		step('lost', { run: [probe('x')], branches: [when('result.ending == "disconnected"', 'step:lost')] }),
	])
	const walk = walking(lost, evaluatorOf(lost))
	walk.send({ type: 'step.run' })
	await walk.end({ ending: { kind: 'disconnected', reason: 'The host went away.', durationMs: 1 } })
	expect(walk.context().decision).toMatchObject({
		recommended: null,
		because: 'disconnected',
		question: 'The host went away.',
		verdicts: [{ value: 'unknown', reason: 'the connection was lost' }],
	})
})

test('the result of a step before is not the result of this one', async () => {
	const two = flow([
		step('first', { run: [probe('x')], branches: [otherwise('step:second')] }),
		step('second', { branches: [when('result.ending == "exited"', 'step:on'), otherwise('step:on')] }),
		step('on'),
	])
	const walk = walking(two, evaluatorOf(two))
	walk.send({ type: 'step.run' })
	await walk.tell({})
	walk.send({ type: 'branch.take', branch: 0 }, { type: 'step.run' })
	expect(walk.context().decision?.recommended).toBe(1)
})

test('a manual step recommends what fits once the operator has done it', () => {
	const walk = walkSmall('by-hand')
	expect(walk.snapshot().phase).toBe('ready')
	walk.send({ type: 'step.run' })
	expect(walk.context().decision).toMatchObject({ recommended: 0, because: 'manual' })
	walk.send({ type: 'step.goto', step: 'pick' }, { type: 'step.run' })
	expect(walk.context().decision).toMatchObject({ recommended: null, because: 'manual' })
})

test('a skipped step recommends nothing and judges nothing', () => {
	const walk = walkSmall()
	walk.send({ type: 'step.skip' })
	expect(walk.context().decision).toMatchObject({ recommended: null, because: 'skipped', verdicts: [] })
	expect(walk.log.map((happening) => happening.type)).toEqual(['step.entered', 'skipped', 'decision'])
})

test('evidence is of the fact and what is below it, of the branch too, each line once, at most twelve', async () => {
	const lines = (from: number, count: number) => Array.from({ length: count }, (_, at) => `${from + at} line`)
	const log = flow([
		step('log', {
			run: [probe('x', { parse: [parse('http', 'log')] })],
			branches: [
				when('log.status == 1', 'step:log', 'Seen.', { evidence: ['log.tls', 'log.tls.error', 'nothing.here'] }),
			],
		}),
	])
	const walk = walking(log, evaluatorOf(log))
	walk.send({ type: 'step.run' })
	await walk.tell(
		{ log: { status: 1 } },
		{
			log: {
				error: ['99 another'],
				'tls.error': lines(8, 20),
				'status.code': ['8 line', '7 line'],
				statusless: ['98 another'],
			},
		},
	)
	const numbers = walk.context().decision?.evidence.map((line) => line.line)
	expect(numbers).toEqual([8, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18])
})

test('evidence of a fact without lines of its own is that of the fact above it', async () => {
	const log = flow([
		step('log', {
			run: [probe('x', { parse: [parse('http', 'log')] })],
			branches: [when('log.tls.error == "x"', 'step:log')],
		}),
	])
	const walk = walking(log, evaluatorOf(log))
	walk.send({ type: 'step.run' })
	await walk.tell({ log: { tls: { error: 'x' } } }, { log: { tls: ['4 handshake'], error: ['9 other'] } })
	expect(walk.context().decision?.evidence.map((line) => line.line)).toEqual([4])
})

test('each condition is evaluated once for each judging', () => {
	const counts = new Map<string, number>()
	const counting: Evaluator = {
		...oracle(new Set(['b'])),
		condition: (cel, scope) => {
			counts.set(cel, (counts.get(cel) ?? 0) + 1)
			return oracle(new Set(['b'])).condition(cel, scope)
		},
	}
	const three = flow([
		step('three', { branches: [when('a', 'step:on'), when('b', 'step:on'), when('c', 'step:on')] }),
		step('on'),
	])
	const walk = walking(three, counting)
	walk.send({ type: 'step.run' })
	expect(walk.context().decision?.recommended).toBe(1)
	expect([...counts]).toEqual([
		['a', 1],
		['b', 1],
		['c', 1],
	])
})

test('an evaluator that throws makes conditions unknown and commands left out, and ends nothing', () => {
	const fails = (): never => {
		throw new Error('no more memory')
	}
	const broken: Evaluator = {
		condition: fails,
		value: fails,
		check: fails,
		paths: new Set(),
		factsRead: fails,
		evidencePaths: fails,
	}
	const throwing = flow(
		[
			step('throwing', {
				run: [probe('x {{inputs.url}}'), probe('y', { if: 'true' })],
				branches: [
					when('true', 'step:throwing', 'Say {{inputs.url}}'),
					choice('on', 'step:throwing', { set: { url: '"x"' } }),
					otherwise('ask:{{host}}?'),
				],
			}),
		],
		[],
		{ inputs: smallFlow.inputs },
	)
	const walk = walking(throwing, broken, { inputs: smallInputs })
	walk.send({ type: 'step.run' })
	expect(walk.context().decision).toMatchObject({
		because: 'asks',
		says: ['The throwing step', 'You say: on.', 'Nothing else fits.'],
		question: expect.stringMatching(/\.$/),
		verdicts: [{ value: 'unknown', reason: 'no more memory' }],
	})
	walk.send({ type: 'branch.take', branch: 1 })
	expect(walk.snapshot().value).toEqual({ 'step:throwing': 'ready' })
	expect(walk.context().inputs.url).toBe('http://127.0.0.1/')
})
