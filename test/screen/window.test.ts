import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextAnchor } from '../../src/screen/scroll.ts'
import { type Anchor, type Lines, windowOf } from '../../src/screen/window.ts'
import type { OutputLine } from '../../src/text/parser.ts'

/** An output of which only `from` and later lines are kept; counts how many lines were read. */
function output(texts: readonly string[], first = 1): Lines & { read(): number } {
	let read = 0
	return {
		total: first - 1 + texts.length,
		first,
		read: () => read,
		slice: (from, count) => {
			const start = Math.max(0, from - first)
			const lines = texts.slice(start, start + count)
			read += lines.length
			return lines.map((text, index): OutputLine => ({ stream: 'stdout', number: first + start + index, text }))
		},
	}
}

const texts = fc.array(fc.string({ maxLength: 60 }), { maxLength: 60 })
const anchors: fc.Arbitrary<Anchor> = fc.oneof(
	fc.constant<Anchor>({ kind: 'tail' }),
	fc.record({ kind: fc.constantFrom('line' as const, 'reveal' as const), number: fc.integer({ min: -5, max: 90 }) }),
)

describe('windowOf', () => {
	test('never takes more rows than there are, and leaves none empty while lines are left', () => {
		fc.assert(
			fc.property(
				texts,
				anchors,
				fc.integer({ min: 8, max: 40 }),
				fc.integer({ min: 1, max: 20 }),
				(lines, anchor, width, height) => {
					const shown = windowOf(output(lines), anchor, width, height)
					const rows = shown.lines.flatMap((line) => line.rows).length
					expect(rows).toBeLessThanOrEqual(height)
					if (shown.below > 0) expect(rows).toBe(height)
					const numbers = shown.lines.map((line) => line.number)
					expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
					expect(shown.atEnd).toBe(lines.length > 0 && shown.below === 0)
				},
			),
		)
	})

	test('shows the newest line at the tail', () => {
		const shown = windowOf(output(['a', 'b', 'c', 'd']), { kind: 'tail' }, 10, 2)
		expect(shown).toMatchObject({ above: 2, below: 0, atEnd: true })
		expect(shown.lines.map((line) => line.rows[0])).toEqual(['c', 'd'])
	})

	test('reveals a line from the beginning where that shows it, else with one line before it', () => {
		const lines = output(Array.from({ length: 100 }, (_, index) => `line ${index + 1}`))
		expect(windowOf(lines, { kind: 'reveal', number: 5 }, 20, 10).above).toBe(0)
		expect(windowOf(lines, { kind: 'reveal', number: 50 }, 20, 10).lines[0]?.number).toBe(49)
	})

	test('counts what was dropped as above', () => {
		expect(windowOf(output(['x', 'y'], 1000), { kind: 'line', number: 1 }, 20, 5)).toMatchObject({
			above: 999,
			below: 0,
		})
	})

	test('reads no more of a long output than it shows', () => {
		const lines = output(Array.from({ length: 100_000 }, (_, index) => `line ${index}`))
		windowOf(lines, { kind: 'line', number: 50_000 }, 80, 20)
		expect(lines.read()).toBeLessThanOrEqual(60)
	})
})

test('scrolling down reaches the end and follows it, scrolling up reaches the beginning', () => {
	fc.assert(
		fc.property(
			texts,
			fc.integer({ min: 2, max: 12 }),
			fc.constantFrom('down' as const, 'page-down' as const),
			(lines, rows, move) => {
				const all = output(lines)
				let anchor: Anchor = { kind: 'line', number: 1 }
				for (let step = 0; step <= lines.length; step++) anchor = nextAnchor(all, anchor, 20, rows, move)
				expect(windowOf(all, anchor, 20, rows).below).toBe(0)
				for (let step = 0; step <= lines.length; step++) {
					anchor = nextAnchor(all, anchor, 20, rows, move === 'down' ? 'up' : 'page-up')
				}
				expect(windowOf(all, anchor, 20, rows).above).toBe(0)
			},
		),
	)
})
