import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pythonTracebackParser } from '../../../src/subjects/python/traceback.ts'
import { readTracebacks } from '../../../src/subjects/python/traceback-lines.ts'
import { asPasted, evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string, args = {}) => factsOf(pythonTracebackParser, recorded('python-traceback', name, args))
const failure = (text: string) => factsOf(pythonTracebackParser, { ...pasted(text), exitCode: 1 })
const raised = (last: string, frame = '  File "/srv/x/app.py", line 7, in <module>\n    go()') =>
	failure(`Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n${frame}\n${last}`)

describe("python -c 'import …'", () => {
	it.each<[string, object]>([
		['ok', { ok: true, failure: 'none' }],
		['module-wrong', { ok: false, failure: 'module-path-wrong', module: 'wsgy' }],
		['package-missing', { failure: 'package-missing', module: 'psycopg2', file: '/srv/myapp/wsgi.py', line: 1 }],
		['environ', { failure: 'environment-missing', variable: 'SECRET_KEY' }],
		['syntax', { failure: 'app-syntax-error', file: '/srv/myapp/wsgi.py' }],
		['sqlite', { failure: 'database-unreachable' }],
		['no-python', { ok: false, pythonMissing: true }],
		['segv', { failure: 'worker-crash' }],
		['sysexit', { ok: false, failure: 'unexplained', message: 'set FLASK_ENV first' }],
		['group', { ok: false, failure: 'app-startup-crash', exception: 'ExceptionGroup' }],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('without an exit code a traceback still tells, and silence does not', () => {
		expect(factsOf(pythonTracebackParser, asPasted(recorded('python-traceback', 'environ')))).toMatchObject({
			failure: 'environment-missing',
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
		["ModuleNotFoundError: No module named 'flask'", { failure: 'package-missing', module: 'flask' }],
		['ImportError: No module named redis', { failure: 'package-missing', module: 'redis' }],
		["KeyError: 'price'", { failure: 'app-startup-crash' }],
		[
			'django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.',
			{ failure: 'environment-missing', variable: 'SECRET_KEY' },
		],
		[
			'django.core.exceptions.ImproperlyConfigured: Requested setting INSTALLED_APPS, but settings are not configured. You must either define the environment variable DJANGO_SETTINGS_MODULE or call settings.configure() before accessing settings.',
			{ failure: 'environment-missing' },
		],
		[
			'django.core.exceptions.ImproperlyConfigured: Set the DATABASE_URL environment variable',
			{ failure: 'environment-missing', variable: 'DATABASE_URL' },
		],
		[
			'decouple.UndefinedValueError: API_TOKEN not found. Declare it as envvar or define a default value.',
			{ failure: 'environment-missing', variable: 'API_TOKEN' },
		],
		[
			'RuntimeError: environment variable STRIPE_KEY is not set',
			{ failure: 'environment-missing', variable: 'STRIPE_KEY' },
		],
		[
			'psycopg2.OperationalError: connection to server at "127.0.0.1", port 5432 failed: Connection refused',
			{ failure: 'database-unreachable', address: '127.0.0.1:5432' },
		],
		[
			"pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)\")",
			{ failure: 'database-unreachable' },
		],
		[
			'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  password authentication failed for user "app"',
			{ failure: 'database-unreachable' },
		],
		[
			'redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.',
			{ failure: 'database-unreachable' },
		],
		['sqlite3.OperationalError: no such table: users', { failure: 'app-startup-crash' }],
		[
			"PermissionError: [Errno 13] Permission denied: '/var/log/app/error.log'",
			{ failure: 'log-file-unwritable', path: '/var/log/app/error.log', errno: 13 },
		],
		[
			"PermissionError: [Errno 13] Permission denied: '/srv/x/data.bin'",
			{ failure: 'app-startup-crash', path: '/srv/x/data.bin' },
		],
		['OSError: [Errno 28] No space left on device', { failure: 'disk-full', errno: 28 }],
		['TabError: inconsistent use of tabs and spaces in indentation', { failure: 'app-syntax-error' }],
		["ImportError: cannot import name 'url_quote' from 'werkzeug.urls'", { failure: 'app-startup-crash' }],
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
		).toMatchObject({ failure: 'environment-missing', variable: 'A_KEY' })
		expect(
			raised(
				"KeyError: 'A_KEY'",
				frame(
					'x = os.environ["A_KEY"]',
					'  File "/usr/lib/python2.7/UserDict.py", line 40, in __getitem__\n    raise KeyError(key)',
				),
			),
		).toMatchObject({ failure: 'environment-missing' })
		expect(raised("KeyError: 'A_KEY'", frame('x = prices["A_KEY"]', ''))).toMatchObject({
			failure: 'app-startup-crash',
		})
	})

	it('reads pydantic settings', () => {
		expect(
			raised(
				'pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nsecret_key\n  Field required [type=missing, input_value={}, input_type=dict]',
			),
		).toMatchObject({ failure: 'environment-missing', variable: 'SECRET_KEY' })
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
