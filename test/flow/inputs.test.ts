import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InputFormat } from '../../src/flow/flow.ts'
import { checkInput } from '../../src/flow/inputs.ts'

const formats: readonly InputFormat[] = ['text', 'url', 'unit-name', 'path', 'host', 'port']

describe('checkInput', () => {
	test.each<readonly [InputFormat, string]>([
		['text', 'anything: $(id) & more'],
		['text', ''],
		['url', 'http://127.0.0.1/'],
		['url', 'HTTPS://user:pass@example.com:8443/a/b?c=d&e=$f#g'],
		['url', 'http://[::1]:8000/'],
		['unit-name', 'gunicorn'],
		['unit-name', 'app@blue.service'],
		['unit-name', 'dev-disk-by\\x2dlabel.device'],
		['path', '/run/gunicorn.sock'],
		['path', '/srv/my app/file (1)'],
		['host', 'web-1.example.com'],
		['host', 'localhost.'],
		['host', '10.0.0.5'],
		['host', 'fe80::1'],
		['port', '65535'],
	])('takes %s %s', (format, value) => {
		expect(checkInput(format, ` ${value}\t`)).toEqual({ ok: true, value })
	})

	test.each<readonly [InputFormat, string, string]>([
		['url', 'example.com/x', '"example.com/x" has no scheme; give http://example.com/x or the same with https://'],
		['url', 'localhost:8000', '"localhost:8000" has no scheme; give http://localhost:8000 or the same with https://'],
		[
			'url',
			'ftp://example.com',
			'"ftp://example.com" is not a web address; give one that begins with http:// or https://',
		],
		['url', 'http://', '"http://" names no host; give a URL such as http://example.com/'],
		['url', 'http:///etc/passwd', '"http:///etc/passwd" names no host; give a URL such as http://example.com/'],
		['url', 'http://a/x y', 'a URL cannot contain a blank; write it percent-encoded'],
		['url', 'http://a/{b,c}', 'a URL cannot contain "{"; write it percent-encoded'],
		['url', 'http://a/[1-1000]', 'a URL cannot contain brackets after its host; write them as %5B and %5D'],
		['unit-name', '--all', '"--all" begins with a dash and would be read as an option; give a value without it'],
		[
			'unit-name',
			'gunicorn*',
			'"gunicorn*" is not the name of a systemd unit; give letters, digits and : _ . @ - only',
		],
		['unit-name', '', 'nothing was given; give a systemd unit such as nginx or myapp.service'],
		['path', 'run/x', '"run/x" is not an absolute path; give one that begins with /'],
		['path', '/tmp/$(id)', 'a path with "$" is not accepted; give one without it'],
		['host', '10.0.0', '"10.0.0" is not a host; give a host name or IP address such as example.com or 10.0.0.5'],
		['host', 'a b', '"a b" is not a host; give a host name or IP address such as example.com or 10.0.0.5'],
		['port', '0', '"0" is not a port; give a number from 1 to 65535'],
		['port', '8000; id', '"8000; id" is not a port; give a number from 1 to 65535'],
		['text', 'a\nb', 'the value contains a line break; give it without control characters'],
		['text', 'a\u001b[2Jb', 'the value contains the control character U+001B; give it without control characters'],
		['text', 'a\u202eb', 'the value contains the invisible character U+202E; give it without control characters'],
	])('refuses %s %j', (format, value, reason) => {
		expect(checkInput(format, value)).toEqual({ ok: false, reason })
	})

	test('what it takes is never an option, holds no control character, and is taken again', () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...formats),
				fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain()),
				(format, value) => {
					const checked = checkInput(format, value)
					if (!checked.ok) {
						expect(checked.reason).not.toMatch(/\p{Cc}/u)
						return
					}
					expect(checked.value).not.toMatch(/^-|\p{Cc}/u)
					expect(checkInput(format, checked.value)).toEqual(checked)
				},
			),
		)
	})

	test('takes every web URL', () => {
		fc.assert(
			fc.property(fc.webUrl(), (url) => {
				expect(checkInput('url', url).ok).toBe(true)
			}),
		)
	})
})
