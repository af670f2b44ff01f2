import { renderCommand } from '../flow/templates.ts'
import { createRedactor } from '../journal/redact.ts'
import { scopeOf } from '../machine/scope.ts'
import { remediesInOrder } from '../session/remedies.ts'
import type { Session } from '../session/types.ts'
import type { RecordingTarget } from '../target/recording.ts'
import type { Scenario, ScenarioAnswer, ScenarioHeader } from '../target/scenario.ts'
import { runAutopilot } from './autopilot.ts'
import type { OpenedFlow } from './compose.ts'
import { carryOut } from './mend.ts'

/** How a host is brought from one state to the next while it is recorded. */
export interface Repair {
	/** Asks whether the remedy may be run; false leaves the host as it is. */
	readonly allow: (commands: readonly string[]) => Promise<boolean>
	/** Repairs the host by other means than the flow's commands; undefined when only the flow's own remedies count. */
	readonly byOtherMeans?: () => Promise<boolean>
}

/** Most faults that one host is expected to have at once. */
const MOST_FAULTS = 3

/**
 * Walks a host to its cause, asks every other probe that can be asked, repairs it, and does the same again, until the
 * retest is good. Gives the ids of the causes in the order in which they were named.
 */
export async function recordHost(
	session: Session,
	target: RecordingTarget,
	opened: OpenedFlow,
	repair: Repair | undefined,
	progress: (sentence: string) => void,
): Promise<readonly string[]> {
	const causes: string[] = []
	for (let fault = 0; ; fault++) {
		const report = await runAutopilot(session, { evaluator: opened.evaluator, timeoutMs: 600_000 })
		progress(`${report.reason}${report.cause === undefined ? '' : ` ${report.cause.id}: ${report.cause.title}.`}`)
		const atCause = session.snapshot().phase === 'cause'
		const cause = report.cause
		if (cause !== undefined && atCause) causes.push(cause.id)
		if (fault === 0) await askEverything(session, target, opened)
		if (cause === undefined || !atCause || repair === undefined || fault === MOST_FAULTS) return causes
		const mended = await mend(session, target, opened, cause.id, repair, `after-${cause.id}`)
		if (!mended) return causes
		await askEverything(session, target, opened, true)
		session.send({ type: 'step.goto', step: retestOf(opened) })
	}
}

/**
 * Runs every probe of the flow whose command can be written with what is known: a trainee may go anywhere. `anew`: the
 * host was changed, perhaps by means that the session knows nothing of, so that what it was told before is no answer.
 */
async function askEverything(
	session: Session,
	target: RecordingTarget,
	{ flow, evaluator }: OpenedFlow,
	anew = false,
): Promise<void> {
	for (const step of Object.values(flow.steps)) {
		if (step.run.length === 0 || step.run.some(({ effect }) => effect !== 'read')) continue
		session.send({ type: 'step.goto', step: step.id })
		if (session.snapshot().context.step !== step.id) continue
		session.send({ type: 'step.run' })
		await session.whenIdle()
		if (!anew || !session.snapshot().context.plan.some((planned) => planned.kind === 'run' && planned.known)) continue
		session.send({ type: 'step.rerun' })
		session.send({ type: 'step.run' })
		await session.whenIdle()
	}
	// What only the judge would ask.
	const { context } = session.snapshot()
	const scope = scopeOf(context)
	const asked = new Set(Object.keys(context.answers))
	for (const [name, probe] of Object.entries(flow.probes)) {
		if (asked.has(name)) continue
		if (probe.if !== undefined && evaluator.condition(probe.if, scope).value !== true) continue
		const command = renderCommand(probe.command, scope, evaluator)
		if (!command.ok) continue
		const { effect, privilege, timeoutMs, interactive } = probe
		const spec = { text: command.text, effect, privilege, timeoutMs, interactive }
		await target.run(spec, { signal: new AbortController().signal, onOutput: () => {} })
	}
}

/** Takes the host to its next state, with the cause's first remedy that needs no editor, or by other means. */
async function mend(
	session: Session,
	target: RecordingTarget,
	{ flow, evaluator }: OpenedFlow,
	cause: string,
	repair: Repair,
	state: string,
): Promise<boolean> {
	const scope = scopeOf(session.snapshot().context)
	const remedies = remediesInOrder(flow, evaluator, cause, scope).flatMap((id) => flow.steps[id] ?? [])
	const byHand = repair.byOtherMeans
	for (const step of remedies) {
		// What a trainee does without a command moves no recorded host.
		if (step.manual || (byHand === undefined && step.run.some(({ interactive }) => interactive))) continue
		session.send({ type: 'step.goto', step: step.id })
		if (byHand !== undefined) {
			// The remedy's own questions come first: what they are answered goes into its commands, such as the file to edit.
			session.send({ type: 'step.run' })
			await session.whenIdle()
		}
		const planned = session
			.snapshot()
			.context.plan.flatMap((command) => (command.kind === 'run' && command.spec.effect !== 'read' ? [command] : []))
		if (planned.length === 0) continue
		if (!(await repair.allow(planned.map(({ spec }) => spec.text)))) return false
		if (byHand !== undefined) {
			if (!(await byHand())) return false
			// The trainee runs the flow's own commands; what they do was done by other means, so they answer with success.
			for (const { spec } of planned) {
				target.keep(spec, [], { kind: 'exited', exitCode: 0, signal: null, durationMs: 400, heldOpen: false })
			}
		} else {
			await carryOut(session, step.id)
		}
		target.enter(state)
		return true
	}
	return false
}

function retestOf({ flow }: OpenedFlow): string {
	return Object.values(flow.steps).find(({ retest }) => retest)?.id ?? flow.start
}

/** A recording as a scenario: secrets are taken out, and the host's own name replaced. */
export function scenarioOf(header: ScenarioHeader, answers: readonly ScenarioAnswer[], realHost: string): Scenario {
	const redactor = createRedactor()
	const unname = (text: string): string => (realHost === '' ? text : text.replaceAll(realHost, header.host))
	return {
		header,
		answers: withoutRepeats(
			answers.map((answer) => ({
				...answer,
				chunks: answer.chunks.map((chunk) => ({ ...chunk, text: unname(redactor.text(chunk.text)) })),
			})),
		),
	}
}

/** The same command with the same answer again in one state adds nothing. */
function withoutRepeats(answers: readonly ScenarioAnswer[]): ScenarioAnswer[] {
	const last = new Map<string, string>()
	return answers.filter((answer) => {
		const key = JSON.stringify([answer.state, answer.command, answer.privilege])
		const told = JSON.stringify([
			answer.chunks.map(({ stream, text }) => [stream, text]),
			answer.ending.kind,
			answer.to,
		])
		if (last.get(key) === told) return false
		last.set(key, told)
		return true
	})
}
