/**
 * nginx's configuration language: `nginx -T` output or a pasted file, to directives that know their lines.
 * The npm packages that read it (nginx-conf, nginx-linter) give no line numbers and throw on half a file.
 */

import type { OutputLine } from '../../text/parser.ts'

export interface Directive {
	readonly name: string
	readonly args: readonly string[]
	/** The output line on which it begins. */
	readonly line: OutputLine
	/** The file it stands in; empty for a pasted one. */
	readonly file: string
	/** The directives of its block, with includes expanded; undefined when it has none. */
	readonly block: readonly Directive[] | undefined
}

export interface NginxConfiguration {
	readonly directives: readonly Directive[]
	/** Every file was read to its end without a syntax error. */
	readonly complete: boolean
	/** The output of `nginx -T`: every file is there. */
	readonly dumped: boolean
}

interface Token {
	readonly kind: 'word' | ';' | '{' | '}'
	readonly text: string
	readonly line: OutputLine
}

interface SourceFile {
	readonly name: string
	readonly lines: OutputLine[]
}

const marker = /^# configuration file (.{1,4096}):$/

export function readConfiguration(lines: readonly OutputLine[]): NginxConfiguration {
	const files: SourceFile[] = []
	let dumped = false
	for (const line of lines) {
		const name = marker.exec(line.text.trim())?.[1]
		if (name !== undefined) {
			dumped = true
			files.push({ name, lines: [] })
		} else if (!isMessage(line)) {
			if (files.length === 0) files.push({ name: '', lines: [] })
			files.at(-1)?.lines.push(line)
		}
	}
	const parsed = files.map((file) => ({ name: file.name, ...parseFile(file) }))
	// What stands above the first marker is no configuration.
	const named = dumped ? parsed.filter(({ name }) => name !== '') : parsed
	const byName = new Map(named.map((file) => [file.name, file.directives]))
	const main = named[0]
	const directives = main === undefined ? [] : expand(main.directives, includer(main.name, byName))
	return { directives, dumped, complete: named.length > 0 && named.every(({ complete }) => complete) }
}

/** nginx's own words around the dump, which `2>&1` or a paste mixes in. */
function isMessage(line: OutputLine): boolean {
	return /^(?:nginx: |\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[|sudo: )/.test(line.text)
}

/** nginx's own blocks go some six deep. */
const deepestBlock = 100

function parseFile(file: SourceFile): { readonly directives: readonly Directive[]; readonly complete: boolean } {
	interface Open {
		readonly head: readonly Token[]
		readonly block: Directive[]
	}
	const root: Directive[] = []
	const stack: Open[] = []
	let words: Token[] = []
	let complete = true
	const add = (head: readonly Token[], block: readonly Directive[] | undefined) => {
		const [first, ...rest] = head
		if (first === undefined) return
		const directive = { name: first.text, args: rest.map(({ text }) => text), line: first.line, file: file.name, block }
		const target = stack.at(-1)?.block ?? root
		target.push(directive)
	}
	for (const token of tokens(file.lines)) {
		if (token === undefined) {
			complete = false
		} else if (token.kind === 'word') {
			words.push(token)
		} else if (token.kind === ';') {
			if (words.length === 0) complete = false
			add(words, undefined)
			words = []
		} else if (token.kind === '{') {
			if (words.length === 0) complete = false
			stack.push({ head: words, block: [] })
			words = []
			if (stack.length > deepestBlock) return { directives: root, complete: false }
		} else {
			if (words.length > 0) complete = false
			words = []
			const open = stack.pop()
			if (open === undefined) complete = false
			else add(open.head, open.block)
		}
	}
	if (words.length > 0 || stack.length > 0) complete = false
	// A file that was cut off: what it says so far still stands.
	for (let open = stack.pop(); open !== undefined; open = stack.pop()) add(open.head, open.block)
	return { directives: root, complete }
}

const plainRun = /[^\s;{}\\$]{0,4096}/y
const quotedRun = /[^"'\\]{0,4096}/y

function runOf(pattern: RegExp, text: string, from: number): string {
	pattern.lastIndex = from
	return pattern.exec(text)?.[0] ?? ''
}

/** The words and marks of a file; undefined where it cannot be read. */
function* tokens(lines: readonly OutputLine[]): Generator<Token | undefined> {
	let word = ''
	let start: OutputLine | undefined
	let quote = ''
	let name: string | undefined
	let luaDepth = 0
	for (const line of lines) {
		const { text } = line
		for (let at = 0; at < text.length; at += 1) {
			const char = text.charAt(at)
			if (luaDepth > 0) {
				const rest = luaToken(text, at)
				if (rest === text.length) break
				if (rest > at) {
					at = rest
					continue
				}
				if (char === '{') luaDepth += 1
				else if (char === '}') luaDepth -= 1
				if (luaDepth === 0) yield { kind: '}', text: char, line }
				continue
			}
			if (quote !== '') {
				if (char === '\\') {
					word += unescaped(text.charAt(at + 1))
					at += 1
				} else if (char === quote) {
					if (start !== undefined) yield { kind: 'word', text: word, line: start }
					name ??= word
					word = ''
					start = undefined
					quote = ''
				} else {
					const run = runOf(quotedRun, text, at + 1)
					word += char + run
					at += run.length
				}
				continue
			}
			const inWord = start !== undefined
			if (
				char === ' ' ||
				char === '\t' ||
				char === ';' ||
				(char === '{' && !word.endsWith('$')) ||
				(char === '}' && !inWord)
			) {
				if (start !== undefined) {
					yield { kind: 'word', text: word, line: start }
					name ??= word
				}
				word = ''
				start = undefined
				if (char === ';' || char === '{' || char === '}') {
					yield { kind: char, text: char, line }
					if (char === '{' && name?.endsWith('_by_lua_block') === true) luaDepth = 1
					name = undefined
				}
			} else if (!inWord && char === '#') {
				break
			} else if (!inWord && (char === '"' || char === "'")) {
				quote = char
				start = line
			} else {
				start ??= line
				if (char === '\\' && at + 1 < text.length) {
					word += unescaped(text.charAt(at + 1))
					at += 1
				} else {
					// What follows without any mark belongs to the word too.
					const run = runOf(plainRun, text, at + 1)
					word += char + run
					at += run.length
				}
			}
		}
		// The end of the line ends a word, but not a quoted one.
		if (quote !== '') {
			word += '\n'
		} else if (start !== undefined) {
			yield { kind: 'word', text: word, line: start }
			name ??= word
			word = ''
			start = undefined
		}
	}
	if (quote !== '' || luaDepth > 0) yield undefined
}

/**
 * The block of `content_by_lua_block {` is Lua, of which only the braces matter that stand in no string and no comment.
 * Where the string or comment that begins at `at` ends: the index of its last character, or the line's length.
 */
function luaToken(text: string, at: number): number {
	const char = text.charAt(at)
	if (char === '-' && text.charAt(at + 1) === '-') return text.length
	if (char !== '"' && char !== "'") return at
	for (let end = at + 1; end < text.length; end += 1) {
		if (text.charAt(end) === '\\') end += 1
		else if (text.charAt(end) === char) return end
	}
	return text.length
}

/** nginx keeps the backslash of what it does not know, so that `\.` reaches the regular expression. */
function unescaped(char: string): string {
	switch (char) {
		case '"':
		case "'":
		case '\\':
			return char
		case 't':
			return '\t'
		case 'r':
			return '\r'
		case 'n':
			return '\n'
		default:
			return `\\${char}`
	}
}

/** No configuration comes near; includes that multiply each other must not run away. */
const mostIncluded = 50_000
const deepestInclude = 16
const mostComparisons = 500_000

interface Includer {
	find(pattern: string): readonly (readonly Directive[])[]
	/** How many more directives may be included. */
	left: number
}

function includer(main: string, files: ReadonlyMap<string, readonly Directive[]>): Includer {
	const folder = main.slice(0, main.lastIndexOf('/') + 1)
	const names = [...files.keys()].toSorted()
	const known = new Map<string, readonly (readonly Directive[])[]>()
	let comparisons = mostComparisons
	const search = (path: string) => {
		const exact = files.get(path)
		if (exact !== undefined) return [exact]
		if (!/[*?[]/.test(path) || comparisons < names.length) return []
		comparisons -= names.length
		return names.filter(globMatcher(path)).map((name) => files.get(name) ?? [])
	}
	return {
		left: mostIncluded,
		find(pattern) {
			const path = pattern.startsWith('/') ? pattern : folder + pattern
			const found = known.get(path) ?? search(path)
			known.set(path, found)
			return found
		},
	}
}

function expand(directives: readonly Directive[], from: Includer, depth = 0): readonly Directive[] {
	const whole: Directive[] = []
	for (const directive of directives) {
		const [pattern] = directive.args
		if (directive.name === 'include' && pattern !== undefined) {
			const found = depth < deepestInclude ? from.find(pattern) : []
			for (const file of found) {
				from.left -= file.length + 1
				if (from.left > 0) whole.push(...expand(file, from, depth + 1))
			}
			// Kept when it cannot be resolved: a pasted file's includes are unknown.
			if (found.length === 0) whole.push(directive)
		} else if (directive.block === undefined) {
			whole.push(directive)
		} else {
			whole.push({ ...directive, block: expand(directive.block, from, depth) })
		}
	}
	return whole
}

/** A shell pattern of one path: `*` and `?` do not cross a slash, and `*` does not match a hidden file. */
function globMatcher(pattern: string): (path: string) => boolean {
	const parts = pattern.split('/').map((part) => ({ isHidden: part.startsWith('.'), pieces: piecesOf(part) }))
	return (path) => {
		const names = path.split('/')
		return (
			names.length === parts.length &&
			parts.every(({ isHidden, pieces }, index) => {
				const name = names[index] ?? ''
				return (isHidden || !name.startsWith('.')) && hasPieces(name, pieces)
			})
		)
	}
}

/** What stands between the stars of a pattern, the first at a name's beginning and the last at its end. */
function piecesOf(part: string): readonly RegExp[] {
	const sources = part.split(/\*+/).map((piece) =>
		piece
			.split(/(\[.[^\]]*\])/)
			.map((text, index) =>
				index % 2 === 0
					? text.replace(/[\\^$.|+()[\]{}]/g, '\\$&').replaceAll('?', '.')
					: text.replace(/^\[[!^]/, '[^').replace(/\\/g, '\\\\'),
			)
			.join(''),
	)
	const last = sources.length - 1
	try {
		return sources.map((source, index) => new RegExp(`${index === 0 ? '^' : ''}${source}${index === last ? '$' : ''}`))
	} catch {
		// A set that is none: `[z-a]`.
		return [/$^x/]
	}
}

/** Each piece stands behind the one before. Taken as early as it can be, none costs more than the name's length. */
function hasPieces(name: string, pieces: readonly RegExp[]): boolean {
	let rest = name
	return pieces.every((piece) => {
		const match = piece.exec(rest)
		rest = match === null ? '' : rest.slice(match.index + match[0].length)
		return match !== null
	})
}
