import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openInspection } from '../../src/session/inspection.ts'
import { brokenHost, hostFlow, sessionOn, tmpFolder } from '../support/session-kit.ts'

test('what the machines do is written to a file for its owner alone, until the session is closed', async () => {
	const file = join(tmpFolder(), 'inspect.jsonl')
	const opened = openInspection(file)
	if (!opened.ok) throw new Error(opened.reason)
	const session = sessionOn(hostFlow, { inputs: { host: brokenHost() }, inspection: opened.inspection })
	session.send({ type: 'step.run' })
	await session.whenIdle()
	await session.close()
	opened.inspection.write('too late')
	const lines = readFileSync(file, 'utf8').trim().split('\n')
	expect(lines.map((line) => JSON.parse(line).type)).toContain('@xstate.snapshot')
	expect(lines.join('\n')).not.toContain('502 Bad Gateway')
	expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a file that is there already is left as it is, and so is what a link leads to', () => {
	const folder = tmpFolder()
	const [there, link] = [join(folder, 'there'), join(folder, 'link')]
	writeFileSync(there, 'mine')
	symlinkSync(there, link)
	for (const file of [there, link]) {
		expect(openInspection(file)).toEqual({ ok: false, reason: expect.stringMatching(/is there already: give .*\.$/) })
	}
	expect(openInspection(join(folder, 'no/folder'))).toEqual({ ok: false, reason: expect.stringContaining('ENOENT') })
	expect(readFileSync(there, 'utf8')).toBe('mine')
})
