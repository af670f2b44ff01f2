import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createProcessRegistry } from '../../src/target/process-registry.ts'
import { runCaptured } from '../../src/target/run-captured.ts'

const FLOOD = 'exec yes "$(seq 1 20 | tr "\\n" " ")"'
const TURNS_MS = 1_500

/** How often a timer of five milliseconds gets its turn meanwhile. */
async function turns(): Promise<number> {
	let count = 0
	const timer = setInterval(() => count++, 5)
	await delay(TURNS_MS)
	clearInterval(timer)
	return count
}

test('a busy output leaves room for timers: a third of the turns that they have when nobody reads it', async () => {
	const unread = execFile('sh', ['-c', `${FLOOD} >/dev/null`])
	const most = await turns()
	unread.kill('SIGKILL')

	const controller = new AbortController()
	let characters = 0
	const ending = runCaptured(
		{ file: 'sh', args: ['-c', FLOOD], env: { PATH: process.env.PATH ?? '' }, timeoutMs: 60_000 },
		{
			signal: controller.signal,
			onOutput: ({ text }) => {
				characters += text.length
			},
		},
		createProcessRegistry(),
	)
	const left = await turns()
	controller.abort()
	expect(await ending).toMatchObject({ kind: 'cancelled' })
	expect(characters).toBeGreaterThan(5_000_000)
	expect(left).toBeGreaterThan(most / 3)
})
