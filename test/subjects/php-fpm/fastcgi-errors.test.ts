import { describe, expect, it } from 'vitest'
import { fastcgiErrorsParser } from '../../../src/subjects/php-fpm/fastcgi-errors.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { linesOf, outputOf, read, sinceOf } from './recorded.ts'

const of = (host: string, args: Facts = {}): Facts =>
	read(fastcgiErrorsParser, host, 'nginx-errors', { since: sinceOf(host), offset: '+0000', ...args }).facts
const parse = (text: string): Facts => fastcgiErrorsParser.parse({ lines: linesOf(text), exitCode: 0, args: {} }).facts

const FIELDS =
	'client: 127.0.0.1, server: example.com, request: "GET /basket HTTP/1.1", upstream: "fastcgi://127.0.0.1:9000", host: "127.0.0.1"'
const UNKNOWN = `2026/11/21 18:23:10 [error] 77#77: *3 FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream, ${FIELDS}`

describe("FastCGI's error stream in nginx's error log", () => {
	it.each([
		['script-filename-wrong.unix', { fresh: 3, unknownScript: 3, forbiddenEnding: false }],
		['script-unreadable.unix', { fresh: 2, unknownScript: 2 }],
		[
			'script-file-unreadable.unix',
			{ unknownScript: 0, script: '/var/www/shop/public/index.php', unopened: 'Permission denied', level: 'warning' },
		],
		[
			'app-error.unix',
			{
				fresh: 3,
				unknownScript: 0,
				level: 'fatal',
				exception: 'Error',
				undefinedName: 'mysqli_connect',
				file: '/var/www/shop/src/routes.php',
				line: 13,
				request: 'GET /basket HTTP/1.1',
			},
		],
		['slow-script.unix', { fresh: 0, unknownScript: 0 }],
	])('%s', (host, expected) => {
		expect(of(host)).toMatchObject(expected)
	})

	it('counts only what the asked path has to do with', () => {
		expect(of('app-error.unix', { path: '/basket?x=1' }).fresh).toBe(3)
		expect(of('app-error.unix', { path: '/' }).fresh).toBe(0)
	})

	it("has nothing before the session's own request", () => {
		expect(of('app-error.unix', { since: sinceOf('app-error.unix') + 60 })).toMatchObject({
			fresh: 0,
			unknownScript: 0,
		})
	})

	it('is empty where nginx has written nothing since its log was begun', () => {
		expect(parse('')).toEqual({ fresh: 0, unknownScript: 0 })
		expect(fastcgiErrorsParser.parse({ lines: [], exitCode: 1, args: {} }).facts).toEqual({})
	})

	it("takes no entry for nginx's that a script wrote into its message", () => {
		const forged = `2026/11/21 18:22:58 [error] 50#50: *43 FastCGI sent in stderr: "PHP message: PHP Notice:  hello
${UNKNOWN}
${UNKNOWN}
bye in /srv/a.php on line 2" while reading response header from upstream, ${FIELDS}`
		expect(parse(forged)).toMatchObject({ fresh: 1, unknownScript: 0, level: 'notice' })
		expect(parse(`${forged}\n${UNKNOWN}`)).toMatchObject({ fresh: 2, unknownScript: 1 })
	})

	it('goes on behind an entry that nginx cut at its full length', () => {
		const long = `2026/11/21 18:22:58 [error] 50#50: *43 FastCGI sent in stderr: "PHP message: PHP Warning:  ${'x'.repeat(900)}
${'y'.repeat(1050)}`
		expect(parse(`${long}\n${UNKNOWN}`)).toMatchObject({ fresh: 2, unknownScript: 1 })
	})

	it('keeps the gravest of several messages', () => {
		const words =
			'PHP message: PHP Warning:  Undefined array key "a" in /srv/a.php on line 2; PHP message: PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /srv/b.php on line 7; PHP message: PHP Notice:  x in /srv/c.php on line 9'
		const entry = `2026/11/21 18:22:58 [error] 50#50: *43 FastCGI sent in stderr: "${words}" while reading response header from upstream, ${FIELDS}`
		expect(parse(entry)).toMatchObject({ level: 'fatal', limit: 'memory', file: '/srv/b.php', line: 7 })
	})

	it('says nothing of another log', () => {
		const { stdout } = outputOf('worker-segfault.unix', 'fpm-log')
		expect(parse(stdout)).toEqual({})
	})
})
