import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lsLongParser } from '../../../src/subjects/linux/ls-l.ts'
import { factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string, args = {}) => factsOf(lsLongParser, recorded('ls-l', name, args))

describe('ls -l and stat', () => {
	it.each<[string, object]>([
		[
			'socket',
			{
				exists: true,
				isSocket: true,
				owner: 'www-data',
				group: 'www-data',
				mode: 'srwxrwxrwx',
				path: '/run/gunicorn/gunicorn.sock',
				acl: false,
			},
		],
		[
			'stat',
			{
				exists: true,
				isSocket: true,
				owner: 'www-data',
				mode: 'srwxrwxrwx',
				octal: '0777',
				path: '/run/gunicorn/gunicorn.sock',
				modifiedAt: Date.UTC(2026, 10, 21, 9, 27, 36) / 1000,
			},
		],
		['missing', { exists: false, path: '/run/nope.sock' }],
		['stat-missing', { exists: false }],
		['symlink', { kind: 'link', target: '/home/deploy/app/run', path: '/srv/link' }],
		['folder-self', { kind: 'folder', isSocket: false }],
		['plain', { kind: 'file', isSocket: false }],
		['folder', { sockets: ['gunicorn.sock'] }],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('a listing of a folder tells of the file that is asked for', () => {
		expect(read('folder', { path: '/run/gunicorn/gunicorn.sock' })).toMatchObject({ exists: true, isSocket: true })
		expect(read('folder', { path: '/run/gunicorn/other.sock' })).toMatchObject({ exists: false })
		expect(read('folder')).not.toHaveProperty('exists')
	})

	it('what one may not see may be there', () => expect(read('denied')).toEqual({ denied: true }))
	it('reads other dates', () => {
		for (const date of [
			'Nov 21  2025',
			'2026-11-21 09:27',
			'2026-11-21 09:27:36.983603217 +0000',
			'21. Nov 09:27',
			'nov. 21 09:27',
		])
			expect(factsOf(lsLongParser, pasted(`srw-rw----+ 1 a b 0 ${date} /run/g.sock`))).toMatchObject({
				path: '/run/g.sock',
				acl: true,
				owner: 'a',
				group: 'b',
			})
	})
	it.each([
		['srw-------', '0600'],
		['drwxr-x--x', '0751'],
		['-rwsr-Sr-T', '7744'],
		['drwxrwsrwt+', '3777'],
	])('%s is %s in digits', (mode, octal) =>
		expect(factsOf(lsLongParser, pasted(`${mode} 1 a b 0 2026-11-21 09:27 /x`))).toMatchObject({ octal }),
	)
	it('is total', () => {
		const lines = recordedNames('ls-l').flatMap((name) => recorded('ls-l', name).lines.map((line) => line.text))
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 20 }), (some) => {
				for (const name of Object.keys(factsOf(lsLongParser, pasted(some.join('\n')))))
					expect(lsLongParser.facts).toHaveProperty(name)
			}),
		)
	})
})
