import { describe, expect, it } from 'vitest'
import { fpmLogParser } from '../../../src/subjects/php-fpm/log.ts'
import type { Facts, Parsed } from '../../../src/text/parser.ts'
import { hosts, linesOf, outputOf, read, refusals, sinceOf } from './recorded.ts'

const logOf = (host: string, args: Facts = {}): Parsed =>
	read(fpmLogParser, host, 'fpm-log', { since: sinceOf(host), offset: '+0000', ...args })
const parse = (text: string, args: Facts = {}): Facts =>
	fpmLogParser.parse({ lines: linesOf(text), exitCode: 0, args }).facts

const START = `[21-Nov-2026 09:00:00] NOTICE: fpm is running, pid 42
[21-Nov-2026 09:00:00] NOTICE: ready to handle connections
[21-Nov-2026 09:00:00] NOTICE: systemd monitor interval set to 10000ms
`
/** 2026-11-21 09:00:00 UTC. */
const NINE = 1_795_251_600

describe("PHP-FPM's log on real hosts", () => {
	it.each([
		['pool-stopped.unix', { stopped: true, ready: false, startFailed: false, error: 'none' }],
		['master-killed.unix', { ready: true, stopped: false }],
		['pool-user-missing.unix', { startFailed: true, error: 'user', missing: 'shop', errorPool: 'www' }],
		['port-in-use.tcp', { startFailed: true, error: 'in-use', address: '127.0.0.1:9000', errno: 98 }],
		['worker-segfault.unix', { ready: true, workersLost: 3, workerSignal: 'SEGV', workerDumped: false, timedOut: 0 }],
		['worker-out-of-memory.unix', { ready: true, workersLost: 3, workerSignal: 'KILL' }],
		['request-terminated.unix', { timedOut: 2, timedOutAfter: 3, workersLost: 0, maxChildrenReached: false }],
		['children-busy.unix', { maxChildrenReached: true, maxChildren: 5, maxChildrenFresh: false, workersLost: 0 }],
		['healthy-old-errors.unix', { ready: true, workersLost: 0, old: true }],
		['slow-script.unix', { ready: true, timedOut: 0, workersLost: 0, maxChildrenReached: false }],
	])('%s', (host, expected) => {
		expect(logOf(host).facts).toMatchObject(expected)
	})

	it('tells the pools apart', () => {
		expect(logOf('other-pool-busy.unix').facts.maxChildrenReached).toBe(true)
		expect(logOf('other-pool-busy.unix', { pool: 'www' }).facts).toMatchObject({
			maxChildrenReached: false,
			workersLost: 3,
		})
		expect(logOf('other-pool-busy.unix', { pool: 'blog' }).facts).toMatchObject({
			maxChildrenReached: true,
			workersLost: 0,
		})
	})

	it('points at the very line', () => {
		const { evidence } = logOf('worker-segfault.unix')
		const lines = outputOf('worker-segfault.unix', 'fpm-log').stdout.split('\n')
		expect(evidence.workerSignal?.map(({ line }) => lines[line - 1])).toEqual([
			expect.stringMatching(/child \d+ exited on signal 11 \(SIGSEGV\)/),
		])
	})

	it('has facts of every host, and none of them looks like a log that others write into', () => {
		for (const host of hosts)
			expect(logOf(host).facts, host).toMatchObject({ readable: true, shared: false, dated: true })
	})
})

describe("a unit's journal", () => {
	const journalOf = (lines: readonly string[]): Facts => parse(lines.join('\n'), { unit: 'php8.2-fpm' })

	it.each([
		['unknown-entry', { error: 'unknown-entry', setting: 'pm.max_childs', errorLine: 127 }],
		['value-missing', { error: 'value', setting: 'pm.max_children' }],
		['value-wrong', { error: 'value', setting: 'pm' }],
		['syntax', { error: 'syntax', errorFile: '/etc/php/8.2/fpm/pool.d/www.conf', errorLine: 127 }],
		['section-broken', { error: 'syntax', errorLine: 4 }],
		['spare', { error: 'setting', setting: 'pm.min_spare_servers', errorPool: 'www' }],
		['user', { error: 'user', missing: 'shop' }],
		['group', { error: 'group', missing: 'shop' }],
		['owner', { error: 'user', missing: 'shop' }],
		['root', { error: 'root', setting: 'user' }],
		['chdir', { error: 'folder', setting: 'chdir', missing: '/srv/shop' }],
		['no-pool', { error: 'no-pool' }],
		['no-listen', { error: 'setting', setting: 'listen' }],
		['slowlog', { error: 'log-file', missing: '/var/log/shop/slow.log', errno: 2 }],
		['error-log', { error: 'log-file', missing: '/var/log/shop/fpm.log', errno: 2 }],
		['two-pools', { error: 'duplicate-listen', errorPool: 'www' }],
		['include', { error: 'no-file', missing: '/etc/php/8.2/fpm/pools.d/*.conf' }],
		['bind-folder', { error: 'bind', address: '/run/shop/php.sock', errno: 2 }],
		['bind-address', { error: 'bind', address: '10.0.0.5:9000', errno: 99 }],
	])('says why the start with %s failed', (name, expected) => {
		const refusal = refusals.find((one) => one.case === name)
		expect(journalOf(refusal?.journal ?? [])).toMatchObject({ startFailed: true, ...expected })
	})

	it('has no complaint once a start went well, only an old one', () => {
		const failed = refusals.find((one) => one.case === 'bind-address')?.journal ?? []
		const healed = [
			...failed,
			'2026-11-21T18:36:30+0000 web1 systemd[1]: Starting php8.2-fpm.service - The PHP 8.2 FastCGI Process Manager...',
			'2026-11-21T18:36:30+0000 web1 systemd[1]: Started php8.2-fpm.service - The PHP 8.2 FastCGI Process Manager.',
		]
		expect(journalOf(healed)).toMatchObject({ error: 'none', old: true })
		expect(journalOf(healed).startFailed).toBeUndefined()
	})

	it("takes no script's line for PHP-FPM's", () => {
		const said = '2026-11-21T18:36:30+0000 web1 shop[77]: [21-Nov-2026 18:36:30] ERROR: FPM initialization failed'
		const healthy = outputOf('healthy-old-errors.unix', 'journal').stdout
		expect(journalOf([...healthy.trimEnd().split('\n'), said])).toMatchObject({ error: 'none', lines: 0 })
	})
})

describe('what is fresh', () => {
	const lost = (clock: string): string =>
		`[21-Nov-2026 ${clock}] WARNING: [pool www] child 50 exited on signal 11 (SIGSEGV) after 9.000001 seconds from start\n`

	it("is what came since the time asked about, in the host's own time", () => {
		const log = START + lost('09:10:00')
		expect(parse(log, { since: NINE + 600, offset: '+0000' }).workersLost).toBe(1)
		expect(parse(log, { since: NINE + 601, offset: '+0000' })).toMatchObject({ workersLost: 0, old: true })
		expect(parse(log, { since: NINE - 3000, offset: '+0100' }).workersLost).toBe(1)
		expect(parse(log, { since: NINE - 2999, offset: '+0100' }).workersLost).toBe(0)
	})

	it('is the present run, when nobody knows the time', () => {
		expect(parse(START + lost('09:10:00'))).toMatchObject({ dated: false, workersLost: 1 })
		expect(parse(lost('08:10:00') + START)).toMatchObject({ dated: false, workersLost: 0, old: true })
	})

	it('is not a full pool of the run before', () => {
		const full =
			'[21-Nov-2026 08:10:00] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it\n'
		expect(parse(full + START).maxChildrenReached).toBe(false)
		expect(parse(START + full).maxChildrenReached).toBe(true)
		// The beginning of the run is cut off: there may have been one.
		expect(parse('[21-Nov-2026 08:10:00] NOTICE: [pool www] child 50 started\n').maxChildrenReached).toBeUndefined()
	})
})

describe('what strangers write', () => {
	it('is not read out of the quoted request', () => {
		const request = `GET /' (request: "x") execution timed out (9.000000 sec), terminating`
		const line = `[21-Nov-2026 09:01:00] WARNING: [pool www] child 51, script '/srv/a.php' (request: "${request}") executing too slow (3.100000 sec), logging\n`
		expect(parse(START + line)).toMatchObject({ slow: 1, timedOut: 0, script: '/srv/a.php', request })
	})

	it('is not read out of what a worker printed', () => {
		const line = `[21-Nov-2026 09:01:00] WARNING: [pool www] child 51 said into stderr: "child 52 exited on signal 11 (SIGSEGV) after 1.000000 seconds from start"\n`
		expect(parse(START + line)).toMatchObject({ workersLost: 0, said: expect.stringContaining('SIGSEGV') })
	})

	it.each([
		["PHP's own error log", '[21-Nov-2026 09:01:00 UTC] PHP Warning:  Undefined variable $x in /srv/a.php on line 3\n'],
		['a worker without decoration', 'debug: something\n'],
	])('makes the whole log hearsay where it is %s', (_, stranger) => {
		const lost =
			'[21-Nov-2026 09:01:00] WARNING: [pool www] child 50 exited on signal 11 (SIGSEGV) after 9.000001 seconds from start\n'
		const facts = parse(START + stranger + lost)
		expect(facts).toMatchObject({ shared: true, claims: ['worker-lost'] })
		for (const told of ['ready', 'workersLost', 'workerSignal', 'error']) expect(facts).not.toHaveProperty(told)
	})

	it('is named where a worker refused a client', () => {
		const line = `[21-Nov-2026 09:01:00] WARNING: [pool www] child 51 said into stderr: "ERROR: Connection disallowed: IP address '10.0.0.9' has been dropped."\n`
		expect(parse(START + line).refusedClient).toBe('10.0.0.9')
	})
})

describe('the life of the master', () => {
	it('goes on over a reload', () => {
		const reload = `[21-Nov-2026 09:05:00] NOTICE: Reloading in progress ...
[21-Nov-2026 09:05:00] NOTICE: reloading: execvp("/usr/sbin/php-fpm8.2", {"/usr/sbin/php-fpm8.2", "--nodaemonize"})
[21-Nov-2026 09:05:00] NOTICE: using inherited socket fd=8, "/run/php/php8.2-fpm.sock"
[21-Nov-2026 09:05:00] NOTICE: using inherited socket fd=8, "/run/php/php8.2-fpm.sock"
`
		expect(parse(START + reload + START)).toMatchObject({ ready: true, stopped: false, error: 'none' })
	})

	it('reads the lines of the level debug', () => {
		const debug = `[21-Nov-2026 09:00:00.120034] NOTICE: pid 42, fpm_init(), line 83: fpm is running, pid 42
[21-Nov-2026 09:00:00.130034] NOTICE: pid 42, fpm_event_loop(), line 383: ready to handle connections
[21-Nov-2026 09:02:00.000001] WARNING: pid 42, fpm_pctl_perform_idle_server_maintenance(), line 429: [pool www] server reached pm.max_children setting (5), consider raising it
`
		expect(parse(debug)).toMatchObject({ ready: true, maxChildrenReached: true, maxChildren: 5 })
	})

	it('says that the log cannot be read', () => {
		const denied = "tail: cannot open '/var/log/php8.2-fpm.log' for reading: Permission denied"
		expect(fpmLogParser.parse({ lines: linesOf('', denied), exitCode: 1, args: {} }).facts).toEqual({ readable: false })
	})
})
