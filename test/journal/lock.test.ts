import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { lockHolder, lockSession } from '../../src/journal/lock.ts'
import { tmpFolder } from '../support/session-kit.ts'

/** A lock as another process would have left it: each line of ours may be another. */
function lockOf(folder: string, change: (lines: string[]) => string[]): void {
	const held = lockSession(folder)
	if (!held.ok) throw new Error(held.reason)
	const lines = readFileSync(join(folder, 'lock'), 'utf8').split('\n')
	held.release()
	writeFileSync(join(folder, 'lock'), change(lines).join('\n'))
}

const dead = `${spawnSync('true').pid} 1`

describe('a lock', () => {
	test('is one, and is gone after its release', () => {
		const folder = tmpFolder()
		const held = lockSession(folder)
		expect(held.ok).toBe(true)
		expect(readdirSync(folder)).toEqual(['lock'])
		expect(lockSession(folder)).toMatchObject({ ok: false, reason: expect.stringContaining('another terminal') })
		if (held.ok) held.release()
		expect(readdirSync(folder)).toEqual([])
	})

	test('of a process that ended here is taken over', () => {
		const folder = tmpFolder()
		lockOf(folder, (lines) => lines.with(0, dead))
		expect(lockHolder(folder)).toBeUndefined()
		expect(lockSession(folder).ok).toBe(true)
	})

	test('of another PID namespace stays, whatever runs here under its number', () => {
		for (const pid of [dead, `${process.pid} 1`, '1 1']) {
			const folder = tmpFolder()
			lockOf(folder, (lines) => lines.with(0, pid).with(1, 'pid:[1]'))
			expect(lockSession(folder)).toMatchObject({ ok: false, reason: expect.stringContaining(join(folder, 'lock')) })
			expect(lockHolder(folder)).toBe(Number.parseInt(pid, 10))
		}
	})

	test('of another machine stays; of this one before it was started anew it does not', () => {
		const folder = tmpFolder()
		lockOf(folder, (lines) => lines.with(0, dead).with(2, 'other').with(3, 'machine').with(4, 'web-2'))
		expect(lockSession(folder)).toMatchObject({ ok: false, reason: expect.stringContaining('web-2') })
		const own = tmpFolder()
		lockOf(own, (lines) => lines.with(2, 'before').with(3, lines[3] || 'none'))
		expect(lockSession(own).ok).toBe(readFileSync(join(own, 'lock'), 'utf8').split('\n')[3] !== 'none')
	})

	test('is not released by who does not hold it any more', () => {
		const folder = tmpFolder()
		const held = lockSession(folder)
		writeFileSync(join(folder, 'lock'), 'another')
		if (held.ok) held.release()
		expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe('another')
	})

	const unshare = ['unshare', '--pid', '--fork', '--mount-proc']
	const mayUnshare = spawnSync(unshare[0] ?? '', [...unshare.slice(1), 'true']).status === 0

	test.skipIf(!mayUnshare)('is seen from another PID namespace', () => {
		const folder = tmpFolder()
		const held = lockSession(folder)
		expect(held.ok).toBe(true)
		const code = `import(${JSON.stringify(join(import.meta.dirname, '../../src/journal/lock.ts'))}).then(({ lockSession }) => console.log(lockSession(process.argv[1]).reason))`
		const there = spawnSync(unshare[0] ?? '', [...unshare.slice(1), process.execPath, '-e', code, folder], {
			encoding: 'utf8',
		})
		expect(there.stdout).toContain('another container')
		if (held.ok) held.release()
	})
})
