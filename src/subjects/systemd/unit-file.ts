import { splitAssignment, splitWords } from '../../text/argv.ts'
import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, list, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import {
	type Assignment,
	assignmentsOf,
	chooseUnit,
	isDropIn,
	listOf,
	readUnits,
	resolved,
	specifiersOf,
	type UnitText,
} from './unit-text.ts'

const FACTS = {
	missing: bool('There is no such unit.'),
	masked: bool('It is masked: nobody can start it.'),
	path: string("The unit's file."),
	dropIns: list('The files that add to it.'),
	description: string('What the unit says of itself.'),
	execStart: string("The command line that counts, without systemd's prefixes (`-`, `@`, `+`, `!`)."),
	execStartAll: list('Every command line that counts: a oneshot service may have several.'),
	execStartPre: list('The command lines that run before it.'),
	user: string('The user that it runs as; absent for root.'),
	group: string('The group that it runs as, when it is set.'),
	umask: string('Which rights the files that it makes do not get.'),
	type: string('How systemd knows that it has started: simple, exec, notify, forking, oneshot …'),
	restart: string('When systemd starts it again by itself: no, always, on-failure …'),
	notifyAccess: string('Who may tell systemd that it is ready: none, main, exec, all.'),
	timeoutStart: string('How long a start may take, as it is written.'),
	pidFile: string('The file in which a forking service leaves the number of its main process.'),
	workingDirectory: string('The folder that it is started in.'),
	workingDirectoryOptional: bool('The absence of that folder is no error (`WorkingDirectory=-…`).'),
	environmentFiles: list('The files that set more variables.'),
	environmentFilesOptional: list('Those of them whose absence is no error.'),
	environment: list('The names of the variables that the unit sets; their values may be secrets.'),
	privateTmp: bool('It has a /tmp of its own.'),
	protectHome: string('Whether it sees home folders: no, yes, read-only, tmpfs.'),
	runtimeDirectory: list('Folders below /run that systemd makes for it.'),
	runtimeDirectoryMode: string('The mode of these folders.'),
	runtimeDirectoryPreserve: string('Whether these folders stay when it stops: no, yes, restart.'),
	installed: bool('It has an [Install] section that says where to.'),
	sockets: list('Socket units that it names.'),
	hasSocket: bool('A socket unit stands in the same output.'),
	listenStream: list('What the socket unit in the same output listens on.'),
	socketUser: string("The owner of the socket unit's socket."),
	socketGroup: string("The group of the socket unit's socket."),
	socketMode: string("The mode of the socket unit's socket."),
	specifiers: bool("It uses `%i` and the like, which stand for what the unit's name tells."),
} as const satisfies FactSchema

type Fact = keyof typeof FACTS

const MISSING =
	/^No files found for |^Unit \S{1,250} could not be found|^Failed to (?:cat|issue method call|get unit).{0,300}(?:No such file|not found|not loaded)/
const MASKED = /^# Unit \S{1,250} is masked|^# \/\S{1,500}\.(?:service|socket) \(masked\)|symlinked to \/dev\/null/

/** The unit file's view of a unit: what would count after a reload. */
export const unitFileParser = plainParser({
	name: 'unit-file',
	summary: 'a unit as it stands on disk, with its drop-ins (`systemctl cat`)',
	facts: FACTS,
	args: { unit: string('Whose specifiers (`%i`) are filled in; of several units, the one that is meant.') },
	read(sheet, lines, input) {
		const missing = lines.find(({ text }) => MISSING.test(text))
		const masked = lines.find(({ text }) => MASKED.test(text))
		const units = readUnits(lines)
		const wanted = textArg(input.args, 'unit')
		const name = chooseUnit([...units.keys()], wanted)
		const written = name === undefined ? undefined : units.get(name)
		if (written === undefined || (written.assignments.length === 0 && (missing ?? masked) !== undefined)) {
			if (missing !== undefined) sheet.set('missing', true, missing)
			if (masked !== undefined) {
				sheet.set('missing', false, masked)
				sheet.set('masked', true, masked)
			}
			return
		}
		const unit = wanted === undefined ? written : resolved(written, specifiersOf(wanted))
		sheet.set('missing', false)
		sheet.set('masked', masked !== undefined, masked)
		setFiles(sheet, unit)
		setTexts(sheet, unit)
		if (name === undefined || name === '' || /\.(?:service|conf)$/.test(name)) setService(sheet, unit)
		setExec(sheet, unit)
		setInstall(sheet, unit)
		setSocket(sheet, units, name)
		const special = written.assignments.filter(({ value }) => /%[a-zA-Z]/.test(value.replace(/%%/g, '')))
		sheet.set('specifiers', special.length > 0, ...special.map(({ line }) => line))
	},
})

const setValues = (
	sheet: FactSheet,
	fact: Fact,
	values: readonly string[],
	from: readonly { readonly line: number }[],
): void => sheet.set(fact, values, ...from.map(({ line }) => line))

const setFiles = (sheet: FactSheet, { files }: UnitText): void => {
	const main = files.find(({ path }) => !isDropIn(path))
	sheet.set('path', main?.path, main?.line)
	const dropIns = files.filter(({ path }) => isDropIn(path))
	setValues(
		sheet,
		'dropIns',
		dropIns.map(({ path }) => path),
		dropIns,
	)
}

/** The last assignment counts, and an empty one takes back what stood before. */
const singleOf = (unit: UnitText, section: string, key: string): Assignment | undefined => {
	const last = assignmentsOf(unit, section, key).at(-1)
	return last?.value === '' ? undefined : last
}

const setTexts = (sheet: FactSheet, unit: UnitText): void => {
	const description = singleOf(unit, 'Unit', 'Description')
	sheet.set('description', description?.value, description?.line)
	for (const [key, fact] of [
		['User', 'user'],
		['Group', 'group'],
		['UMask', 'umask'],
		['Restart', 'restart'],
		['NotifyAccess', 'notifyAccess'],
		['TimeoutStartSec', 'timeoutStart'],
		['PIDFile', 'pidFile'],
		['ProtectHome', 'protectHome'],
		['RuntimeDirectoryMode', 'runtimeDirectoryMode'],
		['RuntimeDirectoryPreserve', 'runtimeDirectoryPreserve'],
	] as const) {
		const found = singleOf(unit, 'Service', key)
		sheet.set(fact, found?.value, found?.line)
	}
	const folder = singleOf(unit, 'Service', 'WorkingDirectory')
	if (folder === undefined) return
	sheet.set('workingDirectory', folder.value.replace(/^-/, ''), folder.line)
	sheet.set('workingDirectoryOptional', folder.value.startsWith('-'), folder.line)
}

const setExec = (sheet: FactSheet, unit: UnitText): void => {
	const exec = listOf(assignmentsOf(unit, 'Service', 'ExecStart'))
	const lines = exec.map(({ value }) => value.replace(/^[-@:+!|]{1,4}/, ''))
	if (exec.length > 0) {
		sheet.set('execStart', lines.at(-1), exec.at(-1)?.line)
		setValues(sheet, 'execStartAll', lines, exec)
	}
	const before = listOf(assignmentsOf(unit, 'Service', 'ExecStartPre'))
	if (before.length > 0)
		setValues(
			sheet,
			'execStartPre',
			before.map(({ value }) => value),
			before,
		)
}

const isYes = (text: string): boolean => /^(?:1|yes|true|on|y|t)$/i.test(text)

/** What holds of a service also when nothing is said of it. */
const setService = (sheet: FactSheet, unit: UnitText): void => {
	const type = singleOf(unit, 'Service', 'Type')
	sheet.set('type', type?.value ?? 'simple', type?.line)
	const files = listOf(assignmentsOf(unit, 'Service', 'EnvironmentFile'))
	const paths = files.map(({ value }) => value.replace(/^-/, ''))
	setValues(sheet, 'environmentFiles', paths, files)
	const optional = files.filter(({ value }) => value.startsWith('-')).map(({ value }) => value.slice(1))
	setValues(sheet, 'environmentFilesOptional', optional, files)
	const environment = listOf(assignmentsOf(unit, 'Service', 'Environment'))
	const variables = environment.flatMap(({ value }) => splitWords(value).map((word) => splitAssignment(word)?.[0]))
	setValues(sheet, 'environment', [...new Set(variables.filter((one) => one !== undefined))], environment)
	const temporary = singleOf(unit, 'Service', 'PrivateTmp')
	const isPrivate = temporary !== undefined && (isYes(temporary.value) || temporary.value === 'disconnected')
	sheet.set('privateTmp', isPrivate, temporary?.line)
	const runtime = listOf(assignmentsOf(unit, 'Service', 'RuntimeDirectory'))
	// `name:link` makes a link besides.
	const folders = runtime.flatMap(({ value }) => splitWords(value).map((word) => word.split(':')[0] ?? word))
	setValues(sheet, 'runtimeDirectory', folders, runtime)
	const named = unit.assignments.filter(
		({ section, key }) =>
			(section === 'Unit' && /^(?:Requires|Wants|BindsTo|After|Requisite)$/.test(key)) ||
			(section === 'Service' && key === 'Sockets'),
	)
	const sockets = named.flatMap(({ value, line }) =>
		splitWords(value)
			.filter((word) => word.endsWith('.socket'))
			.map((socket) => ({ socket, line })),
	)
	setValues(sheet, 'sockets', [...new Set(sockets.map(({ socket }) => socket))], sockets)
}

const setInstall = (sheet: FactSheet, unit: UnitText): void => {
	const install = unit.assignments.filter(
		({ section, key }) => section === 'Install' && /^(?:WantedBy|RequiredBy|UpheldBy|Alias|Also)$/.test(key),
	)
	sheet.set('installed', install.length > 0, ...install.map(({ line }) => line))
}

/** The socket unit of the same name, or else the one that stands there. */
const setSocket = (sheet: FactSheet, units: ReadonlyMap<string, UnitText>, name: string | undefined): void => {
	const names = [...units.keys()].filter((unit) => unit.endsWith('.socket'))
	sheet.set('hasSocket', names.length > 0)
	const own = names.find((other) => other === name?.replace(/\.service$/, '.socket')) ?? names[0]
	const socket = own === undefined ? undefined : units.get(own)
	if (socket === undefined) return
	const of = (key: string): readonly Assignment[] =>
		listOf(socket.assignments.filter((one) => one.section === 'Socket' && one.key === key))
	const streams = of('ListenStream')
	setValues(
		sheet,
		'listenStream',
		streams.map(({ value }) => value),
		streams,
	)
	for (const [key, fact] of [
		['SocketUser', 'socketUser'],
		['SocketGroup', 'socketGroup'],
		['SocketMode', 'socketMode'],
	] as const) {
		const found = of(key).at(-1)
		sheet.set(fact, found?.value, found?.line)
	}
}
