/** The catalogue of faults: small shell scripts whose header comments say what they do and what must be found. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Every cause that the flow can name; a fault's `# cause:` is one of these. */
export const CAUSE_IDS = [
	'nginx-down',
	'nginx-config-invalid',
	'nginx-port-taken',
	'certificate-missing',
	'service-stopped',
	'service-disabled',
	'service-masked',
	'unit-missing',
	'process-unmanaged',
	'gunicorn-path-wrong',
	'exec-not-executable',
	'shebang-stale',
	'working-directory-missing',
	'user-missing',
	'group-missing',
	'namespace-failed',
	'module-path-wrong',
	'attribute-wrong',
	'package-missing',
	'app-syntax-error',
	'app-startup-crash',
	'environment-missing',
	'environment-file-missing',
	'database-unreachable',
	'log-file-unwritable',
	'gunicorn-config-error',
	'worker-class-missing',
	'pid-file-stale',
	'bind-denied',
	'bind-address-missing',
	'port-in-use',
	'upstream-mismatch',
	'socket-missing',
	'socket-denied',
	'socket-folder-closed',
	'socket-stale',
	'socket-private-tmp',
	'socket-unit-stopped',
	'localhost-ipv6',
	'security-policy',
	'worker-timeout',
	'upstream-timeout',
	'nginx-not-reloaded',
	'unit-not-reloaded',
	'workers-killed',
	'worker-crash',
	'gunicorn-wedged',
	'backlog-full',
	'file-descriptors',
	'protocol-mismatch',
	'header-too-big',
	'proxy-loop',
	'no-live-upstreams',
	'upstream-unresolved',
	'never-notified',
	'crash-loop',
	'app-error',
	'app-bad-request',
	'app-not-found',
	'default-site',
	'nginx-answers',
	'other-proxy',
	'disk-full',
	'url-wrong',
	'dns-failure',
	'tls-failure',
	'intermittent-upstream',
	'healthy',
] as const

/** The ways in which the healthy stack is wired: where Gunicorn listens, and who opens the socket. */
export const VARIANTS = ['unix', 'tcp', 'activation'] as const

const DIFFICULTIES = ['easy', 'medium', 'hard'] as const

export type CauseId = (typeof CAUSE_IDS)[number]
export type Variant = (typeof VARIANTS)[number]
export type Difficulty = (typeof DIFFICULTIES)[number]

/** What curl shows: an HTTP status, or the reason why there is none. */
export type Answer = `${number}` | 'refused' | 'timeout' | 'unresolved' | 'failed'

/** One way to break the host, with what an operator sees and what must be found. */
export interface Fault {
	readonly name: string
	/** What was done to the host. */
	readonly title: string
	/** What the operator sees; does not give the cause away. */
	readonly symptom: string
	/** The causes in the order in which they should be found; more than one when several faults are stacked. */
	readonly causes: readonly CauseId[]
	/** Rows of the coverage table. */
	readonly covers: readonly string[]
	readonly variants: readonly Variant[]
	readonly difficulty: Difficulty
	/** The systemd unit that runs Gunicorn, without `.service`. */
	readonly unit: string
	/** The URL that the operator asks for. */
	readonly url: string
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

const FAULTS_DIR = join(import.meta.dirname, 'faults')
const FIELDS = new Set([
	'title',
	'symptom',
	'cause',
	'covers',
	'variants',
	'difficulty',
	'unit',
	'url',
	'expect',
	'memory',
	'fewest',
	'undecidable',
	'healthy',
	'repair',
	'correct',
])

/** All faults, by name, each header checked. */
export function listFaults(): Fault[] {
	return readdirSync(FAULTS_DIR)
		.filter((file) => file.endsWith('.sh'))
		.sort()
		.map((file) => parseFault(basename(file, '.sh'), readFileSync(join(FAULTS_DIR, file), 'utf8')))
}

/** The fault of that name; throws with the command that lists them when there is none. */
export function findFault(name: string): Fault {
	const fault = listFaults().find((candidate) => candidate.name === name)
	if (fault === undefined) throw new Error(`There is no fault '${name}'; 'npm run lab -- list' shows them all.`)
	return fault
}

/** Reads a fault's header: the `# field: value` comments at the top of its script. */
export function parseFault(name: string, script: string): Fault {
	const header = readHeader(name, script)
	const words = (field: string): string[] => header.get(field)?.flatMap((line) => line.split(/\s+/)) ?? []
	const one = (field: string): string | undefined => {
		const lines = header.get(field) ?? []
		if (lines.length > 1) throw new Error(`faults/${name}.sh: '# ${field}:' stands twice.`)
		return lines[0]
	}
	const needed = (field: string): string => {
		const value = one(field)
		if (value === undefined) throw new Error(`faults/${name}.sh: '# ${field}:' is missing.`)
		return value
	}
	const each = <T extends string>(field: string, allowed: readonly T[]): T[] => {
		const values = words(field).map((word) => {
			const match = allowed.find((candidate) => candidate === word)
			if (match === undefined)
				throw new Error(`faults/${name}.sh: '# ${field}: ${word}' is not one of ${allowed.join(', ')}.`)
			return match
		})
		if (values.length === 0) throw new Error(`faults/${name}.sh: '# ${field}:' is missing.`)
		return values
	}

	const optional = <Field extends string>(field: Field): { readonly [name in Field]?: string } => {
		const lines = header.get(field)
		return lines === undefined ? {} : ({ [field]: lines.join('\n') } as { readonly [name in Field]: string })
	}

	const [difficulty = 'medium'] = each('difficulty', DIFFICULTIES)
	return {
		name,
		title: needed('title'),
		symptom: needed('symptom'),
		causes: each('cause', CAUSE_IDS),
		covers: checkPattern(name, 'covers', words('covers'), /^[GCXDLF](\d+|Q)?$/),
		variants: each('variants', VARIANTS),
		difficulty,
		unit: one('unit') ?? 'gunicorn',
		url: one('url') ?? 'http://127.0.0.1/',
		expect: checkPattern(name, 'expect', words('expect'), /^(\d{3}|refused|timeout|unresolved|failed)$/) as Answer[],
		fewest: Number(checkPattern(name, 'fewest', words('fewest'), /^[1-9]$/)[0]),
		...optional('memory'),
		...optional('undecidable'),
		...optional('healthy'),
		...optional('repair'),
		...optional('correct'),
		script,
	}
}

function readHeader(name: string, script: string): Map<string, string[]> {
	const header = new Map<string, string[]>()
	for (const line of script.split('\n')) {
		if (!line.startsWith('#')) break
		const match = /^# ([a-z]+): (.+)$/.exec(line)
		if (match === null) continue
		const [, field = '', value = ''] = match
		if (!FIELDS.has(field)) throw new Error(`faults/${name}.sh: '# ${field}:' is not a field of a fault.`)
		header.set(field, [...(header.get(field) ?? []), value.trim()])
	}
	return header
}

function checkPattern(name: string, field: string, values: string[], pattern: RegExp): string[] {
	if (values.length === 0) throw new Error(`faults/${name}.sh: '# ${field}:' is missing.`)
	for (const value of values) {
		if (!pattern.test(value)) throw new Error(`faults/${name}.sh: '# ${field}: ${value}' does not look like one.`)
	}
	return values
}
