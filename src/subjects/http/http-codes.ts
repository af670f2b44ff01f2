import type { Where } from '../../text/fact-sheet.ts'
import { bool, int, list, type OutputLine } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'

export const httpCodesParser = plainParser({
	name: 'http-codes',
	summary: "The status codes of repeated requests, one a line (curl -w '%{http_code}\\n').",
	facts: {
		total: int('How many requests were made.'),
		good: int('How many had a status below 500.'),
		bad: int('How many had a status of 500 or more, or no answer.'),
		none: int('How many had no answer.'),
		timedOut: int('How many curl gave up because its time was over.'),
		badGateway: int('How many were answered with 502.'),
		worst: int('The highest status; 0 when nothing was answered.'),
		codes: list('Every status, in order; 000 for no answer.'),
		mixed: bool('Some were good and some bad.'),
	},
	read(sheet, lines, input) {
		const answers: { readonly code: string; readonly line: OutputLine }[] = []
		for (const line of lines) {
			const text = line.text.trim()
			// Without a newline in -w, the codes of several requests stand in one line.
			if (text.length > 3000 || !/^(?:000|[1-5]\d\d)(?:[ ,;]*(?:000|[1-5]\d\d))*$/.test(text)) continue
			for (const code of text.match(/\d{3}/g) ?? []) answers.push({ code, line })
		}
		if (answers.length === 0) return
		const isBad = (code: string) => code === '000' || code >= '500'
		const bad = answers.filter(({ code }) => isBad(code))
		const good = answers.filter(({ code }) => !isBad(code))
		const count = (name: string, some: readonly Where[]) => sheet.set(name, some.length, ...some)
		const answered = (code: string) => answers.filter((answer) => answer.code === code)
		count('total', answers)
		count('good', good)
		count('bad', bad)
		count('none', answered('000'))
		count(
			'timedOut',
			input.lines.filter(({ text }) => /^curl: \(28\)/.test(text)),
		)
		count('badGateway', answered('502'))
		const codes = answers.map(({ code }) => code)
		const worst = codes.toSorted().at(-1) ?? '000'
		sheet.set('worst', Number(worst), ...answered(worst))
		sheet.set('codes', codes, ...answers)
		sheet.set('mixed', bad.length > 0 && good.length > 0, ...(bad.length > 0 ? bad : answers))
	},
})
