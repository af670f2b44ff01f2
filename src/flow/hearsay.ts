import type { Parser } from '../text/parser.ts'
import type { Flow } from './flow.ts'
import { declareFacts, factPaths } from './variables.ts'

/** Paths of the facts that a stranger can have written. */
export function hearsayPaths(
	flow: Pick<Flow, 'probes' | 'steps'>,
	parsers: ReadonlyMap<string, Parser>,
): ReadonlySet<string> {
	const found = new Set<string>()
	for (const [name, schema] of declareFacts(flow, parsers)) {
		for (const [path, { hearsay }] of factPaths(name, schema)) if (hearsay === true) found.add(path)
	}
	return found
}
