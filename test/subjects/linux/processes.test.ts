import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { processesParser } from '../../../src/subjects/linux/processes.ts'
import { evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string) => factsOf(processesParser, recorded('processes', name))

describe('processes', () => {
	it('finds the master by its parent, and the unit that it runs in', () => {
		expect(read('healthy-unit')).toMatchObject({
			gunicorn: 3,
			masters: 1,
			workers: 2,
			masterPid: 210,
			units: ['gunicorn.service'],
			unit: 'gunicorn.service',
			unmanaged: false,
			users: ['www-data'],
			groups: ['www-data'],
			app: 'wsgi:app',
			stopped: false,
			nginx: 3,
			nginxUser: 'www-data',
			nginxMaster: true,
			flaskDev: false,
			other: [],
		})
		expect(String(read('healthy-unit').commandLine)).toContain('--bind unix:/run/gunicorn/gunicorn.sock')
	})

	it('does not guess who is master where the list does not tell', () => {
		const facts = read('healthy-aux')
		expect(facts).toMatchObject({ gunicorn: 3, users: ['www-data'], app: 'wsgi:app', nginx: 3 })
		expect(facts).not.toHaveProperty('masterPid')
		expect(facts).not.toHaveProperty('unmanaged')
	})

	it('reads titles as well', () => {
		const text =
			'ubuntu    3717  0.3  2.3  65104 23572 pts/0    S    15:45   0:00 gunicorn: master [myproject:app]\nubuntu    3720  0.0  2.0  78084 20576 pts/0    S    15:45   0:00 gunicorn: worker [myproject:app]\nubuntu    3790  0.0  0.0  14428  1000 pts/0    S+   15:46   0:00 grep --color=auto gunicorn'
		expect(factsOf(processesParser, pasted(text))).toMatchObject({
			gunicorn: 2,
			masters: 1,
			workers: 1,
			masterPid: 3717,
			app: 'myproject:app',
			users: ['ubuntu'],
		})
	})

	it.each<[string, object]>([
		['stopped-unit', { gunicorn: 0, masters: 0, workers: 0, nginx: 3 }],
		['unmanaged-unit', { gunicorn: 2, unmanaged: true, units: [], masters: 1, users: ['deploy'] }],
		['unmanaged-ef', { gunicorn: 2, masters: 1, workers: 1, users: ['deploy'], masterPid: 6881 }],
		['unmanaged-grep', { gunicorn: 2, users: ['deploy'] }],
		['unmanaged-aux', { gunicorn: 2 }],
		['flask-dev', { flaskDev: true, gunicorn: 0 }],
		['suspended', { stopped: true, gunicorn: 3 }],
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
		]) {
			expect(
				factsOf(processesParser, pasted(`${header}    9       1 S    root     root     ssh.service      ${command}`)),
			).toMatchObject({ gunicorn: 0 })
		}
		expect(
			factsOf(
				processesParser,
				pasted(`${header}    9       1 S    deploy   deploy   session-3.scope  python3 -m gunicorn wsgi:app`),
			),
		).toMatchObject({ gunicorn: 1, unmanaged: true, masterPid: 9 })
	})

	it('says that none runs only of a list that is whole', () => {
		const none = 'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\n'
		const row = (pid: number, command: string) => `root ${pid} 0.0 0.0 2592 1680 ? Ss 09:30 0:00 ${command}\n`
		const read = (text: string) => factsOf(processesParser, pasted(text))
		expect(read(none + row(1, '/sbin/init'))).toMatchObject({ gunicorn: 0, nginxMaster: false })
		// hidepid, or `ps -u`
		expect(read(none + row(135, 'sh -s'))).not.toHaveProperty('gunicorn')
		expect(read(row(135, 'grep --color=auto gunicorn'))).toMatchObject({ gunicorn: 0 })
		expect(read(row(135, 'grep --color=auto gunicorn'))).not.toHaveProperty('nginxMaster')
	})

	it('points at the process', () =>
		expect(evidenceOf(processesParser, recorded('processes', 'healthy-unit'), 'masterPid')).toEqual([
			expect.stringMatching(/^ +210 /),
		]))
	it('says nothing of other text', () => expect(factsOf(processesParser, pasted('nothing here'))).toEqual({}))
	it('is total', () => {
		const lines = recordedNames('processes').flatMap((name) =>
			recorded('processes', name).lines.map((line) => line.text),
		)
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 30 }), (some) => {
				for (const name of Object.keys(factsOf(processesParser, pasted(some.join('\n')))))
					expect(processesParser.facts).toHaveProperty(name)
			}),
		)
	})
})

describe('a start in several words', () => {
	it('is one column', () => {
		const text =
			'    PID    PPID USER     GROUP                     STARTED COMMAND\n     75       1 www-data www-data Sat Nov 21 09:22:59 2026 /srv/x/venv/bin/gunicorn wsgi:app\n     76      75 www-data www-data Sat Nov 21 09:22:59 2026 /srv/x/venv/bin/gunicorn wsgi:app'
		expect(factsOf(processesParser, pasted(text))).toMatchObject({
			gunicorn: 2,
			masters: 1,
			workers: 1,
			masterPid: 75,
			masterStarted: 'Sat Nov 21 09:22:59 2026',
			commandLine: '/srv/x/venv/bin/gunicorn wsgi:app',
		})
	})
})
