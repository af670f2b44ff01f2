import { evidenceModel } from './cause.ts'
import { sayOf } from './choices.ts'
import { count } from './copy.ts'
import type { HintModel, QuizModel, ScreenModel, ToldModel } from './model.ts'
import { mostHints, type Question, type QuizState, questionOf, stageOf } from './quiz.ts'
import { scoreOf } from './score.ts'
import type { WalkView } from './walk-view.ts'
import { whyBranch } from './why.ts'

type Screen = Omit<ScreenModel, 'actions'>

/** A screen as a trainee sees it: what tells the answer comes after the answer. */
export function quizScreen(screen: Screen, view: WalkView, state: QuizState): Screen {
	const question = questionOf(view, state)
	const stage = stageOf(state, question)
	// The list said that it is recorded; the room is for how the quiz stands.
	const header = { ...screen.header, host: view.context.host, quiz: standing(state) }
	const card = view.phase === 'ended' ? scoreOf(state, view, state.reachedAt ?? state.startedAt) : null
	const open: QuizModel = { stage: 'open', hints: [], told: null, card }
	if (question === null || stage === 'open') return { ...screen, header, quiz: open, moment: `${screen.moment} open` }
	if (stage === 'told') {
		return {
			...screen,
			context: 'told',
			moment: `${screen.moment} told`,
			header,
			choices: [],
			recommended: null,
			quiz: { ...open, stage, told: toldOf(question, view, state) },
		}
	}
	const hints = hintsOf(question, view, state)
	return {
		...screen,
		moment: `${screen.moment} asked`,
		header,
		ahead: [...new Set(question.options.map(({ leads }) => leads))],
		...(question.kind === 'branch' ? unmarked(screen, hints.length > 0) : {}),
		verdict: { kind: 'question', text: questions[question.kind] },
		choices: question.options,
		recommended: null,
		enter: 'choose',
		why: [],
		quiz: { ...open, stage, hints, ...noHint(question, hints) },
	}
}

const questions = {
	branch: 'What does the output show?',
	remedy: 'Which of these mends the cause?',
} as const

/** The outputs without what proves something, unless a hint shows it. */
function unmarked({ outputs, shownOutput }: Screen, hinted: boolean): Pick<Screen, 'outputs' | 'shownOutput'> {
	if (hinted) return { outputs, shownOutput }
	return {
		outputs: outputs.map((output) => ({ ...output, evidence: [] })),
		shownOutput: Math.max(0, outputs.length - 1),
	}
}

function standing({ answers, hints }: QuizState): string {
	const wrong = answers.filter(({ right }) => !right).length
	const taken = Object.values(hints).reduce((sum, one) => sum + one, 0)
	return ['quiz', ...(wrong === 0 ? [] : [`${wrong} wrong`]), ...(taken === 0 ? [] : [count(taken, 'hint')])].join(', ')
}

function hintsOf(question: Question, { context }: WalkView, { hints }: QuizState): readonly HintModel[] {
	const lines = question.evidence.map((line) => evidenceModel(line, context))
	const all: readonly HintModel[] = [
		lines.length > 0
			? { text: lines.length === 1 ? 'This line matters' : 'These lines matter', lines }
			: { text: 'No single line decides here. Think of what is not in the output.', lines: [] },
		{
			text: `${question.ruledOut} of the ${question.options.length} can be ruled out by what was printed.`,
			lines: [],
		},
	]
	return all.slice(0, hints[question.key] ?? 0)
}

function noHint({ kind }: Question, hints: readonly HintModel[]): { noHint?: string } {
	if (kind === 'remedy') return { noHint: 'There is no hint here: what the cause is tells what mends it.' }
	return hints.length < mostHints ? {} : { noHint: 'There are no more hints here.' }
}

function toldOf(question: Question, view: WalkView, { answers }: QuizState): ToldModel | null {
	const answer = answers.findLast((one) => one.question === question.key)
	const right = question.options[question.right]
	const chosen = question.options[answer?.index ?? -1]
	if (!answer || !right || !chosen) return null
	const told = {
		right: answer.right,
		chosen: answer.chosen,
		correct: right.text,
		leads: right.leads,
		evidence: question.evidence.map((line) => evidenceModel(line, view.context)),
		conditions: [],
		next: right.event,
	}
	if (question.kind === 'remedy') {
		return {
			...told,
			heading: answer.right ? 'This is what mends it.' : 'Something else comes first.',
			instead: remedyReason(view, right.event),
		}
	}
	return {
		...told,
		heading: answer.right ? 'The evidence supports this.' : 'The evidence says otherwise.',
		correct: filled(view, right.event) ?? right.text,
		...(told.evidence.length > 0 ? {} : { instead: 'No line decides: none of the conditions before it holds.' }),
		conditions: [right, ...(answer.right ? [] : [chosen])].flatMap(({ event }) => conditionOf(view, event)),
	}
}

function filled(view: WalkView, event: ToldModel['next']): string | undefined {
	const branch = event.type === 'branch.take' ? view.flow.steps[view.context.step]?.branches[event.branch] : undefined
	return branch && event.type === 'branch.take' ? sayOf(view, branch, event.branch).trim() : undefined
}

function conditionOf(view: WalkView, event: ToldModel['next']): ToldModel['conditions'] {
	const { decision, step } = view.context
	if (event.type !== 'branch.take' || !decision) return []
	const branch = view.flow.steps[step]?.branches[event.branch]
	return branch ? [whyBranch(view, branch, event.branch, decision)] : []
}

/** The guide of the step that mends it says why. */
function remedyReason(view: WalkView, event: ToldModel['next']): string {
	const step = event.type === 'remedy.start' ? view.flow.steps[event.step] : undefined
	return step
		? (view
				.prose(step.guide)
				.trim()
				.split(/\n\s*\n/, 1)[0] ?? '')
		: ''
}
