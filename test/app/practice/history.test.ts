import { appendFileSync, chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestScores, historyFile, keepScore, readHistory, type Scored } from '../../../src/app/practice/history.ts'
import { runs } from '../../support/property.ts'
import { tmpFolder } from '../../support/session-kit.ts'

const card = (more: Partial<Scored> = {}): Scored => ({
	format: 1,
	at: '2026-11-21T03:12:05.000Z',
	flow: 'flask-502',
	scenario: 'unit-stopped',
	live: false,
	symptom: 'The site answers 502',
	difficulty: 'easy',
	score: 67,
	questions: 3,
	right: 2,
	hints: 0,
	durationMs: 61_000,
	detours: 0,
	path: ['Confirm', 'Service state'],
	session: '2026-11-21-0312-flask-502-k3f9',
	...more,
})

const place = () => ({ XDG_STATE_HOME: tmpFolder() })

describe('score cards', () => {
	test('are kept in order, for nobody else to read', async () => {
		const env = place()
		expect(await readHistory(env)).toEqual({ cards: [], skipped: 0 })
		for (const score of [10, 20]) expect(await keepScore(env, card({ score }))).toBeUndefined()
		expect((await readHistory(env)).cards.map(({ score }) => score)).toEqual([10, 20])
		expect(statSync(historyFile(env)).mode & 0o777).toBe(0o600)
		expect(statSync(dirname(historyFile(env))).mode & 0o777).toBe(0o700)
	})

	test('survive whatever stands between them', async () => {
		await fc.assert(
			fc.asyncProperty(fc.string(), async (junk) => {
				const env = place()
				await keepScore(env, card())
				appendFileSync(historyFile(env), junk)
				await keepScore(env, card({ score: 90 }))
				expect((await readHistory(env)).cards.map(({ score }) => score)).toEqual([67, 90])
			}),
			{ numRuns: runs(40) },
		)
	})

	test('that a crash tore off, or a later version wrote, are counted and left out', async () => {
		const env = place()
		await keepScore(env, card())
		appendFileSync(historyFile(env), `${JSON.stringify({ ...card(), format: 2 })}\n{"format":1,"at":"20`)
		await keepScore(env, card())
		const { cards, skipped } = await readHistory(env)
		expect([cards.length, skipped]).toEqual([2, 2])
	})

	test('are not written through a link', async () => {
		const env = place()
		const elsewhere = join(env.XDG_STATE_HOME, 'elsewhere')
		writeFileSync(elsewhere, 'kept')
		mkdirSync(dirname(historyFile(env)), { recursive: true })
		symlinkSync(elsewhere, historyFile(env))
		expect(await keepScore(env, card())).toMatch(/^The score card cannot be kept in .*practice\.jsonl \(.+\)\.$/)
		expect(readFileSync(elsewhere, 'utf8')).toBe('kept')
	})

	test.skipIf(process.getuid?.() === 0)('that cannot be kept are one sentence', async () => {
		const env = place()
		chmodSync(env.XDG_STATE_HOME, 0o500)
		expect(await keepScore(env, card())).toMatch(/^The score card cannot be kept in .*\.$/)
	})
})

test('the best score counts for each recorded host of the flow, live ones and unfinished ones do not', async () => {
	const env = place()
	const cards = [
		card({ score: 50 }),
		card({ score: 80 }),
		card({ score: null }),
		card({ scenario: 'socket-denied', score: null }),
		card({ live: true, score: 100 }),
		card({ flow: 'other', score: 100 }),
	]
	for (const one of cards) expect(await keepScore(env, one)).toBe(undefined)
	expect([...(await bestScores(env, 'flask-502'))]).toEqual([['unit-stopped', 80]])
})
