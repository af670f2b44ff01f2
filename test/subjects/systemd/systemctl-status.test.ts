import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemctlStatusParser } from '../../../src/subjects/systemd/systemctl-status.ts'
import { evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string, args = {}) => factsOf(systemctlStatusParser, recorded('systemctl-status', name, args))

describe('systemctl status', () => {
	it.each<[string, object]>([
		[
			'healthy',
			{
				unit: 'gunicorn.service',
				description: 'Gunicorn instance to serve myapp',
				loadState: 'loaded',
				unitFileState: 'enabled',
				fragmentPath: '/etc/systemd/system/gunicorn.service',
				activeState: 'active',
				subState: 'running',
				active: true,
				failed: false,
				enabled: true,
				mainPid: 210,
				mainProcess: 'gunicorn',
				since: 'Sat 2026-11-21 09:02:30 UTC',
				triggeredBy: [],
				log: { failure: 'none', ready: true },
			},
		],
		[
			'exec-missing',
			{
				failed: true,
				result: 'exit-code',
				exitStatus: 203,
				exitName: 'EXEC',
				exitCode: 'exited',
				mainPid: 0,
				log: { failure: 'gunicorn-path-wrong' },
			},
		],
		['chdir-missing', { failed: true, exitName: 'CHDIR', log: { failure: 'working-directory-missing' } }],
		['user-missing', { failed: true, exitName: 'USER', log: { failure: 'user-missing' } }],
		['environ', { failed: true, exitStatus: 3, log: { failure: 'environment-missing', variable: 'SECRET_KEY' } }],
		[
			'stopped',
			{ activeState: 'inactive', subState: 'dead', active: false, failed: false, exitStatus: 0, exitName: 'SUCCESS' },
		],
		['crash-loop', { failed: true, log: { failure: 'crash-loop', startLimitHit: true, restarts: 5 } }],
		[
			'auto-restart',
			{ restarting: true, active: false, failed: false, subState: 'auto-restart', result: 'exit-code', exitStatus: 3 },
		],
		['killed', { failed: true, result: 'signal', signal: 'KILL', exitCode: 'killed' }],
		['not-reloaded', { needReload: true, active: true }],
		['masked', { masked: true, loadState: 'masked', active: false, notFound: false }],
		['missing', { notFound: true, active: false, loadState: 'not-found', unit: 'gunicorn.service' }],
		['bad-setting', { loadState: 'bad-setting', active: true }],
		['envfile-missing', { failed: true, result: 'resources', log: { failure: 'environment-file-missing' } }],
		['socket-waiting', { active: false, triggeredBy: ['gunicorn.socket'], enabled: false }],
		['disabled', { active: true, enabled: false, unitFileState: 'disabled' }],
		['drop-in', { active: true, dropIns: ['/etc/systemd/system/gunicorn.service.d/override.conf'] }],
		[
			'elsewhere-systemd-229-exec',
			{
				unit: 'gunicorn.service',
				failed: true,
				exitName: 'EXEC',
				since: 'Wed 2018-01-24 21:39:43 PST',
				log: { execFailed: true },
			},
		],
		[
			'elsewhere-systemd-245-start-limit',
			{ failed: true, exitName: 'EXEC', exitStatus: 203, enabled: true, log: { startLimitHit: true, restarts: 5 } },
		],
	])('%s', (name, facts) => expect(read(name)).toMatchObject(facts))

	it('picks one of several units', () => {
		expect(read('three-units')).toMatchObject({
			unit: 'gunicorn.service',
			mainPid: 5151,
			log: { listening: 'unix:/run/gunicorn.sock' },
		})
		expect(read('three-units', { unit: 'nginx' })).toMatchObject({ unit: 'nginx.service', mainPid: 39 })
		expect(read('three-units', { unit: 'gunicorn.socket' })).toMatchObject({
			unit: 'gunicorn.socket',
			subState: 'running',
		})
		expect(read('three-units', { unit: 'other' })).not.toHaveProperty('active')
	})

	it('points into the log tail', () => {
		expect(evidenceOf(systemctlStatusParser, recorded('systemctl-status', 'environ'), 'log.failure')).toEqual([
			expect.stringContaining("KeyError: 'SECRET_KEY'"),
		])
		expect(evidenceOf(systemctlStatusParser, recorded('systemctl-status', 'healthy'), 'active')).toEqual([
			expect.stringContaining('active (running)'),
		])
	})

	it('reads the marks that other terminals print', () => {
		for (const mark of ['*', 'x', '●', '×', '↻'])
			expect(
				factsOf(
					systemctlStatusParser,
					pasted(
						`${mark} app.service - My app\n     Loaded: loaded (/lib/systemd/system/app.service; enabled)\n     Active: active (running)`,
					),
				),
			).toMatchObject({ unit: 'app.service', active: true })
	})

	it('tells that systemd could not be asked', () => {
		expect(
			factsOf(
				systemctlStatusParser,
				pasted("System has not been booted with systemd as init system (PID 1). Can't operate."),
			),
		).toEqual({ notAccessible: true })
	})

	it('is total', () => {
		const lines = recordedNames('systemctl-status').flatMap((name) =>
			recorded('systemctl-status', name).lines.map((line) => line.text),
		)
		fc.assert(
			fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), fc.string()), { maxLength: 40 }), (some) => {
				for (const name of Object.keys(factsOf(systemctlStatusParser, pasted(some.join('\n')))))
					expect(systemctlStatusParser.facts).toHaveProperty(name)
			}),
		)
	})
})
