/** Options that Gunicorn knows by a letter, and those that take a value. */
const SHORT: Readonly<Record<string, string>> = {
	b: 'bind',
	c: 'config',
	w: 'workers',
	k: 'worker-class',
	t: 'timeout',
	m: 'umask',
	u: 'user',
	g: 'group',
	p: 'pid',
	D: 'daemon',
	R: 'enable-stdio-inheritance',
	v: 'version',
	h: 'help',
}
/** Options that are said or not. */
export const TAKES_NO_VALUE: ReadonlySet<string> = new Set([
	'daemon',
	'preload',
	'reload',
	'reuse-port',
	'no-sendfile',
	'capture-output',
	'check-config',
	'print-config',
	'spew',
	'initgroups',
	'proxy-protocol',
	'disable-redirect-access-to-syslog',
	'enable-stdio-inheritance',
	'version',
	'help',
	'log-syslog',
	'suppress-ragged-eofs',
	'do-handshake-on-connect',
	'strip-header-spaces',
	'permit-unconventional-http-method',
	'permit-unconventional-http-version',
	'casefold-http-method',
	'permit-obsolete-folding',
	'no-control-socket',
	'no-capture-output',
])
const ALIASES: Readonly<Record<string, string>> = {
	'log-file': 'error-logfile',
	'error-log': 'error-logfile',
	'access-log': 'access-logfile',
}
export interface Options {
	readonly values: ReadonlyMap<string, readonly string[]>
	readonly positional: readonly string[]
}

/** Gunicorn's own arguments: options with their values, in order, and what stands alone. */
export const readOptions = (words: readonly string[]): Options => {
	const values = new Map<string, string[]>()
	const positional: string[] = []
	const put = (name: string, value: string): void => {
		const held = values.get(name) ?? []
		held.push(value)
		values.set(name, held)
	}
	for (let at = 0; at < words.length; at += 1) {
		const word = words[at] ?? ''
		if (word === '--') {
			positional.push(...words.slice(at + 1))
			break
		}
		if (word.startsWith('--')) {
			const equals = word.indexOf('=')
			const written = equals < 0 ? word.slice(2) : word.slice(2, equals)
			const name = ALIASES[written] ?? written
			if (equals >= 0) put(name, word.slice(equals + 1))
			else if (TAKES_NO_VALUE.has(name)) put(name, '')
			else {
				at += 1
				put(name, words[at] ?? '')
			}
		} else if (/^-[A-Za-z]/.test(word)) {
			const name = SHORT[word[1] ?? ''] ?? word.slice(1, 2)
			if (TAKES_NO_VALUE.has(name)) put(name, '')
			else if (word.length > 2) put(name, word.slice(2).replace(/^=/, ''))
			else {
				at += 1
				put(name, words[at] ?? '')
			}
		} else positional.push(word)
	}
	return { values, positional }
}
