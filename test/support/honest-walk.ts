import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type AutopilotReport, runAutopilot } from '../../src/app/autopilot.ts'
import { beginSession, type OpenedFlow } from '../../src/app/compose.ts'
import { diagnosisText } from '../../src/app/diagnosis.ts'
import type { JournalEntry } from '../../src/journal/entry.ts'
import type { Session } from '../../src/session/types.ts'
import { createRecordedTarget } from '../../src/target/recorded.ts'
import { readScenario } from '../../src/target/scenario.ts'
import type { Target } from '../../src/target/target.ts'
import { openRecordedHost } from './recorded-host.ts'
import { journaled, tmpFolder } from './session-kit.ts'

/** A recorded host and what a walk over it needs. */
export interface Host {
	readonly target: Target
	readonly inputs: Readonly<Record<string, string>>
	readonly causes: readonly string[]
}

const root = join(import.meta.dirname, '../..')
/** The flow's own scenarios first, then hosts that were recorded to tempt a diagnosis, then single commands' output. */
const scenarios = [join(root, 'flows/flask-502/scenarios'), join(root, 'test/fixtures/honesty')]

/** Opens a host by its name: a scenario (`socket-denied`), or a host of the lab (`socket-denied.unix`). */
export function hostOf(name: string): Host {
	const file = scenarios.map((folder) => join(folder, `${name}.jsonl`)).find((path) => existsSync(path))
	if (file === undefined) {
		const target = openRecordedHost(name)
		return { target, inputs: target.inputs, causes: target.causes }
	}
	const read = readScenario(readFileSync(file, 'utf8'))
	if (!read.ok) throw new Error(`${file}: ${read.reason}`)
	const { inputs, causes } = read.scenario.header
	return { target: createRecordedTarget(read.scenario, { speed: Number.POSITIVE_INFINITY }), inputs, causes }
}

/** What came of a walk without a person. */
export interface HonestWalk {
	readonly report: AutopilotReport
	/** The report as people read it. */
	readonly text: string
	/** Id of the cause; else how it ended. */
	readonly found: string
	/** Ids of the steps. */
	readonly path: readonly string[]
	/** All that the host printed. */
	readonly printed: string
	readonly entries: readonly JournalEntry[]
	readonly session: Session
}

/** Walks by itself over a recorded host. The session is closed after the test. */
export async function walkHost(opened: OpenedFlow, { target, inputs }: Host): Promise<HonestWalk> {
	let printed = ''
	const listened: Target = {
		...target,
		run: (command, options) =>
			target.run(command, {
				...options,
				onOutput: (chunk) => {
					printed += chunk.text
					options.onOutput(chunk)
				},
			}),
	}
	const session = await beginSession({
		opened,
		target: listened,
		inputs,
		mode: 'autopilot',
		env: process.env,
		sessions: tmpFolder(),
	})
	onTestFinished(() => session.close())
	const report = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs: 30_000 })
	return {
		report,
		text: diagnosisText(report, { ...opened, session, inputs }, undefined),
		found: report.cause?.id ?? report.outcome,
		path: report.path.map(({ step }) => step),
		printed,
		entries: journaled(session.folder),
		session,
	}
}
