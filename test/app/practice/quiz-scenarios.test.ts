import { expect, onTestFinished, test } from 'vitest'
import { beginSession, openFlow } from '../../../src/app/compose.ts'
import { readCatalogue } from '../../../src/app/practice/catalogue.ts'
import { rehearse } from '../../../src/app/practice/rehearse.ts'
import { loadScenario } from '../../../src/app/scenarios.ts'
import { beginQuiz, createQuiz, questionOf } from '../../../src/screen/quiz.ts'
import { scoreOf } from '../../../src/screen/score.ts'
import { toScreen } from '../../../src/screen/to-screen.ts'
import { viewOf, type WalkView } from '../../../src/screen/walk-view.ts'
import { createRecordedTarget } from '../../../src/target/recorded.ts'
import { tmpFolder } from '../../support/session-kit.ts'

const opened = await openFlow('flask-502')
const { entries } = await readCatalogue(opened.folder)

test.each(entries.map(({ name, file }) => [name, file] as const))(
	'%s as a quiz: every question can be read and answered, and answering right gives 100',
	async (_, file) => {
		const scenario = await loadScenario(file)
		const { header } = scenario
		const session = await beginSession({
			opened,
			target: createRecordedTarget(scenario, { speed: Number.POSITIVE_INFINITY }),
			inputs: header.inputs,
			mode: 'practice',
			env: {},
			sessions: tmpFolder(),
		})
		onTestFinished(() => session.close())
		const [firstCause] = header.causes
		const expected = firstCause === undefined ? [] : [firstCause]
		const quiz = createQuiz(
			beginQuiz(header.name, 0, { expected, shortest: await rehearse(opened, scenario) }),
			() => 0,
		)
		const view = (): WalkView => {
			const seen = viewOf(session, opened.evaluator)
			quiz.observe(seen)
			return { ...seen, quiz: quiz.state() }
		}
		for (let turn = 0; turn < 60; turn++) {
			const seen = view()
			const { context } = seen
			if (seen.phase === 'cause' || seen.phase === 'ended') break
			if (seen.phase === 'ready') session.send({ type: 'step.run' })
			else {
				const question = questionOf(seen, quiz.state())
				if (question) {
					for (const { text } of question.options) expect(text.replace(/[^a-z]/gi, '').length, text).toBeGreaterThan(11)
					quiz.move({ type: 'answer', choice: question.right }, seen)
					expect(toScreen(view()).quiz?.told).toMatchObject({ right: true })
				}
				session.send({ type: 'branch.take', branch: context.decision?.recommended ?? -1 })
			}
			await session.whenIdle()
		}
		const last = view()
		expect(session.snapshot().phase).toBe(firstCause === undefined ? 'ended' : 'cause')
		const card = scoreOf(quiz.state(), last, 0)
		expect(card).toMatchObject({ score: 100, detours: 0, wrong: [] })
		expect(card.questions).toBeGreaterThan(0)
		expect(card.path.map(({ label }) => label)).toEqual(card.shortest)
	},
)
