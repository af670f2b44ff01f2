import { z } from 'zod'
import { flowSchema, partSchema } from './schema.ts'

/** The JSON Schemas (draft 2020-12) for editors, by the name of their file; each ends with a newline. */
export function jsonSchemas(): Readonly<Record<string, string>> {
	const written = (schema: z.ZodType, title: string): string =>
		`${JSON.stringify({ ...z.toJSONSchema(schema, { io: 'input' }), title }, null, '\t')}\n`
	return {
		'flow.schema.json': written(flowSchema, 'runtree flow'),
		'part.schema.json': written(partSchema, 'part of runtree flows'),
	}
}
