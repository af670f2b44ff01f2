import { execFileSync, spawn } from 'node:child_process'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { down } from '../../src/lab/host.ts'
import { environment, type Program } from './program.ts'

const built = inject('program')

const practiceHosts = (): string[] =>
	execFileSync('podman', ['ps', '--all', '--filter', 'name=^runtree-practice-', '--format', '{{.Names}}'], {
		encoding: 'utf8',
	})
		.split('\n')
		.filter(Boolean)

const others = new Set(built === undefined ? [] : practiceHosts())
const ours = (): string[] => practiceHosts().filter((name) => !others.has(name))
afterEach(async () => {
	for (const name of ours()) await down({ name })
})

/** A live session on a stopped unit that waits for an answer. */
async function begin(program: Program) {
	const child = spawn(process.execPath, [program.launcher, 'practice', '--live', 'unit-stopped', '--plain'], {
		cwd: program.folder,
		env: { ...process.env, ...environment(program) },
		stdio: ['pipe', 'pipe', 'pipe'],
	})
	let said = ''
	const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
	await new Promise<void>((resolve, reject) => {
		const listen = (chunk: Buffer): void => {
			said += chunk
			if (said.includes('[Enter] run')) resolve()
		}
		child.stdout.on('data', listen)
		child.stderr.on('data', listen)
		child.on('exit', () => reject(new Error(`It ended before it asked:\n${said}`)))
	})
	return { child, ended, said: () => said }
}

describe.skipIf(built === undefined)('practice on a live host', () => {
	test('is on a host that is really broken, and that is gone afterwards', async () => {
		const live = await begin(built as Program)
		expect(live.said()).toContain("Reported: The site answers 502 since last night's maintenance")
		expect(ours()).toHaveLength(1)
		live.child.stdin.end('\nq\n')
		expect(await live.ended).toBe(5)
		expect(live.said()).toContain('HTTP/1.1 502 Bad Gateway')
		expect(ours()).toEqual([])
	})

	test('a killed session leaves its host, and the next one removes it', async () => {
		const killed = await begin(built as Program)
		const [left] = ours()
		killed.child.kill('SIGKILL')
		await killed.ended
		expect(ours()).toEqual([left])
		const next = await begin(built as Program)
		expect(next.said()).toContain('Removed a host that an earlier session left behind.')
		expect(ours()).toHaveLength(1)
		expect(ours()).not.toContain(left)
		next.child.kill('SIGTERM')
		expect(await next.ended).toBe(143)
		expect(ours()).toEqual([])
	})
})
