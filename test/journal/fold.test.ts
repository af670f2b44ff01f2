import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CommandEnding } from '../../src/flow/command.ts'
import { createEvaluator } from '../../src/flow/conditions.ts'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { resumePoint } from '../../src/journal/fold.ts'
import { parseEntry, readJournal } from '../../src/journal/read.ts'
import type { WalkSnapshot } from '../../src/machine/machine.ts'
import type { WalkContext, WalkEvent } from '../../src/machine/types.ts'
import type { Session } from '../../src/session/types.ts'
import type { Target } from '../../src/target/target.ts'
import type { Facts, Parser } from '../../src/text/parser.ts'
import { runs } from '../support/property.ts'
import { journaled, sessionOn, tmpFolder } from '../support/session-kit.ts'
import { smallParsers as silent, smallFlow, smallInputs } from '../support/small-flow.ts'

/** The small flow's parsers, reading their facts as JSON from the first line. */
const parsers: ReadonlyMap<string, Parser> = new Map(
	[...silent.values()].map((parser) => [
		parser.name,
		{
			...parser,
			parse: ({ lines }) => {
				const facts = JSON.parse(lines[0]?.text ?? '{}') as Facts
				const evidence = Object.fromEntries(Object.keys(facts).map((name) => [name, [{ line: 1 }]]))
				return { facts, evidence }
			},
		} satisfies Parser,
	]),
)

const answers = [
	{ status: 502 },
	{ status: 502, error: 'x' },
	{ status: 200 },
	{ error: 'refused' },
	{ active: false },
	{ active: true, socket: '/run/x' },
	{},
]
const done = (exitCode: number): CommandEnding => ({
	kind: 'exited',
	exitCode,
	signal: null,
	durationMs: 3,
	heldOpen: false,
})
const endings: readonly CommandEnding[] = [
	done(0),
	done(0),
	done(0),
	done(1),
	{ kind: 'timed-out', durationMs: 9 },
	{ kind: 'not-started', reason: 'No such program.', durationMs: 0 },
	{ kind: 'disconnected', reason: 'The connection was lost.', durationMs: 1 },
]

function answeringTarget(next: () => number): Target {
	return {
		name: 'fake',
		host: 'web1',
		recorded: true,
		run: async (_command, { onOutput, signal }) => {
			await new Promise(setImmediate)
			if (signal.aborted) return { kind: 'cancelled', durationMs: 0 }
			onOutput({ stream: 'stdout', text: `${JSON.stringify(answers[next() % answers.length])}\n`, offsetMs: 1 })
			return endings[next() % endings.length] ?? done(0)
		},
		close: async () => {},
	}
}

function randomEvent(snapshot: WalkSnapshot, next: () => number): WalkEvent | undefined {
	const events = snapshot.available.filter((event) => event.type !== 'session.leave' || next() % 8 === 0)
	// Both the way on and the ways aside are to be taken often.
	const forward = events.filter(({ type }) => /^(?:step\.run|branch\.take|remedy\.start|confirm\.)/.test(type))
	const event = next() % 3 > 0 && forward.length > 0 ? forward[next() % forward.length] : events[next() % events.length]
	if (event === undefined) return undefined
	const steps = Object.keys(smallFlow.steps)
	switch (event.type) {
		case 'branch.take':
			return { type: 'branch.take', branch: event.branch ?? 0 }
		case 'remedy.start':
			return { type: 'remedy.start', step: event.step ?? '' }
		case 'step.goto':
			return { type: 'step.goto', step: event.step ?? steps[next() % steps.length] ?? '' }
		case 'command.edit':
			return { type: 'command.edit', text: `echo edited ${next() % 3}` }
		case 'output.paste':
			return { type: 'output.paste', text: JSON.stringify(answers[next() % answers.length]) }
		case 'confirm.typed':
			return { type: 'confirm.typed', text: snapshot.context.host }
		case 'note.add':
			return { type: 'note.add', text: 'a note' }
		case 'input.set':
			return { type: 'input.set', name: 'unit', value: next() % 2 === 0 ? 'gunicorn' : 'myapp' }
		default:
			return { type: event.type } as WalkEvent
	}
}

/** What a resume takes from a context: the rest is planned anew. `result` belongs to the step's last command. */
function resumable({ inputs, step, path, findings, causes, changes, runs, facts, visited }: WalkContext) {
	const { result: _, ...kept } = facts
	return {
		inputs,
		step,
		path,
		findings,
		causes: causes.map((cause) => ({ ...cause, mended: false })),
		changes,
		runs,
		facts: kept,
		decisions: decisionsOf(visited),
	}
}

function decisionsOf(visited: WalkContext['visited']) {
	return Object.fromEntries(
		Object.entries(visited).map(([step, { plan, decision }]) => [
			step,
			{
				decision,
				ran: plan.flatMap((planned) =>
					planned.kind === 'run' && planned.result !== undefined
						? [
								{
									index: planned.index,
									text: planned.spec.text,
									edited: planned.edited,
									undo: planned.undo,
									kind: planned.result.ending.kind,
								},
							]
						: [],
				),
			},
		]),
	)
}

async function randomWalk(choices: readonly number[], atRest: (session: Session) => void): Promise<Session> {
	let at = 0
	const next = (): number => choices[at++ % choices.length] ?? 0
	const session = sessionOn(smallFlow, {
		evaluator: createEvaluator(smallFlow, parsers),
		parsers,
		target: answeringTarget(next),
		inputs: smallInputs,
	})
	for (let turn = 0; turn < 40; turn++) {
		await session.whenIdle()
		atRest(session)
		if (session.snapshot().phase === 'ended') break
		const event = randomEvent(session.snapshot(), next)
		if (event !== undefined) session.send(event)
		// Pasted output is all there at once: in the journal that command has ended before it could be cancelled.
		const cancellable = session.snapshot().phase === 'running' && event?.type !== 'output.paste'
		if (cancellable && next() % 6 === 0) session.send({ type: 'command.cancel' })
	}
	await session.whenIdle()
	return session
}

/** The journal of the first of these walks that went far. */
async function longJournal(): Promise<Buffer> {
	for (const numbers of fc.sample(choices, { seed: 7, numRuns: runs(50) })) {
		const session = await randomWalk(numbers, () => {})
		const bytes = readFileSync(join(session.folder, 'journal.jsonl'))
		if (journaled(session.folder).filter((entry) => entry.type === 'command.started').length >= 5) return bytes
	}
	throw new Error('no walk went far')
}

const choices = fc.array(fc.nat({ max: 1000 }), { minLength: 60, maxLength: 200 })

describe('the fold of a journal is the state of the walk', () => {
	// With a seed, since not every run of so few walks comes to every phase; and drawn anew each time.
	test.each<{ seed?: number }>([{ seed: 7 }, {}])('at every point of rest %j', async (sample) => {
		const phases = new Set<string>()
		await fc.assert(
			fc.asyncProperty(choices, async (numbers) => {
				await randomWalk(numbers, (session) => {
					const { context } = session.snapshot()
					phases.add(session.snapshot().phase)
					if (context.path.length % 5 > 0 && session.snapshot().phase !== 'ended') return
					const entries = journaled(session.folder)
					const point = resumePoint(entries, smallFlow)
					expect(point.ok || session.snapshot().phase === 'ended').toBe(true)
					if (point.ok) expect(resumable({ ...context, ...point.resume })).toEqual(resumable(context))
				})
			}),
			{ numRuns: runs(60), ...sample },
		)
		if (sample.seed !== undefined)
			expect([...phases].sort()).toEqual(['cause', 'confirming', 'deciding', 'ended', 'ready'])
	})

	test('and every entry is one that the reader knows', async () => {
		await fc.assert(
			fc.asyncProperty(choices, async (numbers) => {
				const session = await randomWalk(numbers, () => {})
				const read = await readJournal(join(session.folder, 'journal.jsonl'))
				expect(read).toMatchObject({ ok: true, skipped: 0, torn: false })
				expect(read.ok && read.entries).toEqual(journaled(session.folder))
			}),
			{ numRuns: runs(20) },
		)
	})
})

describe('killed', () => {
	test('at any byte, the journal opens, folds, and the machine goes on from there without running anything', async () => {
		const bytes = await longJournal()
		const file = join(tmpFolder(), 'journal.jsonl')
		const first = bytes.indexOf(10)
		const lines = bytes.toString('utf8').split('\n').length
		expect(lines).toBeGreaterThan(30)
		let opened = 0
		for (let cut = 0; cut <= bytes.length; cut++) {
			// Within a line every cut is like every other but for its ends; still, each byte of the first lines is tried.
			const nearEnd = bytes[cut - 1] === 10 || bytes[cut] === 10 || bytes[cut + 1] === 10
			if (cut > 1000 && !nearEnd && cut % 197 !== 0) continue
			writeFileSync(file, bytes.subarray(0, cut))
			const read = await readJournal(file)
			expect(read.ok).toBe(cut >= first)
			if (!read.ok) continue
			opened++
			// A line that lacks only its newline is whole.
			expect(read.torn).toBe(bytes[cut - 1] !== 10 && bytes[cut] !== 10)
			const point = resumePoint(read.entries, smallFlow)
			if (!point.ok) {
				expect(point.reason).toContain('ended')
				continue
			}
			const last = read.entries.findLast((entry) => entry.type === 'command.started' || entry.type === 'command.ended')
			expect(point.interrupted !== undefined).toBe(last?.type === 'command.started')
		}
		expect(opened).toBeGreaterThan(500)
	})

	test('after any entry, a session can be started from what was folded, and it is at rest', async () => {
		await fc.assert(
			fc.asyncProperty(choices, fc.nat(), async (numbers, where) => {
				const session = await randomWalk(numbers, () => {})
				const entries = journaled(session.folder)
				const cut = entries.slice(0, 1 + (where % entries.length))
				const point = resumePoint(cut, smallFlow)
				if (!point.ok) return
				const target: Target = { ...answeringTarget(() => 0), run: () => Promise.reject(new Error('ran by itself')) }
				const again = sessionOn(smallFlow, { parsers, target, resume: point })
				await again.whenIdle()
				expect(['ready', 'cause', 'deciding']).toContain(again.snapshot().phase)
				expect(again.snapshot().context.step).toBe(point.resume.step)
				expect(again.snapshot().context.runs).toBe(point.resume.runs)
				expect(journaled(again.folder).some((entry) => entry.type === 'command.started')).toBe(false)
			}),
			{ numRuns: runs(60) },
		)
	})
})

describe('what cannot be resumed', () => {
	const at = '2026-11-21T03:12:05.000Z'
	const started = (flow: string, hash = smallFlow.hash): JournalEntry => ({
		seq: 1,
		at,
		type: 'session.started',
		format: 1,
		session: 's',
		flow: { id: flow, title: 't', hash },
		runtree: '0.0.0',
		target: 'local',
		host: 'h',
		recorded: false,
		inputs: { url: 'http://u:[redacted]@h/', unit: 'gunicorn' },
		mode: 'guided',
	})
	const ended = (outcome: 'resolved' | 'stopped'): JournalEntry => ({
		seq: 2,
		at,
		type: 'session.ended',
		outcome,
		causes: [],
		changes: [],
		checklist: [],
	})

	test('is said in one sentence', () => {
		expect(resumePoint([], smallFlow)).toMatchObject({ ok: false })
		expect(resumePoint([started('other')], smallFlow)).toMatchObject({
			ok: false,
			reason: expect.stringContaining('other'),
		})
		expect(resumePoint([started('small'), ended('resolved')], smallFlow)).toMatchObject({ ok: false })
		const gone: JournalEntry = { seq: 2, at, type: 'step.entered', step: 'gone', title: 'Gone' }
		expect(resumePoint([started('small'), gone], smallFlow)).toMatchObject({
			ok: false,
			reason: expect.stringContaining('gone'),
		})
	})

	test('a session that was left can be, a changed flow and lost inputs are told', () => {
		expect(resumePoint([started('small', 'other'), ended('stopped')], smallFlow)).toMatchObject({
			ok: true,
			flowChanged: true,
			lostInputs: ['url'],
		})
	})
})

test('facts that were masked are not known after a resume, so that they are asked again', () => {
	const started = (name: string, value: string): JournalEntry[] => {
		const run = `confirm/0/${name}`
		const at = '2026-11-21T03:12:05.000Z'
		const parse = [{ parser: 'unit', as: name, args: {} }]
		const facts = { name, parser: 'unit', facts: { target: value }, evidence: {} }
		return [
			{
				seq: 2,
				at,
				type: 'command.started',
				run,
				step: 'confirm',
				index: 0,
				command: name,
				effect: 'read',
				privilege: 'user',
				timeoutMs: 1,
				pasted: false,
				key: name,
				probe: name,
				parse,
			},
			{ seq: 3, at, type: 'facts', run, named: facts },
			{
				seq: 4,
				at,
				type: 'command.ended',
				run,
				lines: 1,
				ending: { kind: 'exited', exitCode: 0, signal: null, durationMs: 1, heldOpen: false },
			},
		]
	}
	const begun: JournalEntry = {
		...{ seq: 1, at: '2026-11-21T03:12:05.000Z', type: 'session.started', format: 1, session: 's', runtree: '0.0.0' },
		...{ flow: { id: 'small', title: 't', hash: smallFlow.hash }, target: 'local', host: 'h', recorded: false },
		...{ inputs: {}, mode: 'guided' },
	}
	const point = resumePoint(
		[begun, ...started('open', 'http://h'), ...started('masked', 'http://u:[redacted]@h')],
		smallFlow,
	)
	if (!point.ok) throw new Error(point.reason)
	expect(Object.keys(point.resume.facts)).toContain('open')
	expect(Object.keys(point.resume.facts)).not.toContain('masked')
	expect(Object.keys(point.resume.answers)).toEqual(['open'])
})

test('an entry that only looks like one is none', () => {
	expect(parseEntry('{"seq":1,"at":"2026-11-21T03:12:05.000Z","type":"finding"}')).toBeUndefined()
	expect(parseEntry('{"seq":1,"at":"yesterday","type":"skipped","step":"a"}')).toBeUndefined()
})
