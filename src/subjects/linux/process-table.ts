import type { OutputLine } from '../../text/parser.ts'
import { runs } from './program-name.ts'

/** A process as `ps` shows it; what has no column is left out. */
export interface Process {
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

/** The columns of a line that came without a header (`ps aux | grep NAME`). */
const guessColumns = (text: string, program: string | undefined): readonly string[] | undefined => {
	if (/^\S{1,32}\s+\d{1,10}\s+[\d.]{1,6}\s+[\d.]{1,6}\s+\d+\s+\d+\s+\S+\s+[A-Z]\S{0,6}\s+\S+\s+\d+:\d+\s/.test(text))
		return AUX
	if (/^\S{1,32}\s+\d{1,10}\s+\d{1,10}\s+\d{1,3}\s+\S+\s+\S+\s+\d+:\d+:\d+\s/.test(text)) return FULL
	// `pgrep -a`
	const listed = /^\d{1,10} (?=\S)/.exec(text)?.[0]
	return listed !== undefined && program !== undefined && runs(text.slice(listed.length), program)
		? ['PID', 'COMMAND']
		: undefined
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

const readProcesses = (lines: readonly OutputLine[], program: string | undefined): readonly Process[] => {
	const processes: Process[] = []
	let columns: readonly string[] | undefined
	for (const { text, number } of lines) {
		const header = readHeader(text)
		if (header !== undefined) {
			columns = header
			continue
		}
		const known = columns ?? guessColumns(text, program)
		const one = known === undefined ? undefined : readProcess(text.replaceAll('\t', ' '), number, known)
		if (one !== undefined) processes.push(one)
	}
	return processes
}

/** `ps` shortens a name that is too long for its column, or shows the number instead. */
export const userName = ({ user }: Process): string | undefined =>
	user === undefined || /^\d+$|\+$/.test(user) ? undefined : user

/** A terminal cut the command lines off: several, and not one text over and over, end in the same last column. */
const isCutOff = (all: readonly Process[], lines: readonly OutputLine[]): boolean => {
	const widths = new Map(lines.map(({ number, text }) => [number, text.length]))
	const width = all.reduce((most, { line }) => Math.max(most, widths.get(line) ?? 0), 0)
	const full = all.filter(({ line }) => widths.get(line) === width)
	return new Set(full.map(({ command }) => command)).size > 1
}

/** What `ps` shows, and what may be concluded from what it does not show. */
export interface ProcessTable {
	readonly processes: readonly Process[]
	/** Neither a header nor a process: it is no such table. */
	readonly empty: boolean
	/** It shows every process of the host, with its whole command line. */
	readonly whole: boolean
	/** Would it show a process that speaks of the word? It is whole, or was made by a search for that word. */
	readonly shows: (word: string) => boolean
}

/** Reads `ps aux`, `ps -ef`, `ps -eo …` with its header, or `pgrep -a` (only where a program is named). */
export const readProcessTable = (lines: readonly OutputLine[], program?: string): ProcessTable => {
	const processes = readProcesses(lines, program)
	const headed = lines.some(({ text }) => readHeader(text) !== undefined)
	const whole = processes.some(({ pid }) => pid === 1) && !isCutOff(processes, lines)
	return {
		processes,
		empty: processes.length === 0 && !headed,
		whole,
		shows: (word) =>
			whole || processes.some(({ command }) => /(?:^|[\s/|])[ef]?grep /.test(command) && command.includes(word)),
	}
}

/** The values, each once, without what is unknown and without the mark for none. */
export const distinctTexts = (values: readonly (string | undefined)[]): readonly string[] =>
	[...new Set(values.filter((value) => value !== undefined && value !== '' && value !== '-'))].map(String)
