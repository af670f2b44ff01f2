import { quoteWord, splitAssignment, splitWords } from '../../text/argv.ts'
import { createFactSheet } from '../../text/fact-sheet.ts'
import type { FactSchema, Facts, FactValue, OutputLine, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'
import { readExec } from '../systemd/systemctl-show.ts'
import { unitFileParser } from '../systemd/unit-file.ts'
import { readOptions } from './options.ts'
import { unwrap } from './server-command.ts'

const FACTS = {
	/** The command line as it was found, in one line. */
	commandLine: 'string',
	isGunicorn: 'bool',
	/** A script that runs nobody knows what: its path. Then `isGunicorn` is absent. */
	wrapper: 'string',
	/** What runs instead: `uvicorn`, `flask`, `uwsgi`, `waitress`, … */
	server: 'string',
	binary: 'string',
	/** The interpreter, when it stands in the command line. */
	python: 'string',
	/** The virtualenv's folder: the one whose `bin` holds the binary or the interpreter. */
	venv: 'string',
	app: 'string',
	module: 'string',
	attribute: 'string',
	/** As they were given: `unix:/run/g.sock`, `127.0.0.1:8000`. */
	binds: 'list<string>',
	bind: 'string',
	/** `argument`, `environment`, `config-file`, `port-variable`, `default`, `socket-activation` or `unknown`. */
	bindSource: 'string',
	/** False: an environment file, or a configuration file that may be there, could say otherwise. */
	bindCertain: 'bool',
	/** A variable stands in the bind, so that its value cannot be told from here. */
	bindDynamic: 'bool',
	/** Absolute, when the folder that it is relative to is known. */
	configFile: 'string',
	/** The file that Gunicorn reads when none is named, if it is there. */
	configFileDefault: 'string',
	chdir: 'string',
	workingDirectory: 'string',
	timeout: 'int',
	timeoutDefault: 'bool',
	umask: 'string',
	umaskDefault: 'bool',
	user: 'string',
	group: 'string',
	workerClass: 'string',
	workers: 'int',
	threads: 'int',
	logFile: 'string',
	errorLog: 'string',
	accessLog: 'string',
	pidFile: 'string',
	reuse: 'bool',
	preload: 'bool',
	daemon: 'bool',
	/** A shell runs it. */
	shell: 'bool',
	/** Names of the variables that the command line sets. */
	variables: 'list<string>',
} as const satisfies FactSchema

const ARGS = {
	/** The unit that it stands in, whose name fills in `%i`. */
	unit: 'string',
	/** Value of GUNICORN_CMD_ARGS. */
	commandArgs: 'string',
	/** Value of PORT. */
	port: 'string',
	workingDirectory: 'string',
	/** What the configuration file says, as `gunicorn-config` read it. */
	configBinds: 'list<string>',
	configBind: 'string',
	configDynamic: 'bool',
	configExists: 'bool',
	/** The environment is known: `commandArgs` and `port` are all that it says. */
	environmentRead: 'bool',
	/** A socket unit hands the socket over. */
	socketActivated: 'bool',
} as const satisfies FactSchema

interface Found {
	readonly line: number
	readonly text: string
}

const joinPath = (folder: string, path: string): string => {
	const parts: string[] = []
	for (const part of `${folder}/${path}`.split('/')) {
		if (part === '..') parts.pop()
		else if (part !== '' && part !== '.') parts.push(part)
	}
	return `/${parts.join('/')}`
}

/** A path as an absolute one, when it is one or the folder is. */
const resolve = (folder: string | undefined, path: string): string => {
	if (path.startsWith('/') || folder === undefined || !folder.startsWith('/')) return path
	return joinPath(folder, path)
}

/** Lines that may hold the command: a unit file's, `systemctl show`'s, ps's, or a bare one. */
const findCommand = (
	lines: readonly OutputLine[],
	args: Facts,
): { readonly found: Found; readonly unit: Facts; readonly title: boolean } | undefined => {
	const shown = lines.find(({ text }) => text.startsWith('ExecStart={'))
	if (shown !== undefined) {
		const exec = readExec(shown.text)
		if (exec !== undefined)
			return { found: { line: shown.number, text: exec.argv }, unit: showEnvironment(lines), title: false }
	}
	if (lines.some(({ text }) => /^\s{0,20}ExecStart\s{0,10}=/.test(text))) {
		const { facts, evidence } = unitFileParser.parse({ lines, exitCode: 0, args: namesUnit(args) })
		if (typeof facts.execStart === 'string')
			return { found: { line: evidence.execStart?.[0]?.line ?? 1, text: facts.execStart }, unit: facts, title: false }
	}
	for (const { text, number } of lines) {
		if (/\b(?:grep|egrep|rg)\b.{0,40}gunicorn/.test(text)) continue
		const title = /gunicorn: (?:master|worker) \[([^\]]{1,300})\]/.exec(text)
		if (title !== null) return { found: { line: number, text: title[1] ?? '' }, unit: {}, title: true }
		const words = splitWords(text)
		let from = words.findIndex((word) =>
			/(?:^|\/)(?:python[\d.]*|gunicorn3?|env|(?:ba|da)?sh|uvicorn|uwsgi|flask|poetry|pipenv|uv|waitress-serve|hypercorn)$/.test(
				word,
			),
		)
		while (from > 0 && splitAssignment(words[from - 1] ?? '') !== undefined) from -= 1
		if (from >= 0 && unwrap(words.slice(from)) !== undefined)
			return { found: { line: number, text: words.slice(from).map(quoteWord).join(' ') }, unit: {}, title: false }
	}
	return undefined
}

const namesUnit = ({ unit }: Facts): Facts => (typeof unit === 'string' ? { unit } : {})

/** What `systemctl show` says beside the command. */
const showEnvironment = (lines: readonly OutputLine[]): Facts => {
	const value = (name: string): string | undefined =>
		lines.findLast(({ text }) => text.startsWith(`${name}=`))?.text.slice(name.length + 1)
	const pairs = lines
		.filter(({ text }) => text.startsWith('Environment='))
		.flatMap(({ text }) =>
			splitWords(text.slice(12))
				.map(splitAssignment)
				.filter((pair) => pair !== undefined),
		)
	const variable = (name: string): string | undefined => pairs.findLast(([key]) => key === name)?.[1]
	const facts: Record<string, FactValue> = {}
	const files = lines
		.filter(({ text }) => /^EnvironmentFiles?=./.test(text))
		.map(({ text }) => text.slice(text.indexOf('=') + 1))
	facts.environmentFiles = files
	const folder = value('WorkingDirectory')?.replace(/^[!-]/, '')
	if (folder !== undefined && folder !== '') facts.workingDirectory = folder
	const gunicornArgs = variable('GUNICORN_CMD_ARGS')
	if (gunicornArgs !== undefined) facts.gunicornArgs = gunicornArgs
	const port = variable('PORT')
	if (port !== undefined) facts.port = port
	return facts
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

/** A Gunicorn command line, wherever it stands, read by Gunicorn's own rules of precedence. */
export const gunicornCommandParser: Parser = {
	name: 'gunicorn-command',
	summary: "Gunicorn's command line: which app, where it listens, and who says so",
	facts: FACTS,
	args: ARGS,
	parse: (input) => {
		const { args } = input
		const lines = plainLines(input)
		const sheet = createFactSheet()
		const source = findCommand(lines, args)
		if (source === undefined) return sheet.parsed()
		const { found, unit } = source
		const say = (name: keyof typeof FACTS, value: Parameters<typeof sheet.set>[1]): void =>
			sheet.set(name, value, found.line)
		if (source.title) {
			say('isGunicorn', true)
			sayApp(say, found.text)
			return sheet.parsed()
		}
		say('commandLine', found.text)
		const parsed = unwrap(splitWords(found.text))
		// A script of the operator's own: what it runs is not told.
		if (parsed === undefined) {
			say(
				'wrapper',
				splitWords(found.text).find((word) => word.startsWith('/')),
			)
			return sheet.parsed()
		}
		say('isGunicorn', parsed.server === 'gunicorn')
		say('server', parsed.server)
		say('shell', parsed.shell)
		say('binary', parsed.python !== undefined && !parsed.binary.includes('/') ? parsed.python : parsed.binary)
		say('python', parsed.python)
		const folder = text(parsed.folder) ?? text(args.workingDirectory) ?? text(unit.workingDirectory)
		const inVenv = [parsed.binary, parsed.python]
			.map((path) => /^(.*)\/bin\/[^/]+$/.exec(path ?? '')?.[1])
			.find((path) => path !== undefined && !/^(?:|\/usr|\/usr\/local|\/opt\/\w+)$/.test(path))
		const venv = inVenv ?? parsed.activated
		if (venv !== undefined) say('venv', resolve(folder, venv))
		if (parsed.assignments.length > 0) say('variables', [...new Set(parsed.assignments.map(([name]) => name))])
		say('workingDirectory', folder)
		if (parsed.server !== 'gunicorn') return sheet.parsed()

		const variable = (name: string): string | undefined => parsed.assignments.findLast(([key]) => key === name)?.[1]
		const own = readOptions(parsed.words)
		const fromEnvironment = readOptions(
			splitWords(variable('GUNICORN_CMD_ARGS') ?? text(args.commandArgs) ?? text(unit.gunicornArgs) ?? ''),
		)
		const all = (name: string): readonly string[] => own.values.get(name) ?? fromEnvironment.values.get(name) ?? []
		const last = (name: string): string | undefined => all(name).at(-1)
		const has = (name: string): boolean => own.values.has(name) || fromEnvironment.values.has(name)

		const app = own.positional[0]
		if (app !== undefined) sayApp(say, app)
		const chdir = last('chdir')
		if (chdir !== undefined) say('chdir', resolve(folder, chdir))
		// Gunicorn reads the file before it changes the folder: what counts is where it was started.
		const config = last('config')
		if (config !== undefined && !config.startsWith('python:'))
			say('configFile', resolve(folder, config.replace(/^file:/, '')))
		else if (config !== undefined) say('configFile', config)
		else say('configFileDefault', resolve(folder, 'gunicorn.conf.py'))

		const port = variable('PORT') ?? text(args.port) ?? text(unit.port)
		const configBinds = Array.isArray(args.configBinds)
			? args.configBinds.filter((bind) => typeof bind === 'string')
			: text(args.configBind) === undefined
				? []
				: [String(args.configBind)]
		const expand = (bind: string): string =>
			port === undefined ? bind : bind.replace(/\$\{PORT(?::-[^}]{0,10})?\}|\$PORT\b/g, port)
		const given = all('bind').map(expand)
		const known: readonly [string, readonly string[]] | undefined =
			args.socketActivated === true
				? ['socket-activation', []]
				: own.values.has('bind')
					? ['argument', given]
					: fromEnvironment.values.has('bind')
						? ['environment', given]
						: configBinds.length > 0
							? ['config-file', configBinds]
							: args.configDynamic === true
								? ['config-file', []]
								: config !== undefined && args.configDynamic === undefined
									? ['config-file', []]
									: port !== undefined
										? ['port-variable', [`0.0.0.0:${port}`]]
										: ['default', ['127.0.0.1:8000']]
		if (known !== undefined) {
			const [bindSource, binds] = known
			const dynamic =
				binds.some((bind) => /\$\{?\w|%[a-zA-Z]/.test(bind)) ||
				(args.configDynamic === true && bindSource === 'config-file')
			say('bindSource', bindSource)
			say('bindDynamic', dynamic)
			const environmentRead =
				args.environmentRead === true || !Array.isArray(unit.environmentFiles) || unit.environmentFiles.length === 0
			const configDecides = args.configExists === false || args.configDynamic === false || configBinds.length > 0
			const certain =
				bindSource === 'argument' ||
				bindSource === 'socket-activation' ||
				bindSource === 'environment' ||
				(environmentRead && configDecides)
			say('bindCertain', certain && !dynamic)
			if (binds.length > 0) {
				say(
					'binds',
					binds
						.flatMap((bind) => bind.split(','))
						.map((bind) => bind.trim())
						.filter((bind) => bind !== ''),
				)
				say('bind', binds[0]?.split(',')[0]?.trim())
			}
		}
		const whole = (name: string): number | undefined => {
			const value = last(name)
			return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : undefined
		}
		const timeout = whole('timeout')
		// A configuration file may set it as well.
		say('timeoutDefault', timeout === undefined && config === undefined)
		if (timeout !== undefined) say('timeout', timeout)
		else if (config === undefined) say('timeout', 30)
		say('umask', last('umask'))
		say('umaskDefault', !has('umask'))
		say('user', last('user'))
		say('group', last('group'))
		say('workerClass', last('worker-class'))
		say('workers', whole('workers'))
		say('threads', whole('threads'))
		say('errorLog', last('error-logfile'))
		say('logFile', last('error-logfile'))
		say('accessLog', last('access-logfile'))
		say('pidFile', last('pid'))
		say('reuse', has('reuse-port'))
		say('preload', has('preload'))
		say('daemon', has('daemon'))
		return sheet.parsed()
	},
}

const sayApp = (say: (name: 'app' | 'module' | 'attribute', value: string) => void, app: string): void => {
	const colon = app.indexOf(':')
	say('app', app)
	say('module', colon < 0 ? app : app.slice(0, colon))
	// Without an attribute Gunicorn asks for `application`.
	say('attribute', colon < 0 ? 'application' : app.slice(colon + 1))
}
