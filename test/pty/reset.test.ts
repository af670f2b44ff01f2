import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { type PtyProgram, startPty, whyNoPty } from '../support/pty.ts'

const missing = await whyNoPty()
if (missing) console.warn(`skipped: ${missing}`)

const reset = fileURLToPath(new URL('../../src/terminal/reset.ts', import.meta.url))
const stty = fileURLToPath(new URL('../../src/target/stty.ts', import.meta.url))
const repair = `import { execSync } from 'node:child_process'
import { repairTerminal } from ${JSON.stringify(reset)}
import { stty } from ${JSON.stringify(stty)}
console.log('repaired: ' + repairTerminal({ stty, write: (text) => process.stdout.write(text) }))
console.log('tty: ' + execSync('stty -a', { stdio: ['inherit', 'pipe', 'inherit'], encoding: 'utf8' })
	.match(/-?\\b(icanon|echo|isig)\\b/g).sort().join(' '))`

/** A program that leaves the terminal somehow, then ours in the same terminal. */
function afterwards(before: string): string {
	return `${before}; node --input-type=module -e "$REPAIR"`
}
const killed = `node -e 'process.stdin.setRawMode(true); process.stdout.write("\\x1b[?1049h\\x1b[?25l\\x1b[?2004h", () => process.kill(process.pid, "SIGKILL"))'`

let program: PtyProgram | undefined
afterEach(() => program?.close())

describe.skipIf(missing)('a terminal that a killed program left behind', () => {
	test('is repaired at the next start', async () => {
		program = await startPty({ file: '/bin/sh', args: ['-c', afterwards(killed)], env: { REPAIR: repair } })
		await program.waitFor('tty:')
		expect(program.text()).toContain('repaired: true')
		expect(program.text()).toContain('tty: echo icanon isig')
		expect(program.alternate()).toBe(false)
		expect(program.cursorVisible()).toBe(true)
		expect(program.written()).toContain('\u001B[?2004l')
	})

	test('is not touched when it is in order', async () => {
		program = await startPty({ file: '/bin/sh', args: ['-c', afterwards('stty -ixon')], env: { REPAIR: repair } })
		await program.waitFor('tty:')
		expect(program.text()).toContain('repaired: false')
		expect(program.written()).not.toContain('\u001B')
	})
})
