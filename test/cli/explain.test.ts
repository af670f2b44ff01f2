import { Readable, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { runProgram } from '../../src/cli/program.ts'
import type { TerminalStreams } from '../../src/terminal/streams.ts'
import { explanationSchema } from '../support/explanation-schema.ts'
import { outputOf, type RecordedHost, recordedHosts, transcriptOf } from '../support/recorded-hosts.ts'

const hosts = recordedHosts()
const byName = (name: string): RecordedHost => {
	const host = hosts.find((one) => one.name === name)
	if (host === undefined) throw new Error(`no recorded host ${name}`)
	return host
}
const broken = transcriptOf(byName('environment-missing.tcp'), ['systemctl-status', 'journalctl'])
const healthy = transcriptOf(byName('healthy-wildcard.tcp'), ['systemctl-status', 'journalctl'])
const open = transcriptOf(byName('upstream-wrong-port.tcp'), ['nginx-error-log'])
/** Two faults that have nothing to do with each other. */
const several = transcriptOf(byName('header-too-big.tcp'), ['nginx-error-log']).concat(
	'\n',
	transcriptOf(byName('nginx-config-broken.tcp'), ['nginx-test']),
)

interface Said {
	readonly code: number
	readonly stdout: string
	readonly stderr: string
}

/** `runtree explain` with its streams replaced. */
async function explain(
	words: readonly string[],
	input: string | Iterable<Buffer> | AsyncIterable<Buffer>,
	{ tty = false, columns }: { tty?: boolean; columns?: number } = {},
): Promise<Said> {
	const texts = { stdout: '', stderr: '' }
	const sink = (name: 'stdout' | 'stderr'): Writable =>
		new Writable({
			write: (chunk, _, done) => {
				texts[name] += String(chunk)
				done()
			},
		})
	const stdin = Readable.from(typeof input === 'string' ? [Buffer.from(input)] : input, { objectMode: false })
	const streams = {
		stdin: Object.assign(stdin, { isTTY: tty }),
		stdout: Object.assign(sink('stdout'), { columns }),
		stderr: sink('stderr'),
		env: {},
	} as unknown as TerminalStreams
	const code = await runProgram(['explain', ...words], streams)
	return { code, ...texts }
}

/** One sentence that says what is wrong and what to do, on standard error. */
function expectSentence({ code, stdout, stderr }: Said, pattern: RegExp): void {
	expect(stderr).toMatch(pattern)
	expect(stderr).toMatch(/^runtree: [^\n]{10,400}[.?]\n$/)
	expect(stderr).not.toMatch(/\bat [^ ]+ \(|undefined|\[object/)
	expect(stdout).toBe('')
	expect(code).toBe(2)
}

describe('the exit code and the document say the same', () => {
	test.each([
		['a cause', broken, 1, { outcome: 'cause', cause: 'environment-missing' }],
		['several causes', several, 3, { outcome: 'likely', cause: null }],
		['a healthy service', healthy, 0, { outcome: 'healthy', cause: null, next: null }],
		['what is not decided', open, 3, { outcome: 'undecided', cause: null, next: expect.any(String) }],
		['what is not recognised', 'hello\n', 2, { outcome: 'unrecognised', cause: null, causes: [] }],
	])('%s', async (_, text, code, expected) => {
		const answer = await explain(['flask-502', '--json'], text)
		expect(answer).toMatchObject({ code, stderr: '' })
		expect(explanationSchema.parse(JSON.parse(answer.stdout))).toMatchObject(expected)
		expect((await explain(['flask-502'], text)).code).toBe(code)
	})

	test('every document of every host is as described', async () => {
		for (const host of hosts.filter((_, index) => index % 9 === 0)) {
			const text = transcriptOf(host, ['curl-url', 'systemctl-status', 'journalctl', 'nginx-error-log', 'ss-tcp'])
			const { code, stdout } = await explain(['flask-502', '--json'], text)
			const document = explanationSchema.parse(JSON.parse(stdout))
			expect(code).toBe({ healthy: 0, cause: 1, unrecognised: 2, likely: 3, undecided: 3 }[document.outcome])
			const leading = document.causes.filter(({ symptomOf }) => symptomOf === undefined)
			expect(document.cause).toBe(document.outcome === 'cause' ? (leading[0]?.id ?? 'none') : null)
			if (document.outcome === 'undecided') expect(document.next, host.name).not.toBeNull()
			const lines = text.split('\n')
			const evidence = [...document.causes, ...document.findings].flatMap((one) => one.evidence)
			for (const { line, text: quoted } of evidence) expect(quoted).toBe(lines[line - 1]?.replace('\r', ''))
		}
	})
})

describe('for people', () => {
	test('a cause comes first, then its lines, then what was read', async () => {
		const { stdout } = await explain(['flask-502'], broken, { columns: 80 })
		expect(stdout).toMatch(/^Likely cause: An environment variable is missing under systemd\s\[environment-missing\]\n/)
		expect(stdout).toMatch(/\n {2,4}\d+ \| .*KeyError: 'SECRET_KEY'\n/)
		expect(stdout).toMatch(/\n {2}Would prove it, or rule it out:\n {4}\S/)
		expect(stdout).toMatch(/\nRead: systemctl status gunicorn .*\(lines \d+–\d+\); journalctl -u\sgunicorn/)
		// Lines of output and commands stay as they are, to be copied.
		const words = stdout.split('\n').filter((line) => !/^ +\d+ \| |^ {4}\S|^ {2}\S+ -/.test(line))
		for (const line of words) expect(line.length, line).toBeLessThanOrEqual(80)
	})

	test('several causes stand in their order, each with its lines', async () => {
		const { stdout } = await explain(['flask-502'], several)
		expect(stdout).toMatch(/^Likely, in this order:\n1\. .*\[[a-z-]+\]\n(?:.*\n)*2\. .*\[[a-z-]+\]\n/)
	})

	test('what is not decided says which command would go on', async () => {
		const { stdout } = await explain(['flask-502'], open)
		expect(stdout).toMatch(/^Undecided: nginx connects to 127\.0\.0\.1:8001/)
		expect(stdout).toMatch(/\nNext, run(?: as root)?\n {2}\S/)
	})

	test('a healthy output does not rule out a fault elsewhere', async () => {
		const { stdout } = await explain(['flask-502'], healthy)
		expect(stdout).toMatch(
			/^Healthy: Nothing in what was pasted is wrong\..*\n {2}That does not rule out a fault elsewhere\.\n/s,
		)
	})

	test('control characters of a paste reach no terminal', async () => {
		const { stdout } = await explain(
			['flask-502'],
			broken.replace('SECRET_KEY', '\u001b]0;x\u0007\u001b[2JSECRET_KEY\u202e'),
		)
		// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
		expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
		expect(stdout).toContain('SECRET_KEY')
	})
})

describe('what cannot be explained is said in one sentence', () => {
	test.each<[string, readonly string[], string, RegExp]>([
		['nothing', [], '', /Nothing was given: pipe the output in/],
		['blank lines', [], '\n \n', /Nothing was given/],
		['a binary', [], 'ELF\u0000\u0001\u0002', /not text \(it has NUL bytes\)/],
		['prose', [], 'hello\n', /does not look like any output that this flow reads/],
		['prose for a step', ['logs'], 'hello\n', /does not look like the output of “Gunicorn's log”/],
		[
			'the output of another command',
			['nginx-errors'],
			healthy,
			/looks like systemctl status, not like the output of “.*” \(tail/,
		],
		['a step that there is not', ['nginx-error'], open, /has no step "nginx-error"\. Did you mean nginx-errors\?/],
		[
			'a fact that there is not',
			['--set', 'unit.activ=true'],
			open,
			/nor a fact "unit\.activ": did you mean unit\.active/,
		],
		['a fact of another type', ['--set', 'unit.active=1'], open, /"1" is not true or false/],
		[
			'a fact that contradicts the output',
			['--set', 'unit.active=true'],
			broken,
			/contradicts the output, which says false in line \d+/,
		],
		['an exit code of several outputs', ['--exit-code', '3'], broken, /--exit-code belongs to one output/],
		['an exit code that is none', ['--exit-code', 'x'], open, /--exit-code/],
	])('%s', async (_, words, text, pattern) => {
		expectSentence(await explain(['flask-502', ...words], text), pattern)
	})

	test('a flow that there is not', async () => {
		expectSentence(await explain(['flask-503'], open), /no flow named "flask-503"; did you mean flask-502\?/)
	})
})

test('a terminal is told how to paste, and how to end', async () => {
	const { code, stdout, stderr } = await explain(['flask-502'], broken, { tty: true })
	expect(stderr).toMatch(/^Paste the output.*Enter and Ctrl-D.*Ctrl-C leaves.*\n$/)
	expect(stdout).toMatch(/^Likely cause: /)
	expect(code).toBe(1)
})

describe('a paste that is longer than anybody reads', () => {
	const MEGABYTE = 1024 * 1024

	test('200 MB: its end is read, in bounded memory, and the answer says so', async () => {
		const line = Buffer.from('Nov 21 09:00:00 web1 gunicorn[92]: a line of the application\n')
		const chunk = Buffer.alloc(64 * 1024 - ((64 * 1024) % line.length), line)
		const chunks = Math.ceil((200 * MEGABYTE) / chunk.length)
		const end = Buffer.from(outputOf(byName('environment-missing.tcp'), 'journalctl'))
		let most = 0
		const before = used()
		const flood = async function* (): AsyncGenerator<Buffer> {
			for (let at = 0; at < chunks; at++) {
				if (at % 100 === 0) most = Math.max(most, used() - before)
				yield Buffer.from(chunk)
			}
			yield end
		}
		const { code, stdout } = await explain(['flask-502', '--json'], flood())
		const document = explanationSchema.parse(JSON.parse(stdout))
		expect(code).toBe(1)
		expect(document.cause).toBe('environment-missing')
		const lines = (chunks * chunk.length) / line.length
		const own = end.toString().split('\n')
		expect(document.causes[0]?.evidence.length).toBeGreaterThan(0)
		for (const { line: number, text } of document.causes[0]?.evidence ?? []) expect(text).toBe(own[number - 1 - lines])
		expect(document.notes[0]).toMatch(/^The text is longer than 4 MB, so only its end was read, from line \d+ on\.$/)
		expect(most).toBeLessThan(120 * MEGABYTE)
	})

	test('a single line without an end', async () => {
		const flood = Array.from({ length: 160 }, () => Buffer.alloc(64 * 1024, 'x'))
		expectSentence(await explain(['flask-502'], flood), /does not look like any output/)
	})

	function used(): number {
		const { heapUsed, external } = process.memoryUsage()
		return heapUsed + external
	}
})
