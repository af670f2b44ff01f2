import type { Evaluator, PlainValue, Scope } from './conditions.ts'
import type { Cel, Template } from './flow.ts'
import { placeholderOf } from './placeholder.ts'

/**
 * Templates: text with `{{ CEL }}` in it. `\{{` is a literal `{{`; a `}}` outside of an expression is literal.
 * The braces that end an expression are the first ones outside of its quotes.
 */

export type TemplatePart =
	| { readonly kind: 'text'; readonly text: string }
	/** `start` and `end` are the range of the CEL text in the template, without the braces and blanks. */
	| { readonly kind: 'value'; readonly cel: Cel; readonly start: number; readonly end: number }

export type ParsedTemplate =
	| { readonly ok: true; readonly parts: readonly TemplatePart[] }
	| { readonly ok: false; readonly message: string; readonly start: number; readonly end: number }

export type Rendered =
	| { readonly ok: true; readonly text: string }
	/** `reason` says in a few words why; `missing` are the facts that were not told. */
	| { readonly ok: false; readonly reason: string; readonly missing: readonly string[] }

/** Takes a template apart. Fails on an expression without an end, and on an empty one. */
export function parseTemplate(template: Template): ParsedTemplate {
	const parts: TemplatePart[] = []
	let text = ''
	let at = 0
	while (at < template.length) {
		if (template.startsWith('\\{{', at)) {
			text += '{{'
			at += 3
			continue
		}
		if (!template.startsWith('{{', at)) {
			text += template[at]
			at++
			continue
		}
		const close = endOfExpression(template, at + 2)
		if (close === undefined) {
			return { ok: false, message: '`{{` without its `}}`', start: at, end: at + 2 }
		}
		const raw = template.slice(at + 2, close)
		const cel = raw.trim()
		if (cel === '') return { ok: false, message: '`{{ }}` is empty', start: at, end: close + 2 }
		if (text !== '') parts.push({ kind: 'text', text })
		text = ''
		const start = at + 2 + (raw.length - raw.trimStart().length)
		parts.push({ kind: 'value', cel, start, end: start + cel.length })
		at = close + 2
	}
	if (text !== '') parts.push({ kind: 'text', text })
	return { ok: true, parts }
}

function endOfExpression(template: string, from: number): number | undefined {
	let quote: string | undefined
	for (let at = from; at < template.length; at++) {
		const character = template[at]
		if (quote !== undefined) {
			if (character === '\\') at++
			else if (character === quote) quote = undefined
		} else if (character === '"' || character === "'") quote = character
		else if (character === '}' && template[at + 1] === '}') return at
	}
	return undefined
}

/**
 * A command with every `{{ CEL }}` replaced by its value, quoted as one shell word; each element of a list is a word.
 * Refused: a value that is not known, holds a NUL or a line break, is an empty list, or would be read as an option
 * because it begins with a dash (after `--` it may).
 */
export function renderCommand(template: Template, scope: Scope, evaluator: Evaluator): Rendered {
	return render(template, scope, evaluator, (words, before, cel) => {
		const fault = faultOf(words, before)
		if (fault !== undefined) return { ok: false, reason: `${cel} ${fault}`, missing: [] }
		return { ok: true, text: words.map(quoteWord).join(' ') }
	})
}

/**
 * Prose with every `{{ CEL }}` replaced by its value: unquoted, lists joined by commas, control characters removed.
 * Undefined when an expression has no value: who shows it leaves the sentence out.
 */
export function renderText(template: Template, scope: Scope, evaluator: Evaluator): string | undefined {
	const rendered = render(template, scope, evaluator, (words) => ({ ok: true, text: printable(words.join(', ')) }))
	return rendered.ok ? rendered.text : undefined
}

/** `write`: a value as it is to stand there. */
function render(
	template: Template,
	scope: Scope,
	evaluator: Evaluator,
	write: (words: readonly string[], before: string, cel: Cel) => Rendered,
): Rendered {
	const parsed = parseTemplate(template)
	if (!parsed.ok) return { ok: false, reason: parsed.message, missing: [] }
	let out = ''
	for (const part of parsed.parts) {
		if (part.kind === 'text') {
			out += part.text
			continue
		}
		const value = evaluator.value(part.cel, scope)
		if (!value.ok) return value
		const written = write(wordsOf(value.value), out, part.cel)
		if (!written.ok) return written
		out += written.text
	}
	return { ok: true, text: out }
}

/** A template for a reader who has no values: `{{inputs.unit}}` becomes `<unit>`. */
export function withPlaceholders(template: Template): string {
	const parsed = parseTemplate(template)
	if (!parsed.ok) return template
	return parsed.parts.map((part) => (part.kind === 'text' ? part.text : placeholderOf(part.cel))).join('')
}

/**
 * Characters that no POSIX shell gives a meaning to, wherever they stand in a word (XCU 2.2 and 2.10.2); `=` is not among
 * them, since it makes an assignment of a command's first word.
 */
const PLAIN_WORD = /^[A-Za-z0-9_@%+:,./-]+$/
/** XCU 2.7: before a redirection it would be a file descriptor. */
const NUMBER = /^\d+$/
/** XCU 2.4: read as more than a word where a command begins. */
const RESERVED = new Set(
	'case do done elif else esac fi for if in then until while function select time coproc'.split(' '),
)

/** A text as one word of a POSIX shell: as it is where that is safe, so that commands read as people type them. */
export function quoteWord(word: string): string {
	if (PLAIN_WORD.test(word) && !NUMBER.test(word) && !RESERVED.has(word)) return word
	return `'${word.replaceAll("'", "'\\''")}'`
}

function wordsOf(value: PlainValue): readonly string[] {
	return typeof value === 'object' ? value : [String(value)]
}

function faultOf(words: readonly string[], before: string): string | undefined {
	if (words.length === 0) return 'is empty'
	if (words.some((word) => /[\0\n]/.test(word))) return 'holds a line break or a NUL'
	if (words.some((word) => !word.isWellFormed())) return 'is not valid Unicode text'
	// A value that was put in before may hold blanks and dashes: what is quoted ends no options and begins no command.
	const bare = before.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, 'Q')
	const command = bare.slice(Math.max(...['\n', ';', '&', '|', '('].map((end) => bare.lastIndexOf(end))) + 1)
	const mayBeOption = /(?:^|\s)$/.test(before) && !/\s--\s/.test(command)
	if (mayBeOption && words.some((word) => word.startsWith('-'))) return 'begins with a dash and would be an option'
	return undefined
}

function printable(text: string): string {
	return text.replace(/\s+/g, ' ').replace(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu, '')
}
