import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { freshFolder, freshPlace, launcher, type Place, root, runtree, shopFlow, shopHost } from '../support/program.ts'
import { type PtyProgram, startPty, whyNoPty } from '../support/pty.ts'

const missing = await whyNoPty()
if (missing) console.warn(`skipped: ${missing}`)

const slowFlow = join(root, 'test/fixtures/cli/slow')
const CTRL_C = '\u0003'
const programs: PtyProgram[] = []
afterEach(async () => {
	for (const program of programs.splice(0)) await program.close()
})

interface Start {
	readonly place?: Place
	readonly env?: Readonly<Record<string, string>>
	readonly cols?: number
	readonly rows?: number
}

/** In a shell that afterwards tells the exit code and the terminal's modes. */
async function start(words: readonly string[], { place = freshPlace(), env = {}, ...size }: Start = {}) {
	const command = [process.execPath, launcher, ...words].map((word) => `'${word}'`).join(' ')
	return inShell(`${command}; echo "code $?"; ${MODES}`, { place, env, ...size })
}

const MODES = `echo "modes:" $(stty -a | grep -oE -- '-?(icanon|echo|isig)\\b')`

async function inShell(script: string, { place = freshPlace(), env = {}, ...size }: Start): Promise<PtyProgram> {
	const state = Object.fromEntries(
		Object.entries(place.env).filter((pair): pair is [string, string] => pair[1] !== undefined),
	)
	const program = await startPty({
		file: '/bin/sh',
		args: ['-c', script],
		cwd: root,
		env: { ...state, ...env },
		...size,
	})
	programs.push(program)
	return program
}

/** The program in the shell. */
function pidOf(shell: PtyProgram): number {
	return Number(
		execFileSync('ps', ['-o', 'pid=', '--ppid', String(shell.pid)], { encoding: 'utf8' })
			.trim()
			.split('\n')[0],
	)
}

/** Left on every way out: the main screen, a cursor, and a terminal that echoes. */
async function expectRestored(program: PtyProgram, code: number): Promise<void> {
	await program.waitFor('modes:')
	expect(program.history().join('\n')).toContain(`code ${code}`)
	expect(program.history().join('\n')).toMatch(/modes: .*\bicanon\b/)
	expect(program.history().join('\n')).not.toMatch(/modes:.*-(icanon|echo|isig)/)
	expect(program.alternate()).toBe(false)
	expect(program.cursorVisible()).toBe(true)
	expect((await program.exit).exitCode).toBe(0)
}

/** Answers with the recommended key until the walk has ended; `between` is called before each key. */
async function play(program: PtyProgram, between: (turn: number) => Promise<void> = async () => {}): Promise<void> {
	let before = ''
	for (let turn = 0; turn < 60; turn++) {
		await program.waitFor((lines) => {
			const text = lines.join('\n')
			return text !== before && (/ (Enter [a-z]+|y run it) /.test(text) || text.includes('modes:'))
		})
		await between(turn)
		before = program.text()
		if (before.includes('modes:')) return
		program.type(before.includes(' y run it ') ? 'y' : '\r')
	}
	throw new Error(`The walk does not end:\n${before}`)
}

const scenario = ['practice', 'flask-502', 'unit-stopped', '--speed', '100']

describe.skipIf(missing)('a practice session on 80x24', () => {
	test('is played to "resolved" by Enter and y, and leaves a summary', async () => {
		const place = freshPlace()
		const program = await start(scenario, { place })
		await play(program, async () => {
			for (const line of program.screen()) expect(line.length).toBeLessThanOrEqual(80)
		})
		const left = program.history().join('\n')
		expect(left).toContain('Resolved: the retest no longer shows the fault.')
		expect(left).toContain('Changed: systemctl reset-failed gunicorn; systemctl start gunicorn (exit 0)')
		const [id = ''] = place.ids()
		expect(left).toContain(`runtree export ${id} --format md`)
		await expectRestored(program, 0)
		const document = await runtree(['export', id], { place })
		expect(document.stdout).toContain('systemctl start gunicorn')
		expect((await runtree(['verify', id], { place })).code).toBe(0)
	})

	test('goes on when the terminal is resized in the middle', async () => {
		const program = await start(scenario)
		const sizes = [
			[120, 40],
			[60, 16],
			[200, 50],
			[80, 24],
		] as const
		await play(program, async (turn) => {
			const [cols, rows] = sizes[turn % sizes.length] ?? [80, 24]
			if (!program.alternate()) return
			program.resize(cols, rows)
			// The whole new width is drawn, and nothing beyond it.
			await program.waitFor((lines) => lines.some((line) => line.length > cols - 3 && /^[─-]+$/.test(line)))
			await program.waitFor(/ (Enter [a-z]+|y run it) /)
		})
		await expectRestored(program, 0)
	})
})

describe.skipIf(missing)('typing ahead', () => {
	test.each([0, 1, 2, 3, 4, 5])('does not shift the screen (%i)', async (moment) => {
		const program = await start(['run', shopFlow, '--set', `folder=${shopHost()}`])
		// Before it is started, and at several moments of its start.
		program.type('?')
		await expect
			.poll(() => program.written().length, { interval: 1, timeout: 10_000 })
			.toBeGreaterThanOrEqual(3 * moment)
		program.type('\u001b\r')
		await program.waitFor(/(Enter|Esc) [a-z]/)
		program.type('m')
		await program.waitFor('Confirm')
		program.type('\u001b')
		await program.waitFor(/Enter (run|go on)/)
		expect(program.screen()[0]).toMatch(/^ The shop does not answer/)
		expect(program.screen()[2]).toMatch(/^─{80}/)
	})
})

describe.skipIf(missing)('leaving', () => {
	const slow = (): string[] => ['run', slowFlow, '--set', `folder=${freshFolder()}`]

	test('q', async () => {
		const program = await start(['run', shopFlow, '--set', `folder=${shopHost()}`])
		await program.waitFor('Enter run')
		program.type('q')
		await program.waitFor('y leave')
		program.type('y')
		await program.waitFor('modes:')
		expect(program.history().join('\n')).toContain('Stopped before a cause was found.')
		await expectRestored(program, 5)
	})

	test('the first Ctrl-C cancels the command, the second leaves', async () => {
		const program = await start(slow())
		await program.waitFor('Enter run')
		program.type('\r')
		await program.waitFor('begun')
		program.type(CTRL_C)
		await program.waitFor(/cancelled/)
		expect(program.alternate()).toBe(true)
		program.type(CTRL_C)
		await program.waitFor('modes:')
		expect(program.history().join('\n')).toContain('Stopped before a cause was found.')
		await expectRestored(program, 5)
	})

	test.each([
		['SIGTERM', 143],
		['SIGHUP', 129],
		['SIGINT', 130],
	] as const)('%s in the middle of a command: the command is ended, the terminal put right', async (signal, code) => {
		const place = freshPlace()
		const program = await start(slow(), { place })
		await program.waitFor('Enter run')
		program.type('\r')
		await program.waitFor('begun')
		process.kill(pidOf(program), signal)
		await expectRestored(program, code)
		const journal = readFileSync(join(place.sessions, place.ids()[0] ?? '', 'journal.jsonl'), 'utf8')
		expect(journal).toContain('"kind":"cancelled"')
		expect(journal).toContain('"type":"session.ended"')
	})

	test('SIGKILL in the middle of a remedy: the session is resumed, and the remedy does not run again by itself', async () => {
		const place = freshPlace()
		const folder = freshFolder()
		const words = [process.execPath, launcher].map((word) => `'${word}'`).join(' ')
		const program = await inShell(
			`${words} run '${slowFlow}' --set 'folder=${folder}'; echo "code $?"; read -r go; ${words} resume; echo "code $?"; ${MODES}`,
			{ place },
		)
		await program.waitFor('Enter run')
		program.type('\r')
		await program.waitFor('begun')
		program.type(CTRL_C)
		await program.waitFor('Mend it')
		program.type('1')
		await program.waitFor('Enter go on')
		program.type('\r')
		await program.waitFor('Enter open remedy')
		program.type('\r')
		await program.waitFor('Enter run')
		program.type('\r')
		await program.waitFor(' y run it  n no  e edit')
		program.type('y')
		const changes = join(folder, 'changes')
		await expect.poll(() => existsSync(changes), { timeout: 10_000 }).toBe(true)
		const remedy = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
			.split('\n')
			.find((line) => line.includes(`${folder}/changes; sleep`))
		onTestFinished(() => {
			if (remedy) process.kill(-Number.parseInt(remedy.trim(), 10), 'SIGKILL')
		})
		process.kill(pidOf(program), 'SIGKILL')
		await program.waitFor('code 137')
		expect((await runtree(['verify', place.ids()[0] ?? ''], { place })).stdout).toMatch(/the command \S+ has no end/)
		// In raw mode Enter is a carriage return for the shell's `read` too; a newline it takes.
		program.type('\n')
		await program.waitFor(/How this ended is unknown/)
		expect(program.alternate()).toBe(true)
		expect(readFileSync(changes, 'utf8')).toBe('changed\n')
		program.type('q')
		await program.waitFor('y leave')
		program.type('y')
		await program.waitFor('modes:')
		expect(program.history().join('\n')).toContain('type `reset` and Enter')
		expect(program.alternate()).toBe(false)
		expect(program.cursorVisible()).toBe(true)
		expect(readFileSync(changes, 'utf8')).toBe('changed\n')
	})
})

describe.skipIf(missing)('a flow that nobody has approved', () => {
	const flow = join(shopFlow, 'flow.yaml')
	const unasked = (): Place => {
		const place = freshPlace()
		rmSync(join(place.env.XDG_CONFIG_HOME ?? '', 'runtree/trusted.jsonl'))
		return place
	}

	test('is asked about once, and then named on the first screen', async () => {
		const place = unasked()
		for (const asks of [true, false]) {
			const program = await start(['run', shopFlow, '--set', `folder=${shopHost()}`], { place, cols: 120 })
			if (asks) {
				await program.waitFor('Do you trust it as it is now? Type yes:')
				expect(program.text().replaceAll('\n', '')).toContain(flow)
				program.type('yes\r')
			}
			await program.waitFor('Enter run')
			expect(program.text()).toContain(`The flow is not one of runtree's own: ${flow}`)
			program.type('q')
			await program.waitFor('Leave this session?')
			program.type('y')
			await expectRestored(program, 5)
		}
	})

	test('a no runs nothing', async () => {
		const place = unasked()
		const program = await start(['diagnose', shopFlow, '--set', `folder=${shopHost()}`], { place })
		await program.waitFor('Type yes:')
		program.type('y\r')
		await program.waitFor('Not approved, and nothing was run.')
		await expectRestored(program, 5)
		expect(place.ids()).toEqual([])
	})
})

describe.skipIf(missing)('what the environment says', () => {
	const words = (): string[] => ['run', shopFlow, '--set', `folder=${shopHost()}`]
	// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it looks for
	const colour = /\u001B\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m/

	test('colours, as a rule', async () => {
		const program = await start(words(), { env: { COLORTERM: 'truecolor' } })
		await program.waitFor('Enter run')
		expect(program.written()).toMatch(colour)
	})

	test('NO_COLOR: full screen without colours', async () => {
		const program = await start(words(), { env: { NO_COLOR: '1' } })
		await program.waitFor('Enter run')
		expect(program.alternate()).toBe(true)
		expect(program.written()).not.toMatch(colour)
	})

	test('CI=1 on a terminal: full screen all the same', async () => {
		const program = await start(words(), { env: { CI: '1' } })
		await program.waitFor('Enter run')
		expect(program.alternate()).toBe(true)
		program.type('\r')
		await program.waitFor('HTTP/1.1 502 Bad Gateway')
		program.type('q')
		await program.waitFor('y leave')
		program.type('y')
		await expectRestored(program, 5)
	})

	test.each([[{ TERM: 'dumb' }], [{ RUNTREE_PLAIN: '1' }], [{ INK_SCREEN_READER: 'true' }]])(
		'%j: lines, and not one escape sequence',
		async (env: Record<string, string>) => {
			// The pseudo-terminal's own TERM would win over one in its environment.
			const assigned = Object.entries(env).map(([name, value]) => `${name}=${value}`)
			const command = [process.execPath, launcher, ...words()].map((word) => `'${word}'`).join(' ')
			const program = await inShell(`${assigned.join(' ')} ${command}; echo "code $?"; ${MODES}`, {})
			await program.waitFor('q leave:')
			program.type('\r')
			await program.waitFor('Enter] go on')
			program.type('q\r')
			await program.waitFor('modes:')
			expect(program.written()).not.toContain('\u001B')
		},
	)
})
