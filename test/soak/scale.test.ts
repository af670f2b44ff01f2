import { expect, test } from 'vitest'
import { parseFlow } from '../../src/flow/parse.ts'
import { smallParsers } from '../support/small-parsers.ts'

/** A chain of `size` steps, each with a command, a probe, a let, a cause and a condition of its own, and a remedy at its end. */
function chain(size: number): string {
	const step = (index: number): string => `  step-${index}:
    title: Step ${index}
    guide: Look at {{inputs.unit}} for the ${index}th time.
    run:
      - command: systemctl show {{inputs.unit}} --property=P${index}
        effect: read
        parse: { unit: service }
    branches:
      - cause: [stopped-${index}]
      - when: here && service.listens == "s${index}"
        say: It is {{let${index}}}.
        end: inconclusive
      - otherwise: true
        say: It is not.
        ${index + 1 < size ? `goto: step-${index + 1}` : 'end: healthy'}
`
	const many = (line: (index: number) => string): string =>
		Array.from({ length: size }, (_, index) => line(index)).join('')
	return `format: 2
id: chain
title: Chain
inputs: { unit: { title: Unit, format: unit-name, default: gunicorn } }
start: step-0
probes:
  runs: { command: "systemctl is-active {{inputs.unit}}" }
${many((index) => `  probe-${index}: { command: "ls /run/${index} 2>/dev/null | wc -l", parse: { unit: service } }\n`)}let:
  here: service.active
${many((index) => `  let${index}: first(service.listens, "${index}")\n`)}steps:
${many(step)}  mend:
    title: Mend
    guide: Mend it.
    run: [{ command: "systemctl start {{inputs.unit}}" }]
    branches: [{ otherwise: true, say: Started., goto: retest }]
  retest:
    title: Retest
    guide: Look again.
    retest: true
    run: [runs]
    branches: [{ when: result.exitCode == 0, say: It runs., end: resolved }, { otherwise: true, say: No., end: inconclusive }]
causes:
${many((index) => `  stopped-${index}: { title: Stopped, yields: [${index + 1 < size ? `stopped-${index + 1}` : ''}], proof: [{ when: here && service.listens == "${index}", say: So. }], why: Nobody started it., remedy: mend, prevent: Enable it. }\n`)}`
}

function secondsFor(text: string): number {
	const started = process.cpuUsage()
	const parsed = parseFlow(text, 'chain.yaml', smallParsers)
	const { user, system } = process.cpuUsage(started)
	expect(parsed.ok ? [] : parsed.problems.slice(0, 3)).toEqual([])
	return (user + system) / 1e6
}

test('reading and checking takes time in proportion to the steps', { timeout: 120_000 }, () => {
	secondsFor(chain(500))
	const small = chain(1000)
	const large = chain(10_000)
	const few = Math.min(secondsFor(small), secondsFor(small))
	const many = secondsFor(large)
	// Ten times the steps: quadratic work would take a hundred times as long.
	expect(many / few).toBeLessThan(40)
})
