import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runAutopilot } from '../../src/app/autopilot.ts'
import { createEvaluator } from '../../src/flow/conditions.ts'
import type { Flow } from '../../src/flow/flow.ts'
import type { Target } from '../../src/target/target.ts'
import { brokenHost, hostFlow, journaled, localTarget, sessionOn } from '../support/session-kit.ts'
import { flow, otherwise, probe, remedy, step, when } from '../support/small-flow.ts'
import { smallParsers } from '../support/small-parsers.ts'

const drive = async (of: Flow, inputs: Record<string, string>, more: { target?: Target; timeoutMs?: number } = {}) => {
	const session = sessionOn(of, {
		inputs,
		mode: 'autopilot',
		...(more.target === undefined ? {} : { target: more.target }),
	})
	const evaluator = createEvaluator(of, smallParsers)
	const report = await runAutopilot(session, { evaluator, timeoutMs: more.timeoutMs ?? 20_000 })
	await session.close()
	return { report, entries: journaled(session.folder) }
}

describe('autopilot', () => {
	test('proves a cause, runs probes only, and says how every cause stands', async () => {
		const host = brokenHost()
		const { report, entries } = await drive(hostFlow, { host })
		expect(report).toMatchObject({
			outcome: 'cause',
			confidence: 'proven',
			cause: {
				id: 'stopped',
				say: 'The unit is failed.',
				remedies: [{ step: 'start', commands: [expect.stringMatching(/^cp .*fine/)] }],
			},
			evidence: [{ text: 'ActiveState=failed', line: 2 }],
			checklist: [
				{ text: 'The site answers', state: false },
				{ text: 'The unit is active', state: false },
			],
			path: [{ step: 'confirm' }, { step: 'unit' }],
		})
		expect(report.commands.map(({ step: of, exitCode }) => [of, exitCode])).toEqual([
			['confirm', 0],
			['unit', 0],
		])
		expect(report.differential).toMatchObject([{ cause: 'stopped', state: 'proven', missing: [] }])
		expect(readFileSync(join(host, 'answer'), 'utf8')).toContain('502')
		expect(entries.some((entry) => entry.type === 'confirmed')).toBe(false)
		expect(entries.every((entry) => entry.type !== 'command.started' || entry.effect === 'read')).toBe(true)
		expect(entries.at(-1)).toMatchObject({ type: 'session.ended', outcome: 'cause' })
	})

	test('a healthy host is healthy', async () => {
		const host = brokenHost()
		writeFileSync(join(host, 'answer'), 'HTTP/1.1 200 OK\n')
		expect((await drive(hostFlow, { host })).report).toMatchObject({ outcome: 'healthy', confidence: 'proven' })
	})

	test('what does not decide is inconclusive, and never a cause', async () => {
		const host = brokenHost()
		writeFileSync(join(host, 'answer'), 'nothing like it\n')
		const { report } = await drive(hostFlow, { host })
		expect(report).toMatchObject({ outcome: 'inconclusive', confidence: 'inconclusive' })
		expect(report.reason).toContain('What did it answer?')
		expect(report.cause).toBeUndefined()
	})

	test('stops before a remedy that the flow leads to', async () => {
		const of = flow(
			[
				step('one', { run: [probe('true')], branches: [otherwise('step:two')] }),
				step('two', {
					run: [remedy('touch {{inputs.file}}', { privilege: 'user' })],
					branches: [otherwise('end:healthy')],
				}),
			],
			[],
			{ inputs: { file: { title: 'File', format: 'path' } } },
		)
		const { report, entries } = await drive(of, { file: join(brokenHost(), 'x') })
		expect(report.outcome).toBe('stopped')
		expect(report.reason).toContain("a person's yes")
		expect(entries.filter((entry) => entry.type === 'command.started')).toHaveLength(1)
	})

	test('does not walk in circles for ever', async () => {
		const of = flow([step('one', { run: [probe('true')], branches: [otherwise('step:one')] })])
		const { report } = await drive(of, {})
		expect(report).toMatchObject({ outcome: 'inconclusive', reason: expect.stringContaining('No cause is proven') })
		expect(report.commands).toHaveLength(1)
	})

	test('ends what runs when its time is over', async () => {
		const of = flow([step('one', { run: [probe('sleep 60')], branches: [otherwise('end:healthy')] })])
		const { report, entries } = await drive(of, {}, { timeoutMs: 200 })
		expect(report.outcome).toBe('stopped')
		expect(entries).toContainEqual(
			expect.objectContaining({ type: 'command.ended', ending: expect.objectContaining({ kind: 'cancelled' }) }),
		)
	})

	test('a lost connection is unreachable, not healthy', async () => {
		const of = flow([
			step('one', {
				run: [probe('true')],
				branches: [when('result.exitCode == 1', 'end:inconclusive'), otherwise('end:healthy')],
			}),
		])
		const target: Target = {
			...localTarget(),
			run: async () => ({ kind: 'disconnected', reason: 'The connection to web1 was lost.', durationMs: 1 }),
		}
		expect((await drive(of, {}, { target })).report).toMatchObject({
			outcome: 'unreachable',
			reason: 'The connection to web1 was lost.',
		})
	})
})
