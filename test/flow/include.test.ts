import { describe, expect, test } from 'vitest'
import type { Include } from '../../src/flow/include.ts'
import { parseFlow } from '../../src/flow/parse.ts'
import { formatProblem } from '../../src/flow/problem.ts'
import { smallParsers } from '../support/small-parsers.ts'

const HEAD = 'format: 2\nid: main\ntitle: Main\nstart: look\ninputs: { unit: { title: Unit, format: unit-name } }\n'
const STEPS = `steps:
  look:
    title: Look
    guide: Look.
    branches: [{ otherwise: true, ask: What is it? }]
`

function problems(main: string, parts: Readonly<Record<string, string>>): readonly string[] {
	const include: Include = (path) => {
		const text = parts[path]
		return text === undefined ? { ok: false, reason: 'there is no such file' } : { ok: true, text }
	}
	const parsed = parseFlow(main, 'flows/a/flow.yaml', smallParsers, { include })
	return parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem))
}

/** The first line of each: where and what. */
function said(main: string, parts: Readonly<Record<string, string>>): readonly string[] {
	return problems(main, parts).map((problem) => problem.split('\n')[0] ?? '')
}

const part = (name: string, rest: string): string => `format: 2\npart: ${name}\n${rest}`

describe('what can be included', () => {
	test.each([
		['gone.yaml', 'flows/a/flow.yaml:6:11: `gone.yaml` cannot be included: there is no such file'],
		['../../etc/passwd', 'flows/a/flow.yaml:6:11: `../../etc/passwd` is outside of the folder of flows'],
		['../x/../../y.yaml', 'flows/a/flow.yaml:6:11: `../x/../../y.yaml` is outside of the folder of flows'],
		['/etc/passwd', 'flows/a/flow.yaml:6:11: `/etc/passwd` is outside of the folder of flows'],
		['flow.yaml', 'flows/a/flow.yaml:6:11: `flow.yaml` includes itself: flow.yaml → flow.yaml'],
	])('refuses %s', (file, message) => {
		expect(said(`${HEAD}include: [${file}]\n${STEPS}`, {})).toEqual([message])
	})

	test('refuses parts that include each other, in the file that closes the circle', () => {
		const parts = {
			'../parts/a.yaml': part('a', 'include: [b.yaml]\n'),
			'../parts/b.yaml': part('b', 'include: [a.yaml]\n'),
		}
		expect(said(`${HEAD}include: [../parts/a.yaml]\n${STEPS}`, parts)).toEqual([
			'flows/parts/b.yaml:3:11: `a.yaml` includes itself: ../parts/a.yaml → ../parts/b.yaml → ../parts/a.yaml',
		])
	})

	test('takes a part once that two parts need', () => {
		const parts = {
			'a.yaml': part('a', 'include: [c.yaml]\n'),
			'b.yaml': part('b', 'include: [./c.yaml]\n'),
			'c.yaml': part('c', 'let: { here: host }\n'),
		}
		expect(said(`${HEAD}include: [a.yaml, b.yaml]\n${STEPS}`, parts)).toEqual([])
	})

	test('refuses a flow in place of a part, and a part in place of a flow', () => {
		expect(said(`${HEAD}include: [b.yaml]\n${STEPS}`, { 'b.yaml': `${HEAD}${STEPS}` })).toEqual([
			'flows/a/b.yaml:2:1: this is a flow, and only parts can be included',
		])
		expect(said(part('a', ''), {})).toEqual(['flows/a/flow.yaml:2:1: this is a part, which flows include'])
	})
})

describe('what parts say', () => {
	test('names both places of an id that is there twice', () => {
		const parts = { 'b.yaml': part('b', 'let: { here: host }\nprobes: { ask: { command: id } }\n') }
		const main = `${HEAD}include: [b.yaml]\nprobes:\n  ask: { command: id }\n${STEPS}`
		expect(said(main, parts)).toEqual(['flows/a/b.yaml:4:11: `ask` is a probe of flows/a/flow.yaml:8 as well'])
	})

	test('has its problems in its own file, with the line there', () => {
		const parts = { 'b.yaml': part('b', 'let:\n  here: hots\n') }
		expect(problems(`${HEAD}include: [b.yaml]\n${STEPS}`, parts)).toEqual([
			[
				'flows/a/b.yaml:4:9: there are no facts named `hots`',
				' 4 |   here: hots',
				'   |         ^^^^',
				'   = did you mean `host`?',
			].join('\n'),
		])
		expect(said(`${HEAD}include: [b.yaml]\n${STEPS}`, { 'b.yaml': part('b', 'lets: {}\n') })).toEqual([
			'flows/a/b.yaml:3:1: there is no key `lets` here',
		])
	})
})

describe('parameters', () => {
	const typed = (body: string): string =>
		part('b', `params:\n  unit: { type: string, help: The unit. }\n  most: { type: int, help: The most. }\n${body}`)
	const including = (given: string): string => `${HEAD}include:\n  - { file: b.yaml, with: { ${given} } }\n${STEPS}`

	test('are typed where they are given', () => {
		expect(said(including('unit: 3, most: host'), { 'b.yaml': typed('') })).toEqual([
			'flows/a/flow.yaml:7:35: this is int, but string is needed',
			'flows/a/flow.yaml:7:44: this is string, but int is needed',
		])
	})

	test('must be given, and no others', () => {
		expect(said(including('unti: host, most: 3'), { 'b.yaml': typed('') })).toEqual([
			'flows/a/flow.yaml:7:21: `b` needs `unit`: The unit.',
			'flows/a/flow.yaml:7:29: `b` has no parameter `unti`',
		])
	})

	test('that a part has not are a problem of the part', () => {
		const parts = { 'b.yaml': typed('let: { x: params.unti + "a" }\n') }
		expect(said(including('unit: host, most: 3'), parts)).toEqual([
			'flows/a/b.yaml:6:11: the part has no parameter `unti`',
		])
	})

	test('leave the places of other problems where the part has them', () => {
		const body = [
			'let:',
			'  x: params.unit + params.unit == "ab" && hots == "c"',
			'  y: params.most == "many"',
			'probes:',
			'  ask: { command: "echo {{params.unit}} {{params.unit + hots}}" }',
			'',
		].join('\n')
		const long = 'unit: \'inputs.unit + "-a-long-suffix"\', most: 3'
		expect(
			problems(including(long), { 'b.yaml': typed(body) }).map((problem) => problem.split('\n').slice(0, 3)),
		).toEqual([
			[
				'flows/a/b.yaml:7:43: there are no facts named `hots`',
				' 7 |   x: params.unit + params.unit == "ab" && hots == "c"',
				'   |                                           ^^^^',
			],
			[
				'flows/a/b.yaml:8:6: `==` compares int with string',
				' 8 |   y: params.most == "many"',
				'   |      ^^^^^^^^^^^^^^^^^^^^^',
			],
			[
				'flows/a/b.yaml:10:57: there are no facts named `hots`',
				'10 |   ask: { command: "echo {{params.unit}} {{params.unit + hots}}" }',
				'   |                                                         ^^^^',
			].map((line, at) => (at === 0 ? line : ` ${line}`)),
		])
	})
})
