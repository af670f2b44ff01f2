import type { Step } from '../flow/flow.ts'
import type { Phase } from '../machine/machine.ts'
import { nextCommand } from '../machine/plan.ts'
import type { PlannedCommand } from '../machine/types.ts'
import { actionsOf } from './actions.ts'
import { byHandOf, typedByHand } from './by-hand.ts'
import { causeOf } from './cause.ts'
import { reflow } from './cells.ts'
import { branchChoices, remedyChoices } from './choices.ts'
import { commandModels, outputsOf, shownOutput } from './commands.ts'
import { badges, effectSentence, undecided } from './copy.ts'
import type { KeyContext } from './keymap.ts'
import { aheadOf, mapOf, trailOf } from './map.ts'
import type { ByHandModel, ChoiceModel, ConfirmModel, InputModel, ScreenModel, VerdictModel } from './model.ts'
import { quizScreen } from './quiz-screen.ts'
import { summaryOf } from './summary.ts'
import type { WalkView } from './walk-view.ts'
import { whyOf } from './why.ts'

/** What to show of a walk. Total: any view gives a screen. */
export function toScreen(view: WalkView): ScreenModel {
	const { flow, context, phase } = view
	const step = flow.steps[context.step]
	const plan = shownPlan(view)
	const choices = choicesOf(view, step)
	const recommended = choices.findIndex((choice) => choice.recommended)
	const outputs = phase === 'cause' || phase === 'ended' ? [] : outputsOf(view, plan)
	const confirm = confirmOf(view)
	const byHand = byHandOf(view)
	const screen: Omit<ScreenModel, 'actions'> = {
		phase,
		context: keyContext(phase, confirm),
		moment: `${phase} ${context.step} ${context.path.length} ${context.runs} ${context.cursor} ${view.causeId ?? ''}`,
		header: {
			title: flow.title,
			host: view.recorded ? `${context.host} (recorded)` : context.host,
			recorded: view.recorded,
			step: Math.max(1, context.path.length),
			...(view.warning === undefined ? {} : { warning: view.warning }),
		},
		trail: trailOf(view),
		ahead: aheadOf(view, step, choices),
		step: {
			id: context.step,
			title: step?.title ?? context.step,
			guide: step ? reflow(view.prose(step.guide)) : '',
			faq: step?.faq.map(({ question, answer }) => ({ question: reflow(question), answer: reflow(answer) })) ?? [],
			manual: step?.manual ?? false,
			commands: commandModels(view, plan),
			...becauseOf(view),
		},
		outputs,
		shownOutput: shownOutput(outputs, view),
		verdict: verdictOf(view),
		choices,
		recommended: recommended < 0 ? null : recommended,
		enter: enterOf(view, recommended >= 0, byHand),
		byHand,
		cause: causeOf(view),
		confirm,
		summary: phase === 'ended' ? summaryOf(view) : null,
		why: whyOf(view, step),
		inputs: inputsOf(view),
		map: mapOf(view),
		quiz: null,
	}
	const shown = view.quiz === undefined ? screen : quizScreen(screen, view, view.quiz)
	return { ...shown, actions: actionsOf(shown, view.available) }
}

function keyContext(phase: Phase, confirm: ConfirmModel | null): KeyContext {
	return phase === 'confirming' && confirm?.typed ? 'typing-host' : phase
}

/** The present plan; on a step that was come back to and has none, what it had when it was judged. */
function shownPlan({ context }: WalkView): readonly PlannedCommand[] {
	return context.plan.length > 0 ? context.plan : (context.visited[context.step]?.plan ?? [])
}

function choicesOf(view: WalkView, step: Step | undefined): readonly ChoiceModel[] {
	if (view.phase === 'deciding' && step) {
		const choices = branchChoices(view, step)
		// Before the output is given nothing is known about the flow's own branches.
		const own = byHandOf(view)?.wanted == null ? choices : choices.filter(({ mark }) => mark === 'open')
		return own.length > 0 ? own : choices
	}
	return view.phase === 'cause' ? remedyChoices(view) : []
}

/** Without a recommended choice Enter never chooses: it runs again what did not come to an end, or asks to choose. */
function enterOf(
	{ phase, context, available }: WalkView,
	recommends: boolean,
	byHand: ByHandModel | null,
): ScreenModel['enter'] {
	if (byHand?.wanted != null && !recommends) return 'paste'
	if (recommends || phase !== 'deciding') return 'choice'
	const unfinished = ['cancelled', 'not-started', 'disconnected'].includes(context.decision?.because ?? '')
	return unfinished && available.some((event) => event.type === 'step.rerun') ? 'rerun' : 'choose'
}

function becauseOf({ context }: WalkView): { because?: string } {
	const previous = context.path.at(-2)
	const finding = context.findings.at(-1)
	const follows = previous !== undefined && finding?.step === previous.step && previous.by !== 'jump'
	return follows && finding ? { because: finding.say } : {}
}

function verdictOf({ phase, context }: WalkView): VerdictModel | null {
	const { decision } = context
	if (phase !== 'deciding' || !decision) return null
	if (decision.recommended === null) {
		return { kind: 'question', text: decision.question ?? undecided[decision.because] }
	}
	return { kind: 'finding', text: decision.says[decision.recommended] ?? '' }
}

function confirmOf({ phase, context, byHand }: WalkView): ConfirmModel | null {
	const command = nextCommand(context)
	if (phase !== 'confirming' || !command) return null
	const badge = badges[command.spec.effect]
	return {
		command: byHand ? typedByHand(command.spec) : command.spec.text,
		host: context.host,
		badge,
		root: command.spec.privilege === 'root',
		effect: effectSentence(badge, context.host, command.spec.privilege === 'root'),
		...(command.undo === undefined ? {} : { undo: command.undo }),
		takesTerminal: command.spec.interactive,
		typed: badge === 'destructive',
	}
}

function inputsOf({ flow, context }: WalkView): readonly InputModel[] {
	return Object.entries(flow.inputs).map(([name, input]) => ({
		name,
		title: input.title,
		value: context.inputs[name] ?? '',
		...(input.help === undefined ? {} : { help: input.help }),
	}))
}
