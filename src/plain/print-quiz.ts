import { asciiOf, steady, wrapProse } from '../screen/cells.ts'
import { duration } from '../screen/copy.ts'
import type { EvidenceModel, ScoreCard, ScreenModel, ToldModel } from '../screen/model.ts'
import { readAgain, scoreHeading, scoreLine } from '../screen/quiz-copy.ts'
import type { GlyphSet } from '../terminal/detect.ts'

/** A quiz in lines: hints, verdicts, the score card. */

/** The hint that was taken last. */
export function hintLines({ quiz }: ScreenModel, width: number): readonly string[] {
	const hint = quiz?.hints.at(-1)
	return hint
		? [
				...wrapProse(`Hint: ${hint.text}${hint.lines.length > 0 ? ':' : ''}`, width),
				...evidenceLines(hint.lines, width),
			]
		: []
}

/** The verdict on an answer. */
export function toldLines(told: ToldModel, width: number): readonly string[] {
	return [
		'',
		...wrapProse(`${told.right ? 'Right' : 'Wrong'}. ${told.heading}`, width),
		...wrapProse(`You chose: ${told.chosen}`, width),
		...(told.right ? [] : wrapProse(`Right is: ${told.correct}`, width)),
		...wrapProse(`It leads to: ${told.leads}`, width),
		...evidenceLines(told.evidence, width),
		...(told.instead === undefined || told.instead === '' ? [] : wrapProse(told.instead, width)),
		...told.conditions.flatMap(({ condition, mark, reads }) => [
			...wrapProse(
				`Condition: ${condition} (${mark === 'holds' ? 'holds' : mark === 'fails' ? 'does not hold' : mark})`,
				width,
			),
			...reads.slice(0, 4).flatMap((read) => wrapProse(`  ${read}`, width)),
		]),
	]
}

function evidenceLines(lines: readonly EvidenceModel[], width: number): readonly string[] {
	return lines.flatMap(({ line, text, command }) =>
		wrapProse(`Evidence: ${steady(text.trim())} (line ${line} of ${command ?? 'an earlier command'})`, width),
	)
}

/**
 * What a quiz came to: what stays on the terminal when either front end has left it, after the last words.
 * @returns text that ends with a newline
 */
export function scoreText(card: ScoreCard, glyphs: GlyphSet): string {
	const lines = ['', ...scoreLines(card, 80)].map((line) => line.trimEnd())
	return `${(glyphs === 'ascii' ? lines.map(asciiOf) : lines).join('\n')}\n`
}

/** What a quiz came to, in lines. */
function scoreLines(card: ScoreCard, width: number): readonly string[] {
	return [
		...wrapProse(scoreHeading(card), width),
		...wrapProse(scoreLine(card, duration(card.durationMs)), width),
		...wrapProse(
			`Path: ${card.path.map(({ label, wrong }) => (wrong ? `${label} (wrong turn)` : label)).join(' > ')}`,
			width,
		),
		...(card.shortest === undefined ? [] : wrapProse(`Shortest: ${card.shortest.join(' > ')}`, width)),
		...card.wrong.flatMap(({ place, chosen, correct }) => [
			...wrapProse(`Wrong turn: ${place}`, width),
			...wrapProse(`  chosen: ${chosen}`, width),
			...wrapProse(`  right: ${correct}`, width),
		]),
		...wrapProse(readAgain(card), width).filter((line) => line !== ''),
	]
}
