import type { Checking } from './checking.ts'
import { readCommand } from './shell-context.ts'
import { readShell } from './shell-grammar.ts'
import type { SourcePath } from './source.ts'
import type { TemplatePart } from './templates.ts'

/** A template's part with the type of its value. */
export type TypedPart = TemplatePart & { readonly type: string }

/** A command that a shell can read, whose values are words of their own, and which does no more than it says. */
export function checkCommand(
	{ error, warn }: Checking,
	path: SourcePath,
	command: string,
	parts: readonly TypedPart[],
	reads: boolean,
): void {
	const { misplaced, unclosed } = readCommand(parts)
	for (const { part, message, hint } of misplaced) error({ path, span: part }, message, hint)
	if (unclosed !== undefined) error({ path }, `the command ends inside ${unclosed}`)
	parts.forEach((part, index) => {
		if (part.kind !== 'value' || part.type !== 'list<string>') return
		if (standsAlone(parts[index - 1], parts[index + 1])) return
		error({ path, span: part }, 'a list becomes several words', 'put blanks round it, or use .join(",")')
	})
	const sudo = /(?<=^|[\s;&|(])sudo(?=\s)/.exec(command)
	if (sudo !== null) {
		const span = { start: sudo.index, end: sudo.index + 4 }
		warn({ path, span }, 'a flow never writes sudo', 'use `privilege: root`, so that a container or root needs none')
	}
	if (misplaced.length > 0 || unclosed !== undefined) return
	const { text, place } = withWords(command, parts)
	const { wrong, changes } = readShell(text)
	if (wrong !== undefined) error({ path, span: place(wrong.start, wrong.end) }, wrong.message, wrong.hint)
	if (!reads) return
	for (const { start, end, what } of changes) {
		error(
			{ path, span: place(start, end) },
			`a command that only reads must not change the host, but ${what}`,
			'make it a command of a step with `effect: change`',
		)
	}
}

function standsAlone(before: TypedPart | undefined, after: TypedPart | undefined): boolean {
	const free = (part: TypedPart | undefined, edge: RegExp): boolean =>
		part === undefined || (part.kind === 'text' && edge.test(part.text))
	return free(before, /[\s;&|(]$/) && free(after, /^[\s;&|)<>]/)
}

interface Worded {
	/** The command with a word in place of each value. */
	readonly text: string
	/** The range of the template that a range of the text comes from. */
	place(start: number, end: number): { readonly start: number; readonly end: number }
}

/** What a value is for the shell: one word, of which nothing is known. */
const WORD = 'VALUE'

function withWords(template: string, parts: readonly TypedPart[]): Worded {
	let text = ''
	let at = 0
	const offsets: number[] = []
	const put = (written: string, start: number, length: number): void => {
		for (let index = 0; index < written.length; index++) offsets.push(start + Math.min(index, length - 1))
		text += written
	}
	for (const part of parts) {
		if (part.kind === 'value') {
			put(WORD, part.start, part.end - part.start)
			at = template.indexOf('}}', part.end) + 2
			continue
		}
		for (const character of part.text) {
			// `\{{` stands for two braces.
			if (template.startsWith('\\{{', at)) at++
			put(character, at, character.length)
			at += character.length
		}
	}
	const offset = (index: number): number => offsets[Math.max(0, Math.min(index, offsets.length - 1))] ?? 0
	return { text, place: (start, end) => ({ start: offset(start), end: offset(end - 1) + 1 }) }
}
