import { checkInput } from '../flow/inputs.ts'
import type { WalkEvent } from '../machine/types.ts'
import { quizReasons } from './copy.ts'
import { type Intent, intentOf, type KeyPress } from './keymap.ts'
import type { ScreenModel } from './model.ts'
import type { QuizMove } from './quiz.ts'
import { scrolled } from './scroll.ts'
import { editField, fieldOf, textOf } from './text-field.ts'
import { contextOf, freshView, type Overlay, type Situation, selectedChoice, type View } from './view.ts'

export interface Pressed {
	readonly view: View
	/** To be sent to the session, in this order. */
	readonly sends: readonly WalkEvent[]
	/** The operator leaves. */
	readonly leave: boolean
	/** What the quiz is told. */
	readonly quiz?: QuizMove
}

/** How long a second Ctrl-C leaves after the first has cancelled a command. */
const leaveWithinMs = 2000

/** What a key does. Pure: gives the next view and what to send. */
export function press(situation: Situation, key: KeyPress): Pressed {
	const { model, view, now } = situation
	const context = contextOf(model, view)
	const quiet = view.notice === null ? view : { ...view, notice: null }
	if (key.name === 'ctrl+c' && view.cancelledAt !== null && now - view.cancelledAt <= leaveWithinMs) {
		return { view: quiet, sends: [], leave: true }
	}
	const intent = intentOf(key, context)
	const typing = context === 'field' || context === 'typing-host' || context === 'paste'
	if (intent === undefined) return typing ? stay(typed(quiet, key)) : stay(quiet)
	const reason = view.overlay === null && model.actions.find((action) => action.intent === intent)?.disabledReason
	if (reason) return stay({ ...quiet, notice: reason })
	return act(intent, key, { ...situation, view: quiet })
}

/**
 * What pasted text does: it goes into what is being typed, and nowhere else.
 * @param bracketed the terminal marked it as a paste; else it is a piece of typing too long for a hand
 */
export function paste({ model, view }: Situation, text: string, bracketed: boolean): Pressed {
	const { overlay } = view
	if (overlay?.kind === 'paste') {
		const all = overlay.text + text.replace(/\r\n?/g, '\n')
		return stay({ ...view, overlay: { ...overlay, text: all, bracketed: overlay.bracketed || bracketed } })
	}
	if (overlay && 'field' in overlay) {
		return stay({ ...view, overlay: { ...overlay, field: editField(overlay.field, { type: 'insert', text }) } })
	}
	if (contextOf(model, view) === 'typing-host') return stay({ ...view, notice: "Type the host's name by hand." })
	return stay({ ...view, notice: 'Pasted text is ignored here. To give the output of a command, press p first.' })
}

function stay(view: View): Pressed {
	return { view, sends: [], leave: false }
}

function send(view: View, ...sends: WalkEvent[]): Pressed {
	return { view: { ...view, overlay: null }, sends, leave: false }
}

function show(view: View, overlay: Overlay | null): Pressed {
	return stay({ ...view, overlay })
}

/** A key that goes into the text being typed. A printable key is its own text. */
function typed(view: View, { name }: KeyPress): View {
	const printable = name === 'space' ? ' ' : name
	const edit =
		[...printable].length === 1 || !/^[a-z+-]+$/.test(printable)
			? ({ type: 'insert', text: printable } as const)
			: ({ type: 'key', key: name } as const)
	const { overlay } = view
	if (overlay?.kind === 'paste') {
		if (edit.type === 'insert') return { ...view, overlay: { ...overlay, text: overlay.text + edit.text } }
		return name === 'backspace' ? { ...view, overlay: { ...overlay, text: overlay.text.slice(0, -1) } } : view
	}
	if (overlay && 'field' in overlay) return { ...view, overlay: { ...overlay, field: editField(overlay.field, edit) } }
	return { ...view, typed: editField(view.typed, edit) }
}

function act(intent: Intent, key: KeyPress, situation: Situation): Pressed {
	const { model, view, flow } = situation
	const { overlay } = view
	const still = { ...view, autorun: false }
	switch (intent) {
		case 'run':
			return model.enter === 'paste' ? askOutput(still) : send(still, { type: 'step.run' })
		case 'accept':
		case 'remedy':
			return choose(still, model)
		case 'hint':
			return { ...stay({ ...still, output: null, anchor: null }), quiz: { type: 'hint' } }
		case 'look':
			return { ...stay(still), quiz: { type: 'look' } }
		case 'start':
		case 'start-quiz':
		case 'random':
			return stay(view)
		case 'finish':
			return { view, sends: [], leave: true }
		case 'yes':
			return overlay?.kind === 'quit' ? { view, sends: [], leave: true } : send(still, { type: 'confirm.yes' })
		case 'no':
			return send(still, { type: 'confirm.no' })
		case 'stay':
		case 'close':
			return show(view, null)
		case 'abandon':
			return overlay === null ? send(still, { type: 'confirm.no' }) : show(view, null)
		case 'submit':
			return submit(view, flow)
		case 'submit-host':
			return submitHost(view, model)
		case 'submit-paste':
			return submitPaste(view, key)
		case 'jump': {
			const step = overlay?.kind === 'map' ? model.map[overlay.selected]?.step : undefined
			if (step === undefined || step === model.step.id) return show(view, null)
			return model.phase === 'running' || model.phase === 'ended'
				? stay({ ...view, notice: 'Wait for the command to end, or cancel it, before you go elsewhere.' })
				: send(still, { type: 'step.goto', step })
		}
		case 'change': {
			const input = overlay?.kind === 'inputs' ? model.inputs[overlay.selected] : undefined
			return input ? show(view, { kind: 'input', name: input.name, field: fieldOf(input.value) }) : stay(view)
		}
		case 'cancel':
			return {
				view: { ...still, cancelledAt: situation.now, notice: 'Cancelling. Ctrl-C again leaves.' },
				sends: [{ type: 'command.cancel' }],
				leave: false,
			}
		case 'skip':
			return send(still, { type: 'step.skip' })
		case 'rerun':
			return send(still, { type: 'step.rerun' })
		case 'back':
			return send(still, { type: 'step.back' })
		case 'edit':
			return nextCommand(model).trim().includes('\n')
				? stay({ ...still, notice: 'This command has several lines and cannot be edited here.' })
				: show(still, { kind: 'edit', field: fieldOf(nextCommand(model)) })
		case 'paste':
			return askOutput(still)
		case 'note':
			return show(view, { kind: 'note', field: fieldOf('') })
		case 'inputs':
			return show(view, { kind: 'inputs', selected: 0 })
		case 'map':
			return overlay?.kind === 'map'
				? show(view, null)
				: show(view, {
						kind: 'map',
						selected: Math.max(
							0,
							model.map.findIndex((item) => item.state === 'current'),
						),
					})
		case 'output':
			return show(view, overlay?.kind === 'output' ? null : { kind: 'output' })
		case 'help':
		case 'why':
			return show(view, overlay?.kind === intent ? null : { kind: intent, top: 0 })
		case 'guide':
			return readOn(situation)
		case 'autorun':
			return !view.autorun
				? stay({ ...view, autorun: true, notice: 'Running on. Press a to stop.' })
				: stay({ ...view, autorun: false, notice: 'Stopped running on.' })
		case 'digit': {
			const index = Number(key.name) - 1
			if (index >= model.choices.length) return stay({ ...view, notice: `There is no choice ${key.name}.` })
			return stay({ ...view, selected: index, focus: 'choices' })
		}
		case 'focus':
			return stay({ ...view, focus: view.focus === 'choices' ? 'output' : 'choices' })
		case 'previous-output':
		case 'next-output': {
			const last = model.outputs.length - 1
			const shown = view.output ?? model.shownOutput
			const next = Math.min(last, Math.max(0, shown + (intent === 'next-output' ? 1 : -1)))
			return stay({ ...view, output: next, anchor: next === shown ? view.anchor : null })
		}
		case 'leave':
			return overlay?.kind === 'quit' ? { view, sends: [], leave: true } : show(still, { kind: 'quit' })
		case 'up':
		case 'down':
		case 'page-up':
		case 'page-down':
		case 'top':
		case 'bottom':
			return stay(scrolled(situation, intent))
	}
}

function askOutput(view: View): Pressed {
	return show(view, { kind: 'paste', text: '', bracketed: false })
}

/** Space in a page reads on and closes it at its end, as pagers do; elsewhere it opens the guide. */
function readOn(situation: Situation): Pressed {
	const { view, reach } = situation
	const { overlay } = view
	if (!overlay) return show(view, { kind: 'guide', top: 0 })
	const atEnd = 'top' in overlay && overlay.top + reach.page.rows >= reach.page.total
	return atEnd ? show(view, null) : stay(scrolled(situation, 'page-down'))
}

function choose(view: View, model: ScreenModel): Pressed {
	const selected = selectedChoice(model, view)
	if (selected === null && model.enter === 'paste') return askOutput(view)
	if (selected === null && model.enter === 'rerun') return send(view, { type: 'step.rerun' })
	const choice = selected === null ? undefined : model.choices[selected]
	if (model.quiz?.told) return send(view, model.quiz.told.next)
	if (model.quiz?.stage === 'asked') {
		if (selected === null) return stay({ ...view, notice: quizReasons.asked })
		return { ...stay(view), quiz: { type: 'answer', choice: selected } }
	}
	if (choice) return send(view, choice.event)
	return stay({
		...view,
		notice: 'Nothing is recommended here. Choose with the arrow keys or a number, then press Enter.',
	})
}

function submit(view: View, flow: Situation['flow']): Pressed {
	const { overlay } = view
	if (!overlay || !('field' in overlay)) return stay(view)
	const text = textOf(overlay.field).trim()
	if (overlay.kind === 'note')
		return text === '' ? show(view, null) : send({ ...view, notice: 'Noted.' }, { type: 'note.add', text })
	if (overlay.kind === 'edit') return text === '' ? show(view, null) : send(view, { type: 'command.edit', text })
	if (overlay.kind !== 'input') return stay(view)
	const checked = checkInput(flow.inputs[overlay.name]?.format ?? 'text', text)
	if (!checked.ok) return show(view, { ...overlay, problem: checked.reason })
	return send(view, { type: 'input.set', name: overlay.name, value: checked.value })
}

function submitHost(view: View, model: ScreenModel): Pressed {
	const text = textOf(view.typed).trim()
	if (text === model.confirm?.host) return send({ ...view, autorun: false }, { type: 'confirm.typed', text })
	return stay({
		...view,
		typed: freshView.typed,
		notice: `That is not the host's name. Type ${model.confirm?.host ?? ''}, or press Esc.`,
	})
}

/** Enter submits only where the terminal marks pastes: elsewhere it may be a line's end within one. */
function submitPaste(view: View, key: KeyPress): Pressed {
	const { overlay } = view
	if (overlay?.kind !== 'paste') return stay(view)
	if (key.name === 'enter' && !overlay.bracketed && overlay.text !== '')
		return show(view, { ...overlay, text: `${overlay.text}\n` })
	return overlay.text.trim() === '' ? show(view, null) : send(view, { type: 'output.paste', text: overlay.text })
}

function nextCommand(model: ScreenModel): string {
	const next = model.step.commands.find((command) => command.state === 'asked' || command.state === 'next')
	return next?.text ?? ''
}
