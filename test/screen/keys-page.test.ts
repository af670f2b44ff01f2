import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { keysPage } from '../support/keys-page.ts'

test('docs/keys.md says what the key table says; write it anew with `node test/support/write-keys-page.ts`', () => {
	expect(readFileSync('docs/keys.md', 'utf8')).toBe(keysPage())
})
