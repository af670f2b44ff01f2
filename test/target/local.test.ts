import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/flow/command.ts'
import { createLocalTarget, type LocalOptions } from '../../src/target/local.ts'
import { openTarget } from '../../src/target/open.ts'

let folder = ''
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'runtree-local-'))
	// Stands in for sudo: takes its options, wants the password "secret" when SUDO_WANTS is set.
	const sudo = join(folder, 'sudo')
	writeFileSync(
		sudo,
		`#!/bin/sh
while :; do
	case $1 in
		-n) quiet=1 ;;
		-S) reads=1 ;;
		-p) shift ;;
		-k) ;;
		--) shift; break ;;
		*) break ;;
	esac
	shift
done
[ "$SUDO_WANTS" = denied ] && { echo "op is not in the sudoers file." >&2; exit 1; }
if [ "$SUDO_WANTS" = password ]; then
	[ "$quiet" ] && { echo "sudo: a password is required" >&2; exit 1; }
	[ "$reads" ] && IFS= read -r password
	[ "$password" = secret ] || { echo "Sorry, try again." >&2; exit 1; }
fi
AS_ROOT=yes exec "$@"
`,
	)
	chmodSync(sudo, 0o755)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function run(
	text: string,
	more: Partial<CommandSpec> = {},
	options: Partial<LocalOptions> = {},
	aborted = false,
) {
	const target = createLocalTarget({ env: process.env, lend: (use) => use(), ...options })
	const controller = new AbortController()
	if (aborted) controller.abort()
	const texts = { stdout: '', stderr: '' }
	const spec: CommandSpec = { text, effect: 'read', privilege: 'user', timeoutMs: 10_000, interactive: false, ...more }
	const ending = await target.run(spec, {
		signal: controller.signal,
		onOutput: (chunk) => {
			texts[chunk.stream] += chunk.text
		},
	})
	await target.close()
	await target.close()
	return { ending, ...texts, target }
}

const operator = (wants?: string) => ({
	uid: 1000,
	env: { PATH: `${folder}:${process.env.PATH}`, ...(wants === undefined ? {} : { SUDO_WANTS: wants }) },
})
const asRoot = { privilege: 'root' } as const

describe('this machine', () => {
	test('is opened by its name', async () => {
		const opened = await openTarget('local', { env: process.env })
		expect(opened).toMatchObject({ ok: true, target: { name: 'local', host: hostname(), recorded: false } })
	})

	test('runs shell text with plain output and the administration programs', async () => {
		const { ending, stdout } = await run(
			'echo "$LC_ALL|$NO_COLOR|$SYSTEMD_COLORS|$SYSTEMD_PAGER|$PAGER|$PATH|$KEPT|$FORCE_COLOR|$COLUMNS"',
			{},
			{ env: { PATH: '/usr/bin:/bin:/sbin', KEPT: 'yes', FORCE_COLOR: '3', COLUMNS: '20', LC_ALL: 'de_DE.UTF-8' } },
		)
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 0 })
		expect(stdout).toBe('C.UTF-8|1|0||cat|/usr/bin:/bin:/sbin:/usr/local/sbin:/usr/sbin|yes||\n')
	})

	test('starts nothing that was cancelled before', async () => {
		expect((await run('echo ran', {}, {}, true)).ending).toEqual({ kind: 'cancelled', durationMs: 0 })
	})

	test('marks no process, so that what a remedy starts cannot be taken for ours', async () => {
		const { stdout } = await run('env', { effect: 'change', privilege: 'root' }, operator())
		expect(stdout).not.toContain('RUNTREE')
		expect(stdout).toContain('AS_ROOT=yes')
	})
})

describe('root', () => {
	test('needs no sudo when we are root', async () => {
		const { stdout } = await run('echo "root:$AS_ROOT"', asRoot, { ...operator('denied'), uid: 0 })
		expect(stdout).toBe('root:\n')
	})

	test('through sudo that wants no password, with the same plain output', async () => {
		const { ending, stdout, stderr } = await run(
			'echo "$AS_ROOT $NO_COLOR"; echo oops >&2; exit 127',
			asRoot,
			operator(),
		)
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 127 })
		expect(stdout).toBe('yes 1\n')
		expect(stderr).toBe('oops\n')
	})

	test.each<[string, Partial<LocalOptions>, RegExp]>([
		['no sudo', { uid: 1000, env: { PATH: '/nowhere' } }, /there is no sudo here: start runtree as root\.$/],
		['denied', { uid: 1000 }, /sudo does not allow it to this user: start runtree as root\.$/],
		['a password and nobody to ask', { uid: 1000 }, /sudo wants a password: start runtree as root/],
	])('is not to be had: %s', async (name, options, reason) => {
		const wants = name === 'denied' ? 'denied' : 'password'
		const { ending, stdout } = await run('echo ran', asRoot, { ...operator(wants), ...options })
		expect(ending).toMatchObject({ kind: 'not-started', reason: expect.stringMatching(reason) })
		expect(stdout).toBe('')
	})

	test('with the password that the operator gives, which the command never sees, and asked once only', async () => {
		const questions: string[] = []
		const answers = ['wrong', 'secret']
		const target = createLocalTarget({
			...operator('password'),
			lend: (use) => use(),
			askPassword: async (question) => {
				questions.push(question)
				return answers.shift()
			},
		})
		for (let round = 1; round <= 2; round++) {
			let stdout = ''
			const ending = await target.run(
				{ text: 'cat; env; echo $0 "$@"', effect: 'read', privilege: 'root', timeoutMs: 5_000, interactive: false },
				{
					signal: new AbortController().signal,
					onOutput: ({ text }) => {
						stdout += text
					},
				},
			)
			expect(ending).toMatchObject({ kind: 'exited', exitCode: 0 })
			expect(stdout).toContain('AS_ROOT=yes')
			expect(stdout).not.toContain('secret')
		}
		expect(questions).toEqual(['Password for sudo', 'Password for sudo (that one was wrong)'])
		await target.close()
	})

	test('is refused when the operator gives no password, or only wrong ones', async () => {
		for (const answer of [undefined, 'wrong']) {
			let asked = 0
			const { ending } = await run('echo ran', asRoot, {
				...operator('password'),
				askPassword: async () => {
					asked++
					return answer
				},
			})
			expect(ending).toMatchObject({ kind: 'not-started', reason: expect.stringMatching(/no valid password/) })
			expect(asked).toBe(answer === undefined ? 1 : 3)
		}
	})
})

describe('an interactive command', () => {
	const lent: string[] = []
	const lend: LocalOptions['lend'] = async (use) => {
		lent.push('lent')
		try {
			return await use()
		} finally {
			lent.push('back')
		}
	}

	test('gets the terminal for as long as it runs', async () => {
		lent.length = 0
		const { ending } = await run('exit 6', { interactive: true }, { lend })
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 6 })
		expect(lent).toEqual(['lent', 'back'])
	})

	test('lets sudo ask by itself', async () => {
		const { ending } = await run(
			'test "$AS_ROOT" = yes',
			{ interactive: true, privilege: 'root' },
			{ ...operator(), lend },
		)
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 0 })
	})

	test('that cannot have the terminal is not started', async () => {
		const { ending } = await run('true', { interactive: true }, { lend: () => Promise.reject(new Error('no screen')) })
		expect(ending).toMatchObject({ kind: 'not-started', reason: 'The terminal could not be handed over: no screen' })
	})

	test('can be cancelled, with what it started', async () => {
		const controller = new AbortController()
		const target = createLocalTarget({ env: process.env, lend: (use) => use() })
		const file = join(folder, 'pid')
		const ending = target.run(
			{
				text: `sleep 30 & echo $! > ${file}.new; mv ${file}.new ${file}; wait`,
				effect: 'read',
				privilege: 'user',
				timeoutMs: 1,
				interactive: true,
			},
			{ signal: controller.signal, onOutput: () => {} },
		)
		while (!existsSync(file)) await delay(5)
		controller.abort()
		expect(await ending).toMatchObject({ kind: 'cancelled' })
		const pid = readFileSync(file, 'utf8').trim()
		// The signal is sent by then; on a busy machine the process may not have had its turn to die of it.
		await expect
			.poll(() => spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout)
			.toMatch(/^(Z.*)?\s*$/)
	})

	test('has no time limit', async () => {
		const { ending } = await run('sleep 0.2', { interactive: true, timeoutMs: 10 })
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 0 })
	})
})
