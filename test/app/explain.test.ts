import { describe, expect, test } from 'vitest'
import { openFlow } from '../../src/app/compose.ts'
import type { Explanation } from '../../src/app/explain-answer.ts'
import { explained } from '../support/explaining.ts'
import { outputOf, type RecordedHost, recordedHosts, transcriptOf } from '../support/recorded-hosts.ts'

// Conditions over facts that are not told throw inside of the expression language, and nobody reads those stacks.
Error.stackTraceLimit = 0

const hosts = recordedHosts()
const { flow } = await openFlow('flask-502')
const byName = (name: string): RecordedHost => {
	const host = hosts.find((one) => one.name === name)
	if (host === undefined) throw new Error(`no recorded host ${name}`)
	return host
}

/** By the output and the cause: hosts on which the text alone shows that, though something else was planted, which it does not show. */
const SHOWN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
	'systemctl-status': {
		// The unit's own log does not reach back to the reason any more.
		'crash-loop': ['start-limit'],
		'service-stopped': ['gunicorn-daemonised'],
		'worker-class-missing': ['asgi-application'],
	},
	journalctl: { 'worker-class-missing': ['asgi-application'] },
	'nginx-error-log': {
		// The service behind the socket is down, for a reason that nginx does not know.
		'socket-stale': [
			'environment-missing',
			'exec-path-wrong',
			'module-path-wrong',
			'package-missing',
			'socket-unit-stopped',
		],
		// Its address looks like another host's, and is nobody's.
		'upstream-unreachable': ['bind-address-missing'],
		// ::1 was refused, 127.0.0.1 answered.
		'localhost-ipv6': ['healthy-localhost'],
	},
}

/** Causes of the answer: not those that another one of them explains. */
const namedBy = ({ causes }: Explanation): readonly string[] =>
	causes.flatMap(({ id, symptomOf }) => (symptomOf === undefined ? [id] : []))

/**
 * A cause is rightly named where it was planted, and where it yields to one that was: then it is what this text shows, and
 * the deeper one is named as soon as its own facts are told.
 */
function isTrueOf(host: RecordedHost, cause: string): boolean {
	return host.causes.some((planted) => planted === cause || explains(planted, cause))
}

function explains(deeper: string, cause: string, seen = new Set<string>()): boolean {
	if (seen.has(cause)) return false
	seen.add(cause)
	return flow.causes[cause]?.yields.some((id) => id === deeper || explains(deeper, id, seen)) === true
}

describe('a single output of a host that was broken on purpose', () => {
	const slugs = [
		'curl-url',
		'systemctl-status',
		'systemctl-cat',
		'journalctl',
		'journalctl-nginx',
		'nginx-test',
		'nginx-config-dump',
		'nginx-error-log',
		'nginx-access-log',
		'ss-tcp',
		'ps-aux',
		'upstream-namei',
		'upstream-ls',
		'upstream-curl',
	]
	/**
	 * How many of these outputs lead to a cause at least; fewer means that something is not read any more. One that is not
	 * here tells nothing of a cause when it stands alone.
	 */
	const decide: Readonly<Record<string, number>> = {
		'curl-url': 3,
		journalctl: 82,
		'journalctl-nginx': 4,
		'systemctl-status': 85,
		'nginx-error-log': 25,
		'nginx-test': 3,
		'nginx-config-dump': 6,
	}
	test.each(slugs)('%s never tells a wrong cause, and no cause of a healthy host', async (slug) => {
		let decided = 0
		const seen = new Set<string>()
		for (const host of hosts) {
			const text = outputOf(host, slug)
			if (text.trim() === '') continue
			// The same text has the same answer, whatever the host and the hour.
			const key = `${host.causes.join()} ${text.replace(/\d+/g, '0')}`
			if (seen.has(key)) continue
			seen.add(key)
			const answer = await explained(text)
			for (const { id, symptomOf, evidence } of answer.causes) {
				if (symptomOf !== undefined) continue
				const excused = SHOWN[slug]?.[id]?.includes(host.fault) === true
				expect(isTrueOf(host, id) || excused, `${host.name} (${host.causes}): ${id}`).toBe(true)
				expect(evidence, host.name).not.toEqual([])
			}
			if (namedBy(answer).length > 0) decided++
		}
		const least = decide[slug]
		if (least === undefined) expect(decided).toBe(0)
		else expect(decided).toBeGreaterThanOrEqual(least)
	})
})

describe('status, log and error log of one host', () => {
	const slugs = ['systemctl-status', 'journalctl', 'nginx-error-log']

	test.each([
		['with prompts', (host: RecordedHost) => transcriptOf(host, slugs)],
		['without', (host: RecordedHost) => slugs.map((slug) => outputOf(host, slug)).join('\n\n')],
	])('%s: the right causes or none, and causes where they decide', async (_, textOf) => {
		const decided = new Set<string>()
		for (const host of hosts) {
			const answer = await explained(textOf(host))
			expect(answer.outcome, host.name).not.toBe('unrecognised')
			for (const id of namedBy(answer)) {
				const excused = slugs.some((slug) => SHOWN[slug]?.[id]?.includes(host.fault) === true)
				expect(isTrueOf(host, id) || excused, `${host.name} (${host.causes}): ${id}`).toBe(true)
				decided.add(host.name)
			}
		}
		expect(decided.size).toBeGreaterThanOrEqual(95)
	})

	test('what they do not decide, further outputs do', async () => {
		const host = byName('upstream-wrong-port.tcp')
		const three = await explained(transcriptOf(host, slugs))
		expect(three).toMatchObject({ outcome: 'undecided', causes: [] })
		expect(three.next).not.toBeNull()
		const five = transcriptOf(host, [...slugs, 'ss-tcp', 'nginx-config-dump', 'systemctl-cat'])
		expect(namedBy(await explained(five))).toEqual(['upstream-mismatch'])
	})
})

test('everything at once is never explained wrongly', async () => {
	let decided = 0
	for (const host of hosts.filter((_, index) => index % 6 === 0)) {
		const text = transcriptOf(
			host,
			host.commands.map(({ slug }) => slug),
		)
		const answer = await explained(text)
		for (const id of namedBy(answer)) expect(isTrueOf(host, id), `${host.name} (${host.causes}): ${id}`).toBe(true)
		if (answer.outcome === 'cause') decided++
	}
	expect(decided).toBeGreaterThanOrEqual(15)
})

describe('the same texts as people paste them', () => {
	const eachLine = (text: string, change: (line: string, index: number) => string): string =>
		text.split('\n').map(change).join('\n')
	const named = [
		'environment-missing.tcp',
		'bind-denied.unix',
		'never-notified.tcp',
		'worker-timeout.tcp',
		'upstream-wrong-port.tcp',
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

	const plainly = new Map<string, Promise<Explanation>>()
	const plain = (host: RecordedHost): Promise<Explanation> => {
		const answer = plainly.get(host.name) ?? explained(transcriptOf(host, slugs))
		plainly.set(host.name, answer)
		return answer
	}

	test.each(changes)('%s', async (_, change, shift) => {
		for (const host of named.map(byName)) {
			const text = transcriptOf(host, slugs)
			const messy = await explained(change(text))
			expect(brief(messy, shift), host.name).toEqual(brief(await plain(host)))
		}
	})

	test.each(prompts)('at the prompt “%s”', async (prompt) => {
		for (const host of named.map(byName)) {
			const answer = await explained(transcriptOf(host, slugs, prompt))
			expect(brief(answer), host.name).toEqual(brief(await plain(host)))
		}
	})

	test('an error log that went through syslog', async () => {
		const log = outputOf(byName('header-too-big.tcp'), 'nginx-error-log')
		const syslog = eachLine(log, (line) => (line === '' ? line : `Nov 21 09:30:46 web1 nginx: ${line}`))
		expect(namedBy(await explained(syslog))).toEqual(['header-too-big'])
	})

	function brief({ outcome, causes, findings, next }: Explanation, shift = 0) {
		const lines = [...causes, ...findings].flatMap(({ evidence }) => evidence.map(({ line }) => line - shift))
		return { outcome, causes: causes.map(({ id, say }) => [id, say]), lines, next: next?.command }
	}
})

describe('what it says', () => {
	test('of a cause: its evidence, as it stands in the paste, and what would prove it', async () => {
		const host = byName('environment-missing.tcp')
		const text = `> ${outputOf(host, 'journalctl').replaceAll('\n', '\n> ')}`
		const { outcome, causes, said, notes } = await explained(text)
		expect(outcome).toBe('cause')
		expect(causes[0]).toMatchObject({
			id: 'environment-missing',
			provedBy: expect.arrayContaining([expect.any(String)]),
		})
		expect(said).toContain('SECRET_KEY')
		expect(notes.join(' ')).toMatch(/A paste proves nothing/)
		const lines = text.split('\n')
		expect(causes[0]?.evidence.length).toBeGreaterThan(0)
		for (const { line, text: quoted } of causes[0]?.evidence ?? []) expect(quoted).toBe(lines[line - 1])
	})

	test('of a log: that ages are not known', async () => {
		const { notes } = await explained(outputOf(byName('environment-missing.tcp'), 'journalctl'))
		expect(notes.join(' ')).toMatch(/How old the log lines are could not be checked/)
	})

	test('of a failure that the service survived: the likely cause', async () => {
		const answer = await explained(outputOf(byName('worker-timeout.tcp'), 'journalctl'))
		expect(namedBy(answer)).toEqual(['worker-timeout'])
	})

	test('of a cause that another one explains: that it does, behind that', async () => {
		const host = byName('no-live-upstreams.tcp')
		const { causes } = await explained(transcriptOf(host, ['nginx-error-log', 'nginx-config-dump']))
		const explainedOnes = causes.filter(({ symptomOf }) => symptomOf !== undefined)
		expect(
			causes.slice(0, causes.length - explainedOnes.length).every(({ symptomOf }) => symptomOf === undefined),
		).toBe(true)
		for (const { symptomOf } of explainedOnes) expect(causes.map(({ id }) => id)).toContain(symptomOf)
	})

	test('of a worker that failed to boot, without the lines that say why: no cause', async () => {
		const log = outputOf(byName('environment-missing.tcp'), 'journalctl').trimEnd().split('\n')
		const end = log.findLastIndex((line) => line.includes('Worker failed to boot'))
		const { outcome, findings } = await explained(log.slice(end - 1).join('\n'))
		expect(outcome).toBe('undecided')
		expect(findings.length).toBeGreaterThan(0)
	})

	test('of a bind that failed, without the line that says why: no cause', async () => {
		const answer = await explained("[2026-11-21 09:00:00 +0000] [9] [ERROR] Can't connect to ('10.0.0.5', 8000)\n")
		expect(namedBy(answer)).toEqual([])
	})

	test('of a part of a configuration: nothing that its rest may say otherwise', async () => {
		const { outcome } = await explained(
			'server {\n  listen 80;\n  server_name shop.example;\n  root /var/www/shop;\n}\n',
		)
		expect(outcome).toBe('undecided')
	})

	test('of workers that are gone without a word: not that all is well', async () => {
		const boot = (second: number, pid: number): string =>
			`[2026-11-21 09:00:0${second} +0000] [${pid}] [INFO] Booting worker with pid: ${pid}`
		const start = ['[2026-11-21 09:00:01 +0000] [9] [INFO] Listening at: http://127.0.0.1:8000 (9)', boot(1, 11)]
		expect((await explained(start.join('\n'))).outcome).toBe('healthy')
		expect((await explained([...start, boot(8, 12)].join('\n'))).outcome).toBe('undecided')
	})

	test('of outputs that do not agree: that they do not', async () => {
		const broken = transcriptOf(byName('environment-missing.tcp'), ['journalctl'])
		const mended = transcriptOf(byName('healthy-wildcard.tcp'), ['systemctl-status'])
		const { outcome, causes, said } = await explained(`${broken}\n${mended}`)
		expect([outcome, causes]).toEqual(['undecided', []])
		expect(said).toMatch(/do not agree/)
	})

	test('of the same command twice: the last one', async () => {
		const before = transcriptOf(byName('environment-missing.tcp'), ['journalctl'])
		const after = transcriptOf(byName('healthy-wildcard.tcp'), ['journalctl'])
		expect((await explained(`${before}\n${after}`)).outcome).toBe('healthy')
		expect(namedBy(await explained(`${after}\n${before}`))).toEqual(['environment-missing'])
	})

	test('of what is not decided: a command that can be run now', async () => {
		const { outcome, next } = await explained(outputOf(byName('app-not-found.tcp'), 'curl-url'))
		expect(outcome).toBe('undecided')
		expect(next?.command).not.toMatch(/[<{]/)
	})

	test('of a request whose answer alone is shown: nothing about either side', async () => {
		const { causes } = await explained('HTTP/1.1 500 Internal Server Error\nServer: Werkzeug/3.0 Python/3.12\n')
		expect(causes).toEqual([])
	})

	test.each([
		['a shell prompt and nothing else', 'root@web1:~# '],
		['prose', 'Dear all,\n\nthe site is down, please help.\n'],
		['code', 'const answer = 42\nexport { answer }\n'],
		['a word', 'active\n'],
	])('of %s: that it is not recognised', async (_, text) => {
		expect(await explained(text)).toMatchObject({ outcome: 'unrecognised', causes: [], findings: [], recognised: [] })
	})
})

describe('a step', () => {
	test('reads its own output', async () => {
		const host = byName('upstream-wrong-port.tcp')
		const answer = await explained(outputOf(host, 'nginx-error-log'), { step: 'nginx-errors' })
		expect(answer.outcome).toBe('undecided')
		expect(answer.findings.map(({ say }) => say).join(' ')).toContain('127.0.0.1:8001')
	})

	test('reads the facts that are given by hand', async () => {
		const host = byName('user-missing.unix')
		const log = outputOf(host, 'journalctl')
		expect(namedBy(await explained(log))).toEqual(['user-missing'])
		// It runs by now, so that the log is of the past.
		const given = await explained(log, { set: [['journal.failed', 'true']] })
		expect(given.notes.join(' ')).toMatch(/Given by hand, not read: journal/)
	})

	test.each<[string, Parameters<typeof explained>, RegExp]>([
		['unknown', ['x', { step: 'nginx-error' }], /no step "nginx-error"\. Did you mean nginx-errors\?/],
		['of another output', ['curl: (7) Failed to connect', { step: 'logs' }], /looks like an HTTP answer.*not like/],
		['without an output', ['x', { step: 'fix-by-hand' }], /fix-by-hand reads no output: leave it out/],
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
