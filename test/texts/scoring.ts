import type { OpenedFlow } from '../../src/app/compose.ts'
import { explainPaste } from '../../src/app/explain.ts'
import type { Explanation } from '../../src/app/explain-answer.ts'
import { readPastedText } from '../../src/app/paste.ts'
import { recognise } from '../../src/subjects/recognise.ts'
import type { OutputLine } from '../../src/text/parser.ts'
import { CAUSES_OF_LABELS, HEALTHY_LABELS } from './labels.ts'

/** How well `explain` answers texts of which it is known what they mean. */

/** One line of a file of texts. */
export interface LabelledText {
	readonly id: string
	readonly output: string
	/** The answers that are right from this text alone. */
	readonly acceptable_labels: readonly string[]
	/** It decides by itself. */
	readonly sufficient_alone: boolean
	/** What of a line decides it. */
	readonly evidence: string
}

export type Verdict = 'right' | 'wrong' | 'silent'

export interface Scored {
	readonly id: string
	readonly decisive: boolean
	readonly verdict: Verdict
	/** What was answered: causes, or the outcome. */
	readonly answer: string
	readonly acceptable: readonly string[]
	/** What was named without the output that decides: a cause is one that the rest of the text does not bear out. */
	readonly withoutOutput: string | undefined
	/** What was named wrongly without the line that decides and those that say the same. */
	readonly withoutLine: string | undefined
}

/** Asks for the answer to a text and to what is left of it when what decides is cut away. */
export async function score(opened: OpenedFlow, text: LabelledText): Promise<Scored> {
	const explanation = await answer(opened, text.output)
	const lines = await linesOf(text.output)
	const left = await answer(opened, withoutOutputs(lines, text.evidence))
	const rest = await answer(opened, withoutLines(lines, text.evidence))
	const acceptable = acceptableCauses(text)
	const fails = named(rest).some((id) => !acceptable.has(id) && !yieldsTo(opened, id, acceptable))
	return {
		id: text.id,
		decisive: text.sufficient_alone,
		verdict: verdictOn(explanation, text),
		answer: said(explanation),
		acceptable: text.acceptable_labels,
		withoutOutput: named(left).length === 0 ? undefined : said(left),
		withoutLine: fails ? said(rest) : undefined,
	}
}

/** Right: what is named is acceptable. Wrong: anything else is named, or it is called healthy and is not. */
export function verdictOn(explanation: Explanation, { acceptable_labels: labels }: LabelledText): Verdict {
	const acceptable = acceptableCauses({ acceptable_labels: labels })
	const causes = named(explanation)
	if (causes.length > 0) return causes.every((cause) => acceptable.has(cause)) ? 'right' : 'wrong'
	if (explanation.outcome !== 'healthy') return 'silent'
	return labels.some((label) => HEALTHY_LABELS.has(label)) ? 'right' : 'wrong'
}

function acceptableCauses({ acceptable_labels: labels }: Pick<LabelledText, 'acceptable_labels'>): ReadonlySet<string> {
	return new Set(labels.flatMap((label) => CAUSES_OF_LABELS[label] ?? []))
}

/** A cause that one of them would explain: without the line that decides it is what can still be said. */
function yieldsTo(opened: OpenedFlow, id: string, deeper: ReadonlySet<string>, seen = new Set<string>()): boolean {
	if (seen.has(id)) return false
	seen.add(id)
	const yields = opened.flow.causes[id]?.yields ?? []
	return yields.some((one) => deeper.has(one) || yieldsTo(opened, one, deeper, seen))
}

/** The causes of the answer; those that another one of them explains are no answers of their own. */
function named({ causes }: Explanation): readonly string[] {
	return causes.filter(({ symptomOf }) => symptomOf === undefined).map(({ id }) => id)
}

function said(explanation: Explanation): string {
	const causes = named(explanation)
	return causes.length > 0 ? causes.join(', ') : explanation.outcome
}

async function answer(opened: OpenedFlow, text: string): Promise<Explanation> {
	const lines = text.trim() === '' ? [] : await linesOf(text)
	return explainPaste(opened, { lines, set: [] })
}

async function linesOf(text: string): Promise<readonly OutputLine[]> {
	return (await readPastedText([Buffer.from(text)] as unknown as AsyncIterable<Buffer>)).lines
}

/** The text without the outputs in which the evidence stands. */
export function withoutOutputs(lines: readonly OutputLine[], evidence: string): string {
	const deciding = linesWith(lines, evidence)
	const gone = recognise(lines).filter((segment) => segment.lines.some(({ number }) => deciding.has(number)))
	const numbers = new Set([...deciding, ...gone.flatMap((segment) => segment.lines.map(({ number }) => number))])
	return textOf(lines.filter(({ number }) => !numbers.has(number)))
}

/** The text without the lines that are the evidence, and those that differ from them in numbers only. */
export function withoutLines(lines: readonly OutputLine[], evidence: string): string {
	const deciding = linesWith(lines, evidence)
	const shapes = new Set(lines.filter(({ number }) => deciding.has(number)).map(({ text }) => shapeOf(text)))
	return textOf(lines.filter(({ text }) => !shapes.has(shapeOf(text))))
}

function shapeOf(text: string): string {
	return text.replace(/\d+/g, '0').trim()
}

function linesWith(lines: readonly OutputLine[], evidence: string): ReadonlySet<number> {
	const wanted = evidence.replace(/\s+/g, ' ').trim()
	return new Set(lines.filter(({ text }) => text.replace(/\s+/g, ' ').includes(wanted)).map(({ number }) => number))
}

function textOf(lines: readonly OutputLine[]): string {
	return lines.map(({ text }) => text).join('\n')
}

/** The figures as people read them. */
export function report(scored: readonly Scored[]): string {
	const lines: string[] = []
	for (const [title, texts] of [
		['decide alone', scored.filter(({ decisive }) => decisive)],
		['do not', scored.filter(({ decisive }) => !decisive)],
	] as const) {
		const count = (verdict: Verdict): number => texts.filter((one) => one.verdict === verdict).length
		lines.push(`${title}: ${texts.length}, right ${count('right')}, wrong ${count('wrong')}, silent ${count('silent')}`)
	}
	const named = scored.filter(({ withoutOutput }) => withoutOutput !== undefined).length
	const wrong = scored.filter(({ withoutLine }) => withoutLine !== undefined).length
	lines.push(`the output that decides cut away: ${named} with a cause; the line cut away: ${wrong} wrong`)
	return lines.join('\n')
}

/** One line for a text. */
export function lineOf({
	id,
	decisive,
	verdict,
	answer: given,
	acceptable,
	withoutOutput,
	withoutLine,
}: Scored): string {
	const cut = withoutOutput === undefined ? '' : `; without the output: ${withoutOutput}`
	const line = withoutLine === undefined ? '' : `; without the line: ${withoutLine}`
	return `${verdict.padEnd(6)} ${decisive ? 'alone' : '     '} ${id}: ${given} (acceptable: ${acceptable.join(', ')})${cut}${line}`
}
