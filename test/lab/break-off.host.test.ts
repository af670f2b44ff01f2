import { execFileSync } from 'node:child_process'
import { afterEach, describe, expect, test } from 'vitest'
import { breakWith, down, exec, up } from '../../src/lab/host.ts'
import { type PtyProgram, startPty } from '../support/pty.ts'
import { changesOf, journalOf, sessionsOf, unconfirmed } from './evidence.ts'
import { operate } from './operator.ts'
import { environment, type Program } from './program.ts'
import { missing, programFor } from './setting.ts'
import { findFault, stackOf } from './stacks.ts'

const name = `lab-break-off-${process.pid}`
const stack = stackOf('flask-502')
const patient = { timeoutMs: 60_000 }
const operator = { host: 'web1', choose: async () => 1, repairByHand: async () => undefined }

let terminal: PtyProgram | undefined
afterEach(async () => {
	await terminal?.close()
	await down({ name })
})

describe.skipIf(missing !== undefined)('a session that is killed in the middle of a command', () => {
	test('goes on at the step it was at, on a terminal that is in order again', async () => {
		const program = programFor('killed-probe')
		await up({ stack, variant: 'unix', name })
		terminal = await killedWhile(program, 'http://127.0.0.1/slow?s=5', async (running) => {
			running.type('a')
			await running.waitFor('slow?s=5')
			await commandStarted(program, 'slow?s=5')
		})
		const [session = ''] = sessionsOf(program)
		const before = await journalOf(program, session)
		expect(before.at(-1)).toMatchObject({ type: 'command.started', step: 'confirm', effect: 'read' })

		await terminal.waitFor('Confirm the failure path', patient)
		await terminal.waitFor('Enter run')
		const summary = await operate(terminal, operator)
		expect(summary).toContain('Healthy: nothing is wrong here.')
		await expectOrder(terminal)
		const after = await journalOf(program, session)
		expect(after.slice(0, before.length)).toEqual(before)
		expect(after.at(before.length)).toMatchObject({ type: 'session.resumed', step: 'confirm' })
		expect(after.at(-1)).toMatchObject({ type: 'session.ended', outcome: 'healthy' })
	})

	test('asks again before it runs a remedy that was under way', async () => {
		const program = programFor('killed-remedy')
		const host = await up({ stack, variant: 'tcp', name })
		await breakWith(host, findFault(stack, 'unit-stopped'))
		// The start takes a while, so that the kill comes in its middle.
		await exec(host, "sed -i 's|^ExecStart=|ExecStartPre=/bin/sleep 4\\n&|' /etc/systemd/system/gunicorn.service")
		await exec(host, 'systemctl daemon-reload')
		terminal = await killedWhile(program, 'http://127.0.0.1/', async (running) => {
			running.type('a')
			await running.waitFor('open remedy', patient)
			running.type('\r')
			await running.waitFor('Enter run')
			running.type('\r')
			await running.waitFor('y run it')
			running.type('y')
			await commandStarted(program, 'systemctl start')
		})
		const [session = ''] = sessionsOf(program)
		await terminal.waitFor('Start the service', patient)
		await terminal.waitFor('systemctl reset-failed gunicorn')
		await terminal.waitFor('the session broke off')
		expect(changesOf(await journalOf(program, session))).toHaveLength(1)
		const summary = await operate(terminal, operator)
		expect(summary).toContain('Resolved: the retest no longer shows the fault.')
		await expectOrder(terminal)
		const entries = await journalOf(program, session)
		expect(changesOf(entries).map(({ command }) => command)).toEqual([
			'systemctl reset-failed gunicorn; systemctl start gunicorn',
			'systemctl reset-failed gunicorn; systemctl start gunicorn',
		])
		expect(unconfirmed(entries)).toEqual([])
	})
})

/** A shell's terminal in which a walk is killed with SIGKILL at that moment, and then resumed. */
async function killedWhile(
	program: Program,
	url: string,
	work: (running: PtyProgram) => Promise<void>,
): Promise<PtyProgram> {
	const run = `"$NODE" "$RUNTREE" run flask-502 --on podman://${name} --set 'url=${url}' --no-motion`
	const shell = await startPty({
		file: '/bin/sh',
		args: ['-c', `${run}; "$NODE" "$RUNTREE" resume --no-motion`],
		env: {
			...environment(program),
			NODE: process.execPath,
			RUNTREE: program.launcher,
		},
		cwd: program.folder,
	})
	await shell.waitFor('Enter run', patient)
	await work(shell)
	const [child = ''] = execFileSync('pgrep', ['-P', String(shell.pid)], { encoding: 'utf8' }).split('\n')
	process.kill(Number(child), 'SIGKILL')
	return shell
}

/** Resolves once the journal says that this command was started. */
async function commandStarted(program: Program, part: string): Promise<void> {
	const [session = ''] = sessionsOf(program)
	await expect
		.poll(async () => (await journalOf(program, session)).at(-1), { timeout: 60_000 })
		.toMatchObject({ type: 'command.started', command: expect.stringContaining(part) })
}

/** Leaves, and sees the terminal as a shell wants it. */
async function expectOrder(shell: PtyProgram): Promise<void> {
	shell.type('q')
	await shell.exit
	expect(shell.alternate()).toBe(false)
	expect(shell.cursorVisible()).toBe(true)
	expect(shell.history().join('\n')).toContain('type `reset` and Enter')
}
