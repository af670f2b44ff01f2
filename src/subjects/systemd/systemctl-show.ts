import { splitAssignment, splitWords } from '../../text/argv.ts'
import type { FactSheet } from '../../text/fact-sheet.ts'
import { epochOf } from '../../text/log-time.ts'
import { bool, type FactSchema, int, list, type OutputLine, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { of, setSettings, yesOrNo } from '../../text/setting.ts'
import { ACTIVE_STATES, EXIT_NAMES, FILE_STATES, fullUnitName, LOAD_STATES, setStates } from './unit-states.ts'

const FACTS = {
	id: of('Id', string("The unit's name.")),
	description: of('Description', string('What the unit says of itself.')),
	loadState: of('LoadState', string("Whether systemd could read the unit's file.", { values: LOAD_STATES })),
	activeState: of('ActiveState', string("The unit's state.", { values: ACTIVE_STATES })),
	subState: of('SubState', string("The unit's state, more closely: running, dead, auto-restart, listening …")),
	unitFileState: of('UnitFileState', string('Whether the unit is started at boot.', { values: FILE_STATES })),
	result: of(
		'Result',
		string('How the last run ended: success, exit-code, signal, timeout, start-limit-hit, oom-kill, resources …'),
	),
	type: of('Type', string('How systemd knows that it has started: simple, exec, notify, forking, oneshot …')),
	mainPid: of('MainPID', int('The main process; 0 when there is none.')),
	execMainStatus: of(
		'ExecMainStatus',
		int("The main process's exit status, or the number of the signal that ended it."),
	),
	execMainCode: of('ExecMainCode', int('How the main process ended: 1 exited, 2 killed, 3 dumped; 0 while it runs.')),
	exitName: string(
		"systemd's name of the exit status by which it tells what it could not prepare: EXEC, CHDIR, USER …",
	),
	restarts: of('NRestarts', int('How often systemd started it again by itself.')),
	memoryMax: of('MemoryMax', int('How many bytes of memory it may use; absent when that is unlimited.')),
	limitFiles: of('LimitNOFILESoft', int('How many files it may have open.')),
	needReload: of('NeedDaemonReload', bool('Its file was changed since systemd read it.')),
	// Since 257 a private /tmp may also be `disconnected`.
	privateTmp: of(
		'PrivateTmp',
		bool('It has a /tmp of its own.'),
		(value) => value === 'disconnected' || yesOrNo(value),
	),
	active: bool('The unit does its work.'),
	failed: bool('The unit failed.'),
	restarting: bool('systemd waits to start it again.'),
	startLimitHit: bool('systemd gave up after too many starts.'),
	enabled: bool('It is started at boot, or by something else that needs no [Install] section.'),
	masked: bool('It is masked: nobody can start it.'),
	notFound: bool('There is no such unit.'),
	fragmentPath: of('FragmentPath', string("The unit's file.")),
	dropIns: of('DropInPaths', list('The files that add to it.')),
	user: of('User', string('The user that it runs as; absent for root.')),
	group: of('Group', string('The group that it runs as, when it is set.')),
	umask: of('UMask', string('Which rights the files that it makes do not get.')),
	workingDirectory: of('WorkingDirectory', string('The folder that it is started in.'), withoutMark),
	runtimeDirectory: of('RuntimeDirectory', list('Folders below /run that systemd makes for it.')),
	execStart: string('The whole command line as one text, without its quotes.'),
	execPath: string('The program that is run.'),
	environment: list('The names of the variables that the unit sets; their values may be secrets.'),
	environmentFiles: list('The files that set more variables.'),
	environmentFilesOptional: list('Those of them whose absence is no error.'),
	triggeredBy: of('TriggeredBy', list('The socket units that start it.'), socketsIn),
	listen: list('What a socket unit listens on: `/run/g.sock`, `127.0.0.1:8000`.'),
	accept: of('Accept', bool('A socket unit starts one process for each connection.')),
	socketUser: of('SocketUser', string("The owner of a socket unit's socket.")),
	socketMode: of('SocketMode', string("The mode of a socket unit's socket.")),
	startedAt: int('When it became active, in seconds since 1970; only of a time that tells its zone.'),
	startedMonotonic: of(
		'ActiveEnterTimestampMonotonic',
		int('When it became active, in microseconds since the machine booted.'),
	),
	restart: of('Restart', string('When systemd starts it again by itself: no, always, on-failure …')),
} as const satisfies FactSchema

function withoutMark(folder: string): string | undefined {
	return folder === '' ? undefined : folder.replace(/^[!-]/, '')
}

function socketsIn(units: string): readonly string[] {
	return splitWords(units).filter((unit) => unit.endsWith('.socket'))
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
		const find = (name: string): Property | undefined => lastOf(block, name)
		setSettings(sheet, FACTS, (name) => (find(name)?.value === '[not set]' ? undefined : find(name)))
		if (find('LimitNOFILESoft') === undefined && /^\d{1,15}$/.test(find('LimitNOFILE')?.value ?? ''))
			sheet.set('limitFiles', Number(find('LimitNOFILE')?.value), find('LimitNOFILE'))
		setStates(sheet, {
			load: find('LoadState'),
			active: find('ActiveState'),
			sub: find('SubState'),
			file: find('UnitFileState'),
			result: find('Result'),
		})
		const exited = find('ExecMainCode')?.value === '1'
		const status = find('ExecMainStatus')
		sheet.set('exitName', exited ? EXIT_NAMES[Number(status?.value)] : undefined, status)
		setExec(sheet, block)
		setEnvironment(sheet, block)
		setListen(sheet, block)
		setStart(sheet, block)
	},
})

const setExec = (sheet: FactSheet, block: Block): void => {
	const start = lastOf(block, 'ExecStart')
	const exec = start === undefined ? undefined : readExec(start.value)
	sheet.set('execStart', exec?.argv, start)
	sheet.set('execPath', exec?.path, start)
}

const setEnvironment = (sheet: FactSheet, block: Block): void => {
	const environment = block.get('Environment')
	const variables = environment?.flatMap(({ value }) => splitWords(value).map((word) => splitAssignment(word)?.[0]))
	sheet.set(
		'environment',
		variables?.filter((name) => name !== undefined),
		...(environment ?? []),
	)
	const files = (block.get('EnvironmentFiles') ?? block.get('EnvironmentFile'))?.map(({ value, line }) => ({
		path: unescapeText(value.replace(/ \(ignore_errors=(?:yes|no)\)$/, '')) || undefined,
		optional: value.endsWith('(ignore_errors=yes)'),
		line,
	}))
	if (files === undefined) return
	sheet.list('environmentFiles', files, ({ path }) => path)
	sheet.list('environmentFilesOptional', files, ({ path, optional }) => (optional ? path : undefined))
}

const setListen = (sheet: FactSheet, block: Block): void => {
	const listen = block.get('Listen')
	if (listen !== undefined) sheet.list('listen', listen, ({ value }) => value.replace(/ \(\w+\)$/, ''))
}

const setStart = (sheet: FactSheet, block: Block): void => {
	const since = lastOf(block, 'ActiveEnterTimestamp')
	if (since === undefined) return
	const isUnix = /^@\d{9,11}/.test(since.value)
	sheet.set('startedAt', isUnix ? Math.floor(Number(since.value.slice(1))) : epochOf(since.value), since)
}
