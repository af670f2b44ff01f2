import { int, list, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'

/** Absolute paths, one a line: `grep -l`, `find`. Other lines (complaints of the program) are passed over. */
export const pathsParser = plainParser({
	name: 'paths',
	summary: 'Absolute paths, one a line (grep -l, find).',
	facts: {
		paths: list('Absolute paths, each base name once: a unit in /etc overrides the one of that name in /lib.'),
		count: int('How many paths there are.'),
		path: string('The path, when there is exactly one.'),
	},
	read(sheet, lines) {
		const found = new Map<string, { readonly path: string; readonly line: number }>()
		for (const { stream, text, number } of lines) {
			const path = text.trim()
			const name = path.slice(path.lastIndexOf('/') + 1)
			if (stream !== 'stdout' || !path.startsWith('/') || name === '' || found.has(name)) continue
			found.set(name, { path, line: number })
		}
		const all = [...found.values()]
		sheet.list('paths', all, ({ path }) => path)
		sheet.set('count', all.length, ...all)
		if (all.length === 1) sheet.set('path', all[0]?.path, ...all)
	},
})
