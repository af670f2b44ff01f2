import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { type PtyProgram, startPty, whyNoPty } from '../support/pty.ts'

const missing = await whyNoPty()
if (missing) console.warn(`skipped: ${missing}`)

const fixture = fileURLToPath(new URL('fixtures/hand-over-app.ts', import.meta.url))
let program: PtyProgram | undefined
afterEach(() => program?.close())

describe.skipIf(missing)('handing the terminal over', () => {
	test.each(Array.from({ length: 10 }, (_, index) => index))(
		'the child gets what is typed for it, the interface what is typed after it (run %i)',
		async () => {
			program = await startPty({ file: process.execPath, args: [fixture], cols: 60, rows: 10 })
			await program.waitFor('state: idle')
			expect(program.alternate()).toBe(true)
			program.type('ab')
			await program.waitFor('keys: ab')
			program.type('e')
			await program.waitFor('child ready')
			expect(program.alternate()).toBe(false)
			program.type('first line\r')
			await program.waitFor('got <first line>')
			program.type('second\r')
			await program.waitFor('child ended with 0')
			expect(program.alternate()).toBe(true)
			program.type('c')
			await program.waitFor('keys: abc')
			program.type('q')
			expect(await program.exit).toEqual({ exitCode: 0, signal: 0 })
			expect(program.alternate()).toBe(false)
			expect(program.cursorVisible()).toBe(true)
			expect(program.history().join('\n')).toContain('got <second>')
		},
	)

	test('Ctrl-C ends the child, not the interface', async () => {
		program = await startPty({ file: process.execPath, args: [fixture], cols: 60, rows: 10 })
		await program.waitFor('state: idle')
		program.type('e')
		await program.waitFor('child ready')
		program.type('\u0003')
		await program.waitFor('child ended with null')
		program.type('x')
		await program.waitFor('keys: x')
	})
})
