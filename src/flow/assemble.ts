import { createHash } from 'node:crypto'
import {
	type Branch,
	type BranchDestination,
	type Cause,
	CONSULT,
	type FactReader,
	type Flow,
	type FlowCommand,
	type OwnFact,
	type OwnParser,
	type ParseRule,
	type Step,
} from './flow.ts'
import type {
	WrittenBranch,
	WrittenCause,
	WrittenCommand,
	WrittenFact,
	WrittenFlow,
	WrittenParser,
	WrittenProbe,
	WrittenStep,
} from './schema.ts'
import { milliseconds } from './schema-words.ts'

const DEFAULT_TIMEOUT_MS = 30_000

/** A flow as it is used, from one as it is written. `texts`: its file and its parts, for the hash. */
export function assembleFlow(written: WrittenFlow, texts: readonly string[]): Flow {
	const { include: _, covers: __, let: lets, parsers, steps, ...asWritten } = written
	const probes = mapValues(written.probes, assembleProbe)
	const causes = mapValues(written.causes, assembleCause)
	const added = [proofOf(Object.values(causes)), CONSULTING]
	const hash = createHash('sha256')
	// No text holds a NUL: what moves from the file to a part is another flow.
	texts.forEach((text, index) => {
		hash.update(index === 0 ? text : `\0${text}`)
	})
	return {
		...asWritten,
		probes,
		lets,
		parsers: mapValues(parsers, assembleParser),
		steps: {
			...mapValues(steps, (step, id) => assembleStep(step, id, probes, added)),
			[CONSULT]: consultStep(Object.values(causes)),
		},
		causes,
		hash: hash.digest('hex'),
	}
}

/** The branch that every step ends with: to whichever cause is proven. */
function proofOf(causes: readonly Cause[]): Branch {
	const provable = causes.filter(({ proof }) => proof.length > 0).map(({ id }) => id)
	return { rule: { kind: 'proof', causes: provable }, say: '', to: { kind: 'proven' }, ...NOTHING_MORE }
}

const NOTHING_MORE = { set: {}, evidence: [], source: [] } as const

const CONSULTING: Branch = {
	rule: { kind: 'consult' },
	say: '',
	to: { kind: 'goto', step: CONSULT },
	...NOTHING_MORE,
}

const CONSULT_GUIDE =
	'The steps have no more to ask. What is known now leaves these causes open. Each probe that is left is weighed by ' +
	'what its answer would settle and by what it costs, and the one that settles most for its cost runs next, until one ' +
	'cause is proven or no probe is left.'

/** The step of the judge: it asks what would settle most, and at last leaves the choice to the operator. */
function consultStep(causes: readonly Cause[]): Step {
	const choices = causes.map(
		({ id, title }): Branch => ({
			rule: { kind: 'choice', label: title },
			say: title,
			to: { kind: 'cause', cause: id },
			...NOTHING_MORE,
		}),
	)
	const question =
		'No probe is left that could settle it. What is left is listed, the likeliest first, with what each lacks. Which one is it?'
	return {
		id: CONSULT,
		title: 'What would settle it',
		label: 'Judge',
		guide: CONSULT_GUIDE,
		manual: false,
		retest: false,
		run: [],
		branches: [
			...choices,
			{ rule: { kind: 'otherwise' }, say: question, to: { kind: 'ask', question }, ...NOTHING_MORE },
			proofOf(causes),
			CONSULTING,
		],
		faq: [],
		source: [],
	}
}

function assembleStep(written: WrittenStep, id: string, probes: Flow['probes'], added: readonly Branch[]): Step {
	const { timeout, run, branches, ...step } = written
	return {
		id,
		...step,
		run: run.map((entry) =>
			typeof entry === 'string' ? (probes[entry] ?? unknownProbe(entry)) : assembleCommand(entry, timeout),
		),
		branches: [...branches.map(assembleBranch), ...added],
	}
}

/** Stands for a name that no probe has until the checks refuse it. */
function unknownProbe(probe: string): FlowCommand {
	return {
		probe,
		command: 'true',
		effect: 'read',
		privilege: 'user',
		timeoutMs: DEFAULT_TIMEOUT_MS,
		parse: [],
		...PROBE,
	}
}

const PROBE = { interactive: false, cost: 1, again: false } as const

function assembleProbe({ timeout, parse, ...written }: WrittenProbe, probe: string): FlowCommand {
	return {
		probe,
		...PROBE,
		...written,
		parse: parseRules(parse),
		effect: 'read',
		timeoutMs: timeoutOf(timeout),
	}
}

function assembleCommand(
	{ timeout, parse, ...written }: WrittenCommand,
	stepTimeout: string | number | undefined,
): FlowCommand {
	return { ...PROBE, ...written, parse: parseRules(parse), timeoutMs: timeoutOf(timeout ?? stepTimeout) }
}

function parseRules(parse: WrittenProbe['parse']): readonly ParseRule[] {
	return Object.entries(parse).map(([parser, target]) =>
		typeof target === 'string' ? { parser, as: target, with: {} } : { parser, ...target },
	)
}

function timeoutOf(written: string | number | undefined): number {
	return (written === undefined ? undefined : milliseconds(written)) ?? DEFAULT_TIMEOUT_MS
}

function assembleBranch(written: WrittenBranch): Branch {
	return {
		rule: ruleOf(written),
		say: written.say ?? written.ask ?? '',
		to: destinationOf(written),
		set: written.set,
		evidence: written.evidence,
		source: written.source,
	}
}

function ruleOf({ when, choice, cause }: WrittenBranch): Branch['rule'] {
	if (when !== undefined) return { kind: 'when', condition: when }
	if (choice !== undefined) return { kind: 'choice', label: choice }
	if (typeof cause === 'object') return { kind: 'proof', causes: cause }
	return { kind: 'otherwise' }
}

function destinationOf({ goto, cause, end, ask }: WrittenBranch): BranchDestination {
	if (goto !== undefined) return { kind: 'goto', step: goto }
	if (cause !== undefined) return typeof cause === 'string' ? { kind: 'cause', cause } : { kind: 'proven' }
	if (end !== undefined) return { kind: 'end', outcome: end }
	return { kind: 'ask', question: ask ?? '' }
}

function assembleCause({ remedy = [], ...written }: WrittenCause, id: string): Cause {
	return { id, ...written, remedies: typeof remedy === 'string' ? [remedy] : remedy }
}

function assembleParser({ from, facts }: WrittenParser, name: string): OwnParser {
	return { name, from, facts: mapValues(facts, assembleFact) }
}

function assembleFact(written: WrittenFact): OwnFact {
	const { regex, count, table, json, pairs, ...fact } = written
	return { read: readerOf(written), ...fact }
}

function readerOf({ regex, count, table, json, pairs }: WrittenFact): FactReader {
	if (regex !== undefined) return { kind: 'regex', pattern: regex }
	if (count !== undefined) return { kind: 'count', pattern: count }
	if (table !== undefined) return { kind: 'table', ...table }
	if (json !== undefined) return { kind: 'json', path: json }
	return { kind: 'pairs', key: pairs ?? '' }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
