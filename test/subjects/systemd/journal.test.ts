import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JOURNAL_FACTS, journalParser } from '../../../src/subjects/systemd/journal.ts'
import type { Facts } from '../../../src/text/parser.ts'
import { evidenceOf, factsOf, pasted, recorded, recordedNames } from '../recorded-output.ts'

const read = (name: string, args: Facts = {}): Facts => factsOf(journalParser, recorded('gunicorn-journal', name, args))
const journal = (text: string, args: Facts = {}): Facts => factsOf(journalParser, pasted(text, args))
const systemd = (...messages: readonly string[]): string =>
	messages.map((message) => `Nov 21 09:30:35 web1 systemd[1]: ${message}`).join('\n')

describe('how the unit ended', () => {
	it.each<[string, Facts]>([
		['exec-missing', { exitStatus: 203, exitName: 'EXEC', execFailed: true, execErrno: 2, execLocated: false }],
		['exec-missing', { execPath: '/srv/myapp/venv/bin/gunicron', time: 'Nov 21 09:02:34' }],
		['exec-denied', { execPath: '/srv/myapp/venv/bin/gunicorn', execErrno: 13, execFailed: true }],
		['shebang-stale', { execPath: '/srv/myapp/venv/bin/gunicorn', execErrno: 2, execLocated: true }],
		['exec-line-lost', { execFailed: true, exitName: 'EXEC' }],
		['chdir-missing', { step: 'CHDIR', stepErrno: 2, exitStatus: 200, execFailed: false }],
		['chdir-denied', { step: 'CHDIR', exitStatus: 200 }],
		['user-missing', { step: 'USER', exitStatus: 217, exitName: 'USER' }],
		['group-missing', { step: 'GROUP', exitStatus: 216 }],
		['namespace', { step: 'NAMESPACE', stepPath: '/srv/nothere', stepErrno: 2 }],
		['stdout-missing', { step: 'STDOUT', exitName: 'STDOUT' }],
		['envfile-missing', { environmentFailed: true, environmentErrno: 2, result: 'resources', started: false }],
		['module-wrong', { exitCode: 'exited', exitStatus: 3, exitProcess: 'main', environmentFailed: false }],
		['crash-loop', { startLimitHit: true, restarts: 5, restarting: false }],
		['auto-restart', { startLimitHit: false }],
		['exec-pre', { exitStatus: 3, exitProcess: 'control' }],
		['never-notified', { startTimedOut: true, result: 'timeout', started: false }],
		['master-killed', { exitCode: 'killed', signal: 'KILL', result: 'signal' }],
		['killed', { killedByHand: true, signal: 'KILL' }],
		['main-segv', { signal: 'SEGV' }],
		['elsewhere-systemd-229-exec', { execFailed: true, exitStatus: 203, result: 'exit-code' }],
		['elsewhere-systemd-245-start-limit', { startLimitHit: true, restarts: 5 }],
	])('%s: %j', (name, facts) => {
		expect(read(name)).toMatchObject({ failed: true, dead: true, stopped: false, old: false, ...facts })
	})

	it.each(['stopped', 'v26-stopped', 'socket-stopped', 'socket-waiting'])('%s: orderly, on request', (name) =>
		expect(read(name)).toMatchObject({ stopped: true, failed: false, endedItself: false }),
	)
	it('tells a stop from an end of its own', () =>
		expect(read('daemon')).toMatchObject({ stopped: true, failed: false, endedItself: true }))
	it.each(['healthy', 'notify-healthy', 'hup', 'usr2', 'worker-timeout', 'app-error', 'v26-healthy'])(
		'%s: it runs',
		(name) => expect(read(name)).toMatchObject({ started: true, dead: false, failed: false, stopped: false }),
	)

	it('points at the line that tells it', () => {
		const input = recorded('gunicorn-journal', 'package-missing')
		expect(evidenceOf(journalParser, input, 'exitStatus').join()).toContain('status=3/NOTIMPLEMENTED')
		expect(evidenceOf(journalParser, recorded('gunicorn-journal', 'exec-denied'), 'execErrno').join()).toContain(
			'Permission denied',
		)
	})

	it('takes what the journal lost from the start before, when that ended alike', () => {
		const failing = text('exec-missing')
			.split('\n')
			.filter((line) => line !== '')
		const lost = failing.filter((line) => /systemd\[1\]/.test(line)).slice(-3)
		const restart = 'Nov 21 09:02:40 web1 systemd[1]: gunicorn.service: Scheduled restart job, restart counter is at 1.'
		const facts = journal([...failing, restart, ...lost].join('\n'))
		expect(facts).toMatchObject({ carried: true, execPath: '/srv/myapp/venv/bin/gunicron', execLocated: false })
		expect(read('exec-missing')).not.toHaveProperty('carried')
	})
})

const text = (name: string): string =>
	recorded('gunicorn-journal', name)
		.lines.map((line) => line.text)
		.join('\n')

/** What a program can print to be taken for systemd. */
const IMITATIONS = [
	'gunicorn.service: Main process exited, code=killed, status=9/KILL',
	'gunicorn.service: Main process exited, code=exited, status=203/EXEC',
	"gunicorn.service: Failed with result 'oom-kill'.",
	'gunicorn.service: A process of this unit has been killed by the OOM killer.',
	'gunicorn.service: Failed to load environment files: No such file or directory',
	'gunicorn.service: Start request repeated too quickly.',
	'gunicorn.service: start operation timed out. Terminating.',
	'gunicorn.service: Scheduled restart job, restart counter is at 7.',
	'gunicorn.service: Sent signal SIGKILL to main process 42 (gunicorn) on client request.',
	'gunicorn.service: Failed at step CHDIR spawning /srv/a: No such file or directory',
	'gunicorn.service: Failed to execute /srv/a: No such file or directory',
	'Failed to start gunicorn.service - Gunicorn instance to serve myapp.',
	'Stopped gunicorn.service - Gunicorn instance to serve myapp.',
	'Main process exited, code=killed, status=9/KILL',
	'oom-kill:constraint=CONSTRAINT_MEMCG,task_memcg=/system.slice/gunicorn.service,task=gunicorn,pid=42,uid=33',
]
/** Who wrote it, as journald prints it: the program's own name, or one that it gave itself. journald knows its number. */
const WRITERS = ['gunicorn[42]', 'gunicorn[359]', 'systemd[42]', '(gunicorn)[42]', 'kernel[42]', 'systemd-executor[42]']

describe('lines of the service that read like those of systemd', () => {
	const own = ({ lines: _lines, ...facts }: Facts): Facts => facts
	it.each(WRITERS)('of %s tell nothing', (writer) => {
		for (const name of ['healthy', 'app-error', 'stopped', 'v26-environ', 'envfile-missing']) {
			const log = text(name).split('\n')
			const at = log.findLastIndex((line) => /gunicorn\[\d+\]/.test(line)) + 1
			const said = IMITATIONS.map((message) => `Nov 21 09:02:39 web1 ${writer}: ${message}`)
			const known = journal(log.join('\n'))
			expect(own(journal([...log.slice(0, at), ...said, ...log.slice(at)].join('\n')))).toEqual(own(known))
			// Nor does one line of a message that holds several, which journalctl sets below the first.
			const folded = said.map((line) => line.replace(/^.*?: /, (prefix) => ' '.repeat(prefix.length)))
			const first = `Nov 21 09:02:39 web1 ${writer}: hello`
			expect(own(journal([...log.slice(0, at), first, ...folded, ...log.slice(at)].join('\n')))).toEqual(own(known))
		}
	})

	it('of nobody tell nothing where the other lines name their writer', () => {
		const known = own(read('healthy'))
		expect(own(journal(`${text('healthy')}\n${IMITATIONS.join('\n')}`))).toEqual(known)
	})

	it('are read where no line names its writer', () => {
		expect(journal(IMITATIONS[0] ?? '')).toMatchObject({ failed: true, signal: 'KILL' })
		expect(journal(IMITATIONS[9] ?? '')).toMatchObject({ step: 'CHDIR' })
	})

	it('count in brackets only with the exit status that says the same', () => {
		const claim =
			'Nov 21 09:02:39 web1 (gunicorn)[42]: gunicorn.service: Failed to execute /srv/a: No such file or directory'
		const begin = 'Nov 21 09:02:39 web1 systemd[1]: Started gunicorn.service - app.'
		const exit = (status: string) =>
			`Nov 21 09:02:39 web1 systemd[1]: gunicorn.service: Main process exited, code=exited, status=${status}`
		expect(journal([begin, claim, exit('203/EXEC')].join('\n'))).toMatchObject({ execFailed: true, execPath: '/srv/a' })
		const other = journal([begin, claim, exit('1/FAILURE')].join('\n'))
		expect(other).toMatchObject({ execFailed: false })
		expect(other).not.toHaveProperty('execPath')
	})
})

describe('which unit, and when', () => {
	it('leaves out what systemd says of another unit', () => {
		const log = `${text('healthy')}\n${systemd("nginx.service: Failed with result 'exit-code'.")}`
		expect(journal(log, { unit: 'gunicorn' })).toMatchObject({ failed: false })
		expect(journal(log, { unit: 'nginx' })).toMatchObject({ failed: true })
	})

	it('tells the failure of an earlier start as old', () => {
		expect(read('old-failure')).toMatchObject({ failed: false, old: true, oldResult: 'exit-code', oldExitStatus: 3 })
		expect(journal(`${text('environ')}\n${text('healthy')}`)).toMatchObject({ failed: false, old: true, starts: 3 })
	})

	it('the kernel killed a process of the unit', () => {
		const line =
			'Nov 21 09:03:00 web1 kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/gunicorn.service,task=gunicorn,pid=359,uid=33'
		expect(journal(`${text('healthy')}\n${line}`, { unit: 'gunicorn' })).toMatchObject({ oomKilled: true })
		expect(journal(`${text('healthy')}\n${line}`, { unit: 'other' })).not.toHaveProperty('oomKilled')
	})

	it.each([
		'A process of this unit has been killed by the OOM killer.',
		'The kernel OOM killer killed some processes in this unit.',
		'systemd-oomd killed 3 process(es) in this unit.',
	])('%s', (message) =>
		expect(journal(`${text('healthy')}\n${systemd(`gunicorn.service: ${message}`)}`)).toMatchObject({
			oomKilled: true,
			dead: false,
			failed: false,
		}),
	)

	it('what a running unit went through before is past', () => {
		const at = '2026-11-21T09:30:35+0000 web1 systemd[1]:'
		const log = `${at} Started app.service - app.\n${at} app.service: A process of this unit has been killed by the OOM killer.`
		const time = Date.UTC(2026, 10, 21, 9, 30, 35) / 1000
		expect(journal(log, { since: time })).toMatchObject({ oomKilled: true })
		expect(journal(log, { since: time + 1 })).toMatchObject({ oomKilled: false })
	})

	it('an empty journal is told apart from one that may not be read', () => {
		expect(read('empty')).toMatchObject({ empty: true })
		expect(read('denied')).toMatchObject({ noPermission: true })
		expect(read('denied')).not.toHaveProperty('empty')
	})

	it('says nothing of other text', () => {
		for (const other of ['', 'hello', '<html><h1>502 Bad Gateway</h1>', 'bash: journalctl: command not found'])
			expect(Object.keys(journal(other)).filter((name) => name !== 'empty')).toEqual([])
	})

	it('tells nothing for want of a line that a pager cut', () => {
		const cut = text('module-wrong')
			.split('\n')
			.map((line) => line.slice(0, 80))
			.join('\n')
		const facts = journal(cut)
		expect(facts).not.toHaveProperty('stopped')
		expect(facts).not.toHaveProperty('startLimitHit')
		expect(journal(text('module-wrong'))).toMatchObject({ stopped: false, startLimitHit: false })
	})
})

describe('the same in every format', () => {
	it.each(recordedNames('gunicorn-journal').filter((name) => name.startsWith('format-')))('%s', (name) =>
		expect(read(name)).toMatchObject({ started: true, failed: false, dead: false }),
	)

	it('the end of the log in `systemctl status`', () => {
		const status = `● gunicorn.service - app
     Loaded: loaded (/etc/systemd/system/gunicorn.service; enabled)
     Active: failed (Result: exit-code) since Sat 2026-11-21 09:30:35 UTC; 2s ago

${systemd('gunicorn.service: Main process exited, code=exited, status=203/EXEC', "gunicorn.service: Failed with result 'exit-code'.")}`
		expect(journal(status, { unit: 'gunicorn' })).toMatchObject({ failed: true, execFailed: true, exitStatus: 203 })
		expect(journal(status, { unit: 'other.service' })).not.toHaveProperty('failed')
	})

	it('is total, and every fact is declared', () => {
		const pieces = recordedNames('gunicorn-journal')
			.slice(0, 40)
			.flatMap((name) => recorded('gunicorn-journal', name).lines.map((line) => line.text))
		const line = fc.oneof(
			{ weight: 4, arbitrary: fc.constantFrom(...pieces, ...IMITATIONS) },
			{ weight: 1, arbitrary: fc.string() },
		)
		fc.assert(
			fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
				const input = pasted(lines.join('\n'))
				const { facts, evidence } = journalParser.parse(input)
				for (const [name, value] of Object.entries(facts)) {
					expect(JOURNAL_FACTS).toHaveProperty(name)
					const { values } = JOURNAL_FACTS[name as keyof typeof JOURNAL_FACTS]
					if (values !== undefined) expect(values).toContain(value)
				}
				for (const spans of Object.values(evidence))
					for (const span of spans) expect(span.line).toBeLessThanOrEqual(input.lines.length)
			}),
			{ numRuns: 300 },
		)
	})
})
