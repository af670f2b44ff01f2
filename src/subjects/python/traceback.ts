import { messagesOf } from '../../text/log-line.ts'
import type { FactSchema, Facts, FactValue, LineSpan, Parser } from '../../text/parser.ts'
import { diagnose, knownApp } from '../gunicorn/diagnosis.ts'
import { readTracebacks } from './traceback-lines.ts'

/** Only what is known: a fact that is undefined is left out. */
export const knownFacts = (values: Readonly<Record<string, FactValue | undefined>>): Facts => {
	const facts: Record<string, FactValue> = {}
	for (const [name, value] of Object.entries(values)) if (value !== undefined) facts[name] = value
	return facts
}

const SCHEMA = {
	/** True: the command ended with 0 and printed no traceback. */
	ok: 'bool',
	/** A cause id, `none`, or `unexplained`. */
	failure: 'string',
	exception: 'string',
	message: 'string',
	module: 'string',
	attribute: 'string',
	variable: 'string',
	path: 'string',
	/** The app's own file nearest to the error, and the line in it. */
	file: 'string',
	line: 'int',
	address: 'string',
	errno: 'int',
	/** The interpreter or the virtualenv itself is not there or cannot be run. */
	pythonMissing: 'bool',
} as const satisfies FactSchema

/** Output of `python -c 'import wsgi'`. */
export const pythonTracebackParser: Parser = {
	name: 'python-traceback',
	summary: "what `python -c 'import …'` says of the app",
	facts: SCHEMA,
	args: { module: 'string', app: 'string' },
	parse: ({ lines, exitCode, args }) => {
		const messages = messagesOf(lines)
		const traceback = readTracebacks(messages).at(-1)
		const evidence: Record<string, readonly LineSpan[]> = {}
		const say = (facts: Facts, number: number | undefined) => {
			if (number !== undefined) for (const name of Object.keys(facts)) evidence[name] = [{ line: number }]
			return { facts, evidence }
		}
		if (exitCode === 0) return say({ ok: true, failure: 'none', pythonMissing: false }, undefined)
		if (traceback !== undefined) {
			const found = diagnose(traceback, knownApp(args))
			if (found !== undefined) {
				const { number, ...told } = found
				return say(knownFacts({ ok: false, pythonMissing: false, ...told }), number)
			}
		}
		const noPython = messages.find(({ text }) =>
			/(?:python[\d.]*|activate|bin\/\S{1,200}): (?:bad interpreter: )?(?:No such file|not found|Permission denied|cannot execute)|init_fs_encoding|No module named '?encodings/.test(
				text,
			),
		)
		if (noPython !== undefined)
			return say({ ok: false, failure: 'unexplained', pythonMissing: true, message: noPython.text }, noPython.number)
		const crash = messages.find(({ text }) => /Segmentation fault|Illegal instruction|core dumped/.test(text))
		if (crash !== undefined)
			return say({ ok: false, failure: 'worker-crash', message: crash.text, pythonMissing: false }, crash.number)
		if (exitCode === null) return { facts: {}, evidence: {} }
		const last = messages.findLast(({ text }) => text.trim() !== '')
		return say(knownFacts({ ok: false, failure: 'unexplained', message: last?.text }), last?.number)
	},
}
