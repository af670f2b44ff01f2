import { splitWords } from '../../text/argv.ts'
import { plainPath } from '../../text/endpoint.ts'
import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, type Facts, int, list, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { of, setSettings } from '../../text/setting.ts'
import { BIND_SOURCES, decideBinds } from './binds.ts'
import { type CommandSource, findCommand } from './command-source.ts'
import { type Options, readOptions, TAKES_NO_VALUE } from './options.ts'
import { type Command, unwrap } from './server-command.ts'

const FACTS = {
	commandLine: string('The command line as it was found, in one line.'),
	isGunicorn: bool('The command runs Gunicorn; absent where a script runs nobody knows what.'),
	wrapper: string('A script that runs nobody knows what: its path.'),
	server: string('The server that the command runs, such as gunicorn, uvicorn, flask, uwsgi.'),
	binary: string('The program that is run.'),
	python: string('The interpreter, where it stands in the command line.'),
	venv: string("The virtualenv's folder: the one whose bin holds the program or the interpreter."),
	app: string('The application that it loads, as module:attribute.'),
	module: string('The module of that.'),
	attribute: string('The attribute of that; application where none is given.'),
	binds: list('Where it listens by argument, environment or default, with the port; absent where a file decides.'),
	bind: string('The first of these.'),
	fileBinds: list('Where it listens by its configuration file, as the arguments of this parser say.', {
		hearsay: true,
	}),
	bindSource: string('Who says where it listens.', { values: BIND_SOURCES }),
	bindCertain: bool('Nothing that was not seen (an environment file, a configuration file) could say otherwise.'),
	bindDynamic: bool('A variable stands in the address, so that it cannot be told from here.'),
	configFile: string('The configuration file that it is told to read; absolute where its folder is known.'),
	configFileDefault: string('The file that it reads when none is named, if that is there.'),
	chdir: string('The folder that it is told to change to.'),
	workingDirectory: string('The folder that it is started in.'),
	timeout: int('Seconds after which it ends a worker that does not answer.'),
	timeoutDefault: bool('Neither the command nor a configuration file that it names sets the timeout.'),
	umask: of('umask', string('The umask that it is told to use.')),
	umaskDefault: bool('It is told none.'),
	user: of('user', string('The user that it is told to run its workers as.')),
	group: of('group', string('The group that it is told to run its workers as.')),
	workerClass: of('worker-class', string('The worker class that it is told to use.')),
	workers: of('workers', int('How many workers it is told to start.')),
	threads: of('threads', int('How many threads a worker is told to have.')),
	errorLog: of('error-logfile', string('Where it is told to write its own log; - is standard error.')),
	accessLog: of('access-logfile', string('Where it is told to write its access log.')),
	pidFile: of('pid', string('Where it is told to write its process id.')),
	reuse: of('reuse-port', bool('It is told to share its port with other processes (--reuse-port).')),
	preload: of('preload', bool('It is told to load the application before it starts workers.')),
	daemon: of('daemon', bool('It is told to go to the background.')),
	shell: bool('A shell runs it.'),
	variables: list('Names of the variables that the command line sets.'),
} as const satisfies FactSchema

const ARGS = {
	unit: string('The unit that it stands in, whose name fills in %i.'),
	commandArgs: string('Value of GUNICORN_CMD_ARGS.'),
	port: string('Value of PORT.'),
	workingDirectory: string('The folder that it is started in.'),
	configBinds: list('Where the configuration file says that it listens, as gunicorn-config read it.'),
	configBind: string('The same, one address.'),
	configDynamic: bool('The address in the configuration file is computed.'),
	configExists: bool('There is a configuration file.'),
	environmentRead: bool('The environment is known: commandArgs and port are all that it says.'),
	socketActivated: bool('A socket unit hands the socket over.'),
} as const satisfies FactSchema

type FactSetter = (name: keyof typeof FACTS, value: Parameters<FactSheet['set']>[1]) => void

/** A path as an absolute one, when it is one or the folder is. */
const resolve = (folder: string | undefined, path: string): string =>
	path.startsWith('/') || folder === undefined || !folder.startsWith('/') ? path : plainPath(`${folder}/${path}`)

/** The folder whose `bin` holds the program or the interpreter, unless that is the system's; or the one that a shell activates. */
const venvOf = ({ binary, python, activated }: Command): string | undefined =>
	[binary, python]
		.map((path) => /^(.*)\/bin\/[^/]+$/.exec(path ?? '')?.[1])
		.find((path) => path !== undefined && !/^(?:|\/usr|\/usr\/local|\/opt\/\w+)$/.test(path)) ?? activated

const setProgram = (set: FactSetter, command: Command, folder: string | undefined): void => {
	const { binary, python, assignments } = command
	set('isGunicorn', command.server === 'gunicorn')
	set('server', command.server)
	set('shell', command.shell)
	set('binary', python !== undefined && !binary.includes('/') ? python : binary)
	set('python', python)
	const venv = venvOf(command)
	if (venv !== undefined) set('venv', resolve(folder, venv))
	if (assignments.length > 0) set('variables', [...new Set(assignments.map(([name]) => name))])
	set('workingDirectory', folder)
}

/** Options of the command line, and of GUNICORN_CMD_ARGS, which counts where the command line does not speak. */
interface AllOptions {
	readonly own: Options
	readonly environment: Options
	readonly all: (name: string) => readonly string[]
	readonly has: (name: string) => boolean
}

const allOptions = (own: Options, environment: Options): AllOptions => ({
	own,
	environment,
	all: (name) => own.values.get(name) ?? environment.values.get(name) ?? [],
	has: (name) => own.values.has(name) || environment.values.has(name),
})

const setOptions = (
	sheet: FactSheet,
	set: FactSetter,
	{ own, all, has }: AllOptions,
	folder: string | undefined,
	{ line, alone = false }: CommandSource,
): void => {
	const app = own.positional[0]
	if (app !== undefined) {
		const colon = app.indexOf(':')
		set('app', app)
		set('module', colon < 0 ? app : app.slice(0, colon))
		set('attribute', colon < 0 ? 'application' : app.slice(colon + 1))
	}
	const chdir = all('chdir').at(-1)
	if (chdir !== undefined) set('chdir', resolve(folder, chdir))
	// Gunicorn reads the file before it changes the folder: what counts is where it was started.
	const config = all('config').at(-1)
	if (config === undefined) set('configFileDefault', resolve(folder, 'gunicorn.conf.py'))
	else set('configFile', config.startsWith('python:') ? config : resolve(folder, config.replace(/^file:/, '')))
	const given = all('timeout').at(-1) ?? ''
	const timeout = /^\d{1,9}$/.test(given) ? Number(given) : undefined
	// A configuration file may set it as well.
	if (!alone) set('timeoutDefault', timeout === undefined && config === undefined)
	set('timeout', timeout ?? (config === undefined && !alone ? 30 : undefined))
	if (!alone) set('umaskDefault', !has('umask'))
	setSettings(sheet, FACTS, (option) => {
		const value = all(option).at(-1)
		if (!TAKES_NO_VALUE.has(option)) return value === undefined ? undefined : { value, line }
		return value === undefined && alone ? undefined : { value: value === undefined ? 'no' : 'yes', line }
	})
}

const setBinds = (
	set: FactSetter,
	options: AllOptions,
	port: string | undefined,
	source: CommandSource,
	args: Facts,
) => {
	const environmentRead = args.environmentRead === true || !source.environmentFiles
	const { source: bindSource, binds, dynamic, certain } = decideBinds({ ...options, port, environmentRead, args })
	if (source.alone === true && bindSource !== 'argument') return
	set('bindSource', bindSource)
	set('bindDynamic', dynamic)
	set('bindCertain', certain)
	if (binds.length === 0) return
	if (bindSource === 'config-file') set('fileBinds', binds)
	else {
		set('binds', binds)
		set('bind', binds[0])
	}
}

/** A Gunicorn command line, in a unit or alone, read by Gunicorn's own rules of precedence. */
export const gunicornCommandParser = plainParser({
	name: 'gunicorn-command',
	summary: "Gunicorn's command line in a unit: which application, where it listens, and who says so",
	facts: FACTS,
	args: ARGS,
	read(sheet, lines, { args }) {
		const source = findCommand(lines, textArg(args, 'unit'))
		if (source === undefined) return
		const set: FactSetter = (name, value) => sheet.set(name, value, source.line)
		const words = splitWords(source.text)
		set('commandLine', source.text)
		const command = unwrap(words)
		// A script of the operator's own: what it runs is not told.
		if (command === undefined) {
			set(
				'wrapper',
				words.find((word) => word.startsWith('/')),
			)
			return
		}
		const folder = command.folder ?? textArg(args, 'workingDirectory') ?? source.workingDirectory
		setProgram(set, command, folder)
		if (command.server !== 'gunicorn') return
		const variable = (name: string): string | undefined => command.assignments.findLast(([key]) => key === name)?.[1]
		const more =
			variable('GUNICORN_CMD_ARGS') ?? textArg(args, 'commandArgs') ?? source.environment.get('GUNICORN_CMD_ARGS')
		const options = allOptions(readOptions(command.words), readOptions(splitWords(more ?? '')))
		setOptions(sheet, set, options, folder, source)
		setBinds(set, options, variable('PORT') ?? textArg(args, 'port') ?? source.environment.get('PORT'), source, args)
	},
})
