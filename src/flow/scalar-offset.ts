import type { Scalar } from 'yaml'

/**
 * Where a character of a YAML text stands in the file: `offset` counts in the text's value, the result in the file.
 * Quotes, escapes, folded lines and the indentation of blocks are seen through. In folded white space it is exact to
 * the run of white space.
 */
export function offsetInScalar(source: string, scalar: Scalar, offset: number): number {
	const [from, to] = scalar.range ?? [0, 0]
	const value = String(scalar.value)
	let at = contentStart(source, scalar, from)
	for (let index = 0; index < value.length && at < to; ) {
		const wanted = value[index] ?? ''
		const { length, gives } = unitAt(source, at, scalar.type)
		if (gives === 0) {
			at += length
		} else if (isBlank(wanted) || !isBlank(source[at] ?? '')) {
			if (offset < index + gives) return at
			// The rest of a folded run of white space is skipped by the next character that is not white.
			if (!isBlank(wanted) || isBlank(source[at] ?? '') || length > 1) at += length
			index += gives
		} else {
			at += length
		}
	}
	return Math.min(at, Math.max(from, to - 1))
}

function contentStart(source: string, scalar: Scalar, from: number): number {
	switch (scalar.type) {
		case 'QUOTE_DOUBLE':
		case 'QUOTE_SINGLE':
			return from + 1
		case 'BLOCK_LITERAL':
		case 'BLOCK_FOLDED':
			return source.indexOf('\n', from) + 1
		default:
			return from
	}
}

/** How many characters of the file stand at `at` for how many of the value. */
function unitAt(source: string, at: number, type: Scalar['type']): { readonly length: number; readonly gives: number } {
	if (type === 'QUOTE_SINGLE' && source.startsWith("''", at)) return { length: 2, gives: 1 }
	if (type !== 'QUOTE_DOUBLE' || source[at] !== '\\') return { length: 1, gives: 1 }
	const digits = { x: 2, u: 4, U: 8 }[source[at + 1] ?? '']
	if (digits !== undefined) {
		const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16)
		return { length: 2 + digits, gives: code > 0xffff ? 2 : 1 }
	}
	if (source[at + 1] === '\n' || source.startsWith('\r\n', at + 1)) return { length: 2, gives: 0 }
	return { length: 2, gives: 1 }
}

function isBlank(character: string): boolean {
	return /\s/.test(character)
}
