/**
 * Records what hosts answer that tempt a diagnosis to name a wrong cause: `node test/lab/record-honesty.ts [NAME…]`
 * writes test/fixtures/honesty/<name>.<variant>.jsonl. Only the walk's own probes are kept.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runAutopilot } from '../../src/app/autopilot.ts'
import { beginSession, openFlow, openTargetOrFail } from '../../src/app/compose.ts'
import { scenarioOf } from '../../src/app/record.ts'
import { createRecordingTarget } from '../../src/target/recording.ts'
import { writeScenario } from '../../src/target/scenario.ts'
import { version } from '../../src/version.ts'
import { type Fault, findFault, parseFault } from './faults.ts'
import { breakWith, type Container, down, up } from './lab.ts'

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
]

function hosts(names: readonly string[]): Fault[] {
	const own = readdirSync(SCRIPTS)
		.filter((file) => file.endsWith('.sh'))
		.map((file) => parseFault(basename(file, '.sh'), readFileSync(join(SCRIPTS, file), 'utf8')))
	const all = [...own, ...FAULTS.map(findFault)]
	return names.length === 0 ? all : all.filter(({ name }) => names.includes(name))
}

async function record(container: Container, fault: Fault): Promise<void> {
	await breakWith(container, fault)
	// nginx takes servers out for ten seconds after the requests that broke them; an operator comes later than that.
	await pause(11_000)
	const opened = await openFlow('flask-502')
	const inputs = { url: fault.url, unit: fault.unit }
	const target = createRecordingTarget(await openTargetOrFail(`podman://${container.name}`, process.env), 'broken')
	const sessions = join(tmpdir(), `runtree-honesty-${process.pid}`)
	const session = await beginSession({ opened, target, inputs, mode: 'record', env: process.env, sessions })
	const report = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs: 300_000 })
	await session.close()
	const name = `${fault.name}.${container.variant}`
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
		const container = await up({ variant, name: `lab-honesty-${process.pid}`, memory: fault.memory })
		try {
			await record(container, fault)
		} catch (error) {
			console.log(`FAIL ${fault.name}.${variant}: ${error instanceof Error ? error.message : error}`)
			process.exitCode = 1
		} finally {
			await down(container)
		}
	}
}
