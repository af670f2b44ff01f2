import { describe, expect, test } from 'vitest'
import { nginxErrorLogParser } from '../../../src/subjects/nginx/error-log.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { asPasted, evidenceOf, factsOf, pasted, prefixed, recorded, wrapped } from '../recorded-output.ts'

const log = (name: string, args: Facts = {}) => factsOf(nginxErrorLogParser, recorded('nginx-error-log', name, args))
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`) / 1000

/** The facts of one recorded line. */
const line = (name: string, part: string, args: Facts = {}) => {
	const input = recorded('nginx-error-log', name, args)
	return factsOf(nginxErrorLogParser, {
		...input,
		lines: input.lines.filter(({ text }) => text.includes(part)).slice(0, 1),
	})
}

describe('what failed', () => {
	test.each([
		[
			'tcp-story',
			'(111: ',
			{ kind: 'refused', errno: 111, phase: 'connecting', upstream: '127.0.0.1:8000', unixSocket: false },
		],
		['tcp-story', '(110: ', { kind: 'timeout', errno: 110, phase: 'reading-header', request: 'GET /slow HTTP/1.1' }],
		['tcp-story', 'prematurely', { kind: 'premature-close', phase: 'reading-header', upstream: '127.0.0.1:8000' }],
		['tcp-story', 'too big header', { kind: 'header-too-big', phase: 'reading-header' }],
		[
			'unix-story',
			'(2: ',
			{ kind: 'no-file', errno: 2, upstream: 'unix:/run/g.sock', unixSocket: true, socketPath: '/run/g.sock' },
		],
		['unix-story', '(13: ', { kind: 'denied', errno: 13, server: 'www.example.com', client: '127.0.0.1' }],
		['unix-story', '(111: ', { kind: 'refused', errno: 111, unixSocket: true }],
		['many-kinds', 'fastcgi://', { kind: 'no-file', protocol: 'fastcgi', upstream: 'unix:/run/none.sock' }],
		['many-kinds', 'worker_connections', { kind: 'worker-connections' }],
		['many-kinds', 'recv() failed', { kind: 'reset', errno: 104, phase: 'reading-header' }],
		['many-kinds', 'no resolver', { kind: 'host-not-found', request: 'GET /var HTTP/1.1' }],
		['many-kinds', 'no valid HTTP', { kind: 'invalid-header', upstream: '127.0.0.1:22' }],
		['many-kinds', 'readv() failed', { kind: 'reset', phase: 'reading' }],
		['many-kinds', 'bind(10.9.9.9)', { kind: 'address-not-available', errno: 99 }],
		['many-kinds', '(101: ', { kind: 'no-route', errno: 101, upstream: '192.0.2.9:8000' }],
		['no-live-ssl-backlog', 'no live', { kind: 'no-live-upstreams', upstream: 'app_server' }],
		[
			'no-live-ssl-backlog',
			'SSL_do',
			{ kind: 'ssl', phase: 'ssl-handshaking', protocol: 'https', upstream: '127.0.0.1:8004' },
		],
		['no-live-ssl-backlog', '(11: ', { kind: 'backlog', errno: 11, upstream: 'unix:/run/full.sock' }],
		['no-live-ssl-backlog', '[::1]', { kind: 'refused', upstream: '[::1]:8011' }],
		['files', 'socket() failed', { kind: 'files', errno: 24, phase: 'connecting' }],
		['files', 'accept4', { kind: 'files', errno: 24 }],
		['public-1.14-ssl', '4444', { kind: 'ssl', errno: 104, phase: 'ssl-handshaking' }],
		['public-1.14-ssl', '40966', { kind: 'ssl', client: '191.95.x.x' }],
		[
			'public-referrer',
			'referrer',
			{ kind: 'denied', upstream: 'unix:/home/ali/fastapi-nginx-gunicorn/run/gunicorn.sock' },
		],
		['public-2019', 'login', { kind: 'no-file', request: 'GET /dashboard/login/?next=/dashboard/ HTTP/1.1' }],
	])('%s, %s', (name, part, facts) => {
		expect(line(name, part)).toMatchObject({ total: 1, fresh: 1, ...facts })
	})

	test('the last failure decides, the others are named beside it', () => {
		expect(log('unix-story')).toMatchObject({
			total: 3,
			fresh: 3,
			kind: 'refused',
			alsoFresh: ['no-file', 'denied'],
			upstreams: ['unix:/run/g.sock'],
			oldCount: 0,
			dated: false,
			readable: true,
		})
		const [evidence] = evidenceOf(nginxErrorLogParser, recorded('nginx-error-log', 'unix-story'), 'kind')
		expect(evidence).toContain('(111: Connection refused)')
	})

	test('an upstream without a live server is no endpoint', () => {
		expect(line('no-live-ssl-backlog', 'no live')).not.toHaveProperty('unixSocket')
	})

	test('only this upstream, only this path', () => {
		expect(log('many-kinds', { upstream: '127.0.0.1:22' })).toMatchObject({ kind: 'reset', upstream: '127.0.0.1:22' })
		expect(log('many-kinds', { upstream: 'http://localhost:8005' })).toMatchObject({
			kind: 'worker-connections',
			alsoFresh: ['refused'],
			upstreams: ['127.0.0.1:8005'],
		})
		expect(log('many-kinds', { path: '/fcgi?x=1' })).toMatchObject({
			kind: 'worker-connections',
			alsoFresh: ['no-file'],
		})
	})

	test('what a client did is no failure of the upstream', () => {
		const client = [
			'2026/11/21 09:00:00 [info] 1#1: *1 epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too while sending request to upstream, client: 1.2.3.4, server: x, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:8000/", host: "x"',
			'2026/11/21 09:00:00 [crit] 1#1: *1 writev() failed (32: Broken pipe) while sending to client, client: 1.2.3.4, server: x, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:8000/", host: "x"',
			'2026/11/21 09:00:00 [error] 1#1: *1 open() "/var/www/favicon.ico" failed (2: No such file or directory), client: 1.2.3.4, server: x, request: "GET /favicon.ico HTTP/1.1", host: "x"',
			'2026/11/21 09:00:00 [warn] 1#1: *1 an upstream response is buffered to a temporary file /var/lib/nginx/proxy/1 while reading upstream, client: 1.2.3.4, server: x, request: "GET / HTTP/1.1", upstream: "http://127.0.0.1:8000/", host: "x"',
		]
		expect(factsOf(nginxErrorLogParser, pasted(client.join('\n')))).toMatchObject({ total: 4, fresh: 0 })
		expect(factsOf(nginxErrorLogParser, pasted(client.join('\n')))).not.toHaveProperty('kind')
	})

	test('a socket whose path nginx does not mark off from the URI', () => {
		const text = (upstream: string) =>
			`2026/11/21 09:00:00 [error] 1#1: *1 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 127.0.0.1, server: _, request: "GET /slow?s=5 HTTP/1.1", upstream: "${upstream}", host: "127.0.0.1"`
		for (const upstream of [
			'http://unix:/run/g.sock/slow?s=5',
			'http://unix:/run/g.sock/other',
			'http://unix:/run/g.sock:/slow',
		]) {
			expect(factsOf(nginxErrorLogParser, pasted(text(upstream)))).toMatchObject({ socketPath: '/run/g.sock' })
		}
	})
})

describe('whose failure it is', () => {
	const failed = (host: string, path: string, port: number) =>
		`2026/11/21 09:00:00 [error] 1#1: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 1.2.3.4, server: x, request: "GET ${path} HTTP/1.1", upstream: "http://127.0.0.1:${port}${path}"${host === '' ? '' : `, host: "${host}"`}`
	const read = (url: string, ...entries: readonly string[]) =>
		factsOf(nginxErrorLogParser, pasted(entries.join('\n'), { url }))

	test('of two sites in one log only the one whose URL is meant counts', () => {
		const both = [failed('a.test', '/', 8000), failed('b.test', '/', 9000), failed('a.test', '/other', 8001)]
		expect(read('http://a.test/', ...both)).toMatchObject({ fresh: 1, upstream: '127.0.0.1:8000' })
		expect(read('http://b.test:80/?q=1', ...both)).toMatchObject({ fresh: 1, upstream: '127.0.0.1:9000' })
		expect(read('http://c.test/', ...both)).toMatchObject({ fresh: 0 })
	})
	test('a host with another port, or none at all, may be the one', () => {
		expect(read('http://a.test:8080/', failed('A.test', '/', 8000))).toMatchObject({ fresh: 1 })
		expect(read('http://a.test/', failed('', '/', 8000))).toMatchObject({ fresh: 1 })
	})
})

describe('what is fresh', () => {
	test('older lines are counted and named, but do not decide', () => {
		const facts = log('tcp-story', { since: at('09:19:40'), offset: '+0000' })
		expect(facts).toMatchObject({ dated: true, kind: 'refused', oldCount: 4, oldKind: 'timeout', fresh: 6 })
		const later = log('tcp-story', { since: at('09:30:00'), offset: '+0000' })
		expect(later).toMatchObject({ dated: true, fresh: 0, oldCount: 10, oldKind: 'refused', total: 10 })
		expect(later).not.toHaveProperty('kind')
	})

	test('the second of the request itself is fresh', () => {
		expect(log('unix-story', { since: at('09:19:51'), offset: '+0000' })).toMatchObject({ fresh: 1, kind: 'refused' })
	})

	test('the offset of the host is taken off', () => {
		expect(log('unix-story', { since: at('07:19:51'), offset: '+0200' })).toMatchObject({ fresh: 1, oldCount: 2 })
		expect(log('unix-story', { since: at('14:49:51'), offset: '-0530' })).toMatchObject({ fresh: 1, oldCount: 2 })
	})

	test('without an offset nothing is dated', () => {
		expect(log('unix-story', { since: at('23:00:00') })).toMatchObject({ dated: false, fresh: 3 })
	})

	test('lines from the future are not trusted', () => {
		const facts = log('unix-story', { since: at('08:00:00'), offset: '+0000', now: at('08:00:10') })
		expect(facts).toMatchObject({ dated: true, clockAhead: true, fresh: 0, oldCount: 0 })
		expect(log('unix-story', { since: at('09:19:00'), offset: '+0000', now: at('09:20:00') })).toMatchObject({
			clockAhead: false,
			fresh: 3,
		})
	})
})

test('a server that was taken out because it answered badly is the reason why none is left', () => {
	const since = { since: at('12:13:34'), offset: '+0000' }
	expect(log('localhost-taken-out', since)).toMatchObject({
		kind: 'premature-close',
		upstream: '127.0.0.1:8000',
		alsoFresh: ['no-live-upstreams'],
		fresh: 3,
	})
	expect(evidenceOf(nginxErrorLogParser, recorded('nginx-error-log', 'localhost-taken-out', since), 'kind')).toEqual([
		expect.stringContaining('upstream prematurely closed connection'),
	])
	// Refused connections are no such answer: which server should be there is the block's question.
	expect(log('no-live-ssl-backlog', { upstream: 'app_server' })).toMatchObject({ kind: 'no-live-upstreams' })
})

test('of the servers that one request tried, the one that was reached is the reason', () => {
	const input = recorded('nginx-error-log', 'localhost-both-tried')
	const { lines } = input
	expect(lines.at(-1)?.text).toContain('connect() failed (111: Connection refused)')
	expect(factsOf(nginxErrorLogParser, input)).toMatchObject({
		kind: 'premature-close',
		upstream: '127.0.0.1:8000',
		alsoFresh: expect.arrayContaining(['refused']),
	})
	// Of another connection it is another request's reason.
	const apart = lines.map((one, index) =>
		index < lines.length - 1 ? one : { ...one, text: one.text.replace(/: \*\d+ /, ': *9999 ') },
	)
	expect(factsOf(nginxErrorLogParser, { ...input, lines: apart })).toMatchObject({
		kind: 'refused',
		upstream: '[::1]:8000',
	})
})

describe('what nginx itself could not do', () => {
	test('the emergency that explains, not the last one', () => {
		expect(log('port-taken')).toMatchObject({
			emergency: 'bind() to 0.0.0.0:80 failed (98: Address already in use)',
			fresh: 0,
		})
		expect(log('port-taken')).not.toHaveProperty('emergencyFresh')
		expect(log('port-taken', { since: at('10:00:00'), offset: '+0000' })).toMatchObject({
			emergency: 'bind() to 0.0.0.0:80 failed (98: Address already in use)',
			emergencyFresh: false,
		})
	})
})

describe('how it is shown', () => {
	test.each(['missing', 'closed'])('%s log', (name) => {
		expect(log(name)).toEqual({ readable: false })
	})

	test('an empty log is readable and without failures', () => {
		expect(factsOf(nginxErrorLogParser, { lines: [], exitCode: 0, args: {} })).toMatchObject({
			readable: true,
			total: 0,
			fresh: 0,
		})
		expect(factsOf(nginxErrorLogParser, { lines: [], exitCode: null, args: {} })).toEqual({})
	})

	test('prefixes of a mail, of compose, of syslog', () => {
		const input = recorded('nginx-error-log', 'unix-story')
		for (const prefix of ['> ', '| ', 'web-1  | ', 'Nov 21 09:19:51 host nginx: ', '  12\t', '12:']) {
			expect(factsOf(nginxErrorLogParser, prefixed(input, prefix))).toMatchObject({
				kind: 'refused',
				upstream: 'unix:/run/g.sock',
				request: 'GET / HTTP/1.1',
			})
		}
	})

	test('cut by a terminal of any width', () => {
		for (let width = 60; width < 240; width += 7) {
			for (const name of ['unix-story', 'tcp-story', 'no-live-ssl-backlog']) {
				const whole = log(name)
				const cut = factsOf(nginxErrorLogParser, wrapped(asPasted(recorded('nginx-error-log', name)), width))
				const { kind, upstream, request, fresh, server, alsoFresh } = whole
				expect(cut).toMatchObject({
					kind,
					upstream,
					request,
					fresh,
					alsoFresh,
					...(server !== undefined && { server }),
				})
			}
		}
	})

	test('other text gives nothing', () => {
		expect(factsOf(nginxErrorLogParser, pasted('hello'))).toEqual({})
	})
})
