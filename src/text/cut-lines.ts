import type { OutputLine } from './parser.ts'

/**
 * Lines that do not say all they did: `systemctl status` without -l leaves the middle of long ones out, a pager that does
 * not wrap cuts them at the edge of the screen (and marks it with `>`, or not). Their numbers.
 */
export function cutLines(lines: readonly OutputLine[]): ReadonlySet<number> {
	// `journalctl -o verbose` has lines of any length, and a field each.
	if (lines.some(({ text }) => text.startsWith('    MESSAGE='))) return new Set()
	const shortened = lines.filter(
		({ text }) => /^\S/.test(text) && BEGINS.test(text) && text.includes('…') && !text.endsWith('…'),
	)
	const width = lines.reduce((most, { text }) => Math.max(most, text.length), 0)
	const full = lines.filter(({ text }) => text.length === width)
	const atEdge = full.some(({ text }) => MARKED.test(text)) || areDifferent(full)
	// A line that goes on below the edge is wrapped, not cut.
	const wrapped = lines.some(
		({ text }, index) => text !== '' && lines[index - 1]?.text.length === width && !BEGINS.test(text),
	)
	return new Set([...shortened, ...(width >= 60 && atEdge && !wrapped ? full : [])].map(({ number }) => number))
}

/** The edge of the screen, and not the end of `in <module>` or of `<Error 'it failed' 3>`. */
const MARKED = /(?<!<[^<>]{0,200})>$/
/** How a line of a log begins, or what stands for one. */
const BEGINS =
	/^(?:\s|\S{1,12} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d|\S{2,4} \d{4}-|\d{9,11}\.|\[ {0,12}\d|\[\d{4}-|-- |Hint: |lines )/

/** Three lines of a log of one length, no longer one beside them, that are not one text over and over. */
function areDifferent(lines: readonly OutputLine[]): boolean {
	const shapes = lines.filter(({ text }) => /^\S/.test(text)).map(({ text }) => text.replace(/\d/g, '0'))
	return new Set(shapes).size >= 3
}
