import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Facts, OutputLine, Parser, ParserInput } from '../../src/text/parser.ts'

const folder = join(import.meta.dirname, '../fixtures/facts')

/** What a real command printed: `<parser>/<name>.txt`, `.stderr.txt`, and its exit code in the folder's index.json. */
export function recorded(parser: string, name: string, args: Facts = {}): ParserInput {
	const index: Record<string, { exitCode: number }> = JSON.parse(
		readFileSync(join(folder, parser, 'index.json'), 'utf8'),
	)
	const stdout = streamLines('stdout', readOptional(join(folder, parser, `${name}.txt`)))
	const stderr = streamLines('stderr', readOptional(join(folder, parser, `${name}.stderr.txt`)))
	const lines = [...stderr, ...stdout].map((line, at) => ({ ...line, number: at + 1 }))
	return { lines, exitCode: index[name]?.exitCode ?? null, args }
}

export function recordedNames(parser: string): readonly string[] {
	const names = readdirSync(join(folder, parser)).filter(
		(name) => name.endsWith('.txt') && !name.endsWith('.stderr.txt'),
	)
	return names.map((name) => name.slice(0, -'.txt'.length)).toSorted()
}

/** Text as an operator pastes it: one stream, and no exit code. */
export function pasted(text: string, args: Facts = {}): ParserInput {
	return { lines: streamLines('stdout', text), exitCode: null, args }
}

/** A recorded output with its streams mixed and its exit code lost. */
export function asPasted({ lines, args }: ParserInput): ParserInput {
	return { lines: lines.map((line) => ({ ...line, stream: 'stdout' })), exitCode: null, args }
}

/** Pieces of `width` characters, as a terminal cuts a line. */
export function wrapped(input: ParserInput, width: number): ParserInput {
	const pieces = input.lines.flatMap(({ stream, text }) => {
		const cut = text.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']
		return cut.map((piece) => ({ stream, text: piece }))
	})
	return { ...input, lines: pieces.map((piece, at) => ({ ...piece, number: at + 1 })) }
}

export function prefixed(input: ParserInput, prefix: string): ParserInput {
	return { ...input, lines: input.lines.map((line) => ({ ...line, text: prefix + line.text })) }
}

export function factsOf(parser: Parser, input: ParserInput): Facts {
	return parser.parse(input).facts
}

/** The lines that a fact was read from. */
export function evidenceOf(parser: Parser, input: ParserInput, fact: string): readonly string[] {
	const spans = parser.parse(input).evidence[fact] ?? []
	return spans.map(({ line, start, end }) => {
		const text = input.lines.find((one) => one.number === line)?.text
		return text === undefined ? `no line ${line}` : text.slice(start, end)
	})
}

function streamLines(stream: OutputLine['stream'], text: string): OutputLine[] {
	const lines = text.split('\n')
	if (lines.at(-1) === '') lines.pop()
	return lines.map((line, at) => ({ stream, number: at + 1, text: line }))
}

function readOptional(path: string): string {
	try {
		return readFileSync(path, 'utf8')
	} catch {
		return ''
	}
}
