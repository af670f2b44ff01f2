import { describe, expect, test } from 'vitest'
import { openFlow } from '../../src/app/compose.ts'
import type { OutputLine } from '../../src/text/parser.ts'
import { CAUSES_OF_LABELS, HEALTHY_LABELS } from './labels.ts'
import { ownTexts } from './own.ts'
import { lineOf, report, type Scored, score, verdictOn, withoutLines, withoutOutputs } from './scoring.ts'

const opened = await openFlow('flask-502')
const texts = ownTexts()
const scored: Scored[] = []
for (const text of texts) scored.push(await score(opened, text))

describe('the project’s own texts', () => {
	test.each(scored.map((one) => [one.id, one] as const))('%s', (_, one) => {
		expect(one.verdict, lineOf(one)).not.toBe('wrong')
		expect(one.withoutOutput, lineOf(one)).toBeUndefined()
		expect(one.withoutLine, lineOf(one)).toBeUndefined()
	})

	test('of those that decide alone nearly all are named', () => {
		const decisive = scored.filter(({ decisive: decides }) => decides)
		expect(decisive.length).toBeGreaterThan(25)
		const right = decisive.filter(({ verdict }) => verdict === 'right')
		expect(right.length / decisive.length, report(scored)).toBeGreaterThanOrEqual(0.95)
	})
})

describe('the table of labels', () => {
	test('names causes that the flow has', () => {
		const named = Object.entries(CAUSES_OF_LABELS).flatMap(([label, causes]) => causes.map((id) => `${label}: ${id}`))
		const unknown = named.filter((one) => !Object.hasOwn(opened.flow.causes, one.split(': ')[1] ?? ''))
		expect(unknown).toEqual([])
	})

	test('has every label of the texts', () => {
		const labels = texts.flatMap(({ acceptable_labels: acceptable }) => acceptable)
		const unknown = labels.filter((label) => !Object.hasOwn(CAUSES_OF_LABELS, label) && !HEALTHY_LABELS.has(label))
		expect(unknown).toEqual([])
	})
})

describe('a verdict', () => {
	const causes = (...ids: readonly string[]) =>
		ids.map((id) => ({ id, title: id, say: id, why: '', evidence: [], provedBy: [] }))
	const explanation = { outcome: 'cause', recognised: [], findings: [], next: null, said: 'x.', notes: [] } as const
	const text = { id: 'x', output: '', acceptable_labels: ['worker-timeout'], sufficient_alone: true, evidence: '' }

	test.each<[string, Parameters<typeof verdictOn>, string]>([
		['what is acceptable', [{ ...explanation, causes: causes('worker-timeout') }, text], 'right'],
		['something else', [{ ...explanation, causes: causes('workers-killed') }, text], 'wrong'],
		[
			'something else beside it',
			[{ ...explanation, causes: causes('worker-timeout', 'workers-killed') }, text],
			'wrong',
		],
		['nothing', [{ ...explanation, outcome: 'undecided', causes: [] }, text], 'silent'],
		['healthy, and it is not', [{ ...explanation, outcome: 'healthy', causes: [] }, text], 'wrong'],
		[
			'healthy, and it is',
			[
				{ ...explanation, outcome: 'healthy', causes: [] },
				{ ...text, acceptable_labels: ['gunicorn-healthy'] },
			],
			'right',
		],
	])('%s', (_, [answer, about], verdict) => {
		expect(verdictOn(answer, about)).toBe(verdict)
	})
})

describe('what is left of a text', () => {
	const lines: readonly OutputLine[] = [
		'Hello,',
		'2026/11/21 09:00:00 [error] 9#9: *1 no live upstreams while connecting to upstream, client: 1.2.3.4',
		'2026/11/21 09:00:07 [error] 9#9: *3 no live upstreams while connecting to upstream, client: 1.2.3.4',
		'2026/11/21 09:00:09 [error] 9#9: *5 open() "/srv/x" failed (2: No such file or directory), client: 1.2.3.4',
	].map((text, at) => ({ stream: 'stdout', number: at + 1, text }))

	test('without the output in which the evidence stands', () => {
		expect(withoutOutputs(lines, 'no live upstreams')).toBe('Hello,')
	})

	test('without the line, and those that differ in numbers only', () => {
		expect(withoutLines(lines, '*3 no live upstreams').split('\n')).toEqual([lines[0]?.text, lines[3]?.text])
	})
})
