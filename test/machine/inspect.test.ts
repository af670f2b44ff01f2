import { expect, test } from 'vitest'
import { createInspector } from '../../src/machine/inspect.ts'
import { createWalk } from '../../src/machine/machine.ts'
import type { WalkEvent } from '../../src/machine/types.ts'
import { evaluatorOf, smallFlow, smallInputs } from '../support/small-flow.ts'
import { EXITED } from '../support/walking.ts'

const SECRET = 'zqhunter2secret'

interface Line {
	readonly type: string
	readonly sessionId: string
	readonly parentId?: string
	readonly rootId: string
	readonly name?: string
	readonly definition?: string
	readonly event?: { readonly type: string; readonly branch?: number }
	readonly snapshot?: { readonly status: string; readonly value?: unknown; readonly context?: object }
}

/** A walk in which a secret is everywhere where one can be. */
async function inspected(write: (line: string) => void) {
	const walk = createWalk(smallFlow, evaluatorOf(smallFlow), {
		input: { inputs: { ...smallInputs, url: `http://${SECRET}/` }, host: SECRET },
		runCommand: async ({ run }) => ({
			run,
			ending: EXITED,
			lines: 1,
			named: [
				{
					name: 'response',
					parser: 'http',
					facts: { status: 502, error: SECRET },
					evidence: { status: [{ run, stream: 'stdout', line: 1, text: SECRET }] },
				},
			],
		}),
		inspect: createInspector(write, () => 1_700_000_000_000),
	})
	walk.start()
	const ended = new Promise<void>((resolve) => {
		walk.subscribe(() => {
			if (walk.snapshot().phase === 'deciding') resolve()
		})
	})
	const send = (...events: readonly WalkEvent[]): void => {
		for (const event of events) walk.send(event)
	}
	send({ type: 'step.run' })
	await ended
	send(
		{ type: 'note.add', text: SECRET },
		{ type: 'input.set', name: 'unit', value: SECRET },
		{ type: 'branch.take', branch: 0 },
		{ type: 'step.goto', step: 'service' },
		{ type: 'command.edit', text: SECRET },
		{ type: 'step.goto', step: 'confirm' },
		{ type: 'output.paste', text: SECRET },
		{ type: 'session.leave' },
	)
	return walk
}

test('actors, events and snapshots are written as @statelyai/inspect sends them, and nothing that was read or typed', async () => {
	const written: string[] = []
	await inspected((line) => written.push(line))
	expect(written.join('\n')).not.toContain(SECRET)
	const lines = written.map((line): Line => JSON.parse(line))
	for (const line of lines) {
		expect(line).toMatchObject({ rootId: expect.any(String), createdAt: '1700000000000', _version: expect.any(String) })
	}
	const actors = lines.filter(({ type }) => type === '@xstate.actor')
	expect(actors.slice(0, 3).map(({ name }) => name)).toEqual(['small', 'visit', 'command'])
	expect(JSON.parse(actors[0]?.definition ?? '')).toMatchObject({ id: 'small', initial: 'boot' })
	expect(JSON.parse(actors[1]?.definition ?? '')).toMatchObject({ id: 'visit', initial: 'arriving' })
	expect(actors[1]?.parentId).toBe(actors[0]?.sessionId)
	const root = actors[0]?.sessionId
	const taken = lines.filter(({ type, event }) => type === '@xstate.event' && event?.type === 'branch.take')
	expect(taken.map(({ sessionId, event }) => [sessionId === root, event?.branch])).toEqual([
		[true, 0],
		[false, 0],
	])
	const places = lines.flatMap(({ type, sessionId, snapshot }) =>
		type === '@xstate.snapshot' && sessionId === root ? [JSON.stringify(snapshot?.value)] : [],
	)
	expect([...new Set(places)]).toEqual([
		'"boot"',
		'{"steps":"step:confirm"}',
		'{"steps":"step:route"}',
		'{"steps":"step:service"}',
		'"ended"',
	])
	expect(lines.at(-1)?.snapshot).toMatchObject({ status: 'done', context: { outcome: 'stopped' } })
})

test('an inspection that fails does not end the walk', async () => {
	const walk = await inspected(() => {
		throw new Error('disk full')
	})
	expect(walk.snapshot()).toMatchObject({ status: 'done', output: 'stopped' })
})
