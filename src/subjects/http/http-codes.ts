import { createFactSheet } from '../../text/fact-sheet.ts'
import { bool, int, list, type OutputLine, type Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

export const httpCodesParser: Parser = {
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
	parse(input) {
		const sheet = createFactSheet()
		const answers: { readonly code: string; readonly line: OutputLine }[] = []
		for (const line of plainLines(input)) {
			const text = line.text.trim()
			// Without a newline in -w, the codes of several requests stand in one line.
			if (text.length > 3000 || !/^(?:000|[1-5]\d\d)(?:[ ,;]*(?:000|[1-5]\d\d))*$/.test(text)) continue
			for (const code of text.match(/\d{3}/g) ?? []) answers.push({ code, line })
		}
		if (answers.length === 0) return sheet.parsed()
		const isBad = (code: string) => code === '000' || code >= '500'
		const bad = answers.filter(({ code }) => isBad(code))
		const good = answers.filter(({ code }) => !isBad(code))
		const spans = (some: typeof answers) => [...new Set(some.map(({ line }) => line.number))].map((line) => ({ line }))
		const count = (code: string) => answers.filter((answer) => answer.code === code)
		sheet.set('total', answers.length, ...spans(answers))
		sheet.set('good', good.length, ...spans(good))
		sheet.set('bad', bad.length, ...spans(bad))
		sheet.set('none', count('000').length, ...spans(count('000')))
		const timedOut = input.lines.filter(({ text }) => /^curl: \(28\)/.test(text))
		sheet.set('timedOut', timedOut.length, ...timedOut.map(({ number }) => ({ line: number })))
		sheet.set('badGateway', count('502').length, ...spans(count('502')))
		const worst =
			answers
				.map(({ code }) => code)
				.toSorted()
				.at(-1) ?? '000'
		sheet.set('worst', Number(worst), ...spans(count(worst)))
		sheet.set(
			'codes',
			answers.map(({ code }) => code),
			...spans(answers),
		)
		sheet.set('mixed', bad.length > 0 && good.length > 0, ...spans(bad.length > 0 ? bad : answers))
		return sheet.parsed()
	},
}
