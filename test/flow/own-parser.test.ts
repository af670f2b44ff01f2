import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FactReader, OwnFact, OwnFactType } from '../../src/flow/flow.ts'
import { createOwnParser, withOwnParsers } from '../../src/flow/own-parser.ts'
import type { OutputLine, Parsed } from '../../src/text/parser.ts'

function linesOf(text: string): readonly OutputLine[] {
	return text.split('\n').map((line, index) => ({ stream: 'stdout', number: index + 1, text: line }))
}

function read(
	fact: Pick<OwnFact, 'read' | 'type'> & Partial<OwnFact>,
	text: string,
	exitCode: number | null = 0,
): Parsed {
	const parser = createOwnParser({ name: 'own', from: 'a program', facts: { it: { help: 'It.', ...fact } } })
	return parser.parse({ lines: linesOf(text), exitCode, args: {} })
}

/** The value, and the very text that it was read from. */
function found(reader: FactReader, type: OwnFactType, text: string): readonly [unknown, string | undefined] {
	const { facts, evidence } = read({ read: reader, type }, text)
	const [span] = evidence.it ?? []
	const line = text.split('\n')[(span?.line ?? 0) - 1]
	return [facts.it, line?.slice(span?.start ?? 0, span?.end ?? line.length)]
}

// As `php-fpm8.2 -tt`, `df -h /`, `docker ps` and `systemctl show` of Debian 12 print them.
const FPM = `[21-Nov-2026 09:14:02] NOTICE: [www]
[21-Nov-2026 09:14:02] NOTICE: 	user = www-data
[21-Nov-2026 09:14:02] NOTICE: 	listen = /run/php/php8.2-fpm.sock
[21-Nov-2026 09:14:02] NOTICE: 	pm = dynamic
[21-Nov-2026 09:14:02] NOTICE: 	pm.max_children = 5
[21-Nov-2026 09:14:02] NOTICE: 	request_terminate_timeout = 30s
[21-Nov-2026 09:14:02] NOTICE: 	php_admin_value[memory_limit] = 128M
[21-Nov-2026 09:14:02] NOTICE: configuration file /etc/php/8.2/fpm/php-fpm.conf test is successful`

const DF = `Filesystem      Size  Used Avail Use% Mounted on
udev            1.9G     0  1.9G   0% /dev
/dev/vda1        40G   39G  250M 100% /
/dev/vdb1        99G   12G   83G  13% /srv/my data`

const DOCKER = `CONTAINER ID   IMAGE          COMMAND                  CREATED        STATUS                    PORTS                    NAMES
1f1d0e2c7a55   postgres:16    "docker-entrypoint.s…"   2 weeks ago    Up 3 days (healthy)       5432/tcp                 db
9a8b7c6d5e4f   app:latest     "gunicorn app:app"       3 minutes ago  Exited (1) 2 minutes ago                           web`

const SHOW = `Type=notify
ActiveState=failed
Description="My app"
ExecMainStatus=203
   Active: failed (Result: exit-code) since Sat
LoadState=`

describe('regex', () => {
	test.each<readonly [string, OwnFactType, string, readonly [unknown, string | undefined]]>([
		['pm\\.max_children = (\\d+)', 'int', FPM, [5, '5']],
		['listen = (?<value>\\S+)', 'string', FPM, ['/run/php/php8.2-fpm.sock', '/run/php/php8.2-fpm.sock']],
		['(?:memory)_limit\\] = (\\S+)', 'size', FPM, [134_217_728, '128M']],
		['timeout = (\\S+)', 'duration', FPM, [30, '30s']],
		['test is successful', 'string', FPM, ['test is successful', 'test is successful']],
		['(\\d+)%', 'percent', DF, [0, '0']],
		['no such line (\\d+)', 'int', FPM, [undefined, undefined]],
		['pm = (\\w+)', 'int', FPM, [undefined, undefined]],
	])('%s as %s', (pattern, type, text, expected) => {
		const [value, from] = found({ kind: 'regex', pattern }, type, text)
		expect(value).toEqual(expected[0])
		if (value !== undefined) expect(from).toBe(expected[1])
	})

	test('has every match for a list, each with its place', () => {
		const { facts, evidence } = read({ read: { kind: 'regex', pattern: '(?<x>/dev/vd\\w+)' }, type: 'list' }, DF)
		expect(facts).toEqual({ it: ['/dev/vda1', '/dev/vdb1'] })
		expect(evidence.it).toEqual([
			{ line: 3, start: 0, end: 9 },
			{ line: 4, start: 0, end: 9 },
		])
	})

	test('takes no longer than the text is long, whatever the pattern', () => {
		// Each of these takes a backtracking matcher longer than the age of the world.
		const evil = `${'a'.repeat(50_000)}!`
		for (const pattern of ['^(a+)+$', '^(a|aa)+$', '^(.*a){20}$', '(a*)*b']) {
			expect(found({ kind: 'regex', pattern }, 'string', evil)[0]).toBeUndefined()
			expect(read({ read: { kind: 'count', pattern }, type: 'int' }, evil).facts).toEqual({ it: 0 })
		}
	})
})

describe('count', () => {
	const errors: FactReader = { kind: 'count', pattern: 'NOTICE' }

	test('counts lines, each of which is evidence', () => {
		const { facts, evidence } = read({ read: errors, type: 'int' }, FPM)
		expect(facts).toEqual({ it: 8 })
		expect(evidence.it).toHaveLength(8)
	})

	test.each([
		[0, { it: 0 }],
		[1, {}],
		[null, {}],
	])('knows that there is none only of a command that ended well: exit code %s', (exitCode, facts) => {
		expect(read({ read: errors, type: 'int' }, 'tail: cannot open', exitCode).facts).toEqual(facts)
	})
})

describe('table', () => {
	const column = (name: string, where: Readonly<Record<string, string>> = {}): FactReader => ({
		kind: 'table',
		column: name,
		where,
	})

	test.each<readonly [FactReader, OwnFactType, string, unknown, string]>([
		[column('Use%', { 'Mounted on': '/' }), 'percent', DF, 100, '100%'],
		[column('Avail', { 'Mounted on': '/' }), 'size', DF, 262_144_000, '250M'],
		[column('Use%', { 'Mounted on': '/srv/my data' }), 'percent', DF, 13, '13%'],
		[column('Filesystem'), 'list', DF, ['udev', '/dev/vda1', '/dev/vdb1'], 'udev'],
		[column('STATUS', { NAMES: 'db' }), 'string', DOCKER, 'Up 3 days (healthy)', 'Up 3 days (healthy)'],
		[column('b', { a: '1' }), 'string', 'a\tb\tc\n1\t\tx\n1\ty\tx', 'y', 'y'],
		[
			column('name', { id: '2' }),
			'string',
			' id | name \n----+------\n  1 | one\n  2 | two words\n',
			'two words',
			'two words',
		],
	])('%j as %s', (reader, type, text, value, from) => {
		expect(found(reader, type, text)).toEqual([value, from])
	})

	test('leaves out what it cannot tell', () => {
		for (const text of ['', 'no table', DF.split('\n')[0] ?? '']) {
			expect(read({ read: column('Use%', { 'Mounted on': '/' }), type: 'percent' }, text).facts).toEqual({})
		}
		expect(read({ read: column('Use%', { 'Mounted on': '/home' }), type: 'percent' }, DF).facts).toEqual({})
	})
})

describe('json', () => {
	const JSON_TEXT = `{
  "data": {
    "items": [
      { "name": "first", "size": "4k", "on": true },
      { "name": "second", "size": "512M", "on": false }
    ],
    "version": 3.5,
    "key.with.dots": "x"
  }
}`

	test.each<readonly [string, OwnFactType, unknown]>([
		['data.version', 'double', 3.5],
		['data.items[1].name', 'string', 'second'],
		['data.items[1].size', 'size', 536_870_912],
		['data.items[0].on', 'bool', true],
		['data.items[*].name', 'list', ['first', 'second']],
		['data["key.with.dots"]', 'string', 'x'],
		['data.items[7].name', 'string', undefined],
		['data.items', 'string', undefined],
		['data.constructor.name', 'string', undefined],
		['data..version', 'double', undefined],
	])('%s as %s', (path, type, value) => {
		const { facts, evidence } = read({ read: { kind: 'json', path }, type }, JSON_TEXT)
		expect(facts.it).toEqual(value)
		expect((evidence.it ?? []).length > 0).toBe(value !== undefined)
	})

	test('points at the line of the value', () => {
		expect(found({ kind: 'json', path: 'data.items[1].name' }, 'string', JSON_TEXT)).toEqual(['second', '"second"'])
	})

	test('finds the first line that is JSON among others', () => {
		const text = 'warning: old\n{"a": {"b": "x"}}\n{"a": {"b": "y"}}'
		expect(found({ kind: 'json', path: 'a.b' }, 'string', text)).toEqual(['x', '"x"'])
	})
})

describe('pairs', () => {
	test.each<readonly [string, OwnFactType, unknown, string]>([
		['ActiveState', 'string', 'failed', 'failed'],
		['ExecMainStatus', 'int', 203, '203'],
		['Description', 'string', 'My app', 'My app'],
		['Active', 'string', 'failed (Result: exit-code) since Sat', 'failed (Result: exit-code) since Sat'],
		['LoadState', 'string', '', ''],
	])('%s as %s', (key, type, value, from) => {
		expect(found({ kind: 'pairs', key }, type, SHOW)).toEqual([value, from])
	})

	test('leaves out a value that is not among those that there are', () => {
		const fact = {
			read: { kind: 'pairs', key: 'ActiveState' },
			type: 'string',
			values: ['active', 'inactive'],
		} as const
		expect(read(fact, SHOW).facts).toEqual({})
		expect(read({ ...fact, values: ['active', 'failed'] }, SHOW).facts).toEqual({ it: 'failed' })
	})
})

describe('types', () => {
	test.each<readonly [OwnFactType, string, unknown]>([
		['size', '4k', 4096],
		['size', '1.5G', 1_610_612_736],
		['size', '12 MiB', 12_582_912],
		['size', '100', 100],
		['size', '100 parsecs', undefined],
		['duration', '30s', 30],
		['duration', '2min 5s', 125],
		['duration', '1h30m', 5400],
		['duration', '500ms', 0.5],
		['duration', '2-03:04:05', 183_845],
		['duration', '05:02', 302],
		['duration', '1 week', 604_800],
		['duration', 'soon', undefined],
		['duration', '5 5', undefined],
		['percent', '45%', 45],
		['percent', '99.6 %', 99],
		['percent', 'full', undefined],
		['bool', 'Yes', true],
		['bool', 'off', false],
		['bool', 'maybe', undefined],
		['int', '9007199254740993', undefined],
		['int', '-3', -3],
		['double', '1e3', 1000],
		['double', '0x10', undefined],
	])('%s: %s', (type, text, value) => {
		expect(found({ kind: 'regex', pattern: '.*' }, type, text)[0]).toEqual(value)
	})
})

test('the flow’s own parsers never take the place of those of the catalogue', () => {
	const catalogue = new Map([['x', createOwnParser({ name: 'x', from: 'the catalogue', facts: {} })]])
	const own = { x: { name: 'x', from: 'mine', facts: {} }, y: { name: 'y', from: 'mine', facts: {} } }
	const all = withOwnParsers(own, catalogue)
	expect(all.get('x')).toBe(catalogue.get('x'))
	expect(all.get('y')?.summary).toContain('mine')
})

test('any text gives facts of their types, with places that are in it', () => {
	const readers: readonly FactReader[] = [
		{ kind: 'regex', pattern: '(\\S+)' },
		{ kind: 'count', pattern: 'a' },
		{ kind: 'table', column: 'a', where: {} },
		{ kind: 'table', column: 'a b', where: { c: '1' } },
		{ kind: 'json', path: 'a[0].b' },
		{ kind: 'json', path: 'a[*]' },
		{ kind: 'pairs', key: 'a' },
	]
	const types: readonly OwnFactType[] = ['string', 'int', 'double', 'bool', 'list', 'size', 'duration', 'percent']
	const word = fc.constantFrom(
		'a',
		'b',
		'a b',
		'c',
		'1',
		'4k',
		'|',
		'\t',
		'  ',
		'=',
		':',
		'{"a":[{"b":1}]}',
		'"',
		'%',
		'\ud83d',
	)
	const line = fc.oneof(
		fc.array(word, { maxLength: 9 }).map((words) => words.join(' ')),
		fc.string({ unit: 'binary' }),
	)
	const kinds: Readonly<Record<OwnFactType, (value: unknown) => boolean>> = {
		string: (value) => typeof value === 'string',
		int: Number.isSafeInteger,
		double: Number.isFinite,
		bool: (value) => typeof value === 'boolean',
		list: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
		size: Number.isSafeInteger,
		duration: Number.isFinite,
		percent: Number.isSafeInteger,
	}
	fc.assert(
		fc.property(
			fc.constantFrom(...readers),
			fc.constantFrom(...types),
			fc.array(line, { maxLength: 6 }).map((lines) => lines.map((text) => text.replaceAll('\n', ' '))),
			(reader, type, lines) => {
				const { facts, evidence } = read(
					{ read: reader, type: reader.kind === 'count' ? 'int' : type },
					lines.join('\n'),
				)
				if (facts.it === undefined) {
					expect(evidence).toEqual({})
					return
				}
				expect(kinds[reader.kind === 'count' ? 'int' : type](facts.it)).toBe(true)
				for (const { line: at, start = 0, end = 0 } of evidence.it ?? []) {
					expect(start).toBeLessThanOrEqual(end)
					expect(end).toBeLessThanOrEqual(lines[at - 1]?.length ?? -1)
				}
			},
		),
		{ numRuns: 2000 },
	)
})
