import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
	ambiguousLocalhost,
	type Endpoint,
	endpointReaches,
	formatEndpoint,
	namedHost,
	parseEndpoint,
	reaches,
	sameEndpoint,
} from '../../src/text/endpoint.ts'

const formatted = (text: string, port?: number): string | undefined => {
	const endpoint = parseEndpoint(text, port)
	return endpoint === undefined ? undefined : formatEndpoint(endpoint)
}

describe('parseEndpoint', () => {
	test.each([
		['unix:/run/g.sock', 'unix:/run/g.sock'],
		['unix:///run/g.sock', 'unix:/run/g.sock'],
		['UNIX:/run/g.sock', 'unix:/run/g.sock'],
		['http://unix:/run/g.sock', 'unix:/run/g.sock'],
		['http://unix:/run/g.sock:/', 'unix:/run/g.sock'],
		['http://unix:/run/g.sock:/api/?a=b:c', 'unix:/run/g.sock'],
		['fastcgi://unix:/run/g.sock:', 'unix:/run/g.sock'],
		['/var/run/g.sock', 'unix:/run/g.sock'],
		['unix:/run//app/./x/../g.sock', 'unix:/run/app/g.sock'],
		['unix:myproject.sock', 'unix:myproject.sock'],
		['unix:./myproject.sock', 'unix:myproject.sock'],
		['@gunicorn', 'unix:@gunicorn'],
		['127.0.0.1:8000', '127.0.0.1:8000'],
		['http://127.0.0.1', '127.0.0.1:80'],
		['https://Example.COM/path?x=1#y', 'example.com:443'],
		['http://user:secret@example.com:81/', 'example.com:81'],
		['tcp://0.0.0.0:9000', '0.0.0.0:9000'],
		['uwsgi://127.0.0.1:3031', '127.0.0.1:3031'],
		['grpcs://h', 'h:443'],
		[':8000', '0.0.0.0:8000'],
		['*:8000', '*:8000'],
		['[::]:8000', '[::]:8000'],
		[':::80', '[::]:80'],
		['::1:8000', '[::1]:8000'],
		['[0:0:0:0:0:0:0:1]:8000', '[::1]:8000'],
		['[2001:DB8::0:1]:80', '[2001:db8::1]:80'],
		['[::ffff:127.0.0.1]:8000', '127.0.0.1:8000'],
		['[fe80::1]%eth0:546', '[fe80::1]:546'],
		['127.0.0.53%lo:53', '127.0.0.53:53'],
		['localhost:8000/app', 'localhost:8000'],
	])('%s is %s', (text, expected) => {
		expect(formatted(text)).toBe(expected)
	})

	test.each([
		['127.0.0.1', '127.0.0.1:80'],
		['::1', '[::1]:80'],
		['app_server', 'app_server:80'],
		['uwsgi://app_server', 'app_server:80'],
	])('%s is an endpoint only to who knows the port', (text, expected) => {
		expect(formatted(text)).toBeUndefined()
		expect(formatted(text, 80)).toBe(expected)
	})

	test.each([
		'',
		' ',
		'$backend',
		'http://$host:8000',
		'fd://3',
		'8000',
		':0',
		'a:70000',
		'0.0.0.0:*',
		'[::]:*',
		'unix:',
		'/',
		'http:///',
		'http://',
		'[::1',
		'[g::1]:80',
		'a b:80',
		'ftp://a:1',
	])('%j names no endpoint', (text) => {
		expect(parseEndpoint(text)).toBeUndefined()
	})

	test('the default port is the caller’s, and a URL’s own comes first', () => {
		expect(formatted('backend', 80)).toBe('backend:80')
		expect(formatted('https://backend', 80)).toBe('backend:443')
	})
})

describe('sameEndpoint', () => {
	test.each([
		['unix:/var/run/g.sock', 'http://unix:/run/g.sock:/'],
		['http://127.0.0.1:8000/', '127.0.0.1:8000'],
		['127.0.0.1:8000', 'tcp://127.0.0.1:8000'],
		['localhost:8000', '127.0.0.1:8000'],
		['[::1]:8000', 'localhost:8000'],
		['http://LOCALHOST:8000', 'localhost:8000'],
	])('%s and %s', (a, b) => {
		expect(sameEndpoint(a, b)).toBe(true)
		expect(sameEndpoint(b, a)).toBe(true)
	})

	test.each([
		['127.0.0.1:8000', '127.0.0.1:8001'],
		['127.0.0.1:8000', '[::1]:8000'],
		['127.0.0.2:8000', 'localhost:8000'],
		['0.0.0.0:8000', '127.0.0.1:8000'],
		['unix:/run/g.sock', 'unix:/run/G.sock'],
		['unix:/run/g.sock', '127.0.0.1:8000'],
		['$backend', '$backend'],
	])('not %s and %s', (a, b) => {
		expect(sameEndpoint(a, b)).toBe(false)
	})
})

describe('reaches', () => {
	test.each([
		['http://127.0.0.1:8000', '0.0.0.0:8000', true],
		['http://127.0.0.1:8000', ':8000', true],
		['http://127.0.0.1:8000', '[::]:8000', true],
		['http://127.0.0.1:8000', '*:8000', true],
		['http://[::1]:8000', '0.0.0.0:8000', false],
		['http://[::1]:8000', '[::]:8000', true],
		['http://[::1]:8000', '127.0.0.1:8000', false],
		['http://localhost:8000', '127.0.0.1:8000', true],
		['http://localhost:8000', '[::1]:8000', true],
		['http://127.0.0.1:8000', 'localhost:8000', true],
		['http://[::1]:8000', 'localhost:8000', false],
		['http://0.0.0.0:8000', '127.0.0.1:8000', true],
		['http://10.0.0.5:8000', '127.0.0.1:8000', false],
		['http://127.0.0.1:8000', '10.0.0.5:8000', false],
		['http://127.0.0.1', '127.0.0.1', false],
		['http://unix:/run/g.sock:/', 'unix:/var/run/g.sock', true],
		['http://unix:/run/g.sock:/', '127.0.0.1:8000', false],
	])('%s, listener on %s: %s', (upstream, bind, expected) => {
		expect(reaches(upstream, bind)).toBe(expected)
	})

	test('a listener that takes IPv6 only is not reached over IPv4', () => {
		const [to, at] = [parseEndpoint('127.0.0.1:80'), parseEndpoint('[::]:80')] as [Endpoint, Endpoint]
		expect(endpointReaches(to, at, { v6Only: true })).toBe(false)
		expect(endpointReaches(to, at)).toBe(true)
	})
})

test('ambiguousLocalhost and namedHost', () => {
	expect(ambiguousLocalhost('http://localhost:8000')).toBe(true)
	expect(ambiguousLocalhost('http://127.0.0.1:8000')).toBe(false)
	expect(ambiguousLocalhost('unix:/run/localhost')).toBe(false)
	expect(namedHost('http://app:8000')).toBe(true)
	expect(['localhost:1', '127.0.0.1:1', '[::1]:1', '*:1', 'unix:/a', ''].some(namedHost)).toBe(false)
})

describe('properties', () => {
	const port = fc.integer({ min: 1, max: 65_535 })
	const host = fc.oneof(
		fc.ipV4(),
		fc.ipV6().map((address) => `[${address}]`),
		fc.domain(),
		fc.constantFrom('localhost', '*', '0.0.0.0', '[::]', '[::1]'),
	)
	const path = fc
		.array(fc.stringMatching(/^[a-z._-]{1,8}$/), { minLength: 1, maxLength: 5 })
		.map((parts) => `/${parts.join('/')}`)
	const text = fc.oneof(
		fc.tuple(host, port).map(([name, number]) => `${name}:${number}`),
		fc.tuple(fc.constantFrom('unix:', 'http://unix:', ''), path).map(([scheme, file]) => scheme + file),
		fc.tuple(fc.constantFrom('http://', 'https://', 'tcp://'), host).map(([scheme, name]) => scheme + name),
	)

	test('what was parsed is written so that it is parsed the same', () => {
		fc.assert(
			fc.property(text, (one) => {
				const endpoint = parseEndpoint(one)
				if (endpoint !== undefined) expect(parseEndpoint(formatEndpoint(endpoint))).toEqual(endpoint)
			}),
		)
	})

	test('sameEndpoint is symmetric, and reflexive for what names an endpoint', () => {
		fc.assert(
			fc.property(text, text, (a, b) => {
				expect(sameEndpoint(a, b)).toBe(sameEndpoint(b, a))
				expect(sameEndpoint(a, a)).toBe(parseEndpoint(a) !== undefined)
			}),
		)
	})

	test('a listener on the very endpoint serves a connect to it', () => {
		fc.assert(
			fc.property(text, (one) => {
				expect(reaches(one, one)).toBe(parseEndpoint(one) !== undefined)
			}),
		)
	})

	test('no other port is ever reached', () => {
		fc.assert(
			fc.property(host, host, port, port, (a, b, first, second) => {
				fc.pre(first !== second)
				expect(reaches(`${a}:${first}`, `${b}:${second}`)).toBe(false)
			}),
		)
	})

	test('any text is taken', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), fc.string(), (a, b) => {
				expect(typeof sameEndpoint(a, b)).toBe('boolean')
				expect(typeof reaches(a, b)).toBe('boolean')
			}),
		)
	})
})
