import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JournalEntry, SessionEntry } from '../../src/journal/entry.ts'
import { castOf } from '../../src/transcript/cast.ts'
import { htmlOf } from '../../src/transcript/html.ts'
import { jsonOf } from '../../src/transcript/json.ts'
import { inline, markdownOf } from '../../src/transcript/markdown.ts'
import { runs } from '../support/property.ts'
import { brokenHost, hostFlow, journaled, sessionOn } from '../support/session-kit.ts'

const STARTED: SessionEntry = {
	type: 'session.started',
	format: 1,
	session: '2026-11-21-0312-host-k3f9',
	flow: { id: 'host', title: 'Host flow', hash: 'abcdef0123456789' },
	runtree: '0.1.0',
	target: 'local',
	host: 'web1',
	recorded: false,
	inputs: { url: 'http://web1/' },
	mode: 'guided',
}

const stamped = (entries: readonly SessionEntry[]): JournalEntry[] =>
	entries.map((entry, index) => ({
		seq: index + 1,
		at: new Date(Date.UTC(2026, 10, 21, 3, 12, 5) + index * 60_000).toISOString(),
		...entry,
	}))

const run = 'look/0/1'
const command = (text: string): SessionEntry => ({
	type: 'command.started',
	run,
	step: 'look',
	index: 0,
	command: text,
	effect: 'read',
	privilege: 'root',
	timeoutMs: 30_000,
	pasted: false,
	key: 'look',
	parse: [],
})
const output = (text: string, stream: 'stdout' | 'stderr' = 'stdout', offsetMs = 5): SessionEntry => ({
	type: 'command.output',
	run,
	stream,
	text,
	offsetMs,
})
const ended = (lines: number): SessionEntry => ({
	type: 'command.ended',
	run,
	lines,
	ending: { kind: 'exited', exitCode: 3, signal: null, durationMs: 1200, heldOpen: false },
})
const finding = (text: string, line: number): SessionEntry => ({
	type: 'finding',
	finding: {
		step: 'look',
		branch: 0,
		say: 'It is down.',
		supported: true,
		evidence: [{ run, line, stream: 'stdout', text }],
	},
})
const entered: SessionEntry = { type: 'step.entered', step: 'look', title: 'Look at it' }

describe('markdown', () => {
	test('of a whole session over real commands', async () => {
		const host = brokenHost()
		const session = sessionOn(hostFlow, { inputs: { host } })
		for (const step of ['confirm', 'unit']) {
			expect(session.snapshot().context.step).toBe(step)
			session.send({ type: 'step.run' })
			await session.whenIdle()
			session.send({ type: 'branch.take', branch: session.snapshot().context.decision?.recommended ?? -1 })
		}
		session.send({ type: 'remedy.start', step: 'start' })
		session.send({ type: 'step.run' })
		session.send({ type: 'confirm.yes' })
		await session.whenIdle()
		session.send({ type: 'branch.take', branch: 0 })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		session.send({ type: 'note.add', text: 'Told the *team*.' })
		session.send({ type: 'branch.take', branch: 0 })
		await session.close()
		const entries = journaled(session.folder)
		const text = markdownOf(entries)
		for (const part of [
			'# Host flow',
			'**The fault is gone: a retest no longer showed it.**',
			'## Cause: The stopped cause (mended)',
			'**Why.** The unit \\`gunicorn\\` is \\*down\\*.',
			'**To prevent it.** Enable it.',
			'To take it back: `echo broken > ',
			'- `03:12:05` Told the \\*team\\*.',
			'- [x] The site answers',
			'- [ ] The unit is active (not known: unit.active was not told)',
			'### `03:12:05` The unit step',
			'▸  ActiveState=failed',
			'exit code 0 after',
			'a change',
			'The operator confirmed `cp ',
			`runtree export ${session.id} --format html`,
		]) {
			expect(text).toContain(part)
		}
		expect(JSON.parse(jsonOf(entries))).toMatchObject({
			format: 1,
			kind: 'runtree.transcript',
			outcome: 'resolved',
			causes: [{ cause: 'stopped', mended: true, prevent: 'Enable it.' }],
			checklist: [{ state: true }, { state: 'unknown' }],
			changes: [{ step: 'start', exitCode: 0 }],
		})
		expect(htmlOf(entries)).toContain('<span class="evidence">ActiveState=failed</span>')
		expect(castOf(entries)).toContain('ActiveState=failed\\r\\n')
	})

	test('folds long output, keeps the evidence, and counts what is left out', () => {
		const lines = Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`)
		const text = markdownOf(
			stamped([
				STARTED,
				entered,
				command('cat log'),
				output(`${lines.slice(0, 400).join('\n')}\n`),
				{ type: 'command.output-dropped', run, lines: 200, bytes: 2000 },
				output(`${lines.slice(600).join('\n')}\n`, 'stderr'),
				ended(1000),
				finding('line 700', 700),
			]),
		)
		expect(text).toContain('exit code 3 after 1.20 s, 1,000 lines, as root')
		expect(text).toContain(
			'\n   line 30\n… 668 lines left out\n ! line 699\n▸! line 700\n ! line 701\n… 269 lines left out\n ! line 971\n',
		)
		const shown = text.match(/^[ ▸][ !] line \d+$/gm) ?? []
		const left = [...text.matchAll(/… ([\d,]+) lines? left out/g)].reduce(
			(sum, found) => sum + Number(found[1]?.replace(',', '')),
			0,
		)
		expect(shown.length + left).toBe(1000)
	})

	test('a session that broke off says so, and how to go on', () => {
		const text = markdownOf(stamped([STARTED, entered, command('true')]))
		expect(text).toContain('runtree resume 2026-11-21-0312-host-k3f9')
		expect(text).toContain('how it ended is unknown')
	})

	test('inline text is never markup', () => {
		expect(inline('<b>*x* _y_ [a](b) `c` | ~~d~~ & proxy_pass')).toBe(
			'\\<b\\>\\*x\\* \\_y\\_ \\[a\\](b) \\`c\\` \\| \\~\\~d\\~\\~ \\& proxy_pass',
		)
		expect(inline('# x')).toBe('\\# x')
		expect(inline('1. x')).toBe('1\\. x')
		expect(inline('- x\n# y')).toBe('\\- x # y')
	})
})

/** What a host could print to break out of a document. */
const hostile = fc.oneof(
	fc.constantFrom(
		'```',
		'````\n# owned',
		'~~~',
		'</pre><script>alert(1)</script>',
		'\u001b[2J\u001b]0;x\u0007',
		'\u202eevil',
		'-->',
		'<!--',
		'\r',
		'\'"><img src=x>',
	),
	fc.string({
		unit: fc.constantFrom('`', '<', '>', '&', '"', "'", '\n', '\u001b', '\u009b', '#', '-', '|', 'a', ' '),
		maxLength: 20,
	}),
)
const hostileText = fc.array(hostile, { maxLength: 5 }).map((parts) => parts.join(''))

const hostileJournal = fc.tuple(hostileText, hostileText, hostileText, hostileText).map(([a, b, c, d]) =>
	stamped([
		{ ...STARTED, host: a, inputs: { url: b } } as SessionEntry,
		{ type: 'step.entered', step: 'look', title: c },
		command(d),
		output(`${a}\n${b}`),
		output(c, 'stderr'),
		ended(3),
		finding(d, 1),
		{ type: 'cause.named', cause: 'x', title: b, why: c, prevent: d, evidence: [], state: 'proven' },
		{ type: 'note', step: 'look', text: a },
		{
			type: 'session.ended',
			outcome: 'cause',
			causes: [],
			changes: [],
			checklist: [{ text: a, state: 'unknown', reason: b, source: [] }],
		},
	]),
)

describe('nothing that a host prints gets out of its place', () => {
	test('no document carries a control character', () => {
		fc.assert(
			fc.property(hostileJournal, (entries) => {
				for (const document of [markdownOf(entries), htmlOf(entries), jsonOf(entries), castOf(entries)]) {
					// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
					expect(document).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
					expect(document).not.toMatch(/\\u00(?:1b|9b|07)/i)
				}
			}),
		)
	})

	test('in Markdown every fence is closed by its own, and headings are ours', () => {
		fc.assert(
			fc.property(hostileJournal, (entries) => {
				let fence: string | undefined
				const outside: string[] = []
				for (const line of markdownOf(entries).split('\n')) {
					const ticks = /^(`{3,})(.*)$/.exec(line)
					if (fence === undefined && ticks !== null) {
						expect(['sh', 'text']).toContain(ticks[2])
						fence = ticks[1]
					} else if (fence !== undefined) {
						// Markdown closes a block by a run at least as long, alone on its line, indented or not.
						if (/^ {0,3}`+ *$/.test(line) && line.trim().length >= fence.length) fence = undefined
					} else outside.push(line)
				}
				expect(fence).toBeUndefined()
				const headings = outside.filter((line) => /^ {0,3}#/.test(line))
				expect(headings.map((line) => line.split(' ')[0])).toEqual(['#', '##', '##', '##', '##', '##', '###', '##'])
				expect(outside.some((line) => /^ {0,3}(?:~~~|<)/.test(line))).toBe(false)
				expect(outside.join('\n').replace(/(`+)[^`].*?[^`]?\1/g, '')).not.toMatch(/(?<!\\)<(?:script|img|\/pre)/)
			}),
			{ numRuns: runs(500) },
		)
	})

	test('in HTML the only tags are ours', () => {
		const ours = new Set([
			'!doctype',
			'html',
			'head',
			'meta',
			'title',
			'style',
			'body',
			'main',
			'h1',
			'h2',
			'h3',
			'p',
			'dl',
			'dt',
			'dd',
			'pre',
			'code',
			'span',
			'time',
			'b',
			'ul',
			'li',
			'details',
			'summary',
		])
		fc.assert(
			fc.property(hostileJournal, (entries) => {
				const html = htmlOf(entries)
				for (const [, tag = ''] of html.matchAll(/<\/?([^\s>]*)/g)) expect(ours).toContain(tag.toLowerCase())
				expect(html).not.toMatch(/<[^>]*\son\w+=/)
			}),
		)
	})

	test('a cast is lines of JSON in the order of time', () => {
		fc.assert(
			fc.property(hostileJournal, (entries) => {
				const [header = '', ...frames] = castOf(entries).trimEnd().split('\n')
				expect(JSON.parse(header)).toMatchObject({ version: 2, width: 100, height: 30 })
				let before = 0
				for (const frame of frames) {
					const [at, kind, text] = JSON.parse(frame) as [number, string, string]
					expect(kind).toBe('o')
					expect(typeof text).toBe('string')
					expect(at).toBeGreaterThanOrEqual(before)
					expect(at - before).toBeLessThanOrEqual(2.001)
					before = at
				}
			}),
		)
	})
})

test('entries that do not begin with a session give no document', () => {
	const entries = stamped([entered])
	expect([markdownOf(entries), htmlOf(entries), jsonOf(entries), castOf(entries)]).toEqual(['', '', '', ''])
})
