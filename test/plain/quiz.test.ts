import { PassThrough, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { choosePlain } from '../../src/plain/choose.ts'
import { linesIn } from '../../src/plain/lines-in.ts'
import { scoreText } from '../../src/plain/print-quiz.ts'
import { runPlain } from '../../src/plain/run-plain.ts'
import { beginQuiz, createQuiz } from '../../src/screen/quiz.ts'
import { scoreOf } from '../../src/screen/score.ts'
import { fakeSession } from '../support/fake-session.ts'

function collector(): Writable & { text(): string } {
	let text = ''
	const stream = new Writable({
		decodeStrings: false,
		write(chunk: string, _encoding, done) {
			text += chunk
			done()
		},
	})
	return Object.assign(stream, { text: () => text })
}

/** A quiz in lines, answered as `reply` says to what is printed since its last answer; undefined ends the input. */
async function sit(reply: (printed: string) => string | undefined) {
	const fake = fakeSession()
	const expected = ['stopped']
	const quiz = createQuiz(beginQuiz('seed', 0, { expected, shortest: ['confirm', 'service'] }), () => 0)
	const [stdout, stderr] = [collector(), collector()]
	let seen = 0
	const ending = await runPlain(fake.session, {
		stdin: new PassThrough(),
		stdout,
		stderr,
		evaluator: fake.evaluator,
		columns: 80,
		glyphs: 'unicode',
		quiz,
		answers: {
			next: async () => {
				const printed = stdout.text().slice(seen)
				seen = stdout.text().length
				return reply(printed)
			},
			close: () => {},
		},
	})
	const card = scoreOf(quiz.state(), { flow: fake.session.flow, context: fake.session.snapshot().context }, 0)
	return { out: stdout.text(), ending, card, entries: fake.entries }
}

const numbered = (printed: string): readonly (readonly [string, string])[] =>
	[...printed.matchAll(/^(\d)\. (.*)$/gm)].map(([, number = '', text = '']) => [number, text])
const rights = ['nginx itself answers 502', 'Gunicorn has failed', 'Start Gunicorn']
const isRight = ([, text]: readonly [string, string]): boolean => rights.some((right) => text.startsWith(right))
const asks = (printed: string): boolean => /What does the output show|Which of these mends/.test(printed)

describe('a quiz in lines', () => {
	test('played right', async () => {
		const { out, card, ending } = await sit((printed) => {
			if (asks(printed)) return numbered(printed).find(isRight)?.[0]
			return printed.includes('Run this on') ? 'y' : ''
		})
		expect(ending).toEqual({ left: false, needsAnswer: false })
		expect(out).toContain('Right. The evidence supports this.')
		expect(out).toContain('Evidence: HTTP/1.1 502 Bad Gateway (line 1 of curl')
		expect(card).toMatchObject({ score: 100, questions: 3, right: 3 })
		expect(scoreText(card, 'ascii')).toMatch(/^\nScore: 100 of 100\n[ -~\n]+$/)
	})

	test('played wrong, with a hint', async () => {
		let hinted = false
		const { out, card, entries } = await sit((printed) => {
			if (asks(printed) && !hinted) {
				hinted = true
				expect(printed).not.toMatch(/recommended|holds|evidence, line/)
				return 'h'
			}
			if (printed.startsWith('Hint: ') || printed.startsWith('h\nHint: ')) return '9'
			if (printed.includes('There is no choice 9')) return 'q'
			return asks(printed) ? numbered(printed).find((one) => !isRight(one))?.[0] : ''
		})
		expect(out).toContain('Hint: This line matters:\nEvidence: HTTP/1.1 502 Bad Gateway')
		expect(card).toMatchObject({ score: null, questions: 0, hints: 1 })
		expect(entries.filter(({ type }) => type === 'note')).toHaveLength(1)
		const wrong = await sit((printed) => {
			if (asks(printed)) return numbered(printed).find((one) => !isRight(one))?.[0]
			return printed.includes('Run this on') ? 'y' : ''
		})
		expect(wrong.out).toContain('Wrong. The evidence says otherwise.')
		expect(wrong.out).toContain('Right is: nginx itself answers 502')
		expect(wrong.card).toMatchObject({ score: 0, questions: 3, right: 0 })
		expect(scoreText(wrong.card, 'unicode')).toContain('Path: Confirm (wrong turn) > Service state (wrong turn)')
	})
})

describe('choosing in lines', () => {
	const model = {
		title: 'flask-502',
		quiz: false,
		items: [
			{ number: 1, symptom: 'It hangs', difficulty: 'easy', best: 75 },
			{ number: 2, symptom: 'It fails', difficulty: 'hard' },
		],
	} as const
	const choose = async (lines: string) => {
		const stdin = new PassThrough()
		stdin.end(lines)
		const stdout = collector()
		return { chosen: await choosePlain(model, { answers: linesIn(stdin), stdout, columns: 80 }), out: stdout.text() }
	}

	test.each([
		['\n', { kind: 'start', index: 0, quiz: false }],
		['2\n', { kind: 'start', index: 1, quiz: false }],
		['7\n\u001B[2J\n2\n', { kind: 'start', index: 1, quiz: false }],
		['q\n', { kind: 'leave' }],
		['', undefined],
	])('%j', async (lines, chosen) => {
		const seen = await choose(lines)
		expect(seen.chosen).toEqual(chosen)
		expect(seen.out).toContain('1. It hangs (easy, best 75)\n2. It fails (hard)\n')
		expect(seen.out).not.toContain('\u001B')
	})
})
