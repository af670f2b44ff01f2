import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { ensureImage } from '../../src/lab/image.ts'
import { call } from './program.ts'
import { missing, programFor } from './setting.ts'
import { stackOf } from './stacks.ts'

/** Hosts that lack what the flow looks for: no systemd (the container has no init), no nginx, no Gunicorn, no tools. */

const name = `lab-odd-${process.pid}`
const podman = (...args: string[]): string =>
	execFileSync('podman', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

afterEach(() => {
	podman('rm', '--force', '--ignore', '--time', '0', name)
})

const gunicorn = (options: string): string =>
	`cd /srv/myapp && set -a && . /etc/myapp.env && mkdir -p /run/gunicorn && chown www-data: /run/gunicorn
setpriv --reuid=33 --regid=33 --clear-groups /srv/myapp/venv/bin/gunicorn --daemon --workers 2 ${options} wsgi:app
tries=100
until pgrep -c gunicorn | grep -q '^[3-9]' || [ $((tries -= 1)) = 0 ]; do sleep 0.1; done
`
const SOCKET = '--bind unix:/run/gunicorn/gunicorn.sock'

interface Odd {
	/** What is done to a host on which nothing runs. */
	readonly setup: string
	/** The user of the container. */
	readonly user?: string
	/** What may be said of it, undecided aside: nothing else is true. */
	readonly causes: readonly string[]
	readonly healthy?: true
	/** What the report says that the host does not have. */
	readonly without?: RegExp
}

const hosts: Readonly<Record<string, Odd>> = {
	'nothing runs': { setup: 'true', causes: ['nginx-down'], without: /a running systemd/ },
	'nginx was started by hand, and no Gunicorn': {
		setup: 'nginx',
		causes: ['unit-missing'],
		without: /a running systemd/,
	},
	'both were started by hand, and work': { setup: `${gunicorn(SOCKET)}nginx`, causes: [], healthy: true },
	'both were started by hand, and do not meet': {
		setup: `${gunicorn('--bind 127.0.0.1:8001')}nginx`,
		causes: ['upstream-mismatch'],
		without: /a running systemd/,
	},
	'nginx is not installed': { setup: 'rm /usr/sbin/nginx', causes: ['url-wrong'], without: /nginx/ },
	'there is no curl': { setup: 'rm /usr/bin/curl; nginx', causes: [], without: /curl/ },
	'there is no ss': {
		setup: `rm -f /usr/bin/ss /bin/ss; ${gunicorn('--bind 127.0.0.1:8001')}nginx`,
		causes: ['upstream-mismatch'],
		without: /systemd|ss/,
	},
	'there is no namei': {
		setup: `rm -f /usr/bin/namei; ${gunicorn(SOCKET)}nginx; chown root:root /run/gunicorn/gunicorn.sock; chmod 600 /run/gunicorn/gunicorn.sock`,
		causes: ['socket-denied'],
		without: /systemd|namei/,
	},
	'there is no ps': { setup: 'rm -f /usr/bin/ps; nginx', causes: [], without: /systemd|ps/ },
	"the container's user is nobody": {
		setup: `${gunicorn('--bind 127.0.0.1:8001')}nginx`,
		user: 'nobody',
		causes: ['upstream-mismatch'],
		without: /a running systemd/,
	},
}

describe.skipIf(missing !== undefined)('a host without systemd', () => {
	test.each(Object.entries(hosts))('%s', async (title, { setup, user, causes, healthy, without }) => {
		const program = programFor(`odd-${title.replaceAll(/\W+/g, '-')}`)
		const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096']
		const as = user === undefined ? [] : ['--user', user]
		const run = ['--runtime', 'runc', 'run', '--detach', '--network=none', '--hostname', 'web1', '--name', name]
		podman(
			...run,
			...limits,
			...as,
			await ensureImage(stackOf('flask-502'), 'unix', console.error),
			'sleep',
			'infinity',
		)
		podman('exec', '--user', '0', name, 'sh', '-c', setup)

		const on = ['diagnose', 'flask-502', '--on', `podman://${name}`]
		const json = await call(program, [...on, '--json'])
		const report = JSON.parse(json.stdout)
		expect(json.stderr).toBe('')
		if (healthy) expect(report).toMatchObject({ outcome: 'healthy', cause: null })
		else expect([null, ...causes]).toContain(report.cause)
		expect(json.exitCode).toBe(healthy ? 0 : report.cause === null ? 3 : 1)
		expect(report.outcome).toBe(healthy ? 'healthy' : report.cause === null ? 'inconclusive' : 'cause')
		if (without !== undefined) expect(report.missing.join(', ')).toMatch(without)

		const text = await call(program, on)
		expect(text.stdout).not.toMatch(/\bat [^ ]+ \(|file:\/\/|undefined|\[object/)
		expect(text.stdout.trimEnd().split('\n').at(-1)).toMatch(
			healthy ? /^Healthy: / : report.cause === null ? /^Inconclusive: / : /^Cause \(/,
		)
		if (without !== undefined) expect(text.stdout).toMatch(/\nThis host does not have: /)
	})
})
