import { mkdirSync, writeFileSync } from 'node:fs'
import { flowJsonSchema } from './json-schema.ts'

/** Writes `schema/flow.schema.json`: `npx node src/flow/write-schema.ts`. */
const file = new URL('../../schema/flow.schema.json', import.meta.url)
mkdirSync(new URL('.', file), { recursive: true })
writeFileSync(file, flowJsonSchema())
