/**
 * Splits a command line into words as a shell or systemd does: quotes, backslashes, no expansion. An unclosed quote
 * ends with the text.
 */
export const splitWords = (text: string): readonly string[] => {
	const words: string[] = []
	let word = ''
	let inWord = false
	let quote = ''
	for (let at = 0; at < text.length; at += 1) {
		const char = text[at] ?? ''
		if (quote === "'") {
			if (char === "'") quote = ''
			else word += char
		} else if (char === '\\' && at + 1 < text.length) {
			const next = text[at + 1] ?? ''
			if (quote === '"' && !/["\\$`]/.test(next)) word += char
			at += 1
			if (next !== '\n') word += next
			inWord = true
		} else if (quote === '"') {
			if (char === '"') quote = ''
			else word += char
		} else if (char === '"' || char === "'") {
			quote = char
			inWord = true
		} else if (/\s/.test(char)) {
			if (inWord) words.push(word)
			word = ''
			inWord = false
		} else {
			word += char
			inWord = true
		}
	}
	if (inWord) words.push(word)
	return words
}

/** `NAME=value` as its two halves. */
export const splitAssignment = (word: string): readonly [string, string] | undefined => {
	const match = /^([A-Za-z_][A-Za-z0-9_]{0,200})=/.exec(word)
	return match === null ? undefined : [match[1] ?? '', word.slice(match[0].length)]
}

/** A word as a shell reads it back. */
export const quoteWord = (word: string): string => {
	if (/^[\w@%+=:,./${}-]+$/.test(word)) return word
	const assignment = splitAssignment(word)
	if (assignment !== undefined) return `${assignment[0]}=${quoteWord(assignment[1])}`
	return `'${word.replaceAll("'", "'\\''")}'`
}
