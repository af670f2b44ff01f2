import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
	appendFileSync,
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/**
 * The program by its command line: in this process, which takes milliseconds, or as it is built in one of its own, for what
 * only that shows (another user, a pipe, a signal). `RUNTREE_BIN` names another launcher while developing.
 */

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const launcher = process.env.RUNTREE_BIN ?? join(root, 'bin/runtree.js')
export const shopFlow = join(root, 'test/fixtures/cli/shop')

export interface ProgramOptions {
	/** Standard input; empty when left out. */
	readonly input?: string
	/** Added to PATH, HOME, LANG and folders of the test's own for state and cache; undefined takes one away. */
	readonly env?: Readonly<Record<string, string | undefined>>
	readonly cwd?: string
	/** Its state folder; one of its own when left out. */
	readonly place?: Place
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

/** Checked flows of all tests of this worker: each is checked once. */
const cache = mkdtempSync(join(tmpdir(), 'runtree-cli-cache-'))
process.once('exit', () => rmSync(cache, { recursive: true, force: true }))

/** A state folder of the test's own, where the flows of test/fixtures/cli are approved. */
export function freshPlace(): Place {
	const folder = freshFolder()
	const sessions = join(folder, 'state', 'runtree', 'sessions')
	const env = { HOME: folder, XDG_CONFIG_HOME: join(folder, '.config'), XDG_STATE_HOME: join(folder, 'state') }
	trust(
		env,
		...readdirSync(join(root, 'test/fixtures/cli')).map((name) => join(root, 'test/fixtures/cli', name, 'flow.yaml')),
	)
	return {
		env: { ...env, XDG_CACHE_HOME: cache },
		sessions,
		ids: () => (existsSync(sessions) ? readdirSync(sessions).sort().reverse() : []),
	}
}

/** Approves flows without parts as they are now, as `runtree trust` does; their hash is that of the file. */
export function trust({ XDG_CONFIG_HOME = '' }: Place['env'], ...files: readonly string[]): void {
	const folder = join(XDG_CONFIG_HOME, 'runtree')
	mkdirSync(folder, { recursive: true, mode: 0o700 })
	for (const file of files) {
		const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
		appendFileSync(join(folder, 'trusted.jsonl'), `${JSON.stringify({ hash, file })}\n`, { mode: 0o600 })
	}
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs the program to its end, in this process where nothing asks for another one. There it is one call after the other,
 * as the program reads the environment and the working directory.
 */
export function runtree(words: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
	if (options.prefix !== undefined || options.stdout !== undefined) return spawnRuntree(words, options)
	const call = last.then(() => runHere(words, options))
	last = call.catch(() => {})
	return call
}

async function runHere(words: readonly string[], options: ProgramOptions): Promise<Ended> {
	const { input = '', cwd = root } = options
	const env = environmentOf(options)
	const before = { env: { ...process.env }, cwd: process.cwd() }
	const stdout = collector()
	const stderr = collector()
	replaceEnvironment(env)
	process.chdir(cwd)
	try {
		const { main } = await import('../../src/main.ts')
		const stdin = Object.assign(Readable.from(input === '' ? [] : [Buffer.from(input)]), { isTTY: false, fd: 0 })
		const code = await main(words, { stdin, stdout: stdout.stream, stderr: stderr.stream, env } as never)
		return { code, signal: null, stdout: stdout.text(), stderr: stderr.text() }
	} finally {
		process.chdir(before.cwd)
		replaceEnvironment(before.env)
	}
}

function environmentOf({ env = {}, place = freshPlace() }: ProgramOptions): Record<string, string> {
	const all = { PATH: process.env.PATH, LANG: 'C.UTF-8', TZ: 'UTC', ...place.env, ...env }
	return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function replaceEnvironment(env: Readonly<Record<string, string | undefined>>): void {
	for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
	Object.assign(process.env, env)
}

function collector(): { readonly stream: Writable; text(): string } {
	const chunks: Buffer[] = []
	const stream = new Writable({
		write: (chunk: Buffer, _, done) => {
			chunks.push(chunk)
			done()
		},
	})
	return { stream, text: () => Buffer.concat(chunks).toString() }
}

/** Starts the built program, and waits for its end. */
export function spawnRuntree(words: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
	const { input = '', cwd = root, stdout, prefix = [] } = options
	const [file = '', ...args] = [...prefix, process.execPath, launcher, ...words]
	return new Promise((resolve, reject) => {
		const child = spawn(file, args, { cwd, env: environmentOf(options), stdio: ['pipe', stdout ?? 'pipe', 'pipe'] })
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
