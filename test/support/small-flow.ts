import { createEvaluator, type Evaluator } from '../../src/flow/conditions.ts'
import {
	type Branch,
	type Cause,
	CONSULT,
	type Flow,
	type FlowCommand,
	type Proof,
	type Step,
} from '../../src/flow/flow.ts'
import { bool, type Facts, int, type Parser, string } from '../../src/text/parser.ts'

/** A flow that is small and has one of everything: the machine's tests walk it. */

const parser = (name: string, facts: Parser['facts']): Parser => ({
	name,
	summary: name,
	facts,
	parse: () => ({ facts: {}, evidence: {} }),
})

export const smallParsers: ReadonlyMap<string, Parser> = new Map(
	[
		parser('http', {
			status: int('The status.'),
			error: string('What went wrong.'),
			tls: { error: string('What went wrong with TLS.') },
		}),
		parser('unit', { active: bool('It runs.'), socket: string('Its socket.') }),
	].map((each) => [each.name, each]),
)

export function probe(command: string, more: Partial<FlowCommand> = {}): FlowCommand {
	return {
		command,
		effect: 'read',
		privilege: 'user',
		timeoutMs: 30_000,
		interactive: false,
		parse: [],
		cost: 1,
		again: false,
		...more,
	}
}

export function remedy(command: string, more: Partial<FlowCommand> = {}): FlowCommand {
	return probe(command, { effect: 'change', privilege: 'root', ...more })
}

export function parse(name: string, as: string, args: Record<string, string> = {}): FlowCommand['parse'][number] {
	return { parser: name, as, with: args }
}

export function step(id: string, more: Partial<Step> = {}): Step {
	return {
		id,
		title: `The ${id} step`,
		guide: `About ${id}.`,
		manual: false,
		retest: false,
		run: [],
		branches: [],
		faq: [],
		source: [],
		...more,
	}
}

const branch = (rule: Branch['rule'], to: Branch['to'], say: string, more: Partial<Branch>): Branch => ({
	rule,
	to,
	say,
	set: {},
	evidence: [],
	source: [],
	...more,
})

/** `to`: `step:x`, `cause:x`, `end:healthy` or `ask:Which one?`. */
function destination(to: string): Branch['to'] {
	const at = to.indexOf(':')
	const [kind, name] = [to.slice(0, at), to.slice(at + 1)]
	if (kind === 'cause') return { kind, cause: name }
	if (kind === 'ask') return { kind, question: name }
	if (kind === 'end') return { kind, outcome: name as 'healthy' | 'resolved' | 'inconclusive' }
	return { kind: 'goto', step: name }
}

export function when(condition: string, to: string, say = `Since ${condition}.`, more: Partial<Branch> = {}): Branch {
	return branch({ kind: 'when', condition }, destination(to), say, more)
}

export function otherwise(to: string, say = 'Nothing else fits.', more: Partial<Branch> = {}): Branch {
	return branch({ kind: 'otherwise' }, destination(to), say, more)
}

export function choice(label: string, to: string, more: Partial<Branch> = {}): Branch {
	return branch({ kind: 'choice', label }, destination(to), `You say: ${label}.`, more)
}

/** To the cause that is proven; `causes`: the ones to name first. */
export function proof(...causes: readonly string[]): Branch {
	return branch({ kind: 'proof', causes }, { kind: 'proven' }, '', {})
}

/** To the judge's own step. */
export function consult(): Branch {
	return branch({ kind: 'consult' }, { kind: 'goto', step: CONSULT }, '', {})
}

/** What proves a cause. */
export function proves(when: string, say = `It is so, since ${when}.`, more: Partial<Proof> = {}): Proof {
	return { when, say, evidence: [], source: [], ...more }
}

export function cause(id: string, remedies: readonly string[], more: Partial<Cause> = {}): Cause {
	return {
		id,
		title: `The ${id} cause`,
		proof: [],
		yields: [],
		why: 'Because.',
		remedies,
		prevent: 'Do not.',
		source: [],
		...more,
	}
}

export function flow(steps: readonly Step[], causes: readonly Cause[] = [], more: Partial<Flow> = {}): Flow {
	return {
		format: 2,
		id: 'small',
		title: 'Small',
		summary: '',
		inputs: {},
		start: steps[0]?.id ?? '',
		paths: {},
		probes: {},
		lets: {},
		parsers: {},
		steps: Object.fromEntries(steps.map((each) => [each.id, each])),
		causes: Object.fromEntries(causes.map((each) => [each.id, each])),
		checklist: [],
		hash: '0'.repeat(64),
		...more,
	}
}

export const smallFlow: Flow = flow(
	[
		step('confirm', {
			run: [probe('curl -sS {{inputs.url}}', { parse: [parse('http', 'response')] })],
			branches: [
				when('response.status == 502', 'step:route', 'nginx answers {{response.status}}.', {
					evidence: ['response.error'],
				}),
				when('response.error == "refused"', 'cause:nginx-down', 'Nothing listens.'),
				when('result.timedOut', 'step:route', 'No answer in time.'),
				when('result.ending == "not-started"', 'end:inconclusive', 'curl cannot be started.'),
				otherwise('ask:What did {{inputs.url}} answer?'),
			],
		}),
		step('route', {
			guide: '',
			branches: [when('inputs.unit == "gunicorn"', 'step:service'), otherwise('step:pick')],
		}),
		step('pick', {
			manual: true,
			branches: [
				choice('It is myapp', 'step:service', { set: { unit: '"myapp"' } }),
				choice('I give up', 'end:inconclusive'),
			],
		}),
		step('service', {
			run: [
				probe('systemctl show {{inputs.unit}}', { parse: [parse('unit', 'unit')] }),
				probe('ls -l {{unit.socket}}', { if: 'unit.active', parse: [parse('http', 'listing')] }),
			],
			branches: [proof('stopped'), otherwise('step:confirm', 'Look again.'), consult()],
		}),
		step('start', {
			run: [
				remedy('systemctl start {{inputs.unit}}', { undo: 'systemctl stop {{inputs.unit}}' }),
				remedy('rm -f /run/gunicorn.sock', { effect: 'destructive' }),
			],
			branches: [otherwise('step:retest', 'Now look.')],
		}),
		step('by-hand', { manual: true, branches: [otherwise('step:retest')] }),
		step('retest', {
			retest: true,
			run: [probe('curl -sS {{inputs.url}}', { parse: [parse('http', 'response')] })],
			branches: [
				when('response.status == 200', 'end:healthy', 'It answers again.'),
				when('response.status == 502', 'step:service', 'Still 502.'),
				choice('It works for me', 'end:healthy'),
				otherwise('ask:What now?'),
				proof(),
				consult(),
			],
		}),
		step(CONSULT, { guide: '', branches: [proof(), otherwise('ask:What now?'), consult()] }),
	],
	[
		cause('stopped', ['start', 'by-hand'], { proof: [proves('!unit.active', 'The unit is down.')] }),
		cause('nginx-down', [], { manual: 'Start nginx.' }),
		cause('full', [], { proof: [proves('disk.status == 100', 'The disk is full.')], manual: 'Make room.' }),
	],
	{
		probes: { disk: probe('df', { probe: 'disk', parse: [parse('http', 'disk')] }) },
		inputs: {
			url: { title: 'Public URL', format: 'url', default: 'http://127.0.0.1/' },
			unit: { title: 'Unit', format: 'unit-name', default: 'gunicorn' },
		},
	},
)

export const smallInputs = { url: 'http://127.0.0.1/', unit: 'gunicorn' }

export function evaluatorOf(of: Flow): Evaluator {
	return createEvaluator(of, smallParsers)
}

export type FactsByName = Readonly<Record<string, Facts>>
