import { describe, expect, test } from 'vitest'
import { explained } from '../support/explaining.ts'
import { outputOf, type RecordedHost, recordedHosts, transcriptOf } from '../support/recorded-hosts.ts'

// Conditions over facts that are not told throw inside of the expression language, and nobody reads those stacks.
Error.stackTraceLimit = 0

const hosts = recordedHosts()
const isHealthy = ({ fault }: RecordedHost): boolean => fault.startsWith('healthy')
const byName = (name: string): RecordedHost => {
	const host = hosts.find((one) => one.name === name)
	if (host === undefined) throw new Error(`no recorded host ${name}`)
	return host
}

describe('a single output of a host that was broken on purpose', () => {
	const slugs = [
		'curl-url',
		'systemctl-status',
		'systemctl-show',
		'systemctl-cat',
		'journalctl',
		'journalctl-nginx',
		'nginx-test',
		'nginx-config-dump',
		'nginx-error-log',
		'nginx-access-log',
		'ss-tcp',
		'ss-unix',
		'ps-aux',
		'upstream-namei',
		'upstream-ls',
		'upstream-stat',
		'upstream-curl',
		'upstream-curl-as-www-data',
	]
	/** How many of these outputs decide a cause; fewer means that something is not read any more. */
	const decide: Readonly<Record<string, number>> = { journalctl: 50, 'systemctl-status': 48, 'nginx-error-log': 5 }

	test.each(slugs)('%s never tells a wrong cause, and no cause of a healthy host', async (slug) => {
		let decided = 0
		const seen = new Set<string>()
		for (const host of hosts) {
			const text = outputOf(host, slug)
			if (text.trim() === '') continue
			// The same text has the same answer, whatever the host.
			const key = `${host.causes.join()} ${text}`
			if (seen.has(key)) continue
			seen.add(key)
			const { outcome, cause, evidence } = await explained(text)
			expect(['cause', 'healthy', 'undecided'], host.name).toContain(outcome)
			if (cause === null) continue
			expect(host.causes, host.name).toContain(cause.id)
			expect(evidence, host.name).not.toEqual([])
			decided++
		}
		expect(decided).toBeGreaterThanOrEqual(decide[slug] ?? 0)
	})
})

describe('status, log and error log of one host', () => {
	const slugs = ['systemctl-status', 'journalctl', 'nginx-error-log']

	test.each([
		['with prompts', (host: RecordedHost) => transcriptOf(host, slugs)],
		['without', (host: RecordedHost) => slugs.map((slug) => outputOf(host, slug)).join('\n\n')],
	])('%s: the right cause or none, and a cause where they decide', async (_, textOf) => {
		const decided = new Set<string>()
		for (const host of hosts) {
			const { outcome, cause } = await explained(textOf(host))
			expect(outcome, host.name).not.toBe('unrecognised')
			if (cause === null) continue
			expect(host.causes, host.name).toContain(cause.id)
			decided.add(host.name)
		}
		expect(decided.size).toBeGreaterThanOrEqual(75)
	})

	test.each(hosts.filter(isHealthy).map((host) => [host.name, host] as const))('%s has no cause', async (_, host) => {
		const { outcome, cause } = await explained(transcriptOf(host, slugs))
		expect(cause).toBeNull()
		// What the error log holds of earlier outages stays open: nobody knows how old a pasted line is.
		expect(['healthy', 'undecided']).toContain(outcome)
	})

	test('what they do not decide, further outputs do', async () => {
		const host = byName('upstream-wrong-port.tcp')
		const three = await explained(transcriptOf(host, slugs))
		expect(three).toMatchObject({ outcome: 'undecided', next: { command: 'ss -ltnxp', root: true, reads: true } })
		const five = transcriptOf(host, [...slugs, 'ss-tcp', 'nginx-config-dump', 'systemctl-cat'])
		// Another unit's Gunicorn, stopped, may be the one that nginx means: the outputs do not tell whether there is one.
		const open = await explained(five)
		expect(open).toMatchObject({ outcome: 'undecided', next: { command: expect.stringMatching(/systemctl cat$/) } })
		expect((await explained(five, { set: [['others.count', '1']] })).cause?.id).toBe('upstream-mismatch')
	})
})

test('everything at once is never explained wrongly', async () => {
	let decided = 0
	for (const host of hosts.filter((_, index) => index % 6 === 0)) {
		const text = transcriptOf(
			host,
			host.commands.map(({ slug }) => slug),
		)
		const { cause } = await explained(text)
		if (cause === null) continue
		expect(host.causes, host.name).toContain(cause.id)
		decided++
	}
	expect(decided).toBeGreaterThanOrEqual(15)
})

describe('the same texts as people paste them', () => {
	const eachLine = (text: string, change: (line: string, index: number) => string): string =>
		text.split('\n').map(change).join('\n')
	const named = [
		'import-crash-loop.unix',
		'environment-missing.tcp',
		'bind-denied.unix',
		'protocol-uwsgi.tcp',
		'file-descriptors.unix',
		'never-notified.tcp',
		'user-missing.unix',
		'worker-timeout.tcp',
		'socket-denied.unix',
		'upstream-wrong-port.tcp',
		'unit-stopped.tcp',
		'healthy-wildcard.tcp',
	]
	const slugs = ['systemctl-status', 'journalctl', 'nginx-error-log']
	/** How a paste is changed, and by how many lines it moves down. */
	const changes: readonly (readonly [string, (text: string) => string, number])[] = [
		['quoted in a mail', (text) => eachLine(text, (line) => `> ${line}`), 0],
		['quoted twice', (text) => eachLine(text, (line) => `> > ${line}`), 0],
		['in a table', (text) => eachLine(text, (line) => `| ${line}`), 0],
		['in a Markdown fence', (text) => `\`\`\`console\n${text}\n\`\`\``, 1],
		['with other line ends', (text) => eachLine(text, (line) => `${line}\r`), 0],
		['in colours', (text) => eachLine(text, (line) => (line === '' ? line : `\u001b[0;1;31m${line}\u001b[0m`)), 0],
		['from docker compose', (text) => eachLine(text, (line) => `web-1  | ${line}`), 0],
		['with line numbers', (text) => eachLine(text, (line, index) => `${String(index + 1).padStart(6)}\t${line}`), 0],
		['with the numbers of grep -n', (text) => eachLine(text, (line, index) => `${index + 1}:${line}`), 0],
		[
			'from a web page',
			(text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
			0,
		],
		['indented as code', (text) => eachLine(text, (line) => (line === '' ? line : `    ${line}`)), 0],
		['with words around it', (text) => `Hi all, my site is down since this morning!\n\n${text}\n\nWhat can I do?`, 2],
		['with blanks at the ends of lines', (text) => eachLine(text, (line) => `${line}  `), 0],
	]
	const prompts = [
		'$ ',
		'# ',
		'ubuntu@ip-172-31-7-9:~$ sudo ',
		'[deploy@web1 app]$ ',
		'(venv) deploy@web1:/srv/app$ sudo ',
	]

	test.each(changes)('%s', async (_, change, shift) => {
		for (const host of named.map(byName)) {
			const text = transcriptOf(host, slugs)
			const plain = await explained(text)
			const messy = await explained(change(text))
			expect(brief(messy, shift), host.name).toEqual(brief(plain))
		}
	})

	test.each(prompts)('at the prompt “%s”', async (prompt) => {
		for (const host of named.map(byName)) {
			const plain = await explained(transcriptOf(host, slugs))
			expect(brief(await explained(transcriptOf(host, slugs, prompt))), host.name).toEqual(brief(plain))
		}
	})

	test('an error log that went through syslog', async () => {
		const log = outputOf(byName('header-too-big.tcp'), 'nginx-error-log')
		const syslog = eachLine(log, (line) => (line === '' ? line : `Nov 21 09:30:46 web1 nginx: ${line}`))
		expect((await explained(syslog)).cause?.id).toBe('header-too-big')
	})

	function brief({ outcome, cause, finding, evidence, next }: Awaited<ReturnType<typeof explained>>, shift = 0) {
		const lines = evidence.map(({ line }) => line - shift)
		return { outcome, cause: cause?.id, finding, lines, next: next?.command }
	}
})

describe('what it says', () => {
	test('of a cause: its evidence, as it stands in the paste', async () => {
		const host = byName('environment-missing.tcp')
		const text = `> ${outputOf(host, 'journalctl').replaceAll('\n', '\n> ')}`
		const { cause, evidence, said, next } = await explained(text)
		expect(cause?.id).toBe('environment-missing')
		expect(said).toContain('SECRET_KEY')
		expect(next).toBeNull()
		const lines = text.split('\n')
		for (const { line, text: quoted } of evidence) expect(quoted).toBe(lines[line - 1])
	})

	test('of a log: that ages are not known', async () => {
		const { notes } = await explained(outputOf(byName('environment-missing.tcp'), 'journalctl'))
		expect(notes.join(' ')).toMatch(/How old the log lines are could not be checked/)
	})

	test('of a failure that the service survived: what it points to, and no cause', async () => {
		const { outcome, said, next } = await explained(outputOf(byName('worker-timeout.tcp'), 'journalctl'))
		expect(outcome).toBe('undecided')
		expect(said).toContain("Gunicorn's worker timeout kills the request")
		expect(next?.command).toMatch(/error\.log$/)
	})

	test('of a log that was cut off: that it was, and where', async () => {
		const log = outputOf(byName('environment-missing.tcp'), 'journalctl').split('\n')
		const cut = log.findIndex((line) => line.includes('Traceback')) + 3
		const { outcome, said, evidence } = await explained(log.slice(0, cut).join('\n'))
		expect(outcome).toBe('undecided')
		expect(said).toMatch(/breaks off in the middle of a failure/)
		expect(evidence.length).toBeGreaterThan(0)
	})

	test('of a bind that failed, without the line that says why: no cause', async () => {
		const { outcome, cause } = await explained(
			"[2026-11-21 09:00:00 +0000] [9] [ERROR] Can't connect to ('10.0.0.5', 8000)\n",
		)
		expect([outcome, cause]).toEqual(['undecided', null])
	})

	test('of two faults: the one that goes further last', async () => {
		const host = byName('upstream-wrong-port.tcp')
		const { findings } = await explained(transcriptOf(host, ['nginx-access-log', 'nginx-error-log']))
		expect(findings.at(-1)).toContain('127.0.0.1:8001')
	})

	test('of a state that another output would have told: nothing', async () => {
		const { finding } = await explained(outputOf(byName('gunicorn-suspended.tcp'), 'ps-aux'))
		expect(finding).toMatch(/stopped \(state T\)/)
		expect(finding).not.toMatch(/by hand/)
	})

	test('of outputs that do not agree: that they do not', async () => {
		const broken = transcriptOf(byName('environment-missing.tcp'), ['journalctl'])
		const mended = transcriptOf(byName('healthy-wildcard.tcp'), ['systemctl-status'])
		const { outcome, said } = await explained(`${broken}\n${mended}`)
		expect(outcome).toBe('undecided')
		expect(said).toMatch(/do not agree/)
	})

	test('of the same command twice: the last one', async () => {
		const before = transcriptOf(byName('environment-missing.tcp'), ['journalctl'])
		const after = transcriptOf(byName('healthy-wildcard.tcp'), ['journalctl'])
		expect((await explained(`${before}\n${after}`)).outcome).toBe('healthy')
		expect((await explained(`${after}\n${before}`)).cause?.id).toBe('environment-missing')
	})

	test('a command that can be run, where the output of another one is needed for it first', async () => {
		const { next } = await explained(outputOf(byName('app-not-found.tcp'), 'curl-url'))
		expect(next?.command).toBe('nginx -T')
	})

	test.each([
		['a shell prompt and nothing else', 'root@web1:~# '],
		['prose', 'Dear all,\n\nthe site is down, please help.\n'],
		['code', 'const answer = 42\nexport { answer }\n'],
		['a word', 'active\n'],
	])('of %s: that it is not recognised', async (_, text) => {
		expect(await explained(text)).toMatchObject({ outcome: 'unrecognised', cause: null, evidence: [], recognised: [] })
	})
})

describe('a step', () => {
	test('reads its own output', async () => {
		const host = byName('upstream-wrong-port.tcp')
		const answer = await explained(outputOf(host, 'nginx-error-log'), { step: 'nginx-errors' })
		expect(answer).toMatchObject({ outcome: 'undecided', step: 'nginx-errors' })
		expect(answer.finding).toContain('127.0.0.1:8001')
	})

	test('reads the facts that are given by hand', async () => {
		const host = byName('user-missing.unix')
		const log = outputOf(host, 'journalctl')
		expect((await explained(log)).cause).toBeNull()
		const given = await explained(log, { set: [['unit.needReload', 'false']] })
		expect(given.cause?.id).toBe('user-missing')
	})

	test.each<[string, Parameters<typeof explained>, RegExp]>([
		['unknown', ['x', { step: 'nginx-error' }], /no step "nginx-error"\. Did you mean nginx-errors\?/],
		['of another output', ['curl: (7) Failed to connect', { step: 'logs' }], /looks like an HTTP answer.*not like/],
		['without an output', ['x', { step: 'wait-for-log' }], /wait-for-log reads no output: leave it out/],
	])('%s is refused', async (_, [text, asked], pattern) => {
		await expect(explained(text, asked)).rejects.toThrow(pattern)
	})
})

describe('what is given by hand', () => {
	const status = outputOf(byName('healthy-wildcard.tcp'), 'systemctl-status')

	test.each<[string, readonly (readonly [string, string])[], RegExp]>([
		[
			'an unknown fact, one near it',
			[['unit.activ', 'true']],
			/neither an input nor a fact "unit\.activ": did you mean/,
		],
		['an unknown name', [['zzzzzzzzzz', 'x']], /its inputs are url, unit/],
		['a fact of another type', [['unit.active', 'yes']], /"yes" is not true or false/],
		['a number that is none', [['response.status', 'bad']], /"bad" is not a whole number/],
		['an input that is none', [['url', 'shop.example']], /no scheme/],
		[
			'a fact that the output tells otherwise',
			[['unit.active', 'false']],
			/contradicts the output, which says true in line 3/,
		],
	])('%s is refused', async (_, set, pattern) => {
		await expect(explained(status, { set })).rejects.toThrow(pattern)
	})

	test('an exit code belongs to one output', async () => {
		await expect(
			explained(transcriptOf(byName('healthy-wildcard.tcp'), ['systemctl-status', 'journalctl']), { exitCode: 3 }),
		).rejects.toThrow(/--exit-code belongs to one output/)
	})
})
