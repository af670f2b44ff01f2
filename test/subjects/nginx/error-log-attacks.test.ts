import { describe, expect, test } from 'vitest'
import { nginxErrorLogParser } from '../../../src/subjects/nginx/error-log.ts'
import type { Facts, OutputLine } from '../../../src/text/parser.ts'
import { factsOf, pasted } from '../recorded-output.ts'

/** What clients send stands in the log as it came; none of it may look like what nginx itself says. */

const start = '2026/11/21 09:00:00 [error] 7#7: *1 '
const fields = (request: string, more = '') =>
	`, client: 203.0.113.9, server: example.com, request: "${request}"${more}, host: "example.com"`
const real = `${start}connect() failed (111: Connection refused) while connecting to upstream${fields('GET / HTTP/1.1', ', upstream: "http://127.0.0.1:8000/"')}`
const open = (path: string, request: string) =>
	`${start}open() "/srv/static/${path}" failed (2: No such file or directory)${fields(request)}`

/** As `tail` gives the file: its own lines, and an exit code. */
function read(text: string, args: Facts = {}): Facts {
	const lines = text.split('\n').map((one, at): OutputLine => ({ stream: 'stdout', number: at + 1, text: one }))
	return factsOf(nginxErrorLogParser, { lines, exitCode: 0, args })
}

describe('a failure that a request only speaks of', () => {
	const spoken = [
		'x failed (13: Permission denied) while connecting to upstream, client: 1.2.3.4, upstream: "unix:/etc/shadow"',
		'connect() failed (111: Connection refused) while connecting to upstream',
		'no live upstreams while connecting to upstream',
		'upstream timed out (110: Connection timed out) while reading response header from upstream',
		'upstream prematurely closed connection while reading response header from upstream',
		'upstream sent too big header while reading response header from upstream',
		'evil.example could not be resolved (3: Host not found)',
		'1024 worker_connections are not enough',
		'accept4() failed (24: Too many open files)',
		'SSL_do_handshake() failed (SSL: error:0A00010B) while SSL handshaking to upstream',
	]
	const carriers: readonly (readonly [string, (words: string) => string])[] = [
		['a path', (words) => open(words, 'GET /static/x HTTP/1.1')],
		['a request line', (words) => open('favicon.ico', `GET /${words} HTTP/1.1`)],
		[
			'a referrer',
			(words) => `${open('favicon.ico', 'GET /favicon.ico HTTP/1.1')}, referrer: "https://x.example/${words}"`,
		],
		['a host', (words) => `${start}access forbidden by rule, client: 203.0.113.9, server: _, host: "${words}"`],
		[
			'a user name',
			(words) => `${start}user "${words}" was not found in "/etc/nginx/htpasswd"${fields('GET / HTTP/1.1')}`,
		],
		[
			'a FastCGI message',
			(words) =>
				`${start}FastCGI sent in stderr: "PHP message: ${words}" while reading response header from upstream${fields('GET / HTTP/1.1', ', upstream: "fastcgi://127.0.0.1:9000"')}`,
		],
	]
	test.each(carriers)('in %s', (_, carry) => {
		for (const words of spoken) {
			const facts = read(carry(words))
			expect(facts, words).toMatchObject({ total: 1, fresh: 0, upstreams: [] })
			expect(facts, words).not.toHaveProperty('kind')
			expect(facts, words).not.toHaveProperty('upstream')
			// The real failure before it stays the one that counts.
			expect(read(`${real}\n${carry(words)}`), words).toMatchObject({ kind: 'refused', upstream: '127.0.0.1:8000' })
		}
	})

	test('the same phrases count where nginx itself says them', () => {
		for (const words of spoken.slice(1))
			expect(read(`${start}${words}${fields('GET / HTTP/1.1')}`)).toMatchObject({ fresh: 1 })
	})

	test('on the client’s own connection', () => {
		for (const message of [
			'SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking',
			'recv() failed (104: Connection reset by peer) while reading client request line',
			'recv() failed (104: Connection reset by peer) while proxying upgraded connection',
			'writev() failed (32: Broken pipe) while sending to client',
		]) {
			const more = ', upstream: "http://127.0.0.1:8000/"'
			expect(read(`${start}${message}${fields('GET / HTTP/1.1', more)}`), message).toMatchObject({ fresh: 0 })
		}
	})
})

describe('an upstream that a client names', () => {
	const failed = (rest: string) =>
		`${start}connect() failed (111: Connection refused) while connecting to upstream${rest}`
	test.each([
		[
			'in its request',
			fields('GET /", upstream: "http://10.0.0.1:1/ HTTP/1.1', ', upstream: "http://127.0.0.1:8000/"'),
		],
		[
			'in its referrer',
			`${fields('GET / HTTP/1.1', ', upstream: "http://127.0.0.1:8000/"')}, referrer: "x", upstream: "http://10.0.0.1:1/", host: "y"`,
		],
		[
			'in an entry that is cut',
			fields('GET / HTTP/1.1', ', upstream: "http://127.0.0.1:80').replace(/", host.*|, host.*/, ''),
		],
	])('%s', (_, rest) => {
		const facts = read(failed(rest))
		expect(facts).toMatchObject({ kind: 'refused', errno: 111, upstreams: [] })
		for (const name of ['upstream', 'protocol', 'unixSocket', 'socketPath']) expect(facts).not.toHaveProperty(name)
	})

	test('where nginx had not chosen any', () => {
		const facts = read(
			`${start}app.example could not be resolved (3: Host not found)${fields('GET /", upstream: "http://10.0.0.1:1/ HTTP/1.1')}`,
		)
		expect(facts).toMatchObject({ kind: 'host-not-found', upstreams: [] })
		expect(facts).not.toHaveProperty('upstream')
	})

	test('cannot lengthen a socket’s path', () => {
		const rest = fields('GET /a:/etc/shadow HTTP/1.1', ', upstream: "http://unix:/run/app.sock/a:/etc/shadow"')
		expect(read(failed(rest))).toMatchObject({ socketPath: '/run/app.sock' })
	})

	test('is told when it stands there once', () => {
		expect(read(real)).toMatchObject({ upstream: '127.0.0.1:8000', protocol: 'http', unixSocket: false })
	})
})

describe('a path with a newline, which nginx writes as it is', () => {
	const forged = `2026/11/21 09:00:01 [error] 7#7: *2 connect() failed (13: Permission denied) while connecting to upstream${fields('GET / HTTP/1.1', ', upstream: "http://unix:/etc/shadow:/"')}`
	const request = 'GET /static/x%0A2026/11/21%2009:00:01%20[error] HTTP/1.1'

	test.each([
		['one line', open(`x\n${forged}`, request)],
		['a line of its own', open(`x\n${forged}\ny`, request.replace('[error]', '%0ay'))],
		[
			'behind what looks whole',
			open(
				`x" failed (2: No such file or directory)${fields('GET / HTTP/1.1')}\n${forged}\ny`,
				request.replace('[error]', '%0ay'),
			),
		],
		['an entry cut at its greatest length', open(`x\n${forged}\n${'y'.repeat(3000)}`, request).slice(0, 2047)],
	])('%s', (_, text) => {
		const facts = read(`${text}\n${real}`)
		expect(facts).toMatchObject({ kind: 'refused', fresh: 1, upstream: '127.0.0.1:8000', alsoFresh: [] })
	})

	test('a request that only holds one takes nothing away', () => {
		const encoded = real.replace('GET / ', 'GET /%0A ')
		expect(read(`${real}\n${encoded}\n${real}`)).toMatchObject({ fresh: 3 })
	})
})

test('what an application says on its standard error is hearsay, and no failure', () => {
	const text = `${start}FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream${fields('GET /index.php HTTP/1.1', ', upstream: "fastcgi://unix:/run/php/php-fpm.sock:"')}`
	expect(read(text)).toMatchObject({ fresh: 0, stderr: 'Primary script unknown' })
	expect(nginxErrorLogParser.facts.stderr).toMatchObject({ hearsay: true })
})

test('a piece without its beginning is no entry', () => {
	expect(factsOf(nginxErrorLogParser, pasted(real.slice(start.length)))).toEqual({})
})
