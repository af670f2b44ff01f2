/** One way to break a host: a shell script whose header comments say what it does and what must be found. */
import { type HeaderForm, readHeader } from './header.ts'

const DIFFICULTIES = ['easy', 'medium', 'hard'] as const

/** What curl shows: an HTTP status, or the reason why there is none. */
export type Answer = `${number}` | 'refused' | 'timeout' | 'unresolved' | 'failed'

/** One way to break the host, with what an operator sees and what must be found. */
export interface Fault {
	readonly name: string
	/** What was done to the host. */
	readonly title: string
	/** What the operator sees; does not give the cause away. */
	readonly symptom: string
	/**
	 * The flow's causes in the order in which they should be found; more than one when several faults are stacked, and
	 * `healthy` for a host that has no fault.
	 */
	readonly causes: readonly string[]
	/** Rows of the table of what the flow covers, where it has one. */
	readonly covers: readonly string[]
	/** The ways in which the healthy host may be set up for this fault: `lab/variants/`. */
	readonly variants: readonly string[]
	readonly difficulty: (typeof DIFFICULTIES)[number]
	/** The URL that the operator asks for. */
	readonly url: string
	/** The flow's other inputs, where they are not what it takes for granted. */
	readonly inputs: Readonly<Record<string, string>>
	/** The answers that the URL gives once broken: one, or all of several for an intermittent fault. */
	readonly expect: readonly Answer[]
	/** The container's memory limit, for a fault that needs one. */
	readonly memory?: string
	/** The fewest probes that could decide the cause, without `date`. */
	readonly fewest: number
	/** Why nobody could decide it from the host's evidence; a diagnosis may then end inconclusive. */
	readonly undecidable?: string
	/** Shell text, run in the copy of the healthy files, where this fault needs other ones than the healthy host has. */
	readonly healthy?: string
	/** Shell text that a repair by hand runs last. */
	readonly repair?: string
	/** The URL that the operator meant, when the one that was asked for is the fault. */
	readonly correct?: string
	/** The shell script itself. */
	readonly script: string
}

const FORM: HeaderForm = {
	required: ['title', 'symptom', 'cause', 'variants', 'difficulty', 'expect', 'fewest'],
	optional: ['covers', 'url', 'input', 'memory', 'undecidable', 'healthy', 'repair', 'correct'],
	repeated: ['cause', 'covers', 'variants', 'expect', 'input', 'undecidable', 'healthy', 'repair'],
	patterns: {
		cause: /^[a-z][a-z0-9-]*$/,
		covers: /^[A-Z]\w*$/,
		variants: /^[a-z][a-z0-9-]*$/,
		difficulty: new RegExp(`^(${DIFFICULTIES.join('|')})$`),
		expect: /^(\d{3}|refused|timeout|unresolved|failed)$/,
		fewest: /^[1-9]$/,
		memory: /^\d+[kmg]$/,
		input: /^\w+=\S+$/,
	},
}

/** Reads a fault's header: the `# field: value` comments at the top of its script. Throws one sentence that says what is wrong. */
export function parseFault(name: string, script: string): Fault {
	const header = readHeader(`faults/${name}.sh`, script, FORM)
	const text = (field: string): string => header.get(field)?.join('\n') ?? ''
	const words = (field: string): readonly string[] => header.get(field)?.flatMap((line) => line.split(/\s+/)) ?? []
	const optional = <Name extends string>(field: Name): { readonly [name in Name]?: string } =>
		header.has(field) ? ({ [field]: text(field) } as { readonly [name in Name]: string }) : {}
	return {
		name,
		title: text('title'),
		symptom: text('symptom'),
		causes: words('cause'),
		covers: words('covers'),
		variants: words('variants'),
		difficulty: text('difficulty') as Fault['difficulty'],
		url: header.has('url') ? text('url') : 'http://127.0.0.1/',
		inputs: Object.fromEntries(words('input').map((word) => word.split(/=(.*)/s, 2) as [string, string])),
		expect: words('expect') as readonly Answer[],
		fewest: Number(text('fewest')),
		...optional('memory'),
		...optional('undecidable'),
		...optional('healthy'),
		...optional('repair'),
		...optional('correct'),
		script,
	}
}
