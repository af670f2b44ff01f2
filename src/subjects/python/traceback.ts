import { createFactSheet, type FactSheet } from '../../text/fact-sheet.ts'
import { messagesOf } from '../../text/log-line.ts'
import { bool, type FactSchema, int, type Parsed, type Parser, type ParserInput, string } from '../../text/parser.ts'
import { SIGNAL_NAMES } from '../../text/signal.ts'
import {
	type DescribedException,
	describeTraceback,
	EXCEPTION_KINDS,
	entryModuleOf,
	MODULE_ROLES,
	raisedIn,
} from './exception.ts'
import { readTracebacks } from './traceback-lines.ts'

const HEARSAY = { hearsay: true } as const

/** What a traceback tells, in the words that all parsers of one use. */
export const EXCEPTION_FACTS = {
	exception: string('The type of the exception as Python prints it, such as sqlite3.OperationalError.', HEARSAY),
	exceptionKind: string('What went wrong, in terms of Python; none where no exception is told.', {
		values: EXCEPTION_KINDS,
		hearsay: true,
	}),
	message: string('The message of the exception, or the line that decides.', HEARSAY),
	module: string('The module that is missing, or that lacks the name.', HEARSAY),
	moduleRole: string(
		"Whose the missing module is: the one that the server is told to load, a part of the application's package, or a package.",
		{ values: MODULE_ROLES, hearsay: true },
	),
	attribute: string('The name that a module or an object lacks.', HEARSAY),
	variable: string('The environment variable that is asked for and not set.', HEARSAY),
	path: string('The file that the message names.', HEARSAY),
	errno: int('The errno that the message names.', HEARSAY),
	file: string("The application's own file nearest to the error.", HEARSAY),
	line: int('The line in that file.', HEARSAY),
	dependency: string('The address of another service that could not be reached: host:port, or unix:/path.', HEARSAY),
	shadowing: string('A file of the application that stands before a package of the same name.', HEARSAY),
} as const satisfies FactSchema

const FACTS = {
	ok: bool('The command ended with 0.'),
	pythonMissing: bool('The interpreter or its virtualenv is not there, or cannot be run.'),
	pythonBroken: bool('The interpreter runs, and cannot find its own library; never false.', HEARSAY),
	signal: string('The signal that ended the interpreter, without SIG.'),
	raisedIn: string('Whose code raised the exception.', {
		values: ['application', 'logging', 'library', 'unknown'],
		hearsay: true,
	}),
	...EXCEPTION_FACTS,
} as const satisfies FactSchema

const EXCEPTION_NAMES = Object.keys(EXCEPTION_FACTS) as readonly (keyof typeof EXCEPTION_FACTS)[]

/** Sets the facts of an exception, each read from the line that names it. */
export const setException = (sheet: FactSheet, found: DescribedException): void => {
	for (const name of EXCEPTION_NAMES) sheet.set(name, found[name], found.number)
}

const CRASH = /^(?:.{0,200}: )?(Segmentation fault|Illegal instruction|Aborted|Bus error|Killed)(?: +\(core dumped\))?/
const SIGNAL_OF_WORDS: Readonly<Record<string, string>> = {
	'Segmentation fault': 'SEGV',
	'Illegal instruction': 'ILL',
	Aborted: 'ABRT',
	'Bus error': 'BUS',
	Killed: 'KILL',
}
const NO_INTERPRETER =
	/(?:python[\d.]*|activate|bin\/\S{1,200}): (?:bad interpreter: )?(?:No such file|not found|Permission denied|cannot execute|command not found)/
const NO_LIBRARY = /init_fs_encoding|No module named '?encodings/

/** How the command ended, without a traceback. */
const readEnding = (sheet: FactSheet, { lines, exitCode }: ParserInput): Parsed => {
	const messages = messagesOf(lines)
	const isShell = exitCode === null || exitCode === 126 || exitCode === 127
	const missing = isShell ? messages.find(({ text }) => NO_INTERPRETER.test(text)) : undefined
	const broken = messages.find(({ text }) => NO_LIBRARY.test(text))
	const crash = messages.find(({ text }) => CRASH.test(text))
	const words = CRASH.exec(crash?.text ?? '')?.[1]
	const signal = exitCode !== null && exitCode > 128 ? SIGNAL_NAMES[exitCode - 128] : SIGNAL_OF_WORDS[words ?? '']
	const deciding = missing ?? broken ?? crash ?? messages.findLast(({ text }) => text.trim() !== '')
	if (exitCode === null && missing === undefined && broken === undefined && crash === undefined) return sheet.parsed()
	sheet.set('ok', false, deciding?.number)
	if (missing !== undefined || !isShell) sheet.set('pythonMissing', missing !== undefined, missing?.number)
	if (broken !== undefined) sheet.set('pythonBroken', true, broken.number)
	sheet.set('signal', signal, crash?.number)
	sheet.set('exceptionKind', 'none')
	sheet.set('message', deciding?.text, deciding?.number)
	return sheet.parsed()
}

/** Output of `python -c 'import wsgi'`. */
export const pythonTracebackParser: Parser = {
	name: 'python-traceback',
	summary: "what `python -c 'import …'` says of the application",
	facts: FACTS,
	args: {
		module: string('The module that the server is told to load.'),
		app: string('The same with its attribute, as module:attribute.'),
	},
	parse: (input) => {
		const sheet = createFactSheet()
		if (input.exitCode === 0) {
			sheet.set('ok', true)
			sheet.set('pythonMissing', false)
			sheet.set('exceptionKind', 'none')
			return sheet.parsed()
		}
		const traceback = readTracebacks(messagesOf(input.lines)).at(-1)
		const found =
			traceback === undefined ? undefined : describeTraceback(traceback, { entryModule: entryModuleOf(input.args) })
		if (found === undefined || NO_LIBRARY.test(found.message)) return readEnding(sheet, input)
		sheet.set('ok', false, found.number)
		sheet.set('pythonMissing', false, found.number)
		sheet.set('raisedIn', raisedIn(found.raised), found.number)
		setException(sheet, found)
		return sheet.parsed()
	},
}
