import type { OutputLine } from '../text/parser.ts'
import { readPastedText } from '../text/pasted-text.ts'
import { kindOfCommand, type OutputKind } from './output-kinds.ts'
import { type Sign, signOf } from './output-signs.ts'
import { type Draft, type Segment, segmentsOf } from './segments.ts'

/** Kinds whose lines also stand inside of others. */
const ABSORBS: Readonly<Partial<Record<Sign['kind'], readonly Sign['kind'][]>>> = {
	'systemctl-status': ['journal', 'gunicorn-log', 'traceback', 'nginx-error-log', 'nginx-test', 'nginx-access-log'],
	journal: ['gunicorn-log', 'traceback', 'nginx-test'],
	'gunicorn-log': ['traceback', 'nginx-access-log'],
	'nginx-config': ['nginx-site', 'nginx-config'],
	'unit-file': ['systemctl-show'],
	'systemctl-show': ['unit-file', 'listeners'],
	http: ['http-codes'],
	processes: ['gunicorn-log'],
}

/**
 * Tells which outputs a text holds, in its order: one, or several pasted one after the other, with or without the
 * prompts that name the commands. Pure and total; linear in the text's length. Text that is no known output is left out.
 */
export function recognise(lines: readonly OutputLine[]): readonly Segment[] {
	const drafts: Draft[] = []
	let open: Draft | undefined
	let typed: Draft['typed']
	const begin = (kind: Sign['kind'], line: OutputLine, subject?: string): void => {
		open = { kind, lines: [], typed, subject, blanks: 0, depth: 0 }
		drafts.push(open)
		append(open, line)
	}
	const pasted = readPastedText(lines)
	pasted.forEach((item, index) => {
		if (item.kind !== 'text') {
			open = undefined
			typed = item.kind === 'command' ? item : undefined
			return
		}
		const { line } = item
		const following = pasted[index + 1]
		const sign = signOf(line.text.trimEnd(), following?.kind === 'text' ? following.line.text : '')
		if (open !== undefined && belongs(open, line, sign)) {
			append(open, line)
			// Gunicorn's log may begin in the middle of a traceback's story.
			if (open.kind === 'traceback' && sign?.kind === 'gunicorn-log') open.kind = 'gunicorn-log'
			if (open.kind === 'nginx-site' && sign?.kind === 'nginx-config') open.kind = 'nginx-config'
		} else if (sign !== undefined) begin(sign.kind, line, sign.subject)
		else {
			const hint = typed === undefined ? undefined : kindOfCommand(typed.command)
			const used = drafts.at(-1)?.typed === typed
			if (hint !== undefined && !used && line.text.trim() !== '') begin(asJournal(hint), line)
			else if (line.text.trim() !== '') open = undefined
		}
	})
	return segmentsOf(drafts)
}

function asJournal(kind: OutputKind): Sign['kind'] {
	return kind === 'gunicorn-journal' || kind === 'nginx-journal' ? 'journal' : kind
}

function belongs(open: Draft, { text }: OutputLine, sign: Sign | undefined): boolean {
	const inBraces = (open.kind === 'nginx-config' || open.kind === 'nginx-site') && open.depth > 0
	if (sign !== undefined) {
		if (sign.kind === open.kind)
			return (
				sign.first !== true &&
				(sign.subject === undefined ||
					open.subject === undefined ||
					sign.subject === open.subject ||
					!sign.subject.endsWith('.service'))
			)
		if (open.kind === 'systemctl-status' && open.blanks > 1) return false
		if (open.kind === 'traceback' && sign.kind === 'gunicorn-log') return true
		if (open.kind === 'nginx-site' && sign.kind === 'nginx-config') return true
		if (open.kind === 'nginx-test' && sign.kind === 'nginx-config') return false
		if (inBraces && (sign.kind === 'nginx-site' || sign.kind === 'unit-file' || sign.kind === 'ls')) return true
		return ABSORBS[open.kind]?.includes(sign.kind) === true
	}
	if (text.trim() === '') return true
	switch (open.kind) {
		case 'systemctl-status':
			return open.blanks < 2
		case 'http':
			return open.blanks === 0 || /^(?:[<>{*]|\[|[\w-]{1,60}: )/.test(text)
		case 'nginx-config':
		case 'nginx-site':
			return inBraces || /^\s*#|[;{}]\s*(?:#.*)?$/.test(text) || open.kind === 'nginx-config'
		case 'unit-file':
		case 'systemctl-show':
			return /^(?:[A-Za-z]{1,60}=|[#;]|\s|\[)/.test(text) || open.lines.at(-1)?.text.endsWith('\\') === true
		case 'traceback':
			return open.blanks === 0
				? !ended(open) || /^\s/.test(text)
				: /^(?:During handling|The above exception|[\w.]+(?:Error|Exception))/.test(text)
		case 'http-codes':
		case 'clock':
		case 'identity':
		case 'selinux':
			return false
		default:
			return open.blanks === 0
	}
}

/** A traceback is over with the line that names the exception. */
function ended({ lines }: Draft): boolean {
	const last = lines.at(-1)?.text ?? ''
	return lines.length > 1 && /^[A-Za-z_][\w.]{0,200}(?:: |$)/.test(last) && !last.startsWith('Traceback')
}

function append(draft: Draft, line: OutputLine): void {
	draft.lines.push(line)
	draft.blanks = line.text.trim() === '' ? draft.blanks + 1 : draft.kind === 'systemctl-status' ? draft.blanks : 0
	if (draft.kind === 'nginx-config' || draft.kind === 'nginx-site') {
		const code = line.text.replace(/(?:^|\s)#.*$/, '')
		for (const character of code) {
			if (character === '{') draft.depth++
			else if (character === '}') draft.depth = Math.max(0, draft.depth - 1)
		}
	}
}
