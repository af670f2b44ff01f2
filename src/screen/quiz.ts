import { createHash } from 'node:crypto'
import type { Evidence, WalkContext, WalkEvent } from '../machine/types.ts'
import { remedyChoices, unfilledChoices } from './choices.ts'
import type { ChoiceModel } from './model.ts'
import type { WalkView } from './walk-view.ts'

/**
 * A quiz over a walk: at each step the trainee says what the output shows before the screen does. The walk itself is
 * the same one; a wrong answer is counted, and the walk goes on where the evidence leads.
 */
export interface QuizState {
	/** Decides the order of the branches: the session's id. */
	readonly seed: string
	/** Epoch milliseconds. */
	readonly startedAt: number
	/** Ids of the causes that are there to be found, when that is known. Empty: the host is healthy. */
	readonly expected: readonly string[] | undefined
	/** Steps of the shortest path to the first cause, when that is known. */
	readonly shortest: readonly string[] | undefined
	/** Steps entered until the first cause or the end, in order. */
	readonly visits: readonly string[]
	/** When that was reached, epoch milliseconds. */
	readonly reachedAt: number | undefined
	readonly answers: readonly QuizAnswer[]
	/** Hints taken, by question. */
	readonly hints: Readonly<Record<string, number>>
	/** The question whose verdict is on the screen. */
	readonly told: string | null
	/** Where the walk was when it was last looked at. */
	readonly place: string
}

export interface QuizAnswer {
	readonly question: string
	readonly kind: Question['kind']
	readonly step: string
	/** Of a remedy: the cause that it is for. */
	readonly cause?: string
	readonly right: boolean
	readonly hints: number
	/** What was chosen, and what would have been right, as the screen said it. */
	readonly chosen: string
	readonly correct: string
	/** Place of what was chosen among the question's options. */
	readonly index: number
}

/** What the trainee is asked at a place of the walk. */
export interface Question {
	/** The same while the same output is judged. */
	readonly key: string
	readonly kind: 'branch' | 'remedy'
	/** In the order in which they are shown, without what would tell the right one. */
	readonly options: readonly ChoiceModel[]
	/** Index into `options`. */
	readonly right: number
	/** How many of the options the evidence rules out. */
	readonly ruledOut: number
	/** The lines that decide. */
	readonly evidence: readonly Evidence[]
}

/** More alternatives than this are no question but a list. */
const mostOptions = 5

export const mostHints = 2

/** What the trainee does in a quiz, besides walking. */
export type QuizMove =
	| { readonly type: 'answer'; readonly choice: number }
	| { readonly type: 'hint' }
	/** Back from the verdict to the step, where everything is shown now. */
	| { readonly type: 'look' }

/** A quiz that has just begun. `at`: epoch milliseconds. */
export function beginQuiz(
	seed: string,
	at: number,
	{ expected, shortest }: Partial<Pick<QuizState, 'expected' | 'shortest'>> = {},
): QuizState {
	return {
		seed,
		startedAt: at,
		expected,
		shortest,
		visits: [],
		reachedAt: undefined,
		answers: [],
		hints: {},
		told: null,
		place: '',
	}
}

/** What is asked now; null where nothing is: a command to run, one way to go only, or nothing that evidence decides. */
export function questionOf(view: WalkView, { seed, expected }: Pick<QuizState, 'seed' | 'expected'>): Question | null {
	if (view.phase === 'deciding') return isFound(expected, view.context) ? null : branchQuestion(view, seed)
	return view.phase === 'cause' ? remedyQuestion(view, seed) : null
}

/** Whether every cause that is there is named: from then on the quiz explains, as a walk without it does. */
export function isFound(expected: QuizState['expected'], { causes }: WalkContext): boolean {
	const named = new Set(causes.map(({ cause }) => cause))
	return expected === undefined ? named.size > 0 : expected.length > 0 && expected.every((cause) => named.has(cause))
}

function branchQuestion(view: WalkView, seed: string): Question | null {
	const { context, flow } = view
	const { decision } = context
	const step = flow.steps[context.step]
	const recommended = decision?.recommended ?? null
	// What a remedy's own exit code says is no question: the retest is one.
	if (!decision || !step || recommended === null || step.manual || step.run.some(({ effect }) => effect !== 'read'))
		return null
	if (step.branches[recommended]?.rule.kind === 'proof') return causeQuestion(view, seed, recommended)
	// That nothing here decides is no question.
	if (step.branches[recommended]?.rule.kind === 'consult') return null
	const verdictOf = (branch: number) => decision.verdicts.find((verdict) => verdict.branch === branch)?.value
	const all = unfilledChoices(view, step).map((choice) => ({ choice, branch: branchOf(choice.event) }))
	const right = all.find(({ branch }) => branch === recommended)
	if (!right) return null
	const texts = new Set([right.choice.text])
	const others = inOrderOf(`${seed} ${step.id}`, all, ({ branch }) => `${branch}`).filter(({ choice, branch }) => {
		// What holds too is not wrong, and what only the operator can know is not shown by evidence.
		const isWrong = branch !== recommended && verdictOf(branch) !== true
		if (!isWrong || step.branches[branch]?.rule.kind === 'choice' || texts.has(choice.text)) return false
		texts.add(choice.text)
		return true
	})
	const shown = [right, ...others.slice(0, mostOptions - 1)]
	if (shown.length < 2) return null
	const options = inOrderOf(`${seed} ${step.id} shown`, shown, ({ branch }) => `${branch}`)
	return {
		key: branchKey(context),
		kind: 'branch',
		options: options.map(({ choice }) => choice),
		right: options.indexOf(right),
		ruledOut: options.filter(({ branch }) => verdictOf(branch) === false).length,
		evidence: decision.evidence,
	}
}

/** Which cause the lines prove, among others that they do not. */
function causeQuestion(view: WalkView, seed: string, branch: number): Question | null {
	const { context, flow } = view
	const proven = context.decision?.proven ?? []
	const [right] = proven
	if (right === undefined) return null
	const others = view
		.standings()
		.filter(({ cause, state }) => state !== 'proven' && state !== 'likely' && cause !== right)
	const decoys = inOrderOf(`${seed} ${context.step}`, others, ({ cause }) => cause).slice(0, mostOptions - 1)
	const shown = inOrderOf(`${seed} ${right}`, [right, ...decoys.map(({ cause }) => cause)], (cause) => cause)
	const excluded = new Set(decoys.flatMap(({ cause, state }) => (state === 'excluded' ? [cause] : [])))
	return {
		key: branchKey(context),
		kind: 'branch',
		options: shown.map((cause) => ({
			event: { type: 'branch.take', branch },
			text: flow.causes[cause]?.title ?? cause,
			leads: 'a cause',
			mark: 'open',
			recommended: false,
		})),
		right: shown.indexOf(right),
		ruledOut: excluded.size,
		evidence: context.decision?.evidence ?? [],
	}
}

/** A step that is judged again after another run is another question. */
function branchKey({ step, plan, path }: WalkContext): string {
	const last = plan.findLast((planned) => planned.kind === 'run' && planned.result !== undefined)
	// Two visits may have nothing but answers that are known, of the same run.
	return `${step} ${path.length} ${last?.kind === 'run' ? (last.result?.run ?? '') : ''}`
}

function branchOf(event: WalkEvent): number {
	return event.type === 'branch.take' ? event.branch : -1
}

function remedyQuestion(view: WalkView, seed: string): Question | null {
	const remedies = remedyChoices(view).filter(({ event }) => event.type === 'remedy.start')
	const [right] = remedies
	if (right === undefined || remedies.length < 2) return null
	const options = inOrderOf(`${seed} ${view.causeId}`, remedies, ({ text }) => text)
	return {
		key: `cause ${view.causeId} ${view.context.runs}`,
		kind: 'remedy',
		options: options.map((choice) => ({ ...choice, recommended: false })),
		right: options.indexOf(right),
		ruledOut: 0,
		evidence: [],
	}
}

/** The items in an order that follows from the seed alone. */
function inOrderOf<T>(seed: string, items: readonly T[], name: (item: T) => string): readonly T[] {
	const rank = (item: T): string =>
		createHash('sha256')
			.update(`${seed} ${name(item)}`)
			.digest('hex')
	return items
		.map((item) => ({ item, rank: rank(item) }))
		.sort((a, b) => (a.rank < b.rank ? -1 : 1))
		.map(({ item }) => item)
}

/** `asked`: an answer is waited for. `told`: the verdict is on the screen. `open`: nothing is hidden. */
export type QuizStage = 'asked' | 'told' | 'open'

/** How the quiz stands towards a question. */
export function stageOf(state: QuizState, question: Question | null): QuizStage {
	if (question === null) return 'open'
	if (state.told === question.key) return 'told'
	return state.answers.some((answer) => answer.question === question.key) ? 'open' : 'asked'
}

/** Takes note of where the walk is. */
function observed(state: QuizState, view: WalkView, at: number): QuizState {
	const { context, phase } = view
	const place = `${context.path.length} ${context.step}`
	const reached = phase === 'ended' || context.causes.length > 0
	const told = state.told !== null && questionOf(view, state)?.key === state.told ? state.told : null
	if (place === state.place && told === state.told && (!reached || state.reachedAt !== undefined)) return state
	const enters = place !== state.place && state.reachedAt === undefined
	return {
		...state,
		place,
		told,
		visits: enters ? [...state.visits, context.step] : state.visits,
		...(reached && state.reachedAt === undefined ? { reachedAt: at } : {}),
	}
}

export interface Moved {
	readonly state: QuizState
	/** A sentence for the journal. */
	readonly note?: string
}

/** What a move does. One that does not fit the place does nothing. */
export function moved(state: QuizState, view: WalkView, move: QuizMove): Moved {
	const question = questionOf(view, state)
	const stage = stageOf(state, question)
	if (question === null) return { state }
	if (move.type === 'look') return { state: { ...state, told: null } }
	if (stage !== 'asked') return { state }
	const taken = state.hints[question.key] ?? 0
	if (move.type === 'hint') {
		if (question.kind === 'remedy' || taken >= mostHints) return { state }
		return {
			state: { ...state, hints: { ...state.hints, [question.key]: taken + 1 } },
			note: `Quiz: hint ${taken + 1} was taken.`,
		}
	}
	const chosen = question.options[move.choice]
	const right = question.options[question.right]
	if (chosen === undefined || right === undefined) return { state }
	const answer: QuizAnswer = {
		question: question.key,
		kind: question.kind,
		step: view.context.step,
		...(view.causeId === undefined ? {} : { cause: view.causeId }),
		right: chosen === right,
		hints: taken,
		chosen: chosen.text,
		correct: right.text,
		index: move.choice,
	}
	return {
		state: { ...state, told: question.key, answers: [...state.answers, answer] },
		...(answer.right ? {} : { note: `Quiz: “${chosen.text}” was chosen, where “${right.text}” is right.` }),
	}
}

/** A quiz as a front end holds it: the state, and what changes it. */
export interface Quiz {
	state(): QuizState
	/** Told of every change of the walk. */
	observe(view: WalkView): void
	/** Gives what to send to the session: notes for the journal. */
	move(move: QuizMove, view: WalkView): readonly WalkEvent[]
}

/** Holds the state of a quiz. `clock`: epoch milliseconds. */
export function createQuiz(begun: QuizState, clock: () => number): Quiz {
	let state = begun
	return {
		state: () => state,
		observe: (view) => {
			state = observed(state, view, clock())
		},
		move: (move, view) => {
			const { state: next, note } = moved(state, view, move)
			state = next
			return note === undefined ? [] : [{ type: 'note.add', text: note }]
		},
	}
}
