import { type FactSchema, int, type LineSpan, list, type Parsed, type Parser, string } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

const FACTS = {
	paths: list('Absolute paths, each base name once: a unit in /etc overrides the one of that name in /lib.'),
	count: int('How many paths there are.'),
	path: string('The path, when there is exactly one.'),
} as const satisfies FactSchema

/** Absolute paths, one a line: `grep -l`, `find`. Other lines (complaints of the program) are passed over. */
export const pathsParser: Parser = {
	name: 'paths',
	summary: 'Absolute paths, one a line (grep -l, find).',
	facts: FACTS,
	parse(input): Parsed {
		const lines = plainLines(input)
		const found = new Map<string, { readonly path: string; readonly line: number }>()
		for (const { stream, text, number } of lines) {
			const path = text.trim()
			const name = path.slice(path.lastIndexOf('/') + 1)
			if (stream !== 'stdout' || !path.startsWith('/') || name === '' || found.has(name)) continue
			found.set(name, { path, line: number })
		}
		const all = [...found.values()]
		const spans: readonly LineSpan[] = all.map(({ line }) => ({ line }))
		const only = all.length === 1 ? all[0]?.path : undefined
		return {
			facts: {
				paths: all.map(({ path }) => path),
				count: all.length,
				...(only === undefined ? {} : { path: only }),
			},
			evidence: { paths: spans, count: spans, ...(only === undefined ? {} : { path: spans }) },
		}
	},
}
