import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../src/journal/entry.ts'
import { type Ended, freshFolder, freshPlace, launcher, type Place, root, runtree } from '../support/program.ts'

/** `runtree diagnose` on hosts that lack something: this machine with a PATH of the test's own. */

const answers502 = `printf 'HTTP/1.1 502 Bad Gateway\\r\\nServer: nginx/1.22.1\\r\\n\\r\\n'`
const real = ['sh', 'date', 'sed', 'tail', 'cat', 'ls', 'grep', 'sleep']

/** A folder with some of this machine's programs, and programs that answer what the text says. */
function pathWith(fakes: Readonly<Record<string, string>>): string {
	const folder = join(freshFolder(), 'bin')
	mkdirSync(folder)
	for (const name of real) symlinkSync(join('/usr/bin', name), join(folder, name))
	for (const [name, text] of Object.entries(fakes)) {
		writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
		chmodSync(join(folder, name), 0o755)
	}
	return folder
}

/** What the session's journal says of its end; undefined when it says nothing. */
function endOf(place: Place): string | undefined {
	const [id = ''] = place.ids()
	const lines = readFileSync(join(place.sessions, id, 'journal.jsonl'), 'utf8')
		.trimEnd()
		.split('\n')
	const last = JSON.parse(lines.at(-1) ?? '{}') as JournalEntry
	return last.type === 'session.ended' ? last.outcome : undefined
}

/** The verdict is the last line, and the only one that begins so. */
function verdictOf({ stdout, stderr }: Ended): string {
	expect(stdout + stderr).not.toMatch(/\bat [^ ]+ \(|file:\/\/|undefined|\[object/)
	const lines = stdout.trimEnd().split('\n')
	const verdicts = lines.filter((line) => /^(?:Cause|Healthy|Inconclusive|Unreachable|Stopped)\b.*: /.test(line))
	expect(verdicts).toEqual([lines.at(-1)])
	return lines.at(-1) ?? ''
}

async function diagnosed(fakes: Readonly<Record<string, string>>, more: readonly string[] = [], prefix?: string[]) {
	const place = freshPlace()
	const ended = await runtree(['diagnose', 'flask-502', ...more], {
		place,
		env: { PATH: pathWith(fakes) },
		...(prefix === undefined ? {} : { prefix }),
	})
	return { ended, place }
}

describe('a host that lacks something', () => {
	test('no curl: nothing was asked, and no cause is named', async () => {
		const { ended, place } = await diagnosed({})
		expect(verdictOf(ended)).toMatch(
			/^Inconclusive: No cause is proven, and no probe is left that could settle one\. This host does not have .*curl/,
		)
		expect(ended.stdout).toMatch(/\nThis host does not have: .*curl/)
		expect(ended).toMatchObject({ code: 3, stderr: '' })
		expect(endOf(place)).toBe('inconclusive')
	})

	test('neither systemd nor ps: what is missing is said, and no cause is named', async () => {
		const { ended, place } = await diagnosed({ curl: answers502 })
		expect(verdictOf(ended)).toMatch(/^Inconclusive: No cause is proven.* This host does not have .*systemctl.* and ps/)
		expect(ended.stdout).toMatch(/\nThis host does not have: .*systemctl/)
		expect(ended.stdout).toMatch(/\n {4}\| HTTP\/1\.1 502 Bad Gateway/)
		expect(ended.code).toBe(3)
		expect(endOf(place)).toBe('inconclusive')
	})

	test('as JSON it says the same', async () => {
		const { ended } = await diagnosed({ curl: answers502 }, ['--json'])
		expect(JSON.parse(ended.stdout)).toMatchObject({
			outcome: 'inconclusive',
			cause: null,
			confidence: 'inconclusive',
			missing: expect.arrayContaining(['systemctl', 'ps']),
		})
		expect(ended).toMatchObject({ code: 3, stderr: '' })
	})

	test.skipIf(process.getuid?.() !== 0 || !existsSync('/usr/sbin/runuser'))('not root, and no sudo', async () => {
		const place = freshPlace()
		const state = place.env.XDG_STATE_HOME ?? ''
		mkdirSync(state)
		const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
		chownSync(join(state, '..'), nobody, nobody)
		chownSync(state, nobody, nobody)
		const active = `echo '● gunicorn.service - Gunicorn'
echo '     Loaded: loaded (/etc/systemd/system/gunicorn.service; enabled; preset: enabled)'
echo '     Active: active (running) since Sat 2026-11-21 09:20:00 UTC; 1h ago'`
		const ended = await runtree(['diagnose', 'flask-502'], {
			place,
			env: { PATH: pathWith({ curl: answers502, systemctl: active }), XDG_CACHE_HOME: state },
			prefix: ['/usr/sbin/runuser', '-u', 'nobody', '--'],
		})
		expect(verdictOf(ended)).toMatch(
			/^Inconclusive: No cause is proven.*needs root and there is no sudo here: start runtree as root\./,
		)
		expect(ended.code).toBe(3)
		expect(endOf(place)).toBe('inconclusive')
	})
})

test('a time limit that no timer can hold is as long as there is one', async () => {
	const on = `recorded:${join(root, 'flows/flask-502/scenarios/unit-stopped.jsonl')}`
	const ended = await runtree(['diagnose', 'flask-502', '--on', on, '--timeout', `1${'0'.repeat(20)}`])
	expect(ended).toMatchObject({ code: 1, stderr: '' })
})

describe('a host that is not reached', () => {
	test('by hand it cannot be diagnosed by itself, and nothing is begun', async () => {
		const place = freshPlace()
		const ended = await runtree(['diagnose', 'flask-502', '--on', 'manual'], { place })
		expect(ended).toMatchObject({ code: 2, stdout: '' })
		expect(ended.stderr).toMatch(/^runtree: [^\n]*`runtree run flask-502 --on manual`[^\n]*\n$/)
		expect(place.ids()).toEqual([])
	})

	test.each([
		['podman', 'echo "Error: no such container does-not-exist" >&2; exit 125', /no container "does-not-exist"/],
		['docker', 'echo "Cannot connect to the Docker daemon." >&2; exit 1', /Cannot connect to the Docker daemon/],
		['docker', undefined, /There is no docker here: install it, or name another target/],
	])('%s (%s) is one sentence, and unreachable', async (program, fake, sentence) => {
		const { ended, place } = await diagnosed(fake === undefined ? {} : { [program]: fake }, [
			'--on',
			`${program}://does-not-exist`,
		])
		expect(ended).toMatchObject({ code: 4, stdout: '' })
		expect(ended.stderr).toMatch(sentence)
		expect(ended.stderr).toMatch(/^runtree: [^\n]+\n$/)
		expect(place.ids()).toEqual([])
	})
})

describe('a diagnosis that does not come to its end', () => {
	/** A curl that says that it runs, and never answers. */
	const hanging = (folder: string) => `: >'${join(folder, 'runs')}'; exec sleep 60`

	test('is over after --timeout, with what was found until then', async () => {
		const { ended, place } = await diagnosed({ curl: hanging(freshFolder()) }, ['--timeout', '1'])
		expect(verdictOf(ended)).toBe('Stopped: The walk had not come to its end after 1 seconds.')
		expect(ended.code).toBe(5)
		expect(endOf(place)).toBe('stopped')
	})

	test.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('%s ends what runs, closes the journal, and tells', async (signal, code) => {
		const folder = freshFolder()
		const place = freshPlace()
		const env = { ...place.env, PATH: pathWith({ curl: hanging(folder) }), LANG: 'C.UTF-8' }
		const child = spawn(process.execPath, [launcher, 'diagnose', 'flask-502'], {
			cwd: root,
			env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
			stdio: ['ignore', 'pipe', 'pipe'],
		})
		let stdout = ''
		let stderr = ''
		child.stdout.on('data', (data) => {
			stdout += data
		})
		child.stderr.on('data', (data) => {
			stderr += data
		})
		const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
		await expect.poll(() => existsSync(join(folder, 'runs')), { timeout: 15_000 }).toBe(true)
		child.kill(signal)
		expect(await closed).toBe(code)
		expect(verdictOf({ code, signal: null, stdout, stderr })).toMatch(/^Stopped: The walk was stopped before/)
		expect(stderr).toBe('')
		expect(endOf(place)).toBe('stopped')
	})

	test('a reader that goes away ends it, without a word', async () => {
		const place = freshPlace()
		const folder = pathWith({ curl: answers502 })
		const script = `'${process.execPath}' '${launcher}' diagnose flask-502 | head -n 1`
		const ended = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
			const child = spawn('/bin/sh', ['-c', script], {
				cwd: root,
				env: { ...process.env, ...place.env, PATH: `${folder}:/usr/bin` },
				stdio: ['ignore', 'pipe', 'pipe'],
			})
			const texts = { stdout: '', stderr: '' }
			child.stdout.on('data', (data) => {
				texts.stdout += data
			})
			child.stderr.on('data', (data) => {
				texts.stderr += data
			})
			child.on('close', () => resolve(texts))
		})
		expect(ended.stdout).toMatch(/^Flask 502 Bad Gateway on .*\n$/)
		expect(ended.stderr).toBe('')
		expect(endOf(place)).toBeDefined()
	})
})
