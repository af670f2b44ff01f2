import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { assembleFlow } from '../../src/flow/assemble.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { flowSchema } from '../../src/flow/schema.ts'
import { readSource } from '../../src/flow/source.ts'
import { availableEvents, phaseOf } from '../../src/machine/machine.ts'
import { causalFaults } from '../support/causality.ts'
import { smallFlow } from '../support/small-flow.ts'
import { stageOf } from '../support/walking.ts'
import { everyIf, expectedBranch, oracle, walkIt, walksThrough, wholeWalks } from '../support/walks.ts'

const folder = new URL('../../flows/', import.meta.url)
const shipped = readdirSync(folder, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => load(new URL(`${entry.name}/flow.yaml`, folder)))

function load(file: URL): Flow {
	const text = readFileSync(file, 'utf8')
	const read = readSource(text, file.pathname)
	if (!read.ok) throw new Error(JSON.stringify(read.problems))
	return assembleFlow(flowSchema.parse(read.source.data), text)
}

describe.each([smallFlow, ...shipped].map((flow) => [flow.id, flow] as const))('%s', (_, flow) => {
	const ids = Object.keys(flow.steps)
	const walks = walksThrough(flow)
	const stage = stageOf(flow, oracle(everyIf(flow)))
	const seen = new Set<string>()

	test('every walk goes where the machine says, in causal order, and ends where something can be done', async () => {
		for (const walk of wholeWalks(walks)) {
			const walked = await walkIt(flow, walk, stage)
			expect(causalFaults(walked.log), walk.name).toEqual([])
			const snapshot = walked.snapshot()
			if (phaseOf(snapshot) !== 'ended') expect(availableEvents(snapshot).length, walk.name).toBeGreaterThan(0)
			for (const happening of walked.log) {
				if (happening.type === 'step.entered') seen.add(`step ${happening.step}`)
				if (happening.type === 'branch.taken') seen.add(`branch ${happening.step} ${happening.branch}`)
				if (happening.type === 'cause.named') seen.add(`cause ${happening.cause}`)
			}
			walked.stop()
		}
	}, 120_000)

	test('the walks reach every step, every branch and every cause', () => {
		expect([...seen].sort()).toEqual(
			[
				...ids.map((id) => `step ${id}`),
				...Object.values(flow.steps).flatMap((step) =>
					step.branches.flatMap((branch, index) => (branch.to.kind === 'ask' ? [] : `branch ${step.id} ${index}`)),
				),
				...Object.keys(flow.causes).map((id) => `cause ${id}`),
			].sort(),
		)
	})

	test('each step recommends each branch when its condition is the one that holds', async () => {
		const holds = new Set<string>()
		const judging = stageOf(flow, oracle(holds))
		const judged: unknown[] = []
		const expected: unknown[] = []
		for (const [id, step] of Object.entries(flow.steps)) {
			const walk = walks.find((each) => each.judged === id)
			if (walk === undefined) throw new Error(`no walk judges ${id}`)
			for (const [index, { rule }] of step.branches.entries()) {
				if (rule.kind === 'choice') continue
				holds.clear()
				for (const condition of everyIf(flow)) holds.add(condition)
				const walked = await walkIt(flow, walk, judging, () => {
					holds.clear()
					if (rule.kind === 'when') holds.add(rule.condition)
				})
				const decision = walked.context().decision
				const recommended = expectedBranch(step, index)
				judged.push([id, index, decision?.recommended, decision?.question === undefined])
				expected.push([id, index, recommended, recommended !== null])
				walked.stop()
			}
		}
		expect(judged).toEqual(expected)
	}, 120_000)
})
