import { describe, expect, test } from 'vitest'
import type { WalkEvent } from '../../src/machine/types.ts'
import type { ScreenModel } from '../../src/screen/model.ts'
import { toScreen } from '../../src/screen/to-screen.ts'
import { viewOf } from '../../src/screen/walk-view.ts'
import { type Answer, badGateway, type FakeSession, fakeSession, unitFailed, works } from '../support/fake-session.ts'

async function at(events: readonly WalkEvent[], fake: FakeSession = fakeSession()): Promise<ScreenModel> {
	for (const event of events) {
		fake.session.send(event)
		await fake.session.whenIdle()
	}
	return toScreen(viewOf(fake.session, fake.evaluator))
}

const run = { type: 'step.run' } as const
const take = (branch: number) => ({ type: 'branch.take', branch }) as const
const toCause = [run, take(0), run, take(0)] as const
const enabled = (model: ScreenModel): readonly string[] =>
	model.actions.filter((action) => action.enabled).map((action) => action.intent)

describe('a step that is ready', () => {
	test('shows what will run, and what is left out and why', async () => {
		const model = await at([])
		expect(model).toMatchObject({
			phase: 'ready',
			context: 'ready',
			verdict: null,
			outputs: [],
			header: { title: 'Flask 502 Bad Gateway', host: 'web-1', step: 1 },
		})
		expect(model.step.commands).toMatchObject([
			{ badge: 'read', root: false, state: 'next', words: '' },
			{ text: 'ss -ltnp', state: 'left-out', words: expect.stringContaining('left out: only if') },
		])
		expect(model.trail).toEqual([{ label: 'Confirm', state: 'current' }])
		expect(model.ahead).toEqual([
			'Service state',
			'end: healthy',
			"cause: Gunicorn's service is stopped",
			'end: inconclusive',
		])
	})

	test('offers what the machine offers, and says why not where it does not', async () => {
		const model = await at([])
		expect(enabled(model)).toEqual(
			expect.arrayContaining(['run', 'skip', 'edit', 'paste', 'autorun', 'note', 'inputs', 'leave']),
		)
		expect(model.actions.find((action) => action.intent === 'back')).toMatchObject({
			enabled: false,
			disabledReason: 'This is the first step.',
		})
	})

	test('says why the operator is there', async () => {
		expect((await at([run, take(0)])).step.because).toBe(
			'nginx itself answers 502, so the fault is between nginx and Gunicorn.',
		)
	})

	test('has no output to paste for a remedy, and does not run on', async () => {
		const model = await at([...toCause, { type: 'remedy.start', step: 'start' }])
		expect(model.step.commands).toMatchObject([{ badge: 'changes', root: true, state: 'next' }])
		expect(enabled(model)).not.toContain('paste')
		expect(enabled(model)).not.toContain('autorun')
	})
})

describe('a step that is judged', () => {
	test('recommends what holds, puts it first, and offers nothing that the evidence speaks against', async () => {
		const model = await at([run])
		expect(model).toMatchObject({ phase: 'deciding', recommended: 0, enter: 'choice', verdict: { kind: 'finding' } })
		expect(model.choices.map(({ mark, recommended, leads, event }) => ({ mark, recommended, leads, event }))).toEqual([
			{ mark: 'holds', recommended: true, leads: 'Service state', event: take(0) },
			{ mark: 'open', recommended: false, leads: 'end: inconclusive', event: take(3) },
		])
		expect(model.outputs).toMatchObject([{ evidence: [1], running: false }])
		expect(model.step.commands[0]).toMatchObject({ state: 'ok', words: 'exit 0, 84 ms' })
	})

	test('explains every condition, in the order of judging', async () => {
		const { why } = await at([run])
		expect(why.map(({ condition, mark, taken }) => [condition, mark, taken])).toEqual([
			['response.status == 502', 'holds', true],
			['response.status == 200', 'fails', false],
			['response.status == 504', 'fails', false],
			['only by your choice', 'open', false],
			['otherwise: when none of the others holds', 'open', false],
		])
		expect(why[0]?.reads).toEqual(['response.status = 502'])
	})

	const ends: readonly (readonly [string, Answer, Partial<ScreenModel>, string])[] = [
		[
			'asks where nothing is known',
			{ lines: ['?'] },
			{ enter: 'choose', recommended: null },
			'What did http://127.0.0.1/ answer?',
		],
		[
			'a command that is not there',
			{ ending: { kind: 'not-started', reason: 'curl: not found.', durationMs: 1 } },
			{ enter: 'rerun', recommended: null },
			'curl: not found.',
		],
		[
			'a lost connection',
			{ ending: { kind: 'disconnected', reason: 'The connection to web-1 is lost.', durationMs: 1 } },
			{ enter: 'rerun' },
			'web-1',
		],
		['a time-out', { ending: { kind: 'timed-out', durationMs: 30_000 } }, { enter: 'choose', recommended: null }, ''],
	]
	test.each(ends)('%s', async (_, answer, wanted, question) => {
		const model = await at([run], fakeSession({ answers: { curl: [answer] } }))
		expect(model).toMatchObject({ phase: 'deciding', verdict: { kind: 'question' }, ...wanted })
		expect(model.verdict?.text).toContain(question)
		expect(model.verdict?.text).not.toBe('')
	})

	test.each([
		[{ kind: 'exited', exitCode: 3, signal: null, durationMs: 80, heldOpen: false }, 'failed', 'exit 3, 80 ms'],
		[
			{ kind: 'exited', exitCode: null, signal: 'SIGKILL', durationMs: 2300, heldOpen: false },
			'failed',
			'ended by SIGKILL, 2.3 s',
		],
		[{ kind: 'timed-out', durationMs: 65_000 }, 'stopped', 'timed out after 1 min 5 s'],
		[{ kind: 'cancelled', durationMs: 5 }, 'stopped', 'cancelled'],
		[{ kind: 'not-started', reason: 'x', durationMs: 5 }, 'stopped', 'not started'],
		[{ kind: 'disconnected', reason: 'x', durationMs: 5 }, 'stopped', 'connection lost'],
	] as const)('says how a command ended: %j', async (ending, state, words) => {
		const model = await at([run], fakeSession({ answers: { curl: [{ ending }] } }))
		expect(model.step.commands[0]).toMatchObject({ state, words })
	})
})

test('a command that runs can be cancelled, and its output is shown', async () => {
	const fake = fakeSession({ answers: { curl: [{ ...badGateway, holds: true }] } })
	fake.session.send(run)
	const model = toScreen(viewOf(fake.session, fake.evaluator))
	expect(model).toMatchObject({ phase: 'running', outputs: [{ running: true }], shownOutput: 0 })
	expect(fake.session.output.view(model.outputs[0]?.run ?? '').total).toBe(6)
	expect(enabled(model)).toContain('cancel')
	expect(enabled(model)).not.toContain('run')
	fake.session.send({ type: 'command.cancel' })
	await fake.session.whenIdle()
})

test('a cause shows its evidence, where it was read, and what to do', async () => {
	const model = await at(toCause)
	expect(model.cause).toMatchObject({
		title: "Gunicorn's service is stopped",
		say: 'Gunicorn has failed.',
		supported: true,
		evidence: [
			{ line: 3, command: 'systemctl status gunicorn --no-pager', text: expect.stringContaining('Active: failed') },
		],
	})
	expect(model.cause?.prevent).toContain('systemctl enable gunicorn')
	expect(model.choices.map(({ text, leads, event }) => [text, leads, event.type])).toEqual([
		['Start Gunicorn', 'changes web-1', 'remedy.start'],
		['Remove a stale socket file', 'changes web-1', 'remedy.start'],
		['Ask for the page again', 'only reads', 'step.goto'],
	])
	expect(model.trail.at(-1)).toEqual({ label: "Cause: Gunicorn's service is stopped", state: 'current' })
	expect(model.trail.at(-2)).toEqual({ label: 'Service state', state: 'cause' })
})

test('a cause that the operator names without evidence is marked so', async () => {
	const model = await at([run, take(2)])
	expect(model.cause).toMatchObject({ supported: false })
})

test.each([
	[
		'start',
		{
			badge: 'changes',
			typed: false,
			undo: 'systemctl stop gunicorn',
			root: true,
			effect: 'It changes web-1, as root.',
		},
		'confirming',
	],
	['wipe', { badge: 'destructive', typed: true, command: 'rm -f /run/gunicorn.sock' }, 'typing-host'],
] as const)('the question before %s', async (step, confirm, context) => {
	const model = await at([...toCause, { type: 'remedy.start', step }, run])
	expect(model).toMatchObject({ phase: 'confirming', context, confirm: { host: 'web-1', ...confirm } })
})

test('the end says what was found, changed and checked, and where it is kept', async () => {
	const answers = {
		'curl -sS -o /dev/null -D - --max': [badGateway],
		'systemctl status': [unitFailed],
		'systemctl start': [{}],
		curl: [works],
	}
	const model = await at(
		[...toCause, { type: 'remedy.start', step: 'start' }, run, { type: 'confirm.yes' }, take(0), run, take(0)],
		fakeSession({ answers }),
	)
	expect(model.phase).toBe('ended')
	expect(model.summary).toMatchObject({
		outcome: 'good',
		verdict: 'Resolved: the retest no longer shows the fault.',
		causes: [{ title: "Gunicorn's service is stopped", mended: true }],
		changes: [{ command: 'systemctl start gunicorn', words: 'exit 0', undo: 'systemctl stop gunicorn' }],
		checklist: [{ state: 'passes' }, { text: "Gunicorn's service is active" }],
		exportWith: 'runtree export 2026-11-21-0312-flask-502-k3f9 --format md',
	})
})

test('the moment changes with every new thing that the operator faces, and with nothing else', async () => {
	const fake = fakeSession()
	const moments = [(await at([], fake)).moment]
	expect((await at([{ type: 'note.add', text: 'x' }], fake)).moment).toBe(moments[0])
	for (const event of [run, take(0), run, take(0)]) moments.push((await at([event], fake)).moment)
	expect(new Set(moments).size).toBe(moments.length)
})
