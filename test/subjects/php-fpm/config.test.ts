import { describe, expect, it } from 'vitest'
import { fpmConfigParser } from '../../../src/subjects/php-fpm/config.ts'
import { linesOf, outputOf, read, refusals } from './recorded.ts'

describe('php-fpm -tt', () => {
	it('prints the only pool', () => {
		expect(read(fpmConfigParser, 'pool-stopped.unix', 'fpm-config').facts).toEqual({
			ok: true,
			error: 'none',
			file: '/etc/php/8.2/fpm/php-fpm.conf',
			errorLog: '/var/log/php8.2-fpm.log',
			processMax: 0,
			pools: ['www'],
			listens: ['/run/php/php8.2-fpm.sock'],
			pool: 'www',
			listen: '/run/php/php8.2-fpm.sock',
			unixSocket: true,
			anyClient: true,
			listenOwner: 'www-data',
			listenGroup: 'www-data',
			backlog: -1,
			user: 'www-data',
			group: 'www-data',
			pm: 'dynamic',
			maxChildren: 5,
			maxRequests: 0,
			terminateTimeout: 0,
			slowlogTimeout: 0,
			catchOutput: false,
			decorateOutput: true,
			extensions: ['.php', '.phar'],
		})
	})

	it('is about the pool that listens where nginx connects', () => {
		const of = (target: string) => read(fpmConfigParser, 'other-pool-busy.unix', 'fpm-config', { target }).facts
		expect(of('unix:/var/run/php/blog.sock')).toMatchObject({ serving: true, pool: 'blog', maxChildren: 2 })
		expect(of('unix:/run/php/php8.2-fpm.sock')).toMatchObject({ serving: true, pool: 'www', maxChildren: 5 })
		const nobody = of('127.0.0.1:9000')
		expect(nobody.serving).toBe(false)
		expect(nobody).not.toHaveProperty('pool')
	})

	it.each([
		[
			'client-disallowed.tcp',
			{ anyClient: false, allowedClients: ['10.0.0.5'], listen: '127.0.0.1:9000', unixSocket: false },
		],
		['socket-mode.unix', { listenOwner: 'deploy', listenGroup: 'deploy', listenMode: '0600', user: 'deploy' }],
		['request-terminated.unix', { terminateTimeout: 3 }],
	])('has the settings of %s', (host, expected) => {
		expect(read(fpmConfigParser, host, 'fpm-config').facts).toMatchObject(expected)
	})

	it('takes a port alone for every address', () => {
		const { stdout, stderr } = outputOf('client-disallowed.tcp', 'fpm-config')
		const lines = linesOf(stdout, stderr.replace('listen = 127.0.0.1:9000', 'listen = 9000'))
		const { facts } = fpmConfigParser.parse({ lines, exitCode: 0, args: { target: '127.0.0.1:9000' } })
		expect(facts).toMatchObject({ listen: '*:9000', serving: true, pool: 'www' })
	})

	it('points at the line of each setting', () => {
		const { evidence } = read(fpmConfigParser, 'pool-stopped.unix', 'fpm-config')
		const lines = outputOf('pool-stopped.unix', 'fpm-config').stderr.split('\n')
		expect(lines[(evidence.maxChildren?.[0]?.line ?? 0) - 1]).toContain('pm.max_children = 5')
	})

	it.each(refusals.filter(({ exitCode }) => exitCode !== 0).map((refusal) => [refusal.case, refusal] as const))(
		'says why it refuses %s',
		(_, { stderr, exitCode }) => {
			const { facts } = fpmConfigParser.parse({ lines: linesOf('', stderr.join('\n')), exitCode, args: {} })
			expect(facts).toMatchObject({ ok: false, errorText: expect.any(String) })
			expect(['none', 'other']).not.toContain(facts.error)
			expect(facts).not.toHaveProperty('pool')
		},
	)

	it('says nothing of a text that is something else', () => {
		const { stdout } = outputOf('pool-stopped.unix', 'nginx-errors')
		expect(fpmConfigParser.parse({ lines: linesOf(stdout), exitCode: 0, args: {} }).facts).toEqual({})
	})
})
