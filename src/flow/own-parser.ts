import { RE2JS } from 're2js'
import { createFactSheet, type FactSheet } from '../text/fact-sheet.ts'
import type { FactDeclaration, FactSchema, FactType, OutputLine, Parser } from '../text/parser.ts'
import type { Flow, OwnFact, OwnFactType, OwnParser } from './flow.ts'
import { readJson } from './own-json.ts'
import { readTable } from './own-table.ts'
import { type Found, ownValue } from './own-value.ts'
import { remembered } from './remembered.ts'

/** Parsers that a flow describes itself. Patterns are RE2, so that none takes longer than its text is long. */

/** The parsers that a flow describes. */
const ownParsers = remembered(
	(own: Flow['parsers']): ReadonlyMap<string, Parser> =>
		new Map(Object.values(own).map((one) => [one.name, createOwnParser(one)])),
	new WeakMap(),
)

/** The catalogue's parsers and those that a flow describes itself; the catalogue's win. */
export function withOwnParsers(
	own: Flow['parsers'],
	catalogue: ReadonlyMap<string, Parser>,
): ReadonlyMap<string, Parser> {
	return Object.keys(own).length === 0 ? catalogue : new Map([...ownParsers(own), ...catalogue])
}

const factTypes: Readonly<Record<OwnFactType, FactType>> = {
	string: 'string',
	int: 'int',
	double: 'double',
	bool: 'bool',
	list: 'list<string>',
	size: 'int',
	duration: 'double',
	percent: 'int',
}

/** A parser as it is used, from its description. Total. */
export function createOwnParser({ name, from, facts }: OwnParser): Parser {
	const declared: FactSchema = Object.fromEntries(
		Object.entries(facts).map(([fact, { type, help, values, hearsay }]): [string, FactDeclaration] => [
			fact,
			{
				type: factTypes[type],
				help,
				...(values === undefined ? {} : { values }),
				...(hearsay === undefined ? {} : { hearsay }),
			},
		]),
	)
	const readers = Object.entries(facts).map(([fact, own]) => [fact, own, readerOf(own)] as const)
	return {
		name,
		summary: `the flow's own parser of ${from}`,
		facts: declared,
		parse: ({ lines, exitCode }) => {
			const sheet = createFactSheet()
			for (const [fact, own, read] of readers) {
				if (own.read.kind === 'count') setCount(sheet, fact, read(lines), exitCode)
				else setFact(sheet, fact, own, read(lines))
			}
			return sheet.parsed()
		},
	}
}

/** Most elements of a list, and most lines of evidence of a count. */
const MOST = 1000

function setFact(sheet: FactSheet, fact: string, own: OwnFact, found: readonly Found[]): void {
	if (own.type === 'list') {
		const known = found.filter(({ text }) => own.values?.includes(text) !== false).slice(0, MOST)
		// That nothing was found is no empty list: the output may be another one.
		if (known.length === 0) return
		const texts = known.map(({ text }) => text)
		sheet.set(fact, texts, ...known.map(({ at }) => at))
		return
	}
	for (const { text, at } of found) {
		const value = ownValue(own.type, text)
		if (value === undefined || (typeof value === 'string' && own.values?.includes(value) === false)) continue
		sheet.set(fact, value, at)
		return
	}
}

/** That no line matches is only known of a command that ended well: else nobody knows what it would have printed. */
function setCount(sheet: FactSheet, fact: string, found: readonly Found[], exitCode: number | null): void {
	if (found.length === 0 && exitCode !== 0) return
	sheet.set(fact, found.length, ...found.slice(0, MOST).map(({ at }) => at))
}

type Reader = (lines: readonly OutputLine[]) => readonly Found[]

function readerOf({ read, type }: OwnFact): Reader {
	switch (read.kind) {
		case 'regex': {
			const pattern = compiled(read.pattern)
			return pattern === undefined ? () => [] : (lines) => matches(pattern, lines, type === 'list')
		}
		case 'count': {
			const pattern = compiled(read.pattern)
			return (lines) =>
				pattern === undefined
					? []
					: lines
							.filter(({ text }) => pattern.test(text))
							.map((line) => ({ text: line.text, at: { line: line.number } }))
		}
		case 'table':
			return (lines) => readTable(lines, read.column, read.where)
		case 'json':
			return (lines) => readJson(lines, read.path)
		case 'pairs':
			return (lines) => pairs(lines, read.key)
	}
}

function compiled(pattern: string): RE2JS | undefined {
	try {
		return RE2JS.compile(pattern)
	} catch {
		return undefined
	}
}

/** The first match of each line, or all of them: its group `value`, else its first group, else all of it. */
function matches(pattern: RE2JS, lines: readonly OutputLine[], all: boolean): readonly Found[] {
	const group = pattern.namedGroups().value ?? (pattern.groupCount() > 0 ? 1 : 0)
	const found: Found[] = []
	for (const { number, text } of lines) {
		const matcher = pattern.matcher(text)
		while (found.length < MOST && matcher.find()) {
			const matched = matcher.group(group)
			if (matched !== null) {
				found.push({ text: matched, at: { line: number, start: matcher.start(group), end: matcher.end(group) } })
			}
			if (!all) break
		}
	}
	return found
}

function pairs(lines: readonly OutputLine[], key: string): readonly Found[] {
	const found: Found[] = []
	for (const { number, text } of lines) {
		const start = text.length - text.trimStart().length
		if (!text.startsWith(key, start)) continue
		const rest = /^[ \t]*[=:][ \t]*/.exec(text.slice(start + key.length))
		if (rest === null) continue
		const from = start + key.length + rest[0].length
		const raw = text.slice(from).trimEnd()
		const quoted = /^"([^"]*)"$|^'([^']*)'$/.exec(raw)
		const value = quoted?.[1] ?? quoted?.[2] ?? raw
		const at = from + (quoted === null ? 0 : 1)
		found.push({ text: value, at: { line: number, start: at, end: at + value.length } })
	}
	return found
}
