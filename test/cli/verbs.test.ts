import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, freshPlace, launcher, type Place, root, runtree, shopFlow, shopHost } from '../support/program.ts'

async function diagnosed(): Promise<{ place: Place; id: string; file: string }> {
	const place = freshPlace()
	await runtree(['diagnose', shopFlow, '--set', `folder=${shopHost()}`], { place })
	const [id = ''] = place.ids()
	return { place, id, file: join(place.sessions, id, 'journal.jsonl') }
}

describe('help', () => {
	const stdout = execFileSync(process.execPath, [launcher, '--help'], { encoding: 'utf8' })
	const program = readFileSync(join(root, 'src/cli/program.ts'), 'utf8')
	const verbs = [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)]
		.map(([, verb]) => verb ?? '')
		.filter((verb) => verb !== 'runtree')

	test('names every verb that has a file, and no other', () => {
		const files = readdirSync(join(root, 'src/cli')).map((file) => file.replace(/\.ts$/, ''))
		const expected = files.filter((file) => new RegExp(`\\(await import\\('\\./${file}\\.ts'\\)\\)`).test(program))
		expect(verbs.filter((verb) => verb !== 'help').sort()).toEqual(expected.filter((file) => file !== 'home').sort())
	})

	test.each([[''], ...verbs.map((verb) => [verb])])(
		'of "%s" fits 80 columns and leaves no option unexplained',
		async (verb) => {
			const ended = await runtree(verb === '' ? ['--help'] : verb === 'help' ? ['help', 'run'] : [verb, '--help'])
			expect(ended).toMatchObject({ code: 0, stderr: '' })
			for (const line of ended.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
			for (const line of ended.stdout.split('\n').filter((each) => /^ {2}-/.test(each)))
				expect(line, 'an option says what it is for').toMatch(/^ {2}-\S.*?( {2,}\S|>$)/)
		},
	)

	test('has the exit codes of the code', async () => {
		const { exitCodes } = await import('../../src/app/exit-codes.ts')
		const told = stdout.slice(stdout.indexOf('Exit codes:'), stdout.indexOf('Examples:'))
		for (const code of Object.values(exitCodes)) expect(told).toMatch(new RegExp(`(^|\\s)${code} [a-z]`, 'm'))
	})
})

describe('new', () => {
	test('writes a flow that checks, draws, and runs to its end', async () => {
		const cwd = freshFolder()
		const made = await runtree(['new', 'disk-full'], { cwd })
		expect(made).toMatchObject({ code: 0, stderr: '' })
		expect(made.stdout).toMatch(/^flows\/disk-full\/flow\.yaml\n/)
		const checked = await runtree(['check', 'disk-full'], { cwd })
		expect(checked).toEqual({ code: 0, signal: null, stdout: 'disk-full: ok (5 steps, 1 cause)\n', stderr: '' })
		expect((await runtree(['graph', 'disk-full'], { cwd })).stdout).toContain('cause stopped: The service is stopped')
		const dry = await runtree(['run', 'disk-full', '--dry-run', '--set', 'unit=ssh'], { cwd })
		expect(dry.stdout).toContain('  systemctl start ssh    [changes, after a yes, as root]')
	})
})

describe('check', () => {
	const sound = readFileSync(join(root, 'test/fixtures/flow/sound.yaml'), 'utf8')
	/** The sound flow with one thing broken: a wrong key, a wrong fact, no YAML. */
	const edits: Readonly<Record<string, readonly [string, string]>> = {
		'key.yaml': ['guide: Mend it.', 'giude: Mend it.'],
		'fact.yaml': ['response.status < 500', 'response.statsu < 500'],
		'yaml.yaml': ['say: Done.', 'say: Done: really.'],
	}

	test.each(Object.entries(edits))('%s: the place, the line, and no stack trace', async (name, [from, to]) => {
		const file = join(freshFolder(), name)
		writeFileSync(file, sound.replace(from, to))
		const ended = await runtree(['check', file])
		expect(ended).toMatchObject({ code: 2, stdout: '' })
		const problems = ended.stderr.trim().split('\n\n')
		for (const problem of problems) {
			expect(problem.startsWith(`${file}:`)).toBe(true)
			expect(problem).toMatch(/^[^\n]+:\d+:\d+: [^\n]+\n +\d+ \| [^\n]*\n +\| [ \t]*\^+/)
		}
	})

	test('a folder of flows: every file of it, exit code 2 when one is broken', async () => {
		const folder = freshFolder()
		for (const [name, [from, to]] of Object.entries(edits)) writeFileSync(join(folder, name), sound.replace(from, to))
		const ended = await runtree(['check', folder])
		expect(ended.code).toBe(2)
		for (const name of Object.keys(edits)) expect(ended.stderr).toContain(`${join(folder, name)}:`)
		const flows = await runtree(['check', join(root, 'test/fixtures/cli')])
		expect(flows.stdout).toContain('shop: ok')
		expect(flows.stdout).toContain('flood: ok')
	})
})

describe('completion', () => {
	test('bash completes verbs, options, the values of options, and sessions', async () => {
		const script = join(freshFolder(), 'completion')
		writeFileSync(script, (await runtree(['completion', 'bash'])).stdout)
		const complete = (words: string): string[] =>
			execFileSync('bash', [
				'-c',
				`runtree() { echo '2026-11-21-0312-shop-abcd  The shop'; }; source ${script}
				COMP_WORDS=(${words}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _runtree; printf '%s\\n' "\${COMPREPLY[@]}"`,
			])
				.toString()
				.split('\n')
				.filter((line) => line !== '')
		expect(complete('runtree di')).toEqual(['diagnose'])
		expect(complete('runtree run --s')).toEqual(['--set'])
		expect(complete('runtree export --format ""')).toEqual(['md', 'html', 'json', 'cast'])
		expect(complete('runtree export 2026')).toEqual(['2026-11-21-0312-shop-abcd'])
		expect(complete('runtree completion z')).toEqual(['zsh'])
		expect(complete('runtree record --out f')).toEqual([])
	})

	test.each([
		['zsh', ['zsh', '-n']],
		['fish', ['fish', '--no-execute']],
	])('%s: every verb, and where the shell is there it reads the script', async (shell, command) => {
		const { stdout } = await runtree(['completion', shell])
		for (const verb of ['run', 'practice', 'diagnose', 'export', 'verify'])
			expect(stdout).toMatch(new RegExp(`\\b${verb}\\b`))
		expect(stdout).toContain('md html json cast')
		expect((stdout.match(/(?<!\\)'/g) ?? []).length % 2).toBe(0)
		const [file = '', ...args] = command
		const paths = ['/bin', '/usr/bin', '/usr/local/bin'].map((at) => join(at, file))
		if (!paths.some((path) => existsSync(path))) return
		const script = join(freshFolder(), 'script')
		writeFileSync(script, stdout)
		execFileSync(file, [...args, script])
	})
})

describe('replay', () => {
	test('shows the commands and what they printed, in order, and runs nothing', async () => {
		const { place, id, file } = await diagnosed()
		const before = readFileSync(file, 'utf8')
		const ended = await runtree(['replay', id, '--speed', '1000'], { place, env: { PATH: '/nonexistent' } })
		expect(ended).toMatchObject({ code: 0, stderr: '' })
		expect(ended.stdout).not.toContain('\r')
		const order = [
			'# Confirm the fault',
			'/answer',
			'HTTP/1.1 502 Bad Gateway',
			'# State of the service',
			'# Cause: The service',
		]
		const places = order.map((text) => ended.stdout.indexOf(text))
		expect(places).toEqual([...places].sort((a, b) => a - b))
		expect(places[0]).toBeGreaterThanOrEqual(0)
		expect(readFileSync(file, 'utf8')).toBe(before)
		expect(place.ids()).toEqual([id])
	})
})

describe('verify', () => {
	test('a journal that is whole', async () => {
		const { place, id, file } = await diagnosed()
		const ended = await runtree(['verify', id], { place, cwd: join(root, 'test/fixtures') })
		expect(ended).toMatchObject({ code: 0, stderr: '' })
		expect(ended.stdout).toMatch(/^The flow shop is the one that was walked\.\n/)
		expect(ended.stdout).toMatch(new RegExp(`${file}: whole, \\d+ entries\\n$`))
	})

	test.each<[string, (lines: string[]) => string[], RegExp]>([
		['a line is missing', (lines) => lines.toSpliced(4, 1), /^entry 5 is missing$/m],
		['several are', (lines) => lines.toSpliced(4, 3), /^entries 5 to 7 are missing$/m],
		['a line is damaged', (lines) => lines.with(4, '{"seq":5,'), /^1 line is damaged$/m],
		['a line stands twice', (lines) => lines.toSpliced(4, 0, lines[3] ?? ''), /^entry 4 stands after entry 4$/m],
		['it ends in the middle', (lines) => lines.slice(0, -1), /^the session has no end/m],
		[
			'a command has no end',
			(lines) => lines.slice(0, lines.findIndex((line) => line.includes('"command.started"')) + 1),
			/^the command \S+ has no end: cat /m,
		],
	])('%s', async (_, damage, pattern) => {
		const { place, id, file } = await diagnosed()
		const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
		writeFileSync(file, `${damage(lines).join('\n')}\n`)
		const ended = await runtree(['verify', id], { place })
		expect(ended.stdout).toMatch(pattern)
		expect(ended.stdout).toMatch(/: not whole \(\d+ faults?\), \d+ entries\n$/)
		expect(ended.code).toBe(1)
	})
})
