import { describe, expect, it } from 'vitest'
import { gunicornLogParser } from '../../src/subjects/gunicorn/log.ts'
import { nginxErrorLogParser } from '../../src/subjects/nginx/error-log.ts'
import { journalParser } from '../../src/subjects/systemd/journal.ts'
import { systemctlStatusParser } from '../../src/subjects/systemd/systemctl-status.ts'
import type { Facts } from '../../src/text/parser.ts'
import { factsOf, pasted } from './recorded-output.ts'

const log = (text: string, args: Facts = {}): Facts => factsOf(gunicornLogParser, pasted(text, args))
const journal = (text: string, args: Facts = {}): Facts => factsOf(journalParser, pasted(text, args))
const systemd = (...messages: readonly string[]): string =>
	messages.map((message) => `Nov 21 09:30:35 web1 systemd[1]: ${message}`).join('\n')

const STARTED = `Nov 21 09:30:32 web1 systemd[1]: Started gunicorn daemon.
Nov 21 09:30:33 web1 gunicorn[42]: [2026-11-21 09:30:33 +0000] [42] [INFO] Starting gunicorn 20.1.0
Nov 21 09:30:33 web1 gunicorn[42]: [2026-11-21 09:30:33 +0000] [42] [INFO] Listening at: http://127.0.0.1:8000 (42)
Nov 21 09:30:33 web1 gunicorn[42]: [2026-11-21 09:30:33 +0000] [42] [INFO] Using worker: sync
Nov 21 09:30:33 web1 gunicorn[59]: [2026-11-21 09:30:33 +0000] [59] [INFO] Booting worker with pid: 59`

/**
 * The words of nginx's source (src/http/ngx_http_upstream.c, modules/ngx_http_proxy_module.c, ngx_http_fastcgi_module.c,
 * ngx_http_grpc_module.c, src/event/ngx_event_openssl.c, src/os/unix/ngx_recv.c; read out of the binary of 1.22.1), and
 * the action that nginx logs with them.
 */
const NGINX: readonly (readonly [message: string, upstream: string, facts: Facts])[] = [
	[
		'connect() failed (111: Connection refused) while connecting to upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'refused', errno: 111, phase: 'connecting', protocol: 'http', upstream: '127.0.0.1:8000' },
	],
	[
		'connect() failed (111: Connection refused) while connecting to upstream',
		'http://[::1]:8000/',
		{ kind: 'refused', upstream: '[::1]:8000' },
	],
	[
		'connect() to unix:/run/gunicorn.sock failed (2: No such file or directory) while connecting to upstream',
		'http://unix:/run/gunicorn.sock:/',
		{ kind: 'no-file', errno: 2, unixSocket: true, socketPath: '/run/gunicorn.sock' },
	],
	[
		'connect() to unix:/run/gunicorn.sock failed (13: Permission denied) while connecting to upstream',
		'http://unix:/run/gunicorn.sock:/login',
		{ kind: 'denied', errno: 13, socketPath: '/run/gunicorn.sock' },
	],
	[
		'connect() to unix:/run/gunicorn.sock failed (11: Resource temporarily unavailable) while connecting to upstream',
		'http://unix:/run/gunicorn.sock:/',
		{ kind: 'backlog', errno: 11 },
	],
	[
		'connect() failed (113: No route to host) while connecting to upstream',
		'http://10.0.0.7:8000/',
		{ kind: 'no-route', errno: 113 },
	],
	[
		'connect() to 10.0.0.7:8000 failed (101: Network is unreachable) while connecting to upstream',
		'http://10.0.0.7:8000/',
		{ kind: 'no-route', errno: 101 },
	],
	[
		'upstream timed out (110: Connection timed out) while connecting to upstream',
		'http://10.0.0.7:8000/',
		{ kind: 'timeout', errno: 110, phase: 'connecting' },
	],
	[
		'upstream timed out (110: Connection timed out) while reading response header from upstream',
		'http://127.0.0.1:8000/slow',
		{ kind: 'timeout', phase: 'reading-header' },
	],
	[
		'upstream timed out (110: Connection timed out) while sending request to upstream',
		'http://127.0.0.1:8000/slow',
		{ kind: 'timeout', phase: 'sending' },
	],
	[
		'upstream timed out (110: Connection timed out) while reading upstream',
		'http://127.0.0.1:8000/slow',
		{ kind: 'timeout', phase: 'reading' },
	],
	[
		'upstream timed out (110: Unknown error) while reading response header from upstream',
		'http://127.0.0.1:8000/slow',
		{ kind: 'timeout', errno: 110 },
	],
	[
		'upstream prematurely closed connection while reading response header from upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'premature-close', phase: 'reading-header' },
	],
	[
		'upstream prematurely closed connection while reading upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'premature-close', phase: 'reading' },
	],
	[
		'recv() failed (104: Connection reset by peer) while reading response header from upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'reset', errno: 104, phase: 'reading-header' },
	],
	[
		'readv() failed (104: Connection reset by peer) while reading upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'reset', errno: 104, phase: 'reading' },
	],
	[
		'writev() failed (32: Broken pipe) while sending request to upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'broken-pipe', errno: 32, phase: 'sending' },
	],
	[
		'sendfile() failed (32: Broken pipe) while sending request to upstream',
		'http://unix:/run/gunicorn.sock:/',
		{ kind: 'broken-pipe', phase: 'sending' },
	],
	[
		'upstream sent too big header while reading response header from upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'header-too-big' },
	],
	[
		'upstream sent no valid HTTP/1.0 header while reading response header from upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'invalid-header' },
	],
	[
		'upstream sent invalid header while reading response header from upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'invalid-header' },
	],
	[
		'upstream sent invalid header: "Set-Cookie\\x20..." while reading response header from upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'invalid-header' },
	],
	[
		'upstream sent invalid chunked response while reading upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'invalid-header', phase: 'reading' },
	],
	[
		'upstream sent unsupported FastCGI protocol version: 72 while reading response header from upstream',
		'fastcgi://127.0.0.1:8000',
		{ kind: 'invalid-header', protocol: 'fastcgi' },
	],
	[
		'upstream prematurely closed FastCGI stdout while reading response header from upstream',
		'fastcgi://unix:/run/php.sock:',
		{ kind: 'premature-close', protocol: 'fastcgi', socketPath: '/run/php.sock' },
	],
	[
		'upstream prematurely closed connection while reading response header from upstream',
		'uwsgi://unix:///run/gunicorn.sock:',
		{ kind: 'premature-close', protocol: 'uwsgi', socketPath: '/run/gunicorn.sock' },
	],
	[
		'upstream prematurely closed connection while reading response header from upstream',
		'uwsgi://127.0.0.1:8000',
		{ kind: 'premature-close', protocol: 'uwsgi', upstream: '127.0.0.1:8000' },
	],
	[
		'upstream rejected request with error 2 while reading response header from upstream',
		'grpc://127.0.0.1:50051',
		{ protocol: 'grpc', upstream: '127.0.0.1:50051' },
	],
	[
		'SSL_do_handshake() failed (SSL: error:1408F10B:SSL routines:ssl3_get_record:wrong version number) while SSL handshaking to upstream',
		'https://127.0.0.1:8000/',
		{ kind: 'ssl', phase: 'ssl-handshaking', protocol: 'https' },
	],
	[
		'SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream',
		'https://127.0.0.1:8000/',
		{ kind: 'ssl', phase: 'ssl-handshaking' },
	],
	[
		'peer closed connection in SSL handshake (104: Connection reset by peer) while SSL handshaking to upstream',
		'https://127.0.0.1:8000/',
		{ kind: 'ssl', phase: 'ssl-handshaking' },
	],
	[
		'upstream SSL certificate verify error: (18:self signed certificate) while SSL handshaking to upstream',
		'https://127.0.0.1:8000/',
		{ kind: 'ssl' },
	],
	[
		'upstream SSL certificate does not match "app" while SSL handshaking to upstream',
		'https://127.0.0.1:8000/',
		{ kind: 'ssl' },
	],
	[
		'no live upstreams while connecting to upstream',
		'http://app/',
		{ kind: 'no-live-upstreams', upstream: 'app', phase: 'connecting' },
	],
	[
		'socket() failed (24: Too many open files) while connecting to upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'files', errno: 24 },
	],
	[
		'bind(192.0.2.1) failed (99: Cannot assign requested address) while connecting to upstream',
		'http://127.0.0.1:8000/',
		{ kind: 'address-not-available', errno: 99 },
	],
]

const entry = (message: string, upstream: string, level = 'error'): string =>
	`2026/11/21 09:30:39 [${level}] 52#52: *3 ${message}, client: 127.0.0.1, server: example.com, request: "GET / HTTP/1.1", upstream: "${upstream}", host: "127.0.0.1"`

describe('nginx', () => {
	it.each(NGINX)('%s (%s)', (message, upstream, facts) =>
		expect(factsOf(nginxErrorLogParser, pasted(entry(message, upstream)))).toMatchObject({ fresh: 1, ...facts }),
	)

	it.each([
		['app could not be resolved (3: Host not found)', 'host-not-found'],
		['app could not be resolved (110: Operation timed out)', 'host-not-found'],
		['no resolver defined to resolve app', 'host-not-found'],
	])('%s', (message, kind) =>
		expect(
			factsOf(
				nginxErrorLogParser,
				pasted(
					`2026/11/21 09:30:39 [error] 52#52: *3 ${message}, client: 127.0.0.1, server: example.com, request: "GET / HTTP/1.1", host: "127.0.0.1"`,
				),
			),
		).toMatchObject({ fresh: 1, kind }),
	)

	// src/core/ngx_connection.c
	it.each([
		'768 worker_connections are not enough',
		'768 worker_connections are not enough while connecting to upstream',
	])('%s', (message) =>
		expect(factsOf(nginxErrorLogParser, pasted(`2026/11/21 09:30:39 [alert] 52#52: *3 ${message}`))).toMatchObject({
			kind: 'worker-connections',
		}),
	)

	it.each([
		// What a client does is no failure of the upstream.
		'client prematurely closed connection, so upstream connection is closed too while sending request to upstream',
		'recv() failed (104: Connection reset by peer) while sending to client',
		'epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too (104: Connection reset by peer) while connecting to upstream',
		'an upstream response is buffered to a temporary file /var/lib/nginx/proxy/1/00/0000000001 while reading upstream',
	])('no failure: %s', (message) =>
		expect(factsOf(nginxErrorLogParser, pasted(entry(message, 'http://127.0.0.1:8000/', 'warn')))).toMatchObject({
			total: 1,
			fresh: 0,
		}),
	)
})

describe('Gunicorn', () => {
	const ofRunning = (...lines: readonly string[]): Facts =>
		log(
			`${STARTED}\n${lines.map((line) => `Nov 21 09:31:00 web1 gunicorn[42]: [2026-11-21 09:31:00 +0000] [42] ${line}`).join('\n')}`,
		)

	// gunicorn/arbiter.py, reap_workers and murder_workers: 20.1.0 as packaged, 26 as on benoitc/gunicorn's main branch; the
	// others as people quote them (benoitc/gunicorn issue 3136, open-runtimes pull request 330).
	it.each<readonly [string, string, Facts]>([
		['19 to 26', '[CRITICAL] WORKER TIMEOUT (pid:59)', { fault: 'timeout', workerTimeouts: 1, pid: 59 }],
		[
			'20.1.0',
			'[WARNING] Worker with pid 59 was terminated due to signal 9',
			{ fault: 'killed', workersKilled: 1, pid: 59 },
		],
		['20.1.0', '[WARNING] Worker with pid 59 was terminated due to signal 11', { fault: 'crashed', workerCrashes: 1 }],
		['20.1.0', '[WARNING] Worker with pid 59 was terminated due to signal 15', { fault: 'none' }],
		['21 to 26', '[ERROR] Worker (pid:59) was sent SIGKILL! Perhaps out of memory?', { fault: 'killed', pid: 59 }],
		['21 to 23', '[ERROR] Worker (pid:59) was sent SIGTERM!', { fault: 'none' }],
		['21 to 26', '[ERROR] Worker (pid:59) was sent SIGSEGV!', { fault: 'crashed' }],
		['21 to 23', '[ERROR] Worker (pid:59) was sent code 139!', { fault: 'crashed' }],
		['24 to 26', '[WARNING] Worker (pid:59) was sent SIGILL!', { fault: 'crashed' }],
		['21 to 26', '[ERROR] Worker (pid:59) exited with code 1', { fault: 'none' }],
	])('%s: %s', (_versions, line, facts) => expect(ofRunning(line)).toMatchObject({ ready: true, ...facts }))

	it.each([
		'[WARNING] Worker with pid 59 was terminated due to signal 9',
		'[ERROR] Worker (pid:59) was sent SIGKILL! Perhaps out of memory?',
	])('takes the end of a worker that timed out for no lack of memory: %s', (line) =>
		expect(ofRunning('[CRITICAL] WORKER TIMEOUT (pid:59)', line)).toMatchObject({
			fault: 'timeout',
			workersKilled: 0,
		}),
	)

	it.each([
		// gunicorn/arbiter.py: `Reason: …`, of `halt` since 19.0.
		['Worker failed to boot.', 3],
		['App failed to load.', 4],
	])('%s', (reason, status) => {
		const text = `${STARTED.split('\n').slice(0, 4).join('\n')}
Nov 21 09:30:35 web1 gunicorn[59]: ModuleNotFoundError: No module named 'flask'
Nov 21 09:30:35 web1 gunicorn[42]: [2026-11-21 09:30:35 +0000] [42] [INFO] Shutting down: Master
Nov 21 09:30:35 web1 gunicorn[42]: [2026-11-21 09:30:35 +0000] [42] [INFO] Reason: ${reason}
${systemd(`gunicorn.service: Main process exited, code=exited, status=${status}/NOTIMPLEMENTED`, "gunicorn.service: Failed with result 'exit-code'.")}`
		expect(journal(text)).toMatchObject({ failed: true, exitStatus: status })
		expect(log(text)).toMatchObject({ exceptionKind: 'module-not-found', moduleRole: 'package', module: 'flask' })
	})

	// gunicorn/sock.py, create_sockets.
	it.each([
		["Connection in use: ('127.0.0.1', 8000)", 'in-use'],
		["Connection in use: ('::', 8000)", 'in-use'],
		["Invalid address: ('192.0.2.1', 8000)", 'invalid-address'],
		["connection to ('127.0.0.1', 80) failed: [Errno 13] Permission denied", 'cannot-connect'],
		['connection to /run/none/g.sock failed: [Errno 2] No such file or directory', 'cannot-connect'],
	])('%s', (message, error) => {
		const at = 'Nov 21 09:30:34 web1 gunicorn[42]: [2026-11-21 09:30:34 +0000] [42] [ERROR]'
		const text = `${STARTED.split('\n').slice(0, 2).join('\n')}\n${at} ${message}\n${at} Retrying in 1 second.\n`
		expect(log(text)).toMatchObject({ error, retrying: true, ready: false })
		const end = `${at} Can't connect to ('127.0.0.1', 8000)\n${systemd('gunicorn.service: Main process exited, code=exited, status=1/FAILURE', "gunicorn.service: Failed with result 'exit-code'.")}`
		expect(log(text + end)).toMatchObject({ error, ready: false })
		expect(journal(text + end)).toMatchObject({ failed: true })
	})
})

describe('systemd', () => {
	/** One failure of a start, in each version's words. */
	const FAILED: readonly (readonly [version: string, lines: readonly string[], facts: Facts])[] = [
		[
			// CentOS 7: no colon, no number of the restart. The words as people quote them of docker, mysqld and jenkins.
			'219',
			[
				'Started gunicorn daemon.',
				'gunicorn.service: main process exited, code=exited, status=200/CHDIR',
				'Unit gunicorn.service entered failed state.',
				'gunicorn.service failed.',
				'gunicorn.service holdoff time over, scheduling restart.',
				'Stopped gunicorn daemon.',
				'start request repeated too quickly for gunicorn.service',
				'Failed to start gunicorn daemon.',
				'Unit gunicorn.service entered failed state.',
				'gunicorn.service failed.',
			],
			{ step: 'CHDIR', failed: true, startLimitHit: true, restarts: 1 },
		],
		[
			'229',
			[
				'Started gunicorn daemon.',
				'gunicorn.service: Main process exited, code=exited, status=200/CHDIR',
				'gunicorn.service: Unit entered failed state.',
				"gunicorn.service: Failed with result 'exit-code'.",
				'gunicorn.service: Service hold-off time over, scheduling restart.',
				'Stopped gunicorn daemon.',
				'gunicorn.service: Start request repeated too quickly.',
				'Failed to start gunicorn daemon.',
			],
			{ step: 'CHDIR', failed: true, startLimitHit: true, restarts: 1 },
		],
		[
			'237',
			[
				'Started gunicorn daemon.',
				'gunicorn.service: Changing to the requested working directory failed: No such file or directory',
				'gunicorn.service: Failed at step CHDIR spawning /srv/app/venv/bin/gunicorn: No such file or directory',
				'gunicorn.service: Main process exited, code=exited, status=200/CHDIR',
				"gunicorn.service: Failed with result 'exit-code'.",
				'gunicorn.service: Service hold-off time over, scheduling restart.',
				'gunicorn.service: Scheduled restart job, restart counter is at 5.',
				'Stopped gunicorn daemon.',
				'gunicorn.service: Start request repeated too quickly.',
				"gunicorn.service: Failed with result 'exit-code'.",
				'Failed to start gunicorn daemon.',
			],
			{ step: 'CHDIR', failed: true, startLimitHit: true, restarts: 5, stepErrno: 2 },
		],
		[
			// `spawn` for `run`, as newer hosts print it for a wrong EnvironmentFile.
			'254 and later',
			[
				'gunicorn.service: Failed to load environment files: No such file or directory',
				"gunicorn.service: Failed to spawn 'start' task: No such file or directory",
				"gunicorn.service: Failed with result 'resources'.",
				'Failed to start gunicorn.service - Gunicorn instance to serve myapp.',
			],
			{ environmentFailed: true, failed: true, result: 'resources' },
		],
		[
			'253 and earlier',
			[
				'gunicorn.service: Failed to load environment files: No such file or directory',
				"gunicorn.service: Failed to run 'start' task: No such file or directory",
				"gunicorn.service: Failed with result 'resources'.",
			],
			{ environmentFailed: true, failed: true },
		],
		[
			'257',
			[
				'Started gunicorn.service - Gunicorn instance to serve myapp.',
				// Debian 13, as in github.com/vicinaehq/vicinae/pull/605.
				"gunicorn.service: Unable to locate executable '/srv/app/venv/bin/gunicorn': No such file or directory",
				'gunicorn.service: Failed at step EXEC spawning /srv/app/venv/bin/gunicorn: No such file or directory',
				'gunicorn.service: Main process exited, code=exited, status=203/EXEC',
				"gunicorn.service: Failed with result 'exit-code'.",
			],
			{ execErrno: 2, execLocated: false, execFailed: true, execPath: '/srv/app/venv/bin/gunicorn' },
		],
		[
			'257, out of memory',
			[
				'Started gunicorn.service - Gunicorn instance to serve myapp.',
				'gunicorn.service: The kernel OOM killer killed some processes in this unit.',
				'gunicorn.service: Main process exited, code=killed, status=9/KILL',
				"gunicorn.service: Failed with result 'oom-kill'.",
				'gunicorn.service: Consumed 3.381s CPU time, 25.1M memory peak.',
			],
			{ signal: 'KILL', oomKilled: true, failed: true, result: 'oom-kill' },
		],
		[
			'219, start timeout',
			[
				'Starting gunicorn daemon...',
				'gunicorn.service start operation timed out. Terminating.',
				'Failed to start gunicorn daemon.',
				'Unit gunicorn.service entered failed state.',
			],
			{ startTimedOut: true, failed: true },
		],
		[
			'252, start timeout',
			[
				'Starting gunicorn.service - Gunicorn instance to serve myapp...',
				'gunicorn.service: start operation timed out. Terminating.',
				"gunicorn.service: Failed with result 'timeout'.",
				'Failed to start gunicorn.service - Gunicorn instance to serve myapp.',
			],
			{ startTimedOut: true, failed: true, result: 'timeout' },
		],
	]
	it.each(FAILED)('%s', (_version, lines, facts) => {
		expect(journal(systemd(...lines))).toMatchObject(facts)
		expect(journal(systemd(...lines), { unit: 'gunicorn' })).toMatchObject(facts)
	})

	it.each([
		['Succeeded.', '240 to 245'],
		['Deactivated successfully.', '246 and later'],
	])('%s (%s)', (words) => {
		const stopped = systemd('Stopping gunicorn daemon...', `gunicorn.service: ${words}`, 'Stopped gunicorn daemon.')
		expect(journal(`${STARTED}\n${stopped}`)).toMatchObject({
			stopped: true,
			failed: false,
		})
	})

	it.each<readonly [string, string, Facts]>([
		[
			'activating (auto-restart) (Result: exit-code) since Sat 2026-11-21 09:30:35 UTC; 2s ago',
			'229 to 253',
			{ restarting: true, active: false, failed: false, result: 'exit-code' },
		],
		[
			'activating (auto-restart-queued) since Sat 2026-11-21 09:30:35 UTC; 10ms ago',
			'254 and later',
			{ restarting: true, active: false },
		],
		[
			'failed (Result: start-limit) since Sat 2026-11-21 09:30:35 UTC; 2s ago',
			'219',
			{ failed: true, startLimitHit: true },
		],
		[
			'failed (Result: start-limit-hit) since Sat 2026-11-21 09:30:35 UTC; 2s ago',
			'230 and later',
			{ failed: true, startLimitHit: true },
		],
		[
			'active (running) (Result: exit-code) since Sat 2026-11-21 09:30:35 UTC; 2s ago',
			'229 and later',
			{ active: true },
		],
		[
			'inactive (dead) (Result: exec-condition) since Sat 2026-11-21 09:30:35 UTC; 2s ago',
			'243 and later',
			{ active: false, failed: false, activeState: 'inactive' },
		],
		['refreshing since Sat 2026-11-21 09:30:35 UTC; 2s ago', '257', { active: true, activeState: 'refreshing' }],
		['reloading (reload-notify) since Sat 2026-11-21 09:30:35 UTC; 2s ago', '253 and later', { active: true }],
	])('Active: %s (%s)', (state, _versions, facts) =>
		expect(
			factsOf(
				systemctlStatusParser,
				pasted(
					`● gunicorn.service - gunicorn daemon\n   Loaded: loaded (/etc/systemd/system/gunicorn.service; enabled; vendor preset: enabled)\n   Active: ${state}\n`,
				),
			),
		).toMatchObject(facts),
	)
})
