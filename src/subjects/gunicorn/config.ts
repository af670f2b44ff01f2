import { createFactSheet } from '../../text/fact-sheet.ts'
import type { FactSchema, OutputLine, Parser } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

const FACTS = {
	/** False: there is no such file. */
	exists: 'bool',
	binds: 'list<string>',
	bind: 'string',
	/** The bind is computed, so that it cannot be told from the file. */
	dynamic: 'bool',
	timeout: 'int',
	timeoutDynamic: 'bool',
	umask: 'string',
	workerClass: 'string',
	workers: 'int',
	threads: 'int',
	user: 'string',
	group: 'string',
	chdir: 'string',
	errorLog: 'string',
	accessLog: 'string',
	pidFile: 'string',
	preload: 'bool',
} as const satisfies FactSchema

type Literal = string | number | boolean | null | readonly string[]

interface Statement {
	readonly text: string
	readonly line: number
	readonly indented: boolean
}

/** Logical lines of Python: brackets and triple quotes joined, comments left out. */
const readStatements = (lines: readonly OutputLine[]): readonly Statement[] => {
	const statements: Statement[] = []
	let parts: string[] = []
	let depth = 0
	let triple = ''
	let begun = 0
	let indented = false
	for (const { text, number } of lines) {
		if (parts.length === 0) {
			begun = number
			indented = /^\s/.test(text)
		}
		let kept = ''
		let quote = ''
		let continued = false
		const end = text.trimEnd().length - 1
		for (let at = 0; at < text.length; at += 1) {
			const char = text[at] ?? ''
			const three = text.slice(at, at + 3)
			if (triple !== '') {
				if (three === triple) {
					kept += three
					at += 2
					triple = ''
				} else kept += char
			} else if (quote !== '') {
				kept += char
				if (char === '\\') {
					kept += text[at + 1] ?? ''
					at += 1
				} else if (char === quote) quote = ''
			} else if (three === '"""' || three === "'''") {
				kept += three
				at += 2
				triple = three
			} else if (char === '"' || char === "'") {
				quote = char
				kept += char
			} else if (char === '#') break
			else if (char === '\\' && at === end) continued = true
			else {
				if ('([{'.includes(char)) depth += 1
				else if (')]}'.includes(char)) depth = Math.max(0, depth - 1)
				kept += char
			}
		}
		parts.push(kept)
		if (depth > 0 || triple !== '' || continued) continue
		const joined = parts.join(triple === '' ? ' ' : '\n').trim()
		parts = []
		if (joined !== '')
			for (const piece of joined.split(/;\s(?=[a-z_]+ ?=)/)) statements.push({ text: piece, line: begun, indented })
	}
	const rest = parts.join(' ').trim()
	if (rest !== '') statements.push({ text: rest, line: begun, indented })
	return statements
}

const readString = (text: string): string | undefined => {
	const match = /^[uUrR]?(?:"""([^"\\]*)"""|'''([^'\\]*)'''|"([^"\\]*)"|'([^'\\]*)')$/.exec(text)
	return match === null ? undefined : (match[1] ?? match[2] ?? match[3] ?? match[4] ?? '')
}

/** A literal's value; undefined when it is computed. */
const readLiteral = (source: string): Literal | undefined => {
	const text = source.trim()
	const word = readString(text)
	if (word !== undefined) return word
	if (/^(?:\d[\d_]{0,15}|0o[0-7]{1,10}|0x[\da-fA-F]{1,10})$/.test(text)) return Number(text.replaceAll('_', ''))
	if (text === 'True' || text === 'False') return text === 'True'
	if (text === 'None') return null
	const inside = /^[[(](.*)[\])]$/s.exec(text)?.[1]
	if (inside === undefined) return undefined
	const items = splitItems(inside)
	if (items.length === 1 && text.startsWith('(') && !/,\s*$/.test(inside)) return readLiteral(inside)
	const words = items.map((item) => readString(item.trim()))
	return words.every((item) => item !== undefined) ? words : undefined
}

const splitItems = (text: string): readonly string[] => {
	const items: string[] = []
	let quote = ''
	let from = 0
	for (let at = 0; at < text.length; at += 1) {
		const char = text[at] ?? ''
		if (quote !== '') {
			if (char === quote) quote = ''
		} else if (char === '"' || char === "'") quote = char
		else if (char === ',') {
			items.push(text.slice(from, at))
			from = at + 1
		}
	}
	items.push(text.slice(from))
	return items.filter((item) => item.trim() !== '')
}

const TEXTS = [
	['worker_class', 'workerClass'],
	['user', 'user'],
	['group', 'group'],
	['chdir', 'chdir'],
	['errorlog', 'errorLog'],
	['accesslog', 'accessLog'],
	['pidfile', 'pidFile'],
] as const

/** A `gunicorn.conf.py`, as far as it is literal. Nothing of it is run. */
export const gunicornConfigParser: Parser = {
	name: 'gunicorn-config',
	summary: "Gunicorn's configuration file, as far as it is literal",
	facts: FACTS,
	parse: (input) => {
		const lines = plainLines(input)
		const sheet = createFactSheet()
		const missing = lines.find(({ text }) => /: No such file or directory$/.test(text))
		if (missing !== undefined && lines.filter(({ text }) => text.trim() !== '').length === 1) {
			sheet.set('exists', false, missing.number)
			return sheet.parsed()
		}
		if (lines.some(({ text }) => /^\w{2,10}: .{1,1000}: Permission denied$/.test(text))) return sheet.parsed()
		sheet.set('exists', true)
		const settings = new Map<string, { value: Literal | undefined; line: number; branches: boolean }>()
		for (const { text, line, indented } of readStatements(lines)) {
			const match = /^([a-z_]{1,60})\s{0,40}(?::\s{0,10}[\w[\], .]{1,60})?=(?!=)/.exec(text)
			const name = match?.[1]
			if (match === null || name === undefined) {
				const grown = /^([a-z_]{1,60})(?:\s{0,10}\+=|\.(?:append|extend|insert)\()/.exec(text)?.[1]
				if (grown !== undefined) settings.set(grown, { value: undefined, line, branches: false })
				continue
			}
			// What is assigned under a condition may or may not count.
			settings.set(name, {
				value: indented ? undefined : readLiteral(text.slice(match[0].length)),
				line,
				branches: indented,
			})
		}
		const bind = settings.get('bind')
		if (bind === undefined) sheet.set('dynamic', false)
		else {
			const binds =
				typeof bind.value === 'string'
					? bind.value.split(',').map((part) => part.trim())
					: Array.isArray(bind.value)
						? bind.value
						: undefined
			sheet.set('dynamic', binds === undefined, bind.line)
			sheet.set('binds', binds, bind.line)
			sheet.set('bind', binds?.[0], bind.line)
		}
		for (const [name, fact] of TEXTS) {
			const found = settings.get(name)
			if (typeof found?.value === 'string') sheet.set(fact, found.value, found.line)
		}
		for (const name of ['workers', 'threads', 'timeout'] as const) {
			const found = settings.get(name)
			if (typeof found?.value === 'number') sheet.set(name, found.value, found.line)
		}
		const timeout = settings.get('timeout')
		if (timeout !== undefined) sheet.set('timeoutDynamic', timeout.value === undefined, timeout.line)
		const umask = settings.get('umask')
		if (typeof umask?.value === 'number') sheet.set('umask', `0${umask.value.toString(8)}`, umask.line)
		else if (typeof umask?.value === 'string') sheet.set('umask', umask.value, umask.line)
		const preload = settings.get('preload_app')
		if (typeof preload?.value === 'boolean') sheet.set('preload', preload.value, preload.line)
		return sheet.parsed()
	},
}
