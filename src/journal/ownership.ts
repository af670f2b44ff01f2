import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Who may change what steers a session: flow files, the cache of them, approvals, and the state folder. As ssh does with its
 * keys, the whole path counts: who may write to a folder above can put another file in the place of this one.
 */

/** What `lstat` tells, and who asks. Given in tests, as a test cannot make files of other users. */
export interface Ownership {
	readonly uid: number | undefined
	readonly lstat: (path: string) => Pick<Stats, 'uid' | 'gid' | 'mode' | 'isSymbolicLink'>
	readonly readlink: (path: string) => string
	/** Nobody but this user is in the group. */
	readonly isPrivate: (gid: number, uid: number) => boolean
}

const real: Ownership = {
	uid: process.getuid?.(),
	lstat: (path) => lstatSync(path),
	readlink: (path) => readlinkSync(path),
	isPrivate: (gid, uid) => isPrivateGroup(gid, uid, readOr('/etc/passwd'), readOr('/etc/group')),
}

/** As Linux has it, for links that lead to links. */
const MOST_LINKS = 40
const WRITABLE_BY_GROUP = 0o020
const WRITABLE_BY_ALL = 0o002
const STICKY = 0o1000
const PERMISSIONS = 0o7777

/**
 * Why others could change what is at this absolute path, as the end of a sentence, with what to do; undefined when only root
 * and this user can. What is not there yet counts as safe in a folder that is. The links on the way count as well as what
 * they lead to. A folder such as /tmp, where everybody writes and only owners remove, is safe for what root or this user owns.
 */
export function othersHand(path: string, asked: Ownership = real): string | undefined {
	return asked.uid === undefined ? undefined : walk(path, asked, MOST_LINKS)
}

function walk(path: string, asked: Ownership, links: number): string | undefined {
	const parts = resolve(path).split('/').filter(Boolean)
	let at = '/'
	let open: { readonly path: string; readonly mode: number } | undefined
	for (const next of ['', ...parts]) {
		const here = next === '' ? '/' : at === '/' ? `/${next}` : `${at}/${next}`
		let found: ReturnType<Ownership['lstat']>
		try {
			found = asked.lstat(here)
		} catch {
			// Not there, or not to be looked into: what is read from it fails by itself. In a sticky folder it will be ours.
			return open !== undefined && (open.mode & STICKY) === 0 ? writable(open) : undefined
		}
		if (found.uid !== 0 && found.uid !== asked.uid) {
			return `${here} belongs to another user (${found.uid}); copy it to a folder that only you may write to`
		}
		if (open !== undefined && (open.mode & STICKY) === 0) return writable(open)
		if (found.isSymbolicLink()) {
			if (links === 0) return `${path} leads through too many links; give the file itself`
			const rest = parts.slice(here.split('/').length - 1)
			return walk(resolve(dirname(here), asked.readlink(here), ...rest), asked, links - 1)
		}
		open = mayWrite(found, asked) ? { path: here, mode: found.mode } : undefined
		at = here
	}
	return open === undefined ? undefined : writable(open)
}

function mayWrite({ mode, gid, uid }: Pick<Stats, 'uid' | 'gid' | 'mode'>, asked: Ownership): boolean {
	if ((mode & WRITABLE_BY_ALL) !== 0) return true
	return (mode & WRITABLE_BY_GROUP) !== 0 && !asked.isPrivate(gid, uid)
}

function writable({ path, mode }: { readonly path: string; readonly mode: number }): string {
	const bits = (mode & PERMISSIONS).toString(8).padStart(4, '0')
	return `others may write to ${path} (mode ${bits}); take that from them (chmod go-w ${path}), or copy it to a folder of your own`
}

/**
 * A group that many systems give each user, with nobody else in it. One that these files do not tell about is not private.
 * `passwd`, `group`: the text of those files.
 */
export function isPrivateGroup(gid: number, uid: number, passwd: string, group: string): boolean {
	const users = passwd.split('\n').map((line) => line.split(':'))
	const owner = users.find((fields) => fields[2] === `${uid}`)?.[0]
	const found = group
		.split('\n')
		.map((line) => line.split(':'))
		.find((fields) => fields[2] === `${gid}`)
	if (owner === undefined || found?.[0] !== owner) return false
	const members = (found[3] ?? '').split(',').filter((name) => name !== '')
	const byPrimary = users.filter((fields) => fields[3] === `${gid}`).map(([name]) => name)
	return [...members, ...byPrimary].every((name) => name === owner)
}

function readOr(file: string): string {
	try {
		return readFileSync(file, 'utf8')
	} catch {
		return ''
	}
}
