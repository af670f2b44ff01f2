import { render } from 'ink-testing-library'
import { describe, expect, test } from 'vitest'
import type { ChooserModel, Chosen } from '../../src/screen/chooser.ts'
import { Chooser, type ChooserProps } from '../../src/tui/chooser.tsx'
import { glyphsOf, themeOf } from '../../src/tui/theme.ts'
import { type ShownComponent, shownBy, terminalOfRows } from '../support/component.ts'
import { type RenderedTerminal, renderTerminal } from '../support/terminal.tsx'

const hosts = (count: number): ChooserModel => ({
	title: 'flask-502',
	quiz: false,
	items: Array.from({ length: count }, (_, index) => ({
		number: index + 1,
		symptom: `It fails in way ${index + 1}`,
		difficulty: index < 2 ? 'easy' : 'hard',
		...(index === 1 ? { best: 83 } : {}),
	})),
})

async function show(
	model: ChooserModel,
	size: { cols?: number; rows?: number } = {},
): Promise<RenderedTerminal & { chosen(): Chosen | undefined }> {
	let chosen: Chosen | undefined
	const terminal = await renderTerminal(
		<Chooser
			model={model}
			paint={{ theme: themeOf(true), glyphs: glyphsOf('unicode'), motion: false }}
			random={() => 0.99}
			onChosen={(what) => {
				chosen = what
			}}
		/>,
		size,
	)
	return { ...terminal, chosen: () => chosen }
}

describe('the list of recorded hosts', () => {
	test('shows symptom, difficulty and best score; the first is selected, so Enter starts', async () => {
		const list = await show(hosts(3))
		expect(list.screen().find((line) => line.includes('way 1'))).toMatch(/▸ {2}1 {2}It fails in way 1 +easy/)
		expect(list.screen().find((line) => line.includes('way 2'))).toMatch(/2 {2}It fails in way 2 +best 83 +easy/)
		expect(list.screen().at(-1)).toContain('Enter start')
		await list.keys('\r')
		expect(list.chosen()).toEqual({ kind: 'start', index: 0, quiz: false })
		await list.unmount()
	})

	test.each<[string, readonly string[], Chosen]>([
		['down and Enter', ['j', '\u001B[B', '\r'], { kind: 'start', index: 2, quiz: false }],
		['not past the end', ['jjjjjjjj', '\r'], { kind: 'start', index: 2, quiz: false }],
		['not past the beginning', ['k', '\r'], { kind: 'start', index: 0, quiz: false }],
		['as a quiz', ['j', 't'], { kind: 'start', index: 1, quiz: true }],
		['any', ['r', '\r'], { kind: 'start', index: 2, quiz: false }],
		['q', ['q'], { kind: 'leave' }],
		['Ctrl-C', ['\u0003'], { kind: 'leave' }],
	])('%s', async (_, keys, chosen) => {
		const list = await show(hosts(3))
		await list.keys(...keys)
		expect(list.chosen()).toEqual(chosen)
		await list.unmount()
	})

	test('pasted text chooses nothing', async () => {
		const list = await show(hosts(3))
		await list.paste('jj\r')
		expect(list.chosen()).toBeUndefined()
		await list.unmount()
	})

	test.each([
		[80, 24],
		[40, 10],
		[200, 50],
	])('shows the selected one of 120 on %i columns and %i rows', async (cols, rows) => {
		const list = await show(hosts(120), { cols, rows })
		await list.keys('G')
		expect(list.text()).toContain('▸120')
		expect(list.text()).toMatch(/\d+ more/)
		expect(list.screen()[0]).toContain('Practice')
		expect(list.screen().at(-1)).toContain('Enter start')
		await list.unmount()
	})
})

interface ShownChooser extends ShownComponent {
	readonly rendered: ReturnType<typeof render>
	readonly chosen: readonly Chosen[]
	/** Resolves once the host of that number is the selected one, and the only one. */
	selected(number: number): Promise<void>
}

const DOWN = '\u001B[B'
const PAGE_DOWN = '\u001B[6~'

describe('Chooser', () => {
	terminalOfRows(20)
	const chooser = (model: ChooserModel, more: Partial<ChooserProps> = {}): ChooserProps => ({
		model,
		paint: { theme: themeOf(true), glyphs: glyphsOf('unicode'), motion: false },
		random: () => 0.5,
		onChosen: () => {},
		...more,
	})
	const alone = (model: ChooserModel, more: Partial<ChooserProps> = {}): ShownChooser => {
		const chosen: Chosen[] = []
		const rendered = render(<Chooser {...chooser(model, { onChosen: (what) => chosen.push(what), ...more })} />)
		const shown = shownBy(rendered)
		const marked = (): string =>
			shown
				.rows()
				.flatMap((row) => /▸ *(\d+)/.exec(row)?.[1] ?? [])
				.join()
		return { ...shown, rendered, chosen, selected: (number) => shown.until(() => marked() === `${number}`) }
	}

	test('names the flow, says that nothing is executed, and lists every host by its symptom', () => {
		const list = alone(hosts(5))
		expect(list.rows()).toHaveLength(20)
		expect(list.rows()[0]).toMatch(/^ Practice +flask-502$/)
		expect(list.text()).toContain('nothing is executed')
		for (const { symptom } of hosts(5).items) expect(list.row(symptom)).toContain(symptom)
		expect(list.row('best 83')).toContain('way 2')
		expect(list.text()).not.toMatch(/\d more/)
	})

	test('moves the mark by key, and starts the host that has it', async () => {
		const list = alone(hosts(40))
		await list.selected(1)
		await list.type(DOWN, 'j')
		await list.selected(3)
		await list.type('r')
		await list.selected(21)
		await list.type('G')
		await list.selected(40)
		await list.type('g')
		await list.selected(1)
		await list.type(PAGE_DOWN)
		await list.selected(14)
		await list.type('\r')
		expect(list.chosen).toEqual([{ kind: 'start', index: 13, quiz: false }])
	})

	test('says how many hosts are not shown, and shows the others when it has got rows for them', async () => {
		const list = alone(hosts(40))
		expect(list.row(' more ')).toContain('27 more')
		expect(list.text()).not.toContain('way 14')
		await list.until(() => list.listeners().size > 0)
		list.resize(60)
		await list.until('way 40')
		expect(list.text()).not.toMatch(/\d more/)
		list.resize(9)
		await list.until('Too small')
	})

	test('a quiz says so, and offers no second way to start one', () => {
		const quiz = alone({ ...hosts(3), quiz: true })
		expect(quiz.text()).toContain('A quiz on a recorded host')
		expect(quiz.rows().at(-1)).not.toMatch(/\bt /)
		expect(alone(hosts(3)).rows().at(-1)).toMatch(/\bt /)
	})

	test('neither pasted text nor a piece too long for a hand is taken for keys', async () => {
		const list = alone(hosts(9))
		await list.paste('jj\r')
		await list.type('jjjjjjjjjjjjjjjjjjjjjj\r', 'j')
		await list.selected(2)
		expect(list.chosen).toEqual([])
	})

	test('a key that chooses ends the piece: what stands behind it is not read', async () => {
		const list = alone(hosts(9))
		await list.type('jqj\r')
		expect(list.chosen).toEqual([{ kind: 'leave' }])
	})

	test('another list takes the place of the old one', async () => {
		const list = alone(hosts(9))
		list.rendered.rerender(<Chooser {...chooser({ ...hosts(2), title: 'php-502' })} />)
		await list.until('php-502')
		expect(list.text()).not.toContain('way 3')
	})

	test('hears no key when it is gone', async () => {
		const list = alone(hosts(9))
		await list.type('j')
		await list.selected(2)
		list.rendered.unmount()
		await list.until(() => list.listeners().keys === 0 && list.listeners().size === 0)
		list.rendered.stdin.write('\r')
		expect(list.chosen).toEqual([])
	})
})
