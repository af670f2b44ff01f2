import type { Key } from 'ink'
import { graphemes } from '../screen/cells.ts'
import type { KeyPress } from '../screen/keymap.ts'

/** What Ink reports, as keys by name. */

/** A piece of typing longer than this came from no hand: it is text that a terminal without marked pastes sent. */
const longestTyping = 16

export type Typing =
	| { readonly kind: 'keys'; readonly keys: readonly KeyPress[] }
	/** `before`: editing keys that were pressed right before it and came in the same piece. */
	| { readonly kind: 'text'; readonly before: readonly KeyPress[]; readonly text: string }

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

/** Keys that edit a text field, as a terminal sends them: Ctrl-A, B, E, F, K, U, W. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal sends for them
const editingKeys = /^[\u0001\u0002\u0005\u0006\u000B\u0015\u0017]*/

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
	if (parts.length > longestTyping) {
		const [before = ''] = editingKeys.exec(input) ?? []
		return { kind: 'text', before: together(graphemes(before)), text: input.slice(before.length) }
	}
	return { kind: 'keys', keys: parts.length === 1 ? parts.flatMap(nameOf).map(alone) : together(parts) }
}

function alone(name: string): KeyPress {
	return { name, lone: true }
}

function together(parts: readonly string[]): readonly KeyPress[] {
	return parts.flatMap(nameOf).map((name) => ({ name, lone: false }))
}

function one(name: string): Typing {
	return { kind: 'keys', keys: [alone(name)] }
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
