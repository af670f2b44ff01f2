import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandSpec } from '../../src/flow/command.ts'
import { hearsayPaths } from '../../src/flow/hearsay.ts'
import { parseTemplate } from '../../src/flow/templates.ts'
import { parsers } from '../../src/subjects/catalogue.ts'
import { createLocalTarget } from '../../src/target/local.ts'
import { shippedFlows } from '../support/shipped-flows.ts'

/** Each command that reads as root was looked at: docs/security.md says what it opens, what it runs, and who has a hand in that. */

const page = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8')

/** `probe: command`, of the table's rows that have all their cells. */
const reviewed = page.split('\n').flatMap((line) => {
	const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
	const [, probe = '', command = '', ...rest] = cells
	const isWhole = probe.startsWith('`') && rest.slice(0, 3).every((cell) => cell !== '') && rest.length === 4
	return isWhole ? [`${probe.slice(1, -1)}: ${command.slice(1, -1).replaceAll('\\|', '|')}`] : []
})

const asked = new Set<string>()
/** Facts of strangers that a command of root says, be it one that reads. */
const strangers = new Set<string>()
beforeAll(async () => {
	for (const { flow, evaluator } of await shippedFlows()) {
		const hearsay = hearsayPaths(flow, parsers)
		const named = Object.entries(flow.probes).map(([id, probe]) => ({ id, ...probe }))
		const inSteps = Object.values(flow.steps).flatMap(({ id, run }) =>
			run.map((one) => ({ id: one.probe ?? id, ...one })),
		)
		for (const { id, command, privilege, effect } of [...named, ...inSteps]) {
			if (privilege !== 'root') continue
			if (effect === 'read') asked.add(`${id}: ${command}`)
			const parsed = parseTemplate(command)
			for (const part of parsed.ok ? parsed.parts : []) {
				const checked = part.kind === 'value' ? evaluator.check(part.cel) : undefined
				for (const path of checked?.ok === true ? checked.reads : [])
					if (hearsay.has(path)) strangers.add(`${id}: ${path}`)
			}
		}
	}
})

afterAll(() =>
	console.log(`root probes: ${asked.size}, ${[...asked].filter((one) => reviewed.includes(one)).length} reviewed`),
)

test('every one stands in the table, as it is, and no other', () => {
	expect(reviewed.toSorted()).toEqual([...asked].toSorted())
	expect(asked.size).toBeGreaterThan(25)
})

test('only one says what a stranger can have written, and docs/security.md says so', () => {
	expect([...strangers]).toEqual(['service-log-file: settings.errorLog'])
	expect(page).toContain("The one value of a stranger's in a command of root")
})

test('none chooses a process by its name', () => {
	for (const one of asked) expect(one).not.toMatch(/\b(?:pgrep|pidof|pkill|killall)\b/)
})

test("root's commands do not run where the operator stands", async () => {
	const before = process.cwd()
	const strangers = mkdtempSync(join(tmpdir(), 'runtree-stranger-'))
	const target = createLocalTarget({ env: process.env, lend: (use) => use(), uid: 0 })
	process.chdir(strangers)
	try {
		let printed = ''
		const spec: CommandSpec = { text: 'pwd', privilege: 'root', effect: 'read', timeoutMs: 10_000, interactive: false }
		await target.run(spec, {
			signal: new AbortController().signal,
			onOutput: ({ text }) => {
				printed += text
			},
		})
		expect(printed.trim()).toBe('/')
	} finally {
		process.chdir(before)
		await target.close()
	}
})
