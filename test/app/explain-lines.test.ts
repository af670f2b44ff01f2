import { describe, expect, test } from 'vitest'
import { explained } from '../support/explaining.ts'

/**
 * Single lines as the programs write them (their sources say how), without anything around: what they lead to. None of
 * them was recorded: what is tested is that a sentence of a program is known wherever it stands.
 */

const FIELDS = 'client: 10.0.0.9, server: shop.example, request: "GET / HTTP/1.1"'
const entry = (message: string, upstream?: string): string =>
	`2026/11/21 09:00:00 [error] 31#31: *1 ${message}, ${FIELDS}${upstream === undefined ? '' : `, upstream: "${upstream}"`}, host: "shop.example"`
const record = (level: string, message: string): string => `[2026-11-21 09:00:00 +0000] [7] [${level}] ${message}`

/** By the cause; `undecided` where the line alone does not tell. */
const LINES: Readonly<Record<string, readonly string[]>> = {
	'port-in-use': [
		record('ERROR', "Connection in use: ('0.0.0.0', 8000)"),
		'OSError: [Errno 98] Address already in use',
	],
	'bind-address-missing': [record('ERROR', "Invalid address: ('10.9.8.7', 8000)")],
	'bind-denied': [
		record('ERROR', "Can't connect to /run/shop.sock"),
		record('ERROR', 'connection to /run/shop/shop.sock failed: [Errno 13] Permission denied'),
	],
	'attribute-wrong': [
		"Failed to find attribute 'app' in 'wsgi'.",
		"gunicorn.errors.AppImportError: Failed to find attribute 'app' in 'wsgi'.",
		"Failed to find application object 'application' in 'shop'",
	],
	'database-unreachable': [
		'django.db.utils.OperationalError: could not connect to server: Connection refused',
		`MySQLdb._exceptions.OperationalError: (2003, "Can't connect to MySQL server on 'db' (111)")`,
		'sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) unable to open database file',
	],
	'packages-do-not-fit': [
		"ImportError: cannot import name 'escape' from 'jinja2' (/srv/venv/lib/python3.11/site-packages/jinja2/__init__.py)",
	],
	'package-missing': [
		"ModuleNotFoundError: No module named 'redis'",
		'/srv/venv/bin/python3: No module named gunicorn',
	],
	'environment-missing': ['django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.'],
	'app-syntax-error': ['IndentationError: unexpected indent'],
	'app-bad-request': ["Invalid HTTP_HOST header: 'shop.example'. You may need to add 'shop.example' to ALLOWED_HOSTS."],
	'worker-class-missing': [
		"Error: class uri 'gevent' invalid or not found:",
		'RuntimeError: eventlet worker requires eventlet 0.24.1 or higher',
		"TypeError: __call__() missing 1 required positional argument: 'send'",
	],
	'gunicorn-config-error': ["Error: '/srv/shop/gunicorn.conf.py' doesn't exist"],
	'pid-file-stale': ["Error: Already running on PID 9 (or pid file '/run/shop.pid' is stale)"],
	'log-file-unwritable': [
		"Error: Error: '/var/log/shop/error.log' isn't writable [PermissionError(13, 'Permission denied')]",
		"ValueError: Unable to configure handler 'file': [Errno 13] Permission denied: '/srv/shop/debug.log'",
	],
	'worker-timeout': [
		'[CRITICAL] WORKER TIMEOUT (pid:26)',
		`2026-11-21T09:00:00.1Z app[web.1]: ${record('CRITICAL', 'WORKER TIMEOUT (pid:26)')}`,
	],
	'workers-killed': [
		record('ERROR', 'Worker (pid:26) was sent SIGKILL! Perhaps out of memory?'),
		'shop.service: A process of this unit has been killed by the OOM killer.',
		'[Sat Nov 21 09:00:00 2026] Out of memory: Killed process 26 (gunicorn) total-vm:1kB, anon-rss:1kB',
	],
	'worker-crash': [record('WARNING', 'Worker with pid 26 was terminated due to signal 11')],
	'nginx-config-invalid': [
		'nginx: [emerg] unknown directive "proxy_pas" in /etc/nginx/sites-enabled/shop:7',
		'nginx: [emerg] "location" directive is not allowed here in /etc/nginx/conf.d/shop.conf:1',
		'nginx: [emerg] unexpected "}" in /etc/nginx/sites-enabled/shop:12',
		'nginx: [emerg] unknown "connection_upgrade" variable',
		'2026/11/21 09:00:00 [emerg] 1#1: invalid number of arguments in "proxy_pass" directive in /etc/nginx/nginx.conf:8',
	],
	'certificate-missing': [
		'nginx: [emerg] cannot load certificate key "/etc/ssl/shop.key": BIO_new_file() failed (SSL: error:02001002:system library:fopen:No such file or directory)',
	],
	'nginx-port-taken': ['nginx: [emerg] bind() to [::]:80 failed (98: Address already in use)'],
	'nginx-address-unavailable': ['nginx: [emerg] bind() to 10.9.8.7:80 failed (99: Cannot assign requested address)'],
	'upstream-unresolved': [
		'nginx: [emerg] host not found in upstream "app:8000" in /etc/nginx/conf.d/shop.conf:2',
		entry('app.internal could not be resolved (3: Host not found)'),
	],
	'file-descriptors': ['2026/11/21 09:00:00 [crit] 31#31: accept4() failed (24: Too many open files)'],
	'worker-connections': ['1024 worker_connections are not enough while connecting to upstream'],
	'backlog-full': [
		'connect() to unix:/run/shop.sock failed (11: Resource temporarily unavailable) while connecting to upstream',
	],
	'header-too-big': ['upstream sent too big header while reading response header from upstream'],
	'no-live-upstreams': [entry('no live upstreams while connecting to upstream', 'http://shop/')],
	'service-denied-by-policy': [
		'type=AVC msg=audit(1.2:3): avc:  denied  { execute } for  pid=9 comm="(gunicorn)" name="gunicorn" scontext=a tcontext=b tclass=file permissive=0',
	],
	'upstream-timeout': [
		entry(
			'upstream timed out (110: Connection timed out) while reading response header from upstream',
			'fastcgi://127.0.0.1:9000',
		),
		entry(
			'upstream timed out (110: Connection timed out) while reading response header from upstream',
			'http://127.0.0.1:8000/',
		),
	],
	'localhost-ipv6': [
		entry('connect() failed (111: Connection refused) while connecting to upstream', 'http://[::1]:8000/'),
	],
	'socket-stale': [
		entry(
			'connect() to unix:/run/shop.sock failed (111: Connection refused) while connecting to upstream',
			'http://unix:/run/shop.sock:/',
		),
	],
	'security-policy': [
		entry(
			'connect() to 127.0.0.1:8000 failed (13: Permission denied) while connecting to upstream',
			'http://127.0.0.1:8000/',
		),
		'type=AVC msg=audit(1.2:3): avc:  denied  { connectto } for  pid=9 comm="nginx" path="/run/shop.sock" scontext=a tcontext=b tclass=unix_stream_socket permissive=0',
		'SELinux is preventing /usr/sbin/nginx from write access on the sock_file shop.sock.',
	],
	'protocol-mismatch': [
		entry(
			'SSL_do_handshake() failed (SSL: error:1408F10B:SSL routines:ssl3_get_record:wrong version number) while SSL handshaking to upstream',
			'https://127.0.0.1:8000/',
		),
		entry(
			'upstream sent no valid HTTP/1.0 header while reading response header from upstream',
			'http://127.0.0.1:3031/',
		),
	],
	'working-directory-missing': [
		'shop.service: Failed at step CHDIR spawning /srv/venv/bin/gunicorn: No such file or directory',
		'Nov 21 09:00:00 web1 systemd[99]: shop.service: Failed at step CHDIR spawning /srv/venv/bin/gunicorn: Permission denied',
	],
	'gunicorn-path-wrong': [
		'shop.service: Failed at step EXEC spawning /srv/venv/bin/gunicorn: No such file or directory',
	],
	'exec-not-executable': ['shop.service: Failed at step EXEC spawning /srv/venv/bin/gunicorn: Permission denied'],
	'user-missing': ['shop.service: Main process exited, code=exited, status=217/USER'],
	'group-missing': ['shop.service: Main process exited, code=exited, status=216/GROUP'],
	'never-notified': ['shop.service: start operation timed out. Terminating.'],
	undecided: [
		// Who closed it, and why, is in another log.
		entry(
			'upstream prematurely closed connection while reading response header from upstream',
			'http://127.0.0.1:8000/',
		),
		entry(
			'recv() failed (104: Connection reset by peer) while reading response header from upstream',
			'http://127.0.0.1:8000/',
		),
		// Nobody listens, for any of ten reasons.
		entry('connect() failed (111: Connection refused) while connecting to upstream', 'http://127.0.0.1:8000/'),
		// The socket, a folder, or a policy.
		entry(
			'connect() to unix:/run/shop.sock failed (13: Permission denied) while connecting to upstream',
			'http://unix:/run/shop.sock:/',
		),
		// The socket was never made, or was removed.
		entry(
			'connect() to unix:/run/shop.sock failed (2: No such file or directory) while connecting to upstream',
			'http://unix:/run/shop.sock:/',
		),
		// A handshake fails for many reasons.
		entry(
			'SSL_do_handshake() failed (SSL: error:0A000410:SSL routines::sslv3 alert handshake failure) while SSL handshaking to upstream',
			'https://10.0.0.7/',
		),
		entry('invalid port in upstream "127.0.0.1:/"'),
		'shop.service: Main process exited, code=exited, status=203/EXEC',
		// Whether it was at a start, or in a request, nobody knows.
		'OSError: [Errno 95] Operation not supported',
		'shop.service: Main process exited, code=exited, status=3/NOTIMPLEMENTED',
		record('INFO', 'Booting worker with pid: 26'),
		record('ERROR', 'Reason: Worker failed to boot.'),
		'HTTP/1.1 502 Bad Gateway',
	],
}

describe.each(Object.entries(LINES))('%s', (cause, lines) => {
	test.each(lines)('%s', async (line) => {
		for (const text of [line, `Since today I see this:\n\n${line}\n\nAny ideas?`, `> ${line}`]) {
			const { outcome, causes } = await explained(text)
			const named = causes.flatMap(({ id, symptomOf }) => (symptomOf === undefined ? [id] : []))
			expect(cause === 'undecided' ? [outcome, ...named] : named, text).toEqual([cause])
		}
	})
})
