import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pythonTracebackParser } from '../../../src/subjects/python/traceback.ts'
import { readTracebacks } from '../../../src/subjects/python/traceback-lines.ts'
import { asPasted, evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string, args = {}) => factsOf(pythonTracebackParser, recorded('python-traceback', name, args))
const run = (text: string) => factsOf(pythonTracebackParser, { ...pasted(text), exitCode: 1 })
const raised = (last: string, frame = '  File "/srv/x/app.py", line 7, in <module>\n    go()') =>
	run(`Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n${frame}\n${last}`)

describe("python -c 'import …'", () => {
	it.each<[string, object]>([
		['ok', { ok: true, exceptionKind: 'none' }],
		['module-wrong', { ok: false, exceptionKind: 'module-not-found', moduleRole: 'entry', module: 'wsgy' }],
		[
			'package-missing',
			{
				exceptionKind: 'module-not-found',
				moduleRole: 'package',
				module: 'psycopg2',
				file: '/srv/myapp/wsgi.py',
				line: 1,
			},
		],
		['environ', { exceptionKind: 'environment', variable: 'SECRET_KEY' }],
		['syntax', { exceptionKind: 'syntax', file: '/srv/myapp/wsgi.py' }],
		['sqlite', { exceptionKind: 'database' }],
		['no-python', { ok: false, pythonMissing: true }],
		['segv', { signal: 'SEGV', exceptionKind: 'none' }],
		['sysexit', { ok: false, exceptionKind: 'none', message: 'set FLASK_ENV first' }],
		['group', { ok: false, exceptionKind: 'other', exception: 'ExceptionGroup' }],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('without an exit code a traceback still tells, and silence does not', () => {
		expect(factsOf(pythonTracebackParser, asPasted(recorded('python-traceback', 'environ')))).toMatchObject({
			exceptionKind: 'environment',
		})
		expect(factsOf(pythonTracebackParser, asPasted(recorded('python-traceback', 'ok')))).toEqual({})
	})

	it('points at the line', () =>
		expect(evidenceOf(pythonTracebackParser, recorded('python-traceback', 'environ'), 'variable')).toEqual([
			"KeyError: 'SECRET_KEY'",
		]))
})

describe('what exceptions mean', () => {
	it.each<[string, object]>([
		[
			"ModuleNotFoundError: No module named 'flask'",
			{ exceptionKind: 'module-not-found', moduleRole: 'package', module: 'flask' },
		],
		[
			'ImportError: No module named redis',
			{ exceptionKind: 'module-not-found', moduleRole: 'package', module: 'redis' },
		],
		["KeyError: 'price'", { exceptionKind: 'key' }],
		[
			'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
			{ exceptionKind: 'environment', variable: 'SECRET_KEY' },
		],
		[
			'django.core.exceptions.ImproperlyConfigured: Requested setting INSTALLED_APPS, but settings are not configured. You must either define the environment variable DJANGO_SETTINGS_MODULE or call settings.configure() before accessing settings.',
			{ exceptionKind: 'environment' },
		],
		[
			'django.core.exceptions.ImproperlyConfigured: Set the DATABASE_URL environment variable',
			{ exceptionKind: 'environment', variable: 'DATABASE_URL' },
		],
		[
			'decouple.UndefinedValueError: API_TOKEN not found. Declare it as envvar or define a default value.',
			{ exceptionKind: 'environment', variable: 'API_TOKEN' },
		],
		[
			'RuntimeError: environment variable STRIPE_KEY is not set',
			{ exceptionKind: 'environment', variable: 'STRIPE_KEY' },
		],
		[
			'psycopg2.OperationalError: connection to server at "127.0.0.1", port 5432 failed: Connection refused',
			{ exceptionKind: 'database', dependency: '127.0.0.1:5432' },
		],
		[
			"pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)\")",
			{ exceptionKind: 'database' },
		],
		[
			'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  password authentication failed for user "app"',
			{ exceptionKind: 'database' },
		],
		[
			'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
			{ exceptionKind: 'database' },
		],
		['sqlite3.OperationalError: no such table: users', { exceptionKind: 'other' }],
		[
			"PermissionError: [Errno 13] Permission denied: '/var/log/app/error.log'",
			{ exceptionKind: 'permission', path: '/var/log/app/error.log', errno: 13 },
		],
		[
			"PermissionError: [Errno 13] Permission denied: '/srv/x/data.bin'",
			{ exceptionKind: 'permission', path: '/srv/x/data.bin' },
		],
		['OSError: [Errno 28] No space left on device', { exceptionKind: 'no-space', errno: 28 }],
		['TabError: inconsistent use of tabs and spaces in indentation', { exceptionKind: 'syntax' }],
		[
			"ImportError: cannot import name 'url_quote' from 'werkzeug.urls'",
			{ exceptionKind: 'import-name', attribute: 'url_quote' },
		],
		[
			'ImportError: libpq.so.5: cannot open shared object file: No such file or directory',
			{ exceptionKind: 'shared-library', path: 'libpq.so.5' },
		],
		[
			"AttributeError: module 'config' has no attribute 'Prod'",
			{ exceptionKind: 'attribute', module: 'config', attribute: 'Prod' },
		],
		["OSError: [Errno 24] Too many open files: '/srv/x/a'", { exceptionKind: 'too-many-files', errno: 24 }],
		[
			"PermissionError: [Errno 13] Permission denied: '/home/app/.config'",
			{ exceptionKind: 'permission', path: '/home/app/.config' },
		],
		["OSError: [Errno 30] Read-only file system: '/srv/x/cache'", { exceptionKind: 'read-only', path: '/srv/x/cache' }],
		[
			"FileNotFoundError: [Errno 2] No such file or directory: 'settings.toml'",
			{ exceptionKind: 'file-not-found', path: 'settings.toml' },
		],
		['OSError: [Errno 98] Address already in use', { exceptionKind: 'address-in-use' }],
		['ConnectionRefusedError: [Errno 111] Connection refused', { exceptionKind: 'connection-refused' }],
		['socket.gaierror: [Errno -2] Name or service not known', { exceptionKind: 'name-resolution' }],
		[
			"requests.exceptions.ConnectionError: HTTPConnectionPool(host='api.internal', port=8080): Max retries exceeded with url: / (Caused by NewConnectionError('<x>: Failed to establish a new connection: [Errno 111] Connection refused'))",
			{ exceptionKind: 'connection-refused', dependency: 'api.internal:8080' },
		],
		["TypeError: app() missing 1 required positional argument: 'send'", { exceptionKind: 'asgi' }],
		['MemoryError', { exceptionKind: 'memory' }],
		["UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0", { exceptionKind: 'encoding' }],
		['django.core.exceptions.ImproperlyConfigured: the database is not set up', { exceptionKind: 'configuration' }],
	])('%s', (last, facts) => expect(raised(last)).toMatchObject({ ok: false, ...facts }))

	it('knows the environment by the frame that asked it', () => {
		const frame = (code: string, inside: string) =>
			`  File "/srv/x/app.py", line 7, in <module>\n    ${code}\n${inside}`
		expect(
			raised(
				"KeyError: 'A_KEY'",
				frame(
					'x = env["A_KEY"]',
					'  File "/usr/lib/python3.9/os.py", line 679, in __getitem__\n    raise KeyError(key) from None',
				),
			),
		).toMatchObject({ exceptionKind: 'environment', variable: 'A_KEY' })
		expect(
			raised(
				"KeyError: 'A_KEY'",
				frame(
					'x = os.environ["A_KEY"]',
					'  File "/usr/lib/python2.7/UserDict.py", line 40, in __getitem__\n    raise KeyError(key)',
				),
			),
		).toMatchObject({ exceptionKind: 'environment' })
		expect(raised("KeyError: 'A_KEY'", frame('x = prices["A_KEY"]', ''))).toMatchObject({
			exceptionKind: 'key',
		})
		// WSGI has an environ of its own.
		expect(raised("KeyError: 'A_KEY'", frame('x = environ["A_KEY"]', ''))).toMatchObject({ exceptionKind: 'key' })
	})

	it('finds a file of the application that stands before a package of the same name', () => {
		const shadow = (frames: string, last: string) =>
			run(`Traceback (most recent call last):\n${frames}\n${last}`).shadowing
		const self = '  File "/srv/x/flask.py", line 1, in <module>\n    from flask import Flask'
		expect(
			shadow(
				self,
				"ImportError: cannot import name 'Flask' from partially initialized module 'flask' (most likely due to a circular import) (/srv/x/flask.py)",
			),
		).toBe('/srv/x/flask.py')
		const library =
			'  File "/srv/x/venv/lib/python3.11/site-packages/celery/app.py", line 3, in <module>\n    from redis import Redis'
		expect(shadow(library, "ImportError: cannot import name 'Redis' from 'redis' (/srv/x/redis.py)")).toBe(
			'/srv/x/redis.py',
		)
		const plain = '  File "/srv/x/wsgi.py", line 1, in <module>\n    import random'
		expect(
			shadow(
				plain,
				"AttributeError: module 'random' has no attribute 'choice' (consider renaming '/srv/x/random.py' since it has the same name as the standard library module named 'random' and prevents importing that standard library module)",
			),
		).toBe('/srv/x/random.py')
		// A part of the application that lacks a name shadows nothing.
		expect(
			shadow(
				'  File "/srv/x/wsgi.py", line 1, in <module>\n    from models import User',
				"ImportError: cannot import name 'User' from 'models' (/srv/x/models.py)",
			),
		).toBeUndefined()
	})

	it('tells an interpreter that is missing from one that a program speaks of', () => {
		const words = 'bash: /srv/x/venv/bin/python: No such file or directory'
		const of = (exitCode: number) => factsOf(pythonTracebackParser, { ...pasted(words), exitCode })
		expect(of(127)).toMatchObject({ ok: false, pythonMissing: true })
		expect(of(1)).toMatchObject({ ok: false, pythonMissing: false })
	})

	it('reads pydantic settings', () => {
		expect(
			raised(
				'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nsecret_key\n  Field required [type=missing, input_value={}, input_type=dict]',
			),
		).toMatchObject({ exceptionKind: 'environment', variable: 'SECRET_KEY' })
	})
})

describe('tracebacks of a log', () => {
	const lines = (text: string, key?: number) =>
		text.split('\n').map((line, at) => ({ number: at + 1, text: line, ...(key === undefined ? {} : { key }) }))
	const one = 'Traceback (most recent call last):\n  File "/a.py", line 1, in f\n    g()\n    ~^^\nValueError: first'

	it('those of two workers whose lines are mixed', () => {
		const first = lines(one, 1)
		const second = lines(one.replace('first', 'second'), 2)
		const mixed = first.flatMap((line, at) => [line, second[at] ?? line])
		expect(readTracebacks(mixed).map(({ chain }) => chain.at(-1)?.message)).toEqual(['first', 'second'])
	})

	it('nothing of what the logging module says of itself', () => {
		expect(
			readTracebacks(
				lines(
					`--- Logging error ---\n${one}\nCall stack:\n  File "/b.py", line 2, in h\n    x()\nMessage: 'hello'\nArguments: ()`,
				),
			),
		).toEqual([])
	})

	it('a tail that begins in the middle', () => {
		expect(
			readTracebacks(lines('    g()\n  File "/a.py", line 1, in f\n    h()\nValueError: x'))[0]?.chain[0],
		).toMatchObject({ exception: 'ValueError', frames: [{ file: '/a.py', line: 1, function: 'f', code: 'h()' }] })
		expect(readTracebacks(lines("ModuleNotFoundError: No module named 'x'"))).toHaveLength(1)
	})

	it('is total', () => {
		const pieces = recordedNames('python-traceback').flatMap((name) =>
			recorded('python-traceback', name).lines.map((line) => line.text),
		)
		fc.assert(
			fc.property(
				fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 40 }),
				fc.constantFrom(0, 1, 127, null),
				(some, exitCode) => {
					for (const name of Object.keys(factsOf(pythonTracebackParser, { ...pasted(some.join('\n')), exitCode })))
						expect(pythonTracebackParser.facts).toHaveProperty(name)
				},
			),
		)
	})
})
