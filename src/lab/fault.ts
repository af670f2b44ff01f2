/** One way to break a host: a shell script whose header comments say what it does and what must be found. */

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

const REQUIRED = ['title', 'symptom', 'cause', 'variants', 'difficulty', 'expect', 'fewest'] as const
const OPTIONAL = ['covers', 'url', 'input', 'memory', 'undecidable', 'healthy', 'repair', 'correct'] as const
/** These may stand on several lines. */
const REPEATED: readonly string[] = [
	'cause',
	'covers',
	'variants',
	'expect',
	'input',
	'undecidable',
	'healthy',
	'repair',
]
/** The form of each word of these. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
	cause: /^[a-z][a-z0-9-]*$/,
	covers: /^[A-Z]\w*$/,
	variants: /^[a-z][a-z0-9-]*$/,
	difficulty: new RegExp(`^(${DIFFICULTIES.join('|')})$`),
	expect: /^(\d{3}|refused|timeout|unresolved|failed)$/,
	fewest: /^[1-9]$/,
	memory: /^\d+[kmg]$/,
	input: /^\w+=\S+$/,
}

type Field = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number]
type Header = ReadonlyMap<Field, readonly string[]>

/** Reads a fault's header: the `# field: value` comments at the top of its script. Throws one sentence that says what is wrong. */
export function parseFault(name: string, script: string): Fault {
	const header = readHeader(name, script)
	const text = (field: Field): string => header.get(field)?.join('\n') ?? ''
	const words = (field: Field): readonly string[] => header.get(field)?.flatMap((line) => line.split(/\s+/)) ?? []
	const optional = <Name extends Field>(field: Name): { readonly [name in Name]?: string } =>
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

function readHeader(name: string, script: string): Header {
	const refused = (sentence: string): Error => new Error(`faults/${name}.sh: ${sentence}`)
	const header = new Map<Field, readonly string[]>()
	for (const [, written = '', value = ''] of headerLines(script)) {
		const field = [...REQUIRED, ...OPTIONAL].find((known) => known === written)
		if (field === undefined) throw refused(`'# ${written}:' is not a field of a fault.`)
		const before = header.get(field)
		if (before !== undefined && !REPEATED.includes(field)) throw refused(`'# ${field}:' stands twice.`)
		const pattern = PATTERNS[field]
		const odd =
			pattern &&
			value
				.trim()
				.split(/\s+/)
				.find((word) => !pattern.test(word))
		if (odd !== undefined) throw refused(`'# ${field}: ${odd}' does not look like one.`)
		header.set(field, [...(before ?? []), value.trim()])
	}
	const missing = REQUIRED.find((field) => !header.has(field))
	if (missing !== undefined) throw refused(`'# ${missing}:' is missing.`)
	return header
}

function headerLines(script: string): readonly RegExpExecArray[] {
	const [comments = ''] = /^(#.*\n?)*/.exec(script) ?? []
	return [...comments.matchAll(/^# ([a-z]+): (.+)$/gm)]
}
