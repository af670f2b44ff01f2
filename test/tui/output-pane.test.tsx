import { render } from 'ink-testing-library'
import { describe, expect, test } from 'vitest'
import type { Lines } from '../../src/screen/window.ts'
import { OutputPane, type OutputPaneProps } from '../../src/tui/output-pane.tsx'
import { glyphsOf, themeOf } from '../../src/tui/theme.ts'
import { type ShownComponent, shownBy, terminalOfRows } from '../support/component.ts'

/** Output of which the first lines may be dropped already. */
function linesOf(texts: readonly string[], { first = 1, stderr = 0 } = {}): Lines {
	const all = texts.map((text, index) => ({
		number: first + index,
		text,
		stream: first + index === stderr ? ('stderr' as const) : ('stdout' as const),
		offsetMs: 1,
	}))
	return {
		total: first + all.length - 1,
		first,
		slice: (from, count) => all.filter(({ number }) => number >= from).slice(0, count),
	}
}

const numbered = (count: number): readonly string[] =>
	Array.from({ length: count }, (_, index) => `line <${index + 1}>`)
const pane: OutputPaneProps = {
	output: { run: 'r1', command: 'curl', running: false, evidence: [] },
	place: 1,
	of: 1,
	lines: linesOf(numbered(3)),
	anchor: { kind: 'reveal', number: 1 },
	focused: false,
	width: 60,
	height: 8,
	theme: themeOf(true),
	glyphs: glyphsOf('unicode'),
	motion: false,
}
const show = (props: Partial<OutputPaneProps> = {}): ShownComponent =>
	shownBy(render(<OutputPane {...pane} {...props} />))
const title = (props: Partial<OutputPaneProps> = {}): string => show(props).rows()[0] ?? ''

terminalOfRows(24)

describe('OutputPane', () => {
	test('says how much there is, and which of several outputs it is', () => {
		expect(title()).toMatch(/^── Output, 3 lines ─+$/)
		expect(title({ lines: linesOf(['only']) })).toContain('Output, 1 line ')
		expect(title({ place: 2, of: 3 })).toContain('Output 2 of 3, 3 lines')
	})

	test('says that the arrows scroll while they do', () => {
		expect(title({ focused: true })).toContain('3 lines, arrows scroll')
		expect(title()).not.toContain('arrows')
	})

	test('takes its height, with few lines and with many', () => {
		expect(show().rows()).toHaveLength(8)
		expect(show({ lines: linesOf(numbered(300)) }).rows()).toHaveLength(8)
		expect(show({ lines: linesOf([]) }).rows()).toHaveLength(8)
	})

	test('an output without a line says whether one may still come', () => {
		expect(show({ lines: linesOf([]) }).text()).toContain('(no output)')
		const { output } = pane
		expect(show({ lines: linesOf([]), output: { ...output, running: true } }).text()).toContain('(no output yet)')
	})

	test('marks the lines of evidence, in all rows that they take, and no other', () => {
		const lines = linesOf(['before', `502${'y'.repeat(100)}`, 'after'])
		const shown = show({ lines, output: { ...pane.output, evidence: [2] } })
		const marked = shown.rows().filter((row) => row.startsWith('▌ '))
		expect(marked.length).toBeGreaterThan(1)
		expect(marked.join('').replace(/[▌ ]/g, '')).toBe(`502${'y'.repeat(100)}`)
		expect(shown.row('before')).toBe('  before')
		expect(shown.row('after')).toBe('  after')
		expect(shown.styled('502')).toContain(`${'\u001B['}1m`)
	})

	test('a line of stderr looks different from one of stdout', () => {
		const shown = show({ lines: linesOf(['said', 'warned'], { stderr: 2 }) })
		expect(shown.styled('warned')).toContain(`${'\u001B['}33m`)
		expect(shown.styled('said')).not.toContain(`${'\u001B['}33m`)
	})

	test('says how many lines are above and below, and only where there are some', () => {
		const lines = linesOf(numbered(100))
		expect(title({ lines })).toContain('▾ 93 more')
		expect(title({ lines })).not.toContain('▴')
		expect(title({ lines, anchor: { kind: 'line', number: 41 } })).toContain('▴ 40 more  ▾ 53 more')
		expect(title({ lines, anchor: { kind: 'tail' } })).toMatch(/▴ 93 more ──$/)
		expect(title()).not.toMatch(/more/)
		expect(title({ lines, glyphs: glyphsOf('ascii'), anchor: { kind: 'line', number: 41 } })).toContain(
			'^ 40 more  v 53 more',
		)
	})

	test('counts lines that are no longer kept as above', () => {
		const shown = show({ lines: linesOf(['kept', 'newest'], { first: 4_000 }) })
		expect(shown.rows()[0]).toContain('4,001 lines')
		expect(shown.rows()[0]).toContain('▴ 3999 more')
		expect(shown.text()).toContain('kept')
	})

	test('follows the end, and shows the line that proves with what is before it', () => {
		const lines = linesOf(numbered(100))
		expect(
			show({ lines, anchor: { kind: 'tail' } })
				.rows()
				.at(-1),
		).toContain('line <100>')
		const [, first, second] = show({ lines, anchor: { kind: 'reveal', number: 50 } }).rows()
		expect([first, second]).toEqual(['  line <49>', '  line <50>'])
	})

	test('reads no more lines than it has room for', () => {
		const asked: number[] = []
		const all = linesOf(numbered(5_000))
		const lines: Lines = {
			...all,
			slice: (from, count) => {
				asked.push(count)
				return all.slice(from, count)
			},
		}
		show({ lines, anchor: { kind: 'tail' } })
		expect(Math.max(...asked)).toBeLessThanOrEqual(pane.height)
	})

	test('shows what has come since, where it is looked at now', () => {
		const rendered = render(<OutputPane {...pane} anchor={{ kind: 'tail' }} />)
		const shown = shownBy(rendered)
		expect(shown.text()).toContain('line <3>')
		rendered.rerender(<OutputPane {...pane} anchor={{ kind: 'tail' }} lines={linesOf(numbered(90))} />)
		expect(shown.rows()[0]).toContain('90 lines')
		expect(shown.text()).toContain('line <90>')
		expect(shown.text()).not.toContain('line <3>')
		rendered.rerender(<OutputPane {...pane} anchor={{ kind: 'line', number: 2 }} lines={linesOf(numbered(90))} />)
		expect(shown.rows()[1]).toContain('line <2>')
	})

	test('listens to no keys, so that the screen around it gets them all', () => {
		expect(show({ focused: true }).listeners()).toEqual({ keys: 0, size: 0 })
	})
})
