import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathWalkParser } from '../../../src/subjects/linux/path-walk.ts'
import { evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const nginx = { user: 'www-data', groups: ['www-data'] }
const read = (name: string, args: object = nginx) => factsOf(pathWalkParser, recorded('path-walk', name, { ...args }))

describe('namei -l', () => {
	it.each<[string, object]>([
		[
			'healthy',
			{
				exists: true,
				isSocket: true,
				owner: 'www-data',
				group: 'www-data',
				mode: 'srwxrwxrwx',
				writable: true,
				reachable: true,
				undecided: false,
			},
		],
		['varrun', { path: '/var/run/gunicorn/gunicorn.sock', exists: true, reachable: true, links: ['/var/run'] }],
		['missing', { exists: false, missingAt: '/run/gunicorn/nope.sock', reachable: false }],
		['missing-folder', { exists: false, missingAt: '/run/nope', reachable: false }],
		['dangling', { exists: false, missingAt: '/srv/nowhere' }],
		['notdir', { exists: false, missingAt: '/srv/plain.sock/x' }],
		['relative', { exists: false, missingAt: 'app' }],
		[
			'home-closed',
			{
				exists: true,
				blockedAt: '/home/deploy',
				blockedOwner: 'deploy',
				blockedGroup: 'deploy',
				blockedMode: 'drwxr-x---',
				reachable: false,
				writable: true,
			},
		],
		[
			'symlink',
			{ exists: true, blockedAt: '/home/deploy', reachable: false, links: ['/srv/link'], mode: 'srw-rw----' },
		],
		['socket-closed', { exists: true, reachable: false, writable: false, isSocket: true }],
		['plain-file', { exists: true, isSocket: false, kind: 'file' }],
		['home-denied', { denied: true, deniedAt: '/home/deploy/app', blockedAt: '/home/deploy', reachable: false }],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('a folder blocks those who are neither owner nor in its group', () => {
		expect(read('home-closed', { user: 'www-data', groups: ['www-data', 'deploy'] })).toMatchObject({ reachable: true })
		expect(read('home-closed', { user: 'deploy', groups: ['deploy', 'sudo'] })).toMatchObject({
			reachable: true,
			writable: true,
		})
		expect(read('home-closed', { user: 'eve', groups: ['deploy'] })).toMatchObject({
			reachable: false,
			writable: false,
		})
		for (const name of ['home-closed', 'socket-closed', 'symlink'])
			expect(read(name, { user: 'root' })).toMatchObject({ reachable: true })
	})

	it('says nothing of a user that nobody named, and does not decide without the groups', () => {
		expect(read('home-closed', {})).not.toHaveProperty('reachable')
		const facts = read('home-closed', { user: 'nginx' })
		expect(facts).toMatchObject({ undecided: true })
		expect(facts).not.toHaveProperty('reachable')
	})

	it('an access control list leaves it open', () => {
		const facts = factsOf(
			pathWalkParser,
			pasted(
				'f: /home/x/g.sock\ndrwxr-xr-x root root /\ndrwxr-xr-x root root home\ndrwx--x---+ x x x\nsrwxrwxrwx x x g.sock',
				nginx,
			),
		)
		expect(facts).toMatchObject({ acl: true, aclAt: '/home/x', undecided: true })
		expect(facts).not.toHaveProperty('reachable')
	})

	it('points at the folder', () =>
		expect(evidenceOf(pathWalkParser, recorded('path-walk', 'home-closed', nginx), 'blockedAt')).toEqual([
			'drwxr-x--- deploy deploy   deploy',
		]))
	it('never says both: may pass, and is blocked', () => {
		const lines = recordedNames('path-walk').flatMap((name) =>
			recorded('path-walk', name).lines.map((line) => line.text),
		)
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 20 }),
				fc.constantFrom('www-data', 'root', 'deploy', ''),
				(some, user) => {
					const facts = factsOf(pathWalkParser, pasted(some.join('\n'), { user }))
					for (const name of Object.keys(facts)) expect(pathWalkParser.facts).toHaveProperty(name)
					if (facts.reachable === true) expect(facts).not.toHaveProperty('blockedAt')
					if (facts.blockedAt !== undefined) expect(facts.reachable).toBe(false)
				},
			),
		)
	})
})
