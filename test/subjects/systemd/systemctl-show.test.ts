import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemctlShowParser } from '../../../src/subjects/systemd/systemctl-show.ts'
import { evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string) => factsOf(systemctlShowParser, recorded('systemctl-show', name))

describe('systemctl show', () => {
	it('reads a service that runs', () => {
		expect(read('healthy')).toMatchObject({
			id: 'gunicorn.service',
			loadState: 'loaded',
			activeState: 'active',
			subState: 'running',
			unitFileState: 'enabled',
			active: true,
			failed: false,
			restarting: false,
			startLimitHit: false,
			enabled: true,
			masked: false,
			notFound: false,
			needReload: false,
			mainPid: 210,
			restarts: 0,
			user: 'www-data',
			group: 'www-data',
			umask: '0022',
			workingDirectory: '/srv/myapp',
			privateTmp: false,
			execPath: '/srv/myapp/venv/bin/gunicorn',
			execStart: '/srv/myapp/venv/bin/gunicorn --workers 2 --bind unix:/run/gunicorn/gunicorn.sock wsgi:app',
			runtimeDirectory: ['gunicorn'],
			limitFiles: 1024,
			startedAt: Date.UTC(2026, 10, 21, 9, 2, 30) / 1000,
			startedMonotonic: 1201716926,
			type: 'simple',
			fragmentPath: '/etc/systemd/system/gunicorn.service',
		})
		expect(evidenceOf(systemctlShowParser, recorded('systemctl-show', 'healthy'), 'active')).toEqual([
			'ActiveState=active',
		])
	})

	it.each<[string, object]>([
		['stopped', { active: false, failed: false, activeState: 'inactive', mainPid: 0 }],
		['exec-missing', { failed: true, execMainStatus: 203, execMainCode: 1, exitName: 'EXEC', result: 'exit-code' }],
		['chdir-missing', { failed: true, execMainStatus: 200, exitName: 'CHDIR' }],
		['crash-loop', { failed: true, restarts: 5 }],
		['auto-restart', { active: false, failed: false, restarting: true, subState: 'auto-restart' }],
		['killed', { failed: true, result: 'signal', execMainCode: 2, execMainStatus: 9 }],
		['not-reloaded', { needReload: true, active: true }],
		['masked', { masked: true, loadState: 'masked', notFound: false }],
		['missing', { notFound: true, loadState: 'not-found', masked: false }],
		['bad-setting', { loadState: 'bad-setting', active: true }],
		['disabled', { enabled: false, unitFileState: 'disabled', active: true }],
		['socket-waiting', { active: false, triggeredBy: ['gunicorn.socket'] }],
		['socket-active', { active: true, triggeredBy: ['gunicorn.socket'], type: 'notify' }],
		[
			'socket',
			{
				id: 'gunicorn.socket',
				listen: ['/run/gunicorn.sock'],
				subState: 'listening',
				socketMode: '0660',
				socketUser: 'www-data',
				accept: false,
			},
		],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('names variables and never their values', () => {
		const facts = read('drop-in')
		expect(facts).toMatchObject({
			environment: ['PORT', 'GUNICORN_CMD_ARGS', 'DATABASE_URL'],
			environmentFiles: ['/etc/default/myapp'],
			environmentFilesOptional: ['/etc/default/myapp'],
		})
		expect(JSON.stringify(systemctlShowParser.parse(pasted('Environment=SECRET=hunter2 "TOKEN=a b"')))).not.toMatch(
			/hunter2|a b/,
		)
	})

	it('tells a local time zone from one that it knows', () => {
		expect(factsOf(systemctlShowParser, pasted('ActiveEnterTimestamp=Sat 2026-11-21 10:02:30 CET'))).not.toHaveProperty(
			'startedAt',
		)
		expect(factsOf(systemctlShowParser, pasted('ActiveEnterTimestamp=@1795251750'))).toMatchObject({
			startedAt: 1795251750,
		})
		expect(factsOf(systemctlShowParser, pasted('ActiveEnterTimestamp=Sat 2026-11-21 10:02:30 +0100'))).toMatchObject({
			startedAt: 1795251750,
		})
	})

	it('picks the unit that is asked for', () => {
		const both = `${recorded('systemctl-show', 'socket')
			.lines.map((line) => line.text)
			.join('\n')}\n\n${recorded('systemctl-show', 'healthy')
			.lines.map((line) => line.text)
			.join('\n')}`
		expect(factsOf(systemctlShowParser, pasted(both, { unit: 'gunicorn' }))).toMatchObject({ id: 'gunicorn.service' })
		expect(factsOf(systemctlShowParser, pasted(both, { unit: 'gunicorn.socket' }))).toMatchObject({
			id: 'gunicorn.socket',
		})
	})

	it('says nothing of what was not asked, or of other text', () => {
		expect(factsOf(systemctlShowParser, pasted('ActiveState=active'))).toEqual({
			activeState: 'active',
			active: true,
			failed: false,
		})
		expect(factsOf(systemctlShowParser, pasted('Unit nope.service could not be found.'))).toEqual({})
	})

	it('is total', () => {
		const lines = recordedNames('systemctl-show').flatMap((name) =>
			recorded('systemctl-show', name).lines.map((line) => line.text),
		)
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 40 }), (some) => {
				for (const name of Object.keys(factsOf(systemctlShowParser, pasted(some.join('\n')))))
					expect(systemctlShowParser.facts).toHaveProperty(name)
			}),
		)
	})
})
