import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseFlow } from '../../src/flow/parse.ts'
import { formatProblem, type Problem } from '../../src/flow/problem.ts'
import { smallParsers } from '../support/small-parsers.ts'

const sound = readFileSync(new URL('../fixtures/flow/sound.yaml', import.meta.url), 'utf8')

/** The sound flow with one thing broken: what is put in place of what. */
type Edit = readonly [from: string, to: string]
/** What the file's line has at the place, and what is said of it. */
type Expected = readonly [underlined: string, message: string, hint?: string]

const KNOWN = 'there are: inputs, host, result, response, lines, failing'

const cases: Readonly<Record<string, readonly [Edit, ...Expected[]]>> = {
	'a pattern that RE2 has not': [
		['response.status < 500', 'response.server.matches("ngin(x")'],
		['"ngin(x"', 'bad pattern: missing closing ): `ngin(x`', 'patterns are RE2: no lookaround, no backreferences'],
	],
	'a template without its end': [
		['at {{response.server}}.', 'at {{response.server.'],
		['{{', '`{{` without its `}}`', 'write \\{{ for two braces that are no template'],
	],
	'no time at all': [
		['privilege: root', 'timeout: 0s'],
		['0s', '`timeout` must be longer than nothing'],
	],
	'a cause without anything to do': [
		['    remedy: mend\n', ''],
		['stopped', '`stopped` needs `remedy`, the step that mends it, or `manual`, what to do by hand'],
	],
	'a condition that is a number': [
		['failing && service.state == "failed"', 'response.status'],
		['response.status', 'this is int, but a condition is bool', 'compare it with something'],
	],
	'no way to an end': [
		[
			'end: resolved\n      - otherwise: true\n        say: Still broken.\n        end: inconclusive',
			'goto: mend\n      - otherwise: true\n        say: Still broken.\n        goto: again',
		],
		['mend', 'no way from step `mend` ends', 'add a branch with `end`, `cause` or `ask`'],
		['again', 'no way from step `again` ends', 'add a branch with `end`, `cause` or `ask`'],
	],
	'an id that is there twice': [
		['  again:\n    title', '  look:\n    title'],
		['look', '`look` is there twice, first in line 19', 'rename or remove one'],
	],
	'a retest that asks nothing': [
		['    retest: true\n    run: [ask]\n', '    retest: true\n'],
		['true', 'step `again` is a retest, but runs no probe', 'add the probe that shows whether the fault is gone'],
	],
	'a comparison of types that never meet': [
		['response.status < 500', 'response.status < "500"'],
		['response.status < "500"', '`<` compares int with string', 'write the number without quotes'],
	],
	'a list inside of a word': [
		['http://127.0.0.1/', 'http://{{response.via}}/'],
		['response.via', 'a list becomes several words', 'put blanks round it, or use .join(",")'],
	],
	'a key that is missing': [
		['    guide: Mend it.\n', ''],
		['mend', '`mend` has no `guide`'],
	],
	'no otherwise': [
		['      - otherwise: true\n        say: It is fine.\n        end: healthy\n', ''],
		['branches', 'step `look` has no `otherwise`', 'say what holds when no `when` does'],
	],
	'a remedy that nothing checks': [
		['goto: again', 'end: inconclusive'],
		['mend', 'no retest follows the remedy `mend`', 'go to a step with `retest: true`'],
		['again', 'nothing leads to step `again`', 'go to it, or remove it'],
	],
	'a remedy that ends as healthy': [
		['say: Done.\n        goto: again', 'say: Done.\n        end: resolved'],
		[
			'mend',
			'after the remedy `mend` the walk can end as healthy without a retest',
			'go to a step with `retest: true` first',
		],
		['again', 'nothing leads to step `again`', 'go to it, or remove it'],
	],
	'a name that is built in': [
		['unit: service', 'unit: host'],
		['host', '`host` is built in', 'give the facts another name'],
		...['service', 'service'].map((name): Expected => [name, `there are no facts named \`${name}\``, KNOWN]),
		['service.state', 'there is no fact or let `service.state`'],
	],
	'a text that is a number': [
		['title: Mend', 'title: 502'],
		['502', '`title` must be text, not 502 (put it in quotes)'],
	],
	'two places to go': [
		['end: healthy', 'end: healthy\n        goto: mend'],
		['healthy', '`end` cannot stand beside `goto`'],
	],
	'two parsers of one name': [
		['unit: service', 'unit: response'],
		[
			'response',
			'`response` is the name of facts of the parser `status`',
			'one name, one parser: give the facts another name',
		],
		...['service', 'service'].map((name): Expected => [name, `there are no facts named \`${name}\``, KNOWN]),
		['service.state', 'there is no fact or let `service.state`'],
	],
	'evidence that is no fact': [
		['[service.state]', '[service.stat]'],
		['service.stat', 'there is no fact or let `service.stat`', 'did you mean `service.state`?'],
	],
	'a fact that no parser has': [
		['{{response.server}}', '{{response.sever}}'],
		['sever', '`response` has no fact `sever`', 'did you mean `server`?'],
	],
	'an input that is not there': [
		['cause: foreign', 'cause: foreign\n        set: { unti: \'"a"\' }'],
		['unti', 'there is no input `unti`', 'did you mean `unit`?'],
	],
	'a key that is misspelt': [
		['guide: Look at it.', 'giude: Look at it.'],
		['look', '`look` has no `guide`'],
		['giude', 'there is no key `giude` here', 'did you mean `guide`?'],
	],
	'a parser that is not there': [
		['parse: { status', 'parse: { statsu'],
		['statsu', 'there is no parser `statsu`', 'did you mean `status`?'],
	],
	'a step that is not there': [
		['goto: again', 'goto: agian'],
		['agian', 'there is no step `agian`', 'did you mean `again`?'],
	],
	'a probe that is not there': [
		['run: [ask, unit]', 'run: [aks, unit]'],
		['aks', 'there is no probe `aks`'],
	],
	'a cause that is not there': [
		['cause: [stopped]', 'cause: [stoped]'],
		['stoped', 'there is no cause `stoped`', 'did you mean `stopped`?'],
	],
	'an argument of another type': [
		['attempts: 3', 'attempts: host'],
		['host', 'this is string, but int is needed'],
	],
	'a value in quotes of the shell': [
		['systemctl show {{inputs.unit}}', 'systemctl show "{{inputs.unit}}"'],
		['inputs.unit', 'a value stands inside double quotes', 'take it out of the quotes: a value is quoted by itself'],
	],

	'a value that the fact never has': [
		['service.state == "failed"', 'service.state == "faild"'],
		['"faild"', '`service.state` is never "faild"', 'did you mean "failed"?'],
	],
	'a value that a let never has': [
		[
			'failing: response.status == 502',
			'failing: response.status == 502\n  state: first(service.state, "unknown")\n  bad: state in ["active", "faild"]',
		],
		['"faild"', '`state` is never "faild"', 'did you mean "failed"?'],
	],
	'lets that use each other': [
		['failing: response.status == 502', 'failing: odd\n  odd: even\n  even: failing || odd'],
		['odd', '`failing` uses itself: failing → odd → even → failing'],
	],
	'a let that is wrong, told once': [
		['response.status == 502', 'response.statsu == 502'],
		['statsu', '`response` has no fact `statsu`', 'did you mean `status`?'],
	],
	'a let of no plain type': [
		['failing: response.status == 502', 'failing: response.status == 502\n  map: "{\'a\': 1}"'],
		['map', '`map` is a word of the expression language', 'rename the let'],
		['"{\'a\': 1}"', 'a let is text, a number, true or false, or a list of texts, but this is map<string, int>'],
	],
	'a let with the name of facts': [
		['  failing: ', '  service: host\n  failing: '],
		['service', '`service` is the name of facts', 'rename the let'],
	],
	'a let with the name of an input': [
		['  failing: ', '  unit: host\n  failing: '],
		['unit', '`unit` is the name of an input', 'rename the let'],
	],
	'first() of several types': [
		['failing: response.status == 502', 'failing: first(response.status, "502") == 502'],
		['"502"', 'first() needs values of one type, but has int and string'],
	],
	'a when that names a cause': [
		['goto: mend', 'cause: stopped'],
		[
			'failing && service.state == "failed"',
			'`when` cannot name a cause',
			'write the condition as `proof` of the cause, and `cause: […]` alone here',
		],
	],
	'a sentence beside causes that have their own': [
		['cause: [stopped]', 'cause: [stopped]\n        say: It is so.'],
		['It is so.', '`say` cannot stand beside a list of causes', 'the proof of the cause says it'],
	],
	'a proof that reads nothing': [
		['when: failing && !service.active', 'when: inputs.unit == "x"'],
		[
			'inputs.unit == "x"',
			'this proof reads no fact, so that no probe can prove it',
			'compare a fact that a probe gives',
		],
	],
	'a proof by the last command': [
		['when: failing && !service.active', 'when: result.exitCode == 3'],
		[
			'result.exitCode == 3',
			'a proof cannot read `result.exitCode`: it is the last command of whichever step is judged',
			'give it a name where the probe runs, `parse: { result: name }`, and read that',
		],
	],
	'a cause that nothing names': [
		['        cause: foreign\n', '        end: inconclusive\n'],
		['foreign', 'nothing names cause `foreign`', 'give it a `proof`, or lead a `choice` to it'],
	],
	'causes that explain each other': [
		['    manual: Ask them.', '    yields: [stopped]\n    manual: Ask them.'],
		['stopped', 'the causes yield to each other: stopped → foreign → stopped', 'remove one of them'],
	],
	'hearsay in a change': [
		['systemctl restart {{inputs.unit}}', 'systemctl restart {{response.server}}'],
		[
			'response.server',
			'`response.server` is hearsay: a stranger can have written it, so no change may say it',
			'take the value from what the system itself tells, or let the operator give it as an input',
		],
	],
	'hearsay in a change, through an input': [
		['        goto: mend', '        goto: mend\n        set: { unit: response.server }'],
		[
			'inputs.unit',
			'`inputs.unit`, which step `look` sets, is hearsay: a stranger can have written it, so no change may say it',
			'take the value from what the system itself tells, or let the operator give it as an input',
		],
	],
	'what no shell can read': [
		['command: systemctl restart {{inputs.unit}}', 'command: systemctl restart {{inputs.unit}} && done'],
		['done', "no shell can read this: expected command after '&&'"],
	],
	'what only bash can read': [
		['curl -sS http://127.0.0.1/', 'if [[ -e /run ]]; then curl -sS http://127.0.0.1/; fi'],
		['[[ -e /run ]]', "`[[` is bash's own", 'commands run with `sh`, which on many hosts is not bash'],
	],
	'a probe that changes the host': [
		[
			'systemctl show {{inputs.unit}}',
			'systemctl show {{inputs.unit}} | grep -q x || sudo -n systemctl restart {{inputs.unit}}',
		],
		[
			'sudo',
			'a command that only reads must not change the host, but `systemctl restart` changes it',
			'make it a command of a step with `effect: change`',
		],
	],
	'a probe that writes a file': [
		['systemctl show {{inputs.unit}}', 'systemctl show {{inputs.unit}} 2>/dev/null > /tmp/x'],
		[
			'> /tmp/x',
			'a command that only reads must not change the host, but `>` writes a file',
			'make it a command of a step with `effect: change`',
		],
	],
	'a name of a parser that comes with the program': [
		['  count:\n    from', '  unit:\n    from'],
		['count', 'there is no parser `count`'],
		['unit', '`unit` is a parser that comes with the program', 'give yours another name'],
	],
	'a pattern of an own parser': [
		['"^Open"', '"(?=Open)"'],
		[
			'"(?=Open)"',
			'bad pattern: invalid or unsupported Perl syntax: `(?=`',
			'patterns are RE2: no lookaround, no backreferences',
		],
	],
	'an own fact with two readers': [
		['count: "^Open",', 'count: "^Open", json: a.b,'],
		['a.b', '`json` cannot stand beside `count`'],
	],
	"the judge's step": [
		['  again:\n    title', '  consult:\n    title'],
		['consult', "`consult` is the judge's own step", 'rename the step'],
	],
}

function problemsOf(text: string): readonly Problem[] {
	const parsed = parseFlow(text, 'flow.yaml', smallParsers)
	return parsed.ok ? [] : parsed.problems
}

function broken([from, to]: Edit): string {
	if (!sound.includes(from)) throw new Error(`the sound flow has no ${from}`)
	return sound.replace(from, to)
}

describe('broken flows', () => {
	test.each(Object.entries(cases))('%s', (_, [edit, ...wanted]) => {
		const found = problemsOf(broken(edit)).map(({ column, length, sourceLine, message, hint }): Expected => {
			const underlined = sourceLine.slice(column - 1, column - 1 + length)
			return hint === undefined ? [underlined, message] : [underlined, message, hint]
		})
		expect(found).toEqual(wanted)
	})

	test('the sound one has no problem', () => {
		expect(problemsOf(sound)).toEqual([])
	})

	test('hearsay reaches no change through lets either', () => {
		const lets = 'failing: response.status == 502\n  inner: first(response.via[0], host)\n  outer: inner + "x"'
		const text = sound
			.replace('failing: response.status == 502', lets)
			.replace('restart {{inputs.unit}}', 'restart {{outer}}')
		expect(problemsOf(text).map(({ message }) => message)).toEqual([
			'`response.via` is hearsay: a stranger can have written it, so no change may say it',
		])
	})

	test('a flow in format 1 is one problem that says what to do', () => {
		expect(problemsOf('format: 1\nid: old\nsteps: {}\n').map(formatProblem)).toEqual([
			[
				'flow.yaml:1:1: this flow is written in format 1, which is no longer read',
				' 1 | format: 1',
				'   | ^^^^^^',
				'   = format 2 has named probes, causes that carry their proof, and lets: docs/writing-flows.md says how each is written',
			].join('\n'),
		])
	})
})
