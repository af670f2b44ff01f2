import { render } from 'ink-testing-library'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { blank, line, type Row, span } from '../../src/tui/row.ts'
import { Rows } from '../../src/tui/rows.tsx'
import { glyphsOf, themeOf } from '../../src/tui/theme.ts'
import { shownBy, terminalOfRows } from '../support/component.ts'

const paint = { theme: themeOf(true), glyphs: glyphsOf('unicode'), motion: false }
const room = ' '.repeat(30)
const live: Row = [
	span('curl http://127.0.0.1/ '),
	{ text: room, tone: 'accent', live: { since: undefined, timeoutMs: 20_000 } },
	span('|'),
]

terminalOfRows(24)

describe('Rows', () => {
	test('shows each row on a line of its own, a blank one too', () => {
		const rows = [[span('1 '), span('nginx', 'accent'), span(' answers')], blank, line('', 'bad'), line('Gunicorn')]
		expect(shownBy(render(<Rows rows={rows} {...paint} />)).rows()).toEqual(['1 nginx answers', '', '', 'Gunicorn'])
	})

	test('a tone looks as the theme says', () => {
		const rows = [line('It failed.', 'bad'), line('It works.', 'good')]
		const look = (theme: typeof paint.theme): readonly string[] => {
			const shown = shownBy(render(<Rows rows={rows} {...paint} theme={theme} />))
			return ['failed', 'works'].map((text) => shown.styled(text))
		}
		const [red, green] = [`${'\u001B['}31m`, `${'\u001B['}32m`]
		expect(look(themeOf(true))).toEqual([expect.stringContaining(red), expect.stringContaining(green)])
		expect(look(themeOf(false)).join('')).not.toMatch(/\[3\dm/)
		expect(look(themeOf(false))[0]).toContain(`${'\u001B['}1m`)
	})

	test('a row that is too wide is cut, and takes no second line', () => {
		const shown = shownBy(render(<Rows rows={[line('x'.repeat(150)), line('after')]} {...paint} />))
		expect(shown.rows()).toEqual([`${'x'.repeat(99)}…`, 'after'])
	})

	test('a terminal without UTF-8 gets ASCII, also for what a host said', () => {
		const rows = [line('× gunicorn.service – “failed”')]
		const text = (set: 'ascii' | 'unicode'): string =>
			shownBy(render(<Rows rows={rows} {...paint} glyphs={glyphsOf(set)} />)).text()
		expect(text('unicode')).toContain('× gunicorn.service – “failed”')
		expect(text('ascii')).toMatch(/^[ -~]+$/)
		expect(text('ascii')).toContain('gunicorn.service')
	})

	test('the place of a running command holds its state, and what follows stays where it is', () => {
		const shown = shownBy(render(<Rows rows={[live]} {...paint} />))
		expect(shown.text()).toMatch(/^curl http:\/\/127\.0\.0\.1\/ +running, 20 s at most\|$/)
		expect(shown.text().indexOf('|')).toBe('curl http://127.0.0.1/ '.length + room.length)
	})

	test('stops the spinner when the command has ended, and when it is taken away', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
		onTestFinished(() => {
			vi.useRealTimers()
		})
		const rendered = render(<Rows rows={[live]} {...paint} motion />)
		const shown = shownBy(rendered)
		await shown.until(() => vi.getTimerCount() === 1)
		vi.advanceTimersByTime(200)
		await shown.until(`${paint.glyphs.spinner[1]} 0 s of 20 s`)
		rendered.rerender(<Rows rows={[line('curl http://127.0.0.1/  exit 0, 80 ms')]} {...paint} motion />)
		await shown.until('exit 0')
		expect(vi.getTimerCount()).toBe(0)
		expect(paint.glyphs.spinner.some((sign) => shown.text().includes(sign))).toBe(false)
		rendered.rerender(<Rows rows={[live]} {...paint} motion />)
		await shown.until(() => vi.getTimerCount() === 1)
		rendered.unmount()
		expect(vi.getTimerCount()).toBe(0)
	})

	test('other rows take the place of the old ones', () => {
		const rendered = render(<Rows rows={[line('one'), line('two'), line('three')]} {...paint} />)
		rendered.rerender(<Rows rows={[line('four')]} {...paint} />)
		expect(shownBy(rendered).rows()).toEqual(['four'])
	})
})
