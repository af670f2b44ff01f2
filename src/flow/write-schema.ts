import { mkdirSync, writeFileSync } from 'node:fs'
import { jsonSchemas } from './json-schema.ts'

/** Writes the files in `schema/`: `npx node src/flow/write-schema.ts`. */
const folder = new URL('../../schema/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const [name, text] of Object.entries(jsonSchemas())) writeFileSync(new URL(name, folder), text)
