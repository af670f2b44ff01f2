/** The built program as it would be installed: a copy of the package in a folder of its own, which nobody rebuilds meanwhile. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A copy of the package, and where its sessions are kept. */
export interface Program {
	readonly folder: string
	readonly launcher: string
	/** `XDG_STATE_HOME` of every call. */
	readonly state: string
	/** The folders that were made for it. */
	readonly temporary: readonly string[]
}

/** How a call of the program ended. */
export interface Called {
	readonly exitCode: number
	readonly stdout: string
	readonly stderr: string
}

const LAUNCHER = 'bin/runtree.js'
const ROOT = join(import.meta.dirname, '../..')
const CALL_TIMEOUT_MS = 330_000

/**
 * Builds the program into a new folder under the system's temporary one, or takes the built package in `folder`.
 * Throws when it does not build.
 */
export async function buildProgram(folder?: string): Promise<Program> {
	const state = mkdtempSync(join(tmpdir(), 'runtree-lab-state-'))
	if (folder !== undefined) return { folder, launcher: join(folder, LAUNCHER), state, temporary: [state] }
	const built = mkdtempSync(join(tmpdir(), 'runtree-lab-'))
	for (const part of ['bin', 'flows', 'package.json']) cpSync(join(ROOT, part), join(built, part), { recursive: true })
	symlinkSync(join(ROOT, 'node_modules'), join(built, 'node_modules'))
	const tsdown = join(ROOT, 'node_modules/.bin/tsdown')
	await promisify(execFile)(tsdown, ['--out-dir', join(built, 'dist'), '--log-level', 'warn'], { cwd: ROOT })
	return { folder: built, launcher: join(built, LAUNCHER), state, temporary: [built, state] }
}

/** Calls the program without a terminal. An exit code other than 0 is a result, not an error. `node`: what runs it. */
export function call(program: Program, words: readonly string[], node: string = process.execPath): Promise<Called> {
	const env = { ...process.env, ...environment(program), NO_COLOR: '1' }
	const options = { cwd: program.folder, env, maxBuffer: 64e6, timeout: CALL_TIMEOUT_MS }
	return new Promise((resolve) => {
		execFile(node, [program.launcher, ...words], options, (error, stdout, stderr) => {
			const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
			resolve({ exitCode, stdout, stderr })
		})
	})
}

/** What a call needs beside the usual environment. */
export function environment({ state }: Program): Record<string, string> {
	return { XDG_STATE_HOME: state, XDG_CACHE_HOME: join(state, 'cache') }
}
