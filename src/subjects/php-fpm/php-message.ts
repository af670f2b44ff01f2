/** PHP's own messages, as `log_errors` writes them: main/main.c, php_error_cb, and Zend's uncaught exceptions. */
export interface PhpMessage {
	readonly level: 'fatal' | 'parse' | 'warning' | 'notice' | 'deprecated' | 'other'
	readonly message: string
	readonly exception?: string | undefined
	/** A function, class or constant. */
	readonly undefinedName?: string | undefined
	readonly limit?: 'memory' | 'time' | undefined
	readonly file?: string | undefined
	readonly line?: number | undefined
}

const LEVELS: readonly (readonly [string, PhpMessage['level']])[] = [
	['Fatal error', 'fatal'],
	['Recoverable fatal error', 'fatal'],
	['Parse error', 'parse'],
	['Warning', 'warning'],
	['Notice', 'notice'],
	['Deprecated', 'deprecated'],
]
const BEGINS =
	/(?:^|; )PHP message: PHP ((?:Recoverable fatal|Fatal|Parse) error|Warning|Notice|Deprecated|[A-Z][a-z ]{1,30}): {2}/g
/** `thrown in FILE on line N` after an uncaught exception, `in FILE on line N` after all others. */
const PLACE = / in (\/[^\n]{1,2000}) on line (\d{1,9})$/
const UNCAUGHT = /^Uncaught ([A-Za-z_\\][\w\\]{0,200}): /
const UNDEFINED =
	/(?:Call to undefined (?:function|method) |Class "|Undefined constant "|Interface "|Trait ")([\w\\:]{1,200})/

const LIMITS = [
	['Allowed memory size of ', 'memory'],
	['Maximum execution time of ', 'time'],
] as const

/** The gravest of the messages; of equals, the last. */
export function readPhpMessage(words: string): PhpMessage | undefined {
	const starts = [...words.matchAll(BEGINS)]
	const messages = starts.map((start, index) => {
		const from = start.index + start[0].length
		return messageOf(start[1] ?? '', words.slice(from, starts[index + 1]?.index ?? words.length))
	})
	const rank = ({ level }: PhpMessage): number =>
		level === 'fatal' || level === 'parse' ? 2 : level === 'warning' ? 1 : 0
	return messages.reduce<PhpMessage | undefined>(
		(gravest, one) => (gravest === undefined || rank(one) >= rank(gravest) ? one : gravest),
		undefined,
	)
}

function messageOf(kind: string, text: string): PhpMessage {
	const trimmed = text.trimEnd()
	const first = trimmed.split('\n', 1)[0] ?? ''
	const place = PLACE.exec(trimmed) ?? PLACE.exec(first)
	return {
		level: LEVELS.find(([name]) => name === kind)?.[1] ?? 'other',
		message: first,
		exception: UNCAUGHT.exec(first)?.[1],
		undefinedName: UNDEFINED.exec(first)?.[1],
		limit: LIMITS.find(([words]) => first.startsWith(words))?.[1],
		file: place?.[1],
		line: place === null ? undefined : Number(place[2]),
	}
}
