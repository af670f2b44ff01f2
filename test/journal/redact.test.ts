import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SessionEntry } from '../../src/journal/entry.ts'
import { createRedactor } from '../../src/journal/redact.ts'
import { redactEntry } from '../../src/journal/redact-entry.ts'
import { isTellingName } from '../../src/journal/secret-rules.ts'
import { growth } from '../support/cost.ts'
import { runs } from '../support/property.ts'

const redactor = createRedactor()
const X = '[redacted]'

describe('one line', () => {
	test.each([
		['Authorization: Bearer abc.def', `Authorization: Bearer ${X}`],
		['< Set-Cookie: sid=1234; HttpOnly', `< Set-Cookie: ${X}`],
		[`curl -H 'Authorization: Basic dXNlcjpwYXNz' http://h/`, `curl -H 'Authorization: Basic ${X}' http://h/`],
		['postgres://app:hunter2@db.internal:5432/app', `postgres://app:${X}@db.internal:5432/app`],
		['redis://:s3cret@cache:6379/0', `redis://:${X}@cache:6379/0`],
		['amqp://u:p@ss/word@mq', `amqp://u:${X}@mq`],
		['DATABASE_URL=mysql://u:p%40ss@db/app', `DATABASE_URL=mysql://u:${X}@db/app`],
		['Environment=SECRET_KEY=abc DEBUG=1', `Environment=SECRET_KEY=${X} DEBUG=1`],
		['Environment="SECRET_KEY=a b c" "DEBUG=1"', `Environment="SECRET_KEY=${X}" "DEBUG=1"`],
		['PGPASSWORD=x psql -h db', `PGPASSWORD=${X} psql -h db`],
		['export STRIPE_API_KEY="sk"', `export STRIPE_API_KEY="${X}"`],
		['  "password": "hu\\"nter2", "user": "x"', `  "password": "${X}", "user": "x"`],
		['{"MESSAGE":"{\\"token\\": \\"abc\\", \\"a\\": 1}"}', `{"MESSAGE":"{\\"token\\": \\"${X}\\", \\"a\\": 1}"}`],
		['password: correct horse battery', `password: ${X}`],
		['mysqldump -u root -phunter2 app', `mysqldump -u root -p${X} app`],
		['curl -u me:pw http://h/', `curl -u me:${X} http://h/`],
		['deploy --token abc --host h', `deploy --token ${X} --host h`],
		['SENTRY_DSN=https://k@o.ingest/1', `SENTRY_DSN=${X}`],
		['www:$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ01234:', `www:${X}:`],
		['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', X],
		[`AIzaSy${'A1b2C3d4'.repeat(4)}x`, X],
		[`x ghp_${'a1B2'.repeat(9)} y`, `x ${X} y`],
		[`xoxb-123456789012-1234567890123-${'a'.repeat(24)}`, X],
		['AKIAIOSFODNN7ABCDEFG', X],
	])('%s', (line, expected) => {
		expect(redactor.text(line)).toBe(expected)
	})

	test.each([
		'The SECRET_KEY setting must not be empty.',
		"KeyError: 'SECRET_KEY'",
		'FATAL:  password authentication failed for user "app"',
		'proxy_pass http://127.0.0.1:8000/users/a@b.example;',
		'ssl_certificate_key /etc/ssl/private/site.key;',
		'PWD=/srv/app',
		'gunicorn --bind unix:/run/gunicorn.sock -u www-data --keyfile /etc/k.pem',
		'connect() to unix:/run/gunicorn.sock failed (111: Connection refused) while connecting to upstream',
		'Nov 21 03:12:01 web1 gunicorn[812]: ModuleNotFoundError: No module named "token"',
		'2026-11-21T03:12:01Z "GET /login?next=/ HTTP/1.1" 502',
		'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
	])('leaves %s', (line) => {
		expect(redactor.text(line)).toBe(line)
	})
})

const key = (lines: readonly string[]): string[] => [
	'-----BEGIN RSA PRIVATE KEY-----',
	...lines,
	'-----END RSA PRIVATE KEY-----',
]
const material = fc
	.string({ unit: fc.constantFrom(...'ABCxyz019+/'), minLength: 64, maxLength: 64 })
	.filter((line) => /[^A-Z]/.test(line))

describe('private keys', () => {
	test('over several lines, with a log prefix on each', () => {
		fc.assert(
			fc.property(
				fc.array(material, { minLength: 1, maxLength: 30 }),
				fc.constantFrom('', 'web1 app[3]: '),
				(body, prefix) => {
					const lines = ['before', ...key(body).map((line) => prefix + line), 'after: this line is not key material.']
					const out = redactor.text(lines.join('\n')).split('\n')
					expect(out).toHaveLength(lines.length)
					expect(out[0]).toBe('before')
					expect(out.at(-1)).toBe(lines.at(-1))
					for (const line of body) expect(out.join('\n')).not.toContain(line)
				},
			),
		)
	})

	test('that is cut into pieces, some of which nobody keeps', () => {
		fc.assert(
			fc.property(fc.array(material, { minLength: 4, maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (body, cut) => {
				const stream = redactor.stream()
				const lines = key(body)
				stream.skip(lines.slice(0, cut))
				const out = stream.lines(lines.slice(cut)).join('\n')
				for (const line of body) expect(out).not.toContain(line)
			}),
		)
	})

	test('that never ends hides only what looks like a key', () => {
		const log = ['-----BEGIN PRIVATE KEY-----', '(cut)', 'Nov 21 started.', 'Nov 21 listening.', 'abc']
		expect(redactor.text(log.join('\n'))).toContain('Nov 21 listening.\nabc')
	})
})

describe('always', () => {
	const secret = fc
		.string({ unit: fc.constantFrom(...'abcdefgh0123456789'), minLength: 12, maxLength: 30 })
		.map((s) => `zq${s}`)
	const noise = fc.string({ unit: fc.constantFrom(...' =:"\'\\/@{}[],;-abcPASSWORD_token$.'), maxLength: 60 })

	test('the same number of lines, and a second time changes nothing', () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof(noise, fc.string(), fc.string({ unit: 'grapheme' })), { maxLength: 8 }),
				(lines) => {
					const text = lines.join('\n')
					const once = redactor.text(text)
					expect(once.split('\n')).toHaveLength(text.split('\n').length)
					expect(redactor.text(once)).toBe(once)
				},
			),
			{ numRuns: runs(2000) },
		)
	})

	test('no secret stays, whatever stands before it', () => {
		const forms: readonly ((value: string) => string)[] = [
			(value) => `DB_PASSWORD=${value}`,
			(value) => `Environment="DJANGO_SECRET_KEY=${value}"`,
			(value) => `{"api_key": "${value}"}`,
			(value) => `Authorization: Token ${value}`,
			(value) => `Cookie: session=${value}`,
			(value) => `postgresql+psycopg2://app:${value}@db/app`,
			(value) => `client_secret: '${value}'`,
			(value) => `git clone --password ${value} x`,
		]
		fc.assert(
			fc.property(
				secret,
				fc.constantFrom(...forms),
				fc.constantFrom('', 'Nov 21 03:12 web1 app[1]: ', '\t', 'a=b '),
				(value, form, before) => {
					expect(redactor.text(before + form(value))).not.toContain(value)
				},
			),
		)
	})

	test('time grows no faster than the text', () => {
		const units = [
			'a="',
			'password ',
			'token="',
			'http://a:',
			'cookie:',
			'password=\\',
			' mysql -p',
			'eyJa-',
			'key   ',
			'$6$',
			'xoxb-',
		]
		for (const unit of units) {
			const short = unit.repeat(20_000 / unit.length)
			const long = unit.repeat(320_000 / unit.length)
			// 16 times the text; quadratic would be 256 times.
			expect(
				growth((text) => redactor.text(text), short, long),
				unit,
			).toBeLessThan(80)
		}
	})
})

test.each([
	['DB_PASSWORD', true],
	['apiKey', true],
	['SECRET_KEY_BASE', true],
	['authToken', true],
	['KEY', true],
	['PWD', false],
	['KeyError', false],
	['public_key', false],
	['password_file', false],
	['monkey', false],
	['keepalive', false],
	['bypass', false],
])('the name %s is telling: %s', (name, telling) => {
	expect(isTellingName(name)).toBe(telling)
})

test('an entry is redacted everywhere, and an evidence range that would lie is left out', () => {
	const secret = 'zqsecretvalue99'
	const line = { run: 'a/0/1', stream: 'stdout', line: 3, start: 2, end: 5, text: `DB_PASSWORD=${secret}` } as const
	const entry: SessionEntry = {
		type: 'facts',
		run: 'a/0/1',
		named: {
			name: 'unit',
			parser: 'unit',
			facts: { environment: [`SECRET_KEY=${secret}`], nested: { password: secret }, count: 3 },
			evidence: { environment: [line], count: [{ ...line, text: 'count 3' }] },
		},
	}
	const written = redactEntry(entry, redactor)
	expect(JSON.stringify(written)).not.toContain(secret)
	expect(written).toMatchObject({ type: 'facts', run: 'a/0/1', named: { facts: { count: 3 } } })
	expect(written.named.evidence.environment).toEqual([
		{ run: 'a/0/1', stream: 'stdout', line: 3, text: `DB_PASSWORD=${X}` },
	])
	expect(written.named.evidence.count).toEqual([{ ...line, text: 'count 3' }])
})

test('a value that a condition read is redacted by the name of its fact', () => {
	const entry: SessionEntry = {
		type: 'decision',
		step: 's',
		decision: {
			recommended: 0,
			proven: [],
			next: null,
			verdicts: [{ branch: 0, value: true, reads: [{ path: 'env.password', value: 'zqhunter' }] }],
			says: [],
			evidence: [],
			because: 'judged',
		},
	}
	expect(JSON.stringify(redactEntry(entry, redactor))).not.toContain('zqhunter')
})

test('a fact of ours is judged by its value, not by its name', () => {
	const entry: SessionEntry = {
		type: 'facts',
		run: 'a/0/1',
		named: {
			name: 'conf',
			parser: 'nginx-config',
			facts: { pass: 'http://127.0.0.1:8000', auth: 'off', token: '/run/token' },
			evidence: {},
		},
	}
	expect(redactEntry(entry, createRedactor())).toEqual(entry)
})

test('an input that is a secret is known from then on, whatever it looks like', () => {
	const own = createRedactor()
	redactEntry({ type: 'input.changed', name: 'api_token', value: 'plainword', facts: [], answers: [] }, own)
	expect(own.text('it said plainword, and GET /?q=plainword')).toBe(`it said ${X}, and GET /?q=${X}`)
})

test('a word that was a password once is hidden where it stands alone, and nowhere else', () => {
	const own = createRedactor()
	own.text('password=postgres')
	expect(own.value('postgres')).toBe(X)
	expect(own.text('the service postgres runs as postgres')).toBe('the service postgres runs as postgres')
})
