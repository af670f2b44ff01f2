import { REDACTED, redactByRule } from './secret-rules.ts'
import { createVendorScan } from './vendor-secrets.ts'

/**
 * Takes secrets out of what is written. Line by line: the number of lines stays, and what stands around a secret stays
 * where it can, because a transcript without the host of the database explains nothing. Pure apart from the position
 * inside of a private key, which a `Stream` carries from block to block.
 */
export interface Redactor {
	/** A whole text of one or many lines. */
	text(text: string): string
	/** For lines that arrive in pieces (one stream of one command): a private key may begin in one piece and end in another. */
	stream(): LineStream
}

export interface LineStream {
	/** As many lines as it was given; a line without a secret is the same string. */
	lines(lines: readonly string[]): string[]
	/** Lines that are not kept: only whether a private key begins or ends in them matters. */
	skip(lines: readonly string[]): void
	/** The same for text in pieces of any length. */
	skipText(text: string): void
}

/** Lines without key material after which a private key that never ends is taken to have ended. */
const KEY_PATIENCE = 3
/** Characters that the vendors' rules see at once: many lines in one call cost a tenth of a call per line. */
const BLOCK_LENGTH = 16_384

interface KeyState {
	/** Lines still to wait for key material; 0 outside of a key. */
	patience: number
}

/** Builds the rules once; the redactor has no other state. */
export function createRedactor(): Redactor {
	const scan = createVendorScan()

	const once = (line: string): string => {
		let text = line
		// What one rule leaves may be another's business; in practice the second round changes nothing.
		for (let round = 0; round < 4; round++) {
			const next = redactByRule(text)
			if (next === text) break
			text = next
		}
		return text
	}

	const lines = (input: readonly string[], state: KeyState): string[] => {
		const output = input.map((line) => redactKeyLine(line, state) ?? once(line))
		let from = 0
		while (from < output.length) {
			let to = from
			let length = 0
			do {
				length += (output[to]?.length ?? 0) + 1
				to++
			} while (to < output.length && length + (output[to]?.length ?? 0) <= BLOCK_LENGTH)
			redactVendorRanges(output, from, to, scan)
			from = to
		}
		return output
	}

	/** A text may be the middle of something longer, so a line that is nothing but key material goes too. */
	const text = (input: string): string => {
		const whole = textOfLines(input)
		return whole.length < 60 ? whole : whole.replace(LONE_MATERIAL, (line) => (HEX.test(line) ? line : REDACTED))
	}

	const textOfLines = (input: string): string => {
		if (!input.includes('\n')) return lines([input], { patience: 0 })[0] ?? ''
		return lines(input.split('\n'), { patience: 0 }).join('\n')
	}

	return {
		text,
		stream: () => {
			const state: KeyState = { patience: 0 }
			const skip = (input: readonly string[]): void => {
				for (const line of input) if (state.patience > 0 || line.includes('-----BEGIN')) redactKeyLine(line, state)
			}
			let seam = ''
			const skipText = (input: string): void => {
				const seamed = seam + input
				if (state.patience > 0 || seamed.includes('-----BEGIN')) skip(seamed.split('\n'))
				seam = seamed.slice(-LONGEST_MARK)
			}
			return { lines: (input) => lines(input, state), skip, skipText }
		},
	}
}

function redactVendorRanges(
	lines: string[],
	from: number,
	to: number,
	scan: (text: string) => readonly (readonly [number, number])[],
): void {
	for (let round = 0; round < 4; round++) {
		const block = lines.slice(from, to).join('\n')
		const ranges = scan(block)
		if (ranges.length === 0) return
		const cut = cutRanges(block, ranges)
		if (cut === block) return
		for (const [index, line] of cut.split('\n').entries()) lines[from + index] = line
	}
}

/** The text with each range replaced, on every line that it touches. */
function cutRanges(text: string, ranges: readonly (readonly [number, number])[]): string {
	let result = ''
	let copied = 0
	for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
		if (end <= copied) continue
		const from = Math.max(start, copied)
		result += text.slice(copied, from) + text.slice(from, end).replace(/[^\n]+/g, REDACTED)
		copied = end
	}
	return result + text.slice(copied)
}

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
/** A mark may be cut in two by the end of a piece. */
const LONGEST_MARK = 80
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
const LONE_MATERIAL = /^[A-Za-z0-9+/]{60,}={0,2}$/gm
const HEX = /^[0-9a-f]+$/i
const KEY_MATERIAL = /[A-Za-z0-9+/=]{32,}|^\s*["']?[A-Za-z0-9+/]{1,76}={0,2}(?:\\n)?["',\\]*\s*$|\[redacted\]/

/** The line as it is to be written when it belongs to a private key; undefined when it does not. */
function redactKeyLine(line: string, state: KeyState): string | undefined {
	const begin = KEY_BEGIN.exec(line)
	const end = KEY_END.exec(line)
	if (begin !== null && (end === null || end.index < begin.index)) {
		state.patience = KEY_PATIENCE
		const after = line.slice(begin.index + begin[0].length)
		return line.slice(0, begin.index) + begin[0] + (after.trim() === '' ? after : REDACTED)
	}
	if (begin !== null && end !== null) {
		state.patience = 0
		return line.slice(0, begin.index) + begin[0] + REDACTED + line.slice(end.index)
	}
	if (state.patience === 0) return undefined
	if (end !== null) {
		state.patience = 0
		const before = line.slice(0, end.index)
		return (/[A-Za-z0-9+/=]{8,}\s*$/.test(before) ? REDACTED : before) + line.slice(end.index)
	}
	if (KEY_MATERIAL.test(line)) {
		state.patience = KEY_PATIENCE
		return REDACTED
	}
	state.patience--
	return undefined
}
