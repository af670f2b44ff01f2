import { createHash } from 'node:crypto'
import {
	type Branch,
	type Cause,
	CONSULT,
	type Destination,
	type FactReader,
	type Flow,
	type FlowCommand,
	type FlowInput,
	type OwnFact,
	type OwnParser,
	type ParseRule,
	type Proof,
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
	const probes = mapValues(written.probes, assembleProbe)
	const causes = mapValues(written.causes, assembleCause)
	const added = [proofOf(Object.values(causes)), CONSULTING]
	const hash = createHash('sha256')
	for (const text of texts) hash.update(text)
	return {
		format: written.format,
		id: written.id,
		title: written.title,
		summary: written.summary,
		inputs: mapValues(written.inputs, (input): FlowInput => defined(input)),
		start: written.start,
		paths: written.paths,
		probes,
		lets: written.let,
		...defined({ symptom: written.symptom }),
		parsers: mapValues(written.parsers, assembleParser),
		steps: {
			...mapValues(written.steps, (step, id) => assembleStep(step, id, probes, added)),
			[CONSULT]: consultStep(Object.values(causes)),
		},
		causes,
		checklist: written.checklist,
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
	return {
		id,
		title: written.title,
		...defined({ label: written.label }),
		guide: written.guide,
		manual: written.manual,
		retest: written.retest,
		run: written.run.map((entry) =>
			typeof entry === 'string' ? (probes[entry] ?? unknownProbe(entry)) : assembleCommand(entry, written.timeout),
		),
		branches: [...written.branches.map(assembleBranch), ...added],
		faq: written.faq,
		source: written.source,
	}
}

/** Stands for a name that no probe has until the checks refuse it. */
function unknownProbe(name: string): FlowCommand {
	return {
		probe: name,
		command: 'true',
		effect: 'read',
		privilege: 'user',
		timeoutMs: DEFAULT_TIMEOUT_MS,
		interactive: false,
		parse: [],
		cost: 1,
		again: false,
	}
}

function assembleProbe(written: WrittenProbe, name: string): FlowCommand {
	return {
		probe: name,
		...runnable(written),
		effect: 'read',
		timeoutMs: timeoutOf(written.timeout),
		interactive: false,
		cost: written.cost,
		again: written.again,
	}
}

function assembleCommand(written: WrittenCommand, stepTimeout: string | number | undefined): FlowCommand {
	return {
		...runnable(written),
		effect: written.effect,
		timeoutMs: timeoutOf(written.timeout ?? stepTimeout),
		interactive: written.interactive,
		...defined({ undo: written.undo }),
		cost: 1,
		again: false,
	}
}

function runnable(written: WrittenProbe | WrittenCommand) {
	return {
		...defined({ title: written.title, as: written.as, if: written.if }),
		command: written.command,
		privilege: written.privilege,
		parse: Object.entries(written.parse).map(
			([parser, target]): ParseRule =>
				typeof target === 'string' ? { parser, as: target, with: {} } : { parser, as: target.as, with: target.with },
		),
	}
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

function destinationOf({ goto, cause, end, ask }: WrittenBranch): Destination {
	if (goto !== undefined) return { kind: 'goto', step: goto }
	if (cause !== undefined) return typeof cause === 'string' ? { kind: 'cause', cause } : { kind: 'proven' }
	if (end !== undefined) return { kind: 'end', outcome: end }
	return { kind: 'ask', question: ask ?? '' }
}

function assembleCause(written: WrittenCause, id: string): Cause {
	const { remedy = [], manual, title, proof, yields, why, prevent, source } = written
	return {
		id,
		title,
		proof: proof.map((one): Proof => defined(one)),
		yields,
		why,
		remedies: typeof remedy === 'string' ? [remedy] : remedy,
		...defined({ manual }),
		prevent,
		source,
	}
}

function assembleParser(written: WrittenParser, name: string): OwnParser {
	return { name, from: written.from, facts: mapValues(written.facts, assembleFact) }
}

function assembleFact(written: WrittenFact): OwnFact {
	const { type, help, values, hearsay } = written
	return { read: readerOf(written), type, help, ...defined({ values, hearsay }) }
}

function readerOf({ regex, count, table, json, pairs }: WrittenFact): FactReader {
	if (regex !== undefined) return { kind: 'regex', pattern: regex }
	if (count !== undefined) return { kind: 'count', pattern: count }
	if (table !== undefined) return { kind: 'table', ...table }
	if (json !== undefined) return { kind: 'json', path: json }
	return { kind: 'pairs', key: pairs ?? '' }
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
	[K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The same without keys that are undefined. */
function defined<T extends object>(value: T): Defined<T> {
	return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A, key: string) => B): Record<string, B> {
	return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]))
}
