import type { TemplatePart } from './templates.ts'

/** Why a value must not stand where it stands in a command, and what to do. */
interface Misplaced {
	readonly part: Extract<TemplatePart, { kind: 'value' }>
	readonly message: string
	readonly hint: string
}

export interface CommandReading {
	/**
	 * The values that would not be one word where they stand: inside quotes their own quotes would break out, and in a
	 * here-document or after a `$` they would not quote at all.
	 */
	readonly misplaced: readonly Misplaced[]
	/** What the command ends inside of: `single quotes`. Undefined when everything is closed. */
	readonly unclosed?: string
}

type Context = 'plain' | 'single' | 'double' | 'backtick' | 'parameter' | 'arithmetic' | 'subshell' | 'comment'

type Misplacement = Pick<Misplaced, 'message' | 'hint'>

const takeOut = 'take it out of the quotes: a value is quoted by itself'
const assign = 'assign it to a variable first: name={{…}}'

const faults: Partial<Record<Context, Misplacement>> = {
	single: { message: 'a value stands inside single quotes', hint: takeOut },
	double: { message: 'a value stands inside double quotes', hint: takeOut },
	backtick: { message: 'a value stands inside backticks', hint: 'write $(…) in place of the backticks' },
	parameter: { message: 'a value stands inside a `$` and braces', hint: assign },
	arithmetic: { message: 'a value stands inside $((…))', hint: assign },
}

const names: Partial<Record<Context, string>> = {
	single: 'single quotes',
	double: 'double quotes',
	backtick: 'backticks',
	parameter: 'a `$` and braces',
	arithmetic: '$((',
	subshell: 'a parenthesis',
}

/** Where the shell stands while it reads a command. What is not known here is read as plain text. */
interface Shell {
	readonly stack: Context[]
	hereDocument: boolean
	/** The character before, when it has a meaning for what comes. */
	previous: string
}

/** Follows the quotes of a command as a POSIX shell does, to tell where its values stand. */
export function readCommand(parts: readonly TemplatePart[]): CommandReading {
	const shell: Shell = { stack: ['plain'], hereDocument: false, previous: '\n' }
	const misplaced: Misplaced[] = []
	for (const part of parts) {
		if (part.kind === 'text') {
			for (let at = 0; at < part.text.length; ) at += step(shell, part.text, at)
			continue
		}
		const fault = faultHere(shell)
		if (fault !== undefined) misplaced.push({ part, ...fault })
		shell.previous = 'x'
	}
	const unclosed = shell.hereDocument ? undefined : names[contextOf(shell)]
	return { misplaced, ...(unclosed === undefined ? {} : { unclosed }) }
}

function faultHere(shell: Shell): Misplacement | undefined {
	if (shell.hereDocument) {
		return { message: 'a value stands in a here-document', hint: "use printf '%s\\n' {{…}} | …" }
	}
	if (shell.previous === '$' && contextOf(shell) !== 'comment') {
		return { message: 'a value stands after a `$`', hint: 'remove the `$`' }
	}
	return faults[contextOf(shell)]
}

function contextOf(shell: Shell): Context {
	return shell.stack.at(-1) ?? 'plain'
}

/** Reads what stands at `at`; gives how many characters that was. */
function step(shell: Shell, text: string, at: number): number {
	const character = text[at] ?? ''
	const before = shell.previous
	shell.previous = character
	switch (contextOf(shell)) {
		case 'single':
			if (character === "'") shell.stack.pop()
			return 1
		case 'comment':
			if (character === '\n') shell.stack.pop()
			return 1
		case 'double':
			if (character === '\\') return skip(shell, 2)
			if (character !== '"') return openAnywhere(shell, text, at)
			shell.stack.pop()
			return 1
		case 'backtick':
			if (character === '\\') return skip(shell, 2)
			if (character === '`') shell.stack.pop()
			return 1
		case 'arithmetic':
			if (!text.startsWith('))', at)) return 1
			shell.stack.pop()
			return skip(shell, 2)
		default:
			return stepPlain(shell, text, at, before)
	}
}

function stepPlain(shell: Shell, text: string, at: number, before: string): number {
	const character = text[at]
	const context = contextOf(shell)
	if (character === '\\') return skip(shell, 2)
	if (character === '}' && context === 'parameter') shell.stack.pop()
	else if (character === ')' && context === 'subshell') shell.stack.pop()
	else if (character === "'") shell.stack.push('single')
	else if (character === '"') shell.stack.push('double')
	else if (character === '(') shell.stack.push('subshell')
	else if (character === '#' && context !== 'parameter' && /[\s;&|()]/.test(before)) shell.stack.push('comment')
	else if (text.startsWith('<<<', at)) return skip(shell, 3)
	else if (text.startsWith('<<', at)) shell.hereDocument = true
	else return openAnywhere(shell, text, at)
	return 1
}

/** What opens the same inside and outside of double quotes. */
function openAnywhere(shell: Shell, text: string, at: number): number {
	if (text[at] === '`') shell.stack.push('backtick')
	else if (text.startsWith('$((', at)) return open(shell, 'arithmetic', 3)
	else if (text.startsWith('$(', at)) return open(shell, 'subshell', 2)
	else if (text[at] === '$' && text[at + 1] === '{') return open(shell, 'parameter', 2)
	return 1
}

function open(shell: Shell, context: Context, length: number): number {
	shell.stack.push(context)
	return skip(shell, length)
}

function skip(shell: Shell, length: number): number {
	shell.previous = 'x'
	return length
}
