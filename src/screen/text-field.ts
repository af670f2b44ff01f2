import { graphemes } from './cells.ts'

/** One line of text being typed. Positions count graphemes, so that a cursor never stands inside a character. */
export interface TextField {
	readonly before: readonly string[]
	readonly after: readonly string[]
}

export type FieldEdit =
	| { readonly type: 'insert'; readonly text: string }
	| { readonly type: 'key'; readonly key: string }

const editing: Readonly<Record<string, (field: TextField) => TextField>> = {
	left: ({ before, after }) => ({ before: before.slice(0, -1), after: [...before.slice(-1), ...after] }),
	right: ({ before, after }) => ({ before: [...before, ...after.slice(0, 1)], after: after.slice(1) }),
	home: ({ before, after }) => ({ before: [], after: [...before, ...after] }),
	end: ({ before, after }) => ({ before: [...before, ...after], after: [] }),
	backspace: ({ before, after }) => ({ before: before.slice(0, -1), after }),
	delete: ({ before, after }) => ({ before, after: after.slice(1) }),
	'ctrl+u': ({ after }) => ({ before: [], after }),
	'ctrl+k': ({ before }) => ({ before, after: [] }),
	'ctrl+w': ({ before, after }) => ({ before: withoutLastWord(before), after }),
}
const aliases: Readonly<Record<string, string>> = {
	'ctrl+a': 'home',
	'ctrl+e': 'end',
	'ctrl+b': 'left',
	'ctrl+f': 'right',
	'ctrl+h': 'backspace',
}

/** A field holding `text`, the cursor behind it. */
export function fieldOf(text: string): TextField {
	return { before: graphemes(oneLine(text)), after: [] }
}

/** The text that a field holds. */
export function textOf({ before, after }: TextField): string {
	return [...before, ...after].join('')
}

/** A field after an edit. Keys that mean nothing in a field leave it as it is; line breaks in inserted text become spaces. */
export function editField(field: TextField, edit: FieldEdit): TextField {
	if (edit.type === 'key') return editing[aliases[edit.key] ?? edit.key]?.(field) ?? field
	const inserted = oneLine(edit.text)
	// Graphemes are found anew, since a combining mark may join the character before it.
	return { before: graphemes(field.before.join('') + inserted), after: field.after }
}

function oneLine(text: string): string {
	return text
		.replace(/[\r\n]+$/, '')
		.replace(/\r\n?|\n|\t/g, ' ')
		.replace(/\p{Control}/gu, '')
}

function withoutLastWord(before: readonly string[]): readonly string[] {
	let end = before.length
	while (end > 0 && before[end - 1] === ' ') end--
	while (end > 0 && before[end - 1] !== ' ') end--
	return before.slice(0, end)
}
