import type { Parser } from '../text/parser.ts'
import type { DomainFunction } from '../text/subject.ts'
import { assembleFlow } from './assemble.ts'
import { checkFlow } from './check.ts'
import type { Flow } from './flow.ts'
import { type Include, loadFiles } from './include.ts'
import type { Problem } from './problem.ts'

export type ParsedFlow =
	| { readonly ok: true; readonly flow: Flow; readonly warnings: readonly Problem[] }
	/** At least one. */
	| { readonly ok: false; readonly problems: readonly Problem[] }

export interface FlowSurroundings {
	/** Reads the parts that a flow includes. Without it, none can be. */
	readonly include?: Include
	/** Functions that conditions may call: those of the catalogue. */
	readonly functions?: readonly DomainFunction[]
}

const nothingToInclude: Include = () => ({ ok: false, reason: 'there are no files here' })

/**
 * Reads a flow and checks all that can be known before it runs. `file` is only for messages. Never throws.
 * Three stages, each needs the one before: YAML, the keys and their values, what they mean together.
 */
export function parseFlow(
	text: string,
	file: string,
	parsers: ReadonlyMap<string, Parser>,
	{ include = nothingToInclude, functions = [] }: FlowSurroundings = {},
): ParsedFlow {
	const read = loadFiles(text, file, include)
	if (!read.ok) return read
	const { loaded } = read
	const flow = assembleFlow(loaded.written, loaded.texts)
	const { errors, warnings } = checkFlow(flow, loaded, parsers, functions)
	return errors.length > 0 ? { ok: false, problems: errors } : { ok: true, flow, warnings }
}
