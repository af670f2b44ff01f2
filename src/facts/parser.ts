/**
 * What a parser is: it turns the output of a command into typed facts, and remembers for each fact which
 * lines it was read from, so that a finding can point at its evidence.
 *
 * Nothing in `facts/` imports anything else of ours, does I/O, reads the clock, or throws on bad input.
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

/** The facts a parser can give: a name and a type each, nested where that reads better (`response.tls.error`). */
export interface FactSchema {
	readonly [name: string]: FactType | FactSchema
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
