import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Judgement } from '../../src/flow/conditions.ts'
import type { Facts } from '../../src/text/parser.ts'
import { scopeWith, smallEvaluator } from './evaluators.ts'

type Told = Readonly<Record<string, Facts>>

function judge(cel: string, facts: Told, lets: Readonly<Record<string, string>> = {}): Judgement {
	return smallEvaluator(lets).condition(cel, scopeWith(facts))
}

describe('first()', () => {
	test('is the first that has a value, and its evidence is that one', () => {
		const cel = 'first(service.listens, response.server, "none") == "x"'
		expect(judge(cel, { service: { listens: 'x' }, response: { server: 'y' } })).toMatchObject({
			value: true,
			deciding: ['service.listens'],
			told: true,
		})
		expect(judge(cel, { response: { server: 'x' } })).toMatchObject({
			value: true,
			deciding: ['response.server'],
			told: false,
		})
		expect(judge(cel, {})).toMatchObject({ value: false, deciding: [] })
	})

	test('says what none of its arguments was told', () => {
		expect(judge('first(service.listens, response.server) == "x"', {})).toMatchObject({
			value: 'unknown',
			reason: 'none of service.listens, response.server was told',
			missing: ['service.listens', 'response.server'],
		})
	})

	test('chooses inside of a longer expression, also where a loop binds what it reads', () => {
		const facts = { response: { via: ['a', 'b'], status: 3 } }
		expect(
			judge('first(service.listens, response.via[1]).startsWith("b") && response.status == 3', facts),
		).toMatchObject({
			value: true,
			deciding: ['response.via', 'response.status'],
		})
		expect(judge('response.via.exists(v, first(service.listens, v) == "b")', facts)).toMatchObject({ value: true })
	})

	test('is bounded in time like everything else', () => {
		const facts = { response: { via: Array.from({ length: 3000 }, (_, index) => `v${index}`) } }
		expect(judge('first(response.via.all(x, response.via.all(y, x + y != "")), true)', facts)).toMatchObject({
			value: 'unknown',
			reason: 'it would take too long to evaluate',
		})
	})

	test('gives the first of its arguments that has a value, whichever these are', () => {
		const names = ['server', 'listens', 'state'] as const
		const paths = { server: 'response.server', listens: 'service.listens', state: 'service.state' }
		const told = fc.record(
			{ server: fc.string(), listens: fc.string(), state: fc.constantFrom('active', 'failed') },
			{ requiredKeys: [] },
		)
		const evaluator = smallEvaluator()
		fc.assert(
			fc.property(fc.shuffledSubarray([...names], { minLength: 1 }), told, (order, values) => {
				const { server, ...service } = values
				const facts = { service, response: server === undefined ? {} : { server } }
				const expected = order.find((name) => values[name] !== undefined)
				const cel = `first(${order.map((name) => paths[name]).join(', ')})`
				const given = evaluator.value(cel, scopeWith(facts))
				if (expected === undefined) {
					expect(given).toMatchObject({ ok: false, missing: order.map((name) => paths[name]) })
				} else expect(given).toEqual({ ok: true, value: values[expected] })
			}),
		)
	})
})

describe('lets', () => {
	test('are read wherever facts are, in any order, and their facts decide', () => {
		const lets = {
			broken: 'failing && !running',
			failing: 'response.status == 502',
			running: 'first(service.active, response.keptOpen)',
		}
		const facts = { response: { status: 502, keptOpen: false } }
		expect(judge('broken', facts, lets)).toEqual({
			value: true,
			reads: [
				{ path: 'response.status', value: 502 },
				{ path: 'service.active', value: null },
				{ path: 'response.keptOpen', value: false },
			],
			deciding: ['response.status', 'response.keptOpen'],
			told: true,
			missing: [],
		})
		expect(judge('broken', { response: { status: 502 } }, lets)).toMatchObject({
			value: 'unknown',
			reason: 'none of service.active, response.keptOpen was told',
			missing: ['service.active', 'response.keptOpen'],
		})
		expect(judge('broken', { response: { status: 200 } }, lets)).toMatchObject({
			value: false,
			deciding: ['response.status'],
		})
	})

	test('give the paths of what they read, and of what gave them their value', () => {
		const evaluator = smallEvaluator({ where: 'first(service.listens, response.server)', there: 'where + host' })
		expect([...evaluator.factsRead('there == inputs.word')]).toEqual(['service.listens', 'response.server'])
		const scope = scopeWith({ response: { server: 'x' } })
		expect(evaluator.evidencePaths('there', scope)).toEqual(['response.server'])
		expect(evaluator.evidencePaths('there', scopeWith())).toEqual([])
		expect(evaluator.evidencePaths('service.state', scope)).toEqual(['service.state'])
	})

	test('that are wrong, or use themselves, are unknown and take nothing else with them', () => {
		const lets = { wrong: 'respnse.status == 1', a: 'b', b: 'a && response.status == 1' }
		const facts = { response: { status: 1 } }
		expect(judge('wrong', facts, lets).value).toBe('unknown')
		expect(judge('a || response.status == 1', facts, lets).value).toBe(true)
		expect(judge('a', facts, lets).value).toBe('unknown')
	})

	test('in a chain without end are unknown', () => {
		const lets = Object.fromEntries(
			Array.from({ length: 5000 }, (_, at) => [`l${at}`, at === 0 ? 'response.keptOpen' : `l${at - 1}`]),
		)
		expect(judge('l4999', { response: { keptOpen: true } }, lets).value).toBe('unknown')
		expect(judge('l50', { response: { keptOpen: true } }, lets).value).toBe(true)
	})

	test('share what they use, so that doubling costs nothing', () => {
		const lets = Object.fromEntries(
			Array.from({ length: 60 }, (_, at) => [
				`l${at}`,
				at === 0 ? 'response.status' : `l${at - 1} + l${at - 1} - l${at - 1}`,
			]),
		)
		expect(judge('l59 == 1', { response: { status: 1 } }, lets)).toMatchObject({
			value: true,
			deciding: ['response.status'],
		})
	})
})

/** Conditions over three facts, two lets and first(), with what they are without lets. */
const written = fc.letrec<{ part: readonly [string, string]; node: readonly [string, string] }>((tie) => ({
	part: fc.constantFrom(
		['response.status == 1', 'response.status == 1'] as const,
		['service.active', 'service.active'] as const,
		['first(service.active, response.keptOpen)', 'first(service.active, response.keptOpen)'] as const,
		['one', '(response.status == 1)'] as const,
		['any', '(first(response.keptOpen, (response.status == 1)) || service.active)'] as const,
	),
	node: fc.oneof(
		{ maxDepth: 4 },
		tie('part'),
		fc
			.tuple(tie('node'), fc.constantFrom('&&', '||'), tie('node'))
			.map(([[a, x], op, [b, y]]) => [`(${a} ${op} ${b})`, `(${x} ${op} ${y})`] as const),
		tie('node').map(([a, x]) => [`!(${a})`, `!(${x})`] as const),
		fc
			.tuple(tie('node'), tie('node'), tie('node'))
			.map(([[a, x], [b, y], [c, z]]) => [`(${a} ? ${b} : ${c})`, `(${x} ? ${y} : ${z})`] as const),
	),
})).node

const LETS = { any: 'first(response.keptOpen, one) || service.active', one: 'response.status == 1' }

const anyFacts = fc
	.record({ status: fc.constantFrom(0, 1), keptOpen: fc.boolean(), active: fc.boolean() }, { requiredKeys: [] })
	.map(({ active, ...response }) => ({ response, service: active === undefined ? {} : { active } }) as Told)

describe('three values', () => {
	const withLets = smallEvaluator(LETS)

	test('a let is its expression', () => {
		fc.assert(
			fc.property(written, anyFacts, ([cel, inlined], facts) => {
				const scope = scopeWith(facts)
				const a = withLets.condition(cel, scope)
				const b = withLets.condition(inlined, scope)
				expect({ ...a, reads: [], reason: '' }).toEqual({ ...b, reads: [], reason: '' })
				expect(withLets.factsRead(cel)).toEqual(withLets.factsRead(inlined))
			}),
			{ numRuns: 500 },
		)
	})

	test('what is known stays so whatever else is told, and what is missing is what it takes', () => {
		fc.assert(
			fc.property(written, anyFacts, anyFacts, ([cel], facts, more) => {
				const before = withLets.condition(cel, scopeWith(facts))
				if (before.value === 'unknown') {
					expect(before).toMatchObject({ deciding: [], told: false })
					expect(before.missing.length).toBeGreaterThan(0)
					for (const path of before.missing) {
						const [name = '', fact = ''] = path.split('.')
						expect(facts[name]).not.toHaveProperty(fact)
					}
					return
				}
				// Without first(), which prefers what is told later, logic is monotone: Kleene's.
				if (cel.includes('first') || cel.includes('any')) return
				const both = {
					response: { ...more.response, ...facts.response },
					service: { ...more.service, ...facts.service },
				}
				expect(withLets.condition(cel, scopeWith(both)).value).toBe(before.value)
			}),
			{ numRuns: 500 },
		)
	})

	test('the deciding facts alone make it come out the same', () => {
		fc.assert(
			fc.property(written, anyFacts, ([cel], facts) => {
				const { value, deciding } = withLets.condition(cel, scopeWith(facts))
				if (value === 'unknown') return
				const kept = Object.fromEntries(
					Object.entries(facts).map(([name, told]) => [
						name,
						Object.fromEntries(Object.entries(told).filter(([fact]) => deciding.includes(`${name}.${fact}`))),
					]),
				)
				expect(withLets.condition(cel, scopeWith(kept as Told)).value).toBe(value)
			}),
			{ numRuns: 500 },
		)
	})
})

describe('told', () => {
	test('needs a deciding fact that is no hearsay, that was read, and that nobody pasted', () => {
		const facts = { response: { status: 502, server: 'nginx' } }
		expect(judge('response.server == "nginx"', facts).told).toBe(false)
		expect(judge('response.server == "nginx" && response.status == 502', facts).told).toBe(true)
		expect(judge('response.server == "nginx" || response.status == 5', facts).told).toBe(false)
		expect(judge('!has(response.tls.error)', facts).told).toBe(false)
		const evaluator = smallEvaluator()
		expect(evaluator.condition('response.status == 502', { ...scopeWith(facts), pasted: true })).toMatchObject({
			value: true,
			deciding: ['response.status'],
			told: false,
		})
	})
})
