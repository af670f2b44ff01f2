import { expect, test } from 'vitest'
import { isPrivateGroup, type Ownership, othersHand } from '../../src/journal/ownership.ts'

const ME = 1000

type Made = readonly [mode: number, uid: number, link?: string]

function on(files: Readonly<Record<string, Made>>, { uid = ME, isPrivate = false } = {}): Ownership {
	const find = (path: string): Made => {
		const found = path === '/' ? ([0o755, 0] as const) : files[path]
		if (found === undefined) throw new Error('ENOENT')
		return found
	}
	return {
		uid,
		lstat: (path) => {
			const [mode, owner, link] = find(path)
			return { mode, uid: owner, gid: owner, isSymbolicLink: () => link !== undefined }
		},
		readlink: (path) => find(path)[2] ?? '',
		isPrivate: () => isPrivate,
	}
}

const home = { '/home': [0o755, 0], '/home/me': [0o700, ME] } as const

test.each<readonly [string, string, Readonly<Record<string, Made>>, string | undefined]>([
	['one’s own', '/home/me/f', { ...home, '/home/me/f': [0o644, ME] }, undefined],
	['root’s', '/etc/f', { '/etc': [0o755, 0], '/etc/f': [0o644, 0] }, undefined],
	['not there yet', '/home/me/a/b', home, undefined],
	['not there yet, in a folder of all', '/srv/a/b', { '/srv': [0o777, 0] }, '/srv (mode 0777)'],
	['not there yet, in a sticky folder', '/tmp/a', { '/tmp': [0o1777, 0] }, undefined],
	['one’s own in a sticky folder', '/tmp/f', { '/tmp': [0o1777, 0], '/tmp/f': [0o600, ME] }, undefined],
	[
		'another’s in a sticky folder',
		'/tmp/f',
		{ '/tmp': [0o1777, 0], '/tmp/f': [0o600, 7] },
		'/tmp/f belongs to another user (7)',
	],
	['one’s own in a folder of all', '/srv/f', { '/srv': [0o777, 0], '/srv/f': [0o600, ME] }, '/srv (mode 0777)'],
	['writable by the group', '/home/me/f', { ...home, '/home/me/f': [0o664, ME] }, '/home/me/f (mode 0664)'],
	['another’s folder', '/home/x/f', { ...home, '/home/x': [0o755, 7], '/home/x/f': [0o644, ME] }, '/home/x belongs'],
	[
		'a link to one’s own',
		'/home/me/l',
		{ ...home, '/home/me/l': [0o777, ME, 'f'], '/home/me/f': [0o644, ME] },
		undefined,
	],
	['a link to another’s', '/home/me/l/f', { ...home, '/home/me/l': [0o777, ME, '/x'], '/x': [0o755, 7] }, '/x belongs'],
	['another’s link', '/tmp/l', { '/tmp': [0o1777, 0], '/tmp/l': [0o777, 7, '/etc'] }, '/tmp/l belongs'],
	[
		'a link on the way up',
		'/home/me/l/f',
		{ ...home, '/home/me/l': [0o777, ME, '../x'], '/home/x': [0o755, 7] },
		'/home/x belongs',
	],
	['a link to itself', '/home/me/l', { ...home, '/home/me/l': [0o777, ME, 'l'] }, 'too many links'],
])('%s', (_, path, files, expected) => {
	const said = othersHand(path, on(files))
	if (expected === undefined) expect(said).toBeUndefined()
	else expect(said).toContain(expected)
})

test('for root, what a user owns is another’s', () => {
	expect(othersHand('/home/me/f', on({ ...home, '/home/me/f': [0o644, ME] }, { uid: 0 }))).toContain('/home/me belongs')
})

test('a group of one’s own is no other', () => {
	expect(othersHand('/home/me/f', on({ ...home, '/home/me/f': [0o664, ME] }, { isPrivate: true }))).toBeUndefined()
	const passwd = 'root:x:0:0::/:/bin/sh\nme:x:1000:1000::/:/bin/sh\nyou:x:1001:1001::/:/bin/sh\n'
	expect(isPrivateGroup(1000, 1000, passwd, 'me:x:1000:\n')).toBe(true)
	expect(isPrivateGroup(1000, 1000, passwd, 'me:x:1000:me\n')).toBe(true)
	expect(isPrivateGroup(1000, 1000, passwd, 'me:x:1000:you\n')).toBe(false)
	expect(isPrivateGroup(1000, 1000, passwd, 'staff:x:1000:\n')).toBe(false)
	expect(isPrivateGroup(1000, 1000, passwd.replace('1001:1001', '1001:1000'), 'me:x:1000:\n')).toBe(false)
	expect(isPrivateGroup(50, 1000, passwd, 'me:x:1000:\n')).toBe(false)
	expect(isPrivateGroup(1000, 1000, '', '')).toBe(false)
})
