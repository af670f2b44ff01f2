import { epochOf } from '../../text/log-time.ts'
import { KINDS, type Mode, octalOf, readMode } from '../../text/mode.ts'
import { bool, type FactSchema, int, list, type OutputLine, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { saidErrno, saysMissing } from '../../text/strerror.ts'

const FACTS = {
	exists: bool('The file is there.'),
	denied: bool('Who asked was not let in to look.'),
	path: string('The file, as it is named there.'),
	isSocket: bool('It is a Unix socket.'),
	kind: string('What kind of file it is.', { values: ['socket', 'file', 'folder', 'link', 'pipe', 'device', 'other'] }),
	owner: string("The file's owner."),
	group: string("The file's group."),
	mode: string("The file's mode: `srwxrwxrwx`."),
	octal: string("The file's mode in digits: `0660`."),
	acl: bool('An access control list says more than the mode does. Only `ls` tells it.'),
	target: string('Where a symbolic link leads.'),
	modifiedAt: int('When it was last changed, in seconds since 1970. Only `stat` tells it.'),
	sockets: list('The sockets among the files that were listed.'),
} as const satisfies FactSchema

/** With -i and -s numbers stand in front, with -Z and --author a word before the size. */
const LONG =
	/^ {0,10}(?:\d{1,19} +){0,2}([-dlspcb][-rwxsStT]{9}[.+@]?) +\d{1,9} +(\S{1,64}) +(\S{1,64}) +(?:(?![\d.,]{1,20}[KMGTP]? )\S{1,200} +){0,2}(?:[\d.,]{1,20}[KMGTP]?|\d{1,4}, +\d{1,4}) +(.*)$/
/** What stands between the size and the name: `Nov 21 09:02`, `Nov 21  2025`, `2026-11-21 09:02`, other styles and locales. */
const DATE =
	/^(?:\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d(?:\.\d+)? [+-]\d{4})?)?|\d\d-\d\d \d\d:\d\d|\d{9,11}|\S{1,12} +\d{1,2}\.? +(?:\d\d:\d\d|\d{4})|\d{1,2}\.? +\S{1,12} +(?:\d\d:\d\d|\d{4})) +/
/** `stat`'s line about the rights is told by its form: its words are of the operator's language. */
const RIGHTS =
	/^\s{0,20}\S[^:：(]{0,20}[:：]\s?\((\d{3,5})\/([-\w]{10})\)\s+U[Ii][Dd]\s?[:：]\s?\(\s*\d+\/\s*([^)\s]{1,64})\)\s+G[Ii][Dd]\s?[:：]\s?\(\s*\d+\/\s*([^)\s]{1,64})\)/
const SHOWN = /^\s{0,20}\S[^:：/]{0,20}[:：]\s?(\S.*)$/

/** The name as it is: `ls` quotes it, and marks its kind with -F. */
const bareName = (text: string, kind: string): string => {
	const mark = { socket: '=', folder: '/', pipe: '|' }[kind]
	const marked = mark !== undefined && text.length > 1 && text.endsWith(mark) ? text.slice(0, -1) : text
	return marked.replace(/^'(.*)'$|^"(.*)"$/, '$1$2')
}

/** One file, in either form. */
interface Shown {
	readonly number: number
	readonly mode: Mode
	readonly owner: string
	readonly group: string
	readonly name: string
	readonly target: string | undefined
	/** `stat` has several lines: that of the name, and that of the time. */
	readonly head?: OutputLine
	readonly modified?: OutputLine | undefined
	readonly octal?: string
}

function readLong({ text, number }: OutputLine): Shown | undefined {
	const [, rights = '', owner = '', group = '', rest = ''] = LONG.exec(text) ?? []
	const mode = readMode(rights)
	const date = DATE.exec(rest)
	if (mode === undefined || date === null) return undefined
	const shown = rest.slice(date[0].length)
	const arrow = mode.kind === 'link' ? shown.indexOf(' -> ') : -1
	const name = bareName(arrow < 0 ? shown : shown.slice(0, arrow), mode.kind)
	return {
		number,
		mode,
		owner,
		group,
		name,
		target: arrow < 0 ? undefined : bareName(shown.slice(arrow + 4), mode.kind),
	}
}

function readStat(lines: readonly OutputLine[]): Shown | undefined {
	const at = lines.findIndex(({ text }) => RIGHTS.test(text))
	const [, octal = '', rights = '', owner = '', group = ''] = RIGHTS.exec(lines[at]?.text ?? '') ?? []
	const head = lines.slice(Math.max(0, at - 4), Math.max(0, at)).find(({ text }) => SHOWN.test(text))
	const number = lines[at]?.number
	if (head === undefined || number === undefined) return undefined
	const mode = { text: rights, kind: KINDS[rights[0] ?? ''] ?? 'other', acl: false }
	const names = SHOWN.exec(head.text)?.[1]?.trim().split(' -> ') ?? []
	const [name = '', target] = names.map((one) => one.replace(/^['‘](.*)['’]$/, '$1'))
	// Read, modified, changed, born: always in this order.
	const [, modified] = lines.slice(at + 1, at + 5).filter(({ text }) => epochOf(text) !== undefined)
	return { number, mode, owner, group, name, target, head, modified, octal }
}

/** `ls -l PATH` or `stat PATH`. */
export const lsLongParser = plainParser({
	name: 'ls-l',
	summary: 'one file as `ls -l` or `stat` shows it',
	facts: FACTS,
	args: { path: string('Which file is meant, when a folder was listed.') },
	read(sheet, lines, { args }) {
		const wanted = typeof args.path === 'string' && args.path !== '' ? args.path : undefined
		const files = lines.map(readLong).filter((file) => file !== undefined)
		const base = wanted?.slice(wanted.lastIndexOf('/') + 1)
		const file =
			files.find(({ name }) => wanted !== undefined && (name === wanted || name === base)) ??
			(files.length === 1 && wanted === undefined ? files[0] : undefined)
		const sockets = files.filter(({ mode }) => mode.kind === 'socket')
		if (files.length > 0) sheet.list('sockets', sockets, ({ name }) => name)
		const shown = file ?? readStat(lines)
		if (shown !== undefined) {
			sheet.set('exists', true, shown.head ?? shown)
			sheet.set('denied', false)
			sheet.set('path', shown.name, shown.head ?? shown)
			sheet.set('isSocket', shown.mode.kind === 'socket', shown)
			sheet.set('kind', shown.mode.kind, shown)
			sheet.set('owner', shown.owner, shown)
			sheet.set('group', shown.group, shown)
			sheet.set('mode', shown.mode.text, shown)
			if (file !== undefined) sheet.set('acl', shown.mode.acl, shown)
			sheet.set('target', shown.target, shown.head ?? shown)
			sheet.set('octal', shown.octal ?? octalOf(shown.mode), shown)
			sheet.set('modifiedAt', epochOf(shown.modified?.text ?? ''), shown.modified)
			return
		}
		const error = lines.find(({ text }) => /^(?:\/\S{0,60}\/)?(?:ls|stat): /.test(text))
		if (error === undefined) {
			if (wanted !== undefined && files.length > 0) sheet.set('exists', false)
			return
		}
		if (saysMissing(error.text)) {
			sheet.set('exists', false, error.number)
			sheet.set('denied', false)
			sheet.set('path', /['‘"](\/[^'’"]{1,1000})['’"]/.exec(error.text)?.[1], error.number)
		} else if (saidErrno(error.text) === 13) sheet.set('denied', true, error.number)
	},
})
