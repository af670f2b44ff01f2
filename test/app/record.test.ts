import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { beginSession, openFlow } from '../../src/app/compose.ts'
import { testFlow } from '../../src/app/flow-test.ts'
import { recordHost, scenarioOf } from '../../src/app/record.ts'
import { approve } from '../../src/app/trust.ts'
import { createRecordingTarget } from '../../src/target/recording.ts'
import type { Scenario } from '../../src/target/scenario.ts'
import type { Target } from '../../src/target/target.ts'

const place = mkdtempSync(join(tmpdir(), 'runtree-record-test-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Which file the remedy edits is told by a probe that only the remedy runs. */
const FLOW = `format: 2
id: lamp
title: The lamp is dark
summary: A lamp that is switched off in its file.
start: look
probes:
  state:
    command: lampctl status
    parse: { lamp: lamp }
  place:
    command: lampctl file
    parse: { place: place }
parsers:
  lamp: { from: lampctl status, facts: { light: { regex: '^light: (on|off)$', type: string, values: ["on", "off"], help: Whether it shines. } } }
  place: { from: lampctl file, facts: { path: { regex: '^file: (\\S+)$', type: string, help: Its configuration. } } }
steps:
  look:
    title: Does it shine
    guide: The lamp says whether it shines.
    run: [state]
    branches:
      - cause: [off]
      - { when: lamp.light == "on", say: It shines., end: healthy }
      - { otherwise: true, ask: Does it shine?, say: It does not say. }
      - { choice: "No", say: The operator says so., cause: off }
  edit:
    title: Edit its file
    guide: Write "on" into its file.
    run:
      - place
      - { command: "editor {{place.path}}", effect: change, interactive: true }
      - { command: lampctl reload, effect: change }
    branches:
      - { when: result.exitCode == 0, say: It was told., goto: again }
      - { otherwise: true, ask: Was it told?, say: It was not told. }
      - { choice: "Yes", say: The operator says so., goto: again }
  again:
    title: Look again
    retest: true
    guide: Only the lamp itself proves it.
    run: [state]
    branches:
      - { when: lamp.light == "on", say: It shines., end: resolved }
      - { otherwise: true, ask: Does it shine now?, say: It is still dark. }
      - { choice: "Yes", say: The operator says so., end: resolved }
causes:
  off:
    title: It is switched off
    proof: [{ when: lamp.light == "off", say: It says that it is switched off. }]
    why: Somebody wrote "off" into its file.
    remedy: edit
    prevent: Label the switch.
`

test('a repair by hand answers for every command of the remedy, those whose words only the remedy asks for as well', async () => {
	mkdirSync(join(place, 'lamp'))
	writeFileSync(join(place, 'lamp/flow.yaml'), FLOW)
	const opened = await openFlow(join(place, 'lamp/flow.yaml'))
	approve(opened, { XDG_CONFIG_HOME: place })
	let light = 'off'
	const lamp: Target = {
		name: 'lamp',
		host: 'lamp',
		recorded: false,
		run: async ({ text }, { onOutput }) => {
			const answers: Readonly<Record<string, string>> = {
				'lampctl status': `light: ${light}\n`,
				'lampctl file': 'file: /etc/lamp\n',
			}
			const answer = answers[text]
			if (answer === undefined) throw new Error(`${text} is a change, which is made by hand.`)
			onOutput({ stream: 'stdout', text: answer, offsetMs: 1 })
			return { kind: 'exited', exitCode: 0, signal: null, durationMs: 1, heldOpen: false }
		},
		close: async () => {},
	}
	const target = createRecordingTarget(lamp, 'broken')
	const session = await beginSession({
		opened,
		target,
		inputs: {},
		mode: 'record',
		env: { XDG_CONFIG_HOME: place },
		sessions: place,
	})
	const asked: string[] = []
	const repair = {
		allow: async (commands: readonly string[]) => {
			asked.push(...commands)
			return true
		},
		byOtherMeans: async () => {
			light = 'on'
			return true
		},
	}
	const causes = await recordHost(session, target, opened, repair, () => {})
	await session.close()
	expect(causes).toEqual(['off'])
	expect(asked).toEqual(['editor /etc/lamp', 'lampctl reload'])

	const header: Scenario['header'] = {
		...{ type: 'scenario', format: 1, name: 'dark', title: 'Dark', symptom: 'It is dark.', difficulty: 'easy' },
		...{ flow: { id: 'lamp', hash: opened.flow.hash }, runtree: '0.0.0', recordedAt: '2026-01-02T03:04:05.000Z' },
		...{ host: 'web1', causes: ['off'], start: 'broken', inputs: {} },
	}
	const scenario = scenarioOf(header, target.answers(), '')
	const { results } = await testFlow(opened, [{ name: 'dark', file: '', scenario }])
	expect(results).toMatchObject([{ named: ['off'], outcome: 'resolved', problem: '' }])
})
