import type { Key } from 'ink'
import { describe, expect, test } from 'vitest'
import { readTyping } from '../../src/tui/keys.ts'

const none: Key = {
	upArrow: false,
	downArrow: false,
	leftArrow: false,
	rightArrow: false,
	pageDown: false,
	pageUp: false,
	home: false,
	end: false,
	return: false,
	escape: false,
	ctrl: false,
	shift: false,
	tab: false,
	backspace: false,
	delete: false,
	meta: false,
	super: false,
	hyper: false,
	capsLock: false,
	numLock: false,
}
const names = (input: string, key: Partial<Key> = {}): unknown => {
	const typing = readTyping(input, { ...none, ...key })
	return typing.kind === 'text' ? typing : typing.keys.map(({ name, lone }) => (lone ? name : `${name}+`))
}

describe('readTyping', () => {
	test.each([
		['', { return: true }, ['enter']],
		['', { upArrow: true }, ['up']],
		['c', { ctrl: true }, ['ctrl+c']],
		['j', {}, ['j']],
		['jj', {}, ['j+', 'j+']],
		['yes\r', {}, ['y+', 'e+', 's+', 'enter+']],
		[' ', {}, ['space']],
		['\n', {}, ['enter']],
		['a\u0003', {}, ['a+', 'ctrl+c+']],
		['G', { shift: true }, ['G']],
		['y', { meta: true }, []],
		['y', { eventType: 'release' as const }, []],
		['日本', {}, ['日+', '本+']],
	])('%j %j', (input, key, wanted) => expect(names(input, key)).toEqual(wanted))

	test('takes what no hand types in one piece for text', () => {
		expect(names('systemctl restart nginx\ry')).toEqual({
			kind: 'text',
			before: [],
			text: 'systemctl restart nginx\ry',
		})
	})

	test('keeps the editing keys that were pressed right before it', () => {
		expect(names('\u0001\u000bhttp://127.0.0.1:8080/')).toEqual({
			kind: 'text',
			before: [
				{ name: 'ctrl+a', lone: false },
				{ name: 'ctrl+k', lone: false },
			],
			text: 'http://127.0.0.1:8080/',
		})
		// A key that ends something is no part of a text.
		expect(names('\u0003http://127.0.0.1:8080/')).toMatchObject({ before: [], text: '\u0003http://127.0.0.1:8080/' })
	})
})
