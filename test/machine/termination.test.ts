import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEvaluator } from '../../src/flow/conditions.ts'
import { type Branch, CONSULT, type Flow, type FlowCommand, type Step } from '../../src/flow/flow.ts'
import { nextByItself } from '../../src/machine/by-itself.ts'
import { judge } from '../../src/machine/judge.ts'
import { advance, halted, nextCommand, orderOf, record, start } from '../../src/machine/plan.ts'
import { type Rules, rulesOf, type Turn } from '../../src/machine/rules.ts'
import type { CommandResult, WalkContext } from '../../src/machine/types.ts'
import { beginning, branchDestination, enter, take } from '../../src/machine/walk.ts'
import { bool, type Facts, type Parser } from '../../src/text/parser.ts'

/**
 * A walk by itself comes to an end, whatever the flow's arrows and whatever the host answers, also when the same probe
 * answers differently each time.
 */

const FACTS = ['a', 'b', 'c'] as const
const parser: Parser = {
	name: 'bits',
	summary: 'three bits',
	facts: Object.fromEntries(FACTS.map((name) => [name, bool(`It is ${name}.`)])),
	parse: () => ({ facts: {}, evidence: {} }),
}

const STEPS = 5
const PROBES = 4
const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

function probe(name: string, again: boolean): FlowCommand {
	return {
		probe: name,
		command: `look ${name}`,
		effect: 'read',
		privilege: 'user',
		timeoutMs: 1000,
		interactive: false,
		parse: [{ parser: 'bits', as: name, with: {} }],
		cost: 1,
		again,
	}
}

const condition = fc
	.tuple(fc.integer({ min: 0, max: PROBES - 1 }), fc.constantFrom(...FACTS), fc.boolean())
	.map(([index, fact, negated]) => `${negated ? '!' : ''}probe${index}.${fact}`)

const goto = fc.integer({ min: 0, max: STEPS - 1 }).map((index) => ({ kind: 'goto', step: `step${index}` }) as const)
const plain = { say: 'It is so.', set: {}, evidence: [], source: [] }
const authored: fc.Arbitrary<Branch> = fc.oneof(
	fc.record({ condition, to: goto }).map(
		({ condition: cel, to }): Branch => ({
			...plain,
			rule: { kind: 'when', condition: cel },
			to,
		}),
	),
	goto.map((to): Branch => ({ ...plain, rule: { kind: 'otherwise' }, to })),
)
const judged: readonly Branch[] = [
	{ ...plain, say: '', rule: { kind: 'proof', causes: ['x', 'y'] }, to: { kind: 'proven' } },
]
const consult: Branch = { ...plain, say: '', rule: { kind: 'consult' }, to: { kind: 'goto', step: CONSULT } }

function step(id: string, run: readonly FlowCommand[], branches: readonly Branch[], retest = false): Step {
	return { id, title: id, guide: '', manual: false, retest, run, branches, faq: [], source: [] }
}

const anyFlow: fc.Arbitrary<Flow> = fc
	.record({
		again: fc.array(fc.boolean(), { minLength: PROBES, maxLength: PROBES }),
		steps: fc.array(
			fc.record({
				probes: fc.uniqueArray(fc.integer({ min: 0, max: PROBES - 1 }), { maxLength: 3 }),
				branches: fc.array(authored, { minLength: 1, maxLength: 4 }),
				retest: fc.boolean(),
			}),
			{ minLength: STEPS, maxLength: STEPS },
		),
		proofs: fc.tuple(condition, condition),
	})
	.map(({ again, steps, proofs }) => {
		const probes = names(PROBES, 'probe').map((name, index) => probe(name, again[index] ?? false))
		const made = steps.map(({ probes: run, branches, retest }, index) =>
			step(
				`step${index}`,
				run.flatMap((one) => probes[one] ?? []),
				[...branches, ...judged, consult],
				retest,
			),
		)
		const cause = (id: string, when: string) => ({
			id,
			title: id,
			proof: [{ when, say: id, evidence: [], source: [] }],
			yields: [],
			why: '',
			remedies: [],
			manual: '',
			prevent: '',
			source: [],
		})
		return {
			format: 2,
			id: 'random',
			title: 'Random',
			summary: '',
			inputs: {},
			start: 'step0',
			paths: {},
			probes: Object.fromEntries(probes.map((one) => [one.probe ?? '', one])),
			lets: {},
			parsers: {},
			steps: Object.fromEntries([...made, step(CONSULT, [], [...judged, consult])].map((one) => [one.id, one])),
			causes: {
				x: cause('x', `${proofs[0]} && probe0.a && probe1.b`),
				y: cause('y', `${proofs[1]} && probe2.c && probe3.a`),
			},
			checklist: [],
			hash: '',
		}
	})

/** What a host answers: each fact may be told or not, and differently each time. */
const answers: fc.Arbitrary<Iterator<Facts>> = fc.infiniteStream(fc.dictionary(fc.constantFrom(...FACTS), fc.boolean()))

/** More commands than a bounded number of answers a probe and age allows. */
const MOST_RUNS = PROBES * 3
const MOST_TURNS = 2_000

function walk(flow: Flow, host: Iterator<Facts>): WalkContext {
	const rules: Rules = rulesOf(flow, createEvaluator(flow, new Map([[parser.name, parser]])))
	let context = beginning(rules, { inputs: {}, host: 'web1' })
	const apply = (turn: Turn): void => {
		context = { ...context, ...turn.context }
	}
	apply(enter(rules, context, flow.start))
	for (let turn = 0; turn < MOST_TURNS; turn++) {
		for (;;) {
			apply(advance(rules, context))
			if (halted(context) || nextCommand(context) === undefined) break
			apply(start(context))
			apply(record(rules, context, answer(orderOf(rules, context), host)))
		}
		apply(judge(rules, context))
		const next = nextByItself(flow, { phase: 'deciding', context })
		if ('rest' in next || next.event.type !== 'branch.take') return context
		const branch = flow.steps[context.step]?.branches[next.event.branch]
		const to = branch === undefined ? undefined : branchDestination(context, branch)
		apply(take(rules, context, next.event.branch))
		if (to?.kind !== 'goto') return context
		apply(enter(rules, context, to.step))
	}
	throw new Error(
		`The walk went on: ${context.path
			.map(({ step: id }) => id)
			.join(' ')
			.slice(0, 300)}`,
	)
}

function answer({ run, parse }: ReturnType<typeof orderOf>, host: Iterator<Facts>): CommandResult {
	const facts = host.next().value ?? {}
	const named = parse.map(({ as, parser: name }) => ({ name: as, parser: name, facts, evidence: {} }))
	return {
		run,
		ending: { kind: 'exited', exitCode: 0, signal: null, durationMs: 1, heldOpen: false },
		lines: 1,
		named,
	}
}

test('a walk by itself never goes in a circle', () => {
	let causes = 0
	fc.assert(
		fc.property(anyFlow, answers, (flow, host) => {
			const { runs, path, causes: named } = walk(flow, host)
			expect(runs).toBeLessThanOrEqual(MOST_RUNS)
			expect(path.length).toBeLessThan(MOST_TURNS)
			causes += named.length
		}),
		{ numRuns: 300 },
	)
	// The random flows do come to something.
	expect(causes).toBeGreaterThan(0)
})
