import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Flow } from '../../src/flow/flow.ts'
import type { WalkEvent } from '../../src/machine/types.ts'
import type { ScreenModel } from '../../src/screen/model.ts'
import {
	beginQuiz,
	createQuiz,
	moved,
	type Question,
	type Quiz,
	type QuizMove,
	type QuizState,
	questionOf,
} from '../../src/screen/quiz.ts'
import { scoreOf } from '../../src/screen/score.ts'
import { toScreen } from '../../src/screen/to-screen.ts'
import { viewOf, type WalkView } from '../../src/screen/walk-view.ts'
import { demoFlow } from '../support/demo-flow.ts'
import { type FakeSession, fakeSession } from '../support/fake-session.ts'
import { step, when } from '../support/small-flow.ts'

const run = { type: 'step.run' } as const
const take = (branch: number) => ({ type: 'branch.take', branch }) as const
const toCause = [run, take(0), run, take(0)] as const
const AT = 1_000_000

interface Sitting {
	readonly fake: FakeSession
	readonly quiz: Quiz
	send(...events: readonly WalkEvent[]): Promise<void>
	move(move: QuizMove): void
	question(): Question
	view(): WalkView
	screen(): ScreenModel
}

/** A quiz on the demo host: it answers 502, its service has failed. */
function sit(
	{ expected = ['stopped'], shortest = ['confirm', 'service'], seed = 'seed' } = {},
	flow: Flow = demoFlow,
): Sitting {
	const fake = fakeSession({ flow })
	let now = AT
	const quiz = createQuiz(beginQuiz(seed, now, { expected, shortest }), () => now)
	const view = (): WalkView => {
		const seen = viewOf(fake.session, fake.evaluator)
		quiz.observe(seen)
		return { ...seen, quiz: quiz.state() }
	}
	view()
	return {
		fake,
		quiz,
		view,
		screen: () => toScreen(view()),
		send: async (...events) => {
			for (const event of events) {
				now += 1000
				fake.session.send(event)
				await fake.session.whenIdle()
				view()
			}
		},
		move: (move) => {
			for (const event of quiz.move(move, view())) fake.session.send(event)
		},
		question: () => {
			const question = questionOf(view(), quiz.state())
			if (!question) throw new Error('Nothing is asked here.')
			return question
		},
	}
}

const wrongOf = ({ options, right }: Question): number => options.findIndex((_, index) => index !== right)
const enabled = (model: ScreenModel): readonly string[] =>
	model.actions.filter((action) => action.enabled).map((action) => action.intent)

describe('while it asks', () => {
	test('nothing on the screen tells the answer', async () => {
		const sitting = sit()
		await sitting.send(run)
		const model = sitting.screen()
		expect(model.quiz).toMatchObject({ stage: 'asked', hints: [], told: null, card: null })
		expect(model.recommended).toBeNull()
		expect(model.enter).toBe('choose')
		expect(model.verdict).toEqual({ kind: 'question', text: 'What does the output show?' })
		expect(model.why).toEqual([])
		expect(model.choices.map(({ mark, recommended }) => ({ mark, recommended }))).toEqual(
			Array(model.choices.length).fill({ mark: 'open', recommended: false }),
		)
		expect(model.outputs.map(({ evidence }) => evidence)).toEqual([[]])
		expect(enabled(model)).toEqual(expect.arrayContaining(['accept', 'hint', 'digit', 'leave']))
		expect(enabled(model)).not.toEqual(expect.arrayContaining(['why']))
		expect(model.actions.find(({ intent }) => intent === 'autorun')).toMatchObject({
			disabledReason: 'In a quiz you walk yourself.',
		})
	})

	test('a step cannot be passed over unread', () => {
		expect(
			sit()
				.screen()
				.actions.find(({ intent }) => intent === 'skip'),
		).toMatchObject({ enabled: false })
	})

	test('what only the operator can know is not among the alternatives', async () => {
		const sitting = sit()
		await sitting.send(run)
		expect(sitting.question().options.map(({ text }) => text)).not.toContain('A proxy in front of nginx answers')
		expect(sitting.question().options).toHaveLength(3)
	})

	test('what holds too, says the same, or goes beyond five is not among them', async () => {
		const [first, ...others] = demoFlow.steps.confirm?.branches ?? []
		if (!first) throw new Error('The demo flow has no first branch.')
		const branches = [
			first,
			when('response.status >= 500', 'step:service', 'The server is at fault.'),
			when('response.status == 500', 'step:service', first.say),
			...[501, 503, 505, 506, 507].map((status) =>
				when(`response.status == ${status}`, 'step:service', `It answers ${status}.`),
			),
			...others,
		]
		const confirm = { ...step('confirm', demoFlow.steps.confirm), branches }
		const sitting = sit({}, { ...demoFlow, steps: { ...demoFlow.steps, confirm } })
		await sitting.send(run)
		for (let seed = 0; seed < 50; seed++) {
			const question = questionOf(sitting.view(), { seed: `${seed}`, expected: ['stopped'] })
			const texts = question?.options.map(({ text }) => text) ?? []
			expect(texts).toHaveLength(5)
			expect(texts).not.toContain('The server is at fault.')
			expect(texts.filter((text) => text === first.say)).toHaveLength(1)
			expect(question?.options[question.right]?.event).toEqual(take(0))
		}
	})

	test('one seed gives one order, and over many seeds the right one stands everywhere', async () => {
		const sitting = sit()
		await sitting.send(run)
		const orderOf = (seed: string): Question | null => questionOf(sitting.view(), { seed, expected: ['stopped'] })
		const places = new Set<number>()
		fc.assert(
			fc.property(fc.string(), (seed) => {
				const question = orderOf(seed)
				expect(orderOf(seed)).toEqual(question)
				expect(question?.options[question.right]?.event).toEqual(take(0))
				expect(new Set(question?.options.map(({ text }) => text)).size).toBe(3)
				places.add(question?.right ?? -1)
			}),
		)
		expect([...places].sort()).toEqual([0, 1, 2])
	})

	test('a walk without a quiz has no hints', async () => {
		const sitting = sit()
		await sitting.send(run)
		const { quiz: _, ...plain } = sitting.view()
		const model = toScreen(plain)
		expect(model.quiz).toBeNull()
		expect(model.actions.map(({ intent }) => intent)).not.toContain('hint')
		expect(model.recommended).toBe(0)
	})
})

describe('hints', () => {
	test('the first marks the lines, the second says how much they rule out, and there is no third', async () => {
		const sitting = sit()
		await sitting.send(run)
		sitting.move({ type: 'hint' })
		expect(sitting.screen().outputs[0]?.evidence).toEqual([1])
		expect(sitting.screen().quiz?.hints).toMatchObject([
			{ text: 'This line matters', lines: [{ line: 1, text: 'HTTP/1.1 502 Bad Gateway' }] },
		])
		sitting.move({ type: 'hint' })
		expect(sitting.screen().quiz?.hints[1]?.text).toBe('2 of the 3 can be ruled out by what was printed.')
		expect(sitting.screen().actions.find(({ intent }) => intent === 'hint')).toMatchObject({
			enabled: false,
			disabledReason: 'There are no more hints here.',
		})
		const before = sitting.quiz.state()
		sitting.move({ type: 'hint' })
		expect(sitting.quiz.state()).toEqual(before)
		expect(sitting.fake.entries.filter(({ type }) => type === 'note')).toMatchObject([
			{ text: 'Quiz: hint 1 was taken.' },
			{ text: 'Quiz: hint 2 was taken.' },
		])
	})
})

describe('after an answer', () => {
	test('a right one is told with the line that decides, and Enter goes on', async () => {
		const sitting = sit()
		await sitting.send(run)
		sitting.move({ type: 'answer', choice: sitting.question().right })
		const model = sitting.screen()
		expect(model.context).toBe('told')
		expect(model.quiz?.told).toMatchObject({
			right: true,
			heading: 'The evidence supports this.',
			evidence: [{ line: 1, text: 'HTTP/1.1 502 Bad Gateway' }],
			next: take(0),
		})
		expect(enabled(model)).toEqual(expect.arrayContaining(['accept', 'look', 'why']))
		expect(sitting.fake.entries.filter(({ type }) => type === 'note')).toEqual([])
	})

	test('a wrong one is told with what would have been right, and is in the journal', async () => {
		const sitting = sit()
		await sitting.send(run)
		const question = sitting.question()
		const wrong = wrongOf(question)
		sitting.move({ type: 'answer', choice: wrong })
		const told = sitting.screen().quiz?.told
		expect(told).toMatchObject({
			right: false,
			heading: 'The evidence says otherwise.',
			chosen: question.options[wrong]?.text,
			correct: 'nginx itself answers 502, so the fault is between nginx and Gunicorn.',
			next: take(0),
		})
		expect(told?.conditions.map(({ mark }) => mark)).toEqual(['holds', 'fails'])
		expect(sitting.fake.entries.filter(({ type }) => type === 'note')).toMatchObject([
			{ step: 'confirm', text: expect.stringContaining('was chosen, where “nginx itself answers 502') },
		])
		await sitting.send(take(0))
		expect(sitting.view().context.step).toBe('service')
		expect(sitting.view().context.findings).toMatchObject([{ supported: true }])
	})

	test('a second answer to the same question changes nothing', async () => {
		const sitting = sit()
		await sitting.send(run)
		const question = sitting.question()
		sitting.move({ type: 'answer', choice: wrongOf(question) })
		const before = sitting.quiz.state()
		sitting.move({ type: 'answer', choice: question.right })
		expect(sitting.quiz.state()).toEqual(before)
	})

	test('looking again shows everything, and it is not asked once more', async () => {
		const sitting = sit()
		await sitting.send(run)
		sitting.move({ type: 'answer', choice: wrongOf(sitting.question()) })
		sitting.move({ type: 'look' })
		const model = sitting.screen()
		expect(model.quiz?.stage).toBe('open')
		expect(model.recommended).toBe(0)
		expect(model.outputs[0]?.evidence).toEqual([1])
		await sitting.send(take(0), { type: 'step.back' })
		expect(sitting.screen().quiz?.stage).toBe('open')
	})

	test('the same step is asked again when it was run again', async () => {
		const sitting = sit()
		await sitting.send(run)
		sitting.move({ type: 'answer', choice: sitting.question().right })
		sitting.move({ type: 'look' })
		await sitting.send({ type: 'step.rerun' })
		expect(sitting.screen().quiz?.stage).toBe('asked')
	})
})

describe('a cause with several remedies', () => {
	test('asks which one mends it, and tells why', async () => {
		const sitting = sit()
		await sitting.send(...toCause)
		const asked = sitting.screen()
		expect(asked).toMatchObject({
			recommended: null,
			verdict: { text: 'Which of these mends the cause?' },
			quiz: { stage: 'asked', noHint: expect.stringContaining('no hint') },
		})
		const question = sitting.question()
		expect(question.options[question.right]?.event).toEqual({ type: 'remedy.start', step: 'start' })
		sitting.move({ type: 'answer', choice: wrongOf(question) })
		expect(sitting.screen().quiz?.told).toMatchObject({
			right: false,
			heading: 'Something else comes first.',
			correct: 'Start Gunicorn',
			instead: 'Start it, then see whether it stays up.',
			next: { type: 'remedy.start', step: 'start' },
		})
	})

	test('behind the last cause nothing is asked but the remedy', async () => {
		const sitting = sit()
		await sitting.send(...toCause, { type: 'remedy.start', step: 'start' }, run, { type: 'confirm.yes' })
		expect(questionOf(sitting.view(), sitting.quiz.state())).toBeNull()
		await sitting.send(take(0), run)
		expect(sitting.view().phase).toBe('deciding')
		expect(sitting.screen().quiz?.stage).toBe('open')
	})
})

describe('the score', () => {
	const answer = (right: boolean, hints: number, question: string): QuizState['answers'][number] => ({
		question,
		kind: 'branch',
		step: 'confirm',
		right,
		hints,
		chosen: 'this',
		correct: right ? 'this' : 'that',
		index: 0,
	})
	const card = async (answers: QuizState['answers'], more: Partial<QuizState> = {}) => {
		const sitting = sit()
		await sitting.send(...toCause)
		return scoreOf({ ...sitting.quiz.state(), answers, ...more }, sitting.view(), AT + 90_000)
	}

	test.each<[string, readonly (readonly [boolean, number])[], Partial<QuizState>, number]>([
		[
			'all right',
			[
				[true, 0],
				[true, 0],
			],
			{},
			100,
		],
		[
			'one of two wrong',
			[
				[true, 0],
				[false, 0],
			],
			{},
			50,
		],
		[
			'all wrong',
			[
				[false, 0],
				[false, 2],
			],
			{},
			0,
		],
		[
			'a hint costs a quarter of its question',
			[
				[true, 1],
				[true, 0],
			],
			{},
			88,
		],
		['two hints cost a half', [[true, 2]], {}, 50],
		['a step beyond the shortest path costs 5', [[true, 0]], { visits: ['confirm', 'retest', 'service'] }, 95],
		[
			'looking twice at a step of the path costs nothing',
			[[true, 0]],
			{ visits: ['confirm', 'service', 'confirm'] },
			100,
		],
		['a path that nobody knows costs nothing', [[true, 0]], { visits: ['retest'], shortest: undefined }, 100],
		['it never falls below 0', [[false, 0]], { visits: ['start', 'wipe', 'retest'] }, 0],
		['nothing was asked', [], {}, 100],
	])('%s', async (_, answers, more, score) => {
		const all = answers.map(([right, hints], index) => answer(right, hints, `${index}`))
		expect((await card(all, more)).score).toBe(score)
	})

	test('there is none before the cause is named', async () => {
		const sitting = sit()
		await sitting.send(run)
		sitting.move({ type: 'answer', choice: sitting.question().right })
		const early = scoreOf(sitting.quiz.state(), sitting.view(), AT + 5000)
		expect(early).toMatchObject({ score: null, questions: 1, right: 1, durationMs: 5000 })
		expect((await card([], { expected: ['stopped', 'another'] })).score).toBeNull()
	})

	test('tells the path with its wrong turn, the shortest one, the time to the cause, and what to read', async () => {
		const sitting = sit()
		await sitting.send(run)
		sitting.move({ type: 'answer', choice: wrongOf(sitting.question()) })
		await sitting.send(take(0), run)
		sitting.move({ type: 'hint' })
		sitting.move({ type: 'answer', choice: sitting.question().right })
		await sitting.send(take(0))
		await sitting.send({ type: 'note.add', text: 'time passes' })
		const seen = scoreOf(sitting.quiz.state(), sitting.view(), AT + 90_000)
		expect(seen).toMatchObject({
			score: 38,
			questions: 2,
			right: 1,
			hints: 1,
			durationMs: 4000,
			path: [
				{ label: 'Confirm', wrong: true },
				{ label: 'Service state', wrong: false },
			],
			shortest: ['Confirm', 'Service state'],
			detours: 0,
			wrong: [{ place: 'Confirm the failure path' }],
			read: ['Confirm the failure path', "Gunicorn's service state"],
		})
	})
})

test('moves that do not fit the place do nothing', async () => {
	const sitting = sit()
	const state = sitting.quiz.state()
	for (const move of [{ type: 'hint' }, { type: 'look' }, { type: 'answer', choice: 0 }] as const) {
		expect(moved(state, sitting.view(), move)).toEqual({ state })
	}
	await sitting.send(run)
	sitting.move({ type: 'answer', choice: 99 })
	expect(sitting.quiz.state().answers).toEqual([])
})
