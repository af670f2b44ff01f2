import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unitFileParser } from '../../../src/subjects/systemd/unit-file.ts'
import { unitEnvironment } from '../../../src/subjects/systemd/unit-text.ts'
import { evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string, args = {}) => factsOf(unitFileParser, recorded('unit-file', name, args))
const service = (body: string) =>
	factsOf(unitFileParser, pasted(`# /etc/systemd/system/app.service\n[Service]\n${body}`))

describe('systemctl cat', () => {
	it('takes none of several services for one that is not among them', () => {
		const two = ['a', 'b'].map((name) => `# /etc/systemd/system/${name}.service\n[Service]\nUser=${name}\n`).join('\n')
		const user = (text: string, args = {}) => factsOf(unitFileParser, pasted(text, args)).user
		expect(user(two, { unit: 'b' })).toBe('b')
		expect(user(two, { unit: 'c' })).toBeUndefined()
		expect(user(two)).toBe('a')
		expect(user(two.split('\n\n')[0] ?? '', { unit: 'c' })).toBe('a')
	})

	it('reads a unit', () => {
		expect(read('healthy')).toMatchObject({
			missing: false,
			masked: false,
			path: '/etc/systemd/system/gunicorn.service',
			dropIns: [],
			description: 'Gunicorn instance to serve myapp',
			execStart: '/srv/myapp/venv/bin/gunicorn --workers 2 --bind unix:/run/gunicorn/gunicorn.sock wsgi:app',
			user: 'www-data',
			group: 'www-data',
			workingDirectory: '/srv/myapp',
			type: 'simple',
			privateTmp: false,
			runtimeDirectory: ['gunicorn'],
			environmentFiles: [],
			environment: [],
			installed: true,
			sockets: [],
			specifiers: false,
		})
	})

	it('lets a drop-in win, with its continued lines', () => {
		const facts = read('drop-in')
		expect(facts).toMatchObject({
			dropIns: ['/etc/systemd/system/gunicorn.service.d/override.conf'],
			umask: '0007',
			execStartAll: [expect.stringContaining('/bin/sh -c')],
			environmentFilesOptional: ['/etc/default/myapp'],
			environment: ['PORT', 'GUNICORN_CMD_ARGS', 'DATABASE_URL'],
		})
		expect(unitEnvironment(recorded('unit-file', 'drop-in').lines)).toEqual(
			new Map([
				['PORT', '9000'],
				['GUNICORN_CMD_ARGS', '--bind 127.0.0.1:9100 --timeout 10'],
				['DATABASE_URL', expect.any(String)],
			]),
		)
		expect(String(facts.execStart)).toMatch(/--workers 3\s+wsgi:app"$/)
		expect(evidenceOf(unitFileParser, recorded('unit-file', 'drop-in'), 'umask')).toEqual(['UMask=0007'])
	})

	it('reads the socket unit beside it', () => {
		expect(read('with-socket')).toMatchObject({
			path: '/etc/systemd/system/gunicorn.service',
			sockets: ['gunicorn.socket'],
			hasSocket: true,
			listenStream: ['/run/gunicorn.sock'],
			socketUser: 'www-data',
			socketMode: '0660',
			type: 'notify',
		})
		expect(read('with-socket', { unit: 'gunicorn.socket' })).toMatchObject({
			path: '/etc/systemd/system/gunicorn.socket',
			listenStream: ['/run/gunicorn.sock'],
		})
	})

	it('tells a unit that is not there, or masked', () => {
		expect(read('none')).toEqual({ missing: true })
		expect(read('missing')).toEqual({ missing: true })
		expect(read('masked-only')).toEqual({ missing: false, masked: true })
	})

	it('follows the rules of systemd', () => {
		expect(service('ExecStart=/a\nExecStart=\nExecStart=-/b \\\n # a comment between\n  --x').execStart).toBe('/b --x')
		expect(service('Environment="A=1 2" B=3\nEnvironment=C=4\nEnvironment=\nEnvironment=\'D=x y\'')).toMatchObject({
			environment: ['D'],
		})
		expect(service('WorkingDirectory=-/srv/x\nPrivateTmp=1\nEnvironmentFile=/a\nEnvironmentFile=-/b')).toMatchObject({
			workingDirectory: '/srv/x',
			workingDirectoryOptional: true,
			privateTmp: true,
			environmentFiles: ['/a', '/b'],
			environmentFilesOptional: ['/b'],
		})
		expect(service('ExecStart=/srv/%i/venv/bin/gunicorn')).toMatchObject({ specifiers: true })
		expect(service('User = deploy\n; comment\nGroup=')).toMatchObject({ user: 'deploy' })
		expect(service('Group=')).not.toHaveProperty('group')
	})

	it('finds an instance by its template', () => {
		expect(
			factsOf(
				unitFileParser,
				pasted('# /etc/systemd/system/gunicorn@.service\n[Service]\nUser=%i', { unit: 'gunicorn@shop.service' }),
			),
		).toMatchObject({ user: 'shop', specifiers: true })
	})

	it('fills in what the name of the unit tells, and leaves the rest', () => {
		const body = '# /etc/systemd/system/web-app@.service\n[Service]\nWorkingDirectory=/srv/%i\n'
		const files = 'EnvironmentFile=/etc/%p/%i.env\nEnvironmentFile=-%t/%N\nUser=%j\nGroup=%I\nPIDFile=/run/100%%'
		expect(factsOf(unitFileParser, pasted(body + files, { unit: 'web-app@shop' }))).toMatchObject({
			workingDirectory: '/srv/shop',
			environmentFiles: ['/etc/web-app/shop.env', '/run/web-app@shop'],
			user: 'app',
			group: '%I',
			pidFile: '/run/100%',
		})
		expect(factsOf(unitFileParser, pasted(body))).toMatchObject({ workingDirectory: '/srv/%i' })
	})

	it('never gives a value of the environment', () => {
		const body = 'Environment=SECRET=hunter2 "TOKEN=p4 ss"'
		expect(
			JSON.stringify(unitFileParser.parse(pasted(`# /etc/systemd/system/app.service\n[Service]\n${body}`))),
		).not.toMatch(/hunter2|p4/)
	})

	it('is total', () => {
		const lines = recordedNames('unit-file').flatMap((name) =>
			recorded('unit-file', name).lines.map((line) => line.text),
		)
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 40 }), (some) => {
				for (const name of Object.keys(factsOf(unitFileParser, pasted(some.join('\n')))))
					expect(unitFileParser.facts).toHaveProperty(name)
			}),
		)
	})
})
