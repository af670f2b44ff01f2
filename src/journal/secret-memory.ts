import { isPlainValue, REDACTED } from './secret-values.ts'

/**
 * The secrets that a session has seen: what was masked once is masked wherever it comes again, encoded too. What could be
 * a word of the language is remembered for itself alone: a database's password `postgres` must not hide each `postgres`.
 */
export interface SecretMemory {
	/** A value that was masked in its place. */
	note(secret: string): void
	/** A secret that the operator gave: masked in every text, whatever it looks like. */
	learn(secret: string): void
	/** The text without the secrets that are known. */
	mask(text: string): string
	/** Whether the whole text is a value that was masked once. */
	knows(text: string): boolean
	/** Grows with what is known. */
	readonly size: number
}

/** Most forms of secrets that a session remembers; a log of a million tokens must not fill the memory. */
const MOST_FORMS = 600
const LONGEST = 4096
const SHORTEST = 6
const SHORTEST_GIVEN = 3

/** An empty memory. */
export function createSecretMemory(): SecretMemory {
	const forms = new Set<string>()
	const whole = new Set<string>()
	let pattern: RegExp | undefined

	const keep = (secret: string): void => {
		if (forms.has(secret) || forms.size >= MOST_FORMS) return
		for (const form of formsOf(secret)) forms.add(form)
		pattern = undefined
	}

	const noteOne = (secret: string): void => {
		if (secret.length < SHORTEST || secret.length > LONGEST || secret.includes(REDACTED) || isPlainValue(secret)) return
		if (whole.size < MOST_FORMS) whole.add(secret)
		if (isDistinct(secret)) keep(secret)
	}

	return {
		note: (secret) => {
			noteOne(secret.trim())
			// The value of a cookie header, of a list: each by itself comes again.
			if (!/[;,\s]/.test(secret)) return
			for (const part of secret.slice(0, LONGEST).split(/[;,\s]+/)) noteOne(part.slice(part.indexOf('=') + 1))
		},
		learn: (secret) => {
			if (secret.length < SHORTEST_GIVEN) return
			whole.add(secret)
			keep(secret)
		},
		mask: (text) => {
			if (forms.size === 0) return text
			pattern ??= new RegExp(
				[...forms]
					.sort((a, b) => b.length - a.length)
					.map(escaped)
					.join('|'),
				'g',
			)
			return text.replace(pattern, REDACTED)
		},
		knows: (text) => whole.has(text),
		get size() {
			return forms.size
		},
	}
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** No word, name or number that other text may hold by chance. */
function isDistinct(text: string): boolean {
	if (
		/^\d+$/.test(text) ||
		/^[\w-]+(?:\.[\w-]+)*\.(?:service|socket|conf|py|php|log|sock|com|org|net|io|internal|local)$/.test(text)
	)
		return false
	const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s.-]/].filter((one) => one.test(text)).length
	if (/\s/.test(text)) return text.length >= 16
	return text.length >= 16 || (classes >= 2 && (text.length >= 8 || classes >= 3))
}

const SHORTEST_ENCODED = 8

/** The secret as it stands in other places: percent-encoded, in JSON, in quotes of a shell, in base64 and hexadecimal. */
function formsOf(secret: string): Set<string> {
	const bytes = Buffer.from(secret)
	const encoded = [0, 1, 2].map((offset) => {
		const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
		// What the neighbours of the secret do not change.
		return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
	})
	const others = [
		...encoded,
		...encoded.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
		bytes.toString('hex'),
	].filter((text) => text.length >= SHORTEST_ENCODED)
	return new Set([
		secret,
		encodeURIComponent(secret),
		JSON.stringify(secret).slice(1, -1),
		secret.replaceAll("'", `'\\''`),
		...others,
	])
}
