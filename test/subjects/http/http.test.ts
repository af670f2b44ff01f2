import { describe, expect, test } from 'vitest'
import { httpParser } from '../../../src/subjects/http/http.ts'
import { httpCodesParser } from '../../../src/subjects/http/http-codes.ts'
import { asPasted, evidenceOf, factsOf, pasted, prefixed, recorded } from '../recorded-output.ts'

const http = (name: string, args = {}) => factsOf(httpParser, recorded('http', name, args))

describe('http', () => {
	test('a 502 that nginx itself made', () => {
		expect(http('bad-gateway')).toMatchObject({
			status: 502,
			reason: 'Bad Gateway',
			httpVersion: '1.1',
			server: 'nginx/1.22.1',
			date: 'Sat, 21 Nov 2026 09:19:33 GMT',
			epoch: Date.parse('2026-11-21T09:19:33Z') / 1000,
			contentType: 'text/html',
			serverName: 'nginx',
			builtInPage: true,
			curlExit: 0,
		})
		expect(http('bad-gateway')).not.toHaveProperty('error')
		expect(evidenceOf(httpParser, recorded('http', 'bad-gateway'), 'status')).toEqual(['502'])
		expect(evidenceOf(httpParser, recorded('http', 'bad-gateway'), 'server')).toEqual(['Server: nginx/1.22.1\r'])
	})

	test.each(['bad-gateway-head', 'bad-gateway-body', 'gateway-timeout', 'header-too-big', 'unix-denied-502'])(
		'%s: nginx made the page',
		(name) => {
			expect(http(name)).toHaveProperty('builtInPage', true)
		},
	)

	test.each(['app-error', 'app-own-502'])('%s: the app made the page, though nginx passed it on', (name) => {
		expect(http(name)).toMatchObject({ serverName: 'nginx', builtInPage: false })
	})

	test('Gunicorn and Flask’s own server', () => {
		expect(http('gunicorn-direct')).toMatchObject({ status: 200, serverName: 'gunicorn' })
		expect(http('unix-direct')).toMatchObject({ status: 200, serverName: 'gunicorn' })
		expect(http('flask-dev-direct')).toMatchObject({ serverName: 'werkzeug', server: 'Werkzeug/2.2.2 Python/3.11.2' })
	})

	test('after a redirect the last answer counts', () => {
		expect(http('redirect-followed')).toMatchObject({ status: 200, hops: 2 })
		expect(http('redirect-followed')).not.toHaveProperty('location')
		expect(http('redirect-body')).toMatchObject({ status: 302, location: '/', hops: 1 })
	})

	test('curl -v', () => {
		expect(http('verbose')).toMatchObject({ status: 200, server: 'nginx/1.22.1', curlExit: 0 })
		expect(factsOf(httpParser, asPasted(recorded('http', 'verbose')))).toMatchObject({ status: 200 })
	})

	test.each([
		['dns', 'dns', 6],
		['refused', 'refused', 7],
		['refused-verbose', 'refused', 7],
		['no-route', 'no-connect', 7],
		['socket-missing', 'no-connect', 7],
		['socket-missing-verbose', 'no-file', 7],
		['unix-denied-verbose', 'denied', 7],
		['unix-stale-verbose', 'refused', 7],
		['timeout', 'timeout', 28],
		['plain-on-tls-port', 'tls', 35],
		['worker-killed', 'empty', 52],
		['not-http', 'protocol', 1],
		['bad-url', 'bad-url', 3],
		['bad-scheme', 'bad-url', 1],
		['unknown-option', 'other', 2],
		['public-curl-7.64-refused', 'refused', 7],
		['public-curl-after-ms-refused', 'refused', 7],
	])('%s: %s', (name, error, curlExit) => {
		expect(http(name)).toMatchObject({ error, curlExit })
		expect(http(name)).not.toHaveProperty('status')
		expect(evidenceOf(httpParser, recorded('http', name), 'error')[0]).toContain('curl: ')
	})

	test('a refused localhost: only when the request is known to go over TCP', () => {
		const text = "curl: (7) Failed to connect to localhost port 80 after 0 ms: Couldn't connect to server"
		expect(factsOf(httpParser, pasted(text, { socket: false }))).toHaveProperty('error', 'refused')
		expect(factsOf(httpParser, pasted(text))).toHaveProperty('error', 'no-connect')
	})

	test.each([
		['curl: (56) Recv failure: Connection reset by peer', 'reset'],
		['curl: (60) SSL certificate problem: certificate has expired', 'tls'],
		['curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to example.com:443 ', 'reset'],
		['curl: (7) Failed to connect to 10.0.0.9 port 80: No route to host', 'no-route'],
		['curl: (28) Failed to connect to 10.0.0.9 port 80: Connection timed out', 'timeout'],
		['curl: (92) HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)', 'protocol'],
	])('%s', (text, error) => {
		expect(factsOf(httpParser, pasted(text))).toMatchObject({ error, message: text.trim() })
	})

	test('a CDN in front', () => {
		expect(http('public-cloudflare-520')).toMatchObject({ status: 520, cdn: 'cloudflare', serverName: 'cloudflare' })
		const cdn = (headers: string) => factsOf(httpParser, pasted(`HTTP/2 502 \n${headers}\n\n`)).cdn
		expect(cdn('server: CloudFront\nvia: 1.1 abc.cloudfront.net (CloudFront)')).toBe('cloudfront')
		expect(cdn('server: awselb/2.0')).toBe('aws-elb')
		expect(cdn('via: 1.1 varnish\nx-served-by: cache-fra-eddf1')).toBe('fastly')
		expect(cdn('via: 1.1 varnish')).toBe('varnish')
		expect(cdn('via: 1.1 google')).toBe('google')
		expect(cdn('server: AkamaiGHost')).toBe('akamai')
		expect(cdn('server: nginx')).toBeUndefined()
	})

	test('HTTP/2 has no reason phrase, and interim answers do not count', () => {
		const text = 'HTTP/1.1 100 Continue\n\nHTTP/2 504 \nserver: nginx\n\n'
		expect(factsOf(httpParser, pasted(text))).toMatchObject({
			status: 504,
			httpVersion: '2',
			hops: 1,
			serverName: 'nginx',
		})
		expect(factsOf(httpParser, pasted(text))).not.toHaveProperty('reason')
	})

	test('a status line that a body quotes is no answer', () => {
		const text = 'HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n<pre>\nHTTP/1.1 200 OK\n</pre>'
		expect(factsOf(httpParser, pasted(text))).toMatchObject({ status: 502, hops: 1 })
	})

	test('nginx 1.14 coloured its page', () => {
		const text =
			'HTTP/1.1 502 Bad Gateway\nServer: nginx/1.14.0 (Ubuntu)\nContent-Type: text/html\nContent-Length: 182\n\n'
		expect(factsOf(httpParser, pasted(text))).toHaveProperty('builtInPage', true)
	})

	test('pasted from a mail, with Windows line ends', () => {
		const input = recorded('http', 'bad-gateway')
		const windows = { ...input, lines: input.lines.map((line) => ({ ...line, text: `${line.text}\r` })) }
		expect(factsOf(httpParser, prefixed(windows, '> '))).toMatchObject({ status: 502, server: 'nginx/1.22.1' })
	})

	test('a bare status', () => {
		expect(factsOf(httpParser, pasted('502'))).toMatchObject({ status: 502 })
		expect(factsOf(httpParser, pasted('000'))).toEqual({})
	})

	test('what is no answer of curl gives nothing', () => {
		expect(factsOf(httpParser, pasted('hello\nworld'))).toEqual({})
		expect(factsOf(httpParser, { lines: [], exitCode: 0, args: {} })).not.toHaveProperty('error')
		expect(factsOf(httpParser, { lines: [], exitCode: 255, args: {} })).toEqual({})
	})
})

describe('http-codes', () => {
	const codes = (name: string) => factsOf(httpCodesParser, recorded('http-codes', name))

	test('some requests fail', () => {
		expect(codes('mixed')).toEqual({
			total: 6,
			good: 5,
			bad: 1,
			none: 0,
			timedOut: 0,
			badGateway: 1,
			worst: 502,
			codes: ['200', '200', '502', '200', '200', '200'],
			mixed: true,
		})
		expect(evidenceOf(httpCodesParser, recorded('http-codes', 'mixed'), 'bad')).toEqual(['502'])
	})

	test('all, none, and nobody answers', () => {
		expect(codes('all-bad')).toMatchObject({ good: 0, bad: 3, badGateway: 3, mixed: false })
		expect(codes('glued')).toMatchObject({ total: 3, good: 3, bad: 0, worst: 200, mixed: false })
		expect(codes('nobody')).toMatchObject({ total: 3, bad: 3, none: 3, timedOut: 0, worst: 0 })
		expect(codes('slow')).toMatchObject({ total: 1, bad: 1, none: 1, timedOut: 1 })
	})

	test('other text gives nothing', () => {
		expect(factsOf(httpCodesParser, pasted('HTTP/1.1 502 Bad Gateway'))).toEqual({})
	})
})

describe('what a page says', () => {
	const answered = (body: string, exitCode: number | null) =>
		factsOf(httpParser, { ...pasted(`HTTP/1.1 200 OK\nServer: nginx\n\n${body}`), exitCode })

	test('is no answer, and no error of curl', () => {
		for (const body of [
			'HTTP/1.1 502 Bad Gateway\nServer: nginx\nContent-Length: 150\n',
			'curl: (7) Failed to connect to 127.0.0.1 port 8000: Connection refused',
		]) {
			const facts = answered(body, 0)
			expect(facts).toMatchObject({ status: 200, hops: 1 })
			expect(facts).not.toHaveProperty('error')
		}
	})

	test('is another answer in a paste of two', () => {
		expect(answered('HTTP/1.1 502 Bad Gateway\nServer: nginx\n', null)).toMatchObject({ status: 502, hops: 2 })
	})
})
