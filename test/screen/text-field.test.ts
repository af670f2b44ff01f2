import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { graphemes } from '../../src/screen/cells.ts'
import { editField, fieldOf, type TextField, textOf } from '../../src/screen/text-field.ts'

const keys = [
	'left',
	'right',
	'home',
	'end',
	'backspace',
	'delete',
	'ctrl+a',
	'ctrl+e',
	'ctrl+u',
	'ctrl+k',
	'ctrl+w',
	'up',
]
const typed = (field: TextField, ...names: string[]): TextField =>
	names.reduce(
		(before, name) =>
			editField(before, name.length === 1 ? { type: 'insert', text: name } : { type: 'key', key: name }),
		field,
	)

describe('a text field', () => {
	test.each([
		['typing', ['a', 'b', 'left', 'x'], 'axb'],
		['deleting', ['a', 'b', 'backspace', 'home', 'delete'], ''],
		['to the ends', ['b', 'ctrl+a', 'a', 'ctrl+e', 'c'], 'abc'],
		['cutting', ['a', 'b', 'left', 'ctrl+k'], 'a'],
		['cutting before', ['a', 'b', 'left', 'ctrl+u'], 'b'],
		['by words', ['a', ' ', 'b', ' ', 'ctrl+w'], 'a '],
	])('%s', (_, names, text) => expect(textOf(typed(fieldOf(''), ...names))).toBe(text))

	test('backspace takes a whole character, however many code points it has', () => {
		expect(textOf(typed(fieldOf('on call 👩‍💻'), 'backspace'))).toBe('on call ')
		expect(textOf(typed(fieldOf('cafe\u0301'), 'backspace'))).toBe('caf')
	})

	test('is one line of printable text, whatever is put in', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (text) => {
				expect(textOf(editField(fieldOf(''), { type: 'insert', text }))).not.toMatch(/\p{Control}/u)
			}),
		)
		expect(textOf(fieldOf('systemctl status\ngunicorn\n'))).toBe('systemctl status gunicorn')
	})

	test('moving the cursor changes no text, and the cursor stays between characters', () => {
		fc.assert(
			fc.property(
				fc.string({ unit: 'grapheme' }),
				fc.array(fc.constantFrom('left', 'right', 'home', 'end', 'up')),
				(text, moves) => {
					const moved = typed(fieldOf(text), ...moves)
					expect(textOf(moved)).toBe(textOf(fieldOf(text)))
					expect([...moved.before, ...moved.after]).toEqual(graphemes(textOf(fieldOf(text))))
				},
			),
		)
	})

	test('no key throws', () => {
		fc.assert(
			fc.property(
				fc.string(),
				fc.array(fc.constantFrom(...keys)),
				(text, names) => void typed(fieldOf(text), ...names),
			),
		)
	})
})
