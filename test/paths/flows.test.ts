import { describe, expect, test } from 'vitest'
import type { Flow } from '../../src/flow/flow.ts'
import { causalFaults } from '../support/causality.ts'
import { shippedFlows } from '../support/shipped-flows.ts'
import { evaluatorOf, smallFlow } from '../support/small-flow.ts'
import { stageOf } from '../support/walking.ts'
import { everyIf, expectedBranch, oracle, walkIt, walksThrough, wholeWalks } from '../support/walks.ts'

const small = { flow: smallFlow, evaluator: evaluatorOf(smallFlow) }

/** What can be come to: a branch that asks leads nowhere, and what is proven leads to the cause. */
function places({ steps, causes }: Flow): readonly string[] {
	return [
		...Object.keys(steps).map((id) => `step ${id}`),
		...Object.values(steps).flatMap(({ id, branches }) =>
			branches.flatMap(({ rule, to }, index) =>
				to.kind === 'ask' || rule.kind === 'proof' || rule.kind === 'consult' ? [] : [`branch ${id} ${index}`],
			),
		),
		...Object.keys(causes).map((id) => `cause ${id}`),
	]
}

describe.each([small, ...(await shippedFlows())].map((each) => [each.flow.id, each] as const))(
	'%s',
	(_, { flow, evaluator }) => {
		const walks = walksThrough(flow, evaluator)
		const stage = stageOf(flow, oracle(everyIf(flow), evaluator))
		const seen = new Set<string>()

		test('every walk goes where the machine says, in causal order, and ends where something can be done', async () => {
			for (const walk of wholeWalks(walks)) {
				const walked = await walkIt(flow, walk, stage)
				expect(causalFaults(walked.log), walk.name).toEqual([])
				const snapshot = walked.snapshot()
				if (snapshot.phase !== 'ended') expect(snapshot.available.length, walk.name).toBeGreaterThan(0)
				for (const happening of walked.log) {
					if (happening.type === 'step.entered') seen.add(`step ${happening.step}`)
					if (happening.type === 'branch.taken') seen.add(`branch ${happening.step} ${happening.branch}`)
					if (happening.type === 'cause.named') seen.add(`cause ${happening.cause}`)
				}
				walked.stop()
			}
		}, 120_000)

		test('the walks reach every step, every branch and every cause', () => {
			expect(places(flow).filter((place) => !seen.has(place))).toEqual([])
		})

		test('each step recommends each branch when its condition is the one that holds', async () => {
			const proofs = new Set(Object.values(flow.causes).flatMap(({ proof }) => proof.map(({ when }) => when)))
			const holds = new Set<string>()
			const judging = stageOf(flow, oracle(holds, evaluator))
			const judged: unknown[] = []
			const expected: unknown[] = []
			for (const [id, step] of Object.entries(flow.steps)) {
				const walk = walks.find((each) => each.judged === id)
				if (walk === undefined) throw new Error(`no walk judges ${id}`)
				const consult = step.branches.findIndex(({ rule }) => rule.kind === 'consult')
				for (const [index, { rule }] of step.branches.entries()) {
					if (rule.kind !== 'when' && rule.kind !== 'otherwise') continue
					// What proves a cause leads to that cause, whatever else a branch makes of it.
					if (rule.kind === 'when' && proofs.has(rule.condition)) continue
					holds.clear()
					for (const condition of everyIf(flow)) holds.add(condition)
					const walked = await walkIt(flow, walk, judging, () => {
						holds.clear()
						if (rule.kind === 'when') holds.add(rule.condition)
					})
					const { decision } = walked.context()
					// Where the tree asks, the judge may ask on its own: what it asks of the operator stands beside it.
					const recommended = decision?.recommended === consult ? null : decision?.recommended
					judged.push([id, index, recommended, decision?.question === undefined])
					const branch = expectedBranch(walked.context(), step, index)
					expected.push([id, index, branch, branch !== null])
					walked.stop()
				}
			}
			expect(judged).toEqual(expected)
		}, 120_000)
	},
)
