import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsers, subjects } from '../../src/subjects/catalogue.ts'
import {
	type FactDeclaration,
	type FactSchema,
	type Facts,
	type FactValue,
	isDeclaration,
	type OutputLine,
	type Parser,
	type ParserInput,
} from '../../src/text/parser.ts'
import { every, runs } from '../support/property.ts'
import { recording, recordingNames } from '../support/recordings.ts'
import { pasted } from './recorded-output.ts'

const root = join(import.meta.dirname, '../fixtures/facts')

/** Every output that was recorded anywhere, of whatever command, each once. */
const outputs: readonly { readonly path: string; readonly text: string }[] = [
	...new Map([
		...readdirSync(root, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
			.map((entry) => join(entry.parentPath, entry.name))
			.map((path) => [readFileSync(path, 'utf8'), path.slice(root.length)] as const),
		...recordingNames().flatMap((name) =>
			[...recording(name).answers.values()].flatMap(({ slug, stdout, stderr }) => [
				[stdout, `${name} ${slug}`] as const,
				[stderr, `${name} ${slug}, standard error`] as const,
			]),
		),
	]),
].map(([text, path]) => ({ path, text }))

/** A value for every argument that any parser takes, so that no fact is left out for want of one. */
const known: Facts = {
	...{ url: 'http://example.com/a/b', target: 'unix:/run/g.sock', upstream: '127.0.0.1:8000', peer: '127.0.0.1:8000' },
	...{ path: '/a', since: 1_795_252_788, now: 1_795_252_999, offset: '+0000', socket: true, unit: 'gunicorn' },
	...{ user: 'www-data', groups: ['www-data'], want: 'read', program: 'gunicorn', others: ['flask'], pids: ['1'] },
}

/** Of the facts given, those that are not as they are declared. */
function misfits(schema: FactSchema, facts: Facts, under = ''): readonly string[] {
	return Object.entries(facts).flatMap(([name, value]) => {
		const declared = schema[name]
		const path = `${under}${name}`
		if (declared === undefined) return [`${path} is not declared`]
		if (!isDeclaration(declared)) return misfits(declared, value as Facts, `${path}.`)
		return fits(declared, value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${declared.type} of its values`]
	})
}

function fits({ type, values }: FactDeclaration, value: FactValue): boolean {
	const isKnown = (text: string) => values === undefined || values.includes(text)
	switch (type) {
		case 'string':
			return typeof value === 'string' && isKnown(value)
		case 'list<string>':
			return Array.isArray(value) && value.every((item) => typeof item === 'string' && isKnown(item))
		case 'int':
			return Number.isSafeInteger(value)
		case 'double':
			return typeof value === 'number' && Number.isFinite(value)
		case 'bool':
			return typeof value === 'boolean'
	}
}

/** Facts as declared, and evidence for facts that are there only, on lines that are there. */
function check(parser: Parser, input: ParserInput, where: string): void {
	const { facts, evidence } = parser.parse(input)
	expect(misfits(parser.facts, facts), `${parser.name} ${where}`).toEqual([])
	const lengths = new Map(input.lines.map(({ number, text }) => [number, text.length]))
	for (const [path, spans] of Object.entries(evidence)) {
		const value = path.split('.').reduce<FactValue | undefined>((at, name) => (at as Facts | undefined)?.[name], facts)
		expect(value, `${parser.name} ${where} ${path}`).toBeDefined()
		for (const { line, start = 0, end = 1 } of spans) {
			const length = lengths.get(line) ?? -1
			expect(length >= 0 && start >= 0 && end > start, `${parser.name} ${where} ${path}`).toBe(true)
			if (spans[0]?.end !== undefined) expect(end, `${parser.name} ${where} ${path}`).toBeLessThanOrEqual(length)
		}
	}
}

describe.each([...parsers.values()].map((parser) => [parser.name, parser] as const))('%s', (_, parser) => {
	test('takes every output that was recorded, its own or not, whole or torn', () => {
		for (const { path, text } of every(8, outputs)) {
			const input = pasted(text, known)
			check(parser, { ...input, exitCode: 0 }, path)
			check(parser, { ...input, args: {}, lines: input.lines.slice(Math.floor(input.lines.length / 3)) }, path)
		}
	}, 60_000)

	test('takes any text', () => {
		const scraps = outputs.flatMap(({ text }) => text.split('\n', 4)).filter((text) => text.length < 400)
		const scrap = fc.constantFrom(...new Set(scraps))
		const text = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 60 }),
			scrap,
			fc.tuple(scrap, scrap).map(([a, b]) => a.slice(5) + b),
		)
		const line = fc.record({ stream: fc.constantFrom<OutputLine['stream']>('stdout', 'stderr'), text })
		fc.assert(
			fc.property(fc.array(line, { maxLength: 20 }), fc.option(fc.integer({ min: 0, max: 255 })), (some, exitCode) => {
				const lines = some.map((one, at) => ({ ...one, number: at + 1 }))
				check(parser, { lines, exitCode, args: known }, JSON.stringify(lines))
			}),
			{ numRuns: runs(200) },
		)
	})

	// A pattern that goes back and forth takes hours for these; the limit is only there to end that.
	test('takes endless lines, and endless many', () => {
		const heads = [
			...['2026/11/21 09:19:33 [error] 1#1: *1 connect() failed (111: ', 'LISTEN 0 511 ', '[ 1.1] app[1]: segfault '],
			...['127.0.0.1 - - [08/Jan/2020:18:13:50 +0000] "', 'server { location / { proxy_pass ', 'curl: (7) '],
			...['HTTP/1.1 502 ', 'nginx: [emerg] ', '/dev/sda1 1 ', '* connect to ', 'ExecStart=/bin/sh -c ', 'bind = ['],
			...['x.service: ', 'x.service - ', 'uid=1 ', 'drwxr-xr-x root root ', '  File "', 'web-1 | ', 'Environment="A='],
		]
		const tails = [
			'a',
			' ',
			'(',
			'"',
			'1',
			'/',
			':',
			'[',
			', client: ',
			'{ a',
			'= ',
			"'",
			'::',
			'=a,',
			'.*',
			'\\',
			'%0a',
		]
		for (const head of heads) {
			for (const tail of tails) parser.parse({ ...pasted(head + tail.repeat(20_000), known), exitCode: 1 })
			parser.parse({ ...pasted(`${head}x 1 y, client: z\n`.repeat(5_000), known), exitCode: 1 })
		}
	}, 120_000)
})

test('there is something to read', () => expect(outputs.length).toBeGreaterThan(500))

describe('declarations', () => {
	const leaves = (schema: FactSchema): readonly (readonly [string, FactDeclaration])[] =>
		Object.entries(schema).flatMap(([name, one]) => (isDeclaration(one) ? [[name, one] as const] : leaves(one)))
	const all = [...parsers.values()].flatMap(({ name, facts, args = {} }) =>
		[...leaves(facts), ...leaves(args)].map(([fact, declared]) => ({ path: `${name}.${fact}`, declared })),
	)

	test.each(all.map(({ path, declared }) => [path, declared] as const))('%s has a sentence', (_, { help, values }) => {
		expect(help).toMatch(/^[\p{Lu}`a-z].*[.…:]$/u)
		if (values !== undefined) expect(new Set(values).size).toBe(values.length)
	})

	test('no two parsers and no two functions have one name', () => {
		const names = subjects.flatMap((subject) => subject.parsers.map(({ name }) => name))
		expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
		const signatures = subjects.flatMap((subject) => subject.functions.map(({ signature }) => signature))
		expect(signatures.toSorted()).toEqual([...new Set(signatures)].toSorted())
	})
})
