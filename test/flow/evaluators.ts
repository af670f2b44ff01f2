import { createEvaluator, type Evaluator, type Scope } from '../../src/flow/conditions.ts'
import type { Flow, FlowInput, Step } from '../../src/flow/flow.ts'
import { endpointFunctions } from '../../src/subjects/http/endpoint-functions.ts'
import type { DomainFunction } from '../../src/text/subject.ts'
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
			cost: 1,
			again: false,
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
export function smallEvaluator(
	lets: Flow['lets'] = {},
	functions: readonly DomainFunction[] = endpointFunctions,
): Evaluator {
	const inputs = { unit: text, word: text, host: text }
	return createEvaluator({ inputs, probes: {}, parsers: {}, lets, steps: { ask: step } }, smallParsers, functions)
}

export function scopeWith(facts: Scope['facts'] = {}, inputs: Scope['inputs'] = {}): Scope {
	return { facts, inputs, host: 'web-1' }
}
