import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEvaluator } from '../../src/flow/conditions.ts'
import type { Cause, Flow } from '../../src/flow/flow.ts'
import { differential } from '../../src/machine/differential.ts'
import type { NamedFacts, Standing } from '../../src/machine/types.ts'
import { bool, type Facts, type Parser } from '../../src/text/parser.ts'

/** Facts that systemd told, and facts that anybody may have written. */
const parser: Parser = {
	name: 'seen',
	summary: 'what was seen',
	facts: {
		down: bool('The service is down.'),
		disabled: bool('The service is disabled.'),
		other: bool('Another service answers.'),
		crash: bool('The log tells of a crash.', { hearsay: true }),
	},
	parse: () => ({ facts: {}, evidence: {} }),
}

function cause(id: string, proof: Partial<Cause['proof'][number]>[], yields: string[] = []): Cause {
	return {
		id,
		title: `Title of ${id}`,
		proof: proof.map((one) => ({ when: 'false', say: `It is ${id}.`, evidence: [], source: [], ...one })),
		yields,
		why: '',
		remedies: [],
		manual: 'Mend it.',
		prevent: '',
		source: [],
	}
}

const causes = Object.fromEntries(
	[
		cause('stopped', [{ when: 'seen.down', unless: 'seen.other' }], ['disabled', 'crashed']),
		cause('disabled', [{ when: 'seen.down && seen.disabled' }]),
		cause('crashed', [{ when: 'seen.crash', unless: 'seen.other' }, { when: 'seen.crash && seen.down' }]),
		cause('chosen', []),
	].map((one) => [one.id, one]),
)
const flow = {
	inputs: {},
	steps: {},
	probes: {
		seen: {
			probe: 'seen',
			command: 'look',
			effect: 'read',
			privilege: 'user',
			timeoutMs: 1000,
			interactive: false,
			parse: [{ parser: 'seen', as: 'seen', with: {} }],
			cost: 1,
			again: false,
		},
	},
	lets: {},
	parsers: {},
	causes,
} satisfies Partial<Flow>
const evaluator = createEvaluator(flow, new Map([[parser.name, parser]]))

function standings(facts: Facts, pasted = false): Readonly<Record<string, Standing>> {
	const evidence = Object.fromEntries(
		Object.keys(facts).map((name, index) => [
			name,
			[{ run: 'look/0/1', stream: 'stdout' as const, line: index + 1, text: name }],
		]),
	)
	const named: NamedFacts = { name: 'seen', parser: 'seen', facts, evidence }
	const scope = { inputs: {}, host: 'web1', facts: { seen: facts }, ...(pasted ? { pasted: true as const } : {}) }
	const all = differential(flow, evaluator, { scope, facts: { seen: named } })
	return Object.fromEntries(all.map((standing) => [standing.cause, standing]))
}

function stateOf(id: string, facts: Facts, pasted = false): string {
	return standings(facts, pasted)[id]?.state ?? 'none'
}

describe('a cause', () => {
	const known = { down: true, disabled: false, other: false, crash: false }

	test('is proven by a told fact that nothing speaks against, once all that it yields to is excluded', () => {
		expect(standings(known).stopped).toMatchObject({ state: 'proven', say: 'It is stopped.', missing: [] })
		expect(standings(known).stopped?.evidence.map(({ text }) => text)).toEqual(['down', 'other'])
	})

	test('is likely while what speaks against it is unknown, and says what is missing', () => {
		const { other: _, ...rest } = known
		expect(standings(rest).stopped).toMatchObject({ state: 'likely', because: 'unless', missing: ['seen.other'] })
	})

	test('is likely while a cause that it yields to is not settled', () => {
		const { disabled: _, ...rest } = known
		expect(standings(rest).stopped).toMatchObject({ state: 'likely', because: 'yields', missing: ['seen.disabled'] })
	})

	test('is likely by hearsay alone, and proven by hearsay with a told fact that agrees', () => {
		expect(standings({ crash: true, other: false }).crashed).toMatchObject({ state: 'likely', because: 'hearsay' })
		expect(stateOf('crashed', { crash: true, down: true, other: false })).toBe('proven')
	})

	test('is excluded when every proof fails, with the lines that say so', () => {
		const { stopped } = standings({ ...known, down: false })
		expect(stopped).toMatchObject({ state: 'excluded' })
		expect(stopped?.evidence.map(({ text }) => text)).toEqual(['down'])
	})

	test('is excluded by what speaks against it', () => {
		expect(stateOf('stopped', { ...known, other: true })).toBe('excluded')
	})

	test('is excluded as the symptom of a deeper one that is proven', () => {
		expect(standings({ ...known, disabled: true })).toMatchObject({
			stopped: { state: 'excluded', symptomOf: 'disabled' },
			disabled: { state: 'proven' },
		})
	})

	test('is open while nobody knows, and where only the operator can name it', () => {
		expect(standings({}).stopped).toMatchObject({ state: 'open', missing: expect.arrayContaining(['seen.down']) })
		expect(stateOf('chosen', known)).toBe('open')
	})

	test('is never proven by what was pasted', () => {
		expect(stateOf('stopped', known, true)).toBe('likely')
	})
})

const anyFacts = fc.record(
	{ down: fc.boolean(), disabled: fc.boolean(), other: fc.boolean(), crash: fc.boolean() },
	{ requiredKeys: [] },
)

test('more knowledge never makes a proven cause likely again, unless it speaks against it', () => {
	fc.assert(
		fc.property(anyFacts, anyFacts, (facts, more) => {
			const before = standings(facts)
			const after = standings({ ...more, ...facts })
			for (const { cause: id, state } of Object.values(before)) {
				if (state === 'proven' || state === 'excluded') {
					const now = after[id]?.state
					expect(now === state || (state === 'proven' && now === 'excluded')).toBe(true)
				}
			}
		}),
	)
})

test('what was pasted proves nothing, whatever it says', () => {
	fc.assert(
		fc.property(anyFacts, (facts) => {
			expect(Object.values(standings(facts, true)).every(({ state }) => state !== 'proven')).toBe(true)
		}),
	)
})
