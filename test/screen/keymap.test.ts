import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { intentOf, intents, type KeyContext, keyLabel, keymap } from '../../src/screen/keymap.ts'

const contexts = [...new Set(intents.flatMap((intent) => keymap[intent].when))]

describe('the key table', () => {
	test.each(contexts)('no two intents share a key in %s', (context) => {
		const keys = intents
			.filter((intent) => keymap[intent].when.includes(context))
			.flatMap((intent) => keymap[intent].keys)
		expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
	})

	test.each(contexts)('%s can be left', (context: KeyContext) => {
		const ways = ['leave', 'finish', 'close', 'abandon', 'no', 'stay', 'cancel']
		expect(intents.some((intent) => ways.includes(intent) && keymap[intent].when.includes(context))).toBe(true)
	})

	test('no confirm is answered by Enter, and a yes never by a key that came with others', () => {
		expect(intentOf({ name: 'enter', lone: true }, 'confirming')).toBeUndefined()
		expect(intentOf({ name: 'y', lone: true }, 'confirming')).toBe('yes')
		expect(intentOf({ name: 'y', lone: false }, 'confirming')).toBeUndefined()
		expect(intentOf({ name: 'enter', lone: true }, 'typing-host')).toBe('submit-host')
		expect(intentOf({ name: 'enter', lone: false }, 'typing-host')).toBeUndefined()
	})

	test('every intent has a key, a label and a sentence for the help', () => {
		for (const intent of intents) {
			const { keys, label, help } = keymap[intent]
			expect(keys.length, intent).toBeGreaterThan(0)
			expect(label, intent).toMatch(/^[a-z]/)
			expect(help, intent).toMatch(/^[A-Z].*[^.!]$/)
			for (const key of keys) expect(keyLabel(key, false)).toMatch(/^[\x20-\x7e]+$/)
		}
	})
})

test('keys are compared in the key table and in text inputs only', () => {
	const allowed = ['keymap.ts', 'text-field.ts', 'keys.ts', 'press.ts']
	const files = ['src/screen', 'src/tui'].flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
	const guilty = files.filter((file) => {
		if (allowed.some((name) => file.endsWith(`/${name}`))) return false
		return /(?:input|key|name)\s*===\s*'|key\.(?:return|escape|upArrow|downArrow|ctrl)/.test(readFileSync(file, 'utf8'))
	})
	expect(guilty).toEqual([])
})
