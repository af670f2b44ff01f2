import { Text } from 'ink'
import { render } from 'ink-testing-library'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Running, type RunningProps } from '../../src/tui/running.tsx'
import { glyphsOf, themeOf } from '../../src/tui/theme.ts'
import { shownBy, terminalOfRows } from '../support/component.ts'

const AT = Date.UTC(2026, 10, 21, 3, 12, 5)
const { spinner } = glyphsOf('unicode')
const running: RunningProps = {
	since: AT,
	timeoutMs: 90_000,
	cells: 30,
	style: themeOf(true).accent,
	glyphs: glyphsOf('unicode'),
	motion: true,
}

terminalOfRows(24)
beforeEach(() => {
	vi.useFakeTimers({ now: AT, toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
	onTestFinished(() => {
		vi.useRealTimers()
	})
})

describe('Running', () => {
	test('turns its spinner, and says how long the command has run and how long it may', async () => {
		const shown = shownBy(render(<Running {...running} />))
		expect(shown.text()).toMatch(new RegExp(`${spinner[0]} 0 s of 1 min 30 s$`))
		await shown.until(() => vi.getTimerCount() === 1)
		for (const sign of spinner.slice(1, 4)) {
			vi.advanceTimersByTime(200)
			await shown.until(`${sign} 0 s`)
		}
		vi.advanceTimersByTime(8_400)
		await shown.until('9 s of')
		vi.advanceTimersByTime(56_000)
		await shown.until('1 min 5 s of 1 min 30 s')
	})

	test('counts from when the command began, not from when it is shown', () => {
		expect(shownBy(render(<Running {...running} since={AT - 12_900} />)).text()).toContain('12 s of')
		expect(shownBy(render(<Running {...running} since={undefined} />)).text()).toContain(' 0 s of')
		expect(shownBy(render(<Running {...running} since={AT + 60_000} />)).text()).toContain(' 0 s of')
	})

	test('without motion no spinner turns and no clock ticks', () => {
		const shown = shownBy(render(<Running {...running} motion={false} />))
		expect(shown.text().trim()).toBe('running, 1 min 30 s at most')
		expect(vi.getTimerCount()).toBe(0)
	})

	test('stops when the motion is taken away', async () => {
		const rendered = render(<Running {...running} />)
		const shown = shownBy(rendered)
		await shown.until(() => vi.getTimerCount() === 1)
		rendered.rerender(<Running {...running} motion={false} />)
		await shown.until('at most')
		expect(vi.getTimerCount()).toBe(0)
		expect(spinner.some((sign) => shown.text().includes(sign))).toBe(false)
	})

	test('is as wide as its room, whatever it says', () => {
		for (const cells of [1, 4, 20, 60]) {
			const between = (
				<Text>
					[<Running {...running} cells={cells} />]
				</Text>
			)
			expect(shownBy(render(between)).text()).toMatch(new RegExp(`^\\[.{${cells}}\\]$`))
		}
	})

	test('the signs of a terminal without UTF-8 turn too', async () => {
		const shown = shownBy(render(<Running {...running} glyphs={glyphsOf('ascii')} />))
		expect(shown.text()).toContain('| 0 s')
		await shown.until(() => vi.getTimerCount() === 1)
		vi.advanceTimersByTime(200)
		await shown.until('/ 0 s')
	})

	test('leaves no timer behind', async () => {
		const rendered = render(<Running {...running} />)
		const shown = shownBy(rendered)
		await shown.until(() => vi.getTimerCount() === 1)
		rendered.unmount()
		expect(vi.getTimerCount()).toBe(0)
		const drawn = rendered.frames.length
		vi.advanceTimersByTime(5_000)
		expect(rendered.frames).toHaveLength(drawn)
	})
})
