import { z } from 'zod'
import { flowSchema } from './schema.ts'

/** The JSON Schema (draft 2020-12) of a flow file, for editors; ends with a newline. */
export function flowJsonSchema(): string {
	const schema = z.toJSONSchema(flowSchema, { io: 'input' })
	return `${JSON.stringify({ ...schema, title: 'runtree flow' }, null, '\t')}\n`
}
