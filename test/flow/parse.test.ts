import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CONSULT } from '../../src/flow/flow.ts'
import type { Include } from '../../src/flow/include.ts'
import { parseFlow } from '../../src/flow/parse.ts'
import { runs } from '../support/property.ts'
import { smallParsers } from '../support/small-parsers.ts'

const read = (name: string): string => readFileSync(new URL(`../fixtures/flow/${name}.yaml`, import.meta.url), 'utf8')
const whole = read('whole')
const part = read('unit')
const sound = read('sound')

const include: Include = (path) =>
	path === '../parts/unit.yaml' ? { ok: true, text: part } : { ok: false, reason: 'there is no such file' }

function parse(text: string) {
	return parseFlow(text, 'flow.yaml', smallParsers, { include })
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
		expect(flow).toMatchObject({ format: 2, id: 'small-502', start: 'confirm', paths: { quick: { start: 'restart' } } })
		expect(flow.inputs).toEqual({
			url: { title: 'Public URL', format: 'url', default: 'http://127.0.0.1/' },
			unit: { title: 'Unit', format: 'unit-name', default: 'gunicorn', help: 'The unit that runs Gunicorn.' },
			port: { title: 'Port', format: 'port', default: '8000' },
		})
		expect(flow.symptom).toBe('response.status >= 500')
		expect(flow.probes.ask).toEqual({
			probe: 'ask',
			title: 'the page',
			command: 'curl -sS -D - -o /dev/null {{inputs.url}}',
			effect: 'read',
			privilege: 'user',
			timeoutMs: 120_000,
			interactive: false,
			parse: [
				{ parser: 'status', as: 'response', with: { url: 'inputs.url', attempts: '3' } },
				{ parser: 'result', as: 'asked', with: {} },
			],
			cost: 3,
			again: true,
		})
		expect(flow.steps.confirm?.run).toEqual([flow.probes.ask, flow.probes['unit-state']])
		expect(flow.parsers.pool?.facts.full).toEqual({
			read: { kind: 'table', column: 'Use%', where: { 'Mounted on': '/' } },
			type: 'percent',
			help: 'How full it is.',
		})
	})

	test('has what its part has, with the parameters put in', () => {
		expect(flow.probes['unit-state']).toMatchObject({
			command: 'systemctl show {{inputs.unit}}',
			if: 'response.status > (response.status - 1)',
			timeoutMs: 5000,
		})
		expect(flow.lets.down).toBe("!service.active && inputs.unit != ''")
		expect(flow.causes['unit-stopped']).toMatchObject({
			proof: [
				{
					when: 'down && response.status > (response.status - 1)',
					unless: 'service.state == "activating"',
					say: 'The unit {{inputs.unit}} is {{service.state}}.',
				},
			],
			yields: ['pool-full'],
			remedies: ['restart'],
			prevent: 'systemctl enable {{inputs.unit}}',
		})
		expect(Object.keys(flow.causes)).toEqual(['pool-full', 'unit-stopped'])
	})

	test('ends each step with the proof of all causes, and with the judge', () => {
		const added = [
			{ rule: { kind: 'proof', causes: ['pool-full', 'unit-stopped'] }, say: '', to: { kind: 'proven' } },
			{ rule: { kind: 'consult' }, say: '', to: { kind: 'goto', step: CONSULT } },
		]
		for (const step of Object.values(flow.steps)) {
			if (step.id !== CONSULT) expect(step.branches.slice(-2)).toMatchObject(added)
		}
		expect(flow.steps.confirm?.branches.map(({ rule, to }) => [rule.kind, to.kind])).toEqual([
			['proof', 'proven'],
			['when', 'goto'],
			['when', 'end'],
			['choice', 'end'],
			['otherwise', 'ask'],
			['proof', 'proven'],
			['consult', 'goto'],
		])
		expect(flow.steps[CONSULT]?.branches.map(({ rule, to }) => [rule.kind, to.kind])).toEqual([
			['choice', 'cause'],
			['choice', 'cause'],
			['otherwise', 'ask'],
			['proof', 'proven'],
			['consult', 'goto'],
		])
		expect(flow.steps[CONSULT]?.branches[1]).toMatchObject({
			rule: { label: 'The unit is stopped' },
			to: { cause: 'unit-stopped' },
		})
	})

	test('has a change for an effect, thirty seconds for a timeout, and the question for what an asking branch says', () => {
		expect(flow.steps.restart?.run[0]).toMatchObject({ effect: 'change', timeoutMs: 30_000, cost: 1, again: false })
		expect(flow.steps.confirm?.branches[4]?.say).toBe('What did the endpoint answer?')
	})

	test("has the hash of its files' bytes, and survives JSON", () => {
		expect(flow.hash).toBe(createHash('sha256').update(whole).update('\0').update(part).digest('hex'))
		expect(JSON.parse(JSON.stringify(flow))).toEqual(flow)
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
		const parsed = parse(sound.replace('say: It is fine.', line))
		expect(parsed.ok ? [] : parsed.problems.map((problem) => [problem.line, problem.hint])).toEqual([[32, hint]])
	})

	test('follows YAML 1.2: `no` and `on` are text, not false', () => {
		expect(flowOf(sound.replace('title: Look', 'title: no')).flow.steps.look?.title).toBe('no')
	})

	test('takes aliases, and refuses a bomb of them at once', () => {
		const aliased = sound
			.replace('    run: [ask, unit]', '    run: &ask [ask, unit]')
			.replace('    run: [ask]', '    run: *ask')
		expect(flowOf(aliased).flow.steps.again?.run).toEqual(flowOf(sound).flow.steps.look?.run)
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
			.replace('when: failing && service.state == "failed"', 'when: &bad response.statsu == 502')
			.replace('when: response.status < 500', 'when: *bad')
		expect(messages(aliased)).toEqual([
			'25:29 `response` has no fact `statsu`',
			'50:15 `response` has no fact `statsu`',
		])
		const before = sound.replace('when: response.status < 500', 'when: *bad')
		expect(messages(before)).toEqual(['50:15 no `&bad` stands before this alias'])
	})

	test('counts lines and columns of a file with Windows line ends', () => {
		const windows = sound.replace('goto: again', 'goto: agian').replaceAll('\n', '\r\n')
		expect(messages(windows)).toEqual(['43:15 there is no step `agian`'])
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
			.replace('command: systemctl restart', 'command: sudo systemctl restart')
		const { warnings } = flowOf(text)
		expect(warnings.map(({ line, column, length, message }) => [line, column, length, message])).toEqual([
			[5, 10, 2, 'no `source` names G1'],
			[40, 18, 4, 'a flow never writes sudo'],
		])
	})
})

test('a cause that rests on hearsay alone is warned of', () => {
	const text = sound.replace('failing && !service.active', 'response.server == "nginx"')
	expect(flowOf(text).warnings.map(({ line, message, hint }) => [line, message, hint])).toEqual([
		[
			59,
			'cause `stopped` is never more than likely: its proof reads nothing but hearsay',
			'add a fact that the system itself tells and that agrees',
		],
	])
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
