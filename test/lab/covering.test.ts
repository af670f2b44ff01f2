import fc from 'fast-check'
import { expect, test } from 'vitest'
import { coveringArray, shuffled } from './covering.ts'

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 7 })

test('every pair of levels of two dimensions stands together in a row', () => {
	fc.assert(
		fc.property(sizes, fc.integer({ min: 0 }), (counts, seed) => {
			const dimensions = counts.map((count) => Array.from({ length: count }, (_, level) => level))
			const rows = coveringArray(dimensions, seed)
			const wanted = counts.flatMap((one, a) => counts.slice(0, a).map((other) => one * other))
			const seen = counts.map((_, a) =>
				counts.slice(0, a).map((_, b) => new Set(rows.map((row) => `${row[a]} ${row[b]}`)).size),
			)
			expect(seen.flat()).toEqual(wanted)
		}),
	)
})

test('takes far fewer rows than all combinations', () => {
	const dimensions = [4, 4, 4, 4, 4, 3, 2].map((count) => Array.from({ length: count }, (_, level) => level))
	expect(coveringArray(dimensions, 1).length).toBeLessThan(40)
})

test('the same seed gives the same order and the same rows, and loses nothing', () => {
	fc.assert(
		fc.property(fc.array(fc.integer()), fc.integer({ min: 0 }), (things, seed) => {
			expect(shuffled(things, seed)).toEqual(shuffled(things, seed))
			expect(shuffled(things, seed).toSorted()).toEqual(things.toSorted())
		}),
	)
	const dimensions = [[1, 2], [3, 4, 5], [6]]
	expect(coveringArray(dimensions, 7)).toEqual(coveringArray(dimensions, 7))
})
