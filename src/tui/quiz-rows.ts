import { duration } from '../screen/copy.ts'
import type { ScoreCard, ToldModel } from '../screen/model.ts'
import { readAgain, scoreHeading, scoreLine } from '../screen/quiz-copy.ts'
import { lineRows } from './card-rows.ts'
import { blank, line, markup, prose, type Row, span } from './row.ts'
import { readingWidth } from './step-rows.ts'
import type { Glyphs } from './theme.ts'

/** The verdict on an answer: what decides, and what would have been right. */
export function toldRows(told: ToldModel, width: number, glyphs: Glyphs): readonly Row[] {
	const text = Math.min(width, readingWidth)
	const sign = told.right ? span(`${glyphs.passed} `, 'good') : span(`${glyphs.cause} `, 'bad')
	return [
		...prose(told.heading, text, told.right ? 'good' : 'bad', [sign]),
		blank,
		line('You chose', 'dim'),
		...markup(told.chosen, text, 'plain', [span('  ')]),
		...(told.right ? [] : [line('Right is', 'dim'), ...markup(told.correct, text, 'strong', [span('  ')])]),
		[span(`  ${glyphs.leads} ${told.leads}`, 'accent')],
		...(told.evidence.length === 0
			? []
			: [
					blank,
					line(told.evidence.length === 1 ? 'The line that decides' : 'The lines that decide', 'dim'),
					...lineRows(told.evidence, width, glyphs),
				]),
		...(told.instead === undefined || told.instead === '' ? [] : [blank, ...markup(told.instead, text)]),
		...conditionRows(told, text, glyphs),
	]
}

function conditionRows({ conditions }: ToldModel, width: number, glyphs: Glyphs): readonly Row[] {
	return conditions.flatMap((one, index) => [
		...(index === 0 ? [blank] : []),
		...prose(one.condition, width, 'dim', [
			span(`${glyphs[one.mark]} `, one.mark === 'holds' ? 'good' : one.mark === 'unknown' ? 'warn' : 'dim'),
		]),
		...one.reads.slice(0, 4).flatMap((read) => prose(read, width, 'plain', [span('    ')]).slice(0, 2)),
		...(one.reason === undefined ? [] : prose(one.reason, width, 'warn', [span('    ')])),
	])
}

/** What a quiz came to. */
export function scoreRows(card: ScoreCard, width: number, glyphs: Glyphs): readonly Row[] {
	const text = Math.min(width, readingWidth)
	const then = ` ${glyphs.after} `
	const path = card.path.map(({ label, wrong }) => (wrong ? `${label} ${glyphs.cause}` : label)).join(then)
	return [
		...prose(scoreHeading(card), text, card.score === null ? 'warn' : 'title'),
		...prose(scoreLine(card, duration(card.durationMs)), text),
		blank,
		...prose(path, text, 'plain', [span('path      ', 'dim')]),
		...(card.shortest === undefined ? [] : prose(card.shortest.join(then), text, 'plain', [span('shortest  ', 'dim')])),
		...card.wrong.flatMap(({ place, chosen, correct }) => [
			blank,
			...prose(place, text, 'strong', [span(`${glyphs.cause} `, 'bad')]),
			...prose(chosen, text, 'plain', [span('  chosen  ', 'dim')]),
			...prose(correct, text, 'plain', [span('  right   ', 'dim')]),
		]),
		...(card.read.length === 0 ? [] : [blank, ...prose(readAgain(card), text)]),
	]
}
