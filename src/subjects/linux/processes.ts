import { splitWords } from '../../text/argv.ts'
import { createFactSheet } from '../../text/fact-sheet.ts'
import type { FactSchema, OutputLine, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

const FACTS = {
	/** Gunicorn processes. */
	gunicorn: 'int',
	masters: 'int',
	workers: 'int',
	masterPid: 'int',
	masterPids: 'list<string>',
	/** A Gunicorn process is stopped (SIGSTOP, a debugger). */
	stopped: 'bool',
	zombies: 'int',
	/** Those that Gunicorn processes run as; `user` is the workers', `masterUser` the master's. */
	users: 'list<string>',
	user: 'string',
	masterUser: 'string',
	/** When the master was started, as `lstart` prints it. */
	masterStarted: 'string',
	groups: 'list<string>',
	/** systemd services that Gunicorn processes run in. */
	units: 'list<string>',
	unit: 'string',
	/** Gunicorn runs, but in no service: somebody started it by hand. */
	unmanaged: 'bool',
	/** The master's command line, when ps shows it. */
	commandLine: 'string',
	app: 'string',
	apps: 'list<string>',
	nginx: 'int',
	nginxUser: 'string',
	nginxMaster: 'bool',
	/** Flask's development server. */
	flaskDev: 'bool',
	flaskPid: 'int',
	/** A Python script that may be a development server: its command line. */
	script: 'string',
	/** Other application servers that run. */
	other: 'list<string>',
} as const satisfies FactSchema

interface Process {
	readonly line: number
	readonly pid?: number
	readonly ppid?: number
	readonly state?: string
	readonly user?: string
	readonly group?: string
	readonly unit?: string
	readonly started?: string
	readonly command: string
}

const NAMES: Readonly<Record<string, keyof Omit<Process, 'line'>>> = {
	PID: 'pid',
	PPID: 'ppid',
	S: 'state',
	STAT: 'state',
	USER: 'user',
	UID: 'user',
	EUSER: 'user',
	RUSER: 'user',
	GROUP: 'group',
	EGROUP: 'group',
	RGROUP: 'group',
	UNIT: 'unit',
	CGROUP: 'unit',
	STARTED: 'started',
}
const AUX = ['USER', 'PID', '%CPU', '%MEM', 'VSZ', 'RSS', 'TTY', 'STAT', 'START', 'TIME', 'COMMAND']
const FULL = ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']

const LONG_START = /^\S{2,6} +\S{2,6} +\d{1,2} \d\d:\d\d:\d\d \d{4}|^[A-Z]\S{2,4} \d\d(?= )/

const readHeader = (text: string): readonly string[] | undefined => {
	const words = text.trim().split(/\s+/)
	const last = words.at(-1)
	return words.includes('PID') &&
		(last === 'COMMAND' || last === 'CMD' || last === 'ARGS') &&
		words.every((word) => /^[%A-Z_]+$/.test(word))
		? words
		: undefined
}

/** The columns of a line that came without a header (`ps aux | grep gunicorn`). */
const guessColumns = (text: string): readonly string[] | undefined => {
	if (/^\S{1,32}\s+\d{1,10}\s+[\d.]{1,6}\s+[\d.]{1,6}\s+\d+\s+\d+\s+\S+\s+[A-Z]\S{0,6}\s+\S+\s+\d+:\d+\s/.test(text))
		return AUX
	if (/^\S{1,32}\s+\d{1,10}\s+\d{1,10}\s+\d{1,3}\s+\S+\s+\S+\s+\d+:\d+:\d+\s/.test(text)) return FULL
	// `pgrep -a`
	if (/^\d{1,10} (?:\S{0,300}\/)?(?:gunicorn|nginx|python[\d.]{0,8}|uwsgi)(?::| |$)/.test(text))
		return ['PID', 'COMMAND']
	return undefined
}

const readProcess = (text: string, line: number, columns: readonly string[]): Process | undefined => {
	const found: { -readonly [key in keyof Process]?: Process[key] } = {}
	let at = 0
	for (const column of columns.slice(0, -1)) {
		while (text[at] === ' ') at += 1
		const from = at
		while (at < text.length && text[at] !== ' ') at += 1
		// `lstart` is five words under one title, a start on another day two.
		const words = column === 'STARTED' ? (LONG_START.exec(text.slice(from, from + 40))?.[0] ?? '') : ''
		if (words.length > at - from) at = from + words.length
		const value = text.slice(from, at)
		if (value === '') return undefined
		const name = NAMES[column]
		if (name === 'pid' || name === 'ppid') {
			if (!/^\d{1,10}$/.test(value)) return undefined
			found[name] = Number(value)
		} else if (column === 'CGROUP')
			found.unit = /([\w@:.\\-]+\.(?:service|scope|slice))(?:\/[^/]*)?$/.exec(value)?.[1] ?? value
		else if (name !== undefined && name !== 'command') found[name] = value
	}
	const command = text.slice(at).trim()
	return command === '' ? undefined : { ...found, line, command: command.replace(/^[|\\_ ]{0,60}\\_ /, '') }
}

const readProcesses = (lines: readonly OutputLine[]): readonly Process[] => {
	const processes: Process[] = []
	let columns: readonly string[] | undefined
	for (const { text, number } of lines) {
		const header = readHeader(text)
		if (header !== undefined) {
			columns = header
			continue
		}
		const known = columns ?? guessColumns(text)
		const one = known === undefined ? undefined : readProcess(text.replaceAll('\t', ' '), number, known)
		if (one !== undefined) processes.push(one)
	}
	return processes
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const TITLE = /^(?:\[?)gunicorn: (master|worker|dirty-\w+)(?:\.\d)? ?\[([^\]]{1,300})\]/
const isGunicornName = (word: string): boolean => /^gunicorn(?:3|_django|_paster)?$/.test(baseName(word))

/** True for a process that is Gunicorn, not for one that only speaks of it (grep, an editor, a shell around it). */
const isGunicorn = (command: string): boolean => {
	if (TITLE.test(command)) return true
	const [first = '', second = '', third = ''] = command.split(' ', 8).filter((word) => word !== '')
	if (isGunicornName(first)) return true
	if (!/^(?:python|pypy)[\d.]*$/.test(baseName(first))) return false
	return (
		isGunicornName(second) ||
		(second === '-m' && /^gunicorn(?:\.|$)/.test(third)) ||
		(second.startsWith('-') && (isGunicornName(third) || /\s-m gunicorn(?:\s|\.|$)/.test(command)))
	)
}

const appOf = (command: string): string | undefined => {
	const title = TITLE.exec(command)?.[2]
	if (title !== undefined) return title
	return splitWords(command).findLast((word) => /^[A-Za-z_][\w.]*:[A-Za-z_]\w*(?:\(.*\))?$/.test(word))
}

/** `ps` shortens a name that is too long for its column, or shows the number instead. */
const userName = ({ user }: Process): string | undefined =>
	user === undefined || /^\d+$|\+$/.test(user) ? undefined : user

/** A terminal cut the command lines off: several, and not one text over and over, end in the same last column. */
const isCutOff = (all: readonly Process[], lines: readonly OutputLine[]): boolean => {
	const widths = new Map(lines.map(({ number, text }) => [number, text.length]))
	const width = all.reduce((most, { line }) => Math.max(most, widths.get(line) ?? 0), 0)
	const full = all.filter(({ line }) => widths.get(line) === width)
	return new Set(full.map(({ command }) => command)).size > 1
}

const OTHER = /^(?:uwsgi|uvicorn|hypercorn|daphne|waitress-serve|granian)$/

/** `ps aux`, `ps -ef`, or `ps -eo …` with its header. */
export const processesParser: Parser = {
	name: 'processes',
	summary: 'Gunicorn, nginx and development servers among the processes',
	facts: FACTS,
	parse: (input) => {
		const lines = plainLines(input)
		const sheet = createFactSheet()
		const all = readProcesses(lines)
		const headed = lines.some(({ text }) => readHeader(text) !== undefined)
		if (all.length === 0 && !headed) return sheet.parsed()
		const linesOf = (some: readonly Process[]): number[] => some.slice(0, 40).map(({ line }) => line)
		const texts = (values: readonly (string | undefined)[]): readonly string[] =>
			[...new Set(values.filter((value) => value !== undefined && value !== '' && value !== '-'))].map(String)

		const gunicorn = all.filter(({ command }) => isGunicorn(command))
		const zombies = all.filter(
			({ command, state }) => /^\[gunicorn[^\]]{0,20}\] <defunct>/.test(command) && (state ?? 'Z').startsWith('Z'),
		)
		const pids = new Set(gunicorn.map(({ pid }) => pid))
		const titled = gunicorn.some(({ command }) => TITLE.test(command))
		const parented = gunicorn.every(({ ppid }) => ppid !== undefined)
		const isMaster = (one: Process): boolean => {
			const title = TITLE.exec(one.command)
			if (title !== null) return title[1] === 'master'
			return one.ppid !== undefined && !pids.has(one.ppid)
		}
		// What a list does not show is missing on the host only when it shows them all, with their whole names.
		const whole = all.some(({ pid }) => pid === 1) && !isCutOff(all, lines)
		const shows = (word: string): boolean =>
			whole || all.some(({ command }) => /(?:^|[\s/|])[ef]?grep /.test(command) && command.includes(word))
		if (gunicorn.length > 0 || shows('gunicorn')) sheet.set('gunicorn', gunicorn.length, ...linesOf(gunicorn))
		if (zombies.length > 0 || shows('gunicorn')) sheet.set('zombies', zombies.length, ...linesOf(zombies))
		const masters = gunicorn.filter(isMaster)
		if (gunicorn.length === 0) {
			if (shows('gunicorn')) {
				sheet.set('masters', 0)
				sheet.set('workers', 0)
			}
		} else if (titled || parented) {
			const workers = gunicorn.filter((one) => !masters.includes(one))
			sheet.set('masters', masters.length, ...linesOf(masters))
			sheet.set('workers', workers.length, ...linesOf(workers))
			sheet.set(
				'masterPids',
				masters.map(({ pid }) => String(pid ?? '')).filter((pid) => pid !== ''),
				...linesOf(masters),
			)
			if (masters.length === 1) {
				sheet.set('masterPid', masters[0]?.pid, masters[0]?.line)
				sheet.set('masterStarted', masters[0]?.started, masters[0]?.line)
				sheet.set('masterUser', masters[0] === undefined ? undefined : userName(masters[0]), masters[0]?.line)
			}
			const users = texts(workers.map(userName))
			if (users.length === 1) sheet.set('user', users[0], ...linesOf(workers))
		}
		if (gunicorn.some(({ state }) => state !== undefined)) {
			const stopped = gunicorn.filter(({ state }) => /^[Tt]/.test(state ?? ''))
			sheet.set('stopped', stopped.length > 0, ...linesOf(stopped))
		}
		if (gunicorn.length > 0) {
			const names = texts(gunicorn.map(userName))
			if (names.length > 0) sheet.set('users', names, ...linesOf(gunicorn))
			const groups = texts(gunicorn.map(({ group }) => group))
			if (groups.length > 0) sheet.set('groups', groups, ...linesOf(gunicorn))
			if (gunicorn.some(({ unit }) => unit !== undefined)) {
				const managed = gunicorn.filter(({ unit }) => unit?.endsWith('.service') && !/^user@|^session-/.test(unit))
				const units = texts(managed.map(({ unit }) => unit))
				sheet.set('units', units, ...linesOf(managed))
				if (units.length === 1) sheet.set('unit', units[0], ...linesOf(managed))
				sheet.set(
					'unmanaged',
					managed.length < gunicorn.length,
					...linesOf(gunicorn.filter((one) => !managed.includes(one))),
				)
			}
			const shown = (masters.length > 0 ? masters : gunicorn).find(({ command }) => !TITLE.test(command))
			sheet.set('commandLine', shown?.command, shown?.line)
			const apps = texts(gunicorn.map(({ command }) => appOf(command)))
			sheet.set('apps', apps, ...linesOf(gunicorn))
			if (apps.length === 1) sheet.set('app', apps[0], ...linesOf(gunicorn.slice(0, 1)))
		}

		const nginx = all.filter(({ command }) =>
			/^nginx: (?:master|worker) process|^(?:\S{0,100}\/)?nginx(?: |$)/.test(command),
		)
		const nginxWorker = nginx.find(({ command }) => command.startsWith('nginx: worker process'))
		const nginxMaster = nginx.find(({ command }) => !command.startsWith('nginx: worker'))
		if (nginx.length > 0 || shows('nginx')) sheet.set('nginx', nginx.length, ...linesOf(nginx))
		if (nginxMaster !== undefined || shows('nginx'))
			sheet.set('nginxMaster', nginxMaster !== undefined, nginxMaster?.line)
		sheet.set('nginxUser', nginxWorker === undefined ? undefined : userName(nginxWorker), nginxWorker?.line)
		const flask = all.find(
			({ command }) =>
				/(?:^|[\s/])flask (?:\S{1,60} ){0,6}run(?:\s|$)|manage\.py runserver/.test(command) &&
				!/^\S{0,60}(?:grep|sh) /.test(command),
		)
		if (flask !== undefined || shows('flask')) sheet.set('flaskDev', flask !== undefined, flask?.line)
		sheet.set('flaskPid', flask?.pid, flask?.line)
		const script = all.find(({ command }) =>
			/^\S{0,300}python[\d.]* (?:-\w )?(?:\S{0,300}\/)?(?:app|main|run|wsgi|server|application|index)\.py(?:\s|$)/.test(
				command,
			),
		)
		sheet.set('script', script?.command, script?.line)
		const other = all.filter(({ command }) => {
			const [first = '', second = ''] = command.split(' ', 4)
			return OTHER.test(baseName(first)) || (/^python[\d.]*$/.test(baseName(first)) && OTHER.test(baseName(second)))
		})
		if (other.length > 0 || whole)
			sheet.set(
				'other',
				texts(
					other.map(({ command }) =>
						command
							.split(' ', 3)
							.map(baseName)
							.find((word) => OTHER.test(word)),
					),
				),
				...linesOf(other),
			)
		return sheet.parsed()
	},
}
