import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { freshFolder, freshPlace, launcher, root } from '../support/program.ts'
import { startPty, whyNoPty } from '../support/pty.ts'

const missing = await whyNoPty()
if (missing !== undefined) console.warn(`skipped: ${missing}`)

describe.skipIf(missing !== undefined)('a diagnosis that somebody watches', () => {
	test('shows the step that it is at on one line, and leaves the report alone on the screen', async () => {
		const folder = join(freshFolder(), 'bin')
		mkdirSync(folder)
		for (const name of ['sh', 'date', 'sleep']) symlinkSync(join('/usr/bin', name), join(folder, name))
		const go = join(folder, 'go')
		writeFileSync(
			join(folder, 'curl'),
			`#!/bin/sh
until [ -e '${go}' ]; do sleep 0.05; done
printf 'HTTP/1.1 502 Bad Gateway\\r\\nServer: nginx\\r\\n\\r\\n'
`,
		)
		chmodSync(join(folder, 'curl'), 0o755)
		const { env } = freshPlace()
		const set = Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])))
		const terminal = await startPty({
			file: process.execPath,
			args: [launcher, 'diagnose', 'flask-502'],
			env: { ...set, PATH: folder },
			cwd: root,
		})
		onTestFinished(() => terminal.close())
		await terminal.waitFor('… 1 Confirm the failure path')
		expect(terminal.screen().filter((line) => line.trim() !== '')).toEqual(['… 1 Confirm the failure path'])

		writeFileSync(go, '')
		expect(await terminal.exit).toMatchObject({ exitCode: 3 })
		const shown = terminal
			.history()
			.map((line) => line.trimEnd())
			.filter((line) => line !== '')
		expect(terminal.written()).toContain('… 2 The upstream that nginx is configured with')
		expect(shown[0]).toMatch(/^Flask 502 Bad Gateway on /)
		expect(shown.filter((line) => line.startsWith('…'))).toEqual([])
		expect(shown.findLast((line) => /^[A-Z][a-z]+: /.test(line))).toMatch(/^Inconclusive: No cause is proven/)
	})
})
