import type { Scalar } from 'yaml'

/**
 * Where a character of a YAML text stands in the file: `offset` counts in the text's value, the result in the file.
 * Quotes, escapes, folded lines and the indentation of blocks are seen through. White space of a block is exact to its
 * run.
 */
export function offsetInScalar(source: string, scalar: Scalar, offset: number): number {
	const [from, to] = scalar.range ?? [0, 0]
	const at =
		scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED'
			? offsetInBlock(source, String(scalar.value), from, to, offset)
			: offsetInFlow(source, scalar.type, from, to, offset)
	return Math.min(at, Math.max(from, to - 1))
}

function offsetInFlow(source: string, style: Scalar['type'], from: number, to: number, offset: number): number {
	let at = style === 'QUOTE_DOUBLE' || style === 'QUOTE_SINGLE' ? from + 1 : from
	for (let index = 0; at < to; ) {
		const { length, gives } = unitAt(source, at, style)
		if (offset < index + gives) return at
		index += gives
		at += length
	}
	return at
}

/** How many characters of the file stand at `at` for how many of the value. */
function unitAt(
	source: string,
	at: number,
	style: Scalar['type'],
): { readonly length: number; readonly gives: number } {
	fold.lastIndex = at
	const folded = fold.exec(source)?.[0]
	if (folded !== undefined) {
		const breaks = folded.split('\n').length - 1
		return { length: folded.length, gives: Math.max(1, breaks - 1) }
	}
	if (style === 'QUOTE_SINGLE' && source.startsWith("''", at)) return { length: 2, gives: 1 }
	if (style !== 'QUOTE_DOUBLE' || source[at] !== '\\') return { length: 1, gives: 1 }
	continuation.lastIndex = at
	const continued = continuation.exec(source)?.[0]
	if (continued !== undefined) return { length: continued.length, gives: continued.split('\n').length - 2 }
	const digits = { x: 2, u: 4, U: 8 }[source[at + 1] ?? '']
	if (digits === undefined) return { length: 2, gives: 1 }
	const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16)
	return { length: 2 + digits, gives: code > 0xffff ? 2 : 1 }
}

/** A line break inside of a quoted or plain text is a blank; each further one is a line break. */
const fold = /[ \t]*\r?\n\s*/y

/** A line break after a backslash is nothing. */
const continuation = /\\\r?\n\s*/y

/** A block has no escapes: what is not white space stands in the file in the same order, with white space between. */
function offsetInBlock(source: string, value: string, from: number, to: number, offset: number): number {
	let at = source.indexOf('\n', from) + 1
	for (let index = 0; index < value.length && at < to; ) {
		const wanted = value[index] ?? ''
		if (isBlank(wanted) || !isBlank(source[at] ?? '')) {
			if (index === offset) return at
			if (!isBlank(wanted) || isBlank(source[at] ?? '')) at++
			index++
		} else {
			at++
		}
	}
	return at
}

function isBlank(character: string): boolean {
	return /\s/.test(character)
}
