import type { OpenedFlow } from '../app/compose.ts'
import { beginSession, openFlow } from '../app/compose.ts'
import { walkWithOperator } from '../app/front-end.ts'
import { findScenario, listScenarios, refuseForeign } from '../app/scenarios.ts'
import { UserError } from '../app/user-error.ts'
import { createRecordedTarget } from '../target/recorded.ts'
import type { Scenario } from '../target/scenario.ts'
import { createHandOver } from '../terminal/hand-over.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

export interface PracticeOptions {
	readonly list?: boolean
	readonly random?: boolean
	readonly speed: number
	readonly plain?: boolean
	readonly motion: boolean
}

/** The scenario that a newcomer starts with. */
const FIRST = 'unit-stopped'

/** `runtree practice [FLOW] [SCENARIO]`: a guided session on a recorded host. Nothing is executed. */
export async function practice(
	name: string,
	scenarioName: string | undefined,
	options: PracticeOptions,
	streams: TerminalStreams,
): Promise<number> {
	const opened = await openFlow(name)
	if (options.list === true) {
		for (const { name: id, scenario } of await listScenarios(opened)) {
			streams.stdout.write(`${id.padEnd(28)}  ${scenario.header.difficulty.padEnd(6)}  ${scenario.header.symptom}\n`)
		}
		return 0
	}
	const scenario = await choose(opened, scenarioName, options)
	refuseForeign(opened, scenario)
	const handOver = createHandOver()
	const session = await beginSession({
		opened,
		target: createRecordedTarget(scenario, { speed: options.speed }),
		inputs: scenario.header.inputs,
		mode: 'practice',
		env: streams.env,
	})
	return walkWithOperator(session, {
		evaluator: opened.evaluator,
		streams,
		handOver,
		plain: options.plain === true,
		motion: options.motion,
		notice:
			scenario.header.flow.hash === opened.flow.hash
				? undefined
				: `Recorded with another version of ${opened.flow.id}; some commands may not be in it.`,
	})
}

async function choose(opened: OpenedFlow, name: string | undefined, { random }: PracticeOptions): Promise<Scenario> {
	if (name !== undefined) return findScenario(opened, name)
	const all = await listScenarios(opened)
	const chosen =
		random === true ? all[Math.floor(Math.random() * all.length)] : (all.find((one) => one.name === FIRST) ?? all[0])
	if (chosen === undefined) {
		throw new UserError(`The flow ${opened.flow.id} has no recorded hosts; \`runtree record\` makes one.`)
	}
	return chosen.scenario
}
