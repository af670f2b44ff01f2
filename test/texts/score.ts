import { readFileSync } from 'node:fs'
import { openFlow } from '../../src/app/compose.ts'
import { ownTexts } from './own.ts'
import { type LabelledText, lineOf, report, score } from './scoring.ts'

/**
 * `npm run texts -- FILE`: scores `explain` on a file of texts, one JSON object a line (`output`, `acceptable_labels`,
 * `sufficient_alone`, `evidence`); without a file, on the project's own. `--all` shows every text, not only those that
 * are not right.
 */

const words = process.argv.slice(2)
const file = words.find((word) => !word.startsWith('-'))
const texts =
	file === undefined
		? ownTexts()
		: readFileSync(file, 'utf8')
				.split('\n')
				.filter((line) => line.trim() !== '')
				.map((line) => JSON.parse(line) as LabelledText)
const opened = await openFlow('flask-502')
const scored = []
for (const text of texts) scored.push(await score(opened, text))
for (const one of scored) {
	const isFine = one.verdict === 'right' && one.withoutOutput === undefined && one.withoutLine === undefined
	if (words.includes('--all') || !isFine) process.stdout.write(`${lineOf(one)}\n`)
}
process.stdout.write(`\n${report(scored)}\n`)
process.exitCode = scored.some(({ verdict }) => verdict === 'wrong') ? 1 : 0
