import { createFactSheet } from './fact-sheet.ts'
import { epochOf } from './log-line.ts'
import { KINDS, readMode } from './mode.ts'
import type { FactSchema, Parser } from './parser.ts'

const FACTS = {
	exists: 'bool',
	/** Who asked was not let in to look. */
	denied: 'bool',
	path: 'string',
	isSocket: 'bool',
	kind: 'string',
	owner: 'string',
	group: 'string',
	mode: 'string',
	octal: 'string',
	acl: 'bool',
	/** Where a symbolic link leads. */
	target: 'string',
	/** Seconds since 1970; `stat` only. */
	modifiedAt: 'int',
	/** Sockets among the files that were listed. */
	sockets: 'list<string>',
} as const satisfies FactSchema

const LONG =
	/^([-dlspcb][-rwxsStT]{9}[.+@]?) +\d{1,9} +(\S{1,64}) +(\S{1,64}) +(?:[\d.,]{1,20}[KMGTP]?|\d{1,4}, +\d{1,4}) +(.*)$/
/** What stands between the size and the name: `Nov 21 09:02`, `Nov 21  2025`, `2026-11-21 09:02`, other locales. */
const DATE =
	/^(?:\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)? [+-]\d{4})?|\S{1,12} +\d{1,2}\.? +(?:\d\d:\d\d|\d{4})|\d{1,2}\.? +\S{1,12} +(?:\d\d:\d\d|\d{4})) /

/** `ls -l PATH` or `stat PATH`. */
export const lsLongParser: Parser = {
	name: 'ls-l',
	summary: 'one file as `ls -l` or `stat` shows it',
	facts: FACTS,
	/** `path`: which file, when a folder was listed. */
	args: { path: 'string' },
	parse: ({ lines, args }) => {
		const sheet = createFactSheet()
		const wanted = typeof args.path === 'string' && args.path !== '' ? args.path : undefined
		const files = lines.flatMap(({ text, number }) => {
			const match = LONG.exec(text)
			const mode = readMode(match?.[1] ?? '')
			if (match === null || mode === undefined) return []
			const rest = match[4] ?? ''
			const date = DATE.exec(rest)
			if (date === null) return []
			const name = rest.slice(date[0].length).replace(/^'(.*)'$/, '$1')
			const arrow = mode.kind === 'link' ? name.indexOf(' -> ') : -1
			return [
				{
					number,
					mode,
					owner: match[2],
					group: match[3],
					name: arrow < 0 ? name : name.slice(0, arrow),
					target: arrow < 0 ? undefined : name.slice(arrow + 4),
				},
			]
		})
		const base = wanted?.slice(wanted.lastIndexOf('/') + 1)
		const file =
			files.find(({ name }) => wanted !== undefined && (name === wanted || name === base)) ??
			(files.length === 1 && wanted === undefined ? files[0] : undefined)
		const sockets = files.filter(({ mode }) => mode.kind === 'socket')
		if (files.length > 0)
			sheet.set(
				'sockets',
				sockets.map(({ name }) => name),
				...sockets.map(({ number }) => number),
			)
		if (file !== undefined) {
			const { number, mode } = file
			sheet.set('exists', true, number)
			sheet.set('denied', false)
			sheet.set('path', file.name, number)
			sheet.set('isSocket', mode.kind === 'socket', number)
			sheet.set('kind', mode.kind, number)
			sheet.set('owner', file.owner, number)
			sheet.set('group', file.group, number)
			sheet.set('mode', mode.text, number)
			sheet.set('acl', mode.acl, number)
			sheet.set('target', file.target, number)
			return sheet.parsed()
		}
		const head = lines.find(({ text }) => /^\s{0,4}File: /.test(text))
		const access = lines.find(({ text }) => /^Access: \(/.test(text))
		if (head !== undefined && access !== undefined) {
			const rights =
				/^Access: \((\d{3,5})\/([-\w]{10})\)\s+Uid: \(\s*\d+\/\s*([^)\s]{1,64})\)\s+Gid: \(\s*\d+\/\s*([^)\s]{1,64})\)/.exec(
					access.text,
				)
			sheet.set('exists', true, head.number)
			sheet.set('denied', false)
			const shown = head.text
				.slice(head.text.indexOf('File: ') + 6)
				.trim()
				.split(' -> ')
			sheet.set('path', shown[0]?.replace(/^['‘](.*)['’]$/, '$1'), head.number)
			sheet.set('target', shown[1]?.replace(/^['‘](.*)['’]$/, '$1'), head.number)
			if (rights !== null) {
				const [, octal, mode = '', owner, group] = rights
				const kind = KINDS[mode[0] ?? ''] ?? 'other'
				sheet.set('octal', octal, access.number)
				sheet.set('mode', mode, access.number)
				sheet.set('owner', owner, access.number)
				sheet.set('group', group, access.number)
				sheet.set('kind', kind, access.number)
				sheet.set('isSocket', kind === 'socket', access.number)
			}
			const modified = lines.find(({ text }) => text.startsWith('Modify: '))
			if (modified !== undefined) sheet.set('modifiedAt', epochOf(modified.text), modified.number)
			return sheet.parsed()
		}
		const error = lines.find(({ text }) => /^(?:\/\S{0,60}\/)?(?:ls|stat): /.test(text))
		if (error === undefined) {
			if (wanted !== undefined && files.length > 0) sheet.set('exists', false)
			return sheet.parsed()
		}
		if (/No such file or directory|Not a directory/.test(error.text)) {
			sheet.set('exists', false, error.number)
			sheet.set('denied', false)
			sheet.set('path', /['‘"](\/[^'’"]{1,1000})['’"]/.exec(error.text)?.[1], error.number)
		} else if (/Permission denied/.test(error.text)) sheet.set('denied', true, error.number)
		return sheet.parsed()
	},
}
