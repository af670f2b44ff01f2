import { isTellingName } from './secret-rules.ts'
import { isPlainValue, isRandom, REDACTED } from './secret-values.ts'

/** Values that stand on the lines after their name: a YAML block, a continued line, a line that was wrapped. */
export interface NextLines {
	/** The line without what is such a value; undefined when there is none. */
	take(line: string, note: (secret: string) => void): string | undefined
	/** Tells what became of a line, so that what comes after it is known. */
	after(line: string, redacted: string): void
}

const OPEN = /(?:^|[^\w.-])([A-Za-z_][\w.-]{0,80})\\*["']?\]?[ \t]*(?:=>|:=|[=:])[ \t]*([|>][-+\d]*|[\\([{])?[ \t]*$/
const MOST_LINES = 60
/** Terminals, mail and `systemctl` wrap at these widths. */
const WRAPPED_FROM = 70

type Expected =
	| { readonly kind: 'block' | 'value'; readonly indent: number; lines: number }
	| { readonly kind: 'wrapped'; readonly quoted: boolean }

/** Begins with nothing expected. */
export function createNextLines(): NextLines {
	let expected: Expected | undefined

	const takeIndented = (
		line: string,
		wanted: Extract<Expected, { indent: number }>,
		note: (secret: string) => void,
	) => {
		const indent = line.search(/\S/)
		if (indent === -1) return undefined
		const [, before = '', value = '', after = ''] =
			/^(\s*(?:-\s+)?[bBrRuU]{0,2}["']?)(.*?)(["']?[,;)\]}]*\s*)$/.exec(line) ?? []
		const inside = indent > wanted.indent || /["']$|-\s+$/.test(before)
		const isList = /-\s+["']?$/.test(before)
		if (!inside || wanted.lines-- <= 0 || /^[A-Za-z_][\w.-]*["']?\s*(?:=>|[=:])\s/.test(value)) {
			expected = undefined
			return undefined
		}
		if (wanted.kind === 'value' && !isList) expected = undefined
		if (isPlainValue(value) || (wanted.kind === 'value' && /\s/.test(value) && !/["']$/.test(before))) return undefined
		note(value)
		return before + REDACTED + after
	}

	return {
		take: (line, note) => {
			const wanted = expected
			if (wanted === undefined) return undefined
			if (wanted.kind !== 'wrapped') return takeIndented(line, wanted, note)
			expected = undefined
			const [, value = '', after = ''] = /^\s*([\w+/=.~%!@#$^&*-]{3,}?)(["']?[,;)\]}]*\s*)$/.exec(line) ?? []
			if (value === '' || (!wanted.quoted && !isRandom(value))) return undefined
			note(value)
			if (after === '' && line.length >= WRAPPED_FROM) expected = wanted
			return REDACTED + after
		},
		after: (line, redacted) => {
			const open = line.length > 400 ? null : OPEN.exec(line)
			if (open !== null && isTellingName(open[1] ?? '')) {
				const block = /^[|>]/.test(open[2] ?? '')
				const indent = /[\\([{]/.test(open[2] ?? '') ? -1 : line.search(/\S/)
				expected = { kind: block ? 'block' : 'value', indent, lines: MOST_LINES }
				return
			}
			const cut = redacted !== line && redacted.endsWith(REDACTED) && line.length >= WRAPPED_FROM
			if (cut) expected = { kind: 'wrapped', quoted: /["']\[redacted\]$/.test(redacted) }
		},
	}
}
