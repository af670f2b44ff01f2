import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/flow/command.ts'
import { openTarget } from '../../src/target/open.ts'
import { createRecordedTarget } from '../../src/target/recorded.ts'
import { readScenario, type Scenario, type ScenarioAnswer, writeScenario } from '../../src/target/scenario.ts'
import type { OutputChunk, Target } from '../../src/target/target.ts'
import { runs } from '../support/property.ts'

const answer = (state: string, command: string, text: string, more: Partial<ScenarioAnswer> = {}): ScenarioAnswer => ({
	type: 'answer',
	state,
	command,
	privilege: 'user',
	chunks: [{ stream: 'stdout', text, offsetMs: 4 }],
	ending: { kind: 'exited', exitCode: 0, signal: null, durationMs: 5, heldOpen: false },
	...more,
})

const scenario: Scenario = {
	header: {
		type: 'scenario',
		format: 1,
		name: 'unit-stopped',
		title: 'Gunicorn is stopped',
		symptom: 'Every page gives 502.',
		difficulty: 'easy',
		flow: { id: 'flask-502', hash: 'abc' },
		runtree: '0.1.0',
		recordedAt: '2026-01-02T03:04:05.000Z',
		host: 'web-1',
		causes: ['gunicorn-stopped'],
		start: 'broken',
		inputs: { unit: 'gunicorn' },
	},
	answers: [
		answer('broken', 'systemctl is-active gunicorn', 'inactive\n'),
		answer('broken', 'curl /', '502\n'),
		answer('broken', 'curl /', '504\n'),
		answer('broken', 'id', 'user\n'),
		answer('broken', 'id', 'root\n', { privilege: 'root' }),
		answer('broken', 'systemctl start gunicorn', '', { privilege: 'root', to: 'mended' }),
		answer('broken', 'systemctl edit gunicorn', '', { to: 'mended' }),
		answer('broken', 'slow', 'late\n', {
			chunks: [
				{ stream: 'stdout', text: 'soon\n', offsetMs: 100 },
				{ stream: 'stderr', text: 'late\n', offsetMs: 60_000 },
			],
			ending: { kind: 'timed-out', durationMs: 60_000 },
			to: 'mended',
		}),
		answer('mended', 'curl /', '200\n'),
	],
}

const spec = (text: string, more: Partial<CommandSpec> = {}): CommandSpec => ({
	text,
	effect: 'read',
	privilege: 'user',
	timeoutMs: 1_000,
	interactive: false,
	...more,
})

async function ask(target: Target, command: CommandSpec, signal = new AbortController().signal) {
	const chunks: OutputChunk[] = []
	const ending = await target.run(command, { signal, onOutput: (chunk) => chunks.push(chunk) })
	return { ending, chunks, text: chunks.map(({ text }) => text).join('') }
}

describe('a recorded host', () => {
	const open = (speed = Number.POSITIVE_INFINITY) => createRecordedTarget(scenario, { speed })

	test('has the name and the host of the recording', () => {
		expect(open()).toMatchObject({ name: 'recorded://unit-stopped', host: 'web-1', recorded: true })
	})

	test('gives what was recorded, as it was recorded', async () => {
		const [first] = scenario.answers
		expect(await ask(open(), spec('systemctl is-active gunicorn'))).toEqual({
			ending: first?.ending,
			chunks: first?.chunks,
			text: 'inactive\n',
		})
	})

	test('gives several answers in order and repeats the last', async () => {
		const target = open()
		const texts = []
		for (let round = 0; round < 4; round++) texts.push((await ask(target, spec('curl /'))).text)
		expect(texts).toEqual(['502\n', '504\n', '504\n', '504\n'])
	})

	test('tells the privileges apart where both were recorded', async () => {
		expect((await ask(open(), spec('id', { privilege: 'root' }))).text).toBe('root\n')
		expect((await ask(open(), spec('id'))).text).toBe('user\n')
	})

	test('answers differently after a remedy, and knows nothing of the state before', async () => {
		const target = open()
		await ask(target, spec('systemctl start gunicorn', { effect: 'change', privilege: 'root' }))
		expect(target.state()).toBe('mended')
		expect((await ask(target, spec('curl /'))).text).toBe('200\n')
		expect((await ask(target, spec('systemctl is-active gunicorn'))).ending.kind).toBe('not-started')
	})

	test('answers an interactive remedy without a terminal', async () => {
		const target = open()
		const { ending } = await ask(target, spec('systemctl edit gunicorn', { effect: 'change', interactive: true }))
		expect(ending).toMatchObject({ kind: 'exited', exitCode: 0 })
		expect(target.state()).toBe('mended')
	})

	test('never makes anything up', async () => {
		const { ending, chunks } = await ask(open(), spec('systemctl is-active  gunicorn'))
		expect(ending).toEqual({
			kind: 'not-started',
			reason: "Not in this recording: systemctl is-active gunicorn; run the step's own command.",
			durationMs: 0,
		})
		expect(chunks).toEqual([])
	})

	test('takes as long as the host took, divided by the speed', async () => {
		const started = performance.now()
		const quick = await ask(open(400), spec('slow'))
		const took = performance.now() - started
		expect(quick.ending).toEqual({ kind: 'timed-out', durationMs: 60_000 })
		expect(took).toBeGreaterThanOrEqual(148)
	})

	test('can be cancelled, and is then in the state it was in', async () => {
		const target = open(1)
		const controller = new AbortController()
		const chunks: string[] = []
		const ending = await target.run(spec('slow'), {
			signal: controller.signal,
			onOutput: ({ text }) => {
				chunks.push(text)
				controller.abort()
			},
		})
		expect(ending.kind).toBe('cancelled')
		expect(chunks).toEqual(['soon\n'])
		expect(target.state()).toBe('broken')
		expect(await ask(target, spec('curl /'), AbortSignal.abort())).toMatchObject({
			ending: { kind: 'cancelled', durationMs: 0 },
			chunks: [],
		})
	})

	test('ends what it plays when it is closed', async () => {
		const target = open(1)
		const playing = ask(target, spec('slow'))
		await target.close()
		expect((await playing).ending.kind).toBe('cancelled')
	})
})

describe('a scenario file', () => {
	const text = writeScenario(scenario)
	const reasonOf = (changed: string): string => {
		const read = readScenario(changed)
		if (read.ok) throw new Error('was read')
		return read.reason
	}

	test('is read as it was written', () => {
		expect(readScenario(text)).toEqual({ ok: true, scenario })
		expect(readScenario(`\uFEFF${text.replaceAll('\n', '\r\n')}\n\n`)).toEqual({ ok: true, scenario })
	})

	test.each<[string, string, RegExp]>([
		['empty', '', /^This is not a scenario/],
		['another file', '# Flask 502\n', /^This is not a scenario/],
		['another JSON', '{"type":"session.started","format":1}\n', /^This is not a scenario/],
		['a later format', text.replace('"format":1', '"format":2'), /has format 2, and this runtree reads format 1/],
		['a header with a wrong field', text.replace('"causes":[', '"causes":"x","y":['), /header .* \(causes: /],
		['broken off', text.slice(0, -20), /breaks off in line 10/],
		['only its header', `${text.split('\n')[0]}\n`, /holds no answers/],
		['a changed line', text.replace('"exitCode":0', '"exitCode":"0"'), /^Line 2 of the scenario .*ending\.exitCode/],
		['a line of no JSON', text.replace('{"type":"answer"', '{type:answer'), /^Line 2 .* not JSON/],
		['no first state', text.replace('"start":"broken"', '"start":"other"'), /no answers for its first state "other"/],
	])('that is not right is refused with one sentence: %s', (_, changed, reason) => {
		const sentence = reasonOf(changed)
		expect(sentence).toMatch(reason)
		expect(sentence).toMatch(/^[^\n]+\.$/)
	})

	test('may be cut or changed anywhere: it is read or refused, and nothing is thrown', () => {
		fc.assert(
			fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ unit: 'binary' }), (from, to, inserted) => {
				const read = readScenario(text.slice(0, from) + inserted + text.slice(to))
				if (!read.ok) expect(read.reason).toMatch(/^[^\n]+$/)
			}),
			{ numRuns: runs(500) },
		)
	})
})

describe('opening targets', () => {
	let folder = ''
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), 'runtree-open-'))
		writeFileSync(join(folder, 'unit-stopped.jsonl'), writeScenario(scenario))
		writeFileSync(join(folder, 'broken.jsonl'), writeScenario(scenario).slice(0, -9))
	})
	afterAll(() => rmSync(folder, { recursive: true }))

	test('a scenario by its file, or by its name where names are known', async () => {
		for (const uri of [
			`recorded:${folder}/unit-stopped.jsonl`,
			`recorded://${folder}/unit-stopped.jsonl`,
			'recorded://unit-stopped',
		]) {
			const opened = await openTarget(uri, {
				env: {},
				speed: 1_000,
				findScenario: async (name) => join(folder, `${name}.jsonl`),
			})
			expect(opened).toMatchObject({ ok: true, target: { host: 'web-1', recorded: true } })
		}
	})

	test.each<[string, RegExp]>([
		['recorded:broken.jsonl', /^The scenario broken\.jsonl does not exist/],
		['recorded://other', /^There is no scenario "other"/],
		['recorded:', /^Name the scenario to open/],
		['ssh://web-1', /^Targets over ssh are not there yet; there are: local, /],
		['web-1', /^There is no target "web-1"; there are: local, /],
		['', /^There is no target ""/],
		['podman://', /is not the name of a container/],
		['podman://-it', /is not the name of a container/],
		['podman://a b', /is not the name of a container/],
		['docker://$(reboot)', /is not the name of a container/],
		['docker://a;b', /is not the name of a container/],
		['podman://a\nb', /is not the name of a container/],
		['podman://../../etc', /is not the name of a container/],
	])('%j is refused as wrong usage, in one sentence', async (uri, reason) => {
		const opened = await openTarget(uri, { env: {} })
		expect(opened).toMatchObject({ ok: false, usage: true, reason: expect.stringMatching(reason) })
		expect(opened.ok ? '' : opened.reason).toMatch(/^[^\n]+\.$/)
	})

	test('a scenario file that is not right is named', async () => {
		expect(await openTarget(`recorded:${folder}/broken.jsonl`, { env: {} })).toMatchObject({
			ok: false,
			reason: expect.stringMatching(/^broken\.jsonl: The scenario breaks off/),
		})
	})
})
