import type { FactSchema } from '../../text/parser.ts'
import { int, string } from '../../text/parser.ts'
import { readSentence, type Sentence } from '../../text/sentences.ts'

/** What FPM itself complains of before it starts, in its own terms. */
export const FPM_ERRORS = [
	'unknown-entry',
	'value',
	'syntax',
	'setting',
	'user',
	'group',
	'root',
	'folder',
	'in-use',
	'bind',
	'duplicate-listen',
	'log-file',
	'pid-file',
	'no-pool',
	'no-file',
	'other',
] as const

/** A complaint, with what it names. */
export interface Complaint {
	readonly kind: (typeof FPM_ERRORS)[number]
	/** The configuration file and its line. */
	readonly file?: string | undefined
	readonly line?: number | undefined
	readonly pool?: string | undefined
	/** The entry that it is about, as the file writes it: `pm.max_children`. */
	readonly setting?: string | undefined
	/** A user, a group or a path that is not there, or may not be used. */
	readonly subject?: string | undefined
	/** Where it could not listen. */
	readonly address?: string | undefined
	readonly errno?: number | undefined
}

/** The facts of a complaint, for the parsers that give them. */
export const COMPLAINT_FACTS = {
	error: string('What PHP-FPM complains of, so that it does not start; none where it does not complain.', {
		values: [...FPM_ERRORS, 'none'],
	}),
	errorText: string('The sentence by which it complains.'),
	errorFile: string('The configuration file that this names.'),
	errorLine: int('The line of that file.'),
	errorPool: string('The pool that the complaint is about.'),
	setting: string('The entry that the complaint is about, such as pm.max_children.'),
	missing: string('The user, group, folder or file that it cannot use.'),
	address: string('The address on which it cannot listen.'),
	errno: int('The number of the system error that it met.'),
} as const satisfies FactSchema

/** In the order of sapi/fpm/fpm/*.c; the first that fits is meant. */
const SENTENCES: readonly Sentence<Complaint>[] = [
	[/^unknown (?:entry|directive) '([^']{0,200})'$/, ([, setting = '']) => ({ kind: 'unknown-entry', setting })],
	[/^unable to parse value for entry '([^']{1,200})': /, ([, setting = '']) => ({ kind: 'value', setting })],
	[/^error while parsing '([^']{1,200})' ?: /, ([, setting = '']) => ({ kind: 'value', setting })],
	[/^(?:empty value|value is NULL|Array are not allowed|You must provide a key)/, () => ({ kind: 'value' })],
	[/^(?:PHP: {1,2}syntax error, |Unknown INI syntax)/, () => ({ kind: 'syntax' })],
	[/^cannot get uid for user '([^']{0,200})'/, ([, subject = '']) => ({ kind: 'user', subject })],
	[/^cannot get gid for group '([^']{0,200})'/, ([, subject = '']) => ({ kind: 'group', subject })],
	[/^user has not been defined$/, () => ({ kind: 'setting', setting: 'user' })],
	[/^please specify user and group other than root$/, () => ({ kind: 'root', setting: 'user' })],
	[
		/^the (prefix|chroot path|chdir path) '([^']{0,1000})' .{0,1200}does not exist or is not a directory$/,
		([, setting = '', subject = '']) => ({ kind: 'folder', setting: setting.replace(' path', ''), subject }),
	],
	[
		/^unable to bind listening socket for address '(.{0,1000})': .{1,100} \((\d{1,4})\)$/,
		([, address = '', errno]) => ({ kind: errno === '98' ? 'in-use' : 'bind', address, errno: numberOf(errno) }),
	],
	[
		/^failed to listen to address '(.{0,1000})': .{1,100} \((\d{1,4})\)$/,
		([, address = '', errno]) => ({ kind: errno === '98' ? 'in-use' : 'bind', address, errno: numberOf(errno) }),
	],
	[
		/^Another FPM instance seems to already listen on (.{1,1000})$/,
		([, address = '']) => ({ kind: 'in-use', address }),
	],
	[
		/^failed to chown\(\) the socket '(.{0,1000})': .{1,100} \((\d{1,4})\)$/,
		([, address = '', errno]) => ({ kind: 'bind', address, errno: numberOf(errno) }),
	],
	[/^unable to set listen address as it's already used in another pool '/, () => ({ kind: 'duplicate-listen' })],
	[/^no listen address have been defined!$/, () => ({ kind: 'setting', setting: 'listen' })],
	[
		/^(?:failed to open (?:error_log|access log)|Unable to create or open slowlog) ?\(([^)]{0,1000})\)(?:: .{1,100} \((\d{1,4})\))?$/,
		([, subject = '', errno]) => ({ kind: 'log-file', subject, errno: numberOf(errno) }),
	],
	[
		/^Unable to (?:create|remove) the PID file \(([^)]{0,1000})\)\.(?:: .{1,100} \((\d{1,4})\))?$/,
		([, subject = '', errno]) => ({ kind: 'pid-file', subject, errno: numberOf(errno) }),
	],
	[/^No pool defined\. /, () => ({ kind: 'no-pool' })],
	[
		/^failed to open configuration file '(.{0,1000})': .{1,100} \((\d{1,4})\)$/,
		([, subject = '', errno]) => ({ kind: 'no-file', subject, errno: numberOf(errno) }),
	],
	[/^Unable to globalize '(.{0,1000})' \(ret=/, ([, subject = '']) => ({ kind: 'no-file', subject })],
	// `pm.max_children must be a positive value`, `pm.start_servers(20) must not be less than …`, `'slowlog' must be …`
	[
		/^(?:')?((?:pm|process|listen|ping|access|request|security)[._][a-z_.]{1,60}|pm|slowlog|chroot)\b.{0,1000}(?:must |cannot |can't |has been|is (?:missing|not))/,
		([, setting = '']) => ({ kind: 'setting', setting }),
	],
	[/^the process manager is missing/, () => ({ kind: 'setting', setting: 'pm' })],
	[/^the (status|ping) path '/, ([, setting = '']) => ({ kind: 'setting', setting: `${setting}.path` })],
]

/** What only says that the complaint before it ended the start. */
const CONSEQUENCES =
	/^(?:FPM initialization failed|failed to (?:post process|load|initialize)|Unable to include |Unable to read what)/

/** Reads a sentence of level ERROR or ALERT; undefined when it only follows from another one. */
export function readComplaint(text: string): Complaint | undefined {
	const at = /^\[(\/[^\]:]{1,1000}):(\d{1,9})\] /.exec(text)
	const inPool = at === null ? /^\[pool ([^\]]{1,200})\] /.exec(text) : null
	const sentence = text.slice((at ?? inPool)?.[0].length ?? 0)
	if (CONSEQUENCES.test(sentence)) return undefined
	const where = {
		...(at !== null && { file: at[1], line: numberOf(at[2]) }),
		...(inPool !== null && { pool: inPool[1] }),
	}
	return { ...(readSentence(SENTENCES, sentence) ?? { kind: inPool === null ? 'other' : 'setting' }), ...where }
}

/** Where a sentence that follows from a complaint says that this stands: `Unable to include FILE from … at line N`. */
export function placeOfComplaint(text: string): Pick<Complaint, 'file' | 'line'> | undefined {
	const match = /^Unable to include (\/.{1,1000}) from \/.{1,1000} at line (\d{1,9})$/.exec(text)
	return match === null ? undefined : { file: match[1] ?? '', line: Number(match[2]) }
}

function numberOf(digits: string | undefined): number | undefined {
	return digits === undefined ? undefined : Number(digits)
}
