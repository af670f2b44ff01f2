import { describe, expect, test } from 'vitest'
import { createProgress } from '../../src/terminal/progress.ts'

function shownOn(stream: { isTTY?: boolean; columns?: number }, env: Record<string, string>): string {
	let written = ''
	const progress = createProgress(
		{
			...stream,
			write: (text: string) => {
				written += text
			},
		},
		env,
	)
	progress.show('… 1 Confirm')
	progress.show('… 1 Confirm')
	progress.show('… 2 Gunicorn service state')
	progress.end()
	progress.end()
	return written
}

describe('progress', () => {
	test('is one line that is replaced, and taken away in the end', () => {
		expect(shownOn({ isTTY: true, columns: 80 }, { TERM: 'xterm' })).toBe(
			'\r\u001B[K… 1 Confirm\r\u001B[K… 2 Gunicorn service state\r\u001B[K',
		)
	})

	test('never fills the line, where a terminal would wrap', () => {
		expect(shownOn({ isTTY: true, columns: 12 }, { TERM: 'xterm' })).toBe(
			'\r\u001B[K… 1 Confirm\r\u001B[K… 2 Gunicor\r\u001B[K',
		)
	})

	test('is a line each where the terminal knows no cursor', () => {
		expect(shownOn({ isTTY: true }, { TERM: 'dumb' })).toBe('… 1 Confirm\n… 2 Gunicorn service state\n')
	})

	test('is nothing where nobody looks', () => {
		expect(shownOn({ isTTY: false }, { TERM: 'xterm' })).toBe('')
		expect(shownOn({}, { TERM: 'xterm' })).toBe('')
	})
})
