import { expect, test } from 'vitest'
import { createEvaluator } from '../../src/flow/conditions.ts'
import type { Flow } from '../../src/flow/flow.ts'
import { remediesInOrder } from '../../src/session/remedies.ts'
import { cause, parse, probe, remedy, smallParsers, step } from '../support/small-flow.ts'

const flow: Pick<Flow, 'causes' | 'inputs' | 'steps' | 'probes' | 'lets' | 'parsers'> = {
	probes: {},
	lets: {},
	parsers: {},
	inputs: {},
	causes: { down: cause('down', ['edit', 'look-and-edit', 'either', 'never', 'restart', 'hand']) },
	steps: Object.fromEntries(
		[
			step('see', { run: [probe('cat', { parse: [parse('unit', 'unit')] })] }),
			step('edit', { run: [remedy('vi {{unit.socket}}'), remedy('restart')] }),
			step('look-and-edit', {
				run: [probe('cat', { parse: [parse('unit', 'unit')] }), remedy('vi {{unit.socket}}')],
			}),
			step('either', {
				run: [remedy('rm {{unit.socket}}', { if: 'has(unit.socket)' }), remedy('restart', { if: '!has(unit.socket)' })],
			}),
			step('never', { run: [remedy('restart', { if: 'has(unit.socket)' })] }),
			step('restart', { run: [remedy('restart')] }),
			step('hand', { manual: true }),
		].map((one) => [one.id, one]),
	),
}
const evaluator = createEvaluator(flow, smallParsers)
const order = (facts: Record<string, Record<string, string>>) =>
	remediesInOrder(flow, evaluator, 'down', { inputs: {}, facts, host: 'web-1' })

test('a remedy that cannot be made from what is known comes last', () => {
	expect(order({})).toEqual(['look-and-edit', 'either', 'restart', 'hand', 'edit', 'never'])
})

test("else they stay in the flow's order", () => {
	expect(order({ unit: { socket: '/run/g.sock' } })).toEqual(flow.causes.down?.remedies)
})

test('a cause that the flow does not have has none', () => {
	expect(remediesInOrder(flow, evaluator, 'other', { inputs: {}, facts: {}, host: 'web-1' })).toEqual([])
})
