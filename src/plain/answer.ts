import { checkInput } from '../flow/inputs.ts'
import type { WalkEvent } from '../machine/types.ts'
import { steady } from '../screen/cells.ts'
import { type Intent, intentOf, keymap } from '../screen/keymap.ts'
import type { ScreenModel } from '../screen/model.ts'
import type { QuizMove } from '../screen/quiz.ts'
import type { Session } from '../session/types.ts'
import type { LinesIn } from './lines-in.ts'
import { guideAnswer, guideLines, helpLines, mapLines, whyLines } from './print.ts'

/** What to do after an answer: ask again, go on, show the hint and ask again, let it run by itself, or leave. */
export type Handled = 'again' | 'on' | 'hinted' | 'autorun' | 'leave'

/** What answering needs. */
export interface Dialogue {
	readonly session: Session
	readonly answers: LinesIn
	readonly print: (lines: readonly string[]) => void
	readonly stdout: NodeJS.WritableStream
	readonly columns: number
	/** Tells the quiz, when there is one. */
	readonly tellQuiz: (move: QuizMove) => void
}

/** What an answer means: a key's name, or a number of a choice. */
function intentOfLine(line: string, model: ScreenModel): Intent | undefined {
	const answer = line.trim()
	const name = answer === '' ? 'enter' : answer === guideAnswer ? 'space' : answer
	return intentOf({ name, lone: true }, model.context)
}

/** Does what one line of an answer says. */
export async function handle(dialogue: Dialogue, model: ScreenModel, line: string): Promise<Handled> {
	const { print, session } = dialogue
	const answer = line.trim()
	if (model.confirm?.typed) return typedHost(dialogue, model, answer)
	if (/^\d+$/.test(answer)) {
		const choice = model.choices[Number(answer) - 1]
		if (choice && model.quiz?.stage === 'asked') {
			dialogue.tellQuiz({ type: 'answer', choice: Number(answer) - 1 })
			return 'on'
		}
		if (choice) return sent(session, choice.event)
		return again(print, `There is no choice ${answer}.`)
	}
	const intent = intentOfLine(line, model)
	const action = model.actions.find((one) => one.intent === intent)
	if (intent === undefined || action === undefined)
		return again(print, `"${steady(answer)}" means nothing here. ? lists the answers.`)
	if (!action.enabled) return again(print, action.disabledReason ?? 'That cannot be done here.')
	return act(dialogue, model, intent)
}

function sent(session: Session, event: WalkEvent): Handled {
	session.send(event)
	return 'on'
}

function again(print: Dialogue['print'], ...lines: readonly string[]): Handled {
	print(lines)
	return 'again'
}

function typedHost({ session, print }: Dialogue, model: ScreenModel, answer: string): Handled {
	if (answer === model.confirm?.host) return sent(session, { type: 'confirm.typed', text: answer })
	if (answer === 'n' || answer === 'no') return sent(session, { type: 'confirm.no' })
	return again(print, "That is not the host's name. Nothing was run.")
}

async function act(dialogue: Dialogue, model: ScreenModel, intent: Intent): Promise<Handled> {
	const { session, print, columns } = dialogue
	switch (intent) {
		case 'accept':
		case 'remedy': {
			if (model.quiz?.told) return sent(session, model.quiz.told.next)
			if (model.quiz?.stage === 'asked') return again(print, 'Answer with the number of what the output shows.')
			const choice = model.recommended === null ? undefined : model.choices[model.recommended]
			if (choice) return sent(session, choice.event)
			if (model.enter === 'paste') return askPaste(dialogue)
			if (model.enter === 'rerun') return sent(session, { type: 'step.rerun' })
			return again(print, 'Nothing is recommended here. Answer with the number of a choice.')
		}
		case 'yes':
			return sent(session, { type: 'confirm.yes' })
		case 'run':
			return model.enter === 'paste' ? askPaste(dialogue) : sent(session, { type: 'step.run' })
		case 'no':
		case 'skip':
		case 'rerun':
		case 'back':
			return sent(session, { type: plainEvents[intent] })
		case 'edit':
			return ask(dialogue, 'The command, on one line (empty: as it is): ', (text) => ({ type: 'command.edit', text }))
		case 'note':
			return ask(dialogue, 'Note: ', (text) => ({ type: 'note.add', text }))
		case 'paste':
			return askPaste(dialogue)
		case 'inputs':
			return askInput(dialogue, model)
		case 'guide':
			return again(print, ...guideLines(model, columns))
		case 'why':
			return again(print, ...whyLines(model, columns))
		case 'map':
			return again(print, ...mapLines(model, columns))
		case 'help':
			return again(print, ...helpLines(model, columns))
		case 'hint':
			dialogue.tellQuiz({ type: 'hint' })
			return 'hinted'
		case 'look':
			dialogue.tellQuiz({ type: 'look' })
			return 'on'
		case 'autorun':
			return 'autorun'
		case 'leave':
		case 'finish':
			return 'leave'
		default:
			return again(print, `${keymap[intent].label} works on the full screen only.`)
	}
}

const plainEvents = {
	no: 'confirm.no',
	skip: 'step.skip',
	rerun: 'step.rerun',
	back: 'step.back',
} as const

async function ask(
	{ session, answers, stdout }: Dialogue,
	question: string,
	event: (text: string) => WalkEvent,
): Promise<Handled> {
	stdout.write(question)
	const text = (await answers.next())?.trim() ?? ''
	return text === '' ? 'again' : sent(session, event(text))
}

async function askPaste({ session, answers, stdout }: Dialogue): Promise<Handled> {
	stdout.write('Paste the output, then a line with a single dot:\n')
	const lines: string[] = []
	for (let line = await answers.next(); line !== undefined && line !== '.'; line = await answers.next())
		lines.push(line)
	return lines.length === 0 ? 'again' : sent(session, { type: 'output.paste', text: lines.join('\n') })
}

async function askInput({ session, answers, stdout, print }: Dialogue, model: ScreenModel): Promise<Handled> {
	print(model.inputs.map((input, index) => `${index + 1}. ${input.title}: ${steady(input.value)}`))
	stdout.write('Number and new value, for example "1 http://example.org/" (empty: as they are): ')
	const answer = /^\s*(\d+)\s+(.+)$/.exec((await answers.next()) ?? '')
	const input = answer ? model.inputs[Number(answer[1]) - 1] : undefined
	if (!answer || !input) return 'again'
	const checked = checkInput(session.flow.inputs[input.name]?.format ?? 'text', answer[2] ?? '')
	if (!checked.ok) return again(print, checked.reason)
	return sent(session, { type: 'input.set', name: input.name, value: checked.value })
}
