import type { CommandEnding } from '../flow/command.ts'
import { RESULT } from '../flow/result.ts'
import { REDACTED } from '../journal/secret-values.ts'
import type { Journal } from '../journal/writer.ts'
import type { CommandOrder, CommandResult, PlannedCommand } from '../machine/types.ts'
import { readPastedOutput } from '../subjects/pasted-output.ts'
import type { OutputStore } from '../target/output-store.ts'
import type { Target } from '../target/target.ts'
import type { Parser } from '../text/parser.ts'
import { EVIDENCE_LENGTH, readFacts } from './read-facts.ts'
import { takeOutput } from './take-output.ts'

export interface RunnerOptions {
	readonly target: Target
	readonly parsers: ReadonlyMap<string, Parser>
	readonly journal: Journal
	readonly output: OutputStore
	/** The order's command as it stands in the plan, with what only the plan knows. */
	readonly planned: (order: CommandOrder) => PlannedCommand | undefined
	/** Changes that were refused because nothing could be recorded: a second yes runs them all the same. */
	readonly refused: Set<string>
	/** Told of a command's begin (true) and of its end (false). */
	readonly running: (run: string, runs: boolean) => void
}

/**
 * Runs one ordered command and journals it. Resolves for every ending, after everything is written; rejects only on a
 * defect. Aborting `signal` cancels the command; what it printed until then is kept.
 */
export async function runOrder(
	options: RunnerOptions,
	order: CommandOrder,
	signal: AbortSignal,
): Promise<CommandResult> {
	options.running(order.run, true)
	try {
		return await runAndRead(options, order, signal)
	} finally {
		options.output.end(order.run)
		options.running(order.run, false)
	}
}

async function runAndRead(options: RunnerOptions, order: CommandOrder, signal: AbortSignal): Promise<CommandResult> {
	const { journal, output, parsers } = options
	const { run, step, spec, pasted } = order
	journalStart(options, order)
	output.begin(run)

	const intake = takeOutput(run, { journal, output })
	const onOutput = intake.take

	let ending: CommandEnding
	const unrecorded = unrecordedChange(options, order)
	if (pasted !== undefined) {
		onOutput({ stream: 'stdout', text: pasted, offsetMs: 0 })
		ending = { kind: 'exited', exitCode: null, signal: null, durationMs: 0, heldOpen: false }
	} else if (unrecorded !== undefined) {
		ending = { kind: 'not-started', reason: unrecorded, durationMs: 0 }
	} else if (spec.text.includes(REDACTED) && !options.target.recorded) {
		// Taken from a journal: the secret itself is not in it.
		ending = { kind: 'not-started', reason: MASKED, durationMs: 0 }
	} else {
		ending = await options.target.run(spec, { signal, onOutput })
	}
	const { lines, count } = intake.end(ending.durationMs)
	const paste = pasted === undefined ? undefined : readPastedOutput(lines, parsersOf(order))
	if (paste?.kind === 'other')
		ending = { kind: 'not-started', reason: notItsOutput(paste.looksLike), durationMs: 0, byHand: true }

	const { named, defects } = readFacts(order, ending, lines, {
		parsers,
		...(paste?.kind === 'output' ? { linesFor: paste.linesFor } : {}),
		shorten: (text) => `${journal.redactor.text(text).slice(0, EVIDENCE_LENGTH - 1)}…`,
	})
	for (const text of defects) journal.append({ type: 'note', step, text })
	for (const facts of named) journal.append({ type: 'facts', run, named: facts })
	journal.append({ type: 'command.ended', run, ending, lines: count })
	if (spec.effect !== 'read') journal.sync()
	return { run, ending, lines: count, named }
}

function parsersOf({ parse }: CommandOrder): readonly string[] {
	return parse.flatMap(({ parser }) => (parser === RESULT ? [] : [parser]))
}

/**
 * Why a change is not made: nothing can be written about it. One sentence, once for each change; who says yes again wants
 * it unrecorded.
 */
function unrecordedChange({ journal, refused }: RunnerOptions, { step, spec }: CommandOrder): string | undefined {
	const warning = journal.warning()
	if (spec.effect === 'read' || warning === undefined) return undefined
	const change = `${step}\n${spec.text}`
	if (refused.has(change)) return undefined
	refused.add(change)
	return `Nothing was changed, because nothing can be recorded: mend that, or run it again and say yes to make this change unrecorded. ${warning}`
}

const MASKED =
	'This command holds a secret that the journal does not keep: run the step again that tells it, or write the command over.'

function notItsOutput(looksLike: string): string {
	return `What was pasted looks like ${looksLike}, not like the output of this command: paste that one, or choose a branch yourself.`
}

function journalStart({ journal, planned }: RunnerOptions, order: CommandOrder): void {
	const { spec } = order
	const found = planned(order)
	const plan = found?.kind === 'run' ? found : undefined
	journal.append({
		type: 'command.started',
		run: order.run,
		step: order.step,
		index: order.index,
		command: spec.text,
		effect: spec.effect,
		privilege: spec.privilege,
		timeoutMs: spec.timeoutMs,
		pasted: order.pasted !== undefined,
		key: plan?.key ?? spec.text,
		parse: order.parse,
		...(spec.as === undefined ? {} : { as: spec.as }),
		...(plan?.probe === undefined ? {} : { probe: plan.probe }),
		...(plan?.undo === undefined ? {} : { undo: plan.undo }),
		...(plan?.edited === true ? { edited: true } : {}),
		...(spec.interactive ? { interactive: true } : {}),
	})
	// Whoever resumes after a crash must know that the host may have changed.
	if (spec.effect !== 'read') journal.sync()
}
