import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gunicornCommandParser } from '../../../src/subjects/gunicorn/command.ts'
import { factsOf, pasted, recorded } from '../recorded-output.ts'

const read = (command: string, args = {}) => factsOf(gunicornCommandParser, pasted(command, args))

describe('where the command line stands', () => {
	it.each([
		['unit-file', 'healthy'],
		['systemctl-show', 'healthy'],
	])('%s', (parser, name) => {
		expect(factsOf(gunicornCommandParser, recorded(parser, name))).toMatchObject({
			isGunicorn: true,
			binary: '/srv/myapp/venv/bin/gunicorn',
			venv: '/srv/myapp/venv',
			app: 'wsgi:app',
			module: 'wsgi',
			attribute: 'app',
			workers: 2,
			binds: ['unix:/run/gunicorn/gunicorn.sock'],
			bind: 'unix:/run/gunicorn/gunicorn.sock',
			bindSource: 'argument',
			workingDirectory: '/srv/myapp',
			configFileDefault: '/srv/myapp/gunicorn.conf.py',
			timeout: 30,
			timeoutDefault: true,
			umaskDefault: true,
		})
	})

	it('a process list is none: a process writes there what it likes', () => {
		for (const name of ['healthy-unit', 'unmanaged-grep', 'healthy-aux'])
			expect(factsOf(gunicornCommandParser, recorded('processes', name))).toEqual({})
	})

	it('systemctl status of a start that is over: what the command line itself says, and no default', () => {
		const status = (command: string) =>
			read(
				`× gunicorn.service - app\n     Loaded: loaded (/etc/systemd/system/gunicorn.service; enabled)\n     Active: failed (Result: exit-code) since Sat 2026-11-21 09:30:35 UTC; 2s ago\n    Process: 93 ExecStart=${command} (code=exited, status=1/FAILURE)`,
				{ unit: 'gunicorn' },
			)
		expect(status('/srv/x/venv/bin/gunicorn -b 127.0.0.1:8000 wsgi:app')).toMatchObject({
			app: 'wsgi:app',
			venv: '/srv/x/venv',
			binds: ['127.0.0.1:8000'],
			bindSource: 'argument',
			bindCertain: true,
		})
		const bare = status('/srv/x/venv/bin/gunicorn wsgi:app')
		expect(bare).toMatchObject({ isGunicorn: true, app: 'wsgi:app' })
		for (const name of ['binds', 'bindSource', 'timeout', 'daemon']) expect(bare).not.toHaveProperty(name)
		expect(status('/srv/x/venv/bin/gunicorn --bind 127.0.…wsgi:app')).toEqual({})
	})

	it('a drop-in with a shell and an environment', () => {
		expect(factsOf(gunicornCommandParser, recorded('unit-file', 'drop-in'))).toMatchObject({
			isGunicorn: true,
			shell: true,
			workers: 3,
			app: 'wsgi:app',
			bind: '127.0.0.1:9100',
			bindSource: 'environment',
			timeout: 10,
			timeoutDefault: false,
		})
		expect(factsOf(gunicornCommandParser, recorded('systemctl-show', 'drop-in'))).toMatchObject({
			bind: '127.0.0.1:9100',
			bindSource: 'environment',
		})
	})
})

describe('what runs', () => {
	it.each<[string, object]>([
		['/bin/sh -c "exec gunicorn -b :8000 wsgi:app"', { isGunicorn: true, shell: true, bind: ':8000' }],
		[
			"bash -c 'cd /srv/x && source venv/bin/activate && gunicorn wsgi:app'",
			{
				isGunicorn: true,
				venv: '/srv/x/venv',
				workingDirectory: '/srv/x',
				configFileDefault: '/srv/x/gunicorn.conf.py',
			},
		],
		["/bin/bash -lc '. /srv/x/env/bin/activate; exec gunicorn wsgi:app'", { venv: '/srv/x/env' }],
		['/usr/local/bin/poetry run gunicorn wsgi:app', { isGunicorn: true, app: 'wsgi:app' }],
		['uv run --no-sync gunicorn wsgi:app', { isGunicorn: true }],
		[
			'env DJANGO_SETTINGS_MODULE=x PORT=9001 gunicorn wsgi:app',
			{
				isGunicorn: true,
				bind: '0.0.0.0:9001',
				bindSource: 'port-variable',
				variables: ['DJANGO_SETTINGS_MODULE', 'PORT'],
			},
		],
		[
			'GUNICORN_CMD_ARGS="--bind=127.0.0.1:7000" gunicorn wsgi:app',
			{ bind: '127.0.0.1:7000', bindSource: 'environment' },
		],
		[
			'/srv/x/venv/bin/python -m gunicorn wsgi:app',
			{ isGunicorn: true, python: '/srv/x/venv/bin/python', venv: '/srv/x/venv', binary: '/srv/x/venv/bin/python' },
		],
		['/usr/bin/python3 /usr/bin/gunicorn3 wsgi', { isGunicorn: true, module: 'wsgi', attribute: 'application' }],
		['newrelic-admin run-program gunicorn wsgi:app', { isGunicorn: true }],
		['/srv/x/venv/bin/uvicorn main:app --port 8000', { isGunicorn: false, server: 'uvicorn', venv: '/srv/x/venv' }],
		['/usr/bin/flask run --port 5000', { isGunicorn: false, server: 'flask' }],
		['python3 -m flask run', { isGunicorn: false, server: 'flask' }],
		['/usr/bin/uwsgi --ini app.ini', { isGunicorn: false, server: 'uwsgi' }],
		['python3 app.py', { isGunicorn: false, server: 'python' }],
	])('%s', (command, facts) => expect(read(command)).toMatchObject(facts))

	it('a system binary lies in no virtualenv', () =>
		expect(read('/usr/bin/gunicorn wsgi:app')).not.toHaveProperty('venv'))
	it('says nothing of text without a command', () => expect(read('hello world')).toEqual({}))
})

describe('precedence', () => {
	it.each<[string, object, object]>([
		['gunicorn wsgi:app', {}, { bind: '127.0.0.1:8000', bindSource: 'default' }],
		['gunicorn wsgi:app', { port: '9000' }, { bind: '0.0.0.0:9000', bindSource: 'port-variable' }],
		[
			'gunicorn wsgi:app',
			{ port: '9000', configBinds: ['unix:/run/c.sock'] },
			{ fileBinds: ['unix:/run/c.sock'], bindSource: 'config-file' },
		],
		[
			'gunicorn wsgi:app',
			{ configBinds: ['unix:/run/c.sock'], commandArgs: '-b 127.0.0.1:1234' },
			{ bind: '127.0.0.1:1234', bindSource: 'environment' },
		],
		[
			'gunicorn -b 127.0.0.1:1 wsgi:app',
			{ commandArgs: '-b 127.0.0.1:2', configBinds: ['127.0.0.1:3'], port: '4' },
			{ bind: '127.0.0.1:1', bindSource: 'argument' },
		],
		[
			'gunicorn -c conf.py wsgi:app',
			{ workingDirectory: '/srv/x' },
			{ bindSource: 'config-file', configFile: '/srv/x/conf.py', timeoutDefault: false },
		],
		['gunicorn -c conf.py wsgi:app', { configDynamic: true }, { bindSource: 'config-file', bindDynamic: true }],
		['gunicorn -c conf.py wsgi:app', { configDynamic: false }, { bindSource: 'default', bind: '127.0.0.1:8000' }],
		['gunicorn -b 127.0.0.1:1 wsgi:app', { socketActivated: true }, { bindSource: 'socket-activation' }],
		['gunicorn -b 0.0.0.0:$PORT wsgi:app', { port: '8080' }, { bind: '0.0.0.0:8080', bindDynamic: false }],
		['gunicorn -b $BIND wsgi:app', {}, { bindDynamic: true }],
	])('%s %j', (command, args, facts) => expect(read(command, args)).toMatchObject(facts))

	it('completes an address by its port, as Gunicorn does', () => {
		for (const [given, bind] of [
			['127.0.0.1', '127.0.0.1:8000'],
			['[::1]', '[::1]:8000'],
			['tcp://127.0.0.1:9000', '127.0.0.1:9000'],
			['unix:/run/g.sock', 'unix:/run/g.sock'],
			['fd://3', 'fd://3'],
		])
			expect(read(`gunicorn -b ${given} wsgi:app`).binds).toEqual([bind])
	})

	it('never tells as its own what a configuration file says', () => {
		const facts = read('gunicorn -c conf.py wsgi:app', { configBinds: ['127.0.0.1:9'] })
		expect(facts).not.toHaveProperty('bind')
		expect(facts).not.toHaveProperty('binds')
		expect(gunicornCommandParser.facts.fileBinds).toMatchObject({ hearsay: true })
	})

	it('is certain only where nothing else could say otherwise', () => {
		const unit = (exec: string) =>
			`# /etc/systemd/system/app.service\n[Service]\nEnvironmentFile=/etc/app.env\nExecStart=${exec}`
		expect(read(unit('/usr/bin/gunicorn -b :80 wsgi:app'))).toMatchObject({ bindCertain: true })
		expect(read(unit('/usr/bin/gunicorn wsgi:app'))).toMatchObject({ bindSource: 'default', bindCertain: false })
		expect(read(unit('/usr/bin/gunicorn wsgi:app'), { environmentRead: true, configExists: false })).toMatchObject({
			bindCertain: true,
		})
		expect(read(unit('/usr/bin/gunicorn -b :$PORT wsgi:app'))).toMatchObject({ bindDynamic: true, bindCertain: false })
	})

	it('a script of the operator is not guessed at', () => {
		const facts = read('# /etc/systemd/system/app.service\n[Service]\nExecStart=/srv/app/start.sh')
		expect(facts).toEqual({ commandLine: '/srv/app/start.sh', wrapper: '/srv/app/start.sh' })
	})

	it('reads options in every form', () => {
		expect(
			read(
				'gunicorn -b 127.0.0.1:1 --bind=unix:/run/g.sock -w4 -k gevent -t 90 -m 007 -u www-data -g web -p /run/g.pid --log-file=/var/log/g.log --access-logfile - --threads 2 --preload --reuse-port --chdir app \'shop:create_app("x")\'',
				{ workingDirectory: '/srv' },
			),
		).toMatchObject({
			binds: ['127.0.0.1:1', 'unix:/run/g.sock'],
			bind: '127.0.0.1:1',
			workers: 4,
			workerClass: 'gevent',
			timeout: 90,
			timeoutDefault: false,
			umask: '007',
			umaskDefault: false,
			user: 'www-data',
			group: 'web',
			pidFile: '/run/g.pid',
			errorLog: '/var/log/g.log',
			accessLog: '-',
			threads: 2,
			preload: true,
			reuse: true,
			daemon: false,
			chdir: '/srv/app',
			app: 'shop:create_app("x")',
			module: 'shop',
			attribute: 'create_app("x")',
		})
	})

	it('is total', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(
						fc.constantFrom(
							'gunicorn',
							'-b',
							'--bind',
							'sh',
							'-c',
							'"',
							"'",
							'env',
							'A=1',
							'python',
							'-m',
							'ExecStart=',
							'poetry',
							'run',
							'\\',
							'-',
						),
						fc.string(),
					),
				),
				(words) => {
					for (const name of Object.keys(read(words.join(' '))))
						expect(gunicornCommandParser.facts).toHaveProperty(name)
				},
			),
		)
	})
})
