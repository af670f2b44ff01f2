import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, freshPlace, runtree, shopFlow, shopHost, trust } from '../support/program.ts'

const on = (folder: string, ...more: string[]): string[] => [shopFlow, '--set', `folder=${folder}`, ...more]
/** Confirm, state, open the remedy, run it, yes, retest, finish. */
const toTheEnd = '\n\n\n\n\n\ny\n\n\n\n\n\n'

describe('the exit code tells how it ended', () => {
	test('0: healthy', async () => {
		const ended = await runtree(['diagnose', ...on(shopHost({ answer: 'HTTP/1.1 200 OK' }))])
		expect(ended).toMatchObject({ code: 0, stderr: '' })
		expect(ended.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Healthy: /)
	})

	test('0: resolved, with answers from a pipe', async () => {
		const place = freshPlace()
		const folder = shopHost()
		const ended = await runtree(['run', ...on(folder)], { input: toTheEnd, place })
		expect(ended.stdout).toContain('Run this on')
		expect(ended.stdout).toContain('The service is stopped')
		expect(ended.stdout).toMatch(/Undo: echo broken/)
		expect(ended.code).toBe(0)
		const listed = await runtree(['sessions'], { place })
		expect(listed.stdout).toMatch(/The shop does not answer\s+local\s+resolved: stopped\n$/)
	})

	test('1: a cause was found and stands', async () => {
		const ended = await runtree(['diagnose', ...on(shopHost())])
		expect(ended.code).toBe(1)
		expect(ended.stdout).toMatch(/\nCause \(proven\): The service is stopped \[stopped\]\n$/)
	})

	test('3: inconclusive', async () => {
		const ended = await runtree(['diagnose', ...on(shopHost({ state: 'active' }))])
		expect(ended.code).toBe(3)
		expect(ended.stdout).toMatch(/\nInconclusive: .*\n$/)
	})

	test('5: an answer is needed and nobody is there', async () => {
		const ended = await runtree(['run', ...on(shopHost())])
		expect(ended.code).toBe(5)
		expect(ended.stderr).toMatch(/^An answer is needed here and nobody is there: [^\n]+\.\n$/)
	})

	test('5: the operator left', async () => {
		const ended = await runtree(['run', ...on(shopHost())], { input: 'q\n' })
		expect(ended).toMatchObject({ code: 5, stderr: '' })
	})
})

describe('a session', () => {
	test('begins at another way in', async () => {
		const ended = await runtree(['run', ...on(shopHost({ answer: 'HTTP/1.1 200 OK' }), '--path', 'look-again')], {
			input: '\n\n\n',
		})
		expect(ended.stdout).toContain('Ask again')
		expect(ended.stdout).not.toContain('Confirm the fault')
	})

	test('runs nothing with --dry-run, and leaves nothing behind', async () => {
		const place = freshPlace()
		const ended = await runtree(['run', ...on('/tmp/a folder'), '--dry-run'], { place })
		expect(ended.code).toBe(0)
		expect(ended.stdout).toContain(`  cat '/tmp/a folder'/answer    [read]`)
		expect(ended.stdout).toContain('[changes, after a yes]')
		expect(place.ids()).toEqual([])
	})

	test('is resumed where it was left, by the beginning of its id or as the latest', async () => {
		const place = freshPlace()
		const folder = shopHost()
		expect((await runtree(['run', ...on(folder)], { input: '\n\nq\n', place })).code).toBe(5)
		const [id = ''] = place.ids()
		// The journal names the file of a flow that was given by its path.
		const cwd = freshFolder()
		const resumed = await runtree(['resume', id.slice(0, 16)], { input: toTheEnd, place, cwd })
		expect(resumed.stderr).toBe('')
		expect(resumed.code).toBe(0)
		expect(place.ids()).toEqual([id])
		const again = await runtree(['resume'], { place, cwd })
		expect(again.stderr).toMatch(/no session to resume/)
	})

	test('is exported in every format, also when the flow is not there any more', async () => {
		const place = freshPlace()
		await runtree(['diagnose', ...on(shopHost())], { place })
		const [id = ''] = place.ids()
		const cwd = freshFolder()
		const made = await Promise.all(
			['md', 'html', 'json', 'cast'].map((format) => runtree(['export', id, '--format', format], { place, cwd })),
		)
		for (const { code, stderr, stdout } of made) {
			expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
			expect(stdout).toContain('The service is stopped')
		}
		expect(made[1]?.stdout).toMatch(/^<!doctype html>/i)
		expect(JSON.parse(made[2]?.stdout ?? '')).toMatchObject({ format: 1, kind: 'runtree.transcript', session: id })
	})

	test('is private: its folder and journal are for its owner alone', async () => {
		const place = freshPlace()
		await runtree(['diagnose', ...on(shopHost())], { place })
		const [id = ''] = place.ids()
		expect(statSync(join(place.sessions, id)).mode & 0o777).toBe(0o700)
		expect(statSync(join(place.sessions, id, 'journal.jsonl')).mode & 0o777).toBe(0o600)
	})
})

describe('what the target lacks is said, and the session goes on', () => {
	test('programs that are missing', async () => {
		// A PATH with a shell and nothing else.
		const bin = freshFolder()
		symlinkSync('/bin/sh', join(bin, 'sh'))
		const folder = shopHost()
		const ended = await runtree(['run', ...on(folder)], { env: { PATH: bin }, input: '\n\n\n1\nq\n' })
		expect(ended.stdout).toMatch(/cat: (command )?not found/)
		expect(ended.stdout).toContain('There is no answer.')
		expect(ended.stdout).toContain('Does the service run?')
		expect(ended.stdout).toContain('Cause: The service is stopped')
		expect(ended.code).toBe(1)
		expect(ended.stderr).toBe('')
	})

	test('no sudo: a command for root says so, and asks', async () => {
		const bin = freshFolder()
		symlinkSync('/bin/sh', join(bin, 'sh'))
		const flow = join(freshFolder(), 'flow.yaml')
		writeFileSync(flow, privileged)
		const place = freshPlace()
		trust(place.env, flow)
		const ended = await (process.getuid?.() === 0
			? asNobody(['run', flow], { PATH: bin })
			: runtree(['run', flow], { env: { PATH: bin }, input: '\n\n', place }))
		expect(ended.stdout.replaceAll('\n', ' ')).toContain('This command needs root and there is no sudo here')
		expect(ended.stdout).toContain('1. Nothing')
		expect(ended.code).toBe(5)
	})

	test.skipIf(process.getuid?.() !== 0 || !existsSync('/usr/sbin/runuser'))('a log that may not be read', async () => {
		const folder = shopHost()
		chmodSync(join(folder, 'answer'), 0o600)
		const ended = await asNobody(['run', ...on(folder)], {}, '\n\n\n')
		expect(ended.stdout).toContain('Permission denied')
		expect(ended.stdout).toContain('There is no answer.')
		expect(ended.stderr).not.toContain('    at ')
	})
})

const privileged = `format: 2
id: privileged
title: A log for root
start: look
steps:
  look:
    title: Look
    guide: Look.
    run:
      - command: cat /var/log/nothing
        effect: read
        privilege: root
    branches:
      - when: result.exitCode == 0
        say: It can be read.
        end: healthy
      - otherwise: true
        ask: What does the log say?
      - choice: Nothing
        say: Nothing.
        end: inconclusive
`

/** As a user without any right, who keeps sessions in a folder of their own. */
function asNobody(words: readonly string[], env: Record<string, string>, input = '\n\n') {
	const home = freshFolder()
	const config = join(home, 'config')
	const place = {
		HOME: home,
		XDG_CONFIG_HOME: config,
		XDG_STATE_HOME: join(home, 'state'),
		XDG_CACHE_HOME: join(home, 'cache'),
	}
	trust(place, statSync(words[1] ?? '').isFile() ? (words[1] ?? '') : join(words[1] ?? '', 'flow.yaml'))
	const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
	for (const path of [home, config, join(config, 'runtree'), join(config, 'runtree/trusted.jsonl')])
		chownSync(path, nobody, nobody)
	const pairs = Object.entries({ ...place, ...env }).map(([name, value]) => `${name}=${value}`)
	return runtree(words, { input, prefix: ['/usr/sbin/runuser', '-u', 'nobody', '--', '/usr/bin/env', ...pairs] })
}
