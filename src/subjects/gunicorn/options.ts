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
	n: 'name',
	D: 'daemon',
	e: 'env',
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
const KNOWN_LONG = [
	'bind',
	'config',
	'workers',
	'worker-class',
	'worker-connections',
	'worker-tmp-dir',
	'timeout',
	'threads',
	'umask',
	'user',
	'group',
	'pid',
	'pythonpath',
	'paste',
	'paster',
	'proxy-allow-from',
	'chdir',
	'error-logfile',
	'access-logfile',
	'access-logformat',
	'log-level',
	'log-config',
	'preload',
	'reload',
	'reuse-port',
	'daemon',
	'backlog',
	'keep-alive',
	'graceful-timeout',
	'max-requests',
	'max-requests-jitter',
	'env',
	'name',
]

export interface Options {
	readonly values: ReadonlyMap<string, readonly string[]>
	readonly positional: readonly string[]
}

const longName = (name: string): string => {
	const alias = ALIASES[name] ?? name
	if (KNOWN_LONG.includes(alias) || TAKES_NO_VALUE.has(alias)) return alias
	// argparse takes an unambiguous beginning for the whole.
	const begun = KNOWN_LONG.filter((known) => known.startsWith(alias))
	return alias.length >= 3 && begun.length === 1 ? (begun[0] ?? alias) : alias
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
			const name = longName(equals < 0 ? word.slice(2) : word.slice(2, equals))
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
