import { describe, expect, it } from 'vitest'
import { systemctlStatusParser } from '../../../src/subjects/systemd/systemctl-status.ts'
import { evidenceOf, factsOf, pasted, recorded } from '../recorded-output.ts'

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
				log: { started: true, failed: false },
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
				log: { execFailed: true, execErrno: 2, exitName: 'EXEC' },
			},
		],
		['chdir-missing', { failed: true, exitName: 'CHDIR', log: { step: 'CHDIR', stepErrno: 2 } }],
		['user-missing', { failed: true, exitName: 'USER', log: { step: 'USER' } }],
		['environ', { failed: true, exitStatus: 3, log: { failed: true, exitStatus: 3 } }],
		[
			'stopped',
			{ activeState: 'inactive', subState: 'dead', active: false, failed: false, exitStatus: 0, exitName: 'SUCCESS' },
		],
		['crash-loop', { failed: true, log: { startLimitHit: true, restarts: 5 } }],
		[
			'auto-restart',
			{ restarting: true, active: false, failed: false, subState: 'auto-restart', result: 'exit-code', exitStatus: 3 },
		],
		['killed', { failed: true, result: 'signal', signal: 'KILL', exitCode: 'killed' }],
		['not-reloaded', { needReload: true, active: true }],
		['masked', { masked: true, loadState: 'masked', active: false, notFound: false }],
		['missing', { notFound: true, active: false, loadState: 'not-found', unit: 'gunicorn.service' }],
		['bad-setting', { loadState: 'bad-setting', active: true }],
		['envfile-missing', { failed: true, result: 'resources', log: { environmentFailed: true, environmentErrno: 2 } }],
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
			log: { started: true },
		})
		expect(read('three-units', { unit: 'nginx' })).toMatchObject({ unit: 'nginx.service', mainPid: 39 })
		expect(read('three-units', { unit: 'gunicorn.socket' })).toMatchObject({
			unit: 'gunicorn.socket',
			subState: 'running',
		})
		expect(read('three-units', { unit: 'other' })).not.toHaveProperty('active')
	})

	it('points into the log tail', () => {
		expect(evidenceOf(systemctlStatusParser, recorded('systemctl-status', 'environ'), 'log.exitStatus')).toEqual([
			expect.stringContaining('Main process exited'),
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

	it('takes no line of the log for systemctl’s own', () => {
		const text = [
			'● app.service - App',
			'     Loaded: loaded (/etc/systemd/system/app.service; enabled)',
			'     Active: active (running) since Sat 2026-11-21 09:02:30 UTC; 1min ago',
			'   Main PID: 210 (app)',
			'',
			'Nov 21 09:02:31 host app[210]: Connection timed out',
			'Nov 21 09:02:32 host app[210]:      Active: failed (Result: exit-code)',
		].join('\n')
		const facts = factsOf(systemctlStatusParser, pasted(text))
		expect(facts).toMatchObject({ active: true, failed: false, mainPid: 210 })
		expect(facts).not.toHaveProperty('notAccessible')
	})
})
