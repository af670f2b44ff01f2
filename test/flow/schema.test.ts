import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { flowJsonSchema } from '../../src/flow/json-schema.ts'
import { milliseconds } from '../../src/flow/schema.ts'

describe('the JSON Schema for editors', () => {
	const file = readFileSync(new URL('../../schema/flow.schema.json', import.meta.url), 'utf8')

	test('is the one that `npx node src/flow/write-schema.ts` writes', () => {
		expect(file).toBe(flowJsonSchema())
	})

	test('asks for one rule and one destination of a branch, and knows no other keys', () => {
		const branch = JSON.parse(file).properties.steps.additionalProperties.properties.branches.items
		expect(branch.additionalProperties).toBe(false)
		expect(branch.allOf).toEqual([
			{ oneOf: ['when', 'otherwise', 'choice'].map((key) => ({ required: [key] })) },
			{ oneOf: ['goto', 'cause', 'end', 'ask'].map((key) => ({ required: [key] })) },
		])
	})
})

test.each([
	['30s', 30_000],
	['2m', 120_000],
	['500ms', 500],
	['1.5h', 5_400_000],
	[45, 45_000],
	['45', 45_000],
	['soon', undefined],
	['-3s', undefined],
	['3 s', undefined],
])('%s is %s ms', (written, expected) => {
	expect(milliseconds(written)).toBe(expected)
})
