import type { CommandEnding } from '../flow/command.ts'
import { withPlaceholders } from '../flow/templates.ts'
import { nextCommand } from '../machine/plan.ts'
import type { PlannedCommand } from '../machine/types.ts'
import { typedByHand } from './by-hand.ts'
import { badges, endingWords } from './copy.ts'
import type { CommandModel, CommandState, OutputModel } from './model.ts'
import type { WalkView } from './walk-view.ts'

/** The commands of the present step, as planned or run. */
export function commandModels(view: WalkView, plan: readonly PlannedCommand[]): readonly CommandModel[] {
	return plan.map((planned) => (planned.kind === 'run' ? runModel(view, planned) : leftOut(view, planned)))
}

function leftOut(
	{ flow, context }: WalkView,
	{ index, reason }: Extract<PlannedCommand, { kind: 'left-out' }>,
): CommandModel {
	const command = flow.steps[context.step]?.run[index]
	return {
		text: withPlaceholders(command?.command ?? ''),
		badge: badges[command?.effect ?? 'read'],
		root: command?.privilege === 'root',
		edited: false,
		state: 'left-out',
		words: `left out: ${reason}`,
		timeoutMs: command?.timeoutMs ?? 0,
	}
}

function runModel(view: WalkView, planned: Extract<PlannedCommand, { kind: 'run' }>): CommandModel {
	const { spec, result } = planned
	const state = stateOf(view, planned)
	return {
		text: spec.text,
		...(view.byHand ? { typed: typedByHand(spec) } : {}),
		badge: badges[spec.effect],
		root: spec.privilege === 'root',
		edited: planned.edited,
		state,
		words: result ? endingWords(result.ending) : '',
		timeoutMs: spec.timeoutMs,
		...(state === 'running' && view.runningSince !== undefined ? { since: view.runningSince } : {}),
	}
}

function stateOf(
	{ phase, context }: WalkView,
	{ index, result }: Extract<PlannedCommand, { kind: 'run' }>,
): CommandState {
	const current = nextCommand(context)?.index === index
	if (current && phase === 'running') return 'running'
	if (current && phase === 'confirming') return 'asked'
	if (result) return endedState(result.ending)
	return current && phase === 'ready' ? 'next' : 'waiting'
}

function endedState(ending: CommandEnding): CommandState {
	if (ending.kind !== 'exited') return 'stopped'
	return ending.exitCode === 0 || (ending.exitCode === null && ending.signal === null) ? 'ok' : 'failed'
}

/** The outputs that can be looked at: of every command of the step that was started. */
export function outputsOf(view: WalkView, plan: readonly PlannedCommand[]): readonly OutputModel[] {
	const evidence = view.phase === 'deciding' ? (view.context.decision?.evidence ?? []) : []
	return plan.flatMap((planned) => {
		if (planned.kind !== 'run') return []
		const running = stateOf(view, planned) === 'running'
		const run = running ? runningRun(view, planned.index) : planned.result?.run
		if (run === undefined) return []
		const lines = evidence.filter((line) => line.run === run).map((line) => line.line)
		return [{ run, command: planned.spec.text, running, evidence: [...new Set(lines)].sort((a, b) => a - b) }]
	})
}

/** As the machine names the run that it has just started. */
function runningRun({ context }: WalkView, index: number): string {
	return `${context.step}/${index}/${context.runs}`
}

/** What runs; else the one that the first line of evidence is from; else the last one. */
export function shownOutput(outputs: readonly OutputModel[], { context }: WalkView): number {
	const running = outputs.findIndex((output) => output.running)
	if (running >= 0) return running
	for (const { run } of context.decision?.evidence ?? []) {
		const proving = outputs.findIndex((output) => output.run === run)
		if (proving >= 0) return proving
	}
	return Math.max(0, outputs.length - 1)
}
