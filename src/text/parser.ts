/**
 * What a parser is: it turns the output of a command into typed facts, and remembers for each fact which
 * lines it was read from, so that a finding can point at its evidence.
 *
 * Nothing in `text/` imports anything else of ours, does I/O, reads the clock, or throws on bad input.
 */

/** One line of a command's output, without its newline, already free of control characters. */
export interface OutputLine {
	readonly stream: 'stdout' | 'stderr'
	/** 1-based, counted over both streams in the order of arrival. */
	readonly number: number
	readonly text: string
}

/** Where a fact was read: a whole line, or the half-open range `[start, end)` of its UTF-16 code units. */
export interface LineSpan {
	readonly line: number
	readonly start?: number
	readonly end?: number
}

/** CEL types a fact may have. An `int` is a safe integer here and becomes a CEL int when a condition is evaluated. */
export type FactType = 'string' | 'int' | 'double' | 'bool' | 'list<string>'

/** What is known of a fact before any output is read. */
export interface FactDeclaration {
	readonly type: FactType
	/** One plain sentence: what the fact says. It stands in docs/facts.md and in an editor's hover. */
	readonly help: string
	/** Every value that it can have, where these are few: a condition that compares it with another one is an error. */
	readonly values?: readonly string[]
	/**
	 * A stranger can have written it (a request's path in a log, an application's own lines). It leads the way, proves
	 * nothing alone, and never becomes part of a command that changes something.
	 */
	readonly hearsay?: true
}

/** The facts a parser can give, nested where that reads better (`response.tls.error`). */
export interface FactSchema {
	readonly [name: string]: FactDeclaration | FactSchema
}

type FactOptions = Pick<FactDeclaration, 'values' | 'hearsay'>

const declarationOf =
	(type: FactType) =>
	(help: string, options: FactOptions = {}): FactDeclaration => ({ type, help, ...options })

/** Declares a fact that is a text. `help`: one sentence. */
export const string = declarationOf('string')
/** Declares a fact that is a whole number. `help`: one sentence, with the unit. */
export const int = declarationOf('int')
/** Declares a fact that is a number. `help`: one sentence, with the unit. */
export const double = declarationOf('double')
/** Declares a fact that is true or false. `help`: one sentence that is so when it is true. */
export const bool = declarationOf('bool')
/** Declares a fact that is a list of texts. `help`: one sentence; it says so where the list may be incomplete. */
export const list = declarationOf('list<string>')

/** True for a fact, false for a group of facts. */
export function isDeclaration(declared: FactDeclaration | FactSchema): declared is FactDeclaration {
	return typeof declared.type === 'string'
}

export type FactValue = string | number | boolean | readonly string[] | Facts

/**
 * Facts that were read. A fact that the output does not tell is left out: a condition that needs it is then
 * unknown, never false.
 */
export interface Facts {
	readonly [name: string]: FactValue
}

export interface ParserInput {
	readonly lines: readonly OutputLine[]
	/** null when the command was ended by a signal, or when the output was pasted and nobody knows. */
	readonly exitCode: number | null
	/** The values that the flow passes to the parser (`with:`), typed by the parser's `args`. */
	readonly args: Facts
}

export interface Parsed {
	readonly facts: Facts
	/** Dotted path of a fact (`bind.address`) to the lines it was read from. */
	readonly evidence: Readonly<Record<string, readonly LineSpan[]>>
}

export interface Parser {
	/** As a flow names it under `parse:`. Lower case, words joined by `-`. */
	readonly name: string
	/** One line for `runtree check` messages and the documentation. */
	readonly summary: string
	readonly facts: FactSchema
	/** Arguments that a flow may pass. All are optional. */
	readonly args?: FactSchema
	/** Total: any text gives a result, an empty one when it is not this parser's kind of output. */
	parse(input: ParserInput): Parsed
}
