import { quoteWord, splitAssignment, splitWords } from '../../text/argv.ts'
import type { Facts, OutputLine } from '../../text/parser.ts'
import { listArg, textArg } from '../../text/parser-args.ts'
import { readProcessTable } from '../linux/index.ts'
import { readExec, unitBlock, unitEnvironment, unitFileParser } from '../systemd/index.ts'
import { unwrap } from './server-command.ts'

/** A command line, and what stands around it. */
export interface CommandSource {
	readonly line: number
	readonly text: string
	readonly workingDirectory?: string | undefined
	/** The environment that the unit sets, as far as it stands in the output. */
	readonly environment: ReadonlyMap<string, string>
	/** Further variables come from a file. */
	readonly environmentFiles: boolean
	/** Nothing is known but the command line: the unit may set what is not in it. */
	readonly alone?: boolean
}

const NOTHING: ReadonlyMap<string, string> = new Map()

/** What `systemctl show` says. */
const fromShow = (lines: readonly OutputLine[]): CommandSource | undefined => {
	const shown = lines.find(({ text }) => text.startsWith('ExecStart={'))
	const exec = shown === undefined ? undefined : readExec(shown.text)
	if (shown === undefined || exec === undefined) return undefined
	const pairs = lines
		.filter(({ text }) => text.startsWith('Environment='))
		.flatMap(({ text }) => splitWords(text.slice('Environment='.length)).map(splitAssignment))
		.filter((pair) => pair !== undefined)
	const folder = lines
		.findLast(({ text }) => text.startsWith('WorkingDirectory='))
		?.text.slice('WorkingDirectory='.length)
		.replace(/^[!-]/, '')
	return {
		line: shown.number,
		text: exec.argv,
		workingDirectory: folder === '' ? undefined : folder,
		environment: new Map(pairs),
		environmentFiles: lines.some(({ text }) => /^EnvironmentFiles?=./.test(text)),
	}
}

/** What a unit file, or several of one unit, say (`systemctl cat`). */
const fromUnitFile = (lines: readonly OutputLine[], unit: string | undefined): CommandSource | undefined => {
	if (!lines.some(({ text }) => /^\s{0,20}ExecStart\s{0,10}=/.test(text))) return undefined
	const args: Facts = unit === undefined ? {} : { unit }
	const { facts, evidence } = unitFileParser.parse({ lines, exitCode: 0, args })
	if (typeof facts.execStart !== 'string') return undefined
	return {
		line: evidence.execStart?.[0]?.line ?? 1,
		text: facts.execStart,
		workingDirectory: textArg(facts, 'workingDirectory'),
		environment: unitEnvironment(lines, unit),
		environmentFiles: (listArg(facts, 'environmentFiles') ?? []).length > 0,
	}
}

/** What `systemctl status` shows of a start that is over: `Process: 91 ExecStart=… (code=exited, status=1/FAILURE)`. */
const fromStatus = (lines: readonly OutputLine[]): CommandSource | undefined => {
	for (const { text, number } of lines) {
		const command = /^\s{0,20}Process: \d{1,10} ExecStart=(.{1,4000}?) \(code=[^()]{1,200}\)$/.exec(text)?.[1]
		// Without -l the middle of a long line is left out.
		if (command !== undefined && !command.includes('…'))
			return { line: number, text: command, environment: NOTHING, environmentFiles: true, alone: true }
	}
	return undefined
}

const COMMAND_WORD =
	/(?:^|\/)(?:python[\d.]*|gunicorn3?|env|(?:ba|da)?sh|uvicorn|uwsgi|flask|poetry|pipenv|uv|waitress-serve|hypercorn)$/

/** A command line that stands alone. */
const fromLine = ({ text, number }: OutputLine): CommandSource | undefined => {
	if (/\b(?:grep|egrep|rg)\b.{0,40}gunicorn/.test(text)) return undefined
	const words = splitWords(text)
	let from = words.findIndex((word) => COMMAND_WORD.test(word))
	while (from > 0 && splitAssignment(words[from - 1] ?? '') !== undefined) from -= 1
	if (from < 0 || unwrap(words.slice(from)) === undefined) return undefined
	return {
		line: number,
		text: words.slice(from).map(quoteWord).join(' '),
		environment: NOTHING,
		environmentFiles: false,
	}
}

/**
 * The command line of a unit file, of `systemctl show` or `systemctl status`, or one that stands alone. A list of processes is none: a process
 * can write there what it likes.
 */
export const findCommand = (lines: readonly OutputLine[], unit: string | undefined): CommandSource | undefined => {
	const ofUnit = fromShow(lines) ?? fromUnitFile(lines, unit) ?? fromStatus(unitBlock(lines, unit))
	if (ofUnit !== undefined || !readProcessTable(lines, 'gunicorn').empty) return ofUnit
	for (const line of lines) {
		const found = fromLine(line)
		if (found !== undefined) return found
	}
	return undefined
}
