import { splitWords } from '../../text/argv.ts'
import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, string } from '../../text/parser.ts'
import { textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { type ProcessTable, readProcessTable, runs } from '../linux/index.ts'
import { isSameUnit } from '../systemd/index.ts'
import { withPort } from './binds.ts'
import { readOptions } from './options.ts'
import { unwrap } from './server-command.ts'

type Process = ProcessTable['processes'][number]

const HEARSAY = { hearsay: true } as const

const FACTS = {
	count: int('Gunicorn processes, in the unit where one is given; absent where the list may leave some out.', HEARSAY),
	main: int('The number of the main process, when there is one.', HEARSAY),
	workers: int('How many of them are workers.', HEARSAY),
	pids: list('The numbers of all of them.', HEARSAY),
	app: string('The application that the main process was told to load, as module:attribute.', HEARSAY),
	apps: list('The applications of all main processes.', HEARSAY),
	binds: list("The addresses of the main process's command line; absent where it names none.", HEARSAY),
	configFile: string("The configuration file of the main process's command line, as it stands there.", HEARSAY),
	title: bool('The processes show a title (setproctitle) in place of their command line.', HEARSAY),
} as const satisfies FactSchema

const TITLE = /^\[?gunicorn: (master|worker|dirty-\w+)(?:\.\d)? ?\[([^\]]{1,300})\]/

const isGunicorn = ({ command, state }: Process): boolean =>
	!command.includes('<defunct>') &&
	state?.startsWith('Z') !== true &&
	(TITLE.test(command) || runs(command, 'gunicorn'))

/** The main processes: by their title, or because no other Gunicorn process started them. */
const mainsOf = (all: readonly Process[]): readonly Process[] => {
	const pids = new Set(all.map(({ pid }) => pid))
	return all.filter(({ command, ppid }) => {
		const title = TITLE.exec(command)
		if (title !== null) return title[1] === 'master'
		return ppid === undefined ? all.length === 1 : !pids.has(ppid)
	})
}

const optionsOfProcess = ({ command }: Process): ReturnType<typeof readOptions> | undefined => {
	const found = unwrap(splitWords(command))
	return found?.server === 'gunicorn' ? readOptions(found.words) : undefined
}

const appOf = (process: Process): string | undefined =>
	TITLE.exec(process.command)?.[2] ?? optionsOfProcess(process)?.positional[0]

/** What a command line says: of the main process, or of all processes where they share one. */
const setCommand = (sheet: FactSheet, mains: readonly Process[], all: readonly Process[]): void => {
	const known = mains.length > 0 ? mains : all
	sheet.list('apps', known, appOf)
	if (mains.length === 1) sheet.set('main', mains[0]?.pid, mains[0])
	const [first] = known
	const isOne = mains.length === 1 || new Set(known.map(({ command }) => command)).size === 1
	if (first === undefined || !isOne) return
	sheet.set('app', appOf(first), first)
	const options = optionsOfProcess(first)
	const binds = options?.values.get('bind')
	if (binds !== undefined) {
		const each = binds.flatMap((bind) => bind.split(',')).filter((bind) => bind !== '')
		sheet.set('binds', each.map(withPort), first)
	}
	sheet.set('configFile', options?.values.get('config')?.at(-1), first)
}

/** `ps` with command lines: which Gunicorn runs, with which application, and where its command line binds it. */
export const gunicornProcessesParser = plainParser({
	name: 'gunicorn-processes',
	summary: "Gunicorn's processes: their application and addresses, by their command lines (ps)",
	facts: FACTS,
	args: {
		unit: string('The service whose processes are wanted.'),
		app: string('The application whose processes are wanted, as module:attribute.'),
	},
	read(sheet, lines, input) {
		const table = readProcessTable(lines, 'gunicorn')
		const unit = textArg(input.args, 'unit')
		const app = textArg(input.args, 'app')
		const all = table.processes.filter(isGunicorn)
		// Whose they are cannot be told without the column.
		if (table.empty || (unit !== undefined && all.some((one) => one.unit === undefined))) return
		const mine = all.filter(
			(one) => (unit === undefined || isSameUnit(one.unit ?? '', unit)) && (app === undefined || appOf(one) === app),
		)
		if (mine.length === 0 && !table.shows('gunicorn')) return
		sheet.set('count', mine.length, ...mine)
		sheet.list('pids', mine, ({ pid }) => pid?.toString())
		const mains = mainsOf(mine)
		const isTitled = mine.some(({ command }) => TITLE.test(command))
		if (mine.length > 0) sheet.set('title', isTitled, ...mine)
		if (mains.length > 0 || mine.length === 0) sheet.set('workers', mine.length - mains.length, ...mine)
		setCommand(sheet, mains, mine)
	},
})
