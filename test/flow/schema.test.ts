import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { jsonSchemas } from '../../src/flow/json-schema.ts'
import { milliseconds } from '../../src/flow/schema-words.ts'

const files = Object.entries(jsonSchemas())

/** Every key that a schema knows, by its path, with its description. */
function* keys(schema: unknown, path = ''): Generator<readonly [path: string, description: unknown]> {
	if (typeof schema !== 'object' || schema === null) return
	for (const [name, inner] of Object.entries(schema)) {
		if (name === 'properties') {
			for (const [key, value] of Object.entries(inner as Record<string, { description?: string }>)) {
				if ('type' in value || 'anyOf' in value || 'enum' in value) yield [`${path}.${key}`, value.description]
				yield* keys(value, `${path}.${key}`)
			}
		} else if (!['allOf', 'oneOf', 'required'].includes(name)) yield* keys(inner, path)
	}
}

describe('the JSON Schemas for editors', () => {
	test.each(files)('%s is the one that `npm run schema` writes', (name, text) => {
		expect(readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8')).toBe(text)
	})

	test.each(files)('%s says of every key what it is', (_, text) => {
		const found = [...keys(JSON.parse(text))]
		expect(found.length).toBeGreaterThan(80)
		expect(found.filter(([, description]) => typeof description !== 'string')).toEqual([])
	})

	test('asks for one rule and one destination of a branch, and knows no other keys', () => {
		const branch = JSON.parse(jsonSchemas()['flow.schema.json'] ?? '').properties.steps.additionalProperties.properties
			.branches.items
		expect(branch.additionalProperties).toBe(false)
		expect(branch.allOf[0]).toEqual({ oneOf: ['goto', 'cause', 'end', 'ask'].map((key) => ({ required: [key] })) })
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
