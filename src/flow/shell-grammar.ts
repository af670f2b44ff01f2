import { type Command, forEachChild, type ParseError, parse, type Redirection, type SyntaxNode } from 'unbash'
import { changeOf } from './shell-effects.ts'

/** A command as the shell's own grammar reads it. */

interface ShellProblem {
	readonly message: string
	readonly hint?: string
	/** Offsets into the command. */
	readonly start: number
	readonly end: number
}

interface ShellChange {
	readonly start: number
	readonly end: number
	/** `rm removes files`: what it does to the host. */
	readonly what: string
}

export interface ShellReading {
	/** The first thing that `sh` would not take. */
	readonly wrong?: ShellProblem
	/** What of it changes the host, as far as the words tell. */
	readonly changes: readonly ShellChange[]
}

/** Reads shell text. What is inside of substitutions counts as well. Never throws. */
export function readShell(text: string): ShellReading {
	let wrong: ShellProblem | undefined
	const changes: ShellChange[] = []
	const refuse = (problem: ShellProblem): void => {
		if (wrong === undefined || problem.start < wrong.start) wrong = problem
	}
	const look = (node: SyntaxNode): void => {
		if (node.type === 'Script') {
			for (const error of 'errors' in node ? (node.errors ?? []) : []) refuse(syntaxProblem(error, text))
		}
		const bash = bashOnly(node)
		if (bash !== undefined) {
			const hint = 'commands run with `sh`, which on many hosts is not bash'
			refuse({
				message: `${bash} is bash's own`,
				hint,
				start: node.pos,
				end: Math.max(node.pos + 1, Math.min(node.end, node.pos + 20)),
			})
		}
		if (node.type === 'Command') {
			const what = changeOfCommand(node)
			if (what !== undefined) changes.push({ start: node.name?.pos ?? node.pos, end: node.name?.end ?? node.end, what })
		}
		const written = node.type === 'Redirect' ? changeOfRedirect(node) : undefined
		if (written !== undefined) changes.push({ start: node.pos, end: node.end, what: written })
		forEachChild(node, look)
	}
	try {
		look(parse(text))
	} catch {
		return { wrong: { message: 'the command cannot be read', start: 0, end: text.length }, changes: [] }
	}
	return { changes, ...(wrong === undefined ? {} : { wrong }) }
}

function syntaxProblem({ message, pos }: ParseError, text: string): ShellProblem {
	// What is missing at the end is told of the last word.
	const next = text.slice(pos).search(/\S/)
	const start = next < 0 ? text.trimEnd().search(/\S*$/) : pos + next
	const length = /^\S+/.exec(text.slice(start))?.[0].length ?? 1
	const told = message.charAt(0).toLowerCase() + message.slice(1)
	return { message: `no shell can read this: ${told}`, start, end: start + length }
}

function bashOnly(node: SyntaxNode): string | undefined {
	switch (node.type) {
		case 'TestCommand':
			return '`[[`'
		case 'ArithmeticCommand':
		case 'ArithmeticFor':
			return '`((`'
		case 'ProcessSubstitution':
			return `\`${node.operator}(\``
		case 'HereString':
			return '`<<<`'
		case 'AnsiCQuoted':
			return "`$'`"
		case 'ArrayValue':
			return 'an array'
		case 'Select':
			return '`select`'
		case 'Coproc':
			return '`coproc`'
		case 'Redirect':
			return node.operator === '&>' || node.operator === '&>>' ? `\`${node.operator}\`` : undefined
		case 'Pipeline':
			return node.operators.includes('|&') ? '`|&`' : undefined
		default:
			return undefined
	}
}

function changeOfCommand(command: Command): string | undefined {
	const words: string[] = []
	for (const word of [command.name, ...command.args]) {
		if (word?.type === 'Word') words.push(word.value)
	}
	return changeOf(words)
}

function changeOfRedirect(redirect: Extract<Redirection, { type: 'Redirect' }>): string | undefined {
	const { operator, target } = redirect
	if (operator === '<' || operator === '<&' || target === undefined) return undefined
	const to = target.value
	if (operator === '>&' && /^(?:\d+|-)$/.test(to)) return undefined
	if (/^\/dev\/(?:null|stdout|stderr|tty|fd\/\d+)$/.test(to)) return undefined
	return `\`${operator}\` writes a file`
}
