import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { httpCodesParser, httpParser } from '../../src/subjects/http/http.ts'
import { diskParser } from '../../src/subjects/linux/disk.ts'
import { kernelLogParser, selinuxParser } from '../../src/subjects/linux/kernel-log.ts'
import { listenersParser } from '../../src/subjects/linux/listeners.ts'
import { nginxAccessLogParser } from '../../src/subjects/nginx/access-log.ts'
import { nginxConfigParser } from '../../src/subjects/nginx/config.ts'
import { nginxErrorLogParser } from '../../src/subjects/nginx/error-log.ts'
import { nginxTestParser } from '../../src/subjects/nginx/test.ts'
import type { FactSchema, Facts, Parser, ParserInput } from '../../src/text/parser.ts'
import { pasted, recorded, recordedNames } from './recorded-output.ts'

const parsers: readonly Parser[] = [
	httpParser,
	httpCodesParser,
	nginxTestParser,
	nginxErrorLogParser,
	nginxAccessLogParser,
	nginxConfigParser,
	listenersParser,
	diskParser,
	kernelLogParser,
	selinuxParser,
]

const args: Facts = {
	url: 'http://example.com/a/b',
	target: 'unix:/run/g.sock',
	upstream: '127.0.0.1:8000',
	peer: '127.0.0.1:8000',
	path: '/a',
	since: 1795252788,
	now: 1795252999,
	offset: '+0000',
	pid: 1,
	socket: true,
}

const kinds = new Set(parsers.map(({ name }) => name))
const folder = join(import.meta.dirname, '../fixtures/facts')
const outputs = readdirSync(folder)
	.filter((name) => kinds.has(name))
	.flatMap((parser) => recordedNames(parser).map((name) => ({ parser, name })))

/** Names and types as declared, and evidence only for facts that are there, on lines that are there. */
function check(parser: Parser, input: ParserInput): void {
	const { facts, evidence } = parser.parse(input)
	const schema: FactSchema = parser.facts
	for (const [name, value] of Object.entries(facts)) {
		const type = schema[name]
		if (type === 'list<string>')
			expect(Array.isArray(value) && value.every((one) => typeof one === 'string')).toBe(true)
		else if (type === 'int') expect(Number.isSafeInteger(value), `${parser.name}.${name} ${String(value)}`).toBe(true)
		else if (type === 'double') expect(typeof value).toBe('number')
		else if (type === 'bool') expect(typeof value).toBe('boolean')
		else expect(type, `${parser.name}.${name}`).toBe('string')
		if (type === 'string') expect(typeof value).toBe('string')
	}
	for (const [name, spans] of Object.entries(evidence)) {
		expect(Object.keys(facts)).toContain(name)
		for (const { line, start, end } of spans) {
			const text = input.lines.find((one) => one.number === line)?.text
			expect(text, `${parser.name}.${name}`).toBeDefined()
			if (start !== undefined) expect(start >= 0 && (end ?? 0) > start && (end ?? 0) <= (text ?? '').length).toBe(true)
		}
	}
}

describe.each(parsers)('$name', (parser) => {
	test('takes every recorded output, its own or not, whole or torn', () => {
		for (const { parser: kind, name } of outputs) {
			const input = recorded(kind, name, args)
			check(parser, input)
			check(parser, {
				...input,
				exitCode: null,
				args: {},
				lines: input.lines.slice(Math.floor(input.lines.length / 3)),
			})
		}
	})

	test('takes any text', () => {
		const scrap = fc.constantFrom(
			...outputs.flatMap(({ parser: kind, name }) =>
				recorded(kind, name)
					.lines.slice(0, 3)
					.map(({ text }) => text),
			),
		)
		const line = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 60 }),
			scrap,
			fc.tuple(scrap, scrap).map(([a, b]) => a.slice(5) + b),
		)
		fc.assert(
			fc.property(fc.array(line, { maxLength: 12 }), fc.option(fc.integer({ min: 0, max: 255 })), (lines, exitCode) => {
				check(parser, { ...pasted(lines.join('\n'), args), exitCode })
			}),
			{ numRuns: 100 },
		)
	})

	test('takes long lines and many lines in no time', () => {
		const heads = [
			'2026/11/21 09:19:33 [error] 1#1: *1 connect() failed (111: ',
			'LISTEN 0 511 ',
			'[ 1.1] gunicorn[1]: segfault ',
			'127.0.0.1 - - [08/Jan/2020:18:13:50 +0000] "',
			'server { location / { proxy_pass ',
			'curl: (7) ',
			'HTTP/1.1 502 ',
			'nginx: [emerg] ',
			'/dev/sda1 1 ',
			'* connect to ',
		]
		const tails = ['a', ' ', '(', '"', '1', '/', ':', '[', ', client: ', '{ a', '= ', "'", '::', '=a,', '.*']
		for (const head of heads) {
			for (const tail of tails) {
				const long = head + tail.repeat(Math.ceil(20_000 / tail.length))
				const started = performance.now()
				parser.parse(pasted(long, args))
				expect(performance.now() - started, `${head} ${tail}`).toBeLessThan(400)
			}
			const started = performance.now()
			parser.parse(pasted(`${head}x 1 y, client: z\n`.repeat(5_000), args))
			expect(performance.now() - started, head).toBeLessThan(2000)
		}
	}, 120_000)
})

describe('the lab’s recordings agree with what was broken', () => {
	const lab = join(import.meta.dirname, '../fixtures/recorded')
	const read = (path: string) => readFileSync(join(lab, path), 'utf8')
	const dumps = readOr(lab).filter((name) => readOr(join(lab, name)).includes('nginx-config-dump.txt'))

	test.runIf(dumps.length > 0)('nginx -T is read to its end in each', () => {
		for (const name of dumps) {
			const text = read(`${name}/nginx-config-dump.txt`)
			if (text.trim() === '') continue
			const { facts } = nginxConfigParser.parse(pasted(text, { url: 'http://127.0.0.1/' }))
			expect(facts, name).toMatchObject({ ok: true, undecided: false })
			expect(
				facts.target !== undefined ||
					facts.static === true ||
					facts.targets !== undefined ||
					facts.usesVariable === true,
				name,
			).toBe(true)
		}
	})
})

function readOr(path: string): readonly string[] {
	try {
		return readdirSync(path)
	} catch {
		return []
	}
}
