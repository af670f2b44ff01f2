import { allows, type Identity, type Mode, readMode } from '../../text/mode.ts'
import { bool, type FactSchema, list, type OutputLine, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { saidErrno } from '../../text/strerror.ts'

const FACTS = {
	path: string('The path that was walked.'),
	exists: bool('The path leads to something.'),
	missingAt: string('The first part of the path that is not there.'),
	isSocket: bool('The last part is a Unix socket.'),
	kind: string('What kind of file the last part is.', {
		values: ['socket', 'file', 'folder', 'link', 'pipe', 'device', 'other'],
	}),
	owner: string("The last part's owner."),
	group: string("The last part's group."),
	mode: string("The last part's mode: `srwxrwxrwx`."),
	acl: bool('An access control list somewhere on the way says more than the mode does.'),
	aclAt: string('The first part of the path with an access control list.'),
	writable: bool('`user` may write to the last part: connecting to a socket needs that.'),
	reachable: bool('`user` may pass every folder, and do what `want` says at the end.'),
	blockedAt: string('The first folder that `user` may not pass.'),
	blockedOwner: string('The owner of the folder at `blockedAt`.'),
	blockedGroup: string('The group of the folder at `blockedAt`.'),
	blockedMode: string('The mode of the folder at `blockedAt`.'),
	undecided: bool("It depends on what is not told here: the user's groups, or an access control list."),
	denied: bool('Who asked was not let in to look.'),
	deniedAt: string('The part of the path that who asked could not look at.'),
	links: list('Symbolic links on the way.'),
} as const satisfies FactSchema

interface Part {
	readonly path: string
	readonly line: number
	readonly mode?: Mode
	readonly owner?: string
	readonly group?: string
	readonly link?: string
	readonly error?: 'missing' | 'denied' | 'other'
}

/** `D` marks the folder of a mount (`namei -x`). */
const PART = /^ {0,40}([-dlspcbD][-rwxsStT]{9}[.+@]?) +(\S{1,64}) +(\S{1,64}) +(?=\S)/
/** What it says for a part that it cannot look at; the words are of the operator's language. */
const FAILED = /^( +)(\S.{0,1000}) - (\S.{0,200})$/

const join = (folder: string, name: string): string =>
	name.startsWith('/') ? name : folder === '/' || folder === '' ? `${folder}${name}` : `${folder}/${name}`

const parentOf = (path: string): string => {
	const at = path.lastIndexOf('/')
	return at <= 0 ? '/' : path.slice(0, at)
}

interface Level {
	column: number
	at: string
}

/** The parts of one `namei -l`, each with its full path; those of a link's target stand under the link, further right. */
const readParts = (
	lines: readonly OutputLine[],
): { readonly path: string; readonly line: number; readonly parts: readonly Part[] } | undefined => {
	const start = lines.findIndex(({ text }) => text.startsWith('f: '))
	const head = lines[start]
	if (head === undefined) return undefined
	const parts: Part[] = []
	const levels: Level[] = [{ column: 0, at: '' }]
	/** The level that a name in this column belongs to; names of a link's target stand two columns further right. */
	const enter = (column: number): Level => {
		const root = levels[0]
		if (root !== undefined && root.column === 0) root.column = column
		while (levels.length > 1 && (levels.at(-1)?.column ?? 0) > column) {
			// The link's target was walked to its end: what follows lies in it.
			const inner = levels.pop()
			const outer = levels.at(-1)
			if (inner !== undefined && outer !== undefined) outer.at = inner.at
		}
		const level = levels.at(-1) ?? { column, at: '' }
		if (column <= level.column) return level
		const inner = { column, at: parentOf(level.at) }
		levels.push(inner)
		return inner
	}
	for (const { text, number } of lines.slice(start + 1)) {
		if (text.startsWith('f: ')) break
		const part = PART.exec(text)
		const mode = readMode(part?.[1]?.replace(/^D/, 'd') ?? '')
		if (part !== null && mode !== undefined) {
			const rest = text.slice(part[0].length)
			const level = enter(part[0].length)
			const arrow = mode.kind === 'link' ? rest.indexOf(' -> ') : -1
			const path = join(level.at, arrow < 0 ? rest : rest.slice(0, arrow))
			level.at = path
			parts.push({
				path,
				line: number,
				mode,
				owner: part[2] ?? '',
				group: part[3] ?? '',
				...(arrow < 0 ? {} : { link: rest.slice(arrow + 4) }),
			})
			continue
		}
		const failure = FAILED.exec(text)
		if (failure === null) continue
		const [, indent = '', name = '', why = ''] = failure
		const errno = saidErrno(why)
		const error = errno === 13 ? 'denied' : errno === undefined ? 'other' : 'missing'
		parts.push({ path: join(parts.length === 0 ? '' : enter(indent.length).at, name), line: number, error })
		break
	}
	return { path: head.text.slice(3).trim(), line: head.number, parts }
}

/** `namei -l PATH`: may a user connect to a socket there, and if not, where does it fail. */
export const pathWalkParser = plainParser({
	name: 'path-walk',
	summary: 'whether a user can reach a path, folder by folder (`namei -l`)',
	facts: FACTS,
	args: {
		user: string('Who wants to get there.'),
		groups: list('All groups of that user.'),
		want: string('What the user wants to do there; socket-connect when left out.', {
			values: ['socket-connect', 'read', 'search'],
		}),
	},
	read(sheet, lines, { args }) {
		const walk = readParts(lines)
		if (walk === undefined) return
		const { parts } = walk
		sheet.set('path', walk.path, walk.line)
		const failure = parts.find(({ error }) => error !== undefined)
		const good = parts.filter(({ error }) => error === undefined)
		const last = good.at(-1)
		const links = good.filter(({ link }) => link !== undefined)
		sheet.list('links', links, ({ path }) => path)
		const refused = failure?.error === 'denied' ? failure : undefined
		sheet.set('denied', refused !== undefined, refused)
		sheet.set('deniedAt', refused?.path, refused)
		if (failure?.error === 'missing') {
			sheet.set('exists', false, failure.line)
			sheet.set('missingAt', failure.path, failure.line)
		}
		const complete = failure === undefined && last?.mode !== undefined && last.link === undefined
		if (complete) {
			sheet.set('exists', true, last.line)
			sheet.set('isSocket', last.mode?.kind === 'socket', last.line)
			sheet.set('kind', last.mode?.kind, last.line)
			sheet.set('owner', last.owner, last.line)
			sheet.set('group', last.group, last.line)
			sheet.set('mode', last.mode?.text, last.line)
		}
		const listed = good.find(({ mode }) => mode?.acl === true)
		sheet.set('acl', listed !== undefined, listed?.line)
		sheet.set('aclAt', listed?.path, listed?.line)
		if (typeof args.user !== 'string' || args.user === '') return

		const groups = Array.isArray(args.groups) && args.groups.length > 0 ? args.groups.map(String) : undefined
		const who: Identity = { user: args.user, groups }
		const want = args.want === 'read' ? 'r' : args.want === 'search' ? 'x' : 'w'
		const check = (part: Part, right: 'r' | 'w' | 'x'): boolean | undefined =>
			part.mode === undefined ? undefined : allows(part.mode, part.owner ?? '', part.group ?? '', right, who)
		const folders = good.filter((part) => part.mode?.kind === 'folder' && !(complete && part === last))
		const passes = folders.map((part) => ({ part, passes: check(part, 'x') }))
		const blocked = passes.find((one) => one.passes === false)?.part
		sheet.set('blockedAt', blocked?.path, blocked)
		sheet.set('blockedOwner', blocked?.owner, blocked)
		sheet.set('blockedGroup', blocked?.group, blocked)
		sheet.set('blockedMode', blocked?.mode?.text, blocked)
		const open = passes.some((one) => one.passes === undefined)
		const final = complete && last !== undefined ? check(last, want) : undefined
		if (complete && last !== undefined) sheet.set('writable', check(last, 'w'), last.line)
		if (blocked !== undefined) sheet.set('reachable', false, blocked.line)
		else if (failure?.error === 'missing') sheet.set('reachable', false, failure.line)
		else if (complete && final === false) sheet.set('reachable', false, last?.line)
		else if (complete && final === true && !open) sheet.set('reachable', true, ...folders, last)
		sheet.set(
			'undecided',
			blocked === undefined && failure === undefined && final !== false && (open || final === undefined),
		)
	},
})
