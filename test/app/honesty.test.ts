import { beforeAll, describe, expect, test } from 'vitest'
import { runAutopilot } from '../../src/app/autopilot.ts'
import { type OpenedFlow, openFlow } from '../../src/app/compose.ts'
import { oldLines } from '../../src/session/old-lines.ts'
import { type HonestWalk, hostOf, walkHost } from '../support/honest-walk.ts'
import { readAll } from '../support/read-all.ts'

/** The traps in which a diagnosis names a wrong cause, each on hosts that really were in that state. */

let opened: OpenedFlow
beforeAll(async () => {
	opened = await openFlow('flask-502')
})

const walk = (name: string): Promise<HonestWalk> => walkHost(opened, hostOf(name))

/** Ids of the causes that the evidence speaks against. */
const excluded = ({ report }: HonestWalk) =>
	report.differential.flatMap(({ cause, state }) => (state === 'excluded' ? [cause] : []))
const evidenceText = ({ report }: HonestWalk) => report.evidence.map(({ text }) => text).join('\n')
const said = ({ report }: HonestWalk) => report.findings.map(({ say }) => say).join('\n')

/** The named cause, and how sure it is. What is tempting was printed, and does not prove it. */
function expectCause(walked: HonestWalk, cause: string, tempting?: RegExp): void {
	expect({ found: walked.found, confidence: walked.report.confidence }).toEqual({ found: cause, confidence: 'proven' })
	expect(walked.report.evidence.length).toBeGreaterThan(0)
	expect(walked.text.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^Cause \\(proven\\): .*\\[${cause}\\]$`))
	if (tempting === undefined) return
	expect(walked.printed).toMatch(tempting)
	expect(evidenceText(walked)).not.toMatch(tempting)
}

/** Lines that were printed, are told as old, and prove nothing anywhere on the walk. */
function expectOld(walked: HonestWalk, old: RegExp): void {
	expect(walked.printed).toMatch(old)
	const lines = walked.report.findings.flatMap(({ evidence }) => evidence.map(({ text }) => text))
	const told = walked.report.old.map(({ text }) => text)
	expect(told.join('\n')).toMatch(old)
	expect(lines.filter((line) => told.includes(line) || old.test(line))).toEqual([])
	expect(walked.text.slice(walked.text.indexOf('\nOld lines: '))).toMatch(old)
}

/** No cause at all, though the host printed the tempting line. */
function expectHealthy(walked: HonestWalk, tempting?: RegExp): void {
	expect({ found: walked.found, cause: walked.report.cause }).toEqual({ found: 'healthy', cause: undefined })
	expect(walked.entries.some((entry) => entry.type === 'cause.named')).toBe(false)
	expect(walked.text.trimEnd().split('\n').at(-1)).toBe('Healthy: No fault was found.')
	if (tempting !== undefined) expect(walked.printed).toMatch(tempting)
}

describe('1. lines of an older fault', () => {
	test('refused connections and a traceback from before a worker timeout', async () => {
		const walked = await walk('old-failures-then-timeout.tcp')
		expectCause(walked, 'worker-timeout', /KeyError: 'SECRET_KEY'/)
		expectOld(walked, /111: Connection refused/)
		expectOld(walked, /KeyError: 'SECRET_KEY'/)
		expect(excluded(walked)).toContain('environment-missing')
	})

	test('a traceback from before somebody killed the service', async () => {
		const walked = await walk('old-traceback-then-killed.tcp')
		expectCause(walked, 'service-stopped')
		expect(walked.report.old.map(({ text }) => text).join('\n')).toMatch(/111: Connection refused/)
		// The walk is over before it reads the traceback; whoever reads it all the same is told that it is old.
		await readAll(walked.session, 'logs')
		const { context } = walked.session.snapshot()
		expect(context.decision?.proven).toEqual(['service-stopped'])
		const old = oldLines(context).map(({ text }) => text)
		expect(old.join('\n')).toMatch(/KeyError: 'SECRET_KEY'/)
		expect(context.decision?.evidence.filter(({ text }) => old.includes(text) || text.includes('KeyError'))).toEqual([])
		expect(excluded(walked)).toEqual(expect.arrayContaining(['worker-timeout', 'environment-missing']))
	})

	test('refused and cut-off requests from before the socket was closed', async () => {
		const walked = await walk('old-timeout-then-denied.unix')
		expectCause(walked, 'socket-denied')
		expectOld(walked, /No such file|Connection refused|prematurely closed/)
		expect(evidenceText(walked)).toMatch(/13: Permission denied/)
		expect(walked.path).not.toContain('logs')
	})

	test('denied connections from before an answer of which the error log has nothing', async () => {
		const walked = await walk('old-denied-then-app-502.unix')
		expectCause(walked, 'app-error')
		expectOld(walked, /13: Permission denied/)
		expect(evidenceText(walked)).not.toMatch(/13: Permission denied/)
		expect(walked.path).not.toContain('permissions')
	})
})

describe('2. what is on disk is not what runs', () => {
	test.each(['unit-not-reloaded', 'unit-not-reloaded.unix', 'unit-not-reloaded.tcp'])(
		'%s: the unit on disk is right',
		async (name) => {
			const walked = await walk(name)
			expectCause(walked, 'unit-not-reloaded')
			// The path that failed stands in the log, and is not the one in the unit.
			expect(evidenceText(walked)).toMatch(/\.venv\/bin\/gunicorn/)
			expect(walked.report.cause?.remedies[0]?.commands.join()).toContain('daemon-reload')
		},
	)

	test('unit-bind-not-reloaded: the bind on disk is what nginx expects, and no mismatch', async () => {
		const walked = await walk('unit-bind-not-reloaded.tcp')
		expectCause(walked, 'unit-not-reloaded')
		expect(evidenceText(walked)).toMatch(/--bind 127\.0\.0\.1:8001/)
		expect(evidenceText(walked)).toMatch(/127\.0\.0\.1:8000/)
	})

	test.each(['nginx-not-reloaded', 'nginx-not-reloaded.tcp'])('%s: the site on disk is right', async (name) => {
		const walked = await walk(name)
		expectCause(walked, 'nginx-not-reloaded')
		expect(evidenceText(walked)).toMatch(/proxy_pass http:\/\/127\.0\.0\.1:8000/)
		expect(evidenceText(walked)).toMatch(/upstream: "http:\/\/127\.0\.0\.1:8001/)
	})

	test('a changed unit that is not in use yet breaks nothing', async () => {
		const walked = await walk('unit-changed-healthy.tcp')
		expectHealthy(walked, /127\.0\.0\.1:8000/)
		expect(said(walked)).toMatch(/changed on disk/)
	})

	test('an nginx configuration that is broken on disk breaks nothing yet', async () => {
		const walked = await walk('nginx-broken-on-disk-healthy.unix')
		expectHealthy(walked, /\[emerg\]/)
		expect(said(walked)).toMatch(/configuration on disk has an error/)
	})
})

describe("3. the probe's own mistake", () => {
	test('a name that does not resolve', async () => {
		const walked = await walk('dns-failure.tcp')
		expectCause(walked, 'dns-failure')
		expect(walked.path).toEqual(['confirm'])
	})

	test('a certificate for another name', async () => {
		const walked = await walk('tls-failure.tcp')
		expectCause(walked, 'tls-failure')
		expect(walked.path).toEqual(['confirm'])
	})

	test('a port on which nobody listens, while nginx runs', async () => {
		const walked = await walk('url-wrong.tcp')
		expectCause(walked, 'url-wrong')
		expect(excluded(walked)).toContain('nginx-down')
	})

	test.each(['app-not-found.unix', 'app-not-found.tcp'])('%s: a path with a spelling mistake', async (name) => {
		const walked = await walk(name)
		expectCause(walked, 'app-not-found')
		expect(excluded(walked)).toContain('default-site')
	})
})

describe('4. localhost', () => {
	test.each(['localhost-ipv6', 'localhost-ipv6.tcp'])('%s: ::1 refuses, and nobody else is asked', async (name) => {
		const walked = await walk(name)
		expectCause(walked, 'localhost-ipv6')
		expect(evidenceText(walked)).toMatch(/\[::1\]:8000/)
	})

	test('::1 refuses, and 127.0.0.1 answers: no outage', async () => {
		expectHealthy(await walk('healthy-localhost.tcp'), /localhost/)
	})

	test('::1 refuses with each request, and the fault is another', async () => {
		const walked = await walk('localhost-then-timeout.tcp')
		expectCause(walked, 'worker-timeout', /connect\(\) failed .*\[::1\]/)
		expect(walked.path).not.toContain('listeners')
	})
})

describe('5. a closed folder above an open socket', () => {
	test.each(['socket-folder-closed', 'socket-folder-closed.unix'])('%s', async (name) => {
		const walked = await walk(name)
		expectCause(walked, 'socket-folder-closed')
		// The socket itself is open to everybody.
		expect(walked.printed).toMatch(/^srwxrwxrwx \S+ \S+ +gunicorn\.sock$/m)
		expect(said(walked)).toContain('/home/deploy/run')
		expect(walked.report.cause?.remedies[0]?.commands.join()).toMatch(/^p=\/home\/deploy\/run; cd .* chmod o\+x \.$/)
	})

	test('socket-denied.unix: a closed socket in an open folder is the other way round', async () => {
		const walked = await walk('socket-denied.unix')
		expectCause(walked, 'socket-denied')
		expect(excluded(walked)).not.toContain('socket-denied')
	})
})

describe('6. who killed the worker', () => {
	test.each(['worker-timeout', 'worker-timeout.unix', 'worker-timeout.tcp'])(
		"%s: Gunicorn's own timeout",
		async (name) => {
			const walked = await walk(name)
			expectCause(walked, 'worker-timeout')
			expect(walked.printed).toMatch(/SIGKILL! Perhaps out of memory\?|WORKER TIMEOUT/)
			expect(walked.report.evidence.map(({ text }) => text).join()).toMatch(/WORKER TIMEOUT/)
		},
	)

	test.each(['worker-out-of-memory.unix', 'worker-out-of-memory.tcp'])('%s: the kernel', async (name) => {
		const walked = await walk(name)
		expectCause(walked, 'workers-killed')
		expect(walked.printed).not.toMatch(/WORKER TIMEOUT/)
		expect(excluded(walked)).toContain('worker-timeout')
	})
})

describe('7. socket activation that is idle', () => {
	test('a service that waits for its first connection is healthy', async () => {
		const walked = await walk('healthy-idle-activation.activation')
		expectHealthy(walked)
	})

	test('a stopped socket unit is the cause, not the service that it would start', async () => {
		const walked = await walk('socket-unit-stopped')
		expectCause(walked, 'socket-unit-stopped')
		expect(walked.printed).toMatch(/Active: inactive \(dead\)/)
		expect(walked.path).not.toContain('who-runs')
	})

	test('an idle service is not the cause where nginx asks another socket than the one that systemd holds', async () => {
		const walked = await walk('idle-wrong-socket.activation')
		expectCause(walked, 'upstream-mismatch')
		expect(walked.printed).toMatch(/Active: inactive \(dead\)/)
	})
})

describe('8. an answer of the application', () => {
	test.each(['app-error.unix', 'app-error.tcp'])('%s: 500', async (name) => {
		const walked = await walk(name)
		expectCause(walked, 'app-error')
		expect(evidenceText(walked)).toMatch(/RuntimeError|500/)
	})

	test.each(['app-bad-request.unix', 'app-bad-request.tcp'])('%s: 400', async (name) => {
		expectCause(await walk(name), 'app-bad-request')
	})

	test('502 that the application itself gives', async () => {
		const walked = await walk('app-answers-502.unix')
		expectCause(walked, 'app-error')
		expect(walked.path.at(-1)).toBe('direct')
	})
})

describe('9. a 502 that was made in front of nginx', () => {
	test('by a CDN', async () => {
		const walked = await walk('cdn-502.tcp')
		expectCause(walked, 'other-proxy')
		expect(walked.path).toEqual(['confirm'])
		expect(said(walked)).toContain('cloudflare')
	})

	test('by a load balancer', async () => {
		const walked = await walk('other-proxy.tcp')
		expectCause(walked, 'other-proxy')
		expect(walked.path).not.toContain('service-state')
	})
})

describe('10. healthy hosts with frightening logs', () => {
	test.each([
		'frightening-healthy.tcp',
		'healthy-old-refused.tcp',
		'healthy-old-refused.unix',
		'healthy-old-traceback.tcp',
		'healthy-old-traceback.unix',
		'healthy-graceful-restart.unix',
		'healthy-graceful-restart.tcp',
		'healthy-reload-warning.unix',
		'healthy-reload-warning.tcp',
		'healthy-var-run.unix',
		'healthy-wildcard.tcp',
	])('%s', async (name) => {
		const walked = await walk(name)
		expectHealthy(walked)
		expect(walked.report.checklist.filter(({ state }) => state === false)).toEqual([])
	})
})

describe('11. two faults at once', () => {
	test('the first is named, its remedy is not enough, and the walk goes on to the second', async () => {
		const { session, found } = await walk('stopped-and-wrong-socket')
		expect(found).toBe('service-stopped')
		await remedy(session, 'start-service')
		const second = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs: 30_000 })
		expect(second.path.map(({ step }) => step)).toContain('retest')
		expect(second).toMatchObject({ outcome: 'cause', confidence: 'proven', cause: { id: 'upstream-mismatch' } })
		expect(second.findings.map(({ say }) => say).join()).toContain('Still 502')
	})

	test('of a missing variable and a wrong port, the variable comes first', async () => {
		const walked = await walk('environment-and-wrong-port.tcp')
		expectCause(walked, 'environment-missing')
		expect(walked.printed).toMatch(/127\.0\.0\.1:8001|KeyError/)
	})
})

describe('12. a service that comes and goes', () => {
	/** The host whose socket has lost its file, with what a second look shows in place of the same listeners. */
	const flapping = (later: (listed: string) => string): Promise<HonestWalk> => {
		const gone = hostOf('socket-removed')
		const { run } = gone.target
		return walkHost(opened, {
			...gone,
			target: {
				...gone.target,
				run: (command, options) => {
					const onOutput: typeof options.onOutput = (chunk) => options.onOutput({ ...chunk, text: later(chunk.text) })
					return run(command, command.text.startsWith('sleep 3; ss ') ? { ...options, onOutput } : options)
				},
			},
		})
	}

	test('a socket without its file is lost when the same process still listens three seconds later', async () => {
		const walked = await flapping((listed) => listed)
		expectCause(walked, 'socket-missing')
		expect(walked.printed.match(/gunicorn\.sock.*users:/g)?.length).toBeGreaterThan(1)
	})

	test.each<readonly [string, (listed: string) => string]>([
		['nobody listens', (listed) => listed.replace(/^.*gunicorn\.sock.*\n/gm, '')],
		[
			'another process listens',
			(listed) => listed.replace(/^.*gunicorn\.sock.*$/gm, (line) => line.replace(/pid=\d+/g, 'pid=99999')),
		],
	])('it is no lost file when %s three seconds later', async (_, later) => {
		const walked = await flapping(later)
		expect(said(walked)).toContain('is gone or another one by now')
		expect(walked.report.cause).toBeUndefined()
		expect(excluded(walked)).toContain('socket-missing')
	})
})

describe('13. the application that is meant is another one', () => {
	/** Nothing is proven, and what could be is said to be no more than likely. */
	function expectUndecided({ report, found, text }: HonestWalk, likely: string): void {
		expect({ found, cause: report.cause }).toEqual({ found: 'inconclusive', cause: undefined })
		expect(report.differential.filter(({ state }) => state === 'proven')).toEqual([])
		expect(report.differential.filter(({ state }) => state === 'likely').map(({ cause }) => cause)).toEqual([likely])
		expect(text.trimEnd().split('\n').at(-1)).toMatch(/^Inconclusive: No cause is proven\. Likely: /)
	}

	test.each([
		["another program's service", 'only-gunicorn-is-another.tcp'],
		['a container', 'container-dead.tcp'],
		['gone from this host, whose Gunicorn has clients of its own', 'public-gunicorn.tcp'],
		["one of supervisor's programs, as far as anybody knows", 'supervised-mismatch.tcp'],
	])("it may be %s: that the host's one Gunicorn listens elsewhere proves nothing", async (_, name) => {
		const walked = await walk(name)
		expectUndecided(walked, 'upstream-mismatch')
		expect(walked.path).toContain('listeners')
	})

	test.each(['two-dead-units.unix', 'two-dead-units.tcp'])(
		'%s: of two units that are told to bind the address neither is blamed',
		async (name) => {
			const walked = await walk(name)
			expectUndecided(walked, 'service-disabled')
			expect(walked.path).toContain('find-unit')
		},
	)

	test('a program that supervisor does not keep running is the cause, not a unit that was never there', async () => {
		const walked = await walk('supervised-fatal.tcp')
		expectCause(walked, 'supervisor-program-stopped')
		expect(excluded(walked)).toContain('unit-missing')
	})
})

/** Takes a remedy, and says yes to its commands. */
async function remedy(session: HonestWalk['session'], step: string): Promise<void> {
	session.send({ type: 'remedy.start', step })
	session.send({ type: 'step.run' })
	for (let turn = 0; turn < 4 && session.snapshot().phase === 'confirming'; turn++) {
		session.send({ type: 'confirm.yes' })
		await session.whenIdle()
	}
	expect(session.snapshot().phase).toBe('deciding')
}
