import type { OutputLine } from '../../text/parser.ts'

/** A value that stands in the source as it is. */
export type Literal = string | number | boolean | null | readonly string[]

/** A logical line of Python. */
export interface Statement {
	readonly text: string
	readonly line: number
	readonly indented: boolean
}

interface Scan {
	depth: number
	/** The quotes of a text over several lines, while one is open. */
	triple: string
}

/** One physical line without its comment; `continued`: a backslash ends it. */
const scanLine = (text: string, scan: Scan): { readonly kept: string; readonly continued: boolean } => {
	let kept = ''
	let quote = ''
	let continued = false
	const end = text.trimEnd().length - 1
	for (let at = 0; at < text.length; at += 1) {
		const char = text[at] ?? ''
		const three = text.slice(at, at + 3)
		const isTriple = quote === '' && (scan.triple === '' ? three === '"""' || three === "'''" : three === scan.triple)
		if (isTriple) {
			kept += three
			at += 2
			scan.triple = scan.triple === '' ? three : ''
		} else if (scan.triple !== '') kept += char
		else if (quote !== '') {
			kept += char
			if (char === '\\') {
				kept += text[at + 1] ?? ''
				at += 1
			} else if (char === quote) quote = ''
		} else if (char === '#') break
		else if (char === '\\' && at === end) continued = true
		else {
			if (char === '"' || char === "'") quote = char
			else if ('([{'.includes(char)) scan.depth += 1
			else if (')]}'.includes(char)) scan.depth = Math.max(0, scan.depth - 1)
			kept += char
		}
	}
	return { kept, continued }
}

/** Logical lines of Python: brackets and triple quotes joined, comments left out. */
export const readStatements = (lines: readonly OutputLine[]): readonly Statement[] => {
	const statements: Statement[] = []
	const scan: Scan = { depth: 0, triple: '' }
	let parts: string[] = []
	let begun = 0
	let indented = false
	for (const { text, number } of lines) {
		if (parts.length === 0) {
			begun = number
			indented = /^\s/.test(text)
		}
		const { kept, continued } = scanLine(text, scan)
		parts.push(kept)
		if (scan.depth > 0 || scan.triple !== '' || continued) continue
		const joined = parts.join(' ').trim()
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
export const readLiteral = (source: string): Literal | undefined => {
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
