import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freshPlace, launcher, root } from '../support/program.ts'
import { startPty, whyNoPty } from '../support/pty.ts'

const missing = await whyNoPty()
if (missing) console.warn(`skipped: ${missing}`)

/** How fast keys are answered, and how little memory it takes, `npm run bench` measures. */
describe.skipIf(missing !== undefined || process.platform !== 'linux')('a command that prints a gigabyte', () => {
	test.each(['short', 'long', 'endless'])(
		'%s: keys are answered, memory stays bounded, Ctrl-C ends it',
		async (kind) => {
			const { XDG_STATE_HOME = '', XDG_CACHE_HOME = '', XDG_CONFIG_HOME = '', HOME = '' } = freshPlace().env
			const program = await startPty({
				file: process.execPath,
				args: [launcher, 'run', join(root, 'test/fixtures/cli/flood'), '--set', `kind=${kind}`],
				env: { HOME, XDG_STATE_HOME, XDG_CACHE_HOME, XDG_CONFIG_HOME },
			})
			onTestFinished(() => program.close())
			await program.waitFor('Enter run')
			program.type('\r')
			await program.waitFor('Ctrl-C cancel')
			const peak = (): number =>
				Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${program.pid}/status`, 'utf8'))?.[1]) / 1_000
			for (let turn = 0; turn < 10; turn++) {
				program.type('m')
				await program.waitFor(/Esc/)
				program.type('\u001b')
				await program.waitFor('── Output')
			}
			program.type('\u0003')
			await program.waitFor(/cancelled|exit 0/)
			expect(peak()).toBeLessThan(400)
		},
	)
})
