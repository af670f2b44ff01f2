import { describe, expect, test } from 'vitest'
import { readLogLines } from '../../src/text/log-line.ts'
import { readPastedText } from '../../src/text/pasted-text.ts'
import { plainLines } from '../../src/text/plain-lines.ts'
import { pasted, prefixed, recorded } from '../subjects/recorded-output.ts'

const log = recorded('nginx-error-log', 'unix-story')
const texts = log.lines.map(({ text }) => text)

const decorations: readonly (readonly [string, (text: string, at: number) => string])[] = [
	['a mail', (text) => `> ${text}`],
	['compose', (text) => `web-1  | ${text}`],
	['a pod', (text) => `[pod/web-7d9/nginx] ${text}`],
	['a frame', (text) => `│ ${text} │`],
	['grep -n', (text, at) => `${at * 7 + 3}:${text}`],
	['cat -n', (text, at) => `${String(at + 1).padStart(6)}  ${text}`],
	['less -N', (text, at) => `${String(at + 1).padStart(7)} ${text}`],
]

describe('what stands in front of every line', () => {
	test.each(decorations)('%s', (_, decorate) => {
		const lines = log.lines.map((line, at) => ({ ...line, text: decorate(line.text, at) }))
		const read = readPastedText(lines).map(({ line }) => line.text.trimEnd())
		expect(read).toEqual(texts)
		expect(readLogLines(lines).map(({ text }) => text.trimEnd())).toEqual(texts)
		if (!decorate('', 0).includes('│')) expect(plainLines({ lines }).map(({ text }) => text)).toEqual(texts)
	})

	test('keeps its place in the line', () => {
		const [line] = plainLines(prefixed(log, 'web-1  | '))
		expect(line).toMatchObject({ number: 1, offset: 'web-1  | '.length, text: texts[0] })
	})
})

describe('what only looks like a number of a line', () => {
	test.each([
		[
			'of processes',
			'    210 ?        Ss     0:00 nginx\n    214 ?        S      0:00 nginx\n    390 ?        S      0:00 sshd',
		],
		['of the clock', '09:00:01 one\n09:00:02 two\n09:00:03 three\n09:00:04 four'],
	])('%s', (_, text) => {
		const { lines } = pasted(text)
		for (const read of [plainLines({ lines }), readLogLines(lines)]) {
			expect(read.map((line) => line.text)).toEqual(text.split('\n'))
		}
	})
})
