/** PHP's own messages, as `log_errors` writes them: main/main.c, php_error_cb, and Zend's uncaught exceptions. */
export interface PhpMessage {
	readonly level: 'fatal' | 'parse' | 'warning' | 'notice' | 'deprecated' | 'other'
	readonly message: string
	readonly exception?: string
	/** A function, class or constant. */
	readonly undefinedName?: string
	readonly limit?: 'memory' | 'time'
	readonly file?: string
	readonly line?: number
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
	const exception = UNCAUGHT.exec(first)?.[1]
	const undefinedName = UNDEFINED.exec(first)?.[1]
	const limit = first.startsWith('Allowed memory size of ')
		? 'memory'
		: first.startsWith('Maximum execution time of ')
			? 'time'
			: undefined
	return {
		level: LEVELS.find(([name]) => name === kind)?.[1] ?? 'other',
		message: first,
		...(exception !== undefined && { exception }),
		...(undefinedName !== undefined && { undefinedName }),
		...(limit !== undefined && { limit }),
		...(place !== null && { file: place[1] ?? '', line: Number(place[2]) }),
	}
}
