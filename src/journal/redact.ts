import { createKeyLines, KEY_MARK, type KeyLines, LONGEST_MARK, materialBeforeEnds } from './key-lines.ts'
import { createNextLines, type NextLines } from './next-lines.ts'
import { createSecretMemory } from './secret-memory.ts'
import { redactByRule } from './secret-rules.ts'
import { REDACTED } from './secret-values.ts'
import { createVendorScan } from './vendor-secrets.ts'

/**
 * Takes secrets out of what is written. Line by line: the number of lines stays, and what stands around a secret stays
 * where it can, because a transcript without the host of the database explains nothing. One for each session: it remembers
 * what it masked, and masks it wherever it comes again.
 */
export interface Redactor {
	/** A whole text of one or many lines. */
	text(text: string): string
	/** A value by itself, such as a fact: it is masked as well where the whole of it was a secret elsewhere. */
	value(value: string): string
	/** A secret that the operator gave: it stands in no text from now on. */
	learn(secret: string): void
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

/** Characters that the vendors' rules see at once: many lines in one call cost a tenth of a call per line. */
const BLOCK_LENGTH = 16_384

interface Place {
	readonly key: KeyLines
	readonly next: NextLines
}

const newPlace = (): Place => ({ key: createKeyLines(), next: createNextLines() })

/** Builds the rules once. What it knows of secrets grows with what it reads. */
export function createRedactor(): Redactor {
	const scan = createVendorScan()
	const memory = createSecretMemory()

	const ruled = (line: string): string => {
		let text = memory.mask(line)
		// What one rule leaves may be another's business; in practice the second round changes nothing.
		for (let round = 0; round < 4; round++) {
			const next = redactByRule(text, memory.note)
			if (next === text) break
			text = next
		}
		return text
	}

	const once = (line: string, { next }: Place): string => {
		const seen = visible(line)
		const text = next.take(seen, memory.note) ?? seen
		const redacted = ruled(text)
		next.after(text, redacted)
		return redacted === seen ? line : redacted
	}

	const lines = (input: readonly string[], place: Place): string[] => {
		const known = memory.size
		const output = input.map((line) => place.key.take(line) ?? once(line, place))
		for (const index of materialBeforeEnds(output)) output[index] = REDACTED
		let from = 0
		while (from < output.length) {
			let to = from
			let length = 0
			do {
				length += (output[to]?.length ?? 0) + 1
				to++
			} while (to < output.length && length + (output[to]?.length ?? 0) <= BLOCK_LENGTH)
			redactVendorRanges(output, from, to, scan, memory.note)
			from = to
		}
		// What a later line told is a secret of an earlier one too.
		return memory.size === known ? output : output.map((line) => memory.mask(line))
	}

	/** A text may be the middle of something longer, so a line that is nothing but key material goes too. */
	const text = (input: string): string => {
		const whole = textOfLines(input)
		return whole.length < 60 ? whole : whole.replace(LONE_MATERIAL, (line) => (HEX.test(line) ? line : REDACTED))
	}

	const textOfLines = (input: string): string => {
		if (!input.includes('\n')) return lines([input], newPlace())[0] ?? ''
		return lines(input.split('\n'), newPlace()).join('\n')
	}

	return {
		text,
		value: (value) => (memory.knows(value) ? REDACTED : text(value)),
		learn: memory.learn,
		stream: () => {
			const place = newPlace()
			const skip = (input: readonly string[]): void => {
				for (const line of input) if (place.key.open || KEY_MARK.test(line)) place.key.take(line)
			}
			let seam = ''
			const skipText = (input: string): void => {
				const seamed = seam + input
				if (place.key.open || KEY_MARK.test(seamed)) skip(seamed.split('\n'))
				seam = seamed.slice(-LONGEST_MARK)
			}
			return { lines: (input) => lines(input, place), skip, skipText }
		},
	}
}

const BLANKS = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/g
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu
const BEYOND_ASCII = /[\u0080-\uFFFF]/

/** The line as a reader sees it: what has no width neither parts a word nor hides one. */
function visible(line: string): string {
	return BEYOND_ASCII.test(line) ? line.replace(BLANKS, ' ').replace(INVISIBLE, '') : line
}

function redactVendorRanges(
	lines: string[],
	from: number,
	to: number,
	scan: (text: string) => readonly (readonly [number, number])[],
	note: (secret: string) => void,
): void {
	for (let round = 0; round < 4; round++) {
		const block = lines.slice(from, to).join('\n')
		const ranges = scan(block)
		if (ranges.length === 0) return
		const cut = cutRanges(block, ranges, note)
		if (cut === block) return
		for (const [index, line] of cut.split('\n').entries()) lines[from + index] = line
	}
}

/** The text with each range replaced, on every line that it touches. */
function cutRanges(
	text: string,
	ranges: readonly (readonly [number, number])[],
	note: (secret: string) => void,
): string {
	let result = ''
	let copied = 0
	for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
		if (end <= copied) continue
		const from = Math.max(start, copied)
		note(text.slice(from, end))
		result += text.slice(copied, from) + text.slice(from, end).replace(/[^\n]+/g, REDACTED)
		copied = end
	}
	return result + text.slice(copied)
}

const LONE_MATERIAL = /^[A-Za-z0-9+/]{60,}={0,2}$/gm
const HEX = /^[0-9a-f]+$/i
