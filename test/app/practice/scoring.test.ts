import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scoring } from '../../../src/app/practice/scoring.ts'

test('docs/practice.md says how the score is counted, as the help does', () => {
	expect(readFileSync('docs/practice.md', 'utf8')).toContain(`A quiz's score: ${scoring}`)
})
