import { wrapOutput, wrapProse } from '../screen/cells.ts'
import { takesTerminal } from '../screen/copy.ts'
import type { CauseModel, ConfirmModel, EvidenceModel, SummaryModel } from '../screen/model.ts'
import { rule } from './frame-rows.ts'
import { blank, line, markup, prose, type Row, span, type Tone } from './row.ts'
import { readingWidth } from './step-rows.ts'
import type { Glyphs } from './theme.ts'

/** The three moments that get the screen to themselves: a cause, a question before a change, the end. */

/** The cause: what it is, what proves it, why it happens, how it does not come back. */
export function causeRows(cause: CauseModel, width: number, glyphs: Glyphs): readonly Row[] {
	const text = Math.min(width, readingWidth)
	const lead = [span(' CAUSE ', 'alarm'), span(' ')]
	return [
		...prose(cause.title, text, 'title', lead),
		...(cause.say === '' ? [] : [blank, ...markup(cause.say, text)]),
		...(cause.supported ? [] : [blank, ...prose('You named this cause. The evidence does not show it.', text, 'warn')]),
		...evidenceRows(cause, width, glyphs),
		...section('Why', cause.why, text),
		...section('What to do by hand', cause.manual ?? '', text),
		...section('So that it does not come back', cause.prevent, text),
	]
}

function evidenceRows({ evidence }: CauseModel, width: number, glyphs: Glyphs): readonly Row[] {
	return evidence.length === 0 ? [] : [blank, line('Evidence', 'strong'), ...lineRows(evidence, width, glyphs)]
}

/** Lines of output, each marked, under the command that printed them. */
export function lineRows(all: readonly EvidenceModel[], width: number, glyphs: Glyphs): readonly Row[] {
	let from: string | undefined
	return all.flatMap((evidence): Row[] => {
		const source =
			evidence.command === from ? [] : [[span('  '), span(`from ${evidence.command ?? 'an earlier command'}`, 'dim')]]
		from = evidence.command
		const lines = wrapProse(evidence.text.trim(), width - 2).slice(0, 4)
		return [...source, ...lines.map((text): Row => [span(`${glyphs.evidence} `, 'bad'), span(text)])]
	})
}

function section(title: string, text: string, width: number): readonly Row[] {
	return text === '' ? [] : [blank, line(title, 'strong'), ...markup(text, width)]
}

/** The question before a command that changes the host. The command is shown to its end, however long it is. */
export function confirmRows(confirm: ConfirmModel, width: number, glyphs: Glyphs): readonly Row[] {
	const heading = confirm.typed ? `Destructive: run this on ${confirm.host}?` : `Run this on ${confirm.host}?`
	const tone: Tone = confirm.typed ? 'bad' : 'warn'
	const command = confirm.command
		.trimEnd()
		.split('\n')
		.flatMap((text) => wrapOutput(text, width - 3))
	const text = Math.min(width, readingWidth)
	return [
		rule(heading, width, glyphs, '', tone),
		blank,
		...command.map((part): Row => [span('   '), span(part, 'strong')]),
		blank,
		...prose(confirm.effect, text, confirm.typed ? 'bad' : 'warn', [span('   ')]),
		...(confirm.undo === undefined ? [] : prose(confirm.undo, text, 'plain', [span('   '), span('Undo: ', 'dim')])),
		...(confirm.takesTerminal ? prose(takesTerminal, text, 'plain', [span('   ')]) : []),
		...(confirm.undo === undefined && confirm.badge === 'changes'
			? [line('   The flow names no way to undo it.', 'dim')]
			: []),
		blank,
		...(confirm.typed
			? prose(`To run it, type the host's name, ${confirm.host}, and press Enter. Esc leaves it.`, text, 'strong', [
					span('   '),
				])
			: [[span('   '), span('y', 'accent'), span(' run it    '), span('n', 'accent'), span(' no')]]),
	]
}

const verdictTone = { good: 'good', bad: 'bad', open: 'warn' } as const

/** What remains at the end: the verdict, the causes, what was changed, the checklist, where it is all kept. */
export function summaryRows(summary: SummaryModel, width: number, glyphs: Glyphs): readonly Row[] {
	const text = Math.min(width, readingWidth)
	const sign = { good: glyphs.passed, bad: glyphs.cause, open: glyphs.unknown }[summary.outcome]
	return [
		...prose(summary.verdict, text, verdictTone[summary.outcome], [span(`${sign} `, verdictTone[summary.outcome])]),
		...list('Causes', summary.causes, ({ title, mended }) => [
			...prose(`${title} (${mended ? 'mended' : 'stands'})`, text, 'plain', [
				mended ? span(`${glyphs.passed} `, 'good') : span(`${glyphs.cause} `, 'bad'),
			]),
		]),
		...list('Changed on the host', summary.changes, ({ command, words, undo }) => [
			...prose(`${command}  (${words})`, text, 'plain', [span(`${glyphs.chosen} `, 'warn')]),
			...(undo === undefined ? [] : prose(`undo: ${undo}`, text, 'dim', [span('  ')])),
		]),
		...list('Checklist', summary.checklist, (item) =>
			prose(`${item.text} (${item.state})`, text, 'plain', [checkSign(item.state, glyphs)]),
		),
		blank,
		line('Kept', 'strong'),
		...prose(`session     ${summary.session}`, text),
		...prose(`folder      ${summary.folder}`, text),
		...prose(`transcript  ${summary.exportWith}`, text),
	]
}

function list<T>(title: string, items: readonly T[], rows: (item: T) => readonly Row[]): readonly Row[] {
	return items.length === 0 ? [] : [blank, line(title, 'strong'), ...items.flatMap(rows)]
}

function checkSign(state: SummaryModel['checklist'][number]['state'], glyphs: Glyphs) {
	if (state === 'passes') return span(`${glyphs.passed} `, 'good')
	return state === 'fails' ? span(`${glyphs.cause} `, 'bad') : span(`${glyphs.unknown} `, 'dim')
}
