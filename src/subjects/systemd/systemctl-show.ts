import { splitAssignment, splitWords } from '../../text/argv.ts'
import { createFactSheet } from '../../text/fact-sheet.ts'
import { epochOf } from '../../text/log-line.ts'
import type { FactSchema, OutputLine, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

const FACTS = {
	id: 'string',
	description: 'string',
	loadState: 'string',
	activeState: 'string',
	subState: 'string',
	unitFileState: 'string',
	result: 'string',
	type: 'string',
	mainPid: 'int',
	execMainStatus: 'int',
	/** 1 exited, 2 killed, 3 dumped; 0 while it runs. */
	execMainCode: 'int',
	/** The name of systemd's own exit status: `EXEC`, `CHDIR`, `USER`, … */
	exitName: 'string',
	restarts: 'int',
	nTasks: 'int',
	memoryMax: 'int',
	memoryCurrent: 'int',
	limitFiles: 'int',
	needReload: 'bool',
	privateTmp: 'bool',
	privateNetwork: 'bool',
	dynamicUser: 'bool',
	refuseManualStart: 'bool',
	protectHome: 'string',
	protectSystem: 'string',
	/** Units whose namespace, so whose `/tmp`, it shares. */
	joinsNamespace: 'list<string>',
	active: 'bool',
	failed: 'bool',
	restarting: 'bool',
	startLimitHit: 'bool',
	enabled: 'bool',
	masked: 'bool',
	notFound: 'bool',
	fragmentPath: 'string',
	dropIns: 'list<string>',
	user: 'string',
	group: 'string',
	umask: 'string',
	workingDirectory: 'string',
	rootDirectory: 'string',
	runtimeDirectory: 'list<string>',
	runtimeDirectoryMode: 'string',
	runtimeDirectoryPreserve: 'string',
	/** The whole command line as one text. */
	execStart: 'string',
	execPath: 'string',
	/** Names only; values may be secrets. */
	environment: 'list<string>',
	/** Value of GUNICORN_CMD_ARGS. */
	gunicornArgs: 'string',
	/** Value of PORT. */
	port: 'string',
	environmentFiles: 'list<string>',
	/** Those of them whose absence is no error. */
	environmentFilesOptional: 'list<string>',
	/** Socket units that start it. */
	triggeredBy: 'list<string>',
	triggers: 'list<string>',
	/** What a socket unit listens on: `/run/g.sock`, `127.0.0.1:8000`. */
	listen: 'list<string>',
	accept: 'bool',
	accepted: 'int',
	connections: 'int',
	socketUser: 'string',
	socketGroup: 'string',
	socketMode: 'string',
	/** Seconds since 1970; only when the time is in UTC, or with a numeric zone, or `@seconds`. */
	startedAt: 'int',
	/** Microseconds since the machine booted. */
	startedMonotonic: 'int',
	invocation: 'string',
	/** `Restart=`: `no`, `always`, `on-failure`, … */
	restart: 'string',
	timeoutStart: 'string',
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
	['LoadState', 'loadState'],
	['ActiveState', 'activeState'],
	['SubState', 'subState'],
	['UnitFileState', 'unitFileState'],
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

/** `systemctl show UNIT…`. */
export const systemctlShowParser: Parser = {
	name: 'systemctl-show',
	summary: 'the properties of a unit, as systemd has it loaded',
	facts: FACTS,
	args: { unit: 'string' },
	parse: (input) => {
		const { args } = input
		const sheet = createFactSheet()
		const blocks = readBlocks(plainLines(input))
		const wanted = typeof args.unit === 'string' ? args.unit : undefined
		const named = blocks.find((block) => {
			const id = block.get('Id')?.[0]?.value
			const names = block.get('Names')?.[0]?.value.split(' ') ?? []
			return wanted !== undefined && [id, ...names].some((name) => name === wanted || name === `${wanted}.service`)
		})
		const block = named ?? blocks[0]
		if (block === undefined) return sheet.parsed()
		const last = (name: string): Property | undefined => block.get(name)?.at(-1)
		for (const [property, fact] of TEXTS) {
			const found = last(property)
			if (found !== undefined && found.value !== '' && found.value !== '[not set]')
				sheet.set(fact, found.value, found.line)
		}
		for (const [property, fact] of NUMBERS) {
			const found = last(property)
			const number = found === undefined || !/^\d{1,16}$/.test(found.value) ? Number.NaN : Number(found.value)
			if (Number.isSafeInteger(number)) sheet.set(fact, number, found?.line)
		}
		for (const [property, fact] of SWITCHES) {
			const found = last(property)
			if (found?.value === 'yes' || found?.value === 'no') sheet.set(fact, found.value === 'yes', found.line)
			// Since 257 a private /tmp may also be `disconnected`.
			else if (found?.value === 'disconnected') sheet.set(fact, true, found.line)
		}
		for (const [property, fact] of LISTS) {
			const found = last(property)
			if (found !== undefined) sheet.set(fact, splitWords(found.value), found.line)
		}
		if (last('LimitNOFILESoft') === undefined) {
			const found = last('LimitNOFILE')
			if (found !== undefined && /^\d{1,15}$/.test(found.value))
				sheet.set('limitFiles', Number(found.value), found.line)
		}
		const folder = last('WorkingDirectory')
		if (folder !== undefined && folder.value !== '')
			sheet.set('workingDirectory', folder.value.replace(/^[!-]/, ''), folder.line)
		const triggered = last('TriggeredBy')
		if (triggered !== undefined)
			sheet.set(
				'triggeredBy',
				splitWords(triggered.value).filter((unit) => unit.endsWith('.socket')),
				triggered.line,
			)

		const active = last('ActiveState')
		const sub = last('SubState')
		if (active !== undefined) {
			sheet.set('active', /^(?:active|reloading|refreshing)$/.test(active.value), active.line)
			sheet.set('failed', active.value === 'failed', active.line)
			if (sub !== undefined)
				sheet.set(
					'restarting',
					active.value === 'activating' && sub.value.startsWith('auto-restart'),
					active.line,
					sub.line,
				)
		}
		const result = last('Result')
		if (result !== undefined)
			sheet.set('startLimitHit', result.value === 'start-limit-hit' || result.value === 'start-limit', result.line)
		const file = last('UnitFileState')
		const load = last('LoadState')
		if (file !== undefined && file.value !== '')
			sheet.set(
				'enabled',
				/^(?:enabled|static|alias|generated|linked|indirect|transient)/.test(file.value) &&
					!/^(?:linked|indirect)/.test(file.value),
				file.line,
			)
		if (load !== undefined) {
			sheet.set('notFound', load.value === 'not-found', load.line)
			sheet.set('masked', load.value === 'masked' || (file?.value.startsWith('masked') ?? false), load.line, file?.line)
		}
		const code = last('ExecMainCode')
		const status = last('ExecMainStatus')
		const exitName = code?.value === '1' ? EXIT_NAMES[Number(status?.value)] : undefined
		sheet.set('exitName', exitName, status?.line)

		const start = last('ExecStart')
		const exec = start === undefined ? undefined : readExec(start.value)
		if (exec !== undefined) {
			sheet.set('execStart', exec.argv, start?.line)
			sheet.set('execPath', exec.path, start?.line)
		}
		const environment = block.get('Environment')
		if (environment !== undefined) {
			const assignments = environment
				.flatMap(({ value }) => splitWords(value).map(splitAssignment))
				.filter((pair) => pair !== undefined)
			const numbers = environment.map(({ line }) => line)
			sheet.set(
				'environment',
				assignments.map(([name]) => name),
				...numbers,
			)
			sheet.set('gunicornArgs', assignments.findLast(([name]) => name === 'GUNICORN_CMD_ARGS')?.[1], ...numbers)
			sheet.set('port', assignments.findLast(([name]) => name === 'PORT')?.[1], ...numbers)
		}
		const files = block.get('EnvironmentFiles') ?? block.get('EnvironmentFile')
		if (files !== undefined) {
			const paths = files
				.map(({ value }) => ({
					path: unescapeText(value.replace(/ \(ignore_errors=(?:yes|no)\)$/, '')),
					optional: value.endsWith('(ignore_errors=yes)'),
				}))
				.filter(({ path }) => path !== '')
			const numbers = files.map(({ line }) => line)
			sheet.set(
				'environmentFiles',
				paths.map(({ path }) => path),
				...numbers,
			)
			sheet.set(
				'environmentFilesOptional',
				paths.filter(({ optional }) => optional).map(({ path }) => path),
				...numbers,
			)
		}
		const listen = block.get('Listen')
		if (listen !== undefined)
			sheet.set(
				'listen',
				listen.map(({ value }) => value.replace(/ \(\w+\)$/, '')),
				...listen.map(({ line }) => line),
			)
		const since = last('ActiveEnterTimestamp')
		const epoch =
			since === undefined
				? undefined
				: /^@\d{9,11}/.test(since.value)
					? Math.floor(Number(since.value.slice(1)))
					: epochOf(since.value)
		if (epoch !== undefined && Number.isSafeInteger(epoch)) sheet.set('startedAt', epoch, since?.line)
		return sheet.parsed()
	},
}
