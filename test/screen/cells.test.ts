import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { asciiOf, cellsOf, cut, graphemes, reflow, steady, wrapOutput, wrapProse } from '../../src/screen/cells.ts'

/** Texts as hosts and people write them: words, CJK, emoji with joiners, combining marks, controls, very long words. */
const anyText = fc.oneof(
	fc.string({ unit: 'grapheme', maxLength: 200 }),
	fc.string({ unit: 'binary', maxLength: 200 }),
	fc
		.array(
			fc.constantFrom(
				'👩‍💻',
				'日本',
				'e\u0301\u0302',
				'🇩🇪',
				'x'.repeat(90),
				' ',
				'\t',
				'\u202E',
				'क्ष',
				'-',
				'\u001B[2J',
				'한글',
			),
		)
		.map((parts) => parts.join('')),
)

describe('steady', () => {
	test('removes what terminals draw in different widths', () => {
		expect(steady('a\u202Eb\u001B[2Jc')).toBe('ab[2Jc')
		expect(steady('a\tb\r\nc')).toBe('a    b c')
		expect(steady('👩‍💻 on call')).toBe('👩💻 on call')
		expect(steady('🇩🇪 👍🏽')).toBe('DE 👍')
	})

	test('is never wider as a whole than the sum of its code points, so no terminal draws more than was measured', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const shown = steady(text)
				const drawn = [...shown].reduce((cells, part) => cells + stringWidth(part), 0)
				expect(drawn).toBeLessThanOrEqual(stringWidth(shown))
			}),
		)
	})

	test('changes nothing the second time', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				expect(steady(steady(text))).toBe(steady(text))
			}),
		)
	})
})

describe('wrapping', () => {
	test('no line is wider than its place', () => {
		fc.assert(
			fc.property(anyText, fc.integer({ min: 8, max: 120 }), (text, width) => {
				for (const line of [...wrapProse(text, width), ...wrapOutput(text, width)]) {
					expect(cellsOf(line)).toBeLessThanOrEqual(width)
				}
			}),
		)
	})

	test('output keeps every character that is not a blank', () => {
		fc.assert(
			fc.property(anyText, fc.integer({ min: 8, max: 120 }), (text, width) => {
				const letters = (from: string): string => from.replaceAll(' ', '')
				expect(letters(wrapOutput(text, width).join(''))).toBe(letters(steady(text)))
			}),
		)
	})

	test.each([
		['one two three four', 9, ['one two', 'three', 'four']],
		['- a list item that wraps', 14, ['- a list item', '  that wraps']],
		['a\n\nb', 10, ['a', '', 'b']],
		['    indented text here', 14, ['    indented', '    text here']],
	])('%j at %i', (text, width, lines) => expect(wrapProse(text, width)).toEqual(lines))
})

describe('cut', () => {
	test('fits, and says that something is missing', () => {
		expect(cut('nginx error log', 9, '…')).toBe('nginx er…')
		expect(cut('nginx', 5, '…')).toBe('nginx')
	})

	test('never cuts a wide character in half', () => {
		fc.assert(
			fc.property(anyText, fc.integer({ min: 0, max: 40 }), (text, width) => {
				expect(cellsOf(cut(steady(text), width, '…'))).toBeLessThanOrEqual(width)
			}),
		)
	})
})

test('the short way of measuring agrees with the library for every code point', () => {
	for (let code = 0x20; code < 0x3000; code++) {
		const sign = String.fromCodePoint(code)
		expect(cellsOf(sign), `U+${code.toString(16)}`).toBe(stringWidth(sign))
	}
})

test('ASCII twins take as many cells', () => {
	expect(asciiOf('“naïve” – 日本 → ✓')).toBe('"naive" - ???? > +')
	fc.assert(
		fc.property(anyText, (text) => {
			const shown = steady(text)
			expect(asciiOf(shown)).toMatch(/^[\x20-\x7e]*$/)
			for (const cluster of graphemes(shown)) expect(asciiOf(cluster).length).toBe(cellsOf(cluster))
		}),
	)
})

test.each([
	['one\ntwo', 'one two'],
	['one\n\ntwo\nthree', 'one\n\ntwo three'],
	['see:\n- a\n- b', 'see:\n- a\n- b'],
	['1. a\n2. b', '1. a\n2. b'],
	['run\n    sh -c x\nthen', 'run\n    sh -c x\nthen'],
])('reflow(%j)', (text, wanted) => expect(reflow(text)).toBe(wanted))
