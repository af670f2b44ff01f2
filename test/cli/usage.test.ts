import { existsSync, mkdirSync, openSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, freshPlace, runtree, shopFlow } from '../support/program.ts'

/** One sentence that says what is wrong and what to do, and no stack trace. */
function expectSentence(stderr: string, pattern: RegExp): void {
	expect(stderr).toMatch(pattern)
	expect(stderr).toMatch(/^runtree: [^\n]{10,300}[.?]\n$/)
	expect(stderr).not.toMatch(/\bat [^ ]+ \(|file:\/\/|undefined|\[object/)
}

const host = ['--set', 'folder=/']

describe('what cannot be done is said in one sentence, and nothing is begun', () => {
	test.each<[string, readonly string[], RegExp, number?]>([
		['no such verb', ['rum', 'x'], /no verb "rum"; did you mean run\?/],
		['no such verb, and none near it', ['frobnicate'], /no verb "frobnicate"; `runtree --help` lists them/],
		['no such option', ['run', 'flask-502', '--sett', 'a=b'], /'--sett'; did you mean --set\?/],
		['no such option of the program', ['--zzz'], /'--zzz'; see `runtree --help`/],
		['a verb without its argument', ['run'], /'flow'; see `runtree run --help`/],
		['too many arguments', ['run', 'a', 'b'], /too many arguments.*see `runtree run --help`/],
		['an option without its value', ['run', 'flask-502', '--on'], /--on <target>' argument missing; see `runtree run/],
		['no such flow, one near it', ['run', 'flask-503'], /no flow named "flask-503"; did you mean flask-502\?/],
		['no such flow', ['diagnose', 'zzzzzzz'], /no flow named "zzzzzzz"; there are: .*flask-502/],
		['no such file', ['run', './nothing.yaml'], /no file or folder "\.\/nothing\.yaml"; check the path/],
		['no such path', ['run', shopFlow, ...host, '--path', 'quick'], /no path "quick"; it has: look-again/],
		['no such input', ['run', shopFlow, '--set', 'foldr=/'], /no input "foldr"; did you mean folder\?/],
		['an input that is not given', ['run', shopFlow], /needs --set folder=/],
		['an input without "="', ['run', shopFlow, '--set', 'folder'], /'folder' is invalid. It has the form input=value/],
		['an input without a name', ['run', shopFlow, '--set', '=x'], /form input=value/],
		['a relative path', ['run', shopFlow, '--set', 'folder=x'], /"x" is not an absolute path; give one/],
		[
			'a URL without a scheme',
			['run', 'flask-502', '--set', 'url=shop.example'],
			/no scheme; give http:\/\/shop\.example/,
		],
		['a URL with a command', ['run', 'flask-502', '--set', 'url=http://a;rm -rf /'], /cannot contain a blank/],
		['a host name with a command', ['run', 'flask-502', '--set', 'url=http://a;reboot/'], /"a;reboot" is not the name/],
		[
			'a host name with a substitution',
			['run', 'flask-502', '--set', 'url=http://$(id)/'],
			/"\$\(id\)" is not the name/,
		],
		['a unit with a command', ['run', 'flask-502', '--set', 'unit=a;reboot'], /is not the name of a systemd unit/],
		['an option for a unit', ['run', 'flask-502', '--set', 'unit=--help'], /begins with a dash/],
		[
			'no such target',
			['run', shopFlow, ...host, '--on', 'telnet://web'],
			/no target "telnet:\/\/web"; there are: local/,
		],
		[
			'a container with a strange name',
			['run', shopFlow, ...host, '--on', 'podman://-x'],
			/not the name of a container/,
		],
		['no such scenario', ['practice', 'flask-502', 'zzzzzzzz'], /no (scenario|recorded host) "zzzzzzzz"/],
		['a recorded host that is not there', ['run', shopFlow, ...host, '--on', 'recorded:/nothing'], /does not exist/],
		['a factor that is none', ['practice', '--speed', '0'], /'0' is invalid. It must be a number above 0/],
		[
			'a format that is none',
			['graph', 'flask-502', '--format', 'svg'],
			/Allowed choices are tree, mermaid, dot, xstate/,
		],
		['a shell that is none', ['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
		['no such session', ['resume', 'zzz'], /No session is named "zzz"; `runtree sessions` lists them/],
		['a session without a name', ['export', ''], /No session is named ""/],
		['nothing to resume', ['resume'], /no session to resume/],
		['a session that is not there', ['export', './nothing'], /There is no \.\/nothing/],
		[
			'a recording without a file',
			['record', 'flask-502'],
			/'--out <file>' not specified; see `runtree record --help`/,
		],
		['a flow with a strange id', ['new', 'A b'], /"A b" is not an id; give/],
	])('%s', async (_, words, pattern, code = 2) => {
		const place = freshPlace()
		const ended = await runtree(words, { place })
		expectSentence(ended.stderr, pattern)
		expect(ended.code).toBe(code)
		expect(ended.stdout).toBe('')
		expect(place.ids()).toEqual([])
	})

	test('a container that does not exist, or no podman at all: the target cannot be reached', async () => {
		const place = freshPlace()
		const ended = await runtree(['run', shopFlow, ...host, '--on', 'podman://runtree-is-not-there'], { place })
		expectSentence(ended.stderr, /There is no (container "runtree-is-not-there"|podman here)/)
		expect(ended.code).toBe(4)
		expect(place.ids()).toEqual([])
		const without = await runtree(['diagnose', shopFlow, ...host, '--on', 'docker://web'], {
			env: { PATH: '/nonexistent' },
		})
		expectSentence(without.stderr, /There is no docker here: install it/)
		expect(without.code).toBe(4)
	})
})

describe('what is no flow', () => {
	const folder = (): string => freshFolder()

	test.each<[string, (folder: string) => string, RegExp]>([
		['a folder', (at) => at, /has no flow\.yaml; give a flow's folder or file/],
		['an empty file', (at) => file(at, ''), /is empty; write a flow, or start one with `runtree new`/],
		['a binary file', (at) => file(at, Buffer.from([0x7f, 0x45, 0, 1, 2])), /is a binary file; a flow is a YAML file/],
		['a file of 50 MB', (at) => large(at), /is larger than 5 MB/],
		[
			'text that is not UTF-8',
			(at) => file(at, Buffer.from([0x66, 0xff, 0x0a])),
			/is not UTF-8 text; save it as UTF-8/,
		],
		['a device', () => '/dev/zero', /is not a (regular )?file/],
	])('%s', async (_, make, pattern) => {
		const path = make(folder())
		for (const verb of ['run', 'check', 'graph']) {
			const ended = await runtree([verb, path])
			expectSentence(ended.stderr, pattern)
			expect(ended.code).toBe(2)
		}
	})

	test('a flow with a mistake shows where', async () => {
		const path = file(folder(), 'format: 2\nid: x\ntitle: X\nstart: nowhere\nsteps: {}\n')
		const ended = await runtree(['run', path])
		expect(ended.code).toBe(2)
		expect(ended.stderr).toContain(`${path}:4:8:`)
		expect(ended.stderr).toContain('4 | start: nowhere')
	})

	function file(at: string, content: string | Buffer): string {
		const path = join(at, 'some.yaml')
		writeFileSync(path, content)
		return path
	}
	function large(at: string): string {
		const path = file(at, '# ')
		truncateSync(path, 50_000_000)
		return path
	}
})

describe('what is no journal', () => {
	test.each<[string, string | Buffer, RegExp]>([
		['nothing', '', /is empty: its session never began/],
		['garbage', Buffer.from([1, 2, 3, 0, 255, 10, 7, 10]), /is not a runtree journal/],
		['JSON of something else', '{"a":1}\n', /is not a runtree journal/],
		['a journal of a later format', '{"seq":1,"type":"session.started","format":9}\n', /format 9.*update runtree/],
	])('%s', async (_, content, pattern) => {
		const folder = freshFolder()
		const file = join(folder, 'journal.jsonl')
		writeFileSync(file, content)
		for (const verb of ['export', 'replay', 'verify', 'resume']) {
			const ended = await runtree([verb, file])
			expectSentence(ended.stderr, pattern)
			expect(ended.code).toBe(2)
		}
	})

	test('a folder without one', async () => {
		const ended = await runtree(['export', freshFolder()])
		expectSentence(ended.stderr, /holds no session; `runtree sessions` lists/)
		expect(ended.code).toBe(2)
	})
})

describe('where nothing can be written', () => {
	test.each([['run'], ['diagnose']])('a state folder that is none: %s', async (verb) => {
		const folder = freshFolder()
		writeFileSync(join(folder, 'file'), '')
		for (const state of [join(folder, 'file'), '/proc/nothing']) {
			const ended = await runtree([verb, shopFlow, ...host], { env: { XDG_STATE_HOME: state, XDG_CACHE_HOME: state } })
			expectSentence(ended.stderr, /folder .* cannot be made \(.*\); set XDG_STATE_HOME/)
			expect(ended.code).toBe(2)
		}
	})

	test.each([['check'], ['run flask-502 --dry-run'], ['practice --list'], ['new mine'], ['graph ./x']])(
		'the folder that it was started in is gone: %s',
		async (words) => {
			const prefix = ['sh', '-c', 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$@"', 'sh']
			const ended = await runtree(words.split(' '), { prefix })
			expectSentence(ended.stderr, /not there any more; go to another one/)
			expect(ended.code).toBe(2)
		},
	)

	test('no HOME: the home folder of the user is taken', async () => {
		const ended = await runtree(['sessions', '--json'], { env: { HOME: undefined, XDG_STATE_HOME: undefined } })
		expect(ended.code).toBe(0)
		expect(JSON.parse(ended.stdout)).toHaveProperty('sessions')
	})

	test.skipIf(!existsSync('/dev/full'))('a full device as standard output', async () => {
		for (const words of [['--version'], ['--help'], ['guide', 'flask-502'], ['sessions', '--json']]) {
			const ended = await runtree(words, { stdout: openSync('/dev/full', 'w') })
			expectSentence(ended.stderr, /standard output could not be written \(ENOSPC: no space left on device\)/)
			expect(ended.code).toBe(2)
		}
	})

	test('a flow is not written over', async () => {
		const cwd = freshFolder()
		mkdirSync(join(cwd, 'flows/mine'), { recursive: true })
		writeFileSync(join(cwd, 'flows/mine/flow.yaml'), 'mine')
		const ended = await runtree(['new', 'mine'], { cwd })
		expectSentence(ended.stderr, /is there already; give another id/)
		expect(ended.code).toBe(2)
	})
})
