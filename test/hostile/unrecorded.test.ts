import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeTo } from '../../src/journal/writer.ts'
import { AT, brokenHost, newFolder, sessionOn } from '../support/session-kit.ts'
import { flow, otherwise, remedy, step } from '../support/small-flow.ts'

test('nothing is changed while nothing can be recorded, unless the operator says so with a second yes', async () => {
	const fd = openSync('/dev/full', 'w')
	const file = join(brokenHost(), 'changed')
	const journal = writeTo(fd, '/dev/full', { seq: 0, torn: false }, { folder: newFolder(), now: () => AT })
	const mend = flow([
		step('mend', {
			run: [remedy(`touch ${file}`, { privilege: 'user' })],
			branches: [otherwise('ask:What now?')],
		}),
	])
	const session = sessionOn(mend, { journal })
	const yes = async (): Promise<void> => {
		session.send({ type: 'step.run' })
		session.send({ type: 'confirm.yes' })
		await session.whenIdle()
	}
	await yes()
	expect(existsSync(file)).toBe(false)
	const [planned] = session.snapshot().context.plan
	expect(planned?.kind === 'run' ? planned.result?.ending : undefined).toMatchObject({
		kind: 'not-started',
		reason: expect.stringMatching(/nothing can be recorded: .*no space left on device/),
	})
	expect(session.warning()).toMatch(/^Not recorded, .*no space left on device/)
	session.send({ type: 'step.rerun' })
	await yes()
	expect(existsSync(file)).toBe(true)
	await session.close()
	try {
		closeSync(fd)
	} catch {
		// The journal has closed it.
	}
})
