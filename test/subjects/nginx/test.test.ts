import { describe, expect, test } from 'vitest'
import { nginxTestParser } from '../../../src/subjects/nginx/test.ts'
import { asPasted, evidenceOf, factsOf, pasted, recorded, wrapped } from '../recorded-output.ts'

const tested = (name: string) => factsOf(nginxTestParser, recorded('nginx-test', name))
const site = '/etc/nginx/sites-enabled/default'

describe('nginx-test', () => {
	test('ok', () => {
		expect(tested('ok')).toEqual({ ok: true, warnings: [] })
	})

	test.each([
		['no-semicolon', 'syntax', { file: site, line: 2 }],
		['unexpected-end', 'syntax', { file: site, line: 2, message: 'unexpected end of file, expecting "}"' }],
		['unexpected-brace', 'syntax', { file: site, line: 1 }],
		['invalid-args', 'syntax', { directive: 'proxy_pass' }],
		['not-allowed-here', 'syntax', { directive: 'proxy_pass' }],
		['unix-no-uri', 'syntax', { message: 'invalid URL prefix' }],
		['unknown-variable', 'syntax', { message: 'unknown "nosuch" variable' }],
		['unknown-directive', 'unknown-directive', { directive: 'proxy_passs', file: site, line: 1 }],
		['missing-include', 'missing-file', { path: '/etc/nginx/snippets/none.conf', file: site }],
		['log-folder-missing', 'missing-file', { path: '/var/log/none/a.log' }],
		['certificate', 'certificate', { path: '/etc/ssl/none.pem' }],
		['host-not-found', 'host-not-found', { host: 'nosuch.internal' }],
		['upstream-host-not-found', 'host-not-found', { host: 'nosuch.internal' }],
		['duplicate-location', 'duplicate', { message: 'duplicate location "/"' }],
		['duplicate-default', 'duplicate', { file: site, line: 2 }],
		['address-missing', 'bind', { port: 80 }],
		['as-nobody', 'permission', { path: '/run/nginx.pid', notRoot: true }],
	])('%s: %s', (name, kind, more) => {
		expect(tested(name)).toMatchObject({ ok: false, kind, level: 'emerg', ...more })
		expect(evidenceOf(nginxTestParser, recorded('nginx-test', name), 'kind')[0]).toContain('[emerg]')
	})

	test('a warning is no failure', () => {
		expect(tested('conflicting-name')).toEqual({
			ok: true,
			warnings: ['conflicting server name "a.b" on 0.0.0.0:80, ignored'],
		})
	})

	test('nginx -t says nothing of a port that another process holds', () => {
		expect(tested('port-taken')).toEqual({ ok: true, warnings: [] })
	})

	test('the line that nginx prints when it cannot start', () => {
		const text =
			'Nov 21 09:00:00 web nginx[12]: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'
		expect(factsOf(nginxTestParser, pasted(text))).toMatchObject({ ok: false, kind: 'bind', port: 80 })
		const socket = 'nginx: [emerg] bind() to unix:/run/n.sock failed (98: Address already in use)'
		expect(factsOf(nginxTestParser, pasted(socket))).toMatchObject({ kind: 'bind', path: '/run/n.sock' })
	})

	test('no nginx', () => {
		expect(tested('not-found')).toEqual({ notInstalled: true })
	})

	test('cut by a terminal', () => {
		for (const width of [60, 80, 100]) {
			const input = wrapped(asPasted(recorded('nginx-test', 'missing-include')), width)
			expect(factsOf(nginxTestParser, input)).toMatchObject({ ok: false, kind: 'missing-file', file: site, line: 1 })
		}
	})

	test('the dump of nginx -T is read for its messages only', () => {
		expect(factsOf(nginxTestParser, asPasted(recorded('nginx-config', 'tcp')))).toEqual({ ok: true, warnings: [] })
	})

	test('other text gives nothing', () => {
		expect(factsOf(nginxTestParser, pasted('error_log /var/log/x.log error; # [warn] not a message'))).toEqual({})
	})
})
