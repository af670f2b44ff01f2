import type { Parser } from '../text/parser.ts'
import { assembleFlow } from './assemble.ts'
import { checkFlow } from './check.ts'
import type { Flow } from './flow.ts'
import type { Problem } from './problem.ts'
import { flowSchema } from './schema.ts'
import { schemaProblems } from './schema-problems.ts'
import { readSource } from './source.ts'

export type ParsedFlow =
	| { readonly ok: true; readonly flow: Flow; readonly warnings: readonly Problem[] }
	/** At least one. */
	| { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads a flow and checks all that can be known before it runs. `file` is only for messages. Never throws.
 * Three stages, each needs the one before: YAML, the keys and their values, what they mean together.
 */
export function parseFlow(text: string, file: string, parsers: ReadonlyMap<string, Parser>): ParsedFlow {
	const read = readSource(text, file)
	if (!read.ok) return read
	const written = flowSchema.safeParse(read.source.data)
	if (!written.success) return { ok: false, problems: schemaProblems(written.error.issues, read.source) }
	const flow = assembleFlow(written.data, text)
	const { errors, warnings } = checkFlow(flow, written.data.covers, read.source, parsers)
	return errors.length > 0 ? { ok: false, problems: errors } : { ok: true, flow, warnings }
}
