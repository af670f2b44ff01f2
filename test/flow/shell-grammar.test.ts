import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readShell } from '../../src/flow/shell-grammar.ts'

describe('what no shell can read', () => {
	test.each([
		['if true; then echo x', 'x'],
		['echo x && done', 'done'],
		['for i in a b; do echo "$i"', '"$i"'],
		['echo $(ls', '$(ls'],
		['( echo x', 'x'],
		['| grep x', '|'],
	])('%s', (text, at) => {
		const { wrong } = readShell(text)
		expect(wrong?.message).toMatch(/^no shell can read this: /)
		expect(text.slice(wrong?.start, wrong?.end)).toBe(at)
	})

	test.each(['[[ -e /x ]]', '(( i++ ))', 'diff <(ls) x', 'cat <<< x', "echo $'a'", 'a=(1 2)', 'ls &> x', 'ls |& cat'])(
		'%s is bash',
		(text) => {
			expect(readShell(text).wrong?.message).toMatch(/ is bash's own$/)
		},
	)

	test.each([
		"awk '{ print $1 }' /etc/passwd | sort -u | head -n 5",
		'if [ -r /x ]; then cat /x; else echo no >&2; fi',
		'for f in /etc/*.conf; do test -f "$f" && wc -l < "$f"; done',
		'ls -l -- "$(readlink -f /x)" 2>/dev/null || true',
		"cat <<'E'\nrm -rf /\nE",
		'case VALUE in a|b) echo x ;; *) : ;; esac',
	])('%s is read, and changes nothing', (text) => {
		expect(readShell(text)).toEqual({ changes: [] })
	})
})

describe('what changes the host', () => {
	test.each([
		['rm -f /x', 'rm', '`rm` removes files'],
		['ls; sudo -n -u root systemctl restart nginx', 'sudo', '`systemctl restart` changes it'],
		['timeout 5 kill -9 1', 'timeout', '`kill` ends a process'],
		['ps -e | xargs -n 1 kill', 'xargs', '`kill` ends a process'],
		['find / -name x -exec rm {} +', 'find', '`rm` removes files'],
		['find / -name x -delete', 'find', '`find -delete` changes it'],
		['echo "$(touch /x)"', 'touch', '`touch` writes a file'],
		['LC_ALL=C sed -i s/a/b/ /x', 'sed', '`sed -i` changes it'],
		['/usr/sbin/nginx -s reload', '/usr/sbin/nginx', '`nginx -s` changes it'],
		['echo x >> /etc/hosts', '>> /etc/hosts', '`>>` writes a file'],
		['curl -sS -o /tmp/x http://x/', 'curl', '`curl -o` writes a file'],
		['wget http://x/', 'wget', '`wget` writes a file'],
		['if true; then tee /x; fi', 'tee', '`tee` writes a file'],
		['env -u HOME A=1 chmod 0 /x', 'env', '`chmod` changes permissions'],
	])('%s', (text, at, what) => {
		const [change, ...more] = readShell(text).changes
		expect(more).toEqual([])
		expect(change?.what).toBe(what)
		expect(text.slice(change?.start, change?.end)).toBe(at)
	})

	test.each([
		'systemctl status rm',
		'kill -0 1',
		'curl -sS -o /dev/null -D - http://x/',
		'wget -qO- http://x/',
		'ls 2>&1 >/dev/null',
		'nginx -T',
		'echo rm -rf /',
		'sed -n 1p /x',
		'docker ps',
		'mount',
	])('%s does not', (text) => {
		expect(readShell(text)).toEqual({ changes: [] })
	})
})

test('every text is read, without an error of ours, at places that are in it', () => {
	const word = fc.constantFrom(
		'rm',
		'if',
		'then',
		'fi',
		'$(',
		')',
		'"',
		"'",
		'`',
		'|',
		'&&',
		';',
		'\n',
		'>',
		'<<E',
		'${',
		'}',
		'[[',
		'x',
	)
	const text = fc.oneof(
		fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
		fc.string({ unit: 'binary' }),
	)
	fc.assert(
		fc.property(text, (written) => {
			const { wrong, changes } = readShell(written)
			for (const { start, end } of [...changes, ...(wrong === undefined ? [] : [wrong])]) {
				expect(start).toBeGreaterThanOrEqual(0)
				expect(end).toBeGreaterThan(start)
				expect(start).toBeLessThanOrEqual(written.length)
			}
		}),
		{ numRuns: 500 },
	)
})

test('what a recorded host was asked can be read by a shell', () => {
	const folder = new URL('../../flows/flask-502/scenarios/', import.meta.url)
	const commands = new Set<string>()
	for (const name of readdirSync(folder).filter((_, index) => index % 10 === 0)) {
		for (const line of readFileSync(new URL(name, folder), 'utf8').split('\n')) {
			const command: unknown = line === '' ? undefined : JSON.parse(line).command
			if (typeof command === 'string') commands.add(command)
		}
	}
	expect(commands.size).toBeGreaterThan(20)
	expect([...commands].filter((command) => readShell(command).wrong !== undefined)).toEqual([])
})
