import { describe, expect, it } from 'vitest'
import { parsers } from '../../src/subjects/catalogue.ts'
import type { Facts } from '../../src/text/parser.ts'
import { recording, recordingNames, streamText } from '../support/recordings.ts'
import { cutAt, type Kind, MESSES, type Mess, printed, shortenedTo } from './messy-output.ts'

const hosts = recordingNames()

/** The recorded outputs, who reads them, and how. */
const OUTPUTS: readonly {
	readonly slug: string
	readonly parser: string
	readonly kind: Kind
	readonly args?: Facts
}[] = [
	{ slug: 'curl-url', parser: 'http', kind: 'other' },
	{ slug: 'upstream-curl', parser: 'http', kind: 'other' },
	{ slug: 'journalctl', parser: 'journal', kind: 'journal', args: { unit: 'gunicorn' } },
	{ slug: 'journalctl', parser: 'gunicorn-log', kind: 'journal', args: { unit: 'gunicorn' } },
	{ slug: 'systemctl-status', parser: 'gunicorn-log', kind: 'status', args: { unit: 'gunicorn' } },
	{ slug: 'systemctl-status', parser: 'systemctl-status', kind: 'status', args: { unit: 'gunicorn' } },
	{ slug: 'systemctl-show', parser: 'systemctl-show', kind: 'other' },
	{ slug: 'systemctl-cat', parser: 'unit-file', kind: 'other' },
	{ slug: 'systemctl-cat', parser: 'gunicorn-command', kind: 'other' },
	{ slug: 'systemctl-list-unit-files', parser: 'unit-list', kind: 'table', args: { unit: 'gunicorn' } },
	{ slug: 'nginx-test.stderr', parser: 'nginx-test', kind: 'other' },
	{ slug: 'nginx-config-dump', parser: 'nginx-config', kind: 'other', args: { url: 'http://127.0.0.1/' } },
	{ slug: 'nginx-error-log', parser: 'nginx-error-log', kind: 'file' },
	{ slug: 'nginx-access-log', parser: 'nginx-access-log', kind: 'other' },
	{ slug: 'ss-tcp', parser: 'listeners', kind: 'table', args: { target: '127.0.0.1:8000' } },
	{ slug: 'ss-tcp-with-header', parser: 'listeners', kind: 'table', args: { target: '127.0.0.1:8000' } },
	{ slug: 'ss-unix', parser: 'listeners', kind: 'table', args: { target: 'unix:/run/gunicorn/gunicorn.sock' } },
	{ slug: 'ps-aux', parser: 'processes', kind: 'table' },
	{ slug: 'ps-tree', parser: 'processes', kind: 'table' },
	{ slug: 'ls-run', parser: 'ls-l', kind: 'table', args: { path: '/run/nginx.pid' } },
	{ slug: 'upstream-ls', parser: 'ls-l', kind: 'table' },
	{ slug: 'upstream-namei', parser: 'path-walk', kind: 'table', args: { user: 'www-data', groups: ['www-data'] } },
	{ slug: 'upstream-stat', parser: 'ls-l', kind: 'other' },
	{ slug: 'df', parser: 'disk', kind: 'table' },
	{ slug: 'id-www-data', parser: 'identity', kind: 'other' },
]

/** How a time is written differs, and what line it stood on. A unit's name is what was changed. */
const WRITTEN = new Set(['time', 'oldTime', 'epoch', 'lines', 'passLine', 'unit', 'message'])
const comparable = (facts: Facts): Facts =>
	Object.fromEntries(
		Object.entries(facts).flatMap(([name, value]) => {
			if (WRITTEN.has(name)) return []
			return [[name, typeof value === 'object' && !Array.isArray(value) ? comparable(value as Facts) : value]]
		}),
	)

const rename = (facts: Facts, unit: string): Facts =>
	JSON.parse(JSON.stringify(facts).replaceAll('gunicorn.service', unit))

const SHARE = 3

/** Every mess meets every output of a third of the hosts; which third, goes round. */
const met = (mess: Mess, place: number): readonly string[] =>
	hosts.filter((_host, index) => (index + place + MESSES.indexOf(mess)) % SHARE === 0)

describe.each(OUTPUTS)('$slug read by $parser', ({ slug, parser: name, kind, args = {} }) => {
	const parser = parsers.get(name)
	if (parser === undefined) throw new Error(name)
	const plain = new Map(
		hosts.flatMap((host) => {
			const text = streamText(recording(host), slug)
			if (text.trim() === '') return []
			return [[host, { text, facts: comparable(parser.parse({ lines: printed(text), exitCode: null, args }).facts) }]]
		}),
	)
	const place = OUTPUTS.findIndex((one) => one.slug === slug && one.parser === name)
	it.each(MESSES.filter(({ kinds }) => kinds === undefined || kinds.includes(kind)))('$name', (mess) => {
		let compared = 0
		for (const host of met(mess, place)) {
			const known = plain.get(host)
			if (known === undefined) continue
			compared += 1
			const renamed = mess.unit === undefined ? known.facts : rename(known.facts, `${mess.unit}.service`)
			const given = mess.unit === undefined ? args : { ...args, unit: mess.unit }
			const { facts } = parser.parse({ lines: printed(mess.of(known.text)), exitCode: null, args: given })
			expect(comparable(facts), host).toEqual(renamed)
		}
		expect(compared).toBeGreaterThan(0)
	})
})

/** Facts of a log by their dotted names; what may be told of a part of it in another way is left out. */
const told = (facts: Facts, under = ''): ReadonlyMap<string, unknown> =>
	new Map(
		Object.entries(facts).flatMap(([name, value]): (readonly [string, unknown])[] => {
			if (WRITTEN.has(name) || COUNTED.has(name)) return []
			return typeof value === 'object' && !Array.isArray(value)
				? [...told(value as Facts, `${name}.`)]
				: [[`${under}${name}`, value]]
		}),
	)

/** An edge without a mark is one only where several lines end there. */
const isPlain = (part: string): boolean => {
	const lines = part.split('\n')
	if (lines.some((line) => /…|(?<!<module)>$/.test(line))) return true
	const width = Math.max(...lines.map(({ length }) => length))
	const full = lines.filter((line) => line.length === width && /^\S/.test(line))
	return new Set(full.map((line) => line.replace(/\d/g, '0'))).size > 2
}

const COUNTED = new Set([
	'starts',
	'booted',
	'autorestarts',
	'noSpace',
	'tooManyFiles',
	'workerTimeouts',
	'workersKilled',
	'workerCrashes',
	'requestErrors',
	'restarts',
])

describe('a log of which parts cannot be seen says nothing that the whole one contradicts', () => {
	const ways = [
		...[80, 100].map((width) => ({ name: `cut at ${width} columns`, of: cutAt(width, '') })),
		...[80, 100, 132].flatMap((width) => [
			{ name: `cut at ${width} columns by a pager that marks it`, of: cutAt(width, '>') },
			{ name: `shortened by systemctl to ${width} columns`, of: shortenedTo(width) },
		]),
	]
	const outputs = [
		{ slug: 'journalctl', parser: 'journal' },
		{ slug: 'journalctl', parser: 'gunicorn-log' },
		{ slug: 'systemctl-status', parser: 'gunicorn-log' },
		{ slug: 'systemctl-status', parser: 'systemctl-status' },
	] as const
	it.each(outputs.flatMap((output) => ways.map((way) => ({ ...output, ...way }))))(
		'$slug $name',
		({ slug, parser: name, of }) => {
			const parser = parsers.get(name)
			const read = (text: string) =>
				told(parser?.parse({ lines: printed(text), exitCode: null, args: { unit: 'gunicorn' } }).facts ?? {})
			let changed = 0
			for (const host of hosts) {
				const text = streamText(recording(host), slug)
				const part = of(text)
				if (part === text || !isPlain(part)) continue
				changed += 1
				const whole = read(text)
				for (const [fact, value] of read(part))
					if (whole.has(fact)) expect([host, fact, value]).toEqual([host, fact, whole.get(fact)])
			}
			expect(changed).toBeGreaterThan(0)
		},
	)
})
