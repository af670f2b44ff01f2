import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resumePoint } from '../../src/journal/fold.ts'
import { readJournal } from '../../src/journal/read.ts'
import type { Target } from '../../src/target/target.ts'
import { int, type Parser, string } from '../../src/text/parser.ts'
import { brokenHost, hostFlow, journaled, localTarget, newJournal, sessionOn } from '../support/session-kit.ts'
import { cause, flow, otherwise, parse, probe, remedy, step, when } from '../support/small-flow.ts'
import { smallParsers } from '../support/small-parsers.ts'

const end = otherwise('end:inconclusive')

describe('a walk over real commands', () => {
	test('finds the cause, mends it, and is resolved by the retest', async () => {
		const host = brokenHost()
		const session = sessionOn(hostFlow, { inputs: { host } })
		expect(session.snapshot().phase).toBe('ready')
		session.send({ type: 'step.run' })
		expect(session.runningSince()).toBeDefined()
		await session.whenIdle()
		expect(session.runningSince()).toBeUndefined()
		expect(session.snapshot().context.decision?.recommended).toBe(1)
		session.send({ type: 'branch.take', branch: 1 })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		expect(session.snapshot().context.decision?.evidence).toMatchObject([{ line: 2, text: 'ActiveState=failed' }])
		session.send({ type: 'branch.take', branch: 0 })
		session.send({ type: 'remedy.start', step: 'start' })
		session.send({ type: 'step.run' })
		expect(readFileSync(join(host, 'answer'), 'utf8')).toContain('502')
		session.send({ type: 'confirm.yes' })
		await session.whenIdle()
		expect(readFileSync(join(host, 'answer'), 'utf8')).toContain('200')
		session.send({ type: 'branch.take', branch: 0 })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		session.send({ type: 'note.add', text: 'Fixed it, password: hunter2' })
		session.send({ type: 'branch.take', branch: 0 })
		expect(session.snapshot().context.outcome).toBe('resolved')
		await session.close()
		await session.close()

		const entries = journaled(session.folder)
		expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1))
		expect(entries.map((entry) => entry.type)).toEqual([
			'session.started',
			'step.entered',
			'command.started',
			'command.output',
			'facts',
			'facts',
			'command.ended',
			'decision',
			'finding',
			'branch.taken',
			'step.entered',
			'command.started',
			'command.output',
			'facts',
			'facts',
			'command.ended',
			'decision',
			'finding',
			'branch.taken',
			'cause.named',
			'step.entered',
			'confirmed',
			'command.started',
			'command.output',
			'facts',
			'command.ended',
			'decision',
			'finding',
			'branch.taken',
			'step.entered',
			'command.started',
			'command.output',
			'facts',
			'facts',
			'command.ended',
			'decision',
			'note',
			'finding',
			'branch.taken',
			'session.ended',
		])
		expect(entries.find((entry) => entry.type === 'command.started' && entry.step === 'start')).toMatchObject({
			effect: 'change',
			undo: expect.stringMatching(/^echo broken > .*answer$/),
		})
		expect(entries.at(-1)).toMatchObject({ outcome: 'resolved', changes: [{ step: 'start', exitCode: 0 }] })
		expect(JSON.stringify(entries)).not.toContain('hunter2')
		expect(statSync(join(session.folder, 'journal.jsonl')).mode & 0o777).toBe(0o600)
		expect(statSync(session.folder).mode & 0o777).toBe(0o700)
	})

	test('the journal has a line before any listener hears of it', async () => {
		const session = sessionOn(hostFlow, { inputs: { host: brokenHost() } })
		const seen: string[] = []
		session.subscribe(() => {
			const { decision } = session.snapshot().context
			if (decision !== null) seen.push(journaled(session.folder).at(-1)?.type ?? '')
		})
		session.send({ type: 'step.run' })
		await session.whenIdle()
		expect(seen).toContain('decision')
	})
})

test('secrets that a command prints are on the screen and not in the journal', async () => {
	const secret = 'zqhunter2secret'
	const of = flow([step('one', { run: [probe(`printf 'DB_PASSWORD=%s\\nok\\n' ${secret}`)], branches: [end] })])
	const session = sessionOn(of)
	session.send({ type: 'step.run' })
	await session.whenIdle()
	const run = 'one/0/1'
	expect(
		session.output
			.view(run)
			.slice(1, 2)
			.map((line) => line.text),
	).toEqual([`DB_PASSWORD=${secret}`, 'ok'])
	await session.close()
	const text = readFileSync(join(session.folder, 'journal.jsonl'), 'utf8')
	expect(text).toContain('DB_PASSWORD=[redacted]')
	// The command itself holds it as a plain word, which nothing tells apart from any other word.
	const entries = journaled(session.folder).filter((entry) => entry.type !== 'command.started')
	expect(JSON.stringify(entries)).not.toContain(secret)
})

test('escape sequences never get past the splitter', async () => {
	const of = flow([step('one', { run: [probe("printf 'a\\033[31mb\\033]0;x\\007c\\n'")], branches: [end] })])
	const session = sessionOn(of)
	session.send({ type: 'step.run' })
	await session.whenIdle()
	await session.close()
	expect(journaled(session.folder)).toContainEqual(expect.objectContaining({ type: 'command.output', text: 'abc\n' }))
})

describe('facts', () => {
	test('of pasted output, without running anything', async () => {
		const host = brokenHost()
		const target: Target = { ...localTarget(), run: () => Promise.reject(new Error('must not run')) }
		const session = sessionOn(hostFlow, { inputs: { host }, target })
		session.send({ type: 'output.paste', text: 'HTTP/1.1 200 OK\r\nServer: x' })
		await session.whenIdle()
		const { facts, decision } = session.snapshot().context
		expect(facts.response?.facts).toEqual({ status: 200 })
		expect(decision?.recommended).toBe(0)
		await session.close()
		expect(journaled(session.folder)).toContainEqual(expect.objectContaining({ type: 'command.started', pasted: true }))
		expect(journaled(session.folder)).toContainEqual(
			expect.objectContaining({ type: 'command.ended', lines: 2, ending: expect.objectContaining({ exitCode: null }) }),
		)
	})

	test('of a parser that throws are missing, and the others are there', async () => {
		const bad: Parser = {
			name: 'bad',
			summary: '',
			facts: { x: int('A number.') },
			parse: () => {
				throw new Error('off by one')
			},
		}
		const parsers = new Map([...smallParsers, ['bad', bad] as const])
		const of = flow([
			step('one', {
				run: [probe('echo HTTP/1.1 200 OK', { parse: [parse('bad', 'bad'), parse('status', 'response')] })],
				branches: [end],
			}),
		])
		const session = sessionOn(of, { parsers })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		expect(Object.keys(session.snapshot().context.facts).sort()).toEqual(['response', 'result'])
		await session.close()
		expect(journaled(session.folder)).toContainEqual(
			expect.objectContaining({ type: 'note', text: expect.stringContaining('off by one') }),
		)
	})

	test('a command that failed tells its exit code and what it said', async () => {
		const of = flow([
			step('one', {
				run: [probe('echo no >&2; exit 3')],
				branches: [when('result.exitCode == 3', 'end:healthy'), end],
			}),
		])
		const session = sessionOn(of)
		session.send({ type: 'step.run' })
		await session.whenIdle()
		expect(session.snapshot().context.facts.result?.facts).toMatchObject({ exitCode: 3, stderr: 'no' })
		expect(session.snapshot().context.decision?.recommended).toBe(0)
	})

	test('evidence of a very long line is shortened without leaving half of a secret', async () => {
		const token = `ghp_${'a1B2'.repeat(9)}`
		const long: Parser = {
			name: 'long',
			summary: '',
			facts: { length: int('Length of the first line, in characters.') },
			parse: ({ lines }) => ({
				facts: { length: lines[0]?.text.length ?? 0 },
				evidence: { length: [{ line: 1, start: 1, end: 2 }] },
			}),
		}
		const of = flow([
			step('one', {
				run: [
					probe(`head -c 480 /dev/zero | tr '\\0' ' '; echo ${token} and more`, { parse: [parse('long', 'long')] }),
				],
				branches: [end],
			}),
		])
		const session = sessionOn(of, { parsers: new Map([['long', long]]) })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		const [evidence] = session.snapshot().context.facts.long?.evidence.length ?? []
		expect(evidence?.text.length).toBeLessThanOrEqual(500)
		expect(evidence?.text).not.toContain('ghp_')
	})
})

describe('what runs', () => {
	const slow = flow([step('one', { run: [probe('echo begun; sleep 60')], branches: [end] })])

	const begun = (session: ReturnType<typeof sessionOn>): Promise<void> =>
		new Promise((resolve) => {
			const off = session.output.subscribe(() => {
				if (session.output.view('one/0/1').total === 0) return
				off()
				resolve()
			})
		})

	test('is cancelled, and what it printed is kept', async () => {
		const session = sessionOn(slow)
		session.send({ type: 'step.run' })
		await begun(session)
		session.send({ type: 'command.cancel' })
		await session.whenIdle()
		expect(session.snapshot().phase).toBe('deciding')
		const entries = journaled(session.folder)
		expect(entries).toContainEqual(expect.objectContaining({ type: 'command.output', text: 'begun\n' }))
		expect(entries.at(-1)).toMatchObject({ type: 'command.ended', ending: { kind: 'cancelled' } })
	})

	test('is ended by close, which also writes the end of the session', async () => {
		const session = sessionOn(slow)
		session.send({ type: 'step.run' })
		await begun(session)
		await session.close()
		const types = journaled(session.folder).map((entry) => entry.type)
		expect(types).toContain('session.ended')
		expect(types).toContain('command.ended')
		session.send({ type: 'step.run' })
		expect(journaled(session.folder).map((entry) => entry.type)).toEqual(types)
	})

	test('that prints 50,000 lines: parsers see both ends, the journal says what it has not', async () => {
		let seen: readonly { number: number; text: string }[] = []
		const both: Parser = {
			name: 'both',
			summary: '',
			facts: { last: string('The last line.') },
			parse: ({ lines }) => {
				seen = lines
				const last = lines.at(-1)
				return { facts: { last: last?.text ?? '' }, evidence: { last: [{ line: last?.number ?? 0 }] } }
			},
		}
		const of = flow([
			step('one', {
				run: [probe('seq 1 50000 | sed "s/^/this is line number /"', { parse: [parse('both', 'both')] })],
				branches: [end],
			}),
		])
		const journal = newJournal({ limits: { head: 200_000, tail: 50_000, session: 1_000_000 } })
		const session = sessionOn(of, { parsers: new Map([['both', both]]), journal })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		expect(session.snapshot().context.facts.both).toMatchObject({
			facts: { last: 'this is line number 50000' },
			evidence: { last: [{ line: 50_000, text: 'this is line number 50000' }] },
		})
		expect(seen.length).toBeLessThanOrEqual(20_000)
		expect(seen[0]?.number).toBe(1)
		expect(session.output.view('one/0/1').total).toBe(50_000)
		await session.close()
		const entries = journaled(session.folder)
		const kept = entries.flatMap((entry) =>
			entry.type === 'command.output' ? entry.text.split('\n').slice(0, -1) : [],
		)
		const dropped = entries.find((entry) => entry.type === 'command.output-dropped')
		expect(kept.length + (dropped?.lines ?? 0)).toBe(50_000)
		expect(kept[0]).toBe('this is line number 1')
		expect(kept.at(-1)).toBe('this is line number 50000')
		expect(statSync(join(session.folder, 'journal.jsonl')).size).toBeLessThan(600_000)
	})

	test('a target that breaks its promise ends the command, not the session', async () => {
		const target: Target = { ...localTarget(), run: () => Promise.reject(new Error('bug')) }
		const session = sessionOn(slow, { target })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		expect(session.snapshot().context.decision?.because).toBe('not-started')
		await session.close()
		expect(journaled(session.folder).at(-1)?.type).toBe('session.ended')
	})
})

describe('resumed', () => {
	const marks = flow(
		[
			step('look', {
				run: [probe('echo ActiveState=failed', { parse: [parse('unit', 'unit')] })],
				branches: [when('!unit.active', 'cause:down'), end],
			}),
			step('mend', {
				run: [remedy('echo once >> {{inputs.file}}', { privilege: 'user' })],
				branches: [otherwise('step:again')],
			}),
			step('again', { retest: true, run: [probe('cat {{inputs.file}}')], branches: [otherwise('end:healthy')] }),
		],
		[cause('down', ['mend'])],
		{ inputs: { file: { title: 'File', format: 'path' } } },
	)

	test('a command that lacks its secret does not run', async () => {
		const file = join(brokenHost(), 'marks')
		const session = sessionOn(marks, { inputs: { file } })
		session.send({ type: 'command.edit', text: `echo [redacted] > ${file}` })
		session.send({ type: 'step.run' })
		session.send({ type: 'confirm.yes' })
		await session.whenIdle()
		const [planned] = session.snapshot().context.plan
		expect(planned?.kind === 'run' ? planned.result?.ending : undefined).toMatchObject({
			kind: 'not-started',
			reason: expect.stringContaining('secret'),
		})
		expect(existsSync(file)).toBe(false)
	})

	test('a remedy that had started runs again only after a new yes', async () => {
		const file = join(brokenHost(), 'marks')
		const session = sessionOn(marks, { inputs: { file } })
		session.send({ type: 'step.run' })
		await session.whenIdle()
		session.send({ type: 'branch.take', branch: 0 })
		session.send({ type: 'remedy.start', step: 'mend' })
		session.send({ type: 'step.run' })
		session.send({ type: 'confirm.yes' })
		await session.whenIdle()
		await session.close()
		expect(readFileSync(file, 'utf8')).toBe('once\n')

		// As if it had been killed while the remedy ran.
		const path = join(session.folder, 'journal.jsonl')
		const lines = readFileSync(path, 'utf8').split('\n')
		const started = lines.findIndex((line) => line.includes('"command.started"') && line.includes('"mend"'))
		writeFileSync(path, `${lines.slice(0, started + 1).join('\n')}\n${lines[started + 1]?.slice(0, 20)}`)

		const read = await readJournal(path)
		if (!read.ok) throw new Error(read.reason)
		expect(read.torn).toBe(true)
		const point = resumePoint(read.entries, marks)
		if (!point.ok) throw new Error(point.reason)
		expect(point.interrupted).toMatchObject({ effect: 'change' })
		expect(point.resume.changes).toMatchObject([{ step: 'mend', ending: 'disconnected' }])

		const journal = newJournal({ folder: session.folder, resume: true })
		const again = sessionOn(marks, { journal, resume: point })
		await again.whenIdle()
		expect(again.snapshot().context).toMatchObject({ step: 'mend', inputs: { file }, causes: [{ cause: 'down' }] })
		expect(again.snapshot().phase).toBe('ready')
		expect(readFileSync(file, 'utf8')).toBe('once\n')
		again.send({ type: 'step.run' })
		await again.whenIdle()
		expect(again.snapshot().phase).toBe('confirming')
		expect(readFileSync(file, 'utf8')).toBe('once\n')
		again.send({ type: 'confirm.yes' })
		await again.whenIdle()
		expect(readFileSync(file, 'utf8')).toBe('once\nonce\n')
		await again.close()

		const whole = await readJournal(path)
		if (!whole.ok) throw new Error(whole.reason)
		expect(whole.skipped).toBe(1)
		expect(whole.entries.map((entry) => entry.seq)).toEqual(whole.entries.map((_, index) => index + 1))
		const runs = whole.entries.flatMap((entry) => (entry.type === 'command.started' ? [entry.run] : []))
		expect(new Set(runs).size).toBe(runs.length)
	})
})
