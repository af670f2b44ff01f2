/** The causes that a Gunicorn log or a traceback can name, as the flow names them. */
export const FAILURES = [
	'gunicorn-path-wrong',
	'exec-not-executable',
	'shebang-stale',
	'working-directory-missing',
	'user-missing',
	'group-missing',
	'namespace-failed',
	'environment-file-missing',
	'module-path-wrong',
	'package-missing',
	'app-startup-crash',
	'attribute-wrong',
	'app-syntax-error',
	'environment-missing',
	'database-unreachable',
	'log-file-unwritable',
	'gunicorn-config-error',
	'worker-class-missing',
	'pid-file-stale',
	'bind-denied',
	'bind-address-missing',
	'port-in-use',
	'crash-loop',
	'never-notified',
	'worker-timeout',
	'workers-killed',
	'worker-crash',
	'disk-full',
	'asgi-app',
	'app-error',
	'service-stopped',
] as const

export type Failure = (typeof FAILURES)[number]

/** True when the first says more of the reason than the second. */
export const saysMore = (first: Failure, second: Failure): boolean =>
	second === 'app-startup-crash' && first !== 'app-startup-crash'
