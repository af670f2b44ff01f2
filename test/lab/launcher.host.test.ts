import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { breakWith, down, up } from '../../src/lab/host.ts'
import { type PtyProgram, startPty } from '../support/pty.ts'
import { call, environment } from './program.ts'
import { missing, programFor } from './setting.ts'
import { findFault, stackOf } from './stacks.ts'

const OLD_NODE = '/usr/bin/node'
const stack = stackOf('flask-502')
const tooNew = whyNoOldNode()
if (missing === undefined && tooNew !== undefined) console.log(`The launcher's tests are skipped: ${tooNew}`)
const name = `lab-launcher-${process.pid}`

let terminal: PtyProgram | undefined
afterEach(async () => {
	await terminal?.close()
	await down({ name })
})

describe.skipIf((missing ?? tooNew) !== undefined)("started by the machine's own, older Node", () => {
	test('it diagnoses and walks as ever, and hands on the exit code', async () => {
		const program = programFor('old-node')
		const host = await up({ stack, variant: 'unix', name })
		await breakWith(host, findFault(stack, 'unit-stopped'))
		const on = ['flask-502', '--on', `podman://${name}`]
		const diagnosis = await call(program, ['diagnose', ...on, '--json'], OLD_NODE)
		expect(diagnosis).toMatchObject({ exitCode: 1, stderr: '' })
		expect(JSON.parse(diagnosis.stdout)).toMatchObject({ cause: 'service-stopped' })

		terminal = await startPty({
			file: OLD_NODE,
			args: [program.launcher, 'run', ...on, '--no-motion'],
			env: environment(program),
			cwd: program.folder,
		})
		await terminal.waitFor('Enter run', { timeoutMs: 30_000 })
		terminal.type('a')
		await terminal.waitFor('open remedy', { timeoutMs: 60_000 })
		terminal.type('q')
		await terminal.waitFor('y leave')
		terminal.type('y')
		expect(await terminal.exit).toEqual({ exitCode: 1, signal: 0 })
		expect(terminal.alternate()).toBe(false)
		expect(terminal.cursorVisible()).toBe(true)
		expect(terminal.history().join('\n')).toContain('Cause found, and it still stands.')
	})

	test('Ctrl-C reaches the program, and only cancels the command that runs', async () => {
		const program = programFor('old-node-cancel')
		await up({ stack, variant: 'unix', name })
		terminal = await startPty({
			file: OLD_NODE,
			args: [
				program.launcher,
				'run',
				'flask-502',
				'--on',
				`podman://${name}`,
				'--set',
				'url=http://127.0.0.1/slow?s=30',
			],
			env: environment(program),
			cwd: program.folder,
		})
		await terminal.waitFor('Enter run', { timeoutMs: 30_000 })
		terminal.type('\r')
		await terminal.waitFor('Ctrl-C cancel')
		terminal.type('\u0003')
		await terminal.waitFor('The command was cancelled')
		terminal.type('q')
		await terminal.waitFor('y leave')
		terminal.type('y')
		expect(await terminal.exit).toEqual({ exitCode: 5, signal: 0 })
	})
})

function whyNoOldNode(): string | undefined {
	if (!existsSync(OLD_NODE)) return `there is no ${OLD_NODE}`
	const version = execFileSync(OLD_NODE, ['--version'], { encoding: 'utf8' }).trim()
	const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
	return major > 22 || (major === 22 && minor >= 12) ? `${OLD_NODE} is ${version}, which is new enough` : undefined
}
