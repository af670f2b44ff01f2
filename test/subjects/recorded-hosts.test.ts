import { describe, expect, it } from 'vitest'
import { gunicornCommandParser } from '../../src/subjects/gunicorn/command.ts'
import { gunicornLogParser } from '../../src/subjects/gunicorn/log.ts'
import { gunicornProcessesParser } from '../../src/subjects/gunicorn/processes.ts'
import { journalParser } from '../../src/subjects/systemd/journal.ts'
import { systemctlShowParser } from '../../src/subjects/systemd/systemctl-show.ts'
import { systemctlStatusParser } from '../../src/subjects/systemd/systemctl-status.ts'
import type { Facts, Parser } from '../../src/text/parser.ts'
import { recording, recordingNames, streamText } from '../support/recordings.ts'
import { factsOf, pasted } from './recorded-output.ts'

const hosts = recordingNames()
const read = (parser: Parser, host: string, file: string, args: Facts = {}): Facts =>
	factsOf(parser, pasted(streamText(recording(host), file), args))

/** What systemd tells of each host that was broken on purpose, and what Gunicorn and the application say. */
const LOGS: readonly (readonly [hosts: string, told: Facts, said: Facts])[] = [
	[
		'app-error.tcp app-error.unix',
		{},
		{ fault: 'request', exceptionKind: 'other', exceptionAt: 'request', raisedIn: 'application', ready: true },
	],
	[
		'asgi-application.tcp asgi-application.unix',
		{},
		{ fault: 'request', exceptionKind: 'asgi', exceptionAt: 'request', raisedIn: 'gunicorn', ready: true },
	],
	[
		'attribute-wrong.tcp attribute-wrong.unix',
		{ failed: true, exitStatus: 4, exitName: 'NOPERMISSION', result: 'exit-code' },
		{ fault: 'complaint', error: 'attribute' },
	],
	[
		'bind-address-missing.tcp',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'complaint', error: 'invalid-address' },
	],
	[
		'bind-denied.unix bind-folder-missing.unix bind-port-denied.tcp',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'complaint', error: 'cannot-connect' },
	],
	[
		'config-file-broken.tcp config-file-broken.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{
			fault: 'complaint',
			error: 'config-file',
			exceptionKind: 'syntax',
			exceptionAt: 'config-file',
			raisedIn: 'application',
		},
	],
	[
		'config-file-missing.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'complaint', error: 'config-file' },
	],
	[
		'config-setting-unknown.tcp config-setting-unknown.unix',
		{ failed: true, exitStatus: 2, exitName: 'INVALIDARGUMENT', result: 'exit-code' },
		{ fault: 'complaint', error: 'usage' },
	],
	[
		'crash-loop-silent.tcp crash-loop-silent.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{},
	],
	[
		'database-file-unreachable.tcp database-file-unreachable.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{ fault: 'exception', exceptionKind: 'database', exceptionAt: 'boot', raisedIn: 'application' },
	],
	[
		'database-refused.tcp database-refused.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{ fault: 'exception', exceptionKind: 'database', exceptionAt: 'boot', raisedIn: 'library' },
	],
	[
		'disk-full.tcp',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'exception', exceptionKind: 'no-space', exceptionAt: 'boot', raisedIn: 'application' },
	],
	[
		'disk-full.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{ fault: 'exception', exceptionKind: 'no-space', exceptionAt: 'boot', raisedIn: 'application' },
	],
	[
		'environment-and-wrong-port.tcp environment-line-lost.tcp environment-line-lost.unix environment-missing.tcp unit-template.tcp unit-template.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{
			fault: 'exception',
			exceptionKind: 'environment',
			exceptionAt: 'boot',
			raisedIn: 'application',
			variable: 'SECRET_KEY',
		},
	],
	[
		'environment-file-missing.tcp environment-file-missing.unix',
		{ failed: true, result: 'resources', environmentFailed: true },
		{},
	],
	[
		'environment-missing.activation',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code', startLimitHit: true },
		{
			fault: 'exception',
			exceptionKind: 'environment',
			exceptionAt: 'boot',
			raisedIn: 'application',
			variable: 'SECRET_KEY',
		},
	],
	[
		'environment-missing.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{
			fault: 'exception',
			exceptionKind: 'environment',
			exceptionAt: 'boot',
			raisedIn: 'application',
			variable: 'SECRET_KEY',
		},
	],
	[
		'exec-bit-missing.tcp',
		{ failed: true, exitStatus: 203, exitName: 'EXEC', result: 'exit-code', execFailed: true },
		{},
	],
	[
		'exec-bit-missing.unix',
		{ failed: true, exitStatus: 203, exitName: 'EXEC', result: 'exit-code', execFailed: true, execErrno: 13 },
		{},
	],
	[
		'exec-path-wrong.activation',
		{
			failed: true,
			exitStatus: 203,
			exitName: 'EXEC',
			result: 'exit-code',
			execFailed: true,
			execErrno: 2,
			startLimitHit: true,
		},
		{},
	],
	[
		'exec-path-wrong.tcp exec-path-wrong.unix unit-not-reloaded.tcp unit-not-reloaded.unix',
		{ failed: true, exitStatus: 203, exitName: 'EXEC', result: 'exit-code', execFailed: true, execErrno: 2 },
		{},
	],
	[
		'flask-dev-server.tcp hand-started-holds-port.tcp port-in-use.tcp',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'complaint', error: 'in-use' },
	],
	['group-missing.unix', { failed: true, exitStatus: 216, exitName: 'GROUP', result: 'exit-code', step: 'GROUP' }, {}],
	['gunicorn-daemonised.tcp gunicorn-daemonised.unix', { stopped: true, endedItself: true }, {}],
	[
		'hand-started-dead.tcp socket-unit-denied.activation socket-unit-stopped.activation stopped-and-wrong-socket.unix unit-among-several.tcp unit-among-several.unix unit-disabled.tcp unit-disabled.unix unit-masked.tcp unit-masked.unix unit-missing.tcp unit-missing.unix unit-other-name.tcp unit-other-name.unix unit-stopped.tcp unit-stopped.unix',
		{ stopped: true },
		{},
	],
	['healthy-old-traceback.tcp healthy-old-traceback.unix', { old: true }, { ready: true, old: true }],
	[
		'import-crash-loop.tcp',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{
			fault: 'exception',
			exceptionKind: 'module-not-found',
			exceptionAt: 'boot',
			raisedIn: 'application',
			moduleRole: 'package',
		},
	],
	[
		'import-crash-loop.unix package-missing.tcp package-missing.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{
			fault: 'exception',
			exceptionKind: 'module-not-found',
			exceptionAt: 'boot',
			raisedIn: 'application',
			moduleRole: 'package',
		},
	],
	[
		'log-file-unwritable.tcp log-file-unwritable.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'complaint', error: 'log-file' },
	],
	[
		'module-path-wrong.activation',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code', startLimitHit: true },
		{
			fault: 'exception',
			exceptionKind: 'module-not-found',
			exceptionAt: 'boot',
			raisedIn: 'library',
			moduleRole: 'entry',
		},
	],
	[
		'module-path-wrong.tcp module-path-wrong.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{
			fault: 'exception',
			exceptionKind: 'module-not-found',
			exceptionAt: 'boot',
			raisedIn: 'library',
			moduleRole: 'entry',
		},
	],
	[
		'namespace-failed.tcp namespace-failed.unix',
		{ failed: true, exitStatus: 226, exitName: 'NAMESPACE', result: 'exit-code', step: 'NAMESPACE' },
		{},
	],
	['never-notified.tcp never-notified.unix', { failed: true, result: 'timeout', startTimedOut: true }, {}],
	[
		'package-missing.activation',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code', startLimitHit: true },
		{
			fault: 'exception',
			exceptionKind: 'module-not-found',
			exceptionAt: 'boot',
			raisedIn: 'application',
			moduleRole: 'package',
		},
	],
	[
		'pid-file-stale.tcp pid-file-stale.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'complaint', error: 'pid-running' },
	],
	[
		'protocol-https.tcp protocol-https.unix protocol-uwsgi.tcp protocol-uwsgi.unix worker-timeout.tcp worker-timeout.unix',
		{},
		{ fault: 'timeout', ready: true },
	],
	[
		'shebang-crlf.unix shebang-stale.tcp shebang-stale.unix',
		{
			failed: true,
			exitStatus: 203,
			exitName: 'EXEC',
			result: 'exit-code',
			execFailed: true,
			execErrno: 2,
			execLocated: true,
		},
		{},
	],
	['socket-stale.unix', { failed: true, signal: 'KILL', result: 'signal', killedByHand: true }, {}],
	[
		'start-limit.tcp',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code', startLimitHit: true },
		{
			fault: 'exception',
			exceptionKind: 'environment',
			exceptionAt: 'boot',
			raisedIn: 'application',
			variable: 'DATABASE_URL',
		},
	],
	[
		'start-limit.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code', startLimitHit: true },
		{
			fault: 'exception',
			exceptionKind: 'environment',
			exceptionAt: 'boot',
			raisedIn: 'application',
			variable: 'DATABASE_URL',
		},
	],
	[
		'startup-crash.tcp startup-crash.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{ fault: 'exception', exceptionKind: 'value', exceptionAt: 'boot', raisedIn: 'application' },
	],
	[
		'syntax-error.tcp syntax-error.unix',
		{ failed: true, exitStatus: 3, exitName: 'NOTIMPLEMENTED', result: 'exit-code' },
		{ fault: 'exception', exceptionKind: 'syntax', exceptionAt: 'boot', raisedIn: 'application' },
	],
	[
		'user-missing.tcp user-missing.unix',
		{ failed: true, exitStatus: 217, exitName: 'USER', result: 'exit-code', step: 'USER' },
		{},
	],
	[
		'venv-empty.tcp venv-empty.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{
			fault: 'exception',
			exceptionKind: 'module-not-found',
			exceptionAt: 'boot',
			raisedIn: 'gunicorn',
			moduleRole: 'package',
		},
	],
	[
		'worker-class-missing.tcp worker-class-missing.unix',
		{ failed: true, exitStatus: 1, exitName: 'FAILURE', result: 'exit-code' },
		{ fault: 'complaint', error: 'worker-class' },
	],
	['worker-out-of-memory.tcp worker-out-of-memory.unix', {}, { fault: 'killed', ready: true }],
	['worker-segfault.tcp worker-segfault.unix', {}, { fault: 'crashed', ready: true }],
	[
		'working-directory-closed.unix working-directory-missing.tcp working-directory-missing.unix',
		{ failed: true, exitStatus: 200, exitName: 'CHDIR', result: 'exit-code', step: 'CHDIR' },
		{},
	],
]

/** Of a host that is not listed: systemd tells of no failure, and Gunicorn is ready. */
const SOUND = [{}, { ready: true }] as const
const TOLD = [
	...['empty', 'failed', 'stopped', 'endedItself', 'starting', 'exitStatus', 'exitName', 'signal', 'result', 'step'],
	...['execFailed', 'execErrno', 'execLocated', 'environmentFailed', 'startTimedOut', 'startLimitHit', 'restarting'],
	...['oomKilled', 'killedByHand', 'old'],
]
const SAID = [
	...['fault', 'error', 'exceptionKind', 'exceptionAt', 'raisedIn', 'moduleRole', 'ready', 'retrying', 'variable'],
	...['carried', 'old'],
]
/** The facts that tell something: neither false nor none. */
const positive = (facts: Facts, names: readonly string[]): Facts =>
	Object.fromEntries(
		Object.entries(facts).filter(([name, value]) => names.includes(name) && value !== false && value !== 'none'),
	)

describe('the log of a host that was broken on purpose', () => {
	it.each(hosts)('%s', (host) => {
		const row = LOGS.find(([names]) => names.split(' ').includes(host))
		const [told, said] = row === undefined ? SOUND : [row[1], row[2]]
		for (const file of ['journalctl', 'journalctl-iso']) {
			expect(positive(read(journalParser, host, file), TOLD)).toEqual(told)
			expect(positive(read(gunicornLogParser, host, file, { app: 'wsgi:app' }), SAID)).toEqual(said)
		}
	})

	it('every host of the table is recorded', () =>
		expect(LOGS.flatMap(([names]) => names.split(' ')).filter((name) => !hosts.includes(name))).toEqual([]))

	it('tells no failure of a host that is sound', () => {
		const sound = hosts.filter((host) => host.startsWith('healthy'))
		expect(sound.length).toBeGreaterThan(10)
		for (const host of sound) expect([host, read(gunicornLogParser, host, 'journalctl').fault]).toEqual([host, 'none'])
	})
})

describe('all outputs of a host tell the same', () => {
	it.each(hosts)('%s', (host) => {
		const shown = read(systemctlShowParser, host, 'systemctl-show')
		const status = read(systemctlStatusParser, host, 'systemctl-status')
		for (const fact of ['active', 'failed', 'restarting', 'needReload', 'masked', 'notFound'])
			if (status[fact] !== undefined) expect([fact, status[fact]]).toEqual([fact, shown[fact]])
		const log = read(gunicornLogParser, host, 'journalctl')
		const journal = read(journalParser, host, 'journalctl')
		if (journal.failed === true && shown.failed === true) expect(journal.result).toBe(shown.result)
		const processes = read(gunicornProcessesParser, host, 'ps-tree')
		if (log.ready === true) expect(processes.count).toBeGreaterThan(0)
		const command = read(gunicornCommandParser, host, 'systemctl-cat')
		if (command.bindCertain === true && shown.needReload === false && typeof log.listening === 'string')
			expect(log.listening).toBe(command.bind)
	})
})
