import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gunicornLogParser, LOG_FACTS } from '../../../src/subjects/gunicorn/log.ts'
import { readLogLines } from '../../../src/text/log-line.ts'
import type { Facts, ParserInput } from '../../../src/text/parser.ts'
import { evidenceOf, factsOf, pasted, prefixed, recorded, recordedNames, wrapped } from '../recorded-output.ts'

const read = (name: string, args: Facts = {}): Facts =>
	factsOf(gunicornLogParser, recorded('gunicorn-journal', name, args))
const log = (lines: string, args: Facts = {}): Facts => factsOf(gunicornLogParser, pasted(lines, args))
const text = (name: string): string =>
	recorded('gunicorn-journal', name)
		.lines.map((line) => line.text)
		.join('\n')

/** The log with its prefixes taken off: what Gunicorn wrote, as `-o cat` or a log file has it. */
const bare = (name: string): string =>
	readLogLines(recorded('gunicorn-journal', name).lines)
		.map((line) => line.text)
		.join('\n')

describe("Gunicorn's own complaints", () => {
	it.each<[string, string, Facts]>([
		['config-chdir', 'chdir', { path: '/srv/nope' }],
		['config-user', 'user', {}],
		['config-user-file', 'user', {}],
		['attribute-wrong', 'attribute', { attribute: 'application', module: 'wsgi' }],
		['attribute-parse', 'attribute', { attribute: 'create_app(1' }],
		['not-callable', 'attribute', {}],
		['errorlog', 'log-file', { path: '/var/log/gunicorn-error.log', errno: 13 }],
		['config-missing', 'config-file', { path: 'missing.conf.py', exceptionKind: 'none' }],
		[
			'config-syntax',
			'config-file',
			{ path: '/srv/myapp/gunicorn.conf.py', exception: 'SyntaxError', exceptionAt: 'config-file' },
		],
		['config-value', 'setting', { setting: 'workers' }],
		['bad-option', 'usage', { message: 'unrecognized arguments: --wokers' }],
		['no-app', 'no-app', {}],
		['pidfile-nodir', 'pid-folder', { path: '/run/nope' }],
		['worker-class', 'worker-class', { module: 'gevent' }],
		['worker-class-unknown', 'worker-class', { module: 'nosuch' }],
		['pidfile', 'pid-running', { path: '/tmp/g.pid' }],
		['bind-denied', 'cannot-connect', { address: 'unix:/run/gunicorn.sock', path: '/run/gunicorn.sock' }],
		['bind-privileged', 'cannot-connect', { address: '127.0.0.1:81', lowPort: true }],
		['bind-absent', 'invalid-address', { address: '10.9.8.7:8000', errno: 99, lowPort: false }],
		['port-in-use', 'in-use', { address: '127.0.0.1:8000', errno: 98 }],
		['v26-attribute-wrong', 'attribute', { attribute: 'application' }],
		['v26-worker-class', 'worker-class', { module: 'gevent' }],
		['v26-bind-denied', 'cannot-connect', { errno: 13, address: 'unix:/run/gunicorn.sock' }],
		['v26-bind-nodir', 'cannot-connect', { errno: 2 }],
		['v26-bind-host', 'cannot-connect', { address: 'nosuchhost:8000', errno: -3, lowPort: false }],
		['v26-port-in-use', 'in-use', { address: '127.0.0.1:8000', errno: 98 }],
	])('%s: %s', (name, error, more) => {
		expect(read(name)).toMatchObject({ fault: 'complaint', error, ready: false, duringRequest: false, ...more })
		expect(evidenceOf(gunicornLogParser, recorded('gunicorn-journal', name), 'error').length).toBeGreaterThan(0)
	})

	it('an address that it still tries to have', () => {
		const waiting = text('port-in-use')
			.split('\n')
			.filter((line) => !/Can't connect|systemd\[1\]: gunicorn/.test(line))
		expect(log(waiting.join('\n'))).toMatchObject({ fault: 'complaint', error: 'in-use', retrying: true, ready: false })
		expect(read('port-in-use')).not.toHaveProperty('retrying')
	})
})

describe('the exception that ended the start', () => {
	it.each<[string, string, Facts]>([
		['module-wrong', 'module-not-found', { module: 'wsgy', moduleRole: 'entry', reason: 'worker-boot' }],
		['module-dotted-wrong', 'module-not-found', { module: 'project', moduleRole: 'entry' }],
		[
			'package-missing',
			'module-not-found',
			{ module: 'psycopg2', moduleRole: 'package', file: '/srv/myapp/wsgi.py', line: 1 },
		],
		['import-name', 'import-name', { exception: 'ImportError', file: '/srv/myapp/wsgi.py', attribute: 'Flsk' }],
		['name-error', 'name', { exception: 'NameError', raisedIn: 'application' }],
		['runtime', 'other', { message: 'no licence found', exception: 'RuntimeError' }],
		['chained', 'file-not-found', { exception: 'FileNotFoundError', path: '/srv/nothere' }],
		['syntax', 'syntax', { file: '/srv/myapp/wsgi.py', line: 28 }],
		['environ', 'environment', { variable: 'SECRET_KEY', line: 28 }],
		['preload-environ', 'environment', { variable: 'SECRET_KEY' }],
		['sqlite', 'database', { exception: 'sqlite3.OperationalError' }],
		['logfile', 'permission', { path: '/var/log/myapp.log', errno: 13, raisedIn: 'logging' }],
		['bind-plain-file', 'value', { exception: 'ValueError', raisedIn: 'socket' }],
		['crash-loop', 'module-not-found', { moduleRole: 'entry' }],
		['auto-restart', 'module-not-found', { moduleRole: 'entry' }],
		['v26-module-wrong', 'module-not-found', { module: 'wsgy', version: '26.2.0' }],
		['v26-environ', 'environment', { variable: 'SECRET_KEY' }],
	])('%s: %s', (name, exceptionKind, more) => {
		const expected = { fault: 'exception', error: 'none', exceptionAt: 'boot', ready: false, duringRequest: false }
		expect(read(name)).toMatchObject({ ...expected, exceptionKind, ...more })
	})

	it('points at the line that names it', () => {
		const input = recorded('gunicorn-journal', 'package-missing')
		expect(evidenceOf(gunicornLogParser, input, 'exceptionKind').join()).toContain("No module named 'psycopg2'")
		expect(factsOf(gunicornLogParser, input).time).toBe('Nov 21 09:03:45')
	})

	const boot = (traceback: string): string =>
		`[2024-01-01 10:00:00 +0000] [9] [ERROR] Exception in worker process\nTraceback (most recent call last):\n${traceback}\n[2024-01-01 10:00:01 +0000] [1] [INFO] Shutting down: Master\n[2024-01-01 10:00:01 +0000] [1] [INFO] Reason: Worker failed to boot.`

	it('knows a part of the app from a package that is missing', () => {
		const role = (missing: string) =>
			log(
				boot(
					`  File "/srv/x/shop/wsgi.py", line 1, in <module>\n    import y\nModuleNotFoundError: No module named '${missing}'`,
				),
				{ app: 'shop.wsgi:app' },
			).moduleRole
		expect(role('flask_login')).toBe('package')
		expect(role('shop.settings')).toBe('own')
		expect(role('shop')).toBe('entry')
	})

	it('takes the reason of a chained exception from the one that says more', () => {
		const chained =
			'  File "/srv/x/settings.py", line 3, in <module>\n    KEY = os.environ[\'API_KEY\']\n  File "<frozen os>", line 679, in __getitem__\nKeyError: \'API_KEY\'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File "/srv/x/settings.py", line 5, in <module>\n    raise RuntimeError(\'bad settings\')\nRuntimeError: bad settings'
		expect(log(boot(chained))).toMatchObject({ exceptionKind: 'environment', variable: 'API_KEY' })
	})

	it('tells the heartbeat file of a worker from a file of the application', () => {
		const tmp = (frames: string) =>
			log(boot(`${frames}\nPermissionError: [Errno 13] Permission denied: '/srv/tmp/wgunicorn-x'`))
		const own =
			'  File "/usr/lib/python3/dist-packages/gunicorn/workers/workertmp.py", line 24, in __init__\n    fd, name = tempfile.mkstemp(prefix="wgunicorn-", dir=fdir)\n  File "/usr/lib/python3.11/tempfile.py", line 341, in mkstemp\n    return _mkstemp_inner(dir)'
		expect(tmp(own)).toMatchObject({
			exceptionKind: 'permission',
			raisedIn: 'worker-tmp',
			path: '/srv/tmp/wgunicorn-x',
		})
		expect(tmp('  File "/srv/x/wsgi.py", line 3, in <module>\n    open(p)')).toMatchObject({ raisedIn: 'application' })
	})

	it('tells the application that Gunicorn is told to load by a file name', () => {
		const traceback =
			'  File "/usr/lib/python3/dist-packages/gunicorn/util.py", line 389, in import_app\n    raise ImportError(msg % (module.rsplit(".", 1)[0], obj))\nImportError: Failed to find application, did you mean \'wsgi:app\'?'
		expect(log(boot(traceback))).toMatchObject({ fault: 'complaint', error: 'application', module: 'wsgi.py' })
	})
})

describe('a start of which neither says anything', () => {
	it.each(['exec-missing', 'chdir-missing', 'envfile-missing', 'exec-pre', 'never-notified', 'master-killed'])(
		'%s',
		(name) => expect(read(name)).toMatchObject({ fault: 'none', error: 'none', exceptionKind: 'none', ready: false }),
	)
	it('a service that ran and of which no line stands there: it writes elsewhere, and this log tells nothing', () => {
		expect(read('crash-loop-silent')).toEqual({})
	})
	it.each(['elsewhere-21-boot-unexplained', 'elsewhere-0.14-boot'])('%s: only that it did not boot', (name) => {
		expect(read(name)).toMatchObject({ fault: 'none', reason: 'worker-boot', message: 'Worker failed to boot.' })
	})

	it('the end of such a log: why stood above, so that it is not told that there is no exception', () => {
		const facts = log(text('elsewhere-21-boot-unexplained').split('\n').slice(-2).join('\n'))
		expect(facts).toMatchObject({ reason: 'worker-boot' })
		for (const fact of ['fault', 'error', 'exceptionKind']) expect(facts).not.toHaveProperty(fact)
	})
})

describe('a service that runs', () => {
	it.each([
		'healthy',
		'notify-healthy',
		'socket-active',
		'hup',
		'usr2',
		'sigstop',
		'drop-in',
		'v26-healthy',
		'socket-both',
	])('%s is ready', (name) => expect(read(name)).toMatchObject({ fault: 'none', ready: true, old: false }))

	it('tells where it listens and how many workers it started', () => {
		expect(read('healthy')).toMatchObject({
			listening: 'unix:/run/gunicorn/gunicorn.sock',
			listenings: ['unix:/run/gunicorn/gunicorn.sock'],
			booted: 2,
			version: '20.1.0',
			workerClass: 'sync',
			lines: 5,
		})
		expect(read('drop-in').listening).toBe('127.0.0.1:9100')
	})

	it.each<[string, string, Facts]>([
		['worker-timeout', 'timeout', { workerTimeouts: 1, workersKilled: 0, pid: 3616 }],
		['boot-hang', 'timeout', { workersKilled: 0 }],
		['v26-worker-timeout', 'timeout', { requestPath: '/slow', file: '/srv/myapp/wsgi.py', line: 16, requestErrors: 0 }],
		['worker-killed', 'killed', { workersKilled: 1, workerTimeouts: 0, workerSignal: 'KILL' }],
		['v26-worker-killed', 'killed', { workersKilled: 1 }],
		['worker-crash', 'crashed', { workerCrashes: 1 }],
		['boot-segv', 'crashed', { workerSignal: 'SEGV' }],
		['v26-worker-crash', 'crashed', { workerCrashes: 1 }],
		['asgi', 'request', { exceptionKind: 'asgi', requestPath: '/', requestErrors: 1 }],
		['v26-asgi', 'request', { exceptionKind: 'asgi', requestErrors: 1 }],
		['app-error', 'request', { exception: 'KeyError', exceptionKind: 'key', requestPath: '/', requestErrors: 1 }],
		[
			'flask-error',
			'request',
			{ exception: 'RuntimeError', requestPath: '/boom', file: '/srv/myapp/wsgi.py', line: 30 },
		],
		['elsewhere-20-oom', 'killed', { workersKilled: 2 }],
	])('%s: %s', (name, fault, more) =>
		expect(read(name)).toMatchObject({ fault, error: 'none', ready: true, duringRequest: true, ...more }),
	)

	it('counts the workers that ended because of max_requests, and full disks and files', () => {
		const at = '[2026-11-21 09:31:00 +0000] [59]'
		const more = `${bare('healthy')}\n${at} [INFO] Autorestarting worker after current request.\n${at} [ERROR] OSError: [Errno 24] Too many open files\n`
		expect(log(more)).toMatchObject({ fault: 'none', autorestarts: 1, tooManyFiles: 1, noSpace: 0 })
		expect(log(`${more}${at} [ERROR] [Errno 28] No space left on device`)).toMatchObject({
			fault: 'no-space',
			noSpace: 1,
		})
	})

	it('goes on after an exception that the service survived', () => {
		const at = '[2026-11-21 09:31:00 +0000]'
		const crash = `${at} [99] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/srv/myapp/wsgi.py", line 1, in <module>
    import redis
ModuleNotFoundError: No module named 'redis'`
		const next = `${at} [99] [INFO] Worker exiting (pid: 99)\n${at} [100] [INFO] Booting worker with pid: 100`
		const end = `${at} [1] [INFO] Shutting down: Master\n${at} [1] [INFO] Reason: Worker failed to boot.`
		const expected = { exceptionKind: 'module-not-found', exceptionAt: 'boot' }
		const running = log(`${bare('healthy')}\n${crash}\n${next}`)
		expect(running).toMatchObject({ ...expected, fault: 'request', ready: true, duringRequest: true })
		const ended = log(`${bare('healthy')}\n${crash}\n${end}`)
		expect(ended).toMatchObject({ ...expected, fault: 'exception', ready: false, duringRequest: false })
	})

	it.each([
		['elsewhere-20-timeout-then-kill', 4],
		['elsewhere-22-timeout-then-sigkill', 1],
	] as const)('%s: the kill after a timeout is not the OOM killer', (name, workerTimeouts) => {
		const facts = read(name)
		expect(facts).toMatchObject({ fault: 'timeout', workerTimeouts, workersKilled: 0, workerCrashes: 0 })
		// The log begins in the middle: whether it listens is not told.
		expect(facts).not.toHaveProperty('ready')
	})

	it('leaves out what happened before the request that is looked at', () => {
		const late = Date.UTC(2026, 10, 21, 9, 8) / 1000
		const past = { fault: 'none', ready: true, old: true, oldFault: 'timeout', workerTimeouts: 0 }
		expect(read('worker-timeout', { since: late })).toMatchObject(past)
		expect(read('worker-timeout', { since: late - 600 })).toMatchObject({ fault: 'timeout', old: false })
	})
})

describe('old failures', () => {
	it('are told as old after a good start', () => {
		expect(read('old-failure')).toMatchObject({
			fault: 'none',
			ready: true,
			old: true,
			oldFault: 'exception',
			oldKind: 'module-not-found',
			oldTime: 'Nov 21 09:08:19',
		})
	})

	it('leave the addresses that it listened on before', () => {
		const start = (port: number) =>
			`Nov 21 09:06:5${port} web1 systemd[1]: Started gunicorn.service - Gunicorn.\nNov 21 09:06:5${port} web1 gunicorn[4${port}]: [2026-11-21 09:06:5${port} +0000] [4${port}] [INFO] Starting gunicorn 20.1.0\nNov 21 09:06:5${port} web1 gunicorn[4${port}]: [2026-11-21 09:06:5${port} +0000] [4${port}] [INFO] Listening at: http://127.0.0.1:800${port} (4${port})`
		expect(log(`${start(1)}\n${start(2)}\n${start(1)}\n${start(3)}`)).toMatchObject({
			listenedBefore: ['127.0.0.1:8001', '127.0.0.1:8002'],
			listenings: ['127.0.0.1:8003'],
		})
		expect(log(start(1))).not.toHaveProperty('listenedBefore')
	})

	it('never change what is said of the present', () => {
		const failures = ['environ', 'port-in-use', 'crash-loop', 'attribute-wrong', 'config-syntax', 'errorlog']
		const goods = ['healthy', 'notify-healthy', 'worker-timeout', 'v26-healthy', 'app-error']
		const own = (facts: Facts): Facts =>
			Object.fromEntries(Object.entries(facts).filter(([name]) => !/^old|Before$/.test(name)))
		fc.assert(
			fc.property(fc.constantFrom(...failures), fc.constantFrom(...goods), fc.boolean(), (bad, good, prefixes) => {
				const of = prefixes ? text : bare
				const after = log(`${of(bad)}\n${of(good)}`)
				expect(own(after)).toEqual(own(log(of(good))))
				expect(after.old).toBe(true)
			}),
			{ numRuns: 60 },
		)
	})

	it('a repeated start that says nothing yet is the same failure still', () => {
		const loop = text('crash-loop').split('\n').slice(0, -4)
		const again = loop.findLast((line) => line.includes('Started gunicorn')) ?? ''
		const restart = 'Nov 21 09:06:55 web1 systemd[1]: gunicorn.service: Scheduled restart job, restart counter is at 6.'
		const facts = log([...loop, restart, again].join('\n'))
		expect(facts).toMatchObject({ fault: 'exception', moduleRole: 'entry', carried: true })
		const end = 'Nov 21 09:06:55 web1 systemd[1]: gunicorn.service: Main process exited, code=exited, status='
		expect(log([...loop, restart, again, `${end}3/NOTIMPLEMENTED`].join('\n'))).toMatchObject({ carried: true })
		expect(log([...loop, restart, again, `${end}1/FAILURE`].join('\n'))).toEqual({})
	})
})

describe('prefixes', () => {
	const cases = [
		'environ',
		'port-in-use',
		'module-wrong',
		'worker-timeout',
		'attribute-wrong',
		'healthy',
		'errorlog',
		'config-syntax',
	]
	const same = (name: string, changed: ParserInput): void => {
		const known = read(name)
		const facts = factsOf(gunicornLogParser, changed)
		for (const fact of [
			'fault',
			'error',
			'exceptionKind',
			'ready',
			'variable',
			'module',
			'address',
			'path',
			'listening',
			'booted',
			'exception',
		])
			expect([fact, facts[fact]]).toEqual([fact, known[fact]])
	}

	it.each(recordedNames('gunicorn-journal').filter((name) => name.startsWith('format-')))('%s', (name) => {
		expect(read(name)).toMatchObject({
			fault: 'none',
			ready: true,
			listening: 'unix:/run/gunicorn/gunicorn.sock',
			booted: 2,
		})
	})

	it('carry the time with its zone where they have one', () => {
		const late = Date.UTC(2027, 0, 1) / 1000
		for (const name of ['format-short-unix', 'format-short-iso', 'format-short-full', 'format-cat'])
			expect(read(name, { since: late })).toMatchObject({ ready: true })
		expect(readLogLines(recorded('gunicorn-journal', 'format-short-unix').lines)[0]?.epoch).toBe(1795251750)
		expect(readLogLines(recorded('gunicorn-journal', 'format-short-iso').lines)[0]?.epoch).toBe(1795251750)
	})

	it.each(cases)('%s reads the same without any', (name) => same(name, pasted(bare(name))))
	it.each(cases)('%s reads the same behind a mail quote, compose and a pod', (name) => {
		for (const prefix of ['> ', '> > ', 'web-1  | ', 'web_1        | ', '[pod/web-5d9f/app] '])
			same(name, prefixed(recorded('gunicorn-journal', name), prefix))
		for (const prefix of ['web-1  | ', '> ']) same(name, prefixed(pasted(bare(name)), prefix))
	})
	it.each(cases)('%s reads the same with line numbers, other months, and other logs of the same lines', (name) => {
		const lines = text(name).split('\n')
		same(name, pasted(lines.map((line, at) => `${String(at + 1).padStart(5)}\t${line}`).join('\n')))
		for (const month of ['nov.', '11月', 'лис', 'Mai'])
			same(name, pasted(lines.map((line) => line.replace(/^Nov/, month)).join('\n')))
		same(
			name,
			pasted(lines.map((line) => line.replace(/^Nov 21 (\S+) web1/, '2026-11-21T$1.123456+01:00 web1')).join('\n')),
		)
		same(name, pasted(lines.map((line) => line.replace(/^Nov 21 (\S+) web1/, 'Sat 2026-11-21 $1 CET web1')).join('\n')))
		same(name, pasted(lines.map((line) => line.replace(/^Nov 21 (\S+) web1 /, 'Nov 21 $1 ')).join('\n')))
	})
	it.each(cases)('%s reads the same when the terminal broke its lines', (name) => {
		for (const width of [80, 100, 132]) same(name, wrapped(recorded('gunicorn-journal', name), width))
	})
	it('reads a traceback that syslog wrote in one line', () => {
		const log =
			'Jan  6 01:56:25 web1 gunicorn[9]: Traceback (most recent call last):#012  File "/srv/a.py", line 3, in <module>#012    K = os.environ[\'KEY_X\']#012  File "/usr/lib/python3.8/os.py", line 675, in __getitem__#012    raise KeyError(key) from None#012KeyError: \'KEY_X\'\nJan  6 01:56:25 web1 systemd[1]: app.service: Main process exited, code=exited, status=1/FAILURE'
		expect(factsOf(gunicornLogParser, pasted(log))).toMatchObject({
			fault: 'exception',
			exceptionKind: 'environment',
			variable: 'KEY_X',
			file: '/srv/a.py',
		})
	})
})

describe('other texts', () => {
	it('the end of the log in `systemctl status`', () => {
		const lines = text('environ').split('\n')
		const status = `● gunicorn.service - app
     Loaded: loaded (/etc/systemd/system/gunicorn.service; enabled)
     Active: failed (Result: exit-code) since Sat 2026-11-21 09:30:35 UTC; 2s ago

${lines.slice(-10).join('\n')}`
		expect(log(status, { unit: 'gunicorn' })).toMatchObject({ exceptionKind: 'environment', variable: 'SECRET_KEY' })
		expect(log(status.split('\n').slice(0, 4).join('\n'), { unit: 'gunicorn' })).toEqual({})
	})

	it('says nothing of other text', () => {
		for (const other of ['', 'hello', '<html><h1>502 Bad Gateway</h1>', 'bash: journalctl: command not found'])
			expect(log(other)).toEqual({})
		expect(read('empty')).toEqual({})
		expect(read('denied')).not.toHaveProperty('fault')
	})

	it('is total, and every fact is declared as hearsay', () => {
		for (const { hearsay } of Object.values(LOG_FACTS)) expect(hearsay).toBe(true)
		const pieces = recordedNames('gunicorn-journal')
			.slice(0, 40)
			.flatMap((name) => recorded('gunicorn-journal', name).lines.map((line) => line.text))
		const line = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.string() })
		fc.assert(
			fc.property(fc.array(line, { maxLength: 60 }), fc.option(fc.integer(), { nil: undefined }), (lines, since) => {
				const input = pasted(lines.join('\n'), since === undefined ? {} : { since })
				const { facts, evidence } = gunicornLogParser.parse(input)
				for (const [name, value] of Object.entries(facts)) {
					expect(LOG_FACTS).toHaveProperty(name)
					const { values } = LOG_FACTS[name as keyof typeof LOG_FACTS]
					if (values !== undefined) expect(values).toContain(value)
				}
				for (const spans of Object.values(evidence))
					for (const span of spans) expect(span.line).toBeLessThanOrEqual(input.lines.length)
			}),
			{ numRuns: 300 },
		)
	})
})
