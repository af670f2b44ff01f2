import { steady, wrapProse } from '../screen/cells.ts'
import { takesTerminal } from '../screen/copy.ts'
import { footerOf } from '../screen/footer.ts'
import { type Intent, keyLabel, keyLabels, keymap } from '../screen/keymap.ts'
import type { ChoiceModel, CommandModel, Mark, ScreenModel, SummaryModel } from '../screen/model.ts'
import { freshView, type View } from '../screen/view.ts'
import { toldLines } from './print-quiz.ts'

/** A screen as lines that are only ever added: words instead of signs, numbers instead of a selection. */

/** What the operator faces now. Output is not among it: that is printed as it comes; nor is the end: `lastWords`. */
export function sceneLines(model: ScreenModel, width: number): readonly string[] {
	if (model.quiz?.told) return toldLines(model.quiz.told, width)
	switch (model.phase) {
		case 'ready':
			return readyLines(model, width)
		case 'confirming':
			return confirmLines(model, width)
		case 'running':
			return []
		case 'deciding':
			return decidingLines(model, width)
		case 'cause':
			return causeLines(model, width)
		case 'ended':
			return []
	}
}

/** The first lines of a session. */
export function openingLines({ header }: ScreenModel, width: number): readonly string[] {
	return [...wrapProse(`${header.title} on ${header.host}`, width), ...paragraph(header.warning ?? '', width)]
}

function paragraph(text: string, width: number): readonly string[] {
	return text === '' ? [] : ['', ...wrapProse(text, width)]
}

function readyLines({ header, step }: ScreenModel, width: number): readonly string[] {
	return [
		'',
		...wrapProse(`Step ${header.step}: ${step.title}${step.manual ? ' (by hand)' : ''}`, width),
		...(step.because === undefined ? [] : wrapProse(`Because: ${step.because}`, width)),
		...paragraph(step.guide, width),
		...(step.commands.length > 0 ? [''] : []),
		...step.commands.flatMap((command) => commandLines(command, width)),
		...(step.faq.length === 0
			? []
			: [
					'',
					...step.faq.flatMap(({ question }) => wrapProse(`Question: ${question} (${guideAnswer} answers)`, width)),
				]),
	]
}

function commandLines(command: CommandModel, width: number): readonly string[] {
	const facts = [command.badge, ...(command.root ? ['as root'] : []), ...(command.edited ? ['edited'] : [])].join(', ')
	const words =
		command.words === '' ? facts : command.state === 'left-out' ? command.words : `${facts}, ${command.words}`
	return [
		...(command.typed ?? command.text)
			.trimEnd()
			.split('\n')
			.map((text) => `$ ${steady(text)}`),
		...wrapProse(`  (${words})`, width),
	]
}

function confirmLines({ confirm }: ScreenModel, width: number): readonly string[] {
	if (!confirm) return []
	return [
		'',
		`${confirm.typed ? 'Destructive: run' : 'Run'} this on ${steady(confirm.host)}?`,
		...confirm.command
			.trimEnd()
			.split('\n')
			.map((text) => `$ ${steady(text)}`),
		...wrapProse(confirm.effect, width),
		...(confirm.takesTerminal ? wrapProse(takesTerminal, width) : []),
		...(confirm.undo === undefined ? [] : wrapProse(`Undo: ${confirm.undo}`, width)),
	]
}

function decidingLines(model: ScreenModel, width: number): readonly string[] {
	const { verdict } = model
	const heading = verdict?.kind === 'finding' ? 'Found' : 'Your choice'
	return [
		...(model.byHand?.wanted == null ? [] : ['', `$ ${steady(model.byHand.wanted)}`]),
		...(verdict ? ['', ...wrapProse(`${heading}: ${verdict.text}`, width)] : []),
		...choiceLines(model.choices, width),
	]
}

const markWords: Readonly<Record<Mark, string>> = {
	holds: 'holds',
	fails: 'does not hold',
	unknown: 'unknown',
	open: '',
}

function choiceLines(choices: readonly ChoiceModel[], width: number): readonly string[] {
	return choices.flatMap((choice, index) => {
		const words = [choice.recommended ? 'recommended' : '', markWords[choice.mark]].filter((word) => word !== '')
		const leads = choice.text === choice.leads ? [] : [`leads to ${choice.leads}`]
		const facts = [...leads, ...words].join(', ')
		return wrapProse(`${index + 1}. ${choice.text}${facts === '' ? '' : ` (${facts})`}`, width)
	})
}

function causeLines(model: ScreenModel, width: number): readonly string[] {
	const { cause, choices, quiz, verdict } = model
	const question = quiz?.stage === 'asked' && verdict ? verdict.text : 'What to do:'
	if (!cause) return []
	return [
		'',
		...wrapProse(`Cause: ${cause.title}`, width),
		...wrapProse(cause.say, width),
		...(cause.supported ? [] : wrapProse('You named this cause. The evidence does not show it.', width)),
		...cause.evidence.flatMap(({ line, text, command }) =>
			wrapProse(`Evidence: ${text.trim()} (line ${line} of ${command ?? 'an earlier command'})`, width),
		),
		...paragraph(cause.why === '' ? '' : `Why: ${cause.why}`, width),
		...paragraph(cause.manual === undefined ? '' : `By hand: ${cause.manual}`, width),
		...paragraph(cause.prevent === '' ? '' : `So that it does not come back: ${cause.prevent}`, width),
		...(choices.length === 0 ? [] : ['', question, ...choiceLines(choices, width)]),
	]
}

/** What remains of a session: also what the full-screen front end leaves on the screen behind it. */
export function summaryLines(summary: SummaryModel, width: number): readonly string[] {
	return [
		'',
		...wrapProse(summary.verdict, width),
		...summary.causes.flatMap(({ title, mended }) =>
			wrapProse(`Cause: ${title} (${mended ? 'mended' : 'stands'})`, width),
		),
		...summary.changes.flatMap(({ command, words, undo }) => [
			...wrapProse(`Changed: ${command} (${words})`, width),
			...(undo === undefined ? [] : wrapProse(`  undo: ${undo}`, width)),
		]),
		...checklistLines(summary.checklist, width),
		`Session: ${summary.session}`,
		`Folder: ${summary.folder}`,
		`Transcript: ${summary.exportWith}`,
	]
}

function checklistLines(checklist: SummaryModel['checklist'], width: number): readonly string[] {
	const open = checklist.filter(({ state }) => state === 'not checked').length
	return [
		...checklist
			.filter(({ state }) => state !== 'not checked')
			.flatMap(({ text, state }) => wrapProse(`Checklist: ${text} (${state})`, width)),
		...(open === 0 || open === checklist.length ? [] : [`Checklist: ${open} of ${checklist.length} not checked`]),
	]
}

/** What can be answered now, on one line: `[Enter] run, s skip, q leave`. */
export function promptLine(model: ScreenModel, view: Pick<View, 'autorun'> = freshView): string {
	const { confirm, choices } = model
	if (confirm?.typed) return `Type ${steady(confirm.host)} to run it, n for no: `
	const items = footerOf(model, { ...freshView, ...view }, false).filter(
		({ intent }) => intent !== 'down' && intent !== 'map' && intent !== 'output',
	)
	const numbers = choices.length > 1 ? [`1-${choices.length} choose`] : []
	const [first, ...others] = items.map(({ keys, label }) =>
		keys === 'Enter' ? `[Enter] ${label}` : `${keys} ${label}`,
	)
	return `${[...(first === undefined ? [] : [first]), ...numbers, ...others].join(', ')}: `
}

/** Every key that can be answered now. */
export function helpLines(model: ScreenModel, width: number): readonly string[] {
	return model.actions
		.filter((action) => action.enabled && !screenOnly.has(action.intent))
		.flatMap(({ intent }) => wrapProse(`${answerFor(intent)}: ${keymap[intent].help}`, width))
}

/** What to answer for an intent: its first key, which a line can hold. */
function answerFor(intent: Intent): string {
	if (intent === 'guide') return guideAnswer
	return intent === 'digit' ? keyLabels(intent, false) : keyLabel(keymap[intent].keys[0] ?? '', false)
}

/** A line of a lone blank is hard to see, so the guide has a letter of its own here. */
export const guideAnswer = 'g'

const screenOnly: ReadonlySet<string> = new Set([
	'up',
	'down',
	'page-up',
	'page-down',
	'top',
	'bottom',
	'focus',
	'output',
	'previous-output',
	'next-output',
	'cancel',
])

/** How each condition came out. */
export function whyLines(model: ScreenModel, width: number): readonly string[] {
	return model.why.flatMap((branch, index) => [
		...wrapProse(`${index + 1}. ${branch.text}`, width),
		...wrapProse(`   ${branch.condition}${branch.mark === 'open' ? '' : `: ${markWords[branch.mark]}`}`, width),
		...(branch.reason === undefined ? [] : wrapProse(`   ${branch.reason}`, width)),
		...branch.reads.flatMap((read) => wrapProse(`   ${read}`, width)),
	])
}

/** The guide's questions with their answers, after the guide itself. */
export function guideLines({ step }: ScreenModel, width: number): readonly string[] {
	return [
		...wrapProse(step.guide, width),
		...step.faq.flatMap(({ question, answer }) => ['', ...wrapProse(question, width), ...wrapProse(answer, width)]),
	]
}

/** The path walked, and what can come next. */
export function mapLines(model: ScreenModel, width: number): readonly string[] {
	const words = { passed: '', chosen: ' (your choice)', cause: ' (it named a cause)', current: ' (you are here)' }
	return [
		...model.trail.flatMap((item, index) => wrapProse(`${index + 1}. ${item.label}${words[item.state]}`, width)),
		...(model.ahead.length === 0 ? [] : wrapProse(`Next: ${model.ahead.join('; ')}`, width)),
	]
}
