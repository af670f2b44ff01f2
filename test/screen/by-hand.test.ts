import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { typedByHand } from '../../src/screen/by-hand.ts'
import { runs } from '../support/property.ts'

describe('a command to copy', () => {
	test.each([
		['ss -ltnp', 'user', 'ss -ltnp'],
		['nginx -T', 'root', 'sudo nginx -T'],
		["ls -l '/run/my app.sock'", 'root', "sudo ls -l '/run/my app.sock'"],
		// Of two commands sudo would be for the first alone.
		['nginx -t && systemctl reload nginx', 'root', "sudo sh -c 'nginx -t && systemctl reload nginx'"],
		["sed -n '1p' a | cat", 'root', "sudo sh -c 'sed -n '\\''1p'\\'' a | cat'"],
	] as const)('%s as %s', (text, privilege, typed) => expect(typedByHand({ text, privilege })).toBe(typed))

	test('any text reaches the shell as root as it is', () => {
		const sudo = 'sudo() { "$@"; }; '
		fc.assert(
			fc.property(
				fc.string({ minLength: 1, unit: fc.constantFrom(...'ab \'"$`\\;&|<>(){}*?~#'.split('')) }),
				(word) => {
					const text = `printf %s '${word.replaceAll("'", "'\\''")}'`
					const typed = typedByHand({ text, privilege: 'root' })
					expect(execFileSync('sh', ['-c', sudo + typed], { encoding: 'utf8' })).toBe(word)
				},
			),
			{ numRuns: runs(60) },
		)
	})
})
