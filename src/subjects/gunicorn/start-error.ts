import type { Diagnosis } from './diagnosis.ts'
import type { Failure } from './failure.ts'

/** What each of systemd's preparations means when it fails. */
export const STEP_FAILURES: Readonly<Record<string, Failure>> = {
	CHDIR: 'working-directory-missing',
	USER: 'user-missing',
	GROUP: 'group-missing',
	NAMESPACE: 'namespace-failed',
	STDOUT: 'log-file-unwritable',
	STDERR: 'log-file-unwritable',
}

/** What it means that the program could not be run. `located`: it was found. */
export const executeFailure = (errno: number | undefined, located: boolean | undefined): Failure | undefined => {
	if (errno === 13 || errno === 8) return 'exec-not-executable'
	// Whether the program or its interpreter is missing is only told since systemd 248.
	if (errno === 2) return located === undefined ? undefined : located ? 'shebang-stale' : 'gunicorn-path-wrong'
	return errno === 20 || errno === 40 ? 'gunicorn-path-wrong' : undefined
}

/** Names the cause of one of Gunicorn's `Error: …` lines; undefined when the text is not Gunicorn's. */
export const diagnoseError = (text: string): Diagnosis | undefined => {
	const quotedPath = /'([^']{1,1000})'/.exec(text)?.[1]
	const path = quotedPath === undefined ? {} : { path: quotedPath }
	const message = { message: text }
	if (/^Already running on PID/.test(text)) return { failure: 'pid-file-stale', ...message, ...path }
	if (/isn't writable/.test(text)) {
		const errno = /Error\((\d{1,3}),|\[Errno (\d{1,3})\]/.exec(text)
		return {
			failure: errno !== null && (errno[1] ?? errno[2]) === '28' ? 'disk-full' : 'log-file-unwritable',
			...message,
			...path,
			...(errno === null ? {} : { errno: Number(errno[1] ?? errno[2]) }),
		}
	}
	const worker = /^class uri u?['"]([^'"]{1,300})['"] invalid or not found/.exec(text)
	if (worker !== null) return { failure: 'worker-class-missing', ...message, module: worker[1] ?? '' }
	const requires =
		/^(\w{1,60}) worker requires|^You need (\w{1,60}) (?:>=? ?[\d.]+ )?installed to use this worker/.exec(text)
	if (requires !== null)
		return { failure: 'worker-class-missing', ...message, module: requires[1] ?? requires[2] ?? '' }
	const chdir = /^can't chdir to '([^']{1,1000})'/.exec(text)
	if (chdir !== null) return { failure: 'working-directory-missing', ...message, path: chdir[1] ?? '' }
	if (/^No such user/.test(text)) return { failure: 'user-missing', ...message }
	if (/^No such group/.test(text)) return { failure: 'group-missing', ...message }
	const folder = /^(\/\S{1,1000}) doesn't exist\. Can't create pidfile/.exec(text)
	if (folder !== null) return { failure: 'gunicorn-config-error', ...message, path: folder[1] ?? '' }
	if (/ doesn't exist$/.test(text)) return { failure: 'gunicorn-config-error', ...message, ...path }
	if (
		/is not a valid (?:port number|file descriptor)|^No application module specified|^invalid literal for|^Invalid value|^Value must be|^Value error|^Not a (?:list|string|callable|number)/.test(
			text,
		)
	)
		return { failure: 'gunicorn-config-error', ...message }
	return undefined
}

/** What it means that an address could not be had. */
export const bindFailure = (address: string, errno: number | undefined): Failure => {
	if (errno === 98) return 'port-in-use'
	if (errno === 99 || errno === -2 || errno === -3 || errno === -5) return 'bind-address-missing'
	if (errno === undefined && !address.startsWith('unix:')) {
		// Before version 22 Gunicorn does not say why. A low port needs a right; another one, with a name, does not resolve.
		const port = Number(address.slice(address.lastIndexOf(':') + 1))
		return port < 1024 ? 'bind-denied' : 'bind-address-missing'
	}
	return errno === 28 ? 'disk-full' : 'bind-denied'
}

/** The folder of a socket's path, where the bind failed. */
export const pathOf = (address: string): { path: string } | Record<string, never> =>
	address.startsWith('unix:') ? { path: address.slice(5) } : {}
