import type { CommandSpec } from '../flow/command.ts'
import type { FlowCommand } from '../flow/flow.ts'
import { RESULT, resultFacts } from '../flow/result.ts'
import { type Rules, stepOf, type Turn } from './rules.ts'
import type {
	Change,
	CommandOrder,
	CommandResult,
	NamedFacts,
	PlannedCommand,
	WalkContext,
	WalkEmitted,
} from './types.ts'

type FactsByName = WalkContext['facts']
type Runnable = Extract<PlannedCommand, { readonly kind: 'run' }>

/** The present step's commands as they would run with what is known now. Those before `from` stay as they are. */
export function planStep(rules: Rules, context: WalkContext, from = 0): readonly PlannedCommand[] {
	return stepOf(rules.flow, context.step).run.map((command, index) => {
		const planned = context.plan[index]
		return index < from && planned !== undefined ? planned : planCommand(rules, context, command, index)
	})
}

function planCommand(rules: Rules, context: WalkContext, command: FlowCommand, index: number): PlannedCommand {
	const before = context.plan[index]
	if (before?.kind === 'run' && before.edited) {
		const { result: _, ...edited } = before
		return edited
	}
	if (command.if !== undefined) {
		const judgement = rules.condition(command.if, context)
		if (judgement.value !== true) {
			const reason =
				judgement.value === false ? `only if ${command.if}` : (judgement.reason ?? `not known: ${command.if}`)
			return { kind: 'left-out', index, reason }
		}
	}
	const rendered = rules.command(command.command, context)
	if (!rendered.ok) return { kind: 'left-out', index, reason: rendered.reason }
	const spec: CommandSpec = {
		text: rendered.text,
		effect: command.effect,
		privilege: command.privilege,
		timeoutMs: command.timeoutMs,
		interactive: command.interactive,
	}
	const undo = command.undo === undefined ? undefined : rules.command(command.undo, context)
	return { kind: 'run', index, spec, edited: false, ...(undo?.ok ? { undo: undo.text } : {}) }
}

/** The command that runs, or would run next. */
export function nextCommand(context: WalkContext): Runnable | undefined {
	return context.plan
		.slice(context.cursor)
		.find((planned): planned is Runnable => planned.kind === 'run' && planned.result === undefined)
}

/** How the step's latest command ended; undefined when none of them ran. */
export function lastResult(context: WalkContext): CommandResult | undefined {
	const last = context.plan.findLast((planned) => planned.kind === 'run' && planned.result !== undefined)
	return last?.kind === 'run' ? last.result : undefined
}

/**
 * A command ended in a way that the step's remaining commands are not run after: not by itself, or it is a remedy that
 * failed, which those after it assume to have worked.
 */
export function halted(context: WalkContext): boolean {
	const last = context.plan.findLast((planned) => planned.kind === 'run' && planned.result !== undefined)
	if (last?.kind !== 'run' || last.result === undefined) return false
	const { ending } = last.result
	return ending.kind !== 'exited' || (last.spec.effect !== 'read' && ending.exitCode !== 0)
}

/** Plans what remains with the facts so far, and moves on to the next command that can run. */
export function advance(rules: Rules, context: WalkContext): Turn {
	if (halted(context)) return { context: {}, emits: [] }
	const emits: WalkEmitted[] = []
	let now = context
	for (;;) {
		now = { ...now, plan: planStep(rules, now, now.cursor) }
		const planned = now.plan[now.cursor]
		if (planned?.kind !== 'left-out') break
		emits.push({ type: 'command.left-out', step: now.step, index: planned.index, reason: planned.reason })
		now = { ...now, facts: forgetOutdated(now, planned.index), cursor: now.cursor + 1 }
	}
	return { context: { plan: now.plan, facts: now.facts, cursor: now.cursor }, emits }
}

/** Facts without those that a left-out command read on an earlier visit: they describe the host as it was then. */
function forgetOutdated(context: WalkContext, index: number): FactsByName {
	const before = context.visited[context.step]?.plan[index]
	if (before?.kind !== 'run' || before.result === undefined) return context.facts
	const outdated = before.result.named.filter((named) => {
		const present = context.facts[named.name]
		return present !== undefined && JSON.stringify(present) === JSON.stringify(named)
	})
	return without(
		context.facts,
		outdated.map((named) => named.name),
	)
}

/** The step from its first command again. What the operator edited stays edited. */
export function restart(rules: Rules, context: WalkContext): Turn {
	const fresh = { ...context, cursor: 0, decision: null, facts: without(context.facts, [RESULT]) }
	return {
		context: { cursor: 0, decision: null, facts: fresh.facts, plan: planStep(rules, fresh) },
		emits: [],
	}
}

/** The probe that stopped the step because it did not end by itself: its output may be had another way. */
export function unanswered(context: WalkContext): Extract<PlannedCommand, { readonly kind: 'run' }> | undefined {
	const last = context.plan.findLast((planned) => planned.kind === 'run' && planned.result !== undefined)
	if (last?.kind !== 'run' || last.spec.effect !== 'read') return undefined
	return last.result?.ending.kind === 'exited' ? undefined : last
}

/** The unanswered probe is the next command again. */
export function reopen(context: WalkContext): Turn {
	const open = unanswered(context)
	if (open === undefined) return { context: {}, emits: [] }
	const { result: _, ...asked } = open
	return {
		context: {
			cursor: open.index,
			decision: null,
			facts: without(context.facts, [RESULT]),
			plan: context.plan.map((planned) => (planned === open ? asked : planned)),
		},
		emits: [],
	}
}

/** The next command is about to start: it gets a run of its own. */
export function start(context: WalkContext): Turn {
	return { context: { runs: context.runs + 1 }, emits: [] }
}

/** What the command actor is given for the command at the cursor. */
export function orderOf(rules: Rules, context: WalkContext, pasted?: string): CommandOrder {
	const planned = nextCommand(context)
	const index = planned?.index ?? context.cursor
	const parse = stepOf(rules.flow, context.step).run[index]?.parse ?? []
	return {
		run: runName(context, index),
		step: context.step,
		index,
		spec: planned?.spec ?? NOTHING,
		parse: parse.map((rule) => ({ parser: rule.parser, as: rule.as, args: argsOf(rules, context, rule.with) })),
		...(pasted === undefined ? {} : { pasted }),
	}
}

/** Never ordered: the machine enters `running` with a command only. */
const NOTHING: CommandSpec = { text: ':', effect: 'read', privilege: 'user', timeoutMs: 1000, interactive: false }

function runName(context: WalkContext, index: number): string {
	return `${context.step}/${index}/${context.runs}`
}

function argsOf(rules: Rules, context: WalkContext, args: Readonly<Record<string, string>>) {
	const known: Record<string, NamedFacts['facts'][string]> = {}
	for (const [name, cel] of Object.entries(args)) {
		const evaluated = rules.value(cel, context)
		if (evaluated.ok) known[name] = evaluated.value
	}
	return known
}

/** The command at the cursor ended: its facts replace those of the same names, and a remedy that ran is remembered. */
export function record(rules: Rules, context: WalkContext, result: CommandResult): Turn {
	const planned = nextCommand(context)
	if (planned === undefined) return { context: {}, emits: [] }
	const ending = result.ending
	const parse = stepOf(rules.flow, context.step).run[planned.index]?.parse ?? []
	const facts: Record<string, NamedFacts> = { ...without(context.facts, [RESULT, ...parse.map((rule) => rule.as)]) }
	for (const named of result.named) facts[named.name] = named
	facts[RESULT] = factsAbout(result)
	const changed = planned.spec.effect !== 'read' && ending.kind !== 'not-started'
	return {
		context: {
			plan: context.plan.map((other) => (other === planned ? { ...planned, result } : other)),
			cursor: planned.index + 1,
			facts,
			changes: changed ? [...context.changes, changeBy(context, planned, result)] : context.changes,
		},
		emits: [],
	}
}

/** The facts named `result`: as the command actor tells them, or from the ending alone when it was not heard. */
export function factsAbout({ named, ending }: CommandResult): NamedFacts {
	const told = named.find((facts) => facts.name === RESULT)
	return told ?? { name: RESULT, parser: RESULT, facts: resultFacts(ending, []).facts, evidence: {} }
}

/** The operator cancelled the command. Its duration is the actor's to know: the journal has it. */
export function recordCancelled(rules: Rules, context: WalkContext): Turn {
	return record(rules, context, unheard(context, { kind: 'cancelled', durationMs: 0 }))
}

/** The command actor broke down: a defect. Whether the command ran is unknown, so a remedy counts as a change. */
export function recordFailure(rules: Rules, context: WalkContext, reason: string): Turn {
	const result = unheard(context, { kind: 'not-started', reason, durationMs: 0 })
	const turn = record(rules, context, result)
	const planned = nextCommand(context)
	if (planned === undefined || planned.spec.effect === 'read') return turn
	return { ...turn, context: { ...turn.context, changes: [...context.changes, changeBy(context, planned, result)] } }
}

function changeBy(context: WalkContext, planned: Runnable, { run, ending }: CommandResult): Change {
	return {
		step: context.step,
		run,
		command: planned.spec.text,
		ending: ending.kind,
		exitCode: ending.kind === 'exited' ? ending.exitCode : null,
		...(planned.undo === undefined ? {} : { undo: planned.undo }),
	}
}

function unheard(context: WalkContext, ending: CommandResult['ending']): CommandResult {
	return { run: runName(context, nextCommand(context)?.index ?? 0), ending, lines: 0, named: [] }
}

/** Replaces the next command's text. What was written by hand may change the host, and is not undone by the flow's words. */
export function edit(context: WalkContext, text: string): Turn {
	const planned = nextCommand(context)
	if (planned === undefined || planned.spec.text === text) return { context: {}, emits: [] }
	const { undo: _, ...kept } = planned
	const effect = planned.spec.effect === 'read' ? 'change' : planned.spec.effect
	const edited: Runnable = { ...kept, spec: { ...planned.spec, text, effect }, edited: true }
	return { context: { plan: context.plan.map((other) => (other === planned ? edited : other)) }, emits: [] }
}

/** The record without those names. */
export function without(facts: FactsByName, names: readonly string[]): FactsByName {
	const gone = new Set(names)
	return Object.fromEntries(Object.entries(facts).filter(([name]) => !gone.has(name)))
}
