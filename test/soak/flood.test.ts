import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const fixture = fileURLToPath(new URL('fixtures/flood.ts', import.meta.url))
const result = z.object({
	ending: z.string(),
	megabytes: z.number(),
	lines: z.number(),
	kept: z.number(),
	heldMb: z.array(z.number().positive()).min(10),
	notificationsPerSecond: z.number(),
})

async function flood(command: string, cancelAfterMs: number) {
	const { stdout } = await promisify(execFile)(process.execPath, [
		'--expose-gc',
		fixture,
		command,
		String(cancelAfterMs),
	])
	return result.parse(JSON.parse(stdout))
}

/** In a process of its own, with the output store and a listener attached, as a session has them. */
describe('a command that prints a gigabyte', { timeout: 120_000 }, () => {
	test.each<[string, string]>([
		['short lines', 'yes | head -c 1G'],
		['long lines', 'yes "$(seq 1 40)" | tr "\\n" " " | fold -w 120 | head -c 1G'],
		['no lines at all', 'head -c 1G /dev/zero | tr "\\0" x; sleep 60'],
		['garbage', 'head -c 1G /dev/urandom'],
	])('%s: memory stays what it was at the beginning, and a cancel ends it', async (_, command) => {
		const measured = await flood(command, 4_000)
		expect(measured.ending).toBe('cancelled')
		expect(measured.megabytes).toBeGreaterThan(2)
		// The least of some weighings: what is on its way through a pipe comes and goes, what is kept stays.
		expect(Math.min(...measured.heldMb.slice(-5)) / Math.min(...measured.heldMb.slice(0, 5))).toBeLessThan(1.5)
		expect(measured.kept).toBe(Math.min(measured.lines, 5_000))
		expect(measured.notificationsPerSecond).toBeLessThan(25)
	})
})
