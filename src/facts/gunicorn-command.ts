import { splitAssignment, splitWords } from './argv.ts'
import { createFactSheet } from './fact-sheet.ts'
import type { FactSchema, Facts, FactValue, OutputLine, Parser } from './parser.ts'
import { readExec } from './systemctl-show.ts'
import { unitFileParser } from './unit-file.ts'

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

/** Options that Gunicorn knows by a letter, and those that take a value. */
const SHORT: Readonly<Record<string, string>> = {
	b: 'bind',
	c: 'config',
	w: 'workers',
	k: 'worker-class',
	t: 'timeout',
	m: 'umask',
	u: 'user',
	g: 'group',
	p: 'pid',
	n: 'name',
	D: 'daemon',
	e: 'env',
	R: 'enable-stdio-inheritance',
	v: 'version',
	h: 'help',
}
const FLAGS: ReadonlySet<string> = new Set([
	'daemon',
	'preload',
	'reload',
	'reuse-port',
	'no-sendfile',
	'capture-output',
	'check-config',
	'print-config',
	'spew',
	'initgroups',
	'proxy-protocol',
	'disable-redirect-access-to-syslog',
	'enable-stdio-inheritance',
	'version',
	'help',
	'log-syslog',
	'suppress-ragged-eofs',
	'do-handshake-on-connect',
	'strip-header-spaces',
	'permit-unconventional-http-method',
	'permit-unconventional-http-version',
	'casefold-http-method',
	'permit-obsolete-folding',
	'no-control-socket',
	'no-capture-output',
])
const ALIASES: Readonly<Record<string, string>> = {
	'log-file': 'error-logfile',
	'error-log': 'error-logfile',
	'access-log': 'access-logfile',
}
const KNOWN_LONG = [
	'bind',
	'config',
	'workers',
	'worker-class',
	'worker-connections',
	'worker-tmp-dir',
	'timeout',
	'threads',
	'umask',
	'user',
	'group',
	'pid',
	'pythonpath',
	'paste',
	'paster',
	'proxy-allow-from',
	'chdir',
	'error-logfile',
	'access-logfile',
	'access-logformat',
	'log-level',
	'log-config',
	'preload',
	'reload',
	'reuse-port',
	'daemon',
	'backlog',
	'keep-alive',
	'graceful-timeout',
	'max-requests',
	'max-requests-jitter',
	'env',
	'name',
]

interface Options {
	readonly values: ReadonlyMap<string, readonly string[]>
	readonly positional: readonly string[]
}

const longName = (name: string): string => {
	const alias = ALIASES[name] ?? name
	if (KNOWN_LONG.includes(alias) || FLAGS.has(alias)) return alias
	// argparse takes an unambiguous beginning for the whole.
	const begun = KNOWN_LONG.filter((known) => known.startsWith(alias))
	return alias.length >= 3 && begun.length === 1 ? (begun[0] ?? alias) : alias
}

/** Gunicorn's own arguments: options with their values, in order, and what stands alone. */
const readOptions = (words: readonly string[]): Options => {
	const values = new Map<string, string[]>()
	const positional: string[] = []
	const put = (name: string, value: string): void => {
		const held = values.get(name) ?? []
		held.push(value)
		values.set(name, held)
	}
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? ''
		if (word === '--') {
			positional.push(...words.slice(at + 1))
			break
		}
		if (word.startsWith('--')) {
			const equals = word.indexOf('=')
			const name = longName(equals < 0 ? word.slice(2) : word.slice(2, equals))
			if (equals >= 0) put(name, word.slice(equals + 1))
			else if (FLAGS.has(name)) put(name, '')
			else {
				at += 1
				put(name, words[at] ?? '')
			}
		} else if (/^-[A-Za-z]/.test(word)) {
			const name = SHORT[word[1] ?? ''] ?? word.slice(1, 2)
			if (FLAGS.has(name)) put(name, '')
			else if (word.length > 2) put(name, word.slice(2).replace(/^=/, ''))
			else {
				at += 1
				put(name, words[at] ?? '')
			}
		} else positional.push(word)
	}
	return { values, positional }
}

interface Found {
	readonly line: number
	readonly text: string
}

const OTHER_SERVERS =
	/(?:^|\/)(uvicorn|hypercorn|daphne|uwsgi|uwsgi-core|waitress-serve|flask|granian|bjoern|mod_wsgi-express|circusd|supervisord|chaussette|meinheld|twistd)(?:$|[\d.]*$)/

interface Command {
	readonly server: string
	readonly binary: string
	readonly python?: string
	readonly words: readonly string[]
	readonly shell: boolean
	readonly activated?: string
	readonly assignments: readonly (readonly [string, string])[]
	readonly folder?: string
}

/** A shell's text cut into its simple commands. Separators in quotes do not count. */
const simpleCommands = (script: string): readonly string[] => {
	const commands: string[] = []
	let from = 0
	let quote = ''
	for (let at = 0; at < script.length; at += 1) {
		const char = script[at] ?? ''
		if (quote !== '') {
			if (char === quote) quote = ''
		} else if (char === '"' || char === "'") quote = char
		else if (char === ';' || char === '\n' || ((char === '&' || char === '|') && script[at + 1] === char)) {
			commands.push(script.slice(from, at))
			if (char === '&' || char === '|') at += 1
			from = at + 1
		}
	}
	commands.push(script.slice(from))
	return commands.map((command) => command.trim()).filter((command) => command !== '')
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Wrappers that run the rest of the line, and how many of their words to skip. */
const WRAPPERS: Readonly<Record<string, readonly string[]>> = {
	poetry: ['run'],
	pipenv: ['run'],
	uv: ['run'],
	pdm: ['run'],
	hatch: ['run'],
	rye: ['run'],
	conda: ['run'],
	dotenv: ['run'],
	exec: [],
	nohup: [],
	command: [],
	time: [],
	setsid: [],
	newrelic: [],
}

/** Takes off what stands before Gunicorn: `env`, assignments, wrappers, shells. Undefined when no server is in it. */
const unwrap = (words: readonly string[], depth = 0): Command | undefined => {
	const assignments: (readonly [string, string])[] = []
	let rest = words
	let python: string | undefined
	for (let step = 0; step < 40 && rest.length > 0; step += 1) {
		const first = rest[0] ?? ''
		const base = baseName(first)
		const assignment = splitAssignment(first)
		if (assignment !== undefined) {
			assignments.push(assignment)
			rest = rest.slice(1)
		} else if (base === 'env') {
			rest = rest.slice(1)
			while ((rest[0] ?? '').startsWith('-'))
				rest = rest.slice(/^(?:-u|-C|--unset|--chdir)$/.test(rest[0] ?? '') ? 2 : 1)
		} else if (/^(?:ba|da|z|k)?sh$/.test(base) && depth < 4) {
			const flag = rest.findIndex((word, at) => at > 0 && /^-\w*c\w*$/.test(word))
			const script = rest[flag + 1]
			if (flag < 0 || script === undefined) return undefined
			// ps and `systemctl show` print the words without their quotes.
			const whole = /\s/.test(script)
				? script
				: rest
						.slice(flag + 1)
						.map((word) => (/\s/.test(word) ? quoteWord(word) : word))
						.join(' ')
			return readScript(whole, assignments, depth)
		} else if (base in WRAPPERS) {
			const skip = WRAPPERS[base] ?? []
			rest = rest.slice(1)
			if (skip.length > 0 && rest[0] !== undefined && skip.includes(rest[0])) rest = rest.slice(1)
			while ((rest[0] ?? '').startsWith('-'))
				rest = rest.slice(/^(?:-n|-p|-f|--name|--prefix|--project|--directory|--env-file)$/.test(rest[0] ?? '') ? 2 : 1)
		} else if (
			/^(?:newrelic-admin|ddtrace-run|opentelemetry-instrument|sudo|chpst|setpriv|nice|ionice|stdbuf|numactl|tini|dumb-init|systemd-cat|xvfb-run|authbind|with-contenv)$/.test(
				base,
			)
		) {
			rest = rest.slice(1)
			while (rest.length > 0 && !/gunicorn|python|uvicorn|uwsgi|flask/.test(rest[0] ?? '')) rest = rest.slice(1)
		} else if (/^(?:python|pypy)[\d.]*$/.test(base)) {
			python = first
			rest = rest.slice(1)
			while (/^-[A-Za-ln-z]/.test(rest[0] ?? '')) rest = rest.slice(/^-[WX]$/.test(rest[0] ?? '') ? 2 : 1)
			if (rest[0] === '-m') {
				const module = rest[1] ?? ''
				const server = module.split('.')[0] ?? module
				return command(server, module, rest.slice(2), python, assignments)
			}
			if (/(?:^|\/)(?:app|main|manage|run|wsgi|server)\.py$/.test(rest[0] ?? ''))
				return command('python', rest[0] ?? '', rest.slice(1), python, assignments)
		} else if (/^gunicorn(?:3|_django|_paster|-?[\d.]+)?$/.test(base))
			return command('gunicorn', first, rest.slice(1), python, assignments)
		else {
			const other = OTHER_SERVERS.exec(first)?.[1]
			return other === undefined ? undefined : command(other, first, rest.slice(1), python, assignments)
		}
	}
	return undefined
}

const command = (
	server: string,
	binary: string,
	words: readonly string[],
	python: string | undefined,
	assignments: readonly (readonly [string, string])[],
): Command => ({
	server,
	binary,
	words,
	shell: false,
	assignments,
	...(python === undefined ? {} : { python }),
})

const readScript = (
	script: string,
	before: readonly (readonly [string, string])[],
	depth: number,
): Command | undefined => {
	let activated: string | undefined
	let folder: string | undefined
	const assignments = [...before]
	for (const simple of simpleCommands(script)) {
		const words = splitWords(simple)
		const [first = '', second = ''] = words
		if ((first === 'source' || first === '.') && /\/bin\/activate$|^bin\/activate$/.test(second))
			activated = second.replace(/\/?bin\/activate$/, '') || '.'
		else if (first === 'cd') folder = second
		else if (first === 'export')
			assignments.push(
				...words
					.slice(1)
					.map(splitAssignment)
					.filter((pair) => pair !== undefined),
			)
		else {
			const found = unwrap(words, depth + 1)
			if (found !== undefined) {
				return {
					...found,
					shell: true,
					assignments: [...assignments, ...found.assignments],
					...(activated === undefined ? {} : { activated }),
					...(folder === undefined ? {} : { folder }),
				}
			}
		}
	}
	return undefined
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
): { readonly found: Found; readonly unit: Facts; readonly title: boolean } | undefined => {
	const shown = lines.find(({ text }) => text.startsWith('ExecStart={'))
	if (shown !== undefined) {
		const exec = readExec(shown.text)
		if (exec !== undefined)
			return { found: { line: shown.number, text: exec.argv }, unit: showEnvironment(lines), title: false }
	}
	if (lines.some(({ text }) => /^\s{0,20}ExecStart\s{0,10}=/.test(text))) {
		const { facts, evidence } = unitFileParser.parse({ lines, exitCode: 0, args: {} })
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

const quoteWord = (word: string): string => {
	if (/^[\w@%+=:,./${}-]+$/.test(word)) return word
	const assignment = splitAssignment(word)
	if (assignment !== undefined) return `${assignment[0]}=${quoteWord(assignment[1])}`
	return `'${word.replaceAll("'", "'\\''")}'`
}

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
	parse: ({ lines, args }) => {
		const sheet = createFactSheet()
		const source = findCommand(lines)
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
