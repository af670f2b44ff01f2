import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { OutputSource } from '../../src/session/types.ts'
import { CUT_MARK, createLineSplitter, MAX_LINE } from '../../src/target/output-lines.ts'
import { createOutputStore } from '../../src/target/output-store.ts'
import type { OutputLine } from '../../src/text/parser.ts'

const out = (text: string) => ({ stream: 'stdout' as const, text })
const err = (text: string) => ({ stream: 'stderr' as const, text })

describe('splitting into lines', () => {
	test('numbers the lines of both streams as they end, and gives the unfinished last ones', () => {
		const splitter = createLineSplitter()
		expect(splitter.push(out('a\nb'))).toEqual([{ stream: 'stdout', number: 1, text: 'a' }])
		expect(splitter.push(err('oops\n'))).toEqual([{ stream: 'stderr', number: 2, text: 'oops' }])
		expect(splitter.push(out('c\r\n\nd'))).toEqual([
			{ stream: 'stdout', number: 3, text: 'bc' },
			{ stream: 'stdout', number: 4, text: '' },
		])
		splitter.push(err('half'))
		expect(splitter.end()).toEqual([
			{ stream: 'stdout', number: 5, text: 'd' },
			{ stream: 'stderr', number: 6, text: 'half' },
		])
		expect(splitter.end()).toEqual([])
		expect(splitter.count()).toBe(6)
	})

	test('gives the same lines however the output is cut into chunks', () => {
		const text = fc.string({
			unit: fc.constantFrom('a', 'é', '😀', '\n', '\r', '\t', '\u001B[31m', '\u001B]0;', '\u0007'),
			maxLength: 60,
		})
		fc.assert(
			fc.property(text, fc.array(fc.nat(60)), (whole, cuts) => {
				const splitter = createLineSplitter()
				const at = [...new Set(cuts.map((cut) => Math.min(cut, whole.length)))].sort((a, b) => a - b)
				const chunks = [0, ...at].map((from, index) => whole.slice(from, at[index] ?? whole.length))
				const cut = [...chunks.flatMap((chunk) => splitter.push(out(chunk))), ...splitter.end()]
				const once = createLineSplitter()
				expect(cut).toEqual([...once.push(out(whole)), ...once.end()])
			}),
		)
	})

	test('cuts a line that is too long, and says so', () => {
		const splitter = createLineSplitter()
		const lines = splitter.push(out(`${'x'.repeat(100_000)}\nnext\n`))
		expect(lines.map(({ text }) => text)).toEqual(['x'.repeat(MAX_LINE) + CUT_MARK, 'next'])
		const exact = createLineSplitter().push(out(`${'y'.repeat(MAX_LINE)}\n`))
		expect(exact[0]?.text).toBe('y'.repeat(MAX_LINE))
		const pair = createLineSplitter().push(out(`${'z'.repeat(MAX_LINE - 1)}😀\n`))
		expect(pair[0]?.text).toBe('z'.repeat(MAX_LINE - 1) + CUT_MARK)
	})

	test('a line without end does not grow, and a long progress display ends in its last part', () => {
		const splitter = createLineSplitter()
		for (let index = 0; index < 2_000; index++) splitter.push(out('no newline '.repeat(500)))
		expect(splitter.end()[0]?.text).toHaveLength(MAX_LINE + CUT_MARK.length)
		for (let percent = 0; percent <= 100; percent++) splitter.push(out(`\r${'#'.repeat(400)} ${percent}%`))
		expect(splitter.end()[0]?.text).toBe(`${'#'.repeat(400)} 100%`)
	})
})

const line = (number: number, text = `line ${number}`): OutputLine => ({ stream: 'stdout', number, text })
const lines = (from: number, to: number): OutputLine[] =>
	Array.from({ length: to - from + 1 }, (_, i) => line(from + i))

describe('the output store', () => {
	test('is what a session shows', () => {
		const source: OutputSource = createOutputStore()
		expect(source.view('never begun')).toMatchObject({ total: 0, first: 1, ended: true })
		expect(source.view('never begun').slice(1, 5)).toEqual([])
	})

	test('gives the wanted window, and only the newest lines are kept', () => {
		const store = createOutputStore({ lines: 100 })
		store.begin('a')
		store.append('a', lines(1, 90))
		expect(store.view('a')).toMatchObject({ total: 90, first: 1, ended: false })
		store.append('a', lines(91, 350))
		store.end('a')
		const view = store.view('a')
		expect(view).toMatchObject({ total: 350, first: 251, ended: true })
		expect(view.slice(300, 3)).toEqual([line(300), line(301), line(302)])
		expect(view.slice(1, 252)).toEqual([line(251), line(252)])
		expect(view.slice(349, 50)).toEqual([line(349), line(350)])
		expect(view.slice(400, 5)).toEqual([])
	})

	test('a view that was taken before more lines came gives none that are not its own', () => {
		const store = createOutputStore({ lines: 10 })
		store.begin('a')
		store.append('a', lines(1, 10))
		const view = store.view('a')
		store.append('a', lines(11, 15))
		expect(view.slice(1, 100)).toEqual(lines(6, 10))
	})

	test('agrees with a plain list, whatever is appended', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(30), { maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (batches, capacity) => {
				const store = createOutputStore({ lines: capacity })
				store.begin('a')
				const all: OutputLine[] = []
				for (const size of batches) {
					const batch = lines(all.length + 1, all.length + size)
					all.push(...batch)
					store.append('a', batch)
				}
				const view = store.view('a')
				expect(view.slice(1, all.length)).toEqual(all.slice(-capacity))
				expect(view.first).toBe(Math.max(1, all.length - capacity + 1))
			}),
		)
	})

	test('lines may be missing, and come later', () => {
		const store = createOutputStore({ lines: 10 })
		store.begin('a')
		store.append('a', lines(1, 10))
		store.append('a', [line(17), line(18)])
		expect(store.view('a')).toMatchObject({ total: 18, first: 9 })
		expect(store.view('a').slice(1, 100)).toEqual([line(9), line(10), line(17), line(18)])
		store.append('a', lines(12, 20))
		expect(store.view('a').slice(1, 100)).toEqual(lines(12, 20))
	})

	test('keeps the newest runs, and a run that is begun again is empty', () => {
		const store = createOutputStore({ runs: 2 })
		for (const run of ['a', 'b', 'c']) {
			store.begin(run)
			store.append(run, lines(1, 1))
		}
		expect(['a', 'b', 'c'].map((run) => store.view(run).total)).toEqual([0, 1, 1])
		store.append('a', lines(1, 5))
		expect(store.view('a').total).toBe(0)
		store.begin('b')
		expect(store.view('b').total).toBe(0)
	})

	test('tells at most twenty times a second, at once at first and at the end, and never after', () => {
		vi.useFakeTimers()
		try {
			const store = createOutputStore()
			const told = vi.fn()
			const unsubscribe = store.subscribe(told)
			store.begin('a')
			expect(told).toHaveBeenCalledTimes(1)
			for (let ms = 0; ms < 1_000; ms++) {
				store.append('a', [line(ms + 1)])
				vi.advanceTimersByTime(1)
			}
			expect(told.mock.calls.length).toBeGreaterThan(15)
			expect(told.mock.calls.length).toBeLessThanOrEqual(22)
			const before = told.mock.calls.length
			store.append('a', [line(1_001)])
			store.end('a')
			expect(told).toHaveBeenCalledTimes(before + 1)
			vi.advanceTimersByTime(500)
			expect(told).toHaveBeenCalledTimes(before + 1)
			unsubscribe()
			store.begin('b')
			expect(told).toHaveBeenCalledTimes(before + 1)
		} finally {
			vi.useRealTimers()
		}
	})
})
