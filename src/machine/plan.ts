import type { CommandSpec } from '../flow/command.ts'
import { CONSULT, type FlowCommand } from '../flow/flow.ts'
import { RESULT, resultFacts } from '../flow/result.ts'
import { withPlaceholders } from '../flow/templates.ts'
import { knownAnswer, probeKey, withAnswer } from './answers.ts'
import { differentialOf, nextProbe, provenOf } from './consult.ts'
import { type Rules, stepOf, type Turn } from './rules.ts'
import type {
	Change,
	CommandOrder,
	CommandResult,
	KnownFacts,
	NamedFacts,
	PlannedCommand,
	WalkContext,
	WalkEmitted,
} from './types.ts'

type FactsByName = WalkContext['facts']
/** A command that is not left out. */
export type Runnable = Extract<PlannedCommand, { readonly kind: 'run' }>

/** The present step's commands as they would run with what is known now. Those before `from` stay as they are. */
export function planStep(rules: Rules, context: WalkContext, from = 0): readonly PlannedCommand[] {
	return commandsOf(rules, context).map((command, index) => {
		const planned = context.plan[index]
		return index < from && planned !== undefined ? planned : planCommand(rules, context, command, index)
	})
}

/** The step's commands; of the judge's own step, the probe that settles most. */
function commandsOf(rules: Rules, context: WalkContext): readonly FlowCommand[] {
	if (context.step !== CONSULT) return stepOf(rules.flow, context.step).run
	const [asked] = context.plan
	const probe = asked?.kind === 'run' && asked.probe !== undefined ? rules.flow.probes[asked.probe] : undefined
	const next = probe ?? nextProbe(rules, context, differentialOf(rules, context))
	return next === undefined ? [] : [next]
}

function planCommand(rules: Rules, context: WalkContext, command: FlowCommand, index: number): PlannedCommand {
	const before = context.plan[index]
	if (before?.kind === 'run' && before.edited) {
		const { result: _, ...edited } = before
		return edited
	}
	if (command.if !== undefined) {
		const judgement = rules.applies(command.if, context)
		if (judgement.value !== true) {
			const reason =
				judgement.value === false ? `only if ${command.if}` : (judgement.reason ?? `not known: ${command.if}`)
			return { kind: 'left-out', index, reason }
		}
	}
	const rendered = rules.command(command.command, context)
	if (!rendered.ok) return { kind: 'left-out', index, reason: rendered.reason }
	const user = command.as === undefined ? undefined : rules.text(command.as, context)
	if (command.as !== undefined && user === undefined) {
		return { kind: 'left-out', index, reason: `not known: the user ${withPlaceholders(command.as)}` }
	}
	const spec: CommandSpec = {
		text: rendered.text,
		effect: command.effect,
		privilege: command.privilege,
		timeoutMs: command.timeoutMs,
		interactive: command.interactive,
		...(user === undefined ? {} : { as: user }),
	}
	const undo = command.undo === undefined ? undefined : rules.command(command.undo, context)
	const planned: Runnable = {
		kind: 'run',
		index,
		spec,
		edited: false,
		parse: command.parse,
		key: probeKey(command),
		...(command.probe === undefined ? {} : { probe: command.probe }),
		...(undo?.ok ? { undo: undo.text } : {}),
	}
	const again = command.again || stepOf(rules.flow, context.step).retest
	const known =
		command.effect === 'read' ? knownAnswer(context, planned, argsOfAll(rules, context, planned), again) : undefined
	return known === undefined ? planned : { ...planned, known: true, result: known.result, readAt: known.readAt }
}

/** The command that runs, or would run next. */
export function nextCommand(context: WalkContext): Runnable | undefined {
	return context.plan
		.slice(context.cursor)
		.find((planned): planned is Runnable => planned.kind === 'run' && planned.result === undefined)
}

/** How the step's latest command ended; undefined when none of them ran. */
export function lastResult(context: WalkContext): CommandResult | undefined {
	return lastRun(context)?.result
}

/** The step's latest command that has ended, now or earlier. */
function lastRun({ plan, cursor }: WalkContext): Runnable | undefined {
	return plan
		.slice(0, cursor)
		.findLast((planned): planned is Runnable => planned.kind === 'run' && planned.result !== undefined)
}

/**
 * A command ended in a way that the step's remaining commands are not run after: not by itself, or it is a remedy that
 * failed, which those after it assume to have worked.
 */
export function halted(context: WalkContext): boolean {
	const last = lastRun(context)
	if (last?.result === undefined) return false
	const { ending } = last.result
	return ending.kind !== 'exited' || (last.spec.effect !== 'read' && ending.exitCode !== 0)
}

/** Plans what remains with the facts so far, and moves on to the next command that has to run. */
export function advance(rules: Rules, context: WalkContext): Turn {
	if (halted(context)) return { context: {}, emits: [] }
	const emits: WalkEmitted[] = []
	let now = context
	for (;;) {
		now = { ...now, plan: planStep(rules, now, now.cursor) }
		const planned = now.plan[now.cursor]
		if (planned === undefined) break
		if (planned.kind === 'left-out') {
			emits.push({ type: 'command.left-out', step: now.step, index: planned.index, reason: planned.reason })
		} else if (planned.result !== undefined) {
			emits.push({ type: 'command.known', step: now.step, index: planned.index, run: planned.result.run })
			// What it read is known since then, unless another probe has read it anew.
			now = { ...now, facts: withResult(now.facts, planned.result, planned.readAt ?? now.runs) }
		} else if (planned.spec.effect === 'read' && isProven(rules, now)) {
			const left: PlannedCommand = { kind: 'left-out', index: planned.index, reason: ENOUGH }
			now = { ...now, plan: now.plan.map((other) => (other === planned ? left : other)) }
			emits.push({ type: 'command.left-out', step: now.step, index: planned.index, reason: ENOUGH })
		} else break
		now = { ...now, cursor: now.cursor + 1 }
	}
	return { context: { plan: now.plan, facts: now.facts, cursor: now.cursor }, emits }
}

const ENOUGH = 'a cause is proven without it'

/**
 * A cause is proven already, so that the step's further probes add nothing. Asked again by hand, all of them run; and what
 * a remedy reads is for its own commands.
 */
function isProven(rules: Rules, context: WalkContext): boolean {
	const step = stepOf(rules.flow, context.step)
	const changes = step.run.some(({ effect }) => effect !== 'read')
	if (context.thorough !== 'no' || step.retest || changes || !step.branches.some(({ rule }) => rule.kind === 'proof'))
		return false
	return provenOf(rules, context, differentialOf(rules, context), []).length > 0
}

/**
 * The step from its first command again, every one of them. What they read is forgotten until they read it anew: one
 * that is left out this time has not seen the host as it is now. What the operator edited stays edited.
 */
export function restart(rules: Rules, context: WalkContext): Turn {
	const asked = context.plan.filter((planned): planned is Runnable => planned.kind === 'run')
	const keys = asked.map(({ key }) => key)
	const answers = without(context.answers, new Set(keys))
	const read = asked.flatMap(({ parse, readAt }) => parse.filter(({ as }) => context.facts[as]?.read === readAt))
	const names = read.map(({ as }) => as)
	const facts = without(context.facts, new Set([RESULT, ...names]))
	const thorough = context.thorough === 'walk' ? 'walk' : 'step'
	const fresh: WalkContext = { ...context, cursor: 0, decision: null, facts, answers, thorough }
	return {
		context: { cursor: 0, decision: null, facts, answers, thorough, plan: planStep(rules, fresh) },
		emits: [{ type: 'step.rerun', step: context.step, facts: names, answers: keys }],
	}
}

/** The probe that stopped the step because it did not end by itself: its output may be had another way. */
export function unanswered(context: WalkContext): Extract<PlannedCommand, { readonly kind: 'run' }> | undefined {
	const last = lastRun(context)
	if (last?.spec.effect !== 'read') return undefined
	return last.result?.ending.kind === 'exited' ? undefined : last
}

/** The unanswered probe is the next command again. */
export function reopen(context: WalkContext): Turn {
	const open = unanswered(context)
	if (open === undefined) return { context: {}, emits: [] }
	const { result: _, known: __, ...asked } = open
	return {
		context: {
			cursor: open.index,
			decision: null,
			facts: without(context.facts, new Set([RESULT])),
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
	return {
		run: runName(context, index),
		step: context.step,
		index,
		spec: planned?.spec ?? NOTHING,
		parse: (planned?.parse ?? []).map((rule) => ({
			parser: rule.parser,
			as: rule.as,
			args: argsOf(rules, context, rule.with),
		})),
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

/** What the command's parsers are told, each the arguments that are known. */
export function argsOfAll(rules: Rules, context: WalkContext, { parse }: Pick<Runnable, 'parse'>) {
	return parse.map((rule) => argsOf(rules, context, rule.with))
}

/** The command at the cursor ended. */
export function record(rules: Rules, context: WalkContext, result: CommandResult): Turn {
	const planned = nextCommand(context)
	if (planned === undefined) return { context: {}, emits: [] }
	const done: Runnable = { ...planned, result, readAt: context.runs }
	return {
		context: {
			...recorded(context, planned, argsOfAll(rules, context, planned), result),
			plan: context.plan.map((other) => (other === planned ? done : other)),
			cursor: planned.index + 1,
		},
		emits: [],
	}
}

/** What a walk remembers of the commands that ended. */
export type Memory = Pick<WalkContext, 'facts' | 'answers' | 'changes' | 'changedAt' | 'learned' | 'runs' | 'step'>

/**
 * What is known after a command: its facts replace those of the same names, unless it told none (it was denied, or is not
 * there), and a remedy that ran is remembered. After a change, what was read before is stale, and no answer stands.
 * `args`: what its parsers were given.
 */
export function recorded(before: Memory, planned: Runnable, args: unknown, result: CommandResult): Memory {
	const told = result.named.filter(({ name, facts }) => name === RESULT || Object.keys(facts).length > 0)
	const facts = withFacts(without(before.facts, new Set([RESULT])), { ...result, named: told }, before.runs)
	const { step, runs, changes, learned } = before
	if (planned.spec.effect !== 'read' && result.ending.kind !== 'not-started') {
		const changed = [...changes, changeBy(step, planned, result)]
		return { step, runs, facts, learned: learned + 1, changes: changed, changedAt: runs, answers: {} }
	}
	const answers = withAnswer(before.answers, planned, args, result, runs)
	return { ...before, facts, answers, learned: isNews(before.facts, facts) ? learned + 1 : learned }
}

function withFacts(facts: FactsByName, result: CommandResult, read: number): FactsByName {
	const now: Record<string, KnownFacts> = { ...facts }
	for (const named of result.named) now[named.name] = { ...named, read }
	return withResult(now, result, read)
}

function withResult(facts: FactsByName, result: CommandResult, read: number): FactsByName {
	return { ...facts, [RESULT]: { ...factsAbout(result), read } }
}

/** Did any fact get another value? */
function isNews(before: FactsByName, after: FactsByName): boolean {
	return Object.entries(after).some(
		([name, { facts }]) => name !== RESULT && JSON.stringify(before[name]?.facts) !== JSON.stringify(facts),
	)
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
	return {
		...turn,
		context: { ...turn.context, changes: [...context.changes, changeBy(context.step, planned, result)] },
	}
}

/** A remedy that ran, however it ended. */
export function changeBy(step: string, planned: Runnable, { run, ending }: CommandResult): Change {
	return {
		step,
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
export function without<T>(record: Readonly<Record<string, T>>, gone: ReadonlySet<string>): Record<string, T> {
	return Object.fromEntries(Object.entries(record).filter(([name]) => !gone.has(name)))
}
