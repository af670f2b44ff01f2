/**
 * Records what hosts answer that tempt a diagnosis to name a wrong cause: `node test/lab/record-honesty.ts [NAME…]`
 * writes test/fixtures/honesty/<name>.<variant>.jsonl. Only the walk's own probes are kept.
 */
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runAutopilot } from '../../src/app/autopilot.ts'
import { beginSession, openFlow, openTargetOrFail, resolveInputs } from '../../src/app/compose.ts'
import { scenarioOf } from '../../src/app/record.ts'
import type { Fault } from '../../src/lab/fault.ts'
import { breakWith, down, type Host, up } from '../../src/lab/host.ts'
import { readFaults } from '../../src/lab/stack.ts'
import { createRecordingTarget } from '../../src/target/recording.ts'
import { writeScenario } from '../../src/target/scenario.ts'
import { version } from '../../src/version.ts'
import { readAll } from '../support/read-all.ts'
import { findFault, stackOf } from './stacks.ts'

const stack = stackOf('flask-502')
const SCRIPTS = join(import.meta.dirname, 'honesty')
const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'honesty')
/** Of the lab's own faults, those that only more requests than its fixtures hold can tell. */
const FAULTS = [
	'app-error',
	'app-not-found',
	'healthy-old-refused',
	'healthy-old-traceback',
	'healthy-graceful-restart',
	'healthy-idle-activation',
	'healthy-localhost',
	'healthy-reload-warning',
	'healthy-var-run',
	'healthy-wildcard',
	'url-wrong',
]

/** Where the walk ends before it reads what is tempting: the step that reads it. */
const TEMPTED_AT: Readonly<Record<string, string>> = { 'old-traceback-then-killed': 'logs' }

function hosts(names: readonly string[]): Fault[] {
	const all = [...readFaults(SCRIPTS), ...FAULTS.map((name) => findFault(stack, name))]
	return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

async function record(host: Host, fault: Fault): Promise<void> {
	await breakWith(host, fault)
	// nginx takes servers out for ten seconds after the requests that broke them; an operator comes later than that.
	await pause(11_000)
	const opened = await openFlow(stack.id)
	const inputs = resolveInputs(opened.flow, Object.entries({ url: fault.url, ...fault.inputs }))
	const target = createRecordingTarget(await openTargetOrFail(`podman://${host.name}`, process.env), 'broken')
	const sessions = join(tmpdir(), `runtree-honesty-${process.pid}`)
	const session = await beginSession({ opened, target, inputs, mode: 'autopilot', env: process.env, sessions })
	const report = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs: 300_000 })
	const tempted = TEMPTED_AT[fault.name]
	if (tempted !== undefined) await readAll(session, tempted)
	await session.close()
	const name = `${fault.name}.${host.variant}`
	const header = {
		...({ type: 'scenario', format: 1, name, title: fault.title, symptom: fault.symptom } as const),
		...{ difficulty: fault.difficulty, runtree: version, recordedAt: new Date().toISOString(), host: 'web1' },
		flow: { id: opened.flow.id, hash: opened.flow.hash },
		causes: fault.causes.filter((cause) => cause !== 'healthy'),
		start: 'broken',
		inputs,
	}
	const scenario = scenarioOf(header, target.answers(), target.host)
	writeFileSync(join(FIXTURES, `${name}.jsonl`), writeScenario(scenario))
	const found = report.cause?.id ?? report.outcome
	console.log(`${name}: ${scenario.answers.length} answers, found ${found}, expected ${fault.causes.join(', ')}`)
}

for (const fault of hosts(process.argv.slice(2))) {
	for (const variant of fault.variants) {
		const host = await up({ stack, variant, name: `lab-honesty-${process.pid}`, memory: fault.memory })
		try {
			await record(host, fault)
		} catch (error) {
			console.log(`FAIL ${fault.name}.${variant}: ${error instanceof Error ? error.message : error}`)
			process.exitCode = 1
		} finally {
			await down(host)
		}
	}
}
