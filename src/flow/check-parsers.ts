import { RE2JS } from 're2js'
import type { Parser } from '../text/parser.ts'
import type { Complain } from './checking.ts'
import type { Flow } from './flow.ts'
import { jsonPath } from './own-json.ts'
import { RESULT } from './result.ts'

/** A flow's own parsers have names of their own, and patterns and paths that can be read. */
export function checkOwnParsers(own: Flow['parsers'], catalogue: ReadonlyMap<string, Parser>, error: Complain): void {
	for (const [name, parser] of Object.entries(own)) {
		const path = ['parsers', name]
		if (catalogue.has(name) || name === RESULT) {
			error({ path, key: true }, `\`${name}\` is a parser that comes with the program`, 'give yours another name')
		}
		for (const [fact, { read }] of Object.entries(parser.facts)) {
			const at = [...path, 'facts', fact, read.kind]
			if (read.kind === 'regex' || read.kind === 'count') {
				const wrong = patternFault(read.pattern)
				if (wrong !== undefined) {
					error({ path: at }, `bad pattern: ${wrong}`, 'patterns are RE2: no lookaround, no backreferences')
				}
			}
			if (read.kind === 'json' && jsonPath(read.path) === undefined) {
				error({ path: at }, 'this is no path in JSON', 'write it as data.items[0].name')
			}
		}
	}
}

function patternFault(pattern: string): string | undefined {
	try {
		RE2JS.compile(pattern)
		return undefined
	} catch (error) {
		return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'it cannot be read'
	}
}
