// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the parameter expansion of the shell
import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCommand } from '../../src/flow/shell-context.ts'
import { parseTemplate, quoteWord } from '../../src/flow/templates.ts'
import { runs } from '../support/property.ts'

function read(template: string) {
	const parsed = parseTemplate(template)
	if (!parsed.ok) throw new Error(parsed.message)
	return readCommand(parsed.parts)
}

/** The shells that a target may run commands with. */
const shells = ['sh', 'bash'].filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0)

describe('readCommand', () => {
	test.each([
		'echo {{x}}',
		'echo a{{x}}b "c"{{x}} \'d\'{{x}}',
		'echo "$(cat {{x}})" {{x}}',
		'name={{x}}; echo "$name"',
		"echo it\\'s {{x}}",
		'echo "\\"" {{x}}',
		'(cd {{x}} && ls) | grep -F -- {{x}}',
		'for f in {{x}}; do echo "$f"; done # it\'s {{x}}',
		'cat <<< {{x}}',
		'echo $((1 + 2)) ${HOME} {{x}}',
	])('%s', (template) => {
		expect(read(template)).toEqual({ misplaced: [] })
	})

	test.each([
		["echo '{{x}}'", 'single quotes'],
		['echo "a {{x}}"', 'double quotes'],
		['echo "$(cat "{{x}}")"', 'double quotes'],
		["sh -c 'echo \"'{{x}}'\" {{x}}'", 'single quotes'],
		['echo `cat {{x}}`', 'backticks'],
		['echo ${a:-{{x}}}', 'a `$` and braces'],
		['echo $(( {{x}} + 1 ))', '$((…))'],
		['cat <<EOF\n{{x}}\nEOF', 'a here-document'],
		['echo ${{x}}', 'a `$`'],
		['echo "$"{{x}} ${{x}}', 'a `$`'],
	])('%s is refused: %s', (template, where) => {
		const { misplaced } = read(template)
		expect(misplaced).toHaveLength(1)
		expect(misplaced[0]?.message).toContain(where)
	})

	test.each([
		["echo 'a", 'single quotes'],
		['echo "a', 'double quotes'],
		['echo $(ls', 'a parenthesis'],
	])('%s ends inside %s', (template, unclosed) => {
		expect(read(template).unclosed).toBe(unclosed)
	})

	test.each(shells)('where a value may stand, a real %s does not run what is in it', (shell) => {
		const pieces = fc.constantFrom(
			' ',
			"'",
			'"',
			'\\',
			'$',
			'$(',
			')',
			'${h',
			'}',
			'`',
			'#',
			'\n',
			';',
			'printf a',
			'$((',
			'))',
			'<<E\n',
			'=',
			'{{x}}',
			'{{x}}',
		)
		const poison = '$(echo HACK)`echo HACK`\'$(echo HACK)\'";echo HACK;"'
		fc.assert(
			fc.property(fc.array(pieces, { maxLength: 10 }), (parts) => {
				const template = `: ${parts.join('')}`
				const parsed = parseTemplate(template)
				if (!parsed.ok || readCommand(parsed.parts).misplaced.length > 0) return
				const text = parsed.parts.map((part) => (part.kind === 'text' ? part.text : quoteWord(poison))).join('')
				const trace = `${shell} -xc "$1" 2>&1; true`
				const traced = execFileSync('sh', ['-c', trace, 'sh', text], { encoding: 'utf8', timeout: 5000 })
				expect(traced.split('\n')).not.toContain('+ echo HACK')
			}),
			{ numRuns: runs(200) },
		)
	})
})
