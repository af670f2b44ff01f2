import type { Parser } from '../facts/parser.ts'
import type { Flow } from './flow.ts'
import type { Problem } from './problem.ts'

export type ParsedFlow =
	| { readonly ok: true; readonly flow: Flow; readonly warnings: readonly Problem[] }
	| { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads and checks a flow. `file` is only for messages. Never throws. */
export function parseFlow(_text: string, _file: string, _parsers: ReadonlyMap<string, Parser>): ParsedFlow {
	throw new Error('being written')
}
