import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Document, isScalar, LineCounter, parseDocument, Scalar, stringify } from 'yaml'
import { offsetInScalar } from '../../src/flow/scalar-offset.ts'
import { runs } from '../support/property.ts'

const styles = [
	Scalar.PLAIN,
	Scalar.QUOTE_DOUBLE,
	Scalar.QUOTE_SINGLE,
	Scalar.BLOCK_LITERAL,
	Scalar.BLOCK_FOLDED,
] as const

const texts = fc
	.string({
		unit: fc.constantFrom(
			'a',
			'b',
			'c',
			' ',
			' ',
			"'",
			'"',
			'\\',
			'\n',
			'&&',
			'==',
			'{',
			'é',
			'🦊',
			'\u0007',
			': ',
			' #',
			'\t',
		),
		minLength: 1,
		maxLength: 60,
	})
	.filter((text) => text.trim() !== '')

test.each(styles)('finds every character of a %s text in its file', (style) => {
	fc.assert(
		fc.property(texts, fc.integer({ min: 20, max: 80 }), (text, lineWidth) => {
			const written = new Document({ step: { when: text } })
			const node = written.getIn(['step', 'when'], true)
			if (isScalar(node)) node.type = style
			const source = `# a flow\n${written.toString({ lineWidth })}`
			const scalar = parseDocument(source, { lineCounter: new LineCounter() }).getIn(['step', 'when'], true)
			if (!isScalar(scalar)) throw new Error('no scalar')
			const value = String(scalar.value)
			for (let index = 0; index < value.length; index++) {
				const character = value[index] ?? ''
				// White space may be folded, and what is escaped has another look.
				if (/\s/.test(character)) continue
				const at = offsetInScalar(source, scalar, index)
				const found = source[at]
				if (found === '\\' && character !== '\\') expect(scalar.type).toBe('QUOTE_DOUBLE')
				else expect(found).toBe(character)
			}
			const exact = [...value].filter((character) => /[a-c]/.test(character)).length
			const mapped = [...value.matchAll(/[a-c]/g)].map(({ index }) => offsetInScalar(source, scalar, index))
			expect(new Set(mapped).size).toBe(exact)
			expect(mapped.toSorted((a, b) => a - b)).toEqual(mapped)
		}),
		{ numRuns: runs(300) },
	)
})

test('sees through the indentation of a block', () => {
	const source = 'when: |-\n    first\n      second\n\n    third\n'
	const scalar = parseDocument(source).getIn(['when'], true)
	if (!isScalar(scalar)) throw new Error('no scalar')
	expect(scalar.value).toBe('first\n  second\n\nthird')
	expect(offsetInScalar(source, scalar, String(scalar.value).indexOf('second'))).toBe(source.indexOf('second'))
	expect(offsetInScalar(source, scalar, String(scalar.value).indexOf('third'))).toBe(source.indexOf('third'))
	expect(stringify(scalar.value)).toContain('|-')
})
