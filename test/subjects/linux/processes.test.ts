import { describe, expect, it } from 'vitest'
import { processesParser } from '../../../src/subjects/linux/processes.ts'
import { nginxProcessesParser } from '../../../src/subjects/nginx/processes.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { evidenceOf, factsOf, pasted, recorded } from '../recorded-output.ts'

const others = ['flask', 'uwsgi']
const gunicorn = { program: 'gunicorn', others }
const read = (name: string, args: Facts = {}) =>
	factsOf(processesParser, recorded('processes', name, { ...gunicorn, ...args }))

describe('processes', () => {
	it('finds the master by its parent, and the unit that it runs in', () => {
		expect(read('healthy-unit')).toMatchObject({
			count: 3,
			mains: 1,
			workers: 2,
			mainPid: 210,
			units: ['gunicorn.service'],
			unit: 'gunicorn.service',
			unmanaged: false,
			users: ['www-data'],
			groups: ['www-data'],
			stopped: false,
			user: 'www-data',
			group: 'www-data',
			others: [],
		})
		expect(String(read('healthy-unit').commandLine)).toContain('--bind unix:/run/gunicorn/gunicorn.sock')
	})

	it('does not guess who is master where the list does not tell', () => {
		const facts = read('healthy-aux')
		expect(facts).toMatchObject({ count: 3, users: ['www-data'] })
		expect(facts).not.toHaveProperty('mainPid')
		expect(facts).not.toHaveProperty('unmanaged')
	})

	it('reads titles as well', () => {
		const text = [
			'ubuntu    3717  0.3  2.3  65104 23572 pts/0    S    15:45   0:00 gunicorn: master [myproject:app]',
			'ubuntu    3720  0.0  2.0  78084 20576 pts/0    S    15:45   0:00 gunicorn: worker [myproject:app]',
			'ubuntu    3790  0.0  0.0  14428  1000 pts/0    S+   15:46   0:00 grep --color=auto gunicorn',
		].join('\n')
		const facts = factsOf(processesParser, pasted(text, gunicorn))
		expect(facts).toMatchObject({ count: 2, pids: ['3717', '3720'], users: ['ubuntu'] })
		// What a title says is the program's business; who started whom is not told.
		for (const name of ['mains', 'workers', 'mainPid', 'commandLine']) expect(facts).not.toHaveProperty(name)
	})

	it('knows nobody by itself', () => {
		const facts = factsOf(processesParser, recorded('processes', 'healthy-unit'))
		expect(facts).toEqual({})
	})

	it('tells what runs in a unit, of whatever program', () => {
		expect(read('healthy-unit', { unit: 'gunicorn' })).toMatchObject({ inUnit: 3, unitStopped: false })
		expect(read('healthy-unit', { unit: 'nginx.service' })).toMatchObject({ inUnit: 0 })
		expect(read('healthy-unit', { unit: 'nginx.service' }).unitPids).toHaveLength(3)
		expect(read('healthy-unit', { unit: 'other' })).toMatchObject({ inUnit: 0, unitPids: [] })
		expect(read('suspended', { unit: 'gunicorn' })).toMatchObject({ unitStopped: true })
		expect(read('healthy-aux', { unit: 'gunicorn' })).not.toHaveProperty('inUnit')
	})

	it.each<[string, object]>([
		['stopped-unit', { count: 0, mains: 0, workers: 0 }],
		['unmanaged-unit', { count: 2, unmanaged: true, units: [], mains: 1, users: ['deploy'] }],
		['unmanaged-ef', { count: 2, mains: 1, workers: 1, users: ['deploy'], mainPid: 6881 }],
		['unmanaged-grep', { count: 2, users: ['deploy'] }],
		['unmanaged-aux', { count: 2 }],
		['flask-dev', { others: ['flask'], count: 0 }],
		['suspended', { stopped: true, count: 3 }],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('counts neither grep nor editors nor shells', () => {
		const header =
			'    PID    PPID STAT USER     GROUP    UNIT                            COMMAND\n      1       0 Ss   root     root     init.scope                      /sbin/init\n'
		for (const command of [
			'grep gunicorn',
			'vim /etc/systemd/system/gunicorn.service',
			'journalctl -fu gunicorn',
			'sh -c /usr/bin/gunicorn wsgi:app',
			'tail -f gunicorn.log',
			'systemctl status gunicorn',
			'nginx: worker process of gunicorn',
		]) {
			expect(
				factsOf(
					processesParser,
					pasted(`${header}    9       1 S    root     root     ssh.service      ${command}`, gunicorn),
				),
			).toMatchObject({ count: 0 })
		}
		expect(
			factsOf(
				processesParser,
				pasted(`${header}    9       1 S    deploy   deploy   session-3.scope  python3 -m gunicorn wsgi:app`, gunicorn),
			),
		).toMatchObject({ count: 1, unmanaged: true, mainPid: 9 })
	})

	it('says that none runs only of a list that is whole', () => {
		const none = 'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\n'
		const row = (pid: number, command: string) => `root ${pid} 0.0 0.0 2592 1680 ? Ss 09:30 0:00 ${command}\n`
		const read = (text: string) => factsOf(processesParser, pasted(text, gunicorn))
		expect(read(none + row(1, '/sbin/init'))).toMatchObject({ count: 0, others: [] })
		// hidepid, or `ps -u`
		expect(read(none + row(135, 'sh -s'))).not.toHaveProperty('count')
		expect(read(row(135, 'grep --color=auto gunicorn'))).toMatchObject({ count: 0 })
		expect(read(row(135, 'grep --color=auto gunicorn'))).not.toHaveProperty('others')
	})

	it('points at the process', () =>
		expect(evidenceOf(processesParser, recorded('processes', 'healthy-unit', gunicorn), 'mainPid')).toEqual([
			expect.stringMatching(/^ +210 /),
		]))
	it('says nothing of other text', () => expect(factsOf(processesParser, pasted('nothing here'))).toEqual({}))
})

describe('a start in several words', () => {
	it('is one column', () => {
		const text =
			'    PID    PPID USER     GROUP                     STARTED COMMAND\n     75       1 www-data www-data Sat Nov 21 09:22:59 2026 /srv/x/venv/bin/gunicorn wsgi:app\n     76      75 www-data www-data Sat Nov 21 09:22:59 2026 /srv/x/venv/bin/gunicorn wsgi:app'
		expect(factsOf(processesParser, pasted(text, gunicorn))).toMatchObject({
			count: 2,
			mains: 1,
			workers: 1,
			mainPid: 75,
			mainStarted: 'Sat Nov 21 09:22:59 2026',
			commandLine: '/srv/x/venv/bin/gunicorn wsgi:app',
		})
	})
})

describe('nginx’s own', () => {
	const read = (name: string) => factsOf(nginxProcessesParser, recorded('processes', name))
	it('are told by their titles', () => {
		expect(read('healthy-unit')).toEqual({ count: 3, master: true, user: 'www-data' })
		expect(read('healthy-aux')).toMatchObject({ count: 3, master: true, user: 'www-data' })
	})
	it('are missing only where they would be shown', () => {
		const init =
			'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 1 0.0 0.0 2592 1680 ? Ss 09:30 0:00 /sbin/init'
		expect(factsOf(nginxProcessesParser, pasted(init))).toEqual({ count: 0, master: false })
		expect(factsOf(nginxProcessesParser, pasted(init.replace(' 1 ', ' 20 ')))).toEqual({})
		expect(factsOf(nginxProcessesParser, pasted('hello'))).toEqual({})
	})
})
