import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProcessRegistry } from '../../src/target/process-registry.ts'
import { type CapturedCommand, runCaptured } from '../../src/target/run-captured.ts'
import type { OutputChunk } from '../../src/target/target.ts'

let folder = ''
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'runtree-run-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function start(text: string, options: Partial<CapturedCommand> = {}) {
	const controller = new AbortController()
	const registry = createProcessRegistry()
	const chunks: OutputChunk[] = []
	const { promise: firstOutput, resolve } = Promise.withResolvers<void>()
	const ending = runCaptured(
		{ file: 'sh', args: ['-c', text], env: { PATH: process.env.PATH ?? '' }, timeoutMs: 20_000, ...options },
		{
			signal: controller.signal,
			onOutput: (chunk) => {
				chunks.push(chunk)
				resolve()
			},
		},
		registry,
	)
	const text_ = (stream: OutputChunk['stream']) =>
		chunks
			.filter((chunk) => chunk.stream === stream)
			.map((chunk) => chunk.text)
			.join('')
	return { ending, chunks, registry, firstOutput, cancel: () => controller.abort(), output: text_ }
}

function isAlive(pid: number): boolean {
	try {
		return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
	} catch {
		return false
	}
}

async function gone(pids: readonly number[]): Promise<void> {
	while (pids.some(isAlive)) await delay(10)
}

describe('a command that ends by itself', () => {
	test('gives its exit code, its output by stream, and how long it took', async () => {
		const run = start('printf out; printf err >&2; exit 3')
		const ending = await run.ending
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 3, signal: null, heldOpen: false })
		expect(ending.durationMs).toBeGreaterThanOrEqual(0)
		expect(run.output('stdout')).toBe('out')
		expect(run.output('stderr')).toBe('err')
		expect(run.registry.size).toBe(0)
	})

	test('gives the signal that ended it', async () => {
		expect(await start('kill -SEGV $$').ending).toMatchObject({ kind: 'exited', exitCode: null, signal: 'SIGSEGV' })
	})

	test('finds standard input empty and no terminal', async () => {
		const run = start('cat; if (: < /dev/tty) 2>/dev/null; then echo terminal; else echo none; fi')
		expect(await run.ending).toMatchObject({ kind: 'exited', exitCode: 0 })
		expect(run.output('stdout')).toBe('none\n')
	})

	test('gets the input and the environment that were given, and nothing else', async () => {
		const run = start('cat; env | grep -v ^_= | sort', {
			input: 'secret\n',
			env: { PATH: process.env.PATH ?? '', ONE: '1' },
		})
		await run.ending
		expect(run.output('stdout').replace(/^(PATH=.*|PWD=.*|SHLVL=.*|OLDPWD=.*)\n/gm, '')).toBe('secret\nONE=1\n')
	})

	test('characters that are split between two writes arrive whole, and invalid bytes as U+FFFD', async () => {
		const run = start(`printf 'a\\303'; sleep 0.1; printf '\\251b\\377c\\342\\202'`)
		await run.ending
		expect(run.output('stdout')).toBe('aéb\uFFFDc\uFFFD')
		expect(run.chunks.length).toBeGreaterThan(1)
	})

	test('offsets grow and lie within the duration', async () => {
		const run = start('echo a; sleep 0.2; echo b')
		const ending = await run.ending
		const offsets = run.chunks.map(({ offsetMs }) => offsetMs)
		expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
		expect((offsets[1] ?? 0) - (offsets[0] ?? 0)).toBeGreaterThanOrEqual(150)
		expect(ending.durationMs).toBeGreaterThanOrEqual(offsets.at(-1) ?? 0)
	})

	test('all of a large output arrives, in order', async () => {
		const run = start('seq 1 300000')
		expect(await run.ending).toMatchObject({ kind: 'exited', exitCode: 0, heldOpen: false })
		expect(run.output('stdout')).toBe(Array.from({ length: 300_000 }, (_, index) => `${index + 1}\n`).join(''))
	})

	test('does not wait for a background process that holds its output, and leaves it alone', async () => {
		const run = start('sleep 30 & echo $!; setsid sleep 30 & echo $!')
		const ending = await run.ending
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 0, heldOpen: true })
		const pids = run.output('stdout').trim().split('\n').map(Number)
		expect(pids).toHaveLength(2)
		expect(pids.map(isAlive)).toEqual([true, true])
		for (const pid of pids) process.kill(pid, 'SIGKILL')
	})

	test('a background process that goes on printing does not keep it waiting', async () => {
		const run = start('(while :; do echo x; sleep 0.02; done) & echo $!')
		expect(await run.ending).toMatchObject({ kind: 'exited', heldOpen: true })
		await gone([
			Number(
				run
					.output('stdout')
					.split('\n')
					.find((line) => /^\d+$/.test(line)),
			),
		])
	})
})

describe('a command that is stopped', () => {
	test('nothing starts when it was cancelled before', async () => {
		const controller = new AbortController()
		controller.abort()
		const file = join(folder, 'touched')
		const ending = await runCaptured(
			{ file: 'touch', args: [file], env: { PATH: process.env.PATH ?? '' }, timeoutMs: 1_000 },
			{ signal: controller.signal, onOutput: () => {} },
			createProcessRegistry(),
		)
		expect(ending).toEqual({ kind: 'cancelled', durationMs: 0 })
		expect(existsSync(file)).toBe(false)
	})

	test('cancelled with all of its children, at once', async () => {
		const run = start('sleep 30 & echo $! $$; sleep 30')
		await run.firstOutput
		run.cancel()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(run.output('stdout').trim().split(' ').map(Number).map(isAlive)).toEqual([false, false])
		expect(run.registry.size).toBe(0)
	})

	test('killed when it does not listen, a deaf child of a polite one too', async () => {
		const run = start(`sh -c 'trap "" TERM; echo $$; while :; do sleep 0.1; done' & sleep 30`)
		await run.firstOutput
		const started = performance.now()
		run.cancel()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(performance.now() - started).toBeGreaterThan(1_500)
		await gone([Number(run.output('stdout'))])
	})

	test('timed out is not cancelled, and keeps what was printed', async () => {
		const run = start('echo early; sleep 30', { timeoutMs: 300 })
		const ending = await run.ending
		expect(ending.kind).toBe('timed-out')
		expect(ending.durationMs).toBeGreaterThanOrEqual(290)
		expect(run.output('stdout')).toBe('early\n')
	})

	test('the registry ends everything that runs', async () => {
		const run = start('echo $$; sleep 30')
		await run.firstOutput
		expect(run.registry.size).toBe(1)
		await run.registry.stopAll()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(isAlive(Number(run.output('stdout')))).toBe(false)
		expect(run.registry.size).toBe(0)
	})

	test('what runs elsewhere is ended first', async () => {
		const order: string[] = []
		const run = start('trap "echo local; exit" TERM; echo up; while :; do sleep 0.05; done', {
			stopElsewhere: async () => {
				order.push(isAlive(process.pid) && run.output('stdout') === 'up\n' ? 'elsewhere first' : 'too late')
			},
		})
		await run.firstOutput
		run.cancel()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(order).toEqual(['elsewhere first'])
		expect(run.output('stdout')).toContain('local')
	})

	test('cancelling after the end changes nothing', async () => {
		const run = start('exit 4')
		const ending = await run.ending
		run.cancel()
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 4 })
	})
})

describe('a command that cannot be started', () => {
	test.each<[string, Partial<CapturedCommand>, RegExp]>([
		['no such program', { file: 'no-such-program-here' }, /no program "no-such-program-here"/],
		['no permission', { file: '/etc/passwd' }, /may not be run/],
		['a null character', { args: ['-c', 'a\0b'] }, /null character/],
		['too long', { args: ['-c', `: ${'x'.repeat(3_000_000)}`] }, /too long/],
	])('%s: one sentence', async (_, options, reason) => {
		const ending = await start('true', options).ending
		expect(ending).toMatchObject({ kind: 'not-started', reason: expect.stringMatching(reason) })
	})
})

test('any exit code comes back as it is', async () => {
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 0, max: 255 }), async (code) => {
			expect(await start(`exit ${code}`).ending).toMatchObject({ kind: 'exited', exitCode: code })
		}),
		{ numRuns: 10 },
	)
})

test('no process of this file is left', () => {
	const own = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
	expect(own.split('\n').filter((line) => line.includes('sleep 30'))).toEqual([])
})
