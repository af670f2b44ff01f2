import { REDACTED } from './secret-values.ts'

/**
 * Private keys over several lines: PEM, OpenSSH, PGP, PuTTY. Each line may stand behind a prefix (of the journal, of grep,
 * of a quotation), and the beginning or the end may be missing.
 */
export interface KeyLines {
	/** The line as it is to be written when it belongs to a private key; undefined when it does not. */
	take(line: string): string | undefined
	/** Whether a key has begun and not ended. */
	readonly open: boolean
}

/** Lines without key material after which a private key that never ends is taken to have ended. */
const PATIENCE = 3
/** A mark may be cut in two by the end of a piece. */
export const LONGEST_MARK = 80

const KEY = '[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'
const BEGIN = new RegExp(`-----BEGIN ${KEY}`)
const END = new RegExp(`-----END ${KEY}`)
const PPK_LINES = /\bPrivate-Lines:\s*(\d{1,4})\s*$/
const PPK_MAC = /(\bPrivate-(?:MAC|Hash):\s*)([\da-f]{20,})/i
/** What may open or close a line of a key. */
export const KEY_MARK = /-----BEGIN|Private-Lines:/

const LONG_MATERIAL = /[A-Za-z0-9+/=]{32,}|\[redacted\]/
const SHORT_MATERIAL = /^["']?(?=[A-Za-z0-9+/=])[A-Za-z0-9+/]{0,76}={0,2}(?:=[A-Za-z0-9+/]{4})?(?:\\n)?["',\\]*\s*$/
/** The tools' own: a number of grep or cat, a path before it, a time with a program after it, a quotation. */
const PREFIX =
	/^(?:[^\s:]{1,200}[:-]\d{1,7}[:-]|[^\s:]{1,200}[:-](?=\S)|\d{1,7}[:-]|\s*\d{1,7}\s+|[+> -]\s?|[\w.-]{1,60}\s*\| |(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT[\d:.,]{8,20}(?:Z|[+-]\d\d:?\d\d)?) \S+ [^\s:]{1,80}: )/

/** Begins outside of a key. */
export function createKeyLines(): KeyLines {
	let patience = 0
	let numbered = 0
	let prefix = ''

	const isMaterial = (line: string): boolean => {
		if (LONG_MATERIAL.test(line) || SHORT_MATERIAL.test(line.trimStart())) return true
		if (prefix !== '' && line.startsWith(prefix)) return SHORT_MATERIAL.test(line.slice(prefix.length))
		// The beginning has a prefix of its own; so has each line after it.
		return prefix.trim() !== '' && SHORT_MATERIAL.test(line.replace(PREFIX, ''))
	}

	return {
		get open() {
			return patience > 0 || numbered > 0
		},
		take: (line) => {
			if (numbered > 0) {
				numbered--
				return REDACTED
			}
			if (line.includes('Private-')) {
				numbered = Number(PPK_LINES.exec(line)?.[1] ?? 0)
				const mac = line.replace(PPK_MAC, `$1${REDACTED}`)
				if (mac !== line) return mac
			}
			const begin = BEGIN.exec(line)
			const end = END.exec(line)
			if (begin !== null && (end === null || end.index < begin.index)) {
				patience = PATIENCE
				prefix = line.slice(0, begin.index)
				const after = line.slice(begin.index + begin[0].length)
				return prefix + begin[0] + (after.trim() === '' ? after : REDACTED)
			}
			if (begin !== null && end !== null) {
				patience = 0
				return line.slice(0, begin.index) + begin[0] + REDACTED + line.slice(end.index)
			}
			if (patience === 0) return undefined
			if (end !== null) {
				patience = 0
				const before = line.slice(0, end.index)
				return (/[A-Za-z0-9+/=]{8,}\s*$/.test(before) ? REDACTED : before) + line.slice(end.index)
			}
			if (isMaterial(line)) {
				patience = PATIENCE
				return REDACTED
			}
			patience--
			return undefined
		},
	}
}

/**
 * The lines before an end whose beginning is not among them (`tail` of a key): those that are nothing but key material.
 * Gives their indices.
 */
export function materialBeforeEnds(lines: readonly string[]): readonly number[] {
	const found: number[] = []
	for (const [index, line] of lines.entries()) {
		const end = END.exec(line)
		if (end === null) continue
		const prefix = line.slice(0, end.index)
		for (let at = index - 1; at >= 0; at--) {
			const before = lines[at] ?? ''
			const text = prefix !== '' && before.startsWith(prefix) ? before.slice(prefix.length) : before.replace(PREFIX, '')
			if (before.includes(REDACTED) || BEGIN.test(before) || !SHORT_MATERIAL.test(text.trimStart())) break
			found.push(at)
		}
	}
	return found
}
