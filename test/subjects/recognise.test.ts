import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { subjects } from '../../src/subjects/catalogue.ts'
import { outputKinds, parsersOf, readerOf } from '../../src/subjects/output-kinds.ts'
import { readPastedOutput } from '../../src/subjects/pasted-output.ts'
import { recognise } from '../../src/subjects/recognise.ts'
import type { Segment } from '../../src/subjects/segments.ts'
import type { OutputLine } from '../../src/text/parser.ts'
import { readPastedText } from '../../src/text/pasted-text.ts'
import { outputOf, recordedHosts, transcriptOf } from '../support/recorded-hosts.ts'
import { recorded, recordedNames } from './recorded-output.ts'

const linesOf = (text: string): OutputLine[] =>
	text.split('\n').map((line, at) => ({ stream: 'stdout', number: at + 1, text: line }))
const kindsOf = (text: string): readonly string[] =>
	recognise(linesOf(text)).flatMap(({ kind, within }) => (within === undefined ? [kind.name] : []))
const only = (text: string): Segment => {
	const [first, ...others] = recognise(linesOf(text)).filter(({ within }) => within === undefined)
	expect(others).toEqual([])
	if (first === undefined) throw new Error('nothing was recognised')
	return first
}
const host = recordedHosts().find(({ name }) => name === 'environment-missing.unix')
if (host === undefined) throw new Error('no recorded host')

describe('what a parser reads is recognised as its output', () => {
	/** Outputs without a look of their own, or whose look is another's. */
	const exceptions: Readonly<Record<string, readonly string[]>> = {
		'gunicorn-journal': [
			'denied',
			'elsewhere-0.14-boot',
			'format-nohost',
			'format-short-delta',
			'format-short-monotonic',
			'format-short-unix',
			'format-verbose',
		],
		'http-codes': ['glued', 'slow'],
		'kernel-log': [
			'dmesg',
			'dmesg-nobody',
			'journalctl-k',
			'journalctl-k-nobody',
			'public-apparmor',
			'public-apparmor-loaded',
		],
		'nginx-config': ['as-nobody'],
		'nginx-error-log': ['closed', 'missing'],
		'path-walk': ['relative'],
		'python-traceback': ['group', 'no-python', 'segv', 'sysexit'],
	}
	/** By the folder of its recordings, where that has another name. */
	const PARSERS: Readonly<Record<string, string>> = { 'gunicorn-journal': 'gunicorn-log' }
	const parsers = [
		'disk',
		'gunicorn-journal',
		'http',
		'http-codes',
		'identity',
		'kernel-log',
		'listeners',
		'ls-l',
		'nginx-access-log',
		'nginx-config',
		'nginx-error-log',
		'nginx-test',
		'path-walk',
		'processes',
		'python-traceback',
		'systemctl-show',
		'systemctl-status',
		'unit-file',
		'unit-list',
	]
	test.each(parsers)('%s', (parser) => {
		const names = recordedNames(parser).filter((name) => exceptions[parser]?.includes(name) !== true)
		expect(names.length).toBeGreaterThan(1)
		for (const name of names) {
			const { lines } = recorded(parser, name)
			if (lines.every(({ text }) => text.trim() === '')) continue
			const kinds = recognise(lines).map(({ kind }) => kind)
			expect(
				kinds.some((kind) => readerOf(kind, PARSERS[parser] ?? parser) !== undefined),
				`${name}: ${kinds.map((kind) => kind.name)}`,
			).toBe(true)
		}
	})
})

describe('several outputs', () => {
	const slugs = [
		'systemctl-status',
		'journalctl',
		'nginx-error-log',
		'nginx-test',
		'systemctl-cat',
		'ss-tcp',
		'curl-url',
	]
	const kinds = ['systemctl-status', 'journal', 'nginx-error-log', 'nginx-test', 'unit-file', 'listeners', 'http']

	test('below their prompts, with the commands', () => {
		const found = recognise(linesOf(transcriptOf(host, slugs))).filter(({ within }) => within === undefined)
		expect(found.map(({ kind }) => kind.name)).toEqual(kinds)
		expect(found.map(({ command }) => command)).toEqual(
			slugs.map((slug) => host.commands.find((one) => one.slug === slug)?.command),
		)
	})

	test('without prompts', () => {
		const text = slugs.map((slug) => outputOf(host, slug)).join('\n\n')
		expect(kindsOf(text)).toEqual(kinds)
	})

	test('every line of theirs, under its own number', () => {
		const text = slugs.map((slug) => outputOf(host, slug)).join('\n\n')
		const lines = text.split('\n')
		for (const { lines: own } of recognise(linesOf(text))) {
			for (const { number, text: read } of own) expect(read).toBe(lines[number - 1]?.replace('\r', ''))
		}
	})

	test('a fence ends what a prompt began', () => {
		const text = [
			'```',
			'$ ss -ltnp',
			'LISTEN 0 5 127.0.0.1:8000',
			'```',
			'2026/11/21 09:00:00 [error] 9#9: *1 x',
		].join('\n')
		const found = recognise(linesOf(text)).map(({ kind, command }) => [kind.name, command])
		expect(found).toEqual([
			['listeners', 'ss -ltnp'],
			['nginx-error-log', undefined],
		])
	})

	test('what nginx says at a start is no test of its configuration', () => {
		const start = 'nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'
		expect(kindsOf(start)).toEqual(['nginx-start'])
		expect(kindsOf(`${start}\nnginx: configuration file /etc/nginx/nginx.conf test failed`)).toEqual(['nginx-test'])
	})

	test('the same command twice has two outputs', () => {
		const once = transcriptOf(host, ['journalctl'])
		expect(kindsOf(`${once}\n${once}`)).toEqual(['journal', 'journal'])
	})

	test('what reads logs reads the tail in systemctl status, and a log of its own before that', () => {
		const status = outputOf(host, 'systemctl-status')
		const [found] = recognise(linesOf(status))
		expect(found?.about.unit).toBe('gunicorn.service')
		expect(found?.parsers).toEqual(expect.arrayContaining(['systemctl-status', 'journal', 'gunicorn-log']))
		const paste = readPastedOutput(linesOf(`${outputOf(host, 'journalctl')}\n${status}`), ['journal'])
		const first = paste.kind === 'output' ? paste.linesFor('journal')[0]?.text : undefined
		expect(first).toBe(outputOf(host, 'journalctl').split('\n')[0])
	})

	test('a journal of everything is that of nginx, of the kernel and of the service', () => {
		const text = [
			'Nov 21 09:00:00 web1 systemd[1]: Started gunicorn.service - Gunicorn instance to serve myapp.',
			'Nov 21 09:00:01 web1 nginx[79]: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)',
			'Nov 21 09:00:02 web1 kernel: Out of memory: Killed process 117 (gunicorn)',
			'Nov 21 09:00:03 web1 gunicorn[92]: [2026-11-21 09:00:03 +0000] [92] [INFO] Starting gunicorn 20.1.0',
		].join('\n')
		expect(kindsOf(text).toSorted()).toEqual(['journal', 'kernel-log', 'nginx-start'])
	})

	test('what nginx objected to before it was started again is left out', () => {
		const failed =
			'Nov 21 09:00:01 web1 nginx[79]: nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)'
		const started = 'Nov 21 09:05:00 web1 systemd[1]: Started nginx.service - A high performance web server.'
		expect(only(`${failed}\n${started}`).lines.map(({ number }) => number)).toEqual([2])
		expect(only(`${started}\n${failed}`).lines.map(({ number }) => number)).toEqual([1, 2])
	})
})

describe('what the lines are about', () => {
	test.each<[string, string, string, Segment['about']]>([
		[
			'a file',
			'srw-rw---- 1 www-data www-data 0 Nov 21 09:00 /run/gunicorn.sock',
			'ls',
			{ path: '/run/gunicorn.sock' },
		],
		[
			'a file that is not there',
			"ls: cannot access '/run/g.sock': No such file or directory",
			'ls',
			{ path: '/run/g.sock' },
		],
		[
			'a unit by its file',
			'# /etc/systemd/system/shop.service\n[Service]\nUser=shop',
			'unit-file',
			{ unit: 'shop.service' },
		],
		[
			'a unit by its drop-in',
			'# /etc/systemd/system/shop.service.d/a.conf\n[Service]',
			'unit-file',
			{ unit: 'shop.service' },
		],
		['a unit that is not there', 'Unit shop.service could not be found.', 'systemctl-status', { unit: 'shop.service' }],
		['a unit by the command', '$ systemctl cat shop\n[Service]\nUser=shop', 'unit-file', { unit: 'shop' }],
		['a unit of a log', '$ journalctl -u shop\nNov 21 09:00:00 web1 shop[1]: hello', 'journal', { unit: 'shop' }],
		[
			'a request past the public address',
			'$ curl --unix-socket /run/g.sock http://localhost/\nHTTP/1.1 200 OK',
			'http',
			{ url: 'http://localhost/', path: '/run/g.sock', inner: true },
		],
		['a request', '$ curl -I https://shop.example/\nHTTP/1.1 404 Not Found', 'http', { inner: false }],
		['a browser’s page', '<html>\n<head><title>502 Bad Gateway</title></head>', 'http', { inner: false }],
		['an answer to nobody knows what', 'HTTP/1.1 404 Not Found', 'http', {}],
		['a status code', '502', 'http', {}],
		['several of them', '502\n200\n502', 'http-codes', {}],
		[
			'an error log in syslog',
			'Nov 21 09:00:00 web1 nginx: 2026/11/21 09:00:00 [error] 9#9: *1 connect() failed (111: Connection refused), client: 1.2.3.4',
			'nginx-error-log',
			{},
		],
	])('%s', (_, text, kind, about) => {
		const found = only(text)
		expect(found.kind.name).toBe(kind)
		expect(found.about).toMatchObject(about)
	})

	test('an answer of nobody knows whom is of neither side', () => {
		expect(only('HTTP/1.1 404 Not Found').about).not.toHaveProperty('inner')
	})
})

describe('lines that stand alone, by what they say', () => {
	test.each<[string, string, string]>([
		[
			'a failure in nginx’s error log without the beginning',
			'nginx-error-log',
			'*1 connect() failed (111: Connection refused) while connecting to upstream, client: 1.2.3.4',
		],
		[
			'without the fields as well',
			'nginx-error-log',
			'connect() to unix:/run/g.sock failed (13: Permission denied) while connecting to upstream',
		],
		[
			'with a level',
			'nginx-error-log',
			'[error] 9#9: *1 readv() failed (104: Connection reset by peer) while reading upstream',
		],
		[
			'behind words',
			'nginx-error-log',
			'The log says: 2026/11/21 09:00:00 [error] 9#9: *1 no live upstreams while connecting to upstream',
		],
		[
			'from compose',
			'nginx-error-log',
			'web-1  | nginx.1 | 2026/11/21 09:00:00 [error] 9#9: *1 upstream timed out (110: Connection timed out)',
		],
		[
			'what nginx objects to',
			'nginx-test',
			'nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/sites-enabled/shop:7',
		],
		[
			'the same without its name',
			'nginx-test',
			'[emerg] 9#9: invalid parameter "defualt_server" in /etc/nginx/sites-enabled/shop:2',
		],
		['the same without anything', 'nginx-test', 'unknown directive "proxy_pas" in /etc/nginx/sites-enabled/shop:7'],
		[
			'Gunicorn’s error before its log is open',
			'gunicorn-log',
			"Error: Already running on PID 9 (or pid file '/run/g.pid' is stale)",
		],
		['a record of an old Gunicorn', 'gunicorn-log', '2013-11-21 09:00:00 [9] [ERROR] Retrying in 1 second.'],
		['a record without its time', 'gunicorn-log', '[9] [CRITICAL] WORKER TIMEOUT (pid:12)'],
		['a sentence without a record', 'gunicorn-log', 'WORKER TIMEOUT (pid:12)'],
		['a sentence behind words', 'gunicorn-log', 'It says: Worker (pid:12) was sent SIGKILL! Perhaps out of memory?'],
		['systemd’s sentence with the unit', 'journal', 'shop.service: Main process exited, code=exited, status=217/USER'],
		[
			'systemd’s sentence without it',
			'journal',
			'Failed at step CHDIR spawning /srv/venv/bin/gunicorn: No such file or directory',
		],
		[
			'systemd refusing a file',
			'journal',
			'/etc/systemd/system/shop.service:9: Executable path is not absolute, ignoring: gunicorn',
		],
		[
			'a line of a status',
			'systemctl-status',
			'   Active: failed (Result: exit-code) since Sat 2026-11-21 09:00:00 UTC; 1s ago',
		],
		['a frame', 'logged-traceback', '  File "/srv/shop/wsgi.py", line 3, in <module>'],
		['an exception', 'logged-traceback', "ModuleNotFoundError: No module named 'redis'"],
		['a host that is refused', 'logged-traceback', "Invalid HTTP_HOST header: 'shop.example'. You may need to add it."],
		[
			'a denial',
			'kernel-log',
			'type=AVC msg=audit(1.2:3): avc:  denied  { name_connect } for  pid=9 comm="nginx" dest=8000',
		],
		[
			'a denial as people are told of it',
			'kernel-log',
			'SELinux is preventing /usr/sbin/nginx from name_connect access on the tcp_socket port 8000.',
		],
		['a process that the kernel killed', 'kernel-log', 'Out of memory: Killed process 117 (gunicorn) total-vm:1kB'],
	])('%s', (_, kind, line) => {
		for (const text of [line, `Hello,\n\nwhat does this mean?\n${line}\n\nThank you!`, `> ${line}`, `- ${line}`]) {
			expect(
				kindsOf(text).filter((name) => name !== 'nginx-start'),
				text,
			).toEqual(kindsOf(line))
			expect(kindsOf(line)).toContain(kind)
		}
	})

	test.each([
		'The site shows 502 Bad Gateway since this morning.',
		'I think that a worker is killed, perhaps out of memory?',
		'Failed to connect, so I restarted nginx.',
		'We use gunicorn with 4 workers; error logs are empty.',
		'Unit tests pass.',
		'import os; raise ValueError',
	])('%s is nobody’s', (line) => {
		expect(kindsOf(line)).toEqual([])
	})
})

test('what a subject names of another one is there, and no two outputs have one name', () => {
	const all = subjects.flatMap(({ outputs }) => outputs)
	expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
	const parsers = new Set(subjects.flatMap((subject) => subject.parsers.map(({ name }) => name)))
	for (const kind of all) {
		for (const name of kind.standsIn ?? []) expect(outputKinds.has(name), `${kind.name} in ${name}`).toBe(true)
		for (const name of kind.parsers) expect(parsers.has(name), `${kind.name}: ${name}`).toBe(true)
		for (const name of Object.entries(kind.readBy ?? {}).flat()) expect(parsers.has(name), name).toBe(true)
	}
})

describe('prompts and prefixes', () => {
	const commandsOf = (text: string): readonly string[] =>
		readPastedText(linesOf(text)).flatMap((one) => (one.kind === 'command' ? [one.command] : []))
	const textOf = (text: string): readonly string[] =>
		readPastedText(linesOf(text)).flatMap((one) => (one.kind === 'text' ? [one.line.text] : []))

	test.each([
		['root@web1:~# systemctl status gunicorn', 'systemctl status gunicorn'],
		['ubuntu@ip-10-0-0-1:~$ sudo nginx -t', 'nginx -t'],
		['[deploy@web1 app]$ sudo -u www-data cat /etc/passwd', 'cat /etc/passwd'],
		['(venv) deploy@web1:/srv/app$ curl -I http://localhost', 'curl -I http://localhost'],
		['$ journalctl -u gunicorn', 'journalctl -u gunicorn'],
		['bash-5.1$ ps aux', 'ps aux'],
		['❯ tail -n 5 /var/log/nginx/error.log', 'tail -n 5 /var/log/nginx/error.log'],
		['sudo journalctl -u gunicorn --no-pager', 'journalctl -u gunicorn --no-pager'],
	])('%s', (line, command) => {
		expect(commandsOf(line)).toEqual([command])
	})

	test.each([
		'systemctl status gunicorn shows that it runs',
		'# the upstream',
		'$ of a price',
		'nginx is down',
		'-- Logs begin at Mon 2026-11-16 --',
	])('%s is no command', (line) => {
		expect(commandsOf(line)).toEqual([])
	})

	test.each<[string, string, readonly string[]]>([
		['quotes', '> a\n> > b\n>c', ['a', 'b', 'c']],
		['a frame of a drawn line', 'hello\n│ a\n│ b', ['hello', 'a', 'b']],
		['a mark that was lost', ' shop.service - Shop', ['shop.service - Shop']],
		['a frame', '| a    |\n| b    |', ['a', 'b']],
		['line numbers', '  9\ta\n 10\t  b\n 11\tc', ['a', '  b', 'c']],
		['line numbers whose tabs became blanks', '     9  a\n    10    b\n    11  c', ['a', '  b', 'c']],
		['numbers that are none', '1 a\n7 b\n3 c', ['1 a', '7 b', '3 c']],
		[
			'what curl -v sends',
			'> GET / HTTP/1.1\n< HTTP/1.1 502 Bad Gateway',
			['> GET / HTTP/1.1', '< HTTP/1.1 502 Bad Gateway'],
		],
		['entities', '&lt;h1&gt;502 Bad Gateway&lt;/h1&gt; &amp;c', ['<h1>502 Bad Gateway</h1> &c']],
		['Markdown', '**502 Bad Gateway**', ['502 Bad Gateway']],
	])('%s', (_, text, expected) => {
		expect(textOf(text)).toEqual(expected)
	})
})

describe('text that is meant to be the output of one command', () => {
	const journal = ['journal', 'gunicorn-log']
	const linesFor = (text: string, parsers: readonly string[], parser = parsers[0] ?? ''): readonly string[] => {
		const paste = readPastedOutput(linesOf(text), parsers)
		return paste.kind === 'output' ? paste.linesFor(parser).map((line) => line.text) : []
	}

	test('its prompt and what stands around it are left out', () => {
		const text = transcriptOf(host, ['systemctl-cat', 'journalctl', 'nginx-test'])
		expect(linesFor(text, journal)).toEqual([...outputOf(host, 'journalctl').split('\n')])
	})

	test('each parser of it reads its part', () => {
		const text = transcriptOf(host, ['nginx-config-dump'])
		const both = ['nginx-test', 'nginx-config']
		expect(linesFor(text, both, 'nginx-test').join('\n')).toMatch(/test is successful/)
		expect(linesFor(text, both, 'nginx-config')[0]).toBe('# configuration file /etc/nginx/nginx.conf:')
	})

	test('what is not recognised is read as it is', () => {
		expect(linesFor('> hello\n> world', journal)).toEqual(['hello', 'world'])
	})

	test('of two takes of the same log the last one is read', () => {
		const other = 'Nov 21 11:00:00 web1 systemd[1]: Started gunicorn.service - Gunicorn instance to serve myapp.'
		const text = `${transcriptOf(host, ['journalctl'])}\n$ journalctl -u gunicorn\n${other}`
		expect(linesFor(text, journal)).toEqual([other])
	})

	test.each<[string, string, readonly string[]]>([
		["nginx's error log", 'nginx-error-log', journal],
		['systemctl status', 'systemctl-status', ['listeners']],
		['listening sockets (ss)', 'ss-tcp', ['nginx-test', 'nginx-config']],
	])('%s is refused where another output is asked for', (looksLike, slug, parsers) => {
		expect(readPastedOutput(linesOf(outputOf(host, slug)), parsers)).toEqual({ kind: 'other', looksLike })
	})

	test('an output of every command that a host was asked is taken for that command’s', () => {
		const asked: Readonly<Record<string, readonly string[]>> = {
			'systemctl-status': ['systemctl-status'],
			journalctl: journal,
			'journalctl-iso': journal,
			'nginx-error-log': ['nginx-error-log'],
			'nginx-config-dump': ['nginx-test', 'nginx-config'],
			'systemctl-cat': ['unit-file', 'gunicorn-command'],
			'ss-tcp': ['listeners'],
			'ps-aux': ['processes'],
			'upstream-namei': ['path-walk'],
			'upstream-curl': ['http'],
			'curl-url': ['http'],
		}
		for (const one of recordedHosts()) {
			for (const [slug, parsers] of Object.entries(asked)) {
				const paste = readPastedOutput(linesOf(outputOf(one, slug)), parsers)
				expect(paste.kind, `${one.name} ${slug}`).toBe('output')
			}
		}
	})
})

describe('any text', () => {
	const pieces = [
		'root@web1:~# systemctl status gunicorn',
		'● gunicorn.service - x',
		'     Loaded: loaded',
		'Traceback (most recent call last):',
		'ValueError: x',
		'server {',
		'}',
		'```',
		'> ',
		'    ',
		'',
		'502',
		'HTTP/1.1 502 Bad Gateway',
		'[Service]',
		'Nov 21 09:00:00 web1 nginx[1]: x',
		'2026/11/21 09:00:00 [error] 9#9: *1 x, client: y',
		'f: /run/g.sock',
		'LISTEN 0 5 127.0.0.1:8000',
	]
	const text = fc
		.array(fc.oneof(fc.constantFrom(...pieces), fc.string(), fc.string({ unit: 'grapheme' })), { maxLength: 60 })
		.map((lines) => lines.join('\n'))

	test('is recognised or left out, and never a line twice in one output', () => {
		fc.assert(
			fc.property(text, (any) => {
				const lines = linesOf(any)
				for (const { kind, parsers, lines: own } of recognise(lines)) {
					expect(parsers).toEqual(parsersOf(kind))
					const numbers = own.map(({ number }) => number)
					expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other))
					for (const number of numbers) expect(number).toBeLessThanOrEqual(lines.length)
				}
			}),
			{ numRuns: 400 },
		)
	})

	test('has the same outputs when it is quoted', () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom(...pieces.filter((piece) => piece !== '> ')), { maxLength: 40 }),
				(lines) => {
					const kinds = kindsOf(lines.join('\n'))
					expect(kindsOf(lines.map((line) => `> ${line}`).join('\n'))).toEqual(kinds)
				},
			),
		)
	})

	test('is read in any length', () => {
		const log = '[2026-11-21 09:00:00 +0000] [9] [INFO] x\n'.repeat(150_000)
		expect(kindsOf(`${log}Then it stopped.\n${log}`)).toEqual(['gunicorn-log'])
		const numbered = Array.from({ length: 150_000 }, (_, index) => `${index}  x`).join('\n')
		expect(kindsOf(numbered)).toEqual([])
	})

	test.each<[string, (size: number) => string]>([
		['one long line', (size) => 'a '.repeat(size)],
		['one long line of an error log', (size) => `2026/11/21 09:00:00 [error] 9#9: ${'connect() '.repeat(size / 5)}`],
		['blanks', (size) => ' '.repeat(size * 2)],
		['braces', (size) => 'server {\n'.repeat(size / 4)],
		['quotes', (size) => '> '.repeat(size)],
		['short lines', (size) => '1\n'.repeat(size)],
		['dots', (size) => `${'.'.repeat(size * 2)}`],
		['a prompt without an end', (size) => `a@b:${'/x'.repeat(size)}`],
		['entities', (size) => '&amp;'.repeat(size / 2)],
		['journal lines', (size) => 'Nov 21 09:00:00 web1 gunicorn[1]: x\n'.repeat(size / 16)],
	])('takes time that grows with its length: %s', (_, make) => {
		const time = (size: number): number => {
			const lines = linesOf(make(size))
			const times = [0, 1, 2].map(() => {
				const start = process.cpuUsage().user
				recognise(lines)
				return process.cpuUsage().user - start
			})
			return Math.min(...times) / 1000
		}
		time(20_000)
		const [small, large] = [time(20_000), time(160_000)]
		// Eight times the text; 64 times would be quadratic.
		expect(large).toBeLessThan(Math.max(150, small * 24))
	})
})
