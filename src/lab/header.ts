/** What the header of a lab script may say: the `# field: value` comments at its top. */
export interface HeaderForm {
	readonly required: readonly string[]
	readonly optional: readonly string[]
	/** These may stand on several lines. */
	readonly repeated: readonly string[]
	/** The form of each word of these. */
	readonly patterns: Readonly<Record<string, RegExp>>
}

/** Each field's lines. Throws one sentence, which begins with the file's name, when the header is not of that form. */
export function readHeader(
	file: string,
	script: string,
	{ required, optional, repeated, patterns }: HeaderForm,
): ReadonlyMap<string, readonly string[]> {
	const refused = (sentence: string): Error => new Error(`${file}: ${sentence}`)
	const header = new Map<string, readonly string[]>()
	for (const [, field = '', value = ''] of headerLines(script)) {
		if (![...required, ...optional].includes(field)) throw refused(`'# ${field}:' is not a field here.`)
		const before = header.get(field)
		if (before !== undefined && !repeated.includes(field)) throw refused(`'# ${field}:' stands twice.`)
		const words = value.trim().split(/\s+/)
		const odd = words.find((word) => patterns[field]?.test(word) === false)
		if (odd !== undefined) throw refused(`'# ${field}: ${odd}' does not look like one.`)
		header.set(field, [...(before ?? []), value.trim()])
	}
	const missing = required.find((field) => !header.has(field))
	if (missing !== undefined) throw refused(`'# ${missing}:' is missing.`)
	return header
}

function headerLines(script: string): readonly RegExpExecArray[] {
	const [comments = ''] = /^(#.*\n?)*/.exec(script) ?? []
	return [...comments.matchAll(/^# ([a-z]+): (.+)$/gm)]
}
