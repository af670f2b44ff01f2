import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { freshPlace, launcher, root, trust } from '../support/program.ts'

/** What is left of a command when runtree is killed, by SIGKILL: nothing, once its limit is over. */

const flow = join(root, 'test/hostile/fixtures/sleeper')
let marks = 0

/** Ids of the processes whose command line, or whose environment, has the text. */
function running(text: string): readonly number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter((pid) => {
			try {
				return (
					!/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) &&
					readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
				)
			} catch {
				return false
			}
		})
		.map(Number)
}

async function until(condition: () => boolean, withinMs: number): Promise<boolean> {
	const deadline = performance.now() + withinMs
	while (!condition() && performance.now() < deadline) await delay(50)
	return condition()
}

/** A diagnosis whose probe sleeps for longer than its limit of a second. */
async function sleeping(
	node: string,
): Promise<{ readonly child: ChildProcess; readonly mark: string; readonly file: () => string }> {
	const mark = `runtree-orphan-${process.pid}-${++marks}`
	const place = freshPlace()
	trust(place.env, join(flow, 'flow.yaml'))
	const child = spawn(node, [launcher, 'diagnose', flow, '--set', `mark=${mark}`], {
		stdio: 'ignore',
		env: { PATH: process.env.PATH, ...place.env },
	})
	const isAsleep = (): boolean =>
		running(mark).some((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('timeout'))
	expect(await until(isAsleep, 20_000)).toBe(true)
	return { child, mark, file: () => join(place.sessions, place.ids()[0] ?? '', 'journal.jsonl') }
}

/** The processes that the probe is, runtree itself aside. */
const commands = (mark: string): readonly number[] =>
	running(mark).filter((pid) => !readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('diagnose'))

const old = ['/usr/bin/node', '/usr/local/bin/node'].find(
	(node) => existsSync(node) && Number(/\d+/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[0]) < 22,
)

describe('after SIGKILL', () => {
	test('of runtree, a command ends at its limit', async () => {
		const { child, mark } = await sleeping(process.execPath)
		child.kill('SIGKILL')
		expect(await until(() => commands(mark).length === 0, 10_000)).toBe(true)
	})

	test.skipIf(old === undefined)('of the launcher, runtree ends its command, its session and itself', async () => {
		const { child, mark, file } = await sleeping(old ?? '')
		child.kill('SIGKILL')
		expect(await until(() => running(mark).length === 0, 10_000)).toBe(true)
		expect(readFileSync(file(), 'utf8')).toContain('"type":"session.ended"')
	})
})
