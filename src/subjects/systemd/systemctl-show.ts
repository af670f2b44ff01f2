import { splitAssignment, splitWords } from '../../text/argv.ts'
import type { FactSheet } from '../../text/fact-sheet.ts'
import { epochOf } from '../../text/log-time.ts'
import { bool, type FactSchema, int, list, type OutputLine, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import {
	ACTIVE_STATES,
	FILE_STATES,
	fullUnitName,
	isActive,
	isEnabled,
	isStartLimit,
	LOAD_STATES,
} from './unit-states.ts'

const FACTS = {
	id: string("The unit's name."),
	description: string('What the unit says of itself.'),
	loadState: string("Whether systemd could read the unit's file.", { values: LOAD_STATES }),
	activeState: string("The unit's state.", { values: ACTIVE_STATES }),
	subState: string("The unit's state, more closely: running, dead, auto-restart, listening …"),
	unitFileState: string('Whether the unit is started at boot.', { values: FILE_STATES }),
	result: string('How the last run ended: success, exit-code, signal, timeout, start-limit-hit, oom-kill, resources …'),
	type: string('How systemd knows that it has started: simple, exec, notify, forking, oneshot …'),
	mainPid: int('The main process; 0 when there is none.'),
	execMainStatus: int("The main process's exit status, or the number of the signal that ended it."),
	execMainCode: int('How the main process ended: 1 exited, 2 killed, 3 dumped; 0 while it runs.'),
	exitName: string(
		"systemd's name of the exit status by which it tells what it could not prepare: EXEC, CHDIR, USER …",
	),
	restarts: int('How often systemd started it again by itself.'),
	nTasks: int('How many tasks (processes and threads) it has.'),
	memoryMax: int('How many bytes of memory it may use; absent when that is unlimited.'),
	memoryCurrent: int('How many bytes of memory it uses.'),
	limitFiles: int('How many files it may have open.'),
	needReload: bool('Its file was changed since systemd read it.'),
	privateTmp: bool('It has a /tmp of its own.'),
	privateNetwork: bool('It has a network of its own.'),
	dynamicUser: bool('Its user exists only while it runs.'),
	refuseManualStart: bool('Nobody can start it by hand.'),
	protectHome: string('Whether it sees home folders: no, yes, read-only, tmpfs.'),
	protectSystem: string('Whether it may write to the system: no, yes, full, strict.'),
	joinsNamespace: list('Units whose namespace, so whose /tmp, it shares.'),
	active: bool('The unit does its work.'),
	failed: bool('The unit failed.'),
	restarting: bool('systemd waits to start it again.'),
	startLimitHit: bool('systemd gave up after too many starts.'),
	enabled: bool('It is started at boot, or by something else that needs no [Install] section.'),
	masked: bool('It is masked: nobody can start it.'),
	notFound: bool('There is no such unit.'),
	fragmentPath: string("The unit's file."),
	dropIns: list('The files that add to it.'),
	user: string('The user that it runs as; absent for root.'),
	group: string('The group that it runs as, when it is set.'),
	umask: string('Which rights the files that it makes do not get.'),
	workingDirectory: string('The folder that it is started in.'),
	rootDirectory: string('The folder that is its root.'),
	runtimeDirectory: list('Folders below /run that systemd makes for it.'),
	runtimeDirectoryMode: string('The mode of these folders.'),
	runtimeDirectoryPreserve: string('Whether these folders stay when it stops: no, yes, restart.'),
	execStart: string('The whole command line as one text, without its quotes.'),
	execPath: string('The program that is run.'),
	environment: list('The names of the variables that the unit sets; their values may be secrets.'),
	environmentFiles: list('The files that set more variables.'),
	environmentFilesOptional: list('Those of them whose absence is no error.'),
	triggeredBy: list('The socket units that start it.'),
	triggers: list('What a socket unit starts.'),
	listen: list('What a socket unit listens on: `/run/g.sock`, `127.0.0.1:8000`.'),
	accept: bool('A socket unit starts one process for each connection.'),
	accepted: int('How many connections a socket unit has taken.'),
	connections: int('How many connections a socket unit has open.'),
	socketUser: string("The owner of a socket unit's socket."),
	socketGroup: string("The group of a socket unit's socket."),
	socketMode: string("The mode of a socket unit's socket."),
	startedAt: int('When it became active, in seconds since 1970; only of a time that tells its zone.'),
	startedMonotonic: int('When it became active, in microseconds since the machine booted.'),
	invocation: string('The identity of the present run, as the journal has it.'),
	restart: string('When systemd starts it again by itself: no, always, on-failure …'),
	timeoutStart: string('How long a start may take, as systemd writes it.'),
} as const satisfies FactSchema

/** Names of the exit statuses by which systemd tells what it could not prepare. */
export const EXIT_NAMES: Readonly<Record<number, string>> = {
	200: 'CHDIR',
	201: 'NICE',
	202: 'FDS',
	203: 'EXEC',
	204: 'MEMORY',
	205: 'LIMITS',
	206: 'OOM_ADJUST',
	207: 'SIGNAL_MASK',
	208: 'STDIN',
	209: 'STDOUT',
	210: 'CHROOT',
	211: 'IOPRIO',
	213: 'SECUREBITS',
	214: 'SETSCHEDULER',
	216: 'GROUP',
	217: 'USER',
	218: 'CAPABILITIES',
	219: 'CGROUP',
	220: 'SETSID',
	222: 'STDERR',
	224: 'PAM',
	225: 'NETWORK',
	226: 'NAMESPACE',
	227: 'NO_NEW_PRIVILEGES',
	228: 'SECCOMP',
	229: 'SELINUX_CONTEXT',
	230: 'PERSONALITY',
	231: 'APPARMOR_PROFILE',
	233: 'RUNTIME_DIRECTORY',
	235: 'CHOWN',
	238: 'STATE_DIRECTORY',
	239: 'CACHE_DIRECTORY',
	240: 'LOGS_DIRECTORY',
	241: 'CONFIGURATION_DIRECTORY',
	243: 'CREDENTIALS',
}

interface Property {
	readonly value: string
	readonly line: number
}

/** Blocks of `Name=value` lines, one a unit; a property that comes several times keeps all its values. */
const readBlocks = (lines: readonly OutputLine[]): readonly ReadonlyMap<string, readonly Property[]>[] => {
	const blocks: Map<string, Property[]>[] = []
	let block = new Map<string, Property[]>()
	for (const { text, number } of lines) {
		if (text.trim() === '') {
			if (block.size > 0) blocks.push(block)
			block = new Map()
			continue
		}
		const name = /^([A-Z][A-Za-z0-9]{1,60})=/.exec(text)?.[1]
		if (name === undefined) continue
		const values = block.get(name) ?? []
		values.push({ value: text.slice(name.length + 1), line: number })
		block.set(name, values)
	}
	if (block.size > 0) blocks.push(block)
	return blocks
}

const TEXTS: readonly (readonly [string, keyof typeof FACTS])[] = [
	['Id', 'id'],
	['Description', 'description'],
	['SubState', 'subState'],
	['Result', 'result'],
	['Type', 'type'],
	['FragmentPath', 'fragmentPath'],
	['User', 'user'],
	['Group', 'group'],
	['UMask', 'umask'],
	['RootDirectory', 'rootDirectory'],
	['RuntimeDirectoryMode', 'runtimeDirectoryMode'],
	['RuntimeDirectoryPreserve', 'runtimeDirectoryPreserve'],
	['InvocationID', 'invocation'],
	['Restart', 'restart'],
	['ProtectHome', 'protectHome'],
	['ProtectSystem', 'protectSystem'],
	['SocketUser', 'socketUser'],
	['SocketGroup', 'socketGroup'],
	['SocketMode', 'socketMode'],
	['TimeoutStartUSec', 'timeoutStart'],
]

/** Properties of few values. */
const WORDS: readonly (readonly [string, keyof typeof FACTS, readonly string[]])[] = [
	['LoadState', 'loadState', LOAD_STATES],
	['ActiveState', 'activeState', ACTIVE_STATES],
	['UnitFileState', 'unitFileState', FILE_STATES],
]

const NUMBERS: readonly (readonly [string, keyof typeof FACTS])[] = [
	['MainPID', 'mainPid'],
	['ExecMainStatus', 'execMainStatus'],
	['ExecMainCode', 'execMainCode'],
	['NRestarts', 'restarts'],
	['TasksCurrent', 'nTasks'],
	['MemoryMax', 'memoryMax'],
	['MemoryCurrent', 'memoryCurrent'],
	['LimitNOFILESoft', 'limitFiles'],
	['NAccepted', 'accepted'],
	['NConnections', 'connections'],
	['ActiveEnterTimestampMonotonic', 'startedMonotonic'],
]

const SWITCHES: readonly (readonly [string, keyof typeof FACTS])[] = [
	['NeedDaemonReload', 'needReload'],
	['PrivateTmp', 'privateTmp'],
	['PrivateNetwork', 'privateNetwork'],
	['DynamicUser', 'dynamicUser'],
	['RefuseManualStart', 'refuseManualStart'],
	['Accept', 'accept'],
]

const LISTS: readonly (readonly [string, keyof typeof FACTS])[] = [
	['DropInPaths', 'dropIns'],
	['RuntimeDirectory', 'runtimeDirectory'],
	['JoinsNamespaceOf', 'joinsNamespace'],
	['Triggers', 'triggers'],
]

/** The argv of `{ path=… ; argv[]=… ; ignore_errors=no ; … }`. */
export const readExec = (value: string): { readonly path: string; readonly argv: string } | undefined => {
	const path = value.indexOf('path=')
	const argv = value.indexOf(' ; argv[]=')
	if (path < 0 || argv < path) return undefined
	const end =
		[' ; ignore_errors=', ' ; flags='].map((mark) => value.indexOf(mark, argv)).find((at) => at >= 0) ?? value.length
	return { path: value.slice(path + 5, argv), argv: value.slice(argv + 10, end) }
}

/** systemd prints strings that hold unusual characters in C's way. */
const unescapeText = (text: string): string => text.replace(/\\x20/g, ' ').replace(/\\(["'\\$ ])/g, '$1')

/** One unit's properties, by name. */
type Block = ReadonlyMap<string, readonly Property[]>

const lastOf = (block: Block, name: string): Property | undefined => block.get(name)?.at(-1)

/** `systemctl show UNIT…`. */
export const systemctlShowParser = plainParser({
	name: 'systemctl-show',
	summary: 'the properties of a unit, as systemd has it loaded',
	facts: FACTS,
	args: { unit: string('Which of several units is meant.') },
	read(sheet, lines, input) {
		const blocks = readBlocks(lines)
		const wanted = textArg(input.args, 'unit')
		const named = blocks.find((block) => {
			const names = [lastOf(block, 'Id')?.value, ...(lastOf(block, 'Names')?.value.split(' ') ?? [])]
			return wanted !== undefined && names.includes(fullUnitName(wanted))
		})
		const block = named ?? blocks[0]
		if (block === undefined) return
		setProperties(sheet, block)
		setState(sheet, block)
		setExec(sheet, block)
		setEnvironment(sheet, block)
		setSockets(sheet, block)
		setStart(sheet, block)
	},
})

/** What a property says as it stands there. */
const setProperties = (sheet: FactSheet, block: Block): void => {
	for (const [property, fact] of TEXTS) {
		const found = lastOf(block, property)
		if (found !== undefined && found.value !== '' && found.value !== '[not set]')
			sheet.set(fact, found.value, found.line)
	}
	for (const [property, fact, values] of WORDS) {
		const found = lastOf(block, property)
		sheet.set(
			fact,
			values.find((value) => value === found?.value),
			found?.line,
		)
	}
	for (const [property, fact] of NUMBERS) {
		const found = lastOf(block, property)
		const number = found === undefined || !/^\d{1,16}$/.test(found.value) ? Number.NaN : Number(found.value)
		if (Number.isSafeInteger(number)) sheet.set(fact, number, found?.line)
	}
	for (const [property, fact] of SWITCHES) {
		const found = lastOf(block, property)
		// Since 257 a private /tmp may also be `disconnected`.
		if (found !== undefined && /^(?:yes|no|disconnected)$/.test(found.value))
			sheet.set(fact, found.value !== 'no', found.line)
	}
	for (const [property, fact] of LISTS) {
		const found = lastOf(block, property)
		if (found !== undefined) sheet.set(fact, splitWords(found.value), found.line)
	}
	const limit = lastOf(block, 'LimitNOFILESoft') === undefined ? lastOf(block, 'LimitNOFILE') : undefined
	if (limit !== undefined && /^\d{1,15}$/.test(limit.value)) sheet.set('limitFiles', Number(limit.value), limit.line)
	const folder = lastOf(block, 'WorkingDirectory')
	if (folder !== undefined && folder.value !== '')
		sheet.set('workingDirectory', folder.value.replace(/^[!-]/, ''), folder.line)
}

/** What follows from the properties of its state. */
const setState = (sheet: FactSheet, block: Block): void => {
	const active = lastOf(block, 'ActiveState')
	const sub = lastOf(block, 'SubState')
	if (active !== undefined) {
		sheet.set('active', isActive(active.value), active.line)
		sheet.set('failed', active.value === 'failed', active.line)
		const waits = active.value === 'activating' && sub?.value.startsWith('auto-restart') === true
		if (sub !== undefined) sheet.set('restarting', waits, active.line, sub.line)
	}
	const result = lastOf(block, 'Result')
	if (result !== undefined) sheet.set('startLimitHit', isStartLimit(result.value), result.line)
	const file = lastOf(block, 'UnitFileState')
	if (file !== undefined && file.value !== '') sheet.set('enabled', isEnabled(file.value), file.line)
	const load = lastOf(block, 'LoadState')
	if (load !== undefined) {
		sheet.set('notFound', load.value === 'not-found', load.line)
		const masked = load.value === 'masked' || file?.value.startsWith('masked') === true
		sheet.set('masked', masked, load.line, file?.line)
	}
	const status = lastOf(block, 'ExecMainStatus')
	const exited = lastOf(block, 'ExecMainCode')?.value === '1'
	sheet.set('exitName', exited ? EXIT_NAMES[Number(status?.value)] : undefined, status?.line)
}

const setExec = (sheet: FactSheet, block: Block): void => {
	const start = lastOf(block, 'ExecStart')
	const exec = start === undefined ? undefined : readExec(start.value)
	sheet.set('execStart', exec?.argv, start?.line)
	sheet.set('execPath', exec?.path, start?.line)
}

const setEnvironment = (sheet: FactSheet, block: Block): void => {
	const environment = block.get('Environment')
	if (environment !== undefined) {
		const names = environment.flatMap(({ value }) => splitWords(value).map((word) => splitAssignment(word)?.[0]))
		sheet.set(
			'environment',
			names.filter((name) => name !== undefined),
			...environment.map(({ line }) => line),
		)
	}
	const files = block.get('EnvironmentFiles') ?? block.get('EnvironmentFile')
	if (files === undefined) return
	const paths = files
		.map(({ value }) => ({
			path: unescapeText(value.replace(/ \(ignore_errors=(?:yes|no)\)$/, '')),
			optional: value.endsWith('(ignore_errors=yes)'),
		}))
		.filter(({ path }) => path !== '')
	const numbers = files.map(({ line }) => line)
	const all = paths.map(({ path }) => path)
	sheet.set('environmentFiles', all, ...numbers)
	const optional = paths.filter((one) => one.optional).map(({ path }) => path)
	sheet.set('environmentFilesOptional', optional, ...numbers)
}

const setSockets = (sheet: FactSheet, block: Block): void => {
	const triggered = lastOf(block, 'TriggeredBy')
	if (triggered !== undefined) {
		const sockets = splitWords(triggered.value).filter((unit) => unit.endsWith('.socket'))
		sheet.set('triggeredBy', sockets, triggered.line)
	}
	const listen = block.get('Listen')
	if (listen === undefined) return
	const endpoints = listen.map(({ value }) => value.replace(/ \(\w+\)$/, ''))
	sheet.set('listen', endpoints, ...listen.map(({ line }) => line))
}

const setStart = (sheet: FactSheet, block: Block): void => {
	const since = lastOf(block, 'ActiveEnterTimestamp')
	if (since === undefined) return
	const isUnix = /^@\d{9,11}/.test(since.value)
	const epoch = isUnix ? Math.floor(Number(since.value.slice(1))) : epochOf(since.value)
	if (epoch !== undefined && Number.isSafeInteger(epoch)) sheet.set('startedAt', epoch, since.line)
}
