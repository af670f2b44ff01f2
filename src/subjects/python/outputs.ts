import type { OutputKind } from '../../text/output-kind.ts'
import type { OutputLine } from '../../text/parser.ts'
import { refusesHost } from './host-refusal.ts'
import { isNoModule } from './traceback-lines.ts'

const HEAD = /^\[?(?:Traceback \(most recent call last\):| {2}\+ Exception Group Traceback )/
const CHAIN =
	/^(?:The above exception was the direct cause of|During handling of the above exception, another exception)/
const FRAME = /^ *File "[^"]{1,1000}", line \d{1,9}(?:, in \S.*)?$/
/** Python's own exceptions (the tree in the documentation of its builtins), which a line can name by itself. */
const BUILTIN =
	/^(?:ModuleNotFound|Import|Attribute|Syntax|Indentation|Tab|Name|Type|Value|Key|Index|OS|IO|Permission|FileNotFound|FileExists|ConnectionRefused|Runtime|Recursion|Unicode(?:Decode|Encode)?|Memory|NotImplemented|Assertion|Timeout)Error: \S/
const RAISED =
	/^[A-Za-z_][\w.]{0,200}\.[A-Z]\w{0,100}(?:Error|Exception|Configured|Refused|Denied|NotFound|DoesNotExist|DisallowedHost): \S|^[a-z_][\w.]{0,200}\.[A-Z]\w{0,100}: \S|^[A-Z]\w{0,100}(?:Error|Exception|ImproperlyConfigured): \S/

/** What Python prints when it gives up. */
export const pythonOutputs: readonly OutputKind[] = [
	{
		name: 'logged-traceback',
		label: 'what a Python program says of an error',
		parsers: [],
		standsIn: ['journal', 'systemctl-status'],
		sign: ({ text }) => {
			if (HEAD.test(text) || FRAME.test(text) || CHAIN.test(text) || refusesHost(text) || isNoModule(text)) return {}
			return BUILTIN.test(text) || RAISED.test(text) ? { weak: true } : undefined
		},
		goesOn: (text, { blanks, lines }) =>
			blanks === 0
				? !isEnded(lines) || /^\s/.test(text)
				: /^(?:During handling|The above exception|[\w.]+(?:Error|Exception))/.test(text),
		divide: (lines, command) => [{ kind: isOfCommand(lines, command) ? 'traceback' : 'logged-traceback', lines }],
		isSound: () => false,
	},
	{
		name: 'traceback',
		label: 'a Python traceback',
		parsers: ['python-traceback'],
		printedBy: (command) => (isPython(command) ? {} : undefined),
		isSound: ({ ok }) => (typeof ok === 'boolean' ? ok : undefined),
	},
]

function isPython(command: string | undefined): boolean {
	return command !== undefined && /^(?:\S*\/)?python[\d.]* (?:.* )?-c /.test(command)
}

/** Of `python -c`: nobody else's code stands in `<string>`. */
function isOfCommand(lines: readonly OutputLine[], command: string | undefined): boolean {
	return isPython(command) || lines.some(({ text }) => text.startsWith('  File "<string>", line 1'))
}

/** A traceback is over with the line that names the exception. */
function isEnded(lines: readonly OutputLine[]): boolean {
	const last = lines.at(-1)?.text ?? ''
	return /^[A-Za-z_][\w.]{0,200}(?:: |$)/.test(last) && !HEAD.test(last)
}
