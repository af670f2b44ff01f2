import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The program as it is built, from outside. `RUNTREE_BIN` names another launcher while developing. */

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const launcher = process.env.RUNTREE_BIN ?? join(root, 'bin/runtree.js')
export const shopFlow = join(root, 'test/fixtures/cli/shop')

export interface ProgramOptions {
	/** Standard input; empty when left out. */
	readonly input?: string
	/** Added to PATH, HOME, LANG and folders of the test's own for state and cache; undefined takes one away. */
	readonly env?: Readonly<Record<string, string | undefined>>
	readonly cwd?: string
	/** Where standard output goes instead: an open file. */
	readonly stdout?: number
	/** Runs before it in the same process: `['runuser', '-u', 'nobody', '--']`. */
	readonly prefix?: readonly string[]
}

export interface Ended {
	readonly code: number | null
	readonly signal: string | null
	readonly stdout: string
	readonly stderr: string
}

/** A folder that is gone after the test. Others may look into it. */
export function freshFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'runtree-cli-'))
	chmodSync(folder, 0o755)
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
	return folder
}

/** Where a test's sessions go. */
export interface Place {
	readonly env: Readonly<Record<string, string | undefined>>
	readonly sessions: string
	/** Ids, the latest first. */
	ids(): string[]
}

/** A state folder of the test's own. */
export function freshPlace(): Place {
	const folder = freshFolder()
	const sessions = join(folder, 'state', 'runtree', 'sessions')
	return {
		env: { HOME: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_CACHE_HOME: join(folder, 'cache') },
		sessions,
		ids: () => (existsSync(sessions) ? readdirSync(sessions).sort().reverse() : []),
	}
}

/** Runs the program to its end. */
export function runtree(words: readonly string[], options: ProgramOptions & { place?: Place } = {}): Promise<Ended> {
	const { input = '', env = {}, cwd = root, stdout, prefix = [], place = freshPlace() } = options
	const all = { PATH: process.env.PATH, LANG: 'C.UTF-8', TZ: 'UTC', ...place.env, ...env }
	const [file = '', ...args] = [...prefix, process.execPath, launcher, ...words]
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, {
			cwd,
			env: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
			stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
		})
		const texts = { stdout: '', stderr: '' }
		child.stdout?.setEncoding('utf8').on('data', (text: string) => {
			texts.stdout += text
		})
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			texts.stderr += text
		})
		child.on('error', reject)
		child.on('close', (code, signal) => resolve({ code, signal, ...texts }))
		child.stdin?.on('error', () => {})
		child.stdin?.end(input)
	})
}

/** A folder that stands for a host whose service is down; a remedy of the flow `shop` mends it. */
export function shopHost({ answer = 'HTTP/1.1 502 Bad Gateway', state = 'inactive' } = {}): string {
	const folder = join(freshFolder(), 'host')
	mkdirSync(folder)
	writeFileSync(join(folder, 'answer'), `${answer}\r\nServer: nginx\r\n\r\n`)
	writeFileSync(join(folder, 'fine'), 'HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n')
	writeFileSync(join(folder, 'unit'), `Id=shop.service\nLoadState=loaded\nActiveState=${state}\nSubState=dead\n`)
	return folder
}
