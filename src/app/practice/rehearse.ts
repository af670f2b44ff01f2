import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRecordedTarget } from '../../target/recorded.ts'
import type { Scenario } from '../../target/scenario.ts'
import { runAutopilot } from '../autopilot.ts'
import { beginSession, type OpenedFlow } from '../compose.ts'
import { UserError } from '../user-error.ts'

/** A recorded host answers from memory; more than this is a circle. */
const TIMEOUT_MS = 30_000

/**
 * Walks a recorded host to its first cause before the trainee does: gives the steps of the shortest path. A scenario
 * that does not lead there (an incomplete file, or another version of the flow) is a UserError that says what to do.
 */
export async function rehearse(opened: OpenedFlow, scenario: Scenario): Promise<readonly string[]> {
	const { header } = scenario
	const sessions = await mkdtemp(join(tmpdir(), 'runtree-rehearse-'))
	const target = createRecordedTarget(scenario, { speed: Number.POSITIVE_INFINITY })
	const request = { opened, target, inputs: header.inputs, mode: 'practice', env: {}, sessions } as const
	try {
		const session = await beginSession(request)
		try {
			const report = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs: TIMEOUT_MS })
			const [expected] = header.causes
			const arrived = expected === undefined ? report.outcome === 'healthy' : report.cause?.id === expected
			if (arrived) return report.path.map(({ step }) => step)
		} finally {
			await session.close()
		}
	} finally {
		await rm(sessions, { recursive: true, force: true })
	}
	throw new UserError(unusable(opened, scenario))
}

function unusable({ flow }: OpenedFlow, { header }: Scenario): string {
	const again = `\`runtree record ${flow.id} --on TARGET --out FILE --repair\``
	if (header.flow.hash === flow.hash) {
		return `The scenario ${header.name} is incomplete: its answers do not lead to a cause; get the file again, or record it again with ${again}.`
	}
	return `The scenario ${header.name} was recorded with another version of ${flow.id} (${short(header.flow.hash)}, and this is ${short(flow.hash)}) and does not fit this one; record it again with ${again}.`
}

function short(hash: string): string {
	return hash.slice(0, 8)
}
