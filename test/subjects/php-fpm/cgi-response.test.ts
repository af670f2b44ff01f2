import { describe, expect, it } from 'vitest'
import { cgiResponseParser } from '../../../src/subjects/php-fpm/cgi-response.ts'
import { linesOf } from './recorded.ts'

const parse = (exitCode: number | null, stdout: string, stderr = '') =>
	cgiResponseParser.parse({ lines: linesOf(stdout, stderr), exitCode, args: {} }).facts

/** As recorded with libfcgi-bin 2.4.2 against PHP-FPM 8.2.32. */
const UNKNOWN = 'Status: 404 Not Found\r\nContent-type: text/html; charset=UTF-8\r\n\r\nFile not found.\n'
const HELLO = 'Content-type: text/plain;charset=UTF-8\r\n\r\nHello from shop\n'

describe('cgi-fcgi', () => {
	it.each([
		['an unknown script', 0, UNKNOWN, 'Primary script unknown', { answered: true, fpm: true, status: 404 }],
		['a page', 0, HELLO, '', { answered: true, status: 200 }],
		['no socket', 2, '', 'Could not connect to /run/php/nope.sock', { answered: false, error: 'no-file', errno: 2 }],
		['nobody there', 111, '', 'Could not connect to 127.0.0.1:81', { answered: false, error: 'refused', errno: 111 }],
		['a closed socket', 13, '', 'Could not connect to /run/a.sock', { answered: false, error: 'denied', errno: 13 }],
		['a full queue', 124, '', 'Could not connect to /run/a.sock', { answered: false, error: 'busy' }],
		['no answer in time', 124, '', '', { answered: false, error: 'timeout' }],
		['a server of another protocol', 254, '', '', { answered: false, error: 'closed' }],
		['no such program', 127, '', 'sh: 1: cgi-fcgi: not found', { noTool: true }],
		['a paste of which nobody knows how it ended', null, '', '', {}],
	])('meets %s', (_, exitCode, stdout, stderr, expected) => {
		expect(parse(exitCode, stdout, stderr)).toEqual(expected)
	})

	it("does not take a page's own words for PHP-FPM's", () => {
		expect(parse(0, `${HELLO}Primary script unknown\n`)).not.toHaveProperty('fpm')
	})
})
