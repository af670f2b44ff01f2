import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SessionOutcome } from '../machine/types.ts'
import type { Session } from '../session/types.ts'
import { createRecordedTarget } from '../target/recorded.ts'
import type { Scenario } from '../target/scenario.ts'
import { runAutopilot } from './autopilot.ts'
import { beginSession, type OpenedFlow } from './compose.ts'
import { carryOut } from './mend.ts'
import type { ListedScenario } from './scenarios.ts'

/** How a flow fared on one recorded host. */
export interface ScenarioResult {
	readonly name: string
	readonly expected: readonly string[]
	readonly named: readonly string[]
	readonly outcome: SessionOutcome | 'open'
	/** Whether the recording goes on after a remedy: then the walk has to end resolved. */
	readonly repairable: boolean
	/** Step ids in the order of the walk. */
	readonly path: readonly string[]
	readonly commands: number
	readonly ok: boolean
	/** What differs, in one sentence; empty when nothing does. */
	readonly problem: string
	readonly durationMs: number
}

export interface FlowTestReport {
	readonly results: readonly ScenarioResult[]
	/** Steps and branches (`step#index`) that no scenario's walk went through. */
	readonly untouched: { readonly steps: readonly string[]; readonly branches: readonly string[] }
	readonly total: { readonly steps: number; readonly branches: number }
}

/** Walks a flow over recorded hosts: probes, then the remedy that the recording holds, until nothing is left to do. */
export async function testFlow(opened: OpenedFlow, scenarios: readonly ListedScenario[]): Promise<FlowTestReport> {
	const sessions = await mkdtemp(join(tmpdir(), 'runtree-test-'))
	const steps = new Set<string>()
	const branches = new Set<string>()
	try {
		const results: ScenarioResult[] = []
		for (const { name, scenario } of scenarios) {
			results.push(
				await walkScenario(opened, name, scenario, sessions, (step, branch) => {
					steps.add(step)
					if (branch !== undefined) branches.add(`${step}#${branch}`)
				}),
			)
		}
		const all = Object.values(opened.flow.steps)
		const allBranches = all.flatMap(({ id, branches: rules }) =>
			rules.flatMap(({ rule }, index) => (rule.kind === 'when' ? [`${id}#${index}`] : [])),
		)
		return {
			results,
			untouched: {
				steps: all.map(({ id }) => id).filter((id) => !steps.has(id)),
				branches: allBranches.filter((branch) => !branches.has(branch)),
			},
			total: { steps: all.length, branches: allBranches.length },
		}
	} finally {
		await rm(sessions, { recursive: true, force: true })
	}
}

type Touch = (step: string, branch?: number) => void

/** More remedies than this mean that the walk goes in circles. */
const MOST_REMEDIES = 6

async function walkScenario(
	opened: OpenedFlow,
	name: string,
	scenario: Scenario,
	sessions: string,
	touch: Touch,
): Promise<ScenarioResult> {
	const { header, answers } = scenario
	const began = performance.now()
	const target = createRecordedTarget(scenario, { speed: Number.POSITIVE_INFINITY })
	const inputs = header.inputs
	const session = await beginSession({ opened, target, inputs, mode: 'practice', env: process.env, sessions })
	const named: string[] = []
	try {
		for (let remedies = 0; remedies <= MOST_REMEDIES; remedies++) {
			await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs: 30_000 })
			const snapshot = session.snapshot()
			if (snapshot.phase !== 'cause') break
			const cause = snapshot.context.causes.at(-1)?.cause
			if (cause === undefined) break
			named.push(cause)
			if (!(await takeRemedy(session, opened, cause))) break
		}
		const { context } = session.snapshot()
		for (const visit of context.path) touch(visit.step, visit.branch)
		const repairable = answers.some(({ to }) => to !== undefined)
		const outcome = context.outcome ?? 'open'
		const problem = problemOf(header.causes, named, outcome, repairable)
		return {
			name,
			expected: header.causes,
			named,
			outcome,
			repairable,
			path: context.path.map(({ step }) => step),
			commands: context.runs,
			ok: problem === '',
			problem,
			durationMs: Math.round(performance.now() - began),
		}
	} finally {
		await session.close()
	}
}

/** Says yes to the cause's first remedy that the recording has an answer for. */
async function takeRemedy(session: Session, { flow }: OpenedFlow, cause: string): Promise<boolean> {
	for (const step of flow.causes[cause]?.remedies ?? []) {
		if (await carryOut(session, step)) return true
		session.send({ type: 'step.back' })
		await session.whenIdle()
	}
	return false
}

function problemOf(
	expected: readonly string[],
	named: readonly string[],
	outcome: SessionOutcome | 'open',
	repairable: boolean,
): string {
	if (expected.join() !== named.join()) {
		return `expected ${expected.join(', then ') || 'no cause'}, named ${named.join(', then ') || 'none'}`
	}
	if (expected.length === 0 && outcome !== 'healthy') return `expected healthy, ended ${outcome}`
	if (expected.length > 0 && repairable && outcome !== 'resolved')
		return `the remedy was recorded, but the walk ended ${outcome}`
	return ''
}
