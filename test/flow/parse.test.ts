import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFlow } from '../../src/flow/parse.ts'
import { runs } from '../support/property.ts'
import { smallParsers } from '../support/small-parsers.ts'

const whole = readFileSync(new URL('../fixtures/flow/whole.yaml', import.meta.url), 'utf8')
const sound = readFileSync(new URL('../fixtures/flow/broken/none.yaml', import.meta.url), 'utf8')

function parse(text: string) {
	return parseFlow(text, 'flow.yaml', smallParsers)
}

function flowOf(text: string) {
	const parsed = parse(text)
	if (!parsed.ok) throw new Error(parsed.problems.map(({ message, line }) => `${line}: ${message}`).join('\n'))
	return parsed
}

function messages(text: string): readonly string[] {
	const parsed = parse(text)
	return parsed.ok ? [] : parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

describe('a sound flow', () => {
	const { flow, warnings } = flowOf(whole)

	test('is loaded as it is written', () => {
		expect(warnings).toEqual([])
		expect(flow).toMatchObject({ format: 1, id: 'small-502', start: 'confirm', paths: { quick: { start: 'restart' } } })
		expect(flow.inputs).toEqual({
			url: { title: 'Public URL', format: 'url', default: 'http://127.0.0.1/' },
			unit: { title: 'Unit', format: 'unit-name', default: 'gunicorn', help: 'The unit that runs Gunicorn.' },
			port: { title: 'Port', format: 'port', default: '8000' },
		})
		expect(flow.steps.confirm?.run).toEqual([
			{
				command: 'curl -sS -D - -o /dev/null {{inputs.url}}',
				effect: 'read',
				privilege: 'user',
				timeoutMs: 120_000,
				interactive: false,
				parse: [
					{ parser: 'status', as: 'response', with: { url: 'inputs.url', attempts: '3' } },
					{ parser: 'result', as: 'asked', with: {} },
				],
			},
			{
				command: 'systemctl show {{inputs.unit}}',
				effect: 'read',
				privilege: 'root',
				timeoutMs: 5000,
				interactive: false,
				if: 'response.status == 502',
				parse: [{ parser: 'unit', as: 'service', with: {} }],
			},
		])
		expect(flow.steps.confirm?.branches[0]).toEqual({
			rule: { kind: 'when', condition: 'response.status == 502 && !service.active' },
			say: 'The unit {{inputs.unit}} is {{service.state}}.',
			to: { kind: 'cause', cause: 'unit-stopped' },
			set: {},
			evidence: ['service.state'],
			source: ['G2'],
		})
		expect(flow.steps.confirm?.branches.slice(2).map(({ rule, to }) => [rule.kind, to.kind])).toEqual([
			['when', 'end'],
			['choice', 'end'],
			['otherwise', 'ask'],
		])
		expect(flow.causes['unit-stopped']?.remedies).toEqual(['restart'])
	})

	test('has a change for an effect, thirty seconds for a timeout, and the question for what an asking branch says', () => {
		expect(flow.steps.restart?.run[0]).toMatchObject({ effect: 'change', timeoutMs: 30_000 })
		expect(flow.steps.confirm?.branches.at(-1)?.say).toBe('What did the endpoint answer?')
	})

	test("has the hash of its file's bytes", () => {
		expect(flow.hash).toBe(createHash('sha256').update(Buffer.from(whole)).digest('hex'))
	})
})

describe('YAML', () => {
	test('names an empty file, and one of comments only', () => {
		expect(messages('')).toEqual(['1:1 the file is empty'])
		expect(messages('# nothing\n')).toEqual(['1:1 the file is empty'])
	})

	test.each([
		['say: {{response.server}}', 'text that begins with {{ needs quotes round it'],
		['say: !response.keptOpen', 'text that begins with ! needs quotes round it'],
		['say: "nginx" answers', 'text that begins with a quote needs other quotes round all of it, or a block after |-'],
		['say: `nginx` answers', 'text that begins with ` needs quotes round it'],
	])('says what is meant by %s', (line, hint) => {
		const parsed = parse(sound.replace('say: It is broken.', line))
		expect(parsed.ok ? [] : parsed.problems.map((problem) => [problem.line, problem.hint])).toEqual([[15, hint]])
	})

	test('follows YAML 1.2: `no` and `on` are text, not false', () => {
		expect(flowOf(sound.replace('title: Look', 'title: no')).flow.steps.look?.title).toBe('no')
	})

	test('takes aliases, and refuses a bomb of them at once', () => {
		const aliased = sound
			.replace('- command: curl -sS http://127.0.0.1/', '- &ask\n        command: curl -sS http://127.0.0.1/')
			.replace(/- command: curl -sS [^\n]*\n {8}effect: read\n {8}parse: [^\n]*\n/, '- *ask\n')
		expect(flowOf(aliased).flow.steps.again?.run).toEqual(flowOf(sound).flow.steps.again?.run)
		const levels = Array.from(
			{ length: 12 },
			(_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
		)
		expect(messages(`a0: &a0 [x]\n${levels.join('\n')}\n`)).toEqual(['1:1 the file has too many aliases'])
	})

	test('refuses nesting without end', () => {
		expect(messages(`title: ${'['.repeat(200_000)}`)).toHaveLength(1)
	})

	test('points at an alias where it repeats a wrong text', () => {
		const aliased = sound
			.replace('when: response.status == 502', 'when: &bad response.statsu == 502')
			.replace('when: response.status < 500', 'when: *bad')
		expect(messages(aliased)).toEqual([
			'14:29 `response` has no fact `statsu`',
			'38:15 `response` has no fact `statsu`',
		])
	})

	test('counts lines and columns of a file with Windows line ends', () => {
		const windows = sound.replace('goto: again', 'goto: agian').replaceAll('\n', '\r\n')
		expect(messages(windows)).toEqual(['28:15 there is no step `agian`'])
	})

	test.each(['constructor', 'toString', '1st', 'a--b', 'Look'])('refuses the step id %s', (id) => {
		const found = messages(sound.replaceAll(/\blook\b/g, id))
		expect(found.length).toBeGreaterThan(0)
		expect(found.every((message) => message.includes(`\`${id}\``) || message.includes('`start`'))).toBe(true)
	})
})

describe('warnings', () => {
	test('name rows that no source names, and sudo', () => {
		const text = sound
			.replace('start: look', 'start: look\ncovers: [G1, G2]')
			.replace('guide: Mend it.', 'guide: Mend it.\n    source: [G2]')
			.replace('command: systemctl', 'command: sudo systemctl')
		const { warnings } = flowOf(text)
		expect(warnings.map(({ line, column, length, message }) => [line, column, length, message])).toEqual([
			[5, 10, 2, 'no `source` names G1'],
			[26, 18, 4, 'a flow never writes sudo'],
		])
	})
})

describe('any text', () => {
	test('gives a flow or problems whose places are in the file', () => {
		const cuts = fc.tuple(fc.nat(sound.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 12 }))
		fc.assert(
			fc.property(cuts, ([at, length, inserted]) => {
				const text = sound.slice(0, at) + inserted + sound.slice(at + length)
				const parsed = parse(text)
				if (parsed.ok) return
				expect(parsed.problems.length).toBeGreaterThan(0)
				const lines = text.split('\n')
				for (const { line, column, length: underlined, sourceLine } of parsed.problems) {
					expect(lines[line - 1]?.replace(/\r$/, '')).toBe(sourceLine)
					expect(column).toBeGreaterThanOrEqual(1)
					expect(column).toBeLessThanOrEqual(sourceLine.length + 1)
					expect(underlined).toBeGreaterThanOrEqual(1)
				}
			}),
			{ numRuns: runs(300) },
		)
	})
})
