import type { Key } from 'ink'
import { graphemes } from '../screen/cells.ts'
import type { KeyPress } from '../screen/keymap.ts'

/** What Ink reports, as keys by name. */

/** A piece of typing longer than this came from no hand: it is text that a terminal without marked pastes sent. */
const longestTyping = 16

export type Typing =
	| { readonly kind: 'keys'; readonly keys: readonly KeyPress[] }
	| { readonly kind: 'text'; readonly text: string }

const named: readonly (readonly [keyof Key, string])[] = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'page-up'],
	['pageDown', 'page-down'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['tab', 'tab'],
	['backspace', 'backspace'],
	['delete', 'delete'],
]

/**
 * Reads one event of Ink's. Keys that arrive in one piece (`jj`, `yes\r`: a fast typist over a slow line) are told
 * apart, and none of them counts as pressed alone.
 */
export function readTyping(input: string, key: Key): Typing {
	if (key.eventType === 'release') return { kind: 'keys', keys: [] }
	const special = named.find(([flag]) => key[flag])
	if (special) return one(special[1])
	if (key.ctrl && input !== '') return one(`ctrl+${input.toLowerCase()}`)
	// A key with Alt is none of ours, and its letter alone would mean something else.
	if (key.meta || key.super || key.hyper) return { kind: 'keys', keys: [] }
	const parts = graphemes(input)
	if (parts.length > longestTyping) return { kind: 'text', text: input }
	return {
		kind: 'keys',
		keys: parts.flatMap((part) => nameOf(part).map((name) => ({ name, lone: parts.length === 1 }))),
	}
}

function one(name: string): Typing {
	return { kind: 'keys', keys: [{ name, lone: true }] }
}

function nameOf(part: string): readonly string[] {
	if (part === '\r' || part === '\n' || part === '\r\n') return ['enter']
	if (part === '\t') return ['tab']
	if (part === ' ') return ['space']
	if (part === '\u{7F}' || part === '\b') return ['backspace']
	if (part === '\u{1B}') return ['escape']
	const code = part.codePointAt(0) ?? 0
	if (code > 0 && code < 0x1b) return [`ctrl+${String.fromCodePoint(code + 0x60)}`]
	return code < 0x20 ? [] : [part]
}
