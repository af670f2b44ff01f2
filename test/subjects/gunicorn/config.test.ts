import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gunicornConfigParser } from '../../../src/subjects/gunicorn/config.ts'
import { factsOf, pasted } from '../recorded-output.ts'

const read = (text: string) => factsOf(gunicornConfigParser, pasted(text))

describe('gunicorn.conf.py', () => {
	it.each<[string, object]>([
		[
			'bind = "unix:/run/g.sock"  # the socket\nworkers = 3\ntimeout = 120',
			{
				exists: true,
				bind: 'unix:/run/g.sock',
				binds: ['unix:/run/g.sock'],
				dynamic: false,
				workers: 3,
				timeout: 120,
				timeoutDynamic: false,
			},
		],
		[
			"bind = ['127.0.0.1:8000',\n\t'[::1]:8000',  # both\n]",
			{ binds: ['127.0.0.1:8000', '[::1]:8000'], bind: '127.0.0.1:8000', dynamic: false },
		],
		['bind = ("127.0.0.1:8000")', { bind: '127.0.0.1:8000' }],
		['bind = "127.0.0.1:8000"\nbind = "127.0.0.1:9000"', { bind: '127.0.0.1:9000' }],
		['import os\nbind = f"0.0.0.0:{os.environ[\'PORT\']}"', { dynamic: true }],
		['bind = "0.0.0.0:" + os.getenv("PORT", "8000")', { dynamic: true }],
		['bind = "127.0.0.1:8000"\nif os.getenv("PROD"):\n    bind = "unix:/run/g.sock"', { dynamic: true }],
		['workers = multiprocessing.cpu_count() * 2 + 1', { dynamic: false }],
		[
			'umask = 0o007\nuser = "www-data"\nworker_class = \'gevent\'\npreload_app = True\nerrorlog = "/var/log/g.log"',
			{ umask: '07', user: 'www-data', workerClass: 'gevent', preload: true, errorLog: '/var/log/g.log' },
		],
		['"""bind = "127.0.0.1:1"\n"""\n# bind = "x"\ntimeout = t', { dynamic: false, timeoutDynamic: true }],
		['bind: str = "127.0.0.1:8000"', { bind: '127.0.0.1:8000' }],
	])('%j', (text, facts) => expect(read(text)).toMatchObject(facts))

	it('a bind that is computed is not told', () => {
		expect(read('bind = a()')).not.toHaveProperty('bind')
		expect(read('workers = cpus()')).not.toHaveProperty('workers')
	})

	it('tells a file that is not there from one that may not be read', () => {
		expect(read('cat: /srv/myapp/gunicorn.conf.py: No such file or directory')).toEqual({ exists: false })
		expect(read('cat: /srv/myapp/gunicorn.conf.py: Permission denied')).toEqual({})
	})

	it('is total', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.oneof(fc.constantFrom('bind = ', '[', ']', '"', "'''", '"""', '#', '\\', '\n', 'x', ','), fc.string()),
				),
				(parts) => {
					for (const name of Object.keys(read(parts.join('')))) expect(gunicornConfigParser.facts).toHaveProperty(name)
				},
			),
		)
	})
})
