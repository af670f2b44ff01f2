import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { freshPlace, launcher, root, runtree, shopFlow, shopHost } from '../support/program.ts'

/** The words go to a shell, after `runtree`. */
function piped(shell: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
	const program = `runtree() { "$NODE" "$LAUNCHER" "$@"; }; ${shell}`
	const { env } = freshPlace()
	const child = spawn('bash', ['-o', 'pipefail', '-c', program], {
		cwd: root,
		env: { ...env, PATH: process.env.PATH, LANG: 'C.UTF-8', NODE: process.execPath, LAUNCHER: launcher },
		stdio: ['ignore', 'pipe', 'pipe'],
	})
	const texts = { stdout: '', stderr: '' }
	child.stdout.on('data', (data) => {
		texts.stdout += data
	})
	child.stderr.on('data', (data) => {
		texts.stderr += data
	})
	return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })))
}

describe('a reader that goes away', () => {
	test.each([
		['guide flask-502', 1],
		['graph flask-502 --format xstate', 1],
		['--help', 1],
		['completion bash', 1],
	])('runtree %s | head -%i', async (words, lines) => {
		const ended = await piped(`runtree ${words} | head -${lines}`)
		expect(ended.stdout.trimEnd().split('\n')).toHaveLength(lines)
		expect(ended).toMatchObject({ stderr: '', code: 0 })
	})

	test('a session ends when nobody sees its questions any more, though answers may still come', async () => {
		const words = ['run', shopFlow, '--set', `folder=${shopHost()}`]
		const child = spawn(process.execPath, [launcher, ...words], {
			env: { ...freshPlace().env, PATH: process.env.PATH },
			stdio: ['pipe', 'pipe', 'inherit'],
		})
		child.stdout.once('data', () => {
			child.stdout.destroy()
			child.stdin.write('\n')
		})
		const code = await new Promise((resolve) => child.on('exit', resolve))
		expect(code).toBe(5)
	})
})

describe('standard output has data, standard error has words', () => {
	test.each([
		[['sessions', '--json'], /^\{/],
		[['graph', 'flask-502', '--format', 'mermaid'], /^flowchart|^graph|^stateDiagram|^---|^%%/],
		[['--version'], /^\d+\.\d+\.\d+\n$/],
		[['completion', 'fish'], /^# runtree in fish/],
	])('%j', async (words, pattern) => {
		const ended = await runtree(words)
		expect(ended.stdout).toMatch(pattern)
		expect(ended).toMatchObject({ stderr: '', code: 0 })
	})

	test('no escape sequence goes to a pipe, whatever the environment says', async () => {
		for (const env of [{}, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }, { CI: '1' }]) {
			const words = ['run', shopFlow, '--set', `folder=${shopHost()}`]
			const { stdout } = await runtree(words, { input: '\n\nq\n', env })
			expect(stdout).toContain('Confirm the fault')
			expect(stdout).not.toContain('\u001B')
		}
	})
})
