import { createEvaluator, type Evaluator, type Scope } from '../../src/flow/conditions.ts'
import type { FlowInput, Step } from '../../src/flow/flow.ts'
import { smallParsers } from '../support/small-parsers.ts'

const text: FlowInput = { title: 'Any text', format: 'text' }

const step: Step = {
	id: 'ask',
	title: 'Ask',
	guide: '',
	manual: false,
	retest: false,
	run: [
		{
			command: 'true',
			effect: 'read',
			privilege: 'user',
			timeoutMs: 1000,
			interactive: false,
			parse: [
				{ parser: 'status', as: 'response', with: {} },
				{ parser: 'unit', as: 'service', with: {} },
				{ parser: 'result', as: 'asked', with: {} },
			],
		},
	],
	branches: [],
	faq: [],
	source: [],
}

/** Knows `response` (parser status), `service` (unit), `asked` (result), and the inputs unit, word and host. */
export function smallEvaluator(): Evaluator {
	return createEvaluator({ inputs: { unit: text, word: text, host: text }, steps: { ask: step } }, smallParsers)
}

export function scopeWith(facts: Scope['facts'] = {}, inputs: Scope['inputs'] = {}): Scope {
	return { facts, inputs, host: 'web-1' }
}
