import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resultFacts } from '../../src/flow/result.ts'
import type { Facts } from '../../src/text/parser.ts'
import { scopeWith, smallEvaluator } from './evaluators.ts'

const evaluator = smallEvaluator()

function judge(
	cel: string,
	facts: Readonly<Record<string, Facts>> = {},
	inputs: Readonly<Record<string, string>> = {},
) {
	return evaluator.condition(cel, scopeWith(facts, inputs))
}

describe('condition', () => {
	test('is true, with every value it read and those that decided', () => {
		expect(
			judge('response.status == 502 && response.server.startsWith("nginx")', {
				response: { status: 502, server: 'nginx/1.24' },
			}),
		).toEqual({
			value: true,
			reads: [
				{ path: 'response.status', value: 502 },
				{ path: 'response.server', value: 'nginx/1.24' },
			],
			deciding: ['response.status', 'response.server'],
			told: true,
			missing: [],
		})
	})

	test.each([
		['response.status == 1 || response.server == "a"', true, ['response.server']],
		['response.status == 2 || response.server == "a"', true, ['response.status', 'response.server']],
		['response.status == 1 && response.server == "a"', false, ['response.status']],
		['!(response.status == 1) && response.keptOpen', true, ['response.status', 'response.keptOpen']],
		[
			'response.keptOpen ? response.status == 2 : response.server == "x"',
			true,
			['response.keptOpen', 'response.status'],
		],
		[
			'(response.status == 2 || service.active) && (response.server == "b" || response.keptOpen)',
			true,
			['response.status', 'response.keptOpen'],
		],
		['response.status == 2 && inputs.unit == "u" && host == "web-1"', true, ['response.status']],
		['response["status"] == 2', true, ['response.status']],
		['response.via.exists(response, response == "y")', true, ['response.via']],
	])('%s is %s because of %j', (cel, value, deciding) => {
		const response = { status: 2, server: 'a', keptOpen: true, via: ['x', 'y'] }
		expect(judge(cel, { response }, { unit: 'u' })).toMatchObject({ value, deciding })
	})

	test.each([
		['response.status == 502', 'response.status was not told'],
		['response.tls.error == "expired"', 'response.tls.error was not told'],
		['response.via[0] == "x"', 'response.via was not told'],
		['service.listens.size() / 0 == 1', 'service.listens was not told'],
		['inputs.word == "x"', 'inputs.word was not told'],
		['result.exitCode == 0', 'result.exitCode was not told'],
	])('%s is unknown: %s', (cel, reason) => {
		expect(judge(cel)).toMatchObject({ value: 'unknown', reason, deciding: [] })
	})

	test('is unknown with a reason when it has no meaning for the values', () => {
		expect(judge('response.via[3] == "x"', { response: { via: ['y'] } }).reason).toBe('response.via[3] does not exist')
		expect(judge('response.status / 0 == 1', { response: { status: 1 } }).reason).toBe(
			'it cannot be evaluated: division by zero',
		)
	})

	test('a fact that was not told is never false, but and/or go on without it as CEL says', () => {
		expect(judge('response.status == 502 || service.active', { service: { active: true } }).value).toBe(true)
		expect(judge('response.status == 502 && service.active', { service: { active: false } }).value).toBe(false)
		expect(judge('response.status == 502 || service.active', { service: { active: false } }).value).toBe('unknown')
		expect(judge('!(response.status == 502)').value).toBe('unknown')
	})

	test('has() asks whether a fact was told, also of one in a group that was not', () => {
		expect(judge('has(response.tls.error)')).toMatchObject({ value: false })
		expect(judge('!has(response.tls.error)', { response: { status: 1 } })).toMatchObject({ value: true })
		expect(judge('has(response.tls.error)', { response: { tls: { error: 'x' } } })).toMatchObject({ value: true })
	})

	test('reads nothing of another type than the parser declares', () => {
		const response = { status: '502', server: 7, seconds: 'x', via: ['a', 1] } as unknown as Facts
		for (const cel of [
			'response.status == 502',
			'response.server == "7"',
			'response.seconds > 0.0',
			'response.via.size() == 2',
		]) {
			expect(judge(cel, { response }).value).toBe('unknown')
		}
		expect(judge('response.status == 1', { response: { status: 2 ** 60 } }).value).toBe('unknown')
	})

	test('sees how the last command ended, also under a name of its own', () => {
		const ended = resultFacts({ kind: 'exited', exitCode: 3, signal: null, durationMs: 12.4, heldOpen: false }, [
			{ stream: 'stdout', number: 1, text: 'one' },
			{ stream: 'stderr', number: 2, text: 'two' },
		])
		const facts = { result: ended.facts, asked: ended.facts }
		expect(judge('result.exitCode == 3 && asked.stderr == "two" && result.durationMs == 12', facts).value).toBe(true)
		expect(judge('result.timedOut || result.ending != "exited"', facts).value).toBe(false)
	})

	test('compares endpoints, and does not know what names none', () => {
		const service = { listens: '/var/run/app.sock' }
		expect(judge('sameEndpoint("http://unix:/run/app.sock:/", service.listens)', { service }).value).toBe(true)
		expect(judge('reaches("127.0.0.1:8000", "0.0.0.0:8000")').value).toBe(true)
		expect(judge('sameEndpoint("$backend", service.listens)', { service })).toMatchObject({
			value: 'unknown',
			reason: '"$backend" names no address or socket',
		})
	})

	test('shortens what it read, and keeps it JSON-safe', () => {
		const { reads } = judge('result.stdout.contains("x") || response.via.size() > 2', {
			result: { stdout: 'y'.repeat(70_000) },
			response: { via: Array.from({ length: 500 }, (_, index) => `v${index}`), status: 1 },
		})
		expect(JSON.parse(JSON.stringify(reads))).toEqual(reads)
		expect(JSON.stringify(reads).length).toBeLessThan(800)
	})

	test('runs patterns in linear time, and ends loops that would take too long', () => {
		const evil = { result: { stdout: `${'a'.repeat(40_000)}!` } }
		const many = { response: { via: Array.from({ length: 3000 }, (_, index) => `v${index}`) } }
		expect(judge('result.stdout.matches("^(a+)+$")', evil).value).toBe(false)
		expect(judge('response.via.all(x, response.via.all(y, x + y != ""))', many)).toMatchObject({
			value: 'unknown',
			reason: 'it would take too long to evaluate',
		})
		expect(judge('response.via.map(x, response.via.filter(y, x == y)).size() == 1', many).value).toBe('unknown')
		expect(judge('response.via.exists(x, x.matches("v29.9$"))', many).value).toBe(true)
	})

	test('an expression that does not compile is unknown', () => {
		expect(judge('respnse.status == 1')).toMatchObject({
			value: 'unknown',
			reason: 'there are no facts named `respnse`',
		})
		expect(judge('response.status')).toMatchObject({ value: 'unknown' })
	})

	test('never throws, whatever the text and the facts', () => {
		const words = fc.constantFrom(
			'response',
			'.status',
			'.via',
			'==',
			'&&',
			'||',
			'!',
			'(',
			')',
			'"a"',
			'502',
			'.exists(x, x',
			'[0]',
			'?',
			':',
			'has(',
			'.matches("',
			'+',
		)
		const cel = fc.oneof(
			fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')),
			fc.string({ unit: 'binary' }),
		)
		const facts = fc.dictionary(
			fc.constantFrom('response', 'result', '__proto__'),
			fc.dictionary(fc.string(), fc.jsonValue()),
		)
		fc.assert(
			fc.property(cel, facts, (text, told) => {
				const { value, reads } = evaluator.condition(text, scopeWith(told as Record<string, Facts>))
				expect([true, false, 'unknown']).toContain(value)
				expect(() => JSON.stringify(reads)).not.toThrow()
			}),
		)
	})

	test('the deciding facts alone make it come out the same', () => {
		const names = ['status', 'server', 'keptOpen'] as const
		const tests = { status: 'response.status == 1', server: 'response.server == "1"', keptOpen: 'response.keptOpen' }
		const expression = fc.letrec((tie) => ({
			part: fc.constantFrom(...names).map((name) => tests[name]),
			node: fc.oneof(
				{ maxDepth: 4 },
				tie('part'),
				fc.tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node')).map(([a, op, b]) => `(${a} ${op} ${b})`),
				tie('node').map((a) => `!(${a})`),
			),
		})).node as fc.Arbitrary<string>
		const facts = fc.record(
			{ status: fc.constantFrom(0, 1), server: fc.constantFrom('0', '1'), keptOpen: fc.boolean() },
			{ requiredKeys: [] },
		)
		fc.assert(
			fc.property(expression, facts, (cel, response) => {
				const { value, deciding } = judge(cel, { response: response as Facts })
				if (value === 'unknown') {
					expect(deciding).toEqual([])
					return
				}
				const kept = Object.fromEntries(
					Object.entries(response).filter(([name]) => deciding.includes(`response.${name}`)),
				)
				expect(judge(cel, { response: kept as Facts }).value).toBe(value)
			}),
		)
	})
})

describe('value', () => {
	test('gives plain values', () => {
		const facts = { response: { status: 502, seconds: 1.5, keptOpen: true, server: 'nginx', via: ['a', 'b'] } }
		const values = [
			'response.status',
			'response.seconds',
			'response.keptOpen',
			'response.server',
			'response.via',
			'response.status + 1',
		]
		expect(values.map((cel) => evaluator.value(cel, scopeWith(facts)))).toEqual(
			[502, 1.5, true, 'nginx', ['a', 'b'], 503].map((value) => ({ ok: true, value })),
		)
	})

	test('tells which facts are missing', () => {
		expect(evaluator.value('response.server + service.state', scopeWith({ service: { state: 'x' } }))).toEqual({
			ok: false,
			reason: 'response.server was not told',
			missing: ['response.server'],
		})
	})

	test('refuses what is no text', () => {
		expect(evaluator.value('{"a": 1}', scopeWith()).ok).toBe(false)
		expect(evaluator.value('1.0 / 0.0', scopeWith()).ok).toBe(false)
	})
})

describe('check', () => {
	test('gives the type and what is read', () => {
		expect(evaluator.check('response.via.map(x, x + inputs.unit)', 'list<string>')).toEqual({
			ok: true,
			type: 'list<string>',
			reads: ['response.via', 'inputs.unit'],
		})
	})

	test.each([
		['respnse.status == 1', 'respnse', 'there are no facts named `respnse`', 'did you mean `response`?'],
		['response.tls.eror == ""', 'eror', '`response.tls` has no fact `eror`', 'did you mean `error`?'],
		['inputs.unti == ""', 'unti', 'there is no input `unti`', 'did you mean `unit`?'],
		[
			'response.status == "502"',
			'response.status == "502"',
			'`==` compares int with string',
			'write the number without quotes',
		],
		[
			'response.server.starsWith("n")',
			'response.server.starsWith("n")',
			'there is no function `starsWith`',
			'did you mean `startsWith`?',
		],
		[
			'response.server.matches(inputs.word)',
			'inputs.word',
			'matches() needs its pattern in quotes',
			'use contains() for a text that varies',
		],
		[
			'response.server.matches("(?=a)")',
			'"(?=a)"',
			'bad pattern: invalid or unsupported Perl syntax: `(?=`',
			'patterns are RE2: no lookaround, no backreferences',
		],
		[
			'has(response.tls)',
			'response.tls',
			'`response.tls` is a group of facts, not a value',
			'name one of them, such as `response.tls.error`',
		],
		['response.status >', '', 'the expression ends too early', undefined],
	])('%s', (cel, underlined, message, hint) => {
		const checked = evaluator.check(cel, 'bool')
		if (checked.ok) throw new Error('it was found to be right')
		expect(cel.slice(checked.start, checked.end)).toBe(underlined)
		expect(checked.message).toBe(message)
		expect(checked.hint).toBe(hint)
	})

	test('knows every fact by its path', () => {
		expect([...evaluator.paths].filter((path) => path.startsWith('response.'))).toEqual([
			'response.status',
			'response.server',
			'response.seconds',
			'response.keptOpen',
			'response.via',
			'response.tls.error',
		])
		expect(evaluator.paths.has('result.exitCode')).toBe(true)
		expect(evaluator.paths.has('asked.stdout')).toBe(true)
	})
})
