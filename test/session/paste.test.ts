import { describe, expect, test } from 'vitest'
import { createEvaluator } from '../../src/flow/conditions.ts'
import type { Session } from '../../src/session/types.ts'
import { parsers } from '../../src/subjects/catalogue.ts'
import type { Target } from '../../src/target/target.ts'
import { outputOf, recordedHosts, transcriptOf } from '../support/recorded-hosts.ts'
import { journaled, localTarget, sessionOn } from '../support/session-kit.ts'
import { cause, flow, otherwise, parse, probe, step, when } from '../support/small-flow.ts'

const host = recordedHosts().find(({ name }) => name === 'environment-missing.unix')
if (host === undefined) throw new Error('no recorded host')

const reads = flow(
	[
		step('logs', {
			run: [probe('journalctl -u gunicorn', { parse: [parse('gunicorn-log', 'log')] })],
			branches: [when('log.exceptionKind == "environment"', 'cause:variable'), otherwise('ask:What now?')],
		}),
	],
	[cause('variable', [], { manual: 'Set it.' })],
)
const target: Target = { ...localTarget(), run: () => Promise.reject(new Error('must not run')) }
const options = { parsers, target, evaluator: createEvaluator(reads, parsers) }

async function pasted(session: Session, text: string): Promise<Session> {
	session.send({ type: 'output.paste', text })
	await session.whenIdle()
	return session
}

describe('what is pasted at a step', () => {
	test('is read as `runtree explain` reads it: quoted, below its prompt, between other outputs', async () => {
		const text = transcriptOf(host, ['systemctl-cat', 'journalctl', 'nginx-error-log']).replace(/^/gm, '> ')
		const session = await pasted(sessionOn(reads, options), text)
		const { decision } = session.snapshot().context
		expect(decision?.recommended).toBe(0)
		const lines = text.split('\n')
		expect(decision?.evidence.length).toBeGreaterThan(0)
		// Evidence is of the lines as they were pasted.
		for (const { line, text: quoted } of decision?.evidence ?? []) expect(quoted).toBe(lines[line - 1])
		await session.close()
	})

	test('is refused where it is the output of another command, and can be pasted anew', async () => {
		const session = await pasted(sessionOn(reads, options), outputOf(host, 'nginx-error-log'))
		const { decision, facts } = session.snapshot().context
		expect(decision).toMatchObject({ recommended: null, because: 'not-started' })
		expect(decision?.question).toMatch(
			/^What was pasted looks like nginx's error log, not like the output of this command/,
		)
		expect(facts.log).toBeUndefined()
		await pasted(session, outputOf(host, 'journalctl'))
		expect(session.snapshot().context.decision?.recommended).toBe(0)
		await session.close()
		const endings = journaled(session.folder).flatMap((entry) =>
			entry.type === 'command.ended' ? [entry.ending.kind] : [],
		)
		expect(endings).toEqual(['not-started', 'exited'])
	})

	test('is read as it stands where it is not recognised', async () => {
		const session = await pasted(sessionOn(reads, options), 'hello\nworld')
		expect(session.snapshot().context.decision).toMatchObject({ recommended: null, because: 'asks' })
		await session.close()
	})
})
