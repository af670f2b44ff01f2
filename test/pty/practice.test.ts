import { afterEach, describe, expect, test } from 'vitest'
import { freshPlace, launcher, type Place, root, runtree } from '../support/program.ts'
import { type PtyProgram, startPty, whyNoPty } from '../support/pty.ts'

const missing = await whyNoPty()
if (missing) console.warn(`skipped: ${missing}`)

const programs: PtyProgram[] = []
afterEach(async () => {
	for (const program of programs.splice(0)) await program.close()
})

async function start(words: readonly string[], place: Place): Promise<PtyProgram> {
	const state = Object.entries(place.env).filter((pair): pair is [string, string] => pair[1] !== undefined)
	const program = await startPty({
		file: process.execPath,
		args: [launcher, ...words, '--speed', '1000'],
		cwd: root,
		env: Object.fromEntries(state),
	})
	programs.push(program)
	return program
}

/** What the recording of a stopped unit supports, step by step. */
const supported = [
	'The client gets 502',
	'nginx passes this URL to',
	'nobody accepts the connection there',
	'The service is stopped',
]
const isSupported = (line: string): boolean => supported.some((text) => line.includes(text))
const numbered = /^ [ ▸] +(\d) /

type Screen = readonly string[]
const footer = (lines: Screen): string => lines.findLast((line) => line.trim() !== '') ?? ''
const isAsked = (lines: Screen): boolean => lines.some((line) => line.startsWith(' What does the output show?'))
const isTold = (lines: Screen): boolean => footer(lines).includes('look again')

/** Answers every question up to the cause: with what is supported, or with something else. */
async function quiz(program: PtyProgram, right: boolean): Promise<void> {
	for (const _ of supported) {
		await program.waitFor((lines) => footer(lines).startsWith(' Enter run'))
		program.type('\r')
		await program.waitFor((lines) => isAsked(lines) && footer(lines).startsWith(' h hint'))
		const choice = program.screen().find((line) => numbered.test(line) && isSupported(line) === right)
		const number = numbered.exec(choice ?? '')?.[1] ?? ''
		program.type(number)
		await program.waitFor((lines) => lines.some((line) => line.startsWith(` ▸ ${number} `)))
		await program.waitFor((lines) => footer(lines).startsWith(' Enter answer'))
		program.type('\r')
		await program.waitFor(isTold)
		expect(program.text()).toContain(right ? '✓ The evidence supports this.' : '✗ The evidence says otherwise.')
		program.type('\r')
	}
	await program.waitFor('Which of these mends the cause?')
	const remedy = program.screen().find((line) => numbered.test(line) && line.includes('Start the service') === right)
	program.type(numbered.exec(remedy ?? '')?.[1] ?? '')
	program.type('\r')
	await program.waitFor(isTold)
	program.type('\r')
}

async function leave(program: PtyProgram): Promise<void> {
	await program.waitFor((lines) => footer(lines).startsWith(' Enter run'))
	program.type('q')
	await program.waitFor('Leave this session?')
	program.type('y')
	await program.exit
	expect(program.alternate()).toBe(false)
	expect(program.cursorVisible()).toBe(true)
}

interface Kept {
	readonly cards: readonly { readonly score: number; readonly scenario: string; readonly path: readonly string[] }[]
}

async function history(place: Place): Promise<Kept> {
	return JSON.parse((await runtree(['practice', '--history', '--json'], { place })).stdout)
}

describe.skipIf(missing)('a quiz on 80x24', () => {
	test('played right', async () => {
		const place = freshPlace()
		const program = await start(['practice', 'flask-502', '1', '--quiz'], place)
		await quiz(program, true)
		await leave(program)
		const left = program.history().join('\n')
		expect(left).toContain('Score: 100 of 100')
		expect(left).toContain('5 of 5 questions right, no wrong turn, no hints')
		expect(left).toContain('Shortest: Confirm > Upstream > nginx')
		expect(await history(place)).toMatchObject({
			cards: [
				{ score: 100, scenario: 'unit-stopped', path: ['Confirm', 'Upstream', "nginx's error log", 'Service state'] },
			],
		})
		expect((await runtree(['practice', '--list'], { place })).stdout).toMatch(/^ {2}1 {2}easy .*\(best 100\)$/m)
	})

	test('played wrong: the walk goes to the cause all the same, and the card tells each turn', async () => {
		const place = freshPlace()
		const program = await start(['practice', 'unit-stopped', '--quiz'], place)
		await quiz(program, false)
		await leave(program)
		const left = program.history().join('\n')
		expect(left).toContain('Score: 0 of 100')
		expect(left).toContain('0 of 5 questions right, 5 wrong turns')
		expect(left).toContain('Path: Confirm (wrong turn) > Upstream (wrong turn) >')
		expect(left).toContain('right: The service is stopped')
		expect((await history(place)).cards).toHaveLength(1)
	})
})

describe.skipIf(missing)('practice without a name on 80x24', () => {
	test('opens the list at once; Enter starts the first one, and Enter and y lead to "resolved"', async () => {
		const program = await start(['practice'], freshPlace())
		await program.waitFor((lines) => footer(lines).startsWith(' Enter start'))
		expect(program.screen().find((line) => line.includes('▸'))).toMatch(
			/▸ {2}1 {2}The site answers 502 since last night/,
		)
		expect(program.text()).not.toContain('unit-stopped')
		program.type('\r')
		for (let before = '', turn = 0; !program.text().includes('Resolved:'); turn++) {
			expect(turn, program.text()).toBeLessThan(40)
			await program.waitFor((lines) => {
				const text = lines.join('\n')
				return text !== before && / (Enter (run|go on|open|close)|y run it) /.test(footer(lines))
			})
			before = program.text()
			if (before.includes('Resolved:')) break
			program.type(before.includes(' y run it ') ? 'y' : '\r')
		}
		program.type('\r')
		expect(await program.exit).toEqual({ exitCode: 0, signal: 0 })
		expect(program.history().join('\n')).toContain('Resolved: the retest no longer shows the fault.')
	})

	test('q leaves the list, and the terminal is as it was', async () => {
		const program = await start(['practice'], freshPlace())
		await program.waitFor((lines) => footer(lines).startsWith(' Enter start'))
		program.type('q')
		expect(await program.exit).toEqual({ exitCode: 0, signal: 0 })
		expect(program.alternate()).toBe(false)
		expect(program.cursorVisible()).toBe(true)
		expect(program.history().join('').trim()).toBe('')
	})
})
