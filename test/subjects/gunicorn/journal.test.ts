import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FAILURES } from '../../../src/subjects/gunicorn/failure.ts'
import { gunicornJournalParser } from '../../../src/subjects/gunicorn/journal.ts'
import { readLogLines } from '../../../src/text/log-line.ts'
import type { Facts, ParserInput } from '../../../src/text/parser.ts'
import { evidenceOf, factsOf, pasted, prefixed, recorded, recordedNames, wrapped } from '../recorded-output.ts'

const read = (name: string, args: Facts = {}): Facts =>
	factsOf(gunicornJournalParser, recorded('gunicorn-journal', name, args))
const text = (name: string): string =>
	recorded('gunicorn-journal', name)
		.lines.map((line) => line.text)
		.join('\n')

/** The log with its prefixes taken off: what Gunicorn wrote, as `-o cat` or a log file has it. */
const bare = (name: string): string =>
	readLogLines(recorded('gunicorn-journal', name).lines)
		.map((line) => line.text)
		.join('\n')

describe('the failure of the present start', () => {
	it.each<[string, string, Facts]>([
		[
			'exec-missing',
			'gunicorn-path-wrong',
			{ path: '/srv/myapp/venv/bin/gunicron', errno: 2, exitStatus: 203, exitName: 'EXEC', execLocated: false },
		],
		[
			'exec-denied',
			'exec-not-executable',
			{ execPath: '/srv/myapp/venv/bin/gunicorn', execErrno: 13, execFailed: true },
		],
		['shebang-stale', 'shebang-stale', { execPath: '/srv/myapp/venv/bin/gunicorn', execLocated: true }],
		['exec-line-lost', 'unexplained', { execFailed: true, exitName: 'EXEC' }],
		['chdir-missing', 'working-directory-missing', { errno: 2, exitStatus: 200 }],
		['chdir-denied', 'working-directory-missing', { exitStatus: 200 }],
		['config-chdir', 'working-directory-missing', { path: '/srv/nope' }],
		['user-missing', 'user-missing', { exitStatus: 217, exitName: 'USER' }],
		['config-user', 'user-missing', {}],
		['config-user-file', 'user-missing', {}],
		['group-missing', 'group-missing', { exitStatus: 216 }],
		['namespace', 'namespace-failed', { path: '/srv/nothere', errno: 2 }],
		['envfile-missing', 'environment-file-missing', { errno: 2, result: 'resources', started: false }],
		['stdout-missing', 'log-file-unwritable', { exitName: 'STDOUT' }],
		['module-wrong', 'module-path-wrong', { module: 'wsgy', exitStatus: 3 }],
		['module-dotted-wrong', 'module-path-wrong', { module: 'project' }],
		['package-missing', 'package-missing', { module: 'psycopg2', file: '/srv/myapp/wsgi.py', line: 1 }],
		['import-name', 'app-startup-crash', { exception: 'ImportError', file: '/srv/myapp/wsgi.py' }],
		['name-error', 'app-startup-crash', { exception: 'NameError' }],
		['runtime', 'app-startup-crash', { message: 'no licence found', exception: 'RuntimeError' }],
		['chained', 'app-startup-crash', { exception: 'ValueError', message: 'settings unreadable' }],
		['attribute-wrong', 'attribute-wrong', { attribute: 'application', module: 'wsgi' }],
		['attribute-parse', 'attribute-wrong', { attribute: 'create_app(1' }],
		['not-callable', 'attribute-wrong', { exitStatus: 4 }],
		['syntax', 'app-syntax-error', { file: '/srv/myapp/wsgi.py', line: 28 }],
		['environ', 'environment-missing', { variable: 'SECRET_KEY', line: 28 }],
		['preload-environ', 'environment-missing', { variable: 'SECRET_KEY' }],
		['sqlite', 'database-unreachable', { exception: 'sqlite3.OperationalError' }],
		['logfile', 'log-file-unwritable', { path: '/var/log/myapp.log', errno: 13 }],
		['errorlog', 'log-file-unwritable', { path: '/var/log/gunicorn-error.log', errno: 13 }],
		['config-missing', 'gunicorn-config-error', { path: 'missing.conf.py' }],
		['config-syntax', 'gunicorn-config-error', { exception: 'SyntaxError', path: '/srv/myapp/gunicorn.conf.py' }],
		['config-value', 'gunicorn-config-error', { variable: 'workers' }],
		['bad-option', 'gunicorn-config-error', { message: 'unrecognized arguments: --wokers' }],
		['no-app', 'gunicorn-config-error', {}],
		['pidfile-nodir', 'gunicorn-config-error', { path: '/run/nope' }],
		['bind-plain-file', 'gunicorn-config-error', { exception: 'ValueError' }],
		['worker-class', 'worker-class-missing', { module: 'gevent' }],
		['worker-class-unknown', 'worker-class-missing', { module: 'nosuch' }],
		['pidfile', 'pid-file-stale', { path: '/tmp/g.pid' }],
		['bind-denied', 'bind-denied', { address: 'unix:/run/gunicorn.sock', path: '/run/gunicorn.sock' }],
		['bind-privileged', 'bind-denied', { address: '127.0.0.1:81' }],
		['bind-absent', 'bind-address-missing', { address: '10.9.8.7:8000', errno: 99 }],
		['port-in-use', 'port-in-use', { address: '127.0.0.1:8000', errno: 98 }],
		['crash-loop', 'module-path-wrong', { startLimitHit: true, restarts: 5 }],
		['crash-loop-silent', 'crash-loop', { startLimitHit: true, restarts: 5 }],
		['auto-restart', 'module-path-wrong', { startLimitHit: false }],
		['exec-pre', 'unexplained', { exitStatus: 3 }],
		['never-notified', 'never-notified', { result: 'timeout', listening: 'unix:/run/gunicorn/gunicorn.sock' }],
		['master-killed', 'workers-killed', { signal: 'KILL', result: 'signal' }],
		['v26-module-wrong', 'module-path-wrong', { module: 'wsgy', version: '26.2.0' }],
		['v26-attribute-wrong', 'attribute-wrong', { attribute: 'application' }],
		['v26-environ', 'environment-missing', { variable: 'SECRET_KEY' }],
		['v26-worker-class', 'worker-class-missing', { module: 'gevent' }],
		['v26-bind-denied', 'bind-denied', { errno: 13, address: 'unix:/run/gunicorn.sock' }],
		['v26-bind-nodir', 'bind-denied', { errno: 2 }],
		['v26-bind-host', 'bind-address-missing', { address: 'nosuchhost:8000' }],
		['v26-port-in-use', 'port-in-use', { address: '127.0.0.1:8000' }],
		['elsewhere-systemd-229-exec', 'unexplained', { execFailed: true, exitStatus: 203, result: 'exit-code' }],
		['elsewhere-systemd-245-start-limit', 'crash-loop', { startLimitHit: true, restarts: 5 }],
		['elsewhere-21-boot-unexplained', 'unexplained', { message: 'Worker failed to boot.', starts: 2 }],
		['elsewhere-0.14-boot', 'unexplained', { message: 'Worker failed to boot.', version: '0.14.3' }],
	])('%s: %s', (name, failure, more) => {
		const facts = read(name)
		expect(facts).toMatchObject({ failure, ready: false, failed: true, duringRequest: false, ...more })
		expect(gunicornJournalParser.parse(recorded('gunicorn-journal', name)).evidence.failure?.length).toBeGreaterThan(0)
	})

	it('points at the line that names it', () => {
		const input = recorded('gunicorn-journal', 'package-missing')
		expect(evidenceOf(gunicornJournalParser, input, 'failure').join()).toContain("No module named 'psycopg2'")
		expect(evidenceOf(gunicornJournalParser, input, 'exitStatus').join()).toContain('status=3/NOTIMPLEMENTED')
		expect(factsOf(gunicornJournalParser, input).time).toBe('Nov 21 09:03:45')
	})

	it('knows a part of the app from a package that is missing', () => {
		const crash = (missing: string): string =>
			`[2024-01-01 10:00:00 +0000] [9] [ERROR] Exception in worker process\nTraceback (most recent call last):\n  File "/srv/x/shop/wsgi.py", line 1, in <module>\n    import y\nModuleNotFoundError: No module named '${missing}'\n[2024-01-01 10:00:01 +0000] [1] [INFO] Shutting down: Master\n[2024-01-01 10:00:01 +0000] [1] [INFO] Reason: Worker failed to boot.`
		const failure = (missing: string) =>
			factsOf(gunicornJournalParser, pasted(crash(missing), { app: 'shop.wsgi:app' })).failure
		expect(failure('flask_login')).toBe('package-missing')
		expect(failure('shop.settings')).toBe('app-startup-crash')
		expect(failure('shop')).toBe('module-path-wrong')
	})

	it('takes the reason of a chained exception from the one that says more', () => {
		const log =
			'Traceback (most recent call last):\n  File "/srv/x/settings.py", line 3, in <module>\n    KEY = os.environ[\'API_KEY\']\n  File "<frozen os>", line 679, in __getitem__\nKeyError: \'API_KEY\'\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File "/srv/x/settings.py", line 5, in <module>\n    raise RuntimeError(\'bad settings\')\nRuntimeError: bad settings\n[2024-01-01 10:00:01 +0000] [1] [INFO] Shutting down: Master\n[2024-01-01 10:00:01 +0000] [1] [INFO] Reason: Worker failed to boot.'
		expect(factsOf(gunicornJournalParser, pasted(log))).toMatchObject({
			failure: 'environment-missing',
			variable: 'API_KEY',
		})
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
	])('%s is ready', (name) => {
		expect(read(name)).toMatchObject({ failure: 'none', ready: true, failed: false, started: true, old: false })
	})

	it('tells where it listens and how many workers it started', () => {
		expect(read('healthy')).toMatchObject({
			listening: 'unix:/run/gunicorn/gunicorn.sock',
			listenings: ['unix:/run/gunicorn/gunicorn.sock'],
			booted: 2,
			version: '20.1.0',
			workerClass: 'sync',
			starts: 1,
			lines: 6,
		})
		expect(read('drop-in').listening).toBe('127.0.0.1:9100')
	})

	it.each<[string, string, Facts]>([
		['worker-timeout', 'worker-timeout', { workerTimeouts: 1, workersKilled: 0, pid: 3616 }],
		['boot-hang', 'worker-timeout', { workersKilled: 0 }],
		[
			'v26-worker-timeout',
			'worker-timeout',
			{ requestPath: '/slow', file: '/srv/myapp/wsgi.py', line: 16, requestErrors: 0 },
		],
		['worker-killed', 'workers-killed', { workersKilled: 1, workerTimeouts: 0 }],
		['v26-worker-killed', 'workers-killed', { workersKilled: 1 }],
		['worker-crash', 'worker-crash', { workerCrashes: 1 }],
		['boot-segv', 'worker-crash', {}],
		['v26-worker-crash', 'worker-crash', { workerCrashes: 1 }],
		['asgi', 'asgi-app', { requestPath: '/', requestErrors: 1 }],
		['v26-asgi', 'asgi-app', { requestErrors: 1 }],
		['app-error', 'app-error', { exception: 'KeyError', requestPath: '/', requestErrors: 1 }],
		[
			'flask-error',
			'app-error',
			{ exception: 'RuntimeError', requestPath: '/boom', file: '/srv/myapp/wsgi.py', line: 30 },
		],
		['elsewhere-20-oom', 'workers-killed', { workersKilled: 2 }],
	])('%s: %s', (name, failure, more) => {
		expect(read(name)).toMatchObject({ failure, ready: true, failed: false, duringRequest: true, ...more })
	})

	it.each([
		['elsewhere-20-timeout-then-kill', 4],
		['elsewhere-22-timeout-then-sigkill', 1],
	])('%s: the kill after a timeout is not the OOM killer', (name, workerTimeouts) => {
		const facts = read(String(name))
		expect(facts).toMatchObject({ failure: 'worker-timeout', workerTimeouts, workersKilled: 0, workerCrashes: 0 })
		// The log begins in the middle: whether it listens is not told.
		expect(facts).not.toHaveProperty('ready')
	})

	it('leaves out what happened before the request that is looked at', () => {
		const late = Date.UTC(2026, 10, 21, 9, 8) / 1000
		expect(read('worker-timeout', { since: late })).toMatchObject({
			failure: 'none',
			ready: true,
			old: true,
			oldFailure: 'worker-timeout',
			workerTimeouts: 0,
		})
		expect(read('worker-timeout', { since: late - 600 })).toMatchObject({ failure: 'worker-timeout', old: false })
	})
})

describe('a service that was stopped', () => {
	it.each(['stopped', 'v26-stopped', 'socket-stopped', 'socket-waiting', 'killed', 'daemon'])('%s', (name) => {
		expect(read(name)).toMatchObject({ failure: 'service-stopped', ready: false, failed: false })
	})

	it('tells a stop from an end of its own', () => {
		expect(read('stopped')).toMatchObject({ stopped: true, endedItself: false })
		expect(read('daemon')).toMatchObject({ stopped: true, endedItself: true })
		expect(read('killed')).toMatchObject({ killedByHand: true, signal: 'KILL' })
	})
})

describe('old failures', () => {
	it('are told as old after a good start', () => {
		expect(read('old-failure')).toMatchObject({
			failure: 'none',
			ready: true,
			old: true,
			oldFailure: 'module-path-wrong',
			oldTime: 'Nov 21 09:08:19',
		})
	})

	it('never change what is said of the present', () => {
		const failures = [
			'environ',
			'exec-missing',
			'port-in-use',
			'crash-loop',
			'attribute-wrong',
			'config-syntax',
			'envfile-missing',
			'never-notified',
			'errorlog',
		]
		const goods = ['healthy', 'notify-healthy', 'worker-timeout', 'v26-healthy', 'app-error']
		const own = ({
			old: _old,
			oldFailure: _what,
			oldTime: _when,
			starts: _starts,
			totalLines: _total,
			deciding: _line,
			restarts: _restarts,
			...rest
		}: Facts): Facts => rest
		fc.assert(
			fc.property(fc.constantFrom(...failures), fc.constantFrom(...goods), fc.boolean(), (bad, good, prefixes) => {
				const of = prefixes ? text : bare
				// The good log begins with the start itself.
				const alone = of(good).split('\n')
				const after = factsOf(gunicornJournalParser, pasted(`${of(bad)}\n${alone.join('\n')}`))
				expect(own(after)).toEqual(own(factsOf(gunicornJournalParser, pasted(alone.join('\n')))))
				expect(after.old).toBe(true)
			}),
			{ numRuns: 60 },
		)
	})

	it('a repeated start that says nothing yet is the same failure still', () => {
		const loop = text('crash-loop').split('\n').slice(0, -4)
		const again = loop.findLast((line) => line.includes('Started gunicorn')) ?? ''
		const restart = 'Nov 21 09:06:55 web1 systemd[1]: gunicorn.service: Scheduled restart job, restart counter is at 6.'
		const facts = factsOf(gunicornJournalParser, pasted([...loop, restart, again].join('\n')))
		expect(facts).toMatchObject({ failure: 'module-path-wrong', restarts: 6 })
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
		const facts = factsOf(gunicornJournalParser, changed)
		for (const fact of [
			'failure',
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
			failure: 'none',
			ready: true,
			started: true,
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
		expect(factsOf(gunicornJournalParser, pasted(log))).toMatchObject({
			failure: 'environment-missing',
			variable: 'KEY_X',
			file: '/srv/a.py',
		})
	})
})

describe('what is no log', () => {
	it('an empty journal is told apart from one that may not be read', () => {
		expect(read('empty')).toMatchObject({ empty: true })
		expect(read('denied')).toMatchObject({ noPermission: true })
		expect(read('denied')).not.toHaveProperty('empty')
		expect(read('empty')).not.toHaveProperty('failure')
	})

	it('says nothing of other text', () => {
		for (const other of ['', 'hello', '<html><h1>502 Bad Gateway</h1>', 'bash: journalctl: command not found'])
			expect(factsOf(gunicornJournalParser, pasted(other))).not.toHaveProperty('failure')
	})

	it('is total, and names no failure that the flow does not know', () => {
		const pieces = recordedNames('gunicorn-journal')
			.slice(0, 40)
			.flatMap((name) => recorded('gunicorn-journal', name).lines.map((line) => line.text))
		const line = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.string() })
		fc.assert(
			fc.property(fc.array(line, { maxLength: 60 }), fc.option(fc.integer(), { nil: undefined }), (lines, since) => {
				const input = pasted(lines.join('\n'), since === undefined ? {} : { since })
				const { facts, evidence } = gunicornJournalParser.parse(input)
				if (facts.failure !== undefined) expect([...FAILURES, 'none', 'unexplained']).toContain(facts.failure)
				for (const name of Object.keys(facts)) expect(gunicornJournalParser.facts).toHaveProperty(name)
				for (const spans of Object.values(evidence))
					for (const span of spans) expect(span.line).toBeLessThanOrEqual(input.lines.length)
			}),
			{ numRuns: 300 },
		)
	})

	it('reads two megabytes in linear time', () => {
		const half = text('environ').repeat(90)
		const time = (log: string): number => {
			const input = pasted(log)
			const begun = performance.now()
			gunicornJournalParser.parse(input)
			return performance.now() - begun
		}
		time(half)
		const once = Math.min(time(half), time(half))
		expect(Math.min(time(half + half), time(half + half))).toBeLessThan(once * 4 + 50)
		for (const nasty of [
			'a'.repeat(1_000_000),
			' '.repeat(1_000_000),
			'[1'.repeat(400_000),
			'x: '.repeat(300_000),
			`${'"'.repeat(500_000)}`,
		])
			expect(time(nasty)).toBeLessThan(1500)
	})
})
