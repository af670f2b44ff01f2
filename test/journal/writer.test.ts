import { spawnSync } from 'node:child_process'
import {
	appendFileSync,
	closeSync,
	mkdirSync,
	openSync,
	readFileSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { listSessions } from '../../src/journal/list.ts'
import { lockHolder } from '../../src/journal/lock.ts'
import { createSessionFolder, isSessionId, newSessionId, sessionsFolder } from '../../src/journal/paths.ts'
import { readJournal } from '../../src/journal/read.ts'
import { openJournal, writeTo } from '../../src/journal/writer.ts'
import { runs } from '../support/property.ts'
import { AT, journaled, newFolder, newJournal, tmpFolder } from '../support/session-kit.ts'

const STARTED = {
	type: 'session.started',
	format: 1,
	session: 's',
	flow: { id: 'host', title: 'Host', hash: '0' },
	runtree: '0.0.0',
	target: 'local',
	host: 'web1',
	recorded: false,
	inputs: {},
	mode: 'guided',
} as const
const note = (text: string) => ({ type: 'note', step: 'a', text }) as const

describe('folders', () => {
	test('an id is sortable by time, readable, and safe as a name', () => {
		expect(newSessionId('flask-502', AT, () => 0.1)).toMatch(/^2026-11-21-0312-flask-502-[a-z0-9]{4}$/)
		fc.assert(
			fc.property(
				fc.string(),
				fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
				(flow, date) => {
					expect(isSessionId(newSessionId(flow, date.getTime(), Math.random))).toBe(true)
				},
			),
		)
	})

	test.each(['../x', '/etc', 'a/b', '.', '', 'A', 'x\u0000'])('%j is no session', (text) => {
		expect(isSessionId(text)).toBe(false)
	})

	test('XDG_STATE_HOME counts when it is absolute', () => {
		expect(sessionsFolder({ XDG_STATE_HOME: '/s', HOME: '/h' })).toBe('/s/runtree/sessions')
		expect(sessionsFolder({ XDG_STATE_HOME: 'relative', HOME: '/h' })).toBe('/h/.local/state/runtree/sessions')
	})

	test('are closed to others, also when they were open', () => {
		const sessions = join(tmpFolder(), 'runtree', 'sessions')
		mkdirSync(sessions, { recursive: true, mode: 0o755 })
		const made = createSessionFolder(sessions, 'one')
		expect(made.ok).toBe(true)
		expect(statSync(sessions).mode & 0o777).toBe(0o700)
		expect(statSync(join(sessions, 'one')).mode & 0o777).toBe(0o700)
	})

	test('a link in the place of the sessions is refused', () => {
		const folder = tmpFolder()
		mkdirSync(join(folder, 'elsewhere'))
		symlinkSync(join(folder, 'elsewhere'), join(folder, 'sessions'))
		expect(createSessionFolder(join(folder, 'sessions'), 'one')).toMatchObject({
			ok: false,
			reason: expect.stringContaining('XDG_STATE_HOME'),
		})
	})
})

describe('the file', () => {
	test('a link in the place of the journal is refused', () => {
		const folder = newFolder()
		writeFileSync(join(folder, 'elsewhere'), '')
		symlinkSync(join(folder, 'elsewhere'), join(folder, 'journal.jsonl'))
		expect(openJournal({ folder, now: () => AT, resume: true }).ok).toBe(false)
		expect(openJournal({ folder, now: () => AT, resume: false }).ok).toBe(false)
	})

	test('is open in one process only, and a dead one holds nothing', () => {
		const journal = newJournal()
		expect(lockHolder(journal.folder)).toBe(process.pid)
		expect(openJournal({ folder: journal.folder, now: () => AT, resume: true })).toMatchObject({
			ok: false,
			reason: expect.stringContaining('another terminal'),
		})
		journal.close()
		expect(lockHolder(journal.folder)).toBeUndefined()
		const dead = spawnSync('true').pid
		writeFileSync(join(journal.folder, 'lock'), `${dead} 1`)
		const again = newJournal({ folder: journal.folder, resume: true })
		expect(lockHolder(again.folder)).toBe(process.pid)
	})

	test('goes on after a torn line with the next number', () => {
		const journal = newJournal()
		journal.append(STARTED)
		journal.append(note('one'))
		journal.close()
		appendFileSync(journal.file, '{"seq":3,"at":"2026')
		const again = newJournal({ folder: journal.folder, resume: true })
		again.append(note('two'))
		again.close()
		const lines = readFileSync(journal.file, 'utf8').split('\n')
		expect(lines[2]).toBe('{"seq":3,"at":"2026')
		expect(JSON.parse(lines[3] ?? '')).toMatchObject({ seq: 3, text: 'two' })
	})

	test('a full disk is one warning and no exception', () => {
		const fd = openSync('/dev/full', 'w')
		const journal = writeTo(fd, '/dev/full', { seq: 0, torn: false }, { folder: '/nowhere', now: () => AT })
		expect(journal.warning()).toBeUndefined()
		journal.append(note('one'))
		journal.output('a/0/1', 'stdout', ['x'], 0)
		journal.endOutput('a/0/1')
		expect(journal.warning()).toContain('no space left on device')
		expect(journal.warning()?.split('. ')).toHaveLength(1)
		journal.close()
		journal.append(note('two'))
	})

	test('a read-only file is one warning and no exception', () => {
		const journal = newJournal()
		const fd = openSync(journal.file, 'r')
		const broken = writeTo(fd, journal.file, { seq: 0, torn: false }, { folder: journal.folder, now: () => AT })
		broken.append(note('x'))
		expect(broken.warning()).toContain('cannot be written')
		closeSync(fd)
	})
})

describe('output', () => {
	const kept = (folder: string): string[] =>
		journaled(folder).flatMap((entry) => (entry.type === 'command.output' ? entry.text.split('\n').slice(0, -1) : []))

	test('is bounded, its two ends stay, and nothing goes missing uncounted', () => {
		fc.assert(
			fc.property(
				fc.array(
					fc.array(
						fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', ' ')),
						{ maxLength: 12 },
					),
					{ maxLength: 30 },
				),
				fc.integer({ min: 0, max: 300 }),
				fc.integer({ min: 0, max: 300 }),
				(batches, head, tail) => {
					const journal = newJournal({ limits: { head, tail, session: 1000 } })
					for (const [index, batch] of batches.entries()) journal.output('a/0/1', 'stdout', batch, index)
					journal.endOutput('a/0/1')
					journal.close()
					const all = batches.flat().map((line) => journal.redactor.text(line))
					const entries = journaled(journal.folder)
					const at = entries.findIndex((entry) => entry.type === 'command.output-dropped')
					const dropped = entries[at]?.type === 'command.output-dropped' ? (entries[at]?.lines ?? 0) : 0
					const lines = kept(journal.folder)
					expect(lines.length + dropped).toBe(all.length)
					const before = entries
						.slice(0, at === -1 ? undefined : at)
						.flatMap((entry) => (entry.type === 'command.output' ? entry.text.split('\n').slice(0, -1) : []))
					expect(lines).toEqual([...all.slice(0, before.length), ...all.slice(before.length + dropped)])
					const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
					if (dropped > 0) expect(bytes).toBeLessThanOrEqual(head + tail)
				},
			),
			{ numRuns: runs(60) },
		)
	})

	test('of many long commands stays below the limit of the session', () => {
		const journal = newJournal({ limits: { head: 4000, tail: 1000, session: 10_000 } })
		const lines = Array.from({ length: 500 }, (_, index) => `line ${index} of a command`)
		for (let run = 1; run <= 20; run++) {
			for (let from = 0; from < lines.length; from += 10)
				journal.output(`a/0/${run}`, 'stdout', lines.slice(from, from + 10), 0)
			journal.endOutput(`a/0/${run}`)
		}
		journal.close()
		const bytes = kept(journal.folder).reduce((sum, line) => sum + line.length + 1, 0)
		expect(bytes).toBeLessThanOrEqual(10_000)
		expect(bytes).toBeGreaterThan(8_000)
	})

	test('of two streams keeps the order of arrival', () => {
		const journal = newJournal()
		journal.output('a/0/1', 'stdout', ['1'], 0)
		journal.output('a/0/1', 'stderr', ['2'], 1)
		journal.output('a/0/1', 'stdout', ['3', '4'], 2)
		expect(journaled(journal.folder)).toMatchObject([
			{ stream: 'stdout', text: '1\n' },
			{ stream: 'stderr', text: '2\n' },
			{ stream: 'stdout', text: '3\n4\n', offsetMs: 2 },
		])
	})
})

describe('reading', () => {
	test('tolerates garbage with a count, and entries of a later version', async () => {
		const journal = newJournal()
		journal.append(STARTED)
		journal.append(note('one'))
		journal.close()
		appendFileSync(
			journal.file,
			'garbage\n{"type":"note"}\n\n[1]\n{"seq":9,"at":"2026-11-21T03:12:05.000Z","type":"hologram"}\n',
		)
		appendFileSync(journal.file, `${'x'.repeat(5_000_000)}\n`)
		appendFileSync(
			journal.file,
			'{"seq":10,"at":"2026-11-21T03:12:05.000Z","type":"note","step":"a","text":"two","new":1}\n',
		)
		const read = await readJournal(journal.file)
		expect(read).toMatchObject({ ok: true, skipped: 4, unknown: 1, torn: false })
		expect(read.ok && read.entries.map((entry) => (entry.type === 'note' ? entry.text : ''))).toEqual([
			'',
			'one',
			'two',
		])
	})

	test.each([
		['', /empty/],
		['not json\n', /not a runtree journal/],
		['{"type":"scenario","format":1}\n', /not a runtree journal/],
		['{"type":"session.started","format":2}\n', /format 2.*update runtree/],
		['{"type":"session.started","format":1}\n', /damaged/],
		['{"seq":1,"at":', /cut off/],
	])('refuses %j by one sentence', async (text, reason) => {
		const file = join(tmpFolder(), 'journal.jsonl')
		writeFileSync(file, text)
		expect(await readJournal(file)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) })
	})

	test('a file that is not there is a sentence', async () => {
		expect(await readJournal('/nowhere/journal.jsonl')).toMatchObject({
			ok: false,
			reason: expect.stringContaining('no such file'),
		})
		expect(await readJournal('/tmp')).toMatchObject({ ok: false })
	})

	test('any bytes at all give an answer', async () => {
		const file = join(tmpFolder(), 'journal.jsonl')
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.boolean(), async (bytes, begun) => {
				const first = begun ? `${JSON.stringify({ seq: 1, at: new Date(AT).toISOString(), ...STARTED })}\n` : ''
				writeFileSync(file, Buffer.concat([Buffer.from(first), bytes]))
				expect((await readJournal(file)).ok).toBe(begun)
			}),
		)
	})
})

describe('the list', () => {
	test('shows the latest first, says what can be resumed, and does not hide what is damaged', async () => {
		const sessions = join(tmpFolder(), 'sessions')
		const make = (id: string) => {
			const made = createSessionFolder(sessions, id)
			if (!made.ok) throw new Error(made.reason)
			return newJournal({ folder: made.folder })
		}
		const ended = make('2026-11-20-0100-host-aaaa')
		ended.append(STARTED)
		ended.append({ type: 'session.ended', outcome: 'resolved', causes: [], changes: [], checklist: [] })
		ended.append({ type: 'command.ended', run: 'a/0/1', lines: 0, ending: { kind: 'cancelled', durationMs: 1 } })
		ended.close()
		const killed = make('2026-11-21-0100-host-bbbb')
		killed.append(STARTED)
		// Longer than what is read of the end at first.
		killed.output(
			'a/0/1',
			'stdout',
			Array.from({ length: 5000 }, () => 'x'.repeat(40)),
			0,
		)
		killed.close()
		const open = make('2026-11-22-0100-host-cccc')
		open.append(STARTED)
		make('2026-11-23-0100-host-dddd').close()
		mkdirSync(join(sessions, '.hidden'))

		expect(await listSessions(sessions)).toMatchObject([
			{ kind: 'unreadable', id: '2026-11-23-0100-host-dddd', reason: expect.stringContaining('empty') },
			{ kind: 'session', state: { kind: 'open', process: process.pid }, resumable: false },
			{ kind: 'session', state: { kind: 'interrupted' }, resumable: true, started: { host: 'web1' } },
			{ kind: 'session', state: { kind: 'ended', outcome: 'resolved' }, resumable: false },
		])
		expect(await listSessions(join(sessions, 'nowhere'))).toEqual([])
	})
})
