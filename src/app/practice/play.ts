import type { LinesIn } from '../../plain/lines-in.ts'
import { beginQuiz, createQuiz } from '../../screen/quiz.ts'
import { scoreOf } from '../../screen/score.ts'
import type { Session } from '../../session/types.ts'
import { createRecordedTarget } from '../../target/recorded.ts'
import type { Scenario } from '../../target/scenario.ts'
import { chooseTerminal, terminalFacts } from '../../terminal/detect.ts'
import { createHandOver, type HandOver } from '../../terminal/hand-over.ts'
import type { TerminalStreams } from '../../terminal/streams.ts'
import { beginSession, type OpenedFlow } from '../compose.ts'
import { walkWithOperator } from '../front-end.ts'
import { keepScore } from './history.ts'
import { rehearse } from './rehearse.ts'

/** What is practised: as the trainee and the score card know it. */
export interface Exercise {
	readonly name: string
	readonly live: boolean
	readonly symptom: string
	readonly difficulty: 'easy' | 'medium' | 'hard'
	/** Ids of the causes that are there to be found; empty: the host is healthy. */
	readonly causes: readonly string[]
	/** Steps of the shortest path to the first cause, when it is known. */
	readonly shortest?: readonly string[]
}

export interface PlayOptions {
	readonly streams: TerminalStreams
	readonly plain: boolean
	readonly motion: boolean
	readonly quiz: boolean
	readonly answers?: LinesIn | undefined
}

/**
 * A session on a recorded host, from the symptom to the score card. Gives the exit code. `foreign`: the file is not one
 * of those beside the flow; it is tried first, as one of another version of the flow is.
 */
export async function playScenario(
	opened: OpenedFlow,
	name: string,
	scenario: Scenario,
	options: PlayOptions & { readonly speed: number; readonly foreign: boolean },
): Promise<number> {
	const { header } = scenario
	// A whole walk, which takes time: what came with this flow is known to fit, and only a score is measured against it.
	const isKnown = !options.foreign && header.flow.hash === opened.flow.hash
	const shortest = options.quiz || !isKnown ? await rehearse(opened, scenario) : undefined
	const { symptom, difficulty, causes } = header
	const session = await beginSession({
		opened,
		target: createRecordedTarget(scenario, { speed: options.speed }),
		inputs: header.inputs,
		mode: 'practice',
		env: options.streams.env,
	})
	const exercise = { name, live: false, symptom, difficulty, causes, ...(shortest === undefined ? {} : { shortest }) }
	return playSession(opened, session, exercise, options, createHandOver())
}

/** Lets a trainee walk a session, then shows and keeps the score card. Closes the session. */
export async function playSession(
	opened: OpenedFlow,
	session: Session,
	exercise: Exercise,
	options: PlayOptions,
	handOver: HandOver,
): Promise<number> {
	const { streams, plain, motion, answers } = options
	const { causes: expected, shortest, symptom } = exercise
	const begun = beginQuiz(session.id, Date.now(), { expected, shortest })
	const quiz = options.quiz ? createQuiz(begun, Date.now) : undefined
	// The list left it raw; to the front end a terminal that is raw at its start is one that somebody broke.
	if (streams.stdin.isTTY && streams.stdin.isRaw) streams.stdin.setRawMode(false)
	const code = await walkWithOperator(session, {
		evaluator: opened.evaluator,
		streams,
		handOver,
		plain,
		motion,
		notice: `Reported: ${symptom}`,
		quiz,
		answers,
	})
	if (quiz === undefined) return code
	const { context } = session.snapshot()
	const card = scoreOf(quiz.state(), { flow: opened.flow, context }, Date.now())
	if (card.questions === 0 && card.score === null) return code
	const { scoreText } = await import('../../plain/print-quiz.ts')
	streams.stdout.write(scoreText(card, chooseTerminal(terminalFacts(streams), { plain }).glyphs))
	const { score, questions, right, hints, durationMs, detours } = card
	const problem = await keepScore(streams.env, {
		format: 1,
		at: new Date().toISOString(),
		flow: opened.flow.id,
		scenario: exercise.name,
		live: exercise.live,
		symptom,
		difficulty: exercise.difficulty,
		score,
		questions,
		right,
		hints,
		durationMs,
		detours,
		path: card.path.map(({ label }) => label),
		...(card.shortest === undefined ? {} : { shortest: [...card.shortest] }),
		session: session.id,
	})
	if (problem !== undefined) streams.stderr.write(`runtree: ${problem}\n`)
	return code
}
