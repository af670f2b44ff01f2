import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KeyPress } from '../../src/screen/keymap.ts'
import { beginQuiz, createQuiz } from '../../src/screen/quiz.ts'
import { createController } from '../../src/tui/controller.ts'
import { breadcrumb, footerRow, headerRow, pathPane } from '../../src/tui/frame-rows.ts'
import { frameRowsOf } from '../../src/tui/layout.ts'
import { cellsOfRow } from '../../src/tui/row.ts'
import { glyphsOf } from '../../src/tui/theme.ts'
import { demoFlow } from '../support/demo-flow.ts'
import { type FakeSession, fakeSession } from '../support/fake-session.ts'
import { runs } from '../support/property.ts'

const text = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 150 }),
	fc
		.array(
			fc.constantFrom(
				'👩‍💻',
				'日本語',
				'e\u0301',
				'🇩🇪',
				'x'.repeat(120),
				' ',
				'\n',
				'\u202E',
				'कि',
				'- a',
				'\u001B[2J',
			),
			{ maxLength: 80 },
		)
		.map((parts) => parts.join('')),
)
const press = (...names: string[]): KeyPress[] => names.map((name) => ({ name, lone: true }))

/** Keys from the start of the demo flow to every kind of screen, `wait` where a command runs. */
const walk = [
	'space',
	'escape',
	'?',
	'escape',
	'm',
	'escape',
	'i',
	'enter',
	'escape',
	'escape',
	'n',
	'x',
	'escape',
	'e',
	'escape',
	'p',
	'escape',
	'q',
	'n',
	'enter',
	'wait',
	'down',
	'w',
	'escape',
	'o',
	'escape',
	'up',
	'enter',
	'enter',
	'wait',
	'enter',
	'page-down',
	'down',
	'1',
	'enter',
	'enter',
	'y',
	'wait',
	'b',
	'b',
	'2',
	'enter',
	'enter',
	'x',
	'escape',
	'q',
	'n',
]

/** The same as a quiz: hints, an answer, its verdict, the step again, a remedy, the card. */
const quizWalk = [
	...['enter', 'wait', 'h', 'h', '1', 'enter', 'page-down', 'page-up', 'b', 'enter', 'enter', 'wait', 'o', 'escape'],
	...['2', 'enter', 'w', 'escape', 'enter', 'h', '1', 'enter', 'enter', 'enter', 'y', 'wait', 'enter', 'enter', 'wait'],
	...['enter', 'page-down', 'top'],
]

function hostile(said: string, cols: number): FakeSession {
	const steps = Object.fromEntries(
		Object.entries(demoFlow.steps).map(([id, step]) => [
			id,
			{
				...step,
				title: `${step.title} ${said}`,
				guide: `${step.guide}\n${said}`,
				branches: step.branches.map((branch) => ({ ...branch, say: branch.say + said.replaceAll('{', '(') })),
				faq: [{ question: said, answer: said, source: [] }],
			},
		]),
	)
	const cause = { ...demoFlow.causes.stopped, title: said, why: said, prevent: said }
	return fakeSession({
		flow: {
			...demoFlow,
			title: said || 'x',
			steps,
			causes: { stopped: { ...demoFlow.causes.stopped, ...cause } as never },
		},
		answers: {
			curl: [{ lines: ['HTTP/1.1 502 Bad Gateway', ...said.split('\n'), 'y'.repeat(cols * 3)] }],
			'systemctl status': [{ lines: ['Active: failed', said] }],
			'systemctl start': [{ lines: [said] }],
		},
	})
}

test('nothing is wider or taller than the screen, whatever is said, at any size, on any screen', async () => {
	const glyphs = glyphsOf('unicode')
	await fc.assert(
		fc.asyncProperty(
			text,
			fc.integer({ min: 40, max: 200 }),
			fc.integer({ min: 10, max: 60 }),
			fc.boolean(),
			async (said, columns, rows, asQuiz) => {
				const fake = hostile(said.replaceAll('{{', '(('), columns)
				const controller = createController(fake.session, {
					evaluator: fake.evaluator,
					glyphs,
					onLeave: () => {},
					now: () => 0,
					clock: () => 0,
					...(asQuiz ? { quiz: createQuiz(beginQuiz(said, 0, { expected: ['stopped'] }), () => 0) } : {}),
				})
				const seen = new Set<string>()
				for (const key of asQuiz ? quizWalk : walk) {
					if (key === 'wait') await fake.session.whenIdle()
					else for (const one of press(key)) controller.press(one)
					const { model, view, layout } = controller.frame({ columns, rows })
					seen.add(model.phase)
					if (model.quiz) seen.add(model.quiz.stage)
					let used = 0
					for (const block of layout.blocks) {
						used += block.kind === 'rows' ? block.rows.length : block.height
						const wide = block.kind === 'rows' ? block.rows.map(cellsOfRow) : [block.width]
						expect(Math.max(0, ...wide), `${model.phase} ${view.overlay?.kind}`).toBeLessThanOrEqual(layout.bodyWidth)
					}
					expect(used, `${model.phase} ${view.overlay?.kind}`).toBeLessThanOrEqual(layout.bodyRows)
					expect(layout.bodyRows + frameRowsOf(layout.left)).toBe(rows)
					if (layout.cursor) expect(layout.cursor.row).toBeLessThan(layout.bodyRows)
					const frame = [
						headerRow(model, '3 min', columns, glyphs),
						breadcrumb(model, columns, glyphs),
						footerRow(model, view, columns, glyphs),
					]
					expect(Math.max(...frame.map(cellsOfRow))).toBeLessThanOrEqual(columns)
					const side = pathPane(model, 28, layout.bodyRows, glyphs)
					expect(side.length).toBeLessThanOrEqual(layout.bodyRows)
					expect(Math.max(...side.map(cellsOfRow))).toBeLessThanOrEqual(28)
				}
				expect([...seen]).toEqual(expect.arrayContaining(['ready', 'deciding', 'cause', 'confirming']))
				if (asQuiz) expect([...seen]).toEqual(expect.arrayContaining(['asked', 'told', 'open']))
				controller.close()
				await fake.session.close()
			},
		),
		{ numRuns: runs(40) },
	)
}, 120_000)
