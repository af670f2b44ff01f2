import { readPrefix } from '../text/log-line.ts'
import type { SeenLine, Sign } from '../text/output-kind.ts'
import type { OutputLine } from '../text/parser.ts'
import { type PastedLine, readPastedText } from '../text/pasted-text.ts'
import { kindNamed, kindOfCommand, outputKinds } from './output-kinds.ts'
import { type Draft, type Segment, segmentsOf } from './segments.ts'

/** What a line says, and whose output says so. */
interface Claim {
	readonly kind: string
	readonly sign: Sign
}

/**
 * Tells which outputs a text holds, in its order: one, or several pasted one after the other, with or without the
 * prompts that name the commands, by what their lines say. Pure and total; linear in the text's length. Text that is no
 * known output is left out.
 */
export function recognise(lines: readonly OutputLine[]): readonly Segment[] {
	const drafts: Draft[] = []
	let open: Draft | undefined
	let typed: Draft['typed']
	const begin = (kind: string, line: OutputLine, about: Draft['about'] = {}): void => {
		open = { kind, lines: [], typed, about, blanks: 0, depth: 0 }
		drafts.push(open)
		append(open, line)
	}
	const pasted = readPaste(lines)
	for (const [index, item] of pasted.entries()) {
		if (item.kind !== 'text') {
			open = undefined
			typed = item.kind === 'command' ? item : undefined
			continue
		}
		const following = pasted[index + 1]
		const next = following?.kind === 'text' ? following.line.text : ''
		const { line, claim } = claimed(item.line, next, open === undefined || open.blanks > 0)
		if (open !== undefined && belongs(open, line, claim)) {
			append(open, line)
			open.about = { ...claim?.sign.about, ...open.about }
			continue
		}
		if (claim !== undefined) {
			begin(claim.kind, line, claim.sign.about)
			continue
		}
		const asked = typed === undefined ? undefined : kindOfCommand(typed.command)
		const isUsed = drafts.at(-1)?.typed === typed
		if (asked !== undefined && !isUsed && line.text.trim() !== '') begin(asked.name, line)
		else if (line.text.trim() !== '') open = undefined
	}
	return segmentsOf(drafts)
}

/** The line and what it says. Where it stands alone it may have a list's mark in front, which no output begins with. */
function claimed(
	line: OutputLine,
	next: string,
	alone: boolean,
): { readonly line: OutputLine; readonly claim: Claim | undefined } {
	const claim = claimOf(line.text.trimEnd(), next)
	const mark = claim === undefined && alone ? /^ {0,8}[-*+•] (?=\S| )/.exec(line.text)?.[0] : undefined
	if (mark === undefined) return { line, claim }
	const unmarked = { ...line, text: line.text.slice(mark.length) }
	const found = claimOf(unmarked.text.trimEnd(), next)
	return found === undefined ? { line, claim } : { line: unmarked, claim: found }
}

/** The paste with its prefixes taken off. */
export function readPaste(lines: readonly OutputLine[]): readonly PastedLine[] {
	return readPastedText(lines, (command) => kindOfCommand(command) !== undefined)
}

const kinds = [...outputKinds.values()]

/** What the line says by itself: the first kind that knows it for certain, else the first that could have it. */
function claimOf(text: string, next: string): Claim | undefined {
	if (text === '') return undefined
	const prefix = readPrefix(text)
	const message = prefix === undefined ? text : text.slice(prefix.width)
	const seen: SeenLine = { text, message, next, ...(prefix?.ident === undefined ? {} : { writer: prefix.ident }) }
	let weak: Claim | undefined
	for (const kind of kinds) {
		// A line that names its writer stands in a journal, whatever it says.
		if (seen.writer !== undefined && kind.byWriter !== 'whole') continue
		const sign = kind.sign?.(seen)
		if (sign === undefined) continue
		if (sign.weak !== true) return { kind: kind.name, sign }
		weak ??= { kind: kind.name, sign }
	}
	return weak
}

function belongs(open: Draft, { text }: OutputLine, claim: Claim | undefined): boolean {
	const kind = kindNamed(open.kind)
	if (claim !== undefined && claim.sign.weak !== true) {
		const { kind: name, sign } = claim
		if (name === open.kind) return sign.first !== true && isSameUnit(sign.about?.unit, open.about.unit)
		if (kind.holds?.(name, open) === true) return true
		return kindNamed(name).standsIn?.includes(open.kind) === true && (kind.byWriter !== 'tail' || open.blanks < 2)
	}
	if (text.trim() === '') return true
	return kind.goesOn === undefined ? open.blanks === 0 : kind.goesOn(text, open)
}

/** Another service is another output. */
function isSameUnit(one: string | undefined, other: string | undefined): boolean {
	return one === undefined || other === undefined || one === other || !one.endsWith('.service')
}

function append(draft: Draft, { stream, number, text }: OutputLine): void {
	draft.lines.push({ stream, number, text })
	// The tail of a log stands behind the first of two gaps.
	const isTail = kindNamed(draft.kind).byWriter === 'tail'
	draft.blanks = text.trim() === '' ? draft.blanks + 1 : isTail ? draft.blanks : 0
	if (!/[{}]/.test(text)) return
	for (const character of text.replace(/(?:^|\s)#.*$/, '')) {
		if (character === '{') draft.depth++
		else if (character === '}') draft.depth = Math.max(0, draft.depth - 1)
	}
}
