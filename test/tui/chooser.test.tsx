import { describe, expect, test } from 'vitest'
import type { ChooserModel, Chosen } from '../../src/screen/chooser.ts'
import { Chooser } from '../../src/tui/chooser.tsx'
import { glyphsOf, themeOf } from '../../src/tui/theme.ts'
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
