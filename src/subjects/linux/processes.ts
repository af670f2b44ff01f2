import type { FactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, list, string } from '../../text/parser.ts'
import { listArg, textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { distinctTexts, type Process, type ProcessTable, readProcessTable, userName } from './process-table.ts'
import { runs } from './program-name.ts'

const FACTS = {
	count: int('How many processes of `program` run. Absent where the list may leave some out.'),
	mains: int('How many of them have a parent that is not of the same program. Needs the parents.'),
	workers: int('How many of them were started by another one of them. Needs the parents.'),
	mainPid: int('The number of the main process, when there is one.'),
	pids: list('The numbers of all processes of `program`.'),
	mainStarted: string('When the main process was started, as `lstart` prints it.'),
	user: string('The user that the workers run as, when it is one.'),
	group: string('The group that the workers run as, when it is one.'),
	users: list('The users that processes of `program` run as.'),
	groups: list('The groups that processes of `program` run as.'),
	stopped: bool('A process of `program` is stopped: by a signal (SIGSTOP), or by a debugger.'),
	units: list('The systemd services that processes of `program` run in.'),
	unit: string('The systemd service that processes of `program` run in, when it is one.'),
	unmanaged: bool('A process of `program` runs in no service: somebody started it by hand.'),
	inUnit: int('How many processes of `program` run in `unit`.'),
	unitPids: list('The numbers of all processes in `unit`, of whatever program.'),
	unitStopped: bool('A process in `unit` is stopped: by a signal (SIGSTOP), or by a debugger.'),
	commandLine: string('The command line of the main process, when ps shows it and not a title.', { hearsay: true }),
	others: list('Those of `others` that run. When none does, absent unless the list shows every process.'),
} as const satisfies FactSchema

/** `ps aux`, `ps -ef`, or `ps -eo …` with its header. */
export const processesParser = plainParser({
	name: 'processes',
	summary: 'The processes of a program: how many, who they are, in which unit (ps).',
	facts: FACTS,
	args: {
		program: string(
			"The program's name: as the first word of a command line, as a script or module, or as the beginning of a title.",
		),
		unit: string('The systemd service whose processes are wanted, with `.service` or without.'),
		others: list('Other programs, scripts or commands to look for.'),
	},
	read(sheet, lines, input) {
		const program = textArg(input.args, 'program')
		const unit = textArg(input.args, 'unit')
		const table = readProcessTable(lines, program)
		if (table.empty) return
		if (program !== undefined) setProgram(sheet, table, program)
		if (unit !== undefined) setUnit(sheet, table, program, unit)
		setOthers(sheet, table, listArg(input.args, 'others') ?? [])
	},
})

const pidsOf = (some: readonly Process[]): readonly string[] =>
	distinctTexts(some.map(({ pid }) => (pid === undefined ? undefined : String(pid))))
const isTitle = ({ command }: Process): boolean => /^\S{1,60}: /.test(command)
const isZombie = ({ command, state }: Process): boolean =>
	command.includes('<defunct>') && (state ?? 'Z').startsWith('Z')

const setProgram = (sheet: FactSheet, table: ProcessTable, program: string): void => {
	const mine = table.processes.filter((one) => runs(one.command, program) && !isZombie(one))
	const shown = table.shows(program)
	if (mine.length === 0 && !shown) return
	sheet.set('count', mine.length, ...mine)
	sheet.set('pids', pidsOf(mine), ...mine)
	if (mine.length === 0) {
		sheet.set('mains', 0)
		sheet.set('workers', 0)
		return
	}
	const mains = setMains(sheet, mine)
	setStopped(sheet, 'stopped', mine)
	const users = distinctTexts(mine.map(userName))
	if (users.length > 0) sheet.set('users', users, ...mine)
	const groups = distinctTexts(mine.map(({ group }) => group))
	if (groups.length > 0) sheet.set('groups', groups, ...mine)
	setUnits(sheet, mine)
	const spoken = (mains.length > 0 ? mains : mine).find((one) => !isTitle(one))
	sheet.set('commandLine', spoken?.command, spoken)
}

const setStopped = (sheet: FactSheet, fact: keyof typeof FACTS, some: readonly Process[]): void => {
	const stopped = some.filter(({ state }) => /^[Tt]/.test(state ?? ''))
	if (some.some(({ state }) => state !== undefined)) sheet.set(fact, stopped.length > 0, ...stopped)
}

/** Who started whom among the processes of one program; gives the main ones, as far as the list tells. */
const setMains = (sheet: FactSheet, mine: readonly Process[]): readonly Process[] => {
	if (mine.some(({ ppid }) => ppid === undefined)) return []
	const pids = new Set(mine.map(({ pid }) => pid))
	const mains = mine.filter(({ ppid }) => !pids.has(ppid))
	const workers = mine.filter((one) => !mains.includes(one))
	sheet.set('mains', mains.length, ...mains)
	sheet.set('workers', workers.length, ...workers)
	const main = mains.length === 1 ? mains[0] : undefined
	sheet.set('mainPid', main?.pid, main)
	sheet.set('mainStarted', main?.started, main)
	const users = distinctTexts(workers.map(userName))
	if (users.length === 1) sheet.set('user', users[0], ...workers)
	const groups = distinctTexts(workers.map(({ group }) => group))
	if (groups.length === 1) sheet.set('group', groups[0], ...workers)
	return mains
}

const setUnits = (sheet: FactSheet, mine: readonly Process[]): void => {
	if (mine.every(({ unit }) => unit === undefined)) return
	const managed = mine.filter(({ unit }) => unit?.endsWith('.service') && !/^user@|^session-/.test(unit))
	const units = distinctTexts(managed.map(({ unit }) => unit))
	sheet.set('units', units, ...managed)
	if (units.length === 1) sheet.set('unit', units[0], ...managed)
	const loose = mine.filter((one) => !managed.includes(one))
	sheet.set('unmanaged', loose.length > 0, ...loose)
}

const setUnit = (sheet: FactSheet, { processes, whole }: ProcessTable, program: string | undefined, unit: string) => {
	if (processes.every((one) => one.unit === undefined)) return
	const name = /\.\w+$/.test(unit) ? unit : `${unit}.service`
	const inside = processes.filter((one) => one.unit === name && !isZombie(one))
	if (inside.length === 0 && !whole) return
	sheet.set('unitPids', pidsOf(inside), ...inside)
	setStopped(sheet, 'unitStopped', inside)
	if (program === undefined) return
	const mine = inside.filter(({ command }) => runs(command, program))
	sheet.set('inUnit', mine.length, ...mine)
}

const setOthers = (sheet: FactSheet, { processes, whole }: ProcessTable, names: readonly string[]): void => {
	if (names.length === 0) return
	const found = names.flatMap((name) => {
		const process = processes.find((one) => !isZombie(one) && runs(one.command, name))
		return process === undefined ? [] : [{ name, line: process.line }]
	})
	if (found.length > 0 || whole) sheet.list('others', found, ({ name }) => name)
}
