import { splitAssignment, splitWords } from '../../text/argv.ts'
import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, list, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { of, setSettings, yesOrNo } from '../../text/setting.ts'
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
	description: of('Unit.Description', string('What the unit says of itself.')),
	execStart: string("The command line that counts, without systemd's prefixes (`-`, `@`, `+`, `!`)."),
	execStartAll: list('Every command line that counts: a oneshot service may have several.'),
	user: of('Service.User', string('The user that it runs as; absent for root.')),
	group: of('Service.Group', string('The group that it runs as, when it is set.')),
	umask: of('Service.UMask', string('Which rights the files that it makes do not get.')),
	type: string('How systemd knows that it has started: simple, exec, notify, forking, oneshot …'),
	restart: of('Service.Restart', string('When systemd starts it again by itself: no, always, on-failure …')),
	pidFile: of('Service.PIDFile', string('The file in which a forking service leaves the number of its main process.')),
	workingDirectory: of('Service.WorkingDirectory', string('The folder that it is started in.'), (value) =>
		value.replace(/^-/, ''),
	),
	workingDirectoryOptional: of(
		'Service.WorkingDirectory',
		bool('The absence of that folder is no error (`WorkingDirectory=-…`).'),
		(value) => value.startsWith('-'),
	),
	environmentFiles: list('The files that set more variables.'),
	environmentFilesOptional: list('Those of them whose absence is no error.'),
	environment: list('The names of the variables that the unit sets; their values may be secrets.'),
	privateTmp: bool('It has a /tmp of its own.'),
	outputFile: string('The file that its output goes to; empty where systemd decides, which is the journal.'),
	runtimeDirectory: list('Folders below /run that systemd makes for it.'),
	installed: bool('It has an [Install] section that says where to.'),
	sockets: list('Socket units that it names.'),
	hasSocket: bool('A socket unit stands in the same output.'),
	listenStream: list('What the socket unit in the same output listens on.'),
	socketUser: of('Socket.SocketUser', string("The owner of the socket unit's socket.")),
	socketMode: of('Socket.SocketMode', string("The mode of the socket unit's socket.")),
	specifiers: bool("It uses `%i` and the like, which stand for what the unit's name tells."),
} as const satisfies FactSchema

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
		const main = unit.files.find(({ path }) => !isDropIn(path))
		sheet.set('path', main?.path, main)
		const dropIns = unit.files.filter(({ path }) => isDropIn(path))
		sheet.list('dropIns', dropIns, ({ path }) => path)
		const socket = socketOf(units, name)
		setSettings(sheet, FACTS, (setting) => {
			const [section = '', key = ''] = setting.split('.')
			return section === 'Socket' ? socket && singleOf(socket, section, key) : singleOf(unit, section, key)
		})
		if (name === undefined || name === '' || /\.(?:service|conf)$/.test(name)) setService(sheet, unit)
		const exec = listOf(assignmentsOf(unit, 'Service', 'ExecStart'))
		if (exec.length > 0) {
			sheet.set('execStart', withoutMarks(exec.at(-1)?.value ?? ''), exec.at(-1))
			sheet.list('execStartAll', exec, ({ value }) => withoutMarks(value))
		}
		const install = unit.assignments.filter(
			({ section, key }) => section === 'Install' && /^(?:WantedBy|RequiredBy|UpheldBy|Alias|Also)$/.test(key),
		)
		sheet.set('installed', install.length > 0, ...install)
		sheet.set('hasSocket', socket !== undefined)
		const streams = socket === undefined ? [] : listOf(assignmentsOf(socket, 'Socket', 'ListenStream'))
		if (socket !== undefined) sheet.list('listenStream', streams, ({ value }) => value)
		const special = written.assignments.filter(({ value }) => /%[a-zA-Z]/.test(value.replace(/%%/g, '')))
		sheet.set('specifiers', special.length > 0, ...special)
	},
})

/** The last assignment counts, and an empty one takes back what stood before. */
const singleOf = (unit: UnitText, section: string, key: string): Assignment | undefined => {
	const last = assignmentsOf(unit, section, key).at(-1)
	return last?.value === '' ? undefined : last
}

/** The command line without systemd's prefixes. */
const withoutMarks = (value: string): string => value.replace(/^[-@:+!|]{1,4}/, '')

/** systemd.exec(5): `StandardError=` is what `StandardOutput=` is, when nothing is said of it. */
const OUTPUT_FILE = /^(?:append|file|truncate):(\/.*)$/

/** What holds of a service also when nothing is said of it. */
const setService = (sheet: FactSheet, unit: UnitText): void => {
	const listed = (key: string) => listOf(assignmentsOf(unit, 'Service', key))
	const type = singleOf(unit, 'Service', 'Type')
	sheet.set('type', type?.value ?? 'simple', type)
	const files = listed('EnvironmentFile')
	sheet.list('environmentFiles', files, ({ value }) => value.replace(/^-/, ''))
	sheet.list('environmentFilesOptional', files, ({ value }) => /^-(.*)/.exec(value)?.[1])
	const environment = listed('Environment')
	const variables = environment.flatMap(({ value }) => splitWords(value).map((word) => splitAssignment(word)?.[0]))
	sheet.set('environment', [...new Set(variables.filter((one) => one !== undefined))], ...environment)
	const temporary = singleOf(unit, 'Service', 'PrivateTmp')
	const isPrivate = temporary?.value === 'disconnected' || yesOrNo(temporary?.value ?? 'no') === true
	sheet.set('privateTmp', isPrivate, temporary)
	const outputs = ['StandardError', 'StandardOutput'].flatMap((key) => singleOf(unit, 'Service', key) ?? [])
	const output = outputs.find(({ value }) => OUTPUT_FILE.test(value))
	sheet.set('outputFile', OUTPUT_FILE.exec(output?.value ?? '')?.[1] ?? '', output)
	const runtime = listed('RuntimeDirectory')
	// `name:link` makes a link besides.
	const folders = runtime.flatMap(({ value }) => splitWords(value).map((word) => word.split(':')[0] ?? word))
	sheet.set('runtimeDirectory', folders, ...runtime)
	const sockets = unit.assignments
		.filter(({ section, key }) =>
			/^(?:Unit (?:Requires|Wants|BindsTo|After|Requisite)|Service Sockets)$/.test(`${section} ${key}`),
		)
		.flatMap(({ value, line }) => splitWords(value).map((socket) => ({ socket, line })))
		.filter(({ socket }) => socket.endsWith('.socket'))
	sheet.list('sockets', sockets, ({ socket }) => socket)
}

/** The socket unit of the same name, or else the one that stands there. */
const socketOf = (units: ReadonlyMap<string, UnitText>, name: string | undefined): UnitText | undefined => {
	const names = [...units.keys()].filter((unit) => unit.endsWith('.socket'))
	const own = names.find((other) => other === name?.replace(/\.service$/, '.socket')) ?? names[0]
	return own === undefined ? undefined : units.get(own)
}
