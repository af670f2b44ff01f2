import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/flow/command.ts'
import { ensureImage, whyNoLab } from '../../src/lab/image.ts'
import { openTarget } from '../../src/target/open.ts'
import type { Target } from '../../src/target/target.ts'
import { wrapped } from '../../src/target/wrapped.ts'
import { stackOf } from '../lab/stacks.ts'
import { startTestContainer, type TestContainer } from '../support/test-container.ts'

const missing = await whyNoLab()

const options = { env: process.env }

function spec(text: string, more: Partial<CommandSpec> = {}): CommandSpec {
	return { text, effect: 'read', privilege: 'user', timeoutMs: 20_000, interactive: false, ...more }
}

function start(target: Target, command: CommandSpec) {
	const controller = new AbortController()
	const texts = { stdout: '', stderr: '' }
	let heard = (): void => {}
	const ending = target.run(command, {
		signal: controller.signal,
		onOutput: ({ stream, text }) => {
			texts[stream] += text
			heard()
		},
	})
	return {
		ending,
		texts,
		cancel: () => controller.abort(),
		printed: async (pattern: RegExp) => {
			while (!pattern.test(texts.stdout)) {
				await new Promise<void>((resolve) => {
					heard = resolve
				})
			}
		},
	}
}

describe.skipIf(missing !== undefined)('a container', { timeout: 60_000 }, () => {
	let container: TestContainer
	let target: Target

	beforeAll(async () => {
		container = startTestContainer(await ensureImage(stackOf('flask-502'), 'unix', console.error))
		const opened = await openTarget(`podman://${container.name}`, options)
		if (!opened.ok) throw new Error(opened.reason)
		target = opened.target
	})
	afterAll(async () => {
		await target?.close()
		container?.remove()
	})

	/** Ids of the processes inside that have this command line. */
	const running = (commandLine: string): string[] =>
		container
			.podman('exec', container.name, 'ps', '-eo', 'pid=,stat=,args=')
			.split('\n')
			.map((line) => /^ *(\d+) +(\S+) +(.*)$/.exec(line))
			.flatMap((match) => (match?.[3] === commandLine && !match[2]?.startsWith('Z') ? [match[1] ?? ''] : []))
	const gone = async (text: string): Promise<void> => {
		while (running(text).length > 0) await delay(50)
	}

	test('has the name and the host that the operator sees', () => {
		expect(target).toMatchObject({ name: `podman://${container.name}`, host: 'web-1', recorded: false })
	})

	test('runs commands with plain output, no standard input and the administration programs', async () => {
		const run = start(target, spec('cat; id -u; echo "$NO_COLOR $LC_ALL"; command -v ss; echo oops >&2; exit 3'))
		expect(await run.ending).toMatchObject({ kind: 'exited', exitCode: 3, signal: null, heldOpen: false })
		expect(run.texts.stdout).toMatch(/^0\n1 C\.UTF-8\n\/.*\/ss\n$/)
		expect(run.texts.stderr).toBe('oops\n')
	})

	test('quotes reach the shell as they are', async () => {
		const run = start(target, spec(`printf '%s|' "a b" 'c"d' '$HOME' ';' '\\\\'`))
		await run.ending
		expect(run.texts.stdout).toBe('a b|c"d|$HOME|;|\\\\|')
	})

	test.each([125, 126, 127, 137, 143])("the command's own exit code %i is the command's", async (code) => {
		expect(await start(target, spec(`exit ${code}`)).ending).toMatchObject({ kind: 'exited', exitCode: code })
	})

	test('a program that is not there is an exit code 127 of the command', async () => {
		const run = start(target, spec('no-such-program'))
		expect(await run.ending).toMatchObject({ kind: 'exited', exitCode: 127 })
		expect(run.texts.stderr).toMatch(/^sh: .*no-such-program.*not found\n$/)
	})

	test('a cancelled probe ends with everything that it started, escapees too', async () => {
		const run = start(
			target,
			spec('sleep 4711 & setsid sleep 4711 & (setsid sh -c "sleep 4711 & sleep 4711" &) ; echo up; sleep 4711'),
		)
		await run.printed(/up/)
		while (running('sleep 4711').length < 5) await delay(20)
		run.cancel()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(running('sleep 4711')).toEqual([])
	})

	test('a probe that ignores TERM is killed', async () => {
		const run = start(target, spec('trap "" TERM; echo up; while :; do sleep 0.4712; done'))
		await run.printed(/up/)
		run.cancel()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		await gone('sleep 0.4712')
	})

	test('the limit is kept inside, when nobody outside is left to keep it', async () => {
		const words = ['exec', '--detach', container.name, 'sh', ...wrapped('sleep 4717 & sleep 4717', 'id', 1_000)]
		container.podman(...words)
		while (running('sleep 4717').length < 2) await delay(20)
		await gone('sleep 4717')
	})

	test('a timeout ends it inside too', async () => {
		const ending = await start(target, spec('sleep 4713', { timeoutMs: 1_500 })).ending
		expect(ending).toMatchObject({ kind: 'timed-out' })
		expect(running('sleep 4713')).toEqual([])
	})

	test('cancelled right after the start, nothing stays', async () => {
		const run = start(target, spec('sleep 4714'))
		await delay(5)
		run.cancel()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(running('sleep 4714')).toEqual([])
	})

	test('what a remedy starts carries no mark, and a service of it survives a cancel', async () => {
		const run = start(target, spec('setsid -f sleep 4715; echo up; sleep 4716', { effect: 'change' }))
		await run.printed(/up/)
		const [service] = running('sleep 4715')
		expect(container.exec(`tr '\\0' '\\n' < /proc/${service}/environ`)).not.toContain('RUNTREE')
		run.cancel()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(running('sleep 4716')).toEqual([])
		expect(running('sleep 4715')).toHaveLength(1)
		container.exec(`kill ${service}`)
	})

	test('as another user, and as root on demand', async () => {
		const run = start(target, spec('id -un', { privilege: 'root' }))
		await run.ending
		expect(run.texts.stdout).toBe('root\n')
	})

	test('closing ends what runs', async () => {
		const opened = await openTarget(`podman://${container.name}`, options)
		if (!opened.ok) throw new Error(opened.reason)
		const run = start(opened.target, spec('echo up; sleep 4717'))
		await run.printed(/up/)
		await opened.target.close()
		await opened.target.close()
		expect(await run.ending).toMatchObject({ kind: 'cancelled' })
		expect(running('sleep 4717')).toEqual([])
	})

	test('a container that is paused or stopped is disconnected, and cannot be opened', async () => {
		const paused = start(target, spec('true'))
		await paused.ending
		container.podman('pause', container.name)
		expect(await start(target, spec('true')).ending).toMatchObject({
			kind: 'disconnected',
			reason: expect.stringMatching(/is paused: resume it/),
		})
		container.podman('unpause', container.name)

		const run = start(target, spec('echo up; sleep 4718'))
		await run.printed(/up/)
		container.podman('stop', '-t', '0', container.name)
		expect(await run.ending).toMatchObject({
			kind: 'disconnected',
			reason: expect.stringMatching(/does not run \(exited\): start it/),
		})
		expect(await start(target, spec('true')).ending).toMatchObject({ kind: 'disconnected' })
		expect(await openTarget(`podman://${container.name}`, options)).toEqual({
			ok: false,
			usage: false,
			reason: `The container "${container.name}" does not run (exited): start it with "podman start ${container.name}".`,
		})
	})

	test('a container that is not there is said so', async () => {
		expect(await openTarget('podman://runtree-no-such-container', options)).toEqual({
			ok: false,
			usage: false,
			reason: 'There is no container "runtree-no-such-container": "podman ps -a" lists those there are.',
		})
	})
})

test('a container program that is not there is said so', async () => {
	expect(await openTarget('podman://web', { env: { PATH: '/nowhere' } })).toEqual({
		ok: false,
		usage: false,
		reason: 'There is no podman here: install it, or name another target with --on.',
	})
})
