import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { chainedLine, hashOf, writeHead } from '../../src/journal/chain.ts'
import { JOURNAL_FILE } from '../../src/journal/paths.ts'
import { readJournal } from '../../src/journal/read.ts'
import { verifyJournal } from '../../src/journal/verify.ts'
import { brokenHost, hostFlow, newJournal, sessionOn } from '../support/session-kit.ts'

/** A session with a change, from the fault to the retest. Gives its folder. */
async function mended(): Promise<string> {
	const session = sessionOn(hostFlow, { inputs: { host: brokenHost() } })
	for (const event of [
		{ type: 'step.run' },
		{ type: 'branch.take', branch: 1 },
		{ type: 'step.run' },
		{ type: 'branch.take', branch: 0 },
		{ type: 'remedy.start', step: 'start' },
		{ type: 'step.run' },
		{ type: 'confirm.yes' },
		{ type: 'branch.take', branch: 0 },
		{ type: 'step.run' },
		{ type: 'branch.take', branch: 0 },
	] as const) {
		session.send(event)
		await session.whenIdle()
	}
	expect(session.snapshot().context.outcome).toBe('resolved')
	await session.close()
	return session.folder
}

const fileOf = (folder: string): string => join(folder, JOURNAL_FILE)
const linesIn = (folder: string): string[] => readFileSync(fileOf(folder), 'utf8').trimEnd().split('\n')

type Lines = readonly string[]
type Entry = Record<string, unknown>

const at = (lines: Lines, type: string): number => {
	const index = lines.findIndex((line) => line.includes(`"type":"${type}"`))
	if (index === -1) throw new Error(`no ${type}`)
	return index
}
const without = (lines: Lines, index: number, count = 1): Lines => lines.toSpliced(index, count)
const edited = (lines: Lines, index: number, from: string | RegExp, to: string): Lines => {
	const line = lines[index] ?? ''
	const changed = line.replace(from, to)
	if (changed === line) throw new Error(`nothing to edit in ${line}`)
	return lines.with(index, changed)
}

/** Numbers and hashes as they would be had it been written so: somebody knows how it works. */
function rechained(lines: Lines): Lines {
	const chained: string[] = []
	for (const [index, line] of lines.entries()) {
		const { seq: _seq, at, prev: _prev, sum: _sum, ...entry } = JSON.parse(line) as Entry
		const before = chained.at(-1)
		chained.push(
			chainedLine({ seq: index + 1, at, ...(before === undefined ? {} : { prev: hashOf(before) }), ...entry }),
		)
	}
	return chained
}

const changeOf = (lines: Lines): number =>
	lines.findIndex((line) => line.includes('"command.started"') && line.includes('"effect":"change"'))

/** What somebody does to a journal that has ended, and knows nothing of hashes. */
const crude: readonly (readonly [string, (lines: Lines) => Lines])[] = [
	['the yes is taken out', (lines) => without(lines, at(lines, 'confirmed'))],
	['the yes and its command are', (lines) => without(lines, at(lines, 'confirmed'), 2)],
	['a note of the end is', (lines) => without(lines, at(lines, 'command.ended'))],
	['the output is', (lines) => without(lines, at(lines, 'command.output'))],
	['three lines are', (lines) => without(lines, 4, 3)],
	['the finding is', (lines) => without(lines, at(lines, 'finding'))],
	['the last line is', (lines) => lines.slice(0, -1)],
	['the last five are', (lines) => lines.slice(0, -5)],
	['all but the first are', (lines) => lines.slice(0, 1)],
	[
		'the command of the change is another',
		(lines) => edited(lines, changeOf(lines), /"command":"/, '"command":"true; '),
	],
	[
		'the change is said to be a read',
		(lines) => edited(lines, changeOf(lines), '"effect":"change"', '"effect":"read"'),
	],
	['the output is another', (lines) => edited(lines, at(lines, 'command.output'), '502', '200')],
	['the exit code is another', (lines) => edited(lines, at(lines, 'command.ended'), '"exitCode":0', '"exitCode":1')],
	['the target is another', (lines) => edited(lines, 0, '"target":"local"', '"target":"other"')],
	['the flow is another', (lines) => edited(lines, 0, /"hash":"./, '"hash":"x')],
	['the outcome is another', (lines) => edited(lines, lines.length - 1, 'resolved', 'stopped')],
	['the time is another', (lines) => edited(lines, 5, /"at":"2026/, '"at":"2025')],
	['a fact is another', (lines) => edited(lines, at(lines, 'facts'), '502', '503')],
	['the cause is another', (lines) => edited(lines, at(lines, 'cause.named'), 'stopped', 'started')],
	['a blank is added', (lines) => edited(lines, 6, /,"type"/, ', "type"')],
	['two lines change places', (lines) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '')],
	[
		'the yes comes after its command',
		(lines) => {
			const index = at(lines, 'confirmed')
			return lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? '')
		},
	],
	['all but the first are the other way round', (lines) => [lines[0] ?? '', ...lines.slice(1).reverse()]],
	['a line stands twice', (lines) => lines.toSpliced(4, 0, lines[3] ?? '')],
	['a yes is added', (lines) => lines.toSpliced(3, 0, lines[at(lines, 'confirmed')] ?? '')],
	[
		'a line of nothing known is added',
		(lines) => lines.toSpliced(3, 0, '{"seq":4,"at":"2026-11-21T03:12:05.000Z","type":"new.kind"}'),
	],
	['a piece of a line is added', (lines) => lines.toSpliced(3, 0, 'nothing')],
	['a line is damaged', (lines) => lines.with(4, '{"seq":5,')],
	['a line is emptied', (lines) => lines.with(4, '')],
	['the last line is torn', (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').slice(0, 40)]],
	['a line of another session is put in', (lines) => lines.with(4, rechained(lines)[5] ?? '')],
	[
		'every hash is taken out',
		(lines) => lines.map((line) => line.replace(/"prev":"[^"]*",/, '').replace(/,"sum":"[^"]*"\}$/, '}')),
	],
	['every sum is', (lines) => lines.map((line) => line.replace(/,"sum":"[^"]*"\}$/, '}'))],
	[
		'the sum of an edited line is',
		(lines) => edited(edited(lines, 5, /,"sum":"[^"]*"\}$/, '}'), 5, /"at":"2026/, '"at":"2025'),
	],
]

/** What somebody does who writes every number and every hash anew, and leaves the file beside it. */
const skilled: readonly (readonly [string, (lines: Lines) => Lines])[] = [
	['the yes is taken out', (lines) => without(lines, at(lines, 'confirmed'))],
	['the outcome is another', (lines) => edited(lines, lines.length - 1, 'resolved', 'stopped')],
	['the output is another', (lines) => edited(lines, at(lines, 'command.output'), '502', '200')],
	['a note is taken out', (lines) => without(lines, at(lines, 'decision'))],
	['the end is', (lines) => lines.slice(0, -3)],
	['two lines change places', (lines) => lines.with(4, lines[5] ?? '').with(5, lines[4] ?? '')],
]

/** And who writes that file anew as well: what cannot be seen by hashes is seen by its sense. */
const thorough: readonly (readonly [string, (lines: Lines) => Lines])[] = [
	['the yes is taken out', (lines) => without(lines, at(lines, 'confirmed'))],
	['the yes is a no', (lines) => lines.map((line) => line.replace('"type":"confirmed"', '"type":"declined"'))],
	[
		'the yes was to another command',
		(lines) => edited(lines, at(lines, 'confirmed'), /"command":"/, '"command":"true; '),
	],
	[
		'the yes comes after its command',
		(lines) => {
			const index = at(lines, 'confirmed')
			return lines.with(index, lines[index + 1] ?? '').with(index + 1, lines[index] ?? '')
		},
	],
	['a command never began', (lines) => without(lines, at(lines, 'command.started'))],
	['a command has no end', (lines) => without(lines, at(lines, 'command.ended'))],
	['the session has no end', (lines) => lines.slice(0, -1)],
]

async function findsIt(change: (lines: Lines) => Lines, how: 'crude' | 'skilled' | 'thorough'): Promise<boolean> {
	const folder = await mended()
	const changed = how === 'crude' ? change(linesIn(folder)) : rechained(change(linesIn(folder)))
	writeFileSync(fileOf(folder), `${changed.join('\n')}\n`)
	if (how === 'thorough') writeHead(folder, { seq: changed.length, hash: hashOf(changed.at(-1) ?? '') })
	const { faults, unfinished } = await verifyJournal(fileOf(folder))
	return faults.length > 0 || (how === 'thorough' && unfinished.length > 0)
}

describe('an altered journal is found', () => {
	for (const [how, alterations] of Object.entries({ crude, skilled, thorough })) {
		test.each(alterations)(`${how}: %s`, async (_, change) => {
			expect(await findsIt(change, how as 'crude' | 'skilled' | 'thorough')).toBe(true)
		})
	}

	test.each(crude.filter(([name]) => !/^the last (?:line|five)|^all but the first are$/.test(name)))(
		'without the file beside it too: %s',
		async (_, change) => {
			const folder = await mended()
			rmSync(join(folder, 'head.json'))
			writeFileSync(fileOf(folder), `${change(linesIn(folder)).join('\n')}\n`)
			const { faults, unfinished } = await verifyJournal(fileOf(folder))
			expect([...faults, ...unfinished]).not.toEqual([])
		},
	)
})

describe('no damage', () => {
	test('a session that ended', async () => {
		const folder = await mended()
		expect(await verifyJournal(fileOf(folder))).toMatchObject({ faults: [], unfinished: [], unknown: 0 })
	})

	test('entries of a newer version, in their place', async () => {
		const folder = await mended()
		const lines = linesIn(folder)
		const newer = '{"type":"weather","at":"2026-11-21T03:12:05.000Z","sky":["clear"]}'
		const changed = rechained(lines.toSpliced(4, 0, newer))
		writeFileSync(fileOf(folder), `${changed.join('\n')}\n`)
		writeHead(folder, { seq: changed.length, hash: hashOf(changed.at(-1) ?? '') })
		expect(await verifyJournal(fileOf(folder))).toMatchObject({ faults: [], unfinished: [], unknown: 1 })
		expect(await readJournal(fileOf(folder))).toMatchObject({ ok: true, skipped: 0, unknown: 1 })
	})

	test('a kill, and what was resumed after it', async () => {
		const folder = await mended()
		const lines = linesIn(folder)
		const cut = lines.slice(0, changeOf(lines) + 1)
		writeFileSync(fileOf(folder), `${cut.join('\n')}\n${lines[cut.length]?.slice(0, 30)}`)
		writeHead(folder, { seq: cut.length, hash: hashOf(cut.at(-1) ?? '') })
		expect(await verifyJournal(fileOf(folder))).toMatchObject({
			faults: [],
			unfinished: [
				expect.stringMatching(/has no end: cp/),
				expect.stringMatching(/the session has no end/),
				expect.stringMatching(/cut off/),
			],
		})
		const journal = newJournal({ folder, resume: true })
		const interrupted = { run: 'start/0/3', command: 'cp', effect: 'change' } as const
		const run = /"run":"([^"]+)"/.exec(cut.at(-1) ?? '')?.[1] ?? interrupted.run
		journal.append({ type: 'session.resumed', step: 'start', interrupted: { ...interrupted, run } })
		journal.append({ type: 'session.ended', outcome: 'stopped', causes: [], changes: [], checklist: [] })
		journal.close()
		expect(await verifyJournal(fileOf(folder))).toMatchObject({ faults: [], unfinished: [] })
		appendFileSync(fileOf(folder), 'x')
		expect((await verifyJournal(fileOf(folder))).unfinished).toHaveLength(1)
	})

	test('there are enough of them', () => {
		const count = crude.length + skilled.length + thorough.length
		console.info(`altered journals: ${count}`)
		expect(count).toBeGreaterThanOrEqual(26)
	})
})
