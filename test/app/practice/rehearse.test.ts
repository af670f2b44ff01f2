import { describe, expect, test } from 'vitest'
import { openFlow } from '../../../src/app/compose.ts'
import { rehearse } from '../../../src/app/practice/rehearse.ts'
import { loadScenario } from '../../../src/app/scenarios.ts'
import { UserError } from '../../../src/app/user-error.ts'
import type { Scenario } from '../../../src/target/scenario.ts'

const opened = await openFlow('flask-502')
const recorded = await loadScenario('flows/flask-502/scenarios/unit-stopped.jsonl')
const withHash = (scenario: Scenario, hash: string): Scenario => ({
	...scenario,
	header: { ...scenario.header, flow: { ...scenario.header.flow, hash } },
})
/** Without what most steps ask. */
const lacking: Scenario = {
	...recorded,
	answers: recorded.answers.filter(({ command }) => !command.includes('systemctl')),
}

const refusal = async (scenario: Scenario): Promise<unknown> => rehearse(opened, scenario).catch((error) => error)

describe('a rehearsal', () => {
	test('gives the shortest path to the cause', async () => {
		expect(await rehearse(opened, recorded)).toEqual(['confirm', 'upstream', 'nginx-errors', 'service-state'])
	})

	test('a scenario of another version of the flow that still fits is not refused', async () => {
		expect(await rehearse(opened, withHash(recorded, '0'.repeat(64)))).toHaveLength(4)
	})

	test('one that no longer fits is refused with both versions, and how to record it again', async () => {
		const error = await refusal(withHash(lacking, '0'.repeat(64)))
		expect(error).toBeInstanceOf(UserError)
		expect(error).toMatchObject({
			exitCode: 2,
			message: `The scenario unit-stopped was recorded with another version of flask-502 (00000000, and this is ${opened.flow.hash.slice(0, 8)}) and does not fit this one; record it again with \`runtree record flask-502 --on TARGET --out FILE --repair\`.`,
		})
	})

	test('an incomplete one is refused', async () => {
		expect(await refusal(withHash(lacking, opened.flow.hash))).toMatchObject({
			exitCode: 2,
			message: expect.stringMatching(/^The scenario unit-stopped is incomplete: .*get the file again/),
		})
	})
})
