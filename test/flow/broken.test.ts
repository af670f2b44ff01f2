import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseFlow } from '../../src/flow/parse.ts'
import { formatProblem, type Problem } from '../../src/flow/problem.ts'
import { smallParsers } from '../support/small-parsers.ts'

/** Each file is the sound flow `none.yaml` with one thing broken. */
const folder = new URL('../fixtures/flow/broken/', import.meta.url)

type Expected = readonly [line: number, column: number, underlined: string, message: string, hint?: string]

const expected: Readonly<Record<string, readonly Expected[]>> = {
	'bad-regex': [
		[
			14,
			39,
			'"ngin(x"',
			'bad pattern: missing closing ): `ngin(x`',
			'patterns are RE2: no lookaround, no backreferences',
		],
	],
	'bad-template': [[15, 20, '{{', '`{{` without its `}}`', 'write \\{{ for two braces that are no template']],
	'bad-timeout': [[12, 18, '0s', '`timeout` must be longer than nothing']],
	'bad-yaml': [
		[
			15,
			14,
			'I',
			'this is not YAML: nested mappings are not allowed in compact mappings',
			'text that contains ": " needs quotes round it',
		],
	],
	'cause-without-remedy': [
		[45, 3, 'stopped', '`stopped` needs `remedy`, the step that mends it, or `manual`, what to do by hand'],
	],
	'condition-not-bool': [
		[14, 15, 'response.status', 'this is int, but a condition is bool', 'compare it with something, or ask has(…)'],
	],
	'dead-end': [
		[20, 3, 'mend', 'no way from step `mend` ends', 'add a branch with `end` or `cause`'],
		[29, 3, 'again', 'no way from step `again` ends', 'add a branch with `end` or `cause`'],
	],
	'duplicate-id': [[29, 3, 'look', '`look` is there twice, first in line 6', 'rename or remove one']],
	'empty-retest': [
		[
			32,
			13,
			'true',
			'step `again` is a retest, but runs no `effect: read` command after its changes',
			'add the command that shows whether the fault is gone',
		],
	],
	'ill-typed-condition': [
		[38, 15, 'response.status < "500"', '`<` compares int with string', 'write the number without quotes'],
	],
	'list-inside-word': [
		[10, 38, 'response.via', 'a list becomes several words', 'put blanks round it, or use .join(",")'],
	],
	'missing-key': [[20, 3, 'mend', '`mend` has no `guide`']],
	'missing-otherwise': [[13, 5, 'branches', 'step `look` has no `otherwise`', 'say what holds when no `when` does']],
	'otherwise-not-last': [[41, 9, 'when', 'a `when` after `otherwise` is never taken', 'move `otherwise` to the end']],
	'remedy-never-retested': [[20, 3, 'mend', 'no retest follows the remedy `mend`', 'go to a step with `retest: true`']],
	'remedy-without-retest': [
		[
			20,
			3,
			'mend',
			'after the remedy `mend` the walk can end as healthy without a retest',
			'go to a step with `retest: true` first',
		],
	],
	'reserved-name': [[12, 26, 'host', '`host` is built in', 'give the facts another name']],
	'same-condition': [[17, 15, 'response.status  ==  502', 'branch 1 of this step says the same']],
	'template-in-quotes': [
		[10, 37, 'host', 'a value stands inside double quotes', 'take it out of the quotes: a value is quoted by itself'],
	],
	'text-is-number': [[21, 12, '502', '`title` must be text, not 502 (put it in quotes)']],
	'two-destinations': [[17, 14, 'inconclusive', '`end` cannot stand beside `cause`']],
	'two-parsers-one-name': [
		[
			12,
			42,
			'response',
			'`response` is the name of facts of the parser `status`',
			'one name, one parser: give the facts another name',
		],
	],
	'unknown-evidence': [
		[17, 20, 'response.statu', 'there is no fact `response.statu`', 'did you mean `response.status`?'],
	],
	'unknown-fact': [[16, 20, 'sever', '`response` has no fact `sever`', 'did you mean `server`?']],
	'unknown-fact-in-template': [[15, 50, 'respnse', 'there are no facts named `respnse`', 'did you mean `response`?']],
	'unknown-fact-quoted': [[14, 55, 'statsu', '`response` has no fact `statsu`', 'did you mean `status`?']],
	'unknown-input-set': [[17, 16, 'unit', 'there is no input `unit`']],
	'unknown-key': [[8, 5, 'giude', 'there is no key `giude` here', 'did you mean `guide`?']],
	'unknown-parser': [[12, 18, 'statsu', 'there is no parser `statsu`', 'did you mean `status`?']],
	'unknown-step': [[28, 15, 'agian', 'there is no step `agian`', 'did you mean `again`?']],
	'unreachable-step': [
		[20, 3, 'mend', 'nothing leads to step `mend`', 'go to it, or remove it'],
		[29, 3, 'again', 'nothing leads to step `again`', 'go to it, or remove it'],
	],
	'unreached-cause': [[45, 3, 'stopped', 'no branch names cause `stopped`', 'name it, or remove it']],
	'wrong-argument': [[12, 60, 'host', 'this is string, but int is needed']],
}

function problemsOf(name: string): readonly Problem[] {
	const parsed = parseFlow(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'), `${name}.yaml`, smallParsers)
	return parsed.ok ? [] : parsed.problems
}

describe('broken flows', () => {
	test.each(Object.entries(expected))('%s', (name, wanted) => {
		const found = problemsOf(name).map(({ line, column, length, sourceLine, message, hint }): Expected => {
			const underlined = sourceLine.slice(column - 1, column - 1 + length)
			return hint === undefined ? [line, column, underlined, message] : [line, column, underlined, message, hint]
		})
		expect(found).toEqual(wanted)
	})

	test('every file is expected, and the sound one has no problem', () => {
		const files = readdirSync(folder).map((file) => file.replace('.yaml', ''))
		expect(files.toSorted()).toEqual([...Object.keys(expected), 'none'].toSorted())
		expect(problemsOf('none')).toEqual([])
	})
})

describe('formatProblem', () => {
	test('prints place, line, caret and hint', () => {
		expect(problemsOf('unknown-fact').map(formatProblem)).toEqual([
			[
				'unknown-fact.yaml:16:20: `response` has no fact `sever`',
				' 16 |           response.sever == "nginx"',
				'    |                    ^^^^^',
				'    = did you mean `server`?',
			].join('\n'),
		])
	})

	test('keeps the caret under its place after tabs and wide characters, and fits a long line in 80 columns', () => {
		const place = { file: 'f', line: 3, message: 'm', length: 2 }
		const [, , caret] = formatProblem({ ...place, sourceLine: '\t宽ab', column: 3 }).split('\n')
		expect(caret).toBe('   | \t  ^^')
		const sourceLine = `${'-'.repeat(500)}here${'-'.repeat(500)}`
		const long = formatProblem({ ...place, sourceLine, column: 501, length: 4 }).split('\n')
		expect(long.every((line) => line.length <= 80)).toBe(true)
		expect(long[1]?.indexOf('here')).toBe(long[2]?.indexOf('^^^^'))
	})

	test('prints no control character of the file', () => {
		const sourceLine = '\u001b[31mred\u0007\u202e'
		const printed = formatProblem({ file: 'f', line: 1, column: 1, message: `no \u001b]0;x`, sourceLine, length: 1 })
		for (const character of ['\u001b', '\u0007', '\u202e']) expect(printed).not.toContain(character)
	})
})
