import type { AvailableEvent } from '../machine/offers.ts'
import { disabledReasons, quizReasons } from './copy.ts'
import { type Intent, intents, keymap } from './keymap.ts'
import type { ActionModel, QuizModel, ScreenModel } from './model.ts'

type Unfinished = Omit<ScreenModel, 'actions'>

/**
 * What the keys do on this screen, in the order of the key table. What sends an event can be done exactly when the
 * machine offers that event.
 */
export function actionsOf(screen: Unfinished, available: readonly AvailableEvent[]): readonly ActionModel[] {
	const offered = new Map(available.map((event) => [event.type, event.label]))
	return intents
		.filter((intent) => keymap[intent].when.includes(screen.context) && (intent !== 'hint' || screen.quiz !== null))
		.map((intent) => {
			const reason = whyNot(intent, screen, offered)
			const label = labelOf(intent, screen)
			return reason === undefined
				? { intent, label, enabled: true }
				: { intent, label, enabled: false, disabledReason: reason }
		})
}

function labelOf(intent: Intent, screen: Unfinished): string {
	const { step } = screen
	if ((intent === 'accept' || intent === 'remedy') && screen.quiz?.stage === 'asked') return 'answer'
	if (intent === 'run' && step.manual) return 'done'
	if (intent === 'run' && screen.enter === 'paste') return 'give output'
	if (intent === 'run' && step.commands.every((command) => command.state === 'left-out')) return 'go on'
	if (intent === 'rerun' && step.commands.length === 0) return 'judge again'
	if (intent === 'up' || intent === 'down') return screen.choices.length > 0 ? 'choose' : 'scroll'
	return keymap[intent].label
}

function whyNot(
	intent: Intent,
	screen: Unfinished,
	offered: ReadonlyMap<AvailableEvent['type'], string>,
): string | undefined {
	const { sends } = keymap[intent]
	const reason = intent in disabledReasons ? disabledReasons[intent as keyof typeof disabledReasons] : undefined
	const inQuiz = screen.quiz === null ? undefined : whyNotInQuiz(intent, screen.quiz)
	if (inQuiz !== undefined) return inQuiz
	switch (intent) {
		case 'yes':
			return offered.has('confirm.yes') ? undefined : disabledReasons.run
		case 'remedy':
			return screen.choices.length > 0 ? undefined : reason
		case 'accept':
			return screen.choices.length > 0 || screen.quiz?.stage === 'told' ? undefined : disabledReasons.choose
		case 'digit':
			return screen.choices.length > 1 ? undefined : disabledReasons.choose
		case 'why':
			return screen.why.length > 0 ? undefined : reason
		case 'output':
		case 'focus':
			return screen.outputs.length > 0 ? undefined : reason
		case 'inputs':
			return screen.inputs.length > 0 ? undefined : reason
		case 'guide':
			return screen.step.guide !== '' || screen.step.faq.length > 0 ? undefined : reason
		case 'autorun':
			return canRunOn(screen) ? undefined : reason
		case 'previous-output':
		case 'next-output':
			return screen.outputs.length > 1 ? undefined : disabledReasons.otherOutput
		default:
			return sends === undefined || offered.has(sends) ? undefined : (reason ?? disabledReasons.choose)
	}
}

function whyNotInQuiz(intent: Intent, { stage, noHint }: QuizModel): string | undefined {
	switch (intent) {
		case 'hint':
			return stage === 'asked' ? noHint : disabledReasons.hint
		case 'why':
			return stage === 'asked' ? quizReasons.why : undefined
		case 'autorun':
		case 'skip':
			return quizReasons[intent]
		default:
			return undefined
	}
}

/** Whether the walk may go on without the operator here: a probe is next, runs, or the evidence decides. */
export function canRunOn({ phase, step, recommended, enter }: Unfinished): boolean {
	if (enter === 'paste') return false
	if (phase === 'deciding') return recommended !== null
	if (phase !== 'ready' && phase !== 'running') return false
	const next = step.commands.find((command) => command.state === 'next' || command.state === 'running')
	return !step.manual && (next === undefined || next.badge === 'read')
}
