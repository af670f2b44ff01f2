import { describe, expect, test } from 'vitest'
import { nginxAccessLogParser } from '../../../src/subjects/nginx/access-log.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { evidenceOf, factsOf, pasted, prefixed, recorded } from '../recorded-output.ts'

const log = (name: string, args: Facts = {}) => factsOf(nginxAccessLogParser, recorded('nginx-access-log', name, args))
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`) / 1000

describe('nginx-access-log', () => {
	test('counts and the last answer', () => {
		expect(log('tcp-story')).toMatchObject({
			total: 31,
			fresh: 31,
			dated: false,
			last: 502,
			badGateway: 10,
			gatewayTimeout: 1,
			clientClosed: 0,
			readable: true,
		})
		const [evidence] = evidenceOf(nginxAccessLogParser, recorded('nginx-access-log', 'tcp-story'), 'gatewayTimeout')
		expect(evidence).toContain('"GET /slow HTTP/1.1" 504')
	})

	test('only what is fresh, only this path', () => {
		expect(log('tcp-story', { since: at('09:19:47') })).toMatchObject({ dated: true, fresh: 8, bad: 3, total: 31 })
		expect(log('tcp-story', { path: '/own502?a' })).toMatchObject({ fresh: 1, badGateway: 1 })
		expect(log('tcp-story', { since: at('10:00:00') })).toMatchObject({ fresh: 0, bad: 0 })
		expect(log('tcp-story', { since: at('10:00:00') })).not.toHaveProperty('last')
	})

	test('a failed address that nginx went past is no failure for the visitor', () => {
		expect(log('localhost-fallback')).toMatchObject({ last: 404, bad: 0 })
	})

	test('a client that gave up, another zone, a prefix', () => {
		const text = '10.0.0.1 - bob [08/Jan/2020:18:13:50 +0200] "GET /a\\x22b HTTP/1.1" 499 0 "-" "curl/7.58.0" 0.123'
		const input = pasted(`${text}\n${text}`, { since: Date.parse('2020-01-08T16:13:50Z') / 1000 })
		expect(factsOf(nginxAccessLogParser, input)).toMatchObject({ total: 2, fresh: 2, dated: true })
		expect(
			factsOf(
				nginxAccessLogParser,
				prefixed(pasted('1.1.1.1 - - [08/Jan/2020:18:13:50 +0000] "GET / HTTP/1.1" 499 0 "-" "-"'), 'web-1  | '),
			),
		).toMatchObject({ clientClosed: 1, last: 499 })
	})

	test('no log', () => {
		expect(
			factsOf(
				nginxAccessLogParser,
				pasted("tail: cannot open '/var/log/nginx/a.log' for reading: No such file or directory"),
			),
		).toEqual({ readable: false })
		expect(factsOf(nginxAccessLogParser, pasted('hello'))).toEqual({})
	})
})
