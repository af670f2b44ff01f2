import type { Scope } from '../flow/conditions.ts'
import type { FlowCommand } from '../flow/flow.ts'
import { renderCommand, renderText, withPlaceholders } from '../flow/templates.ts'
import { givesOneOf, settlingMost } from '../machine/consult.ts'
import { differential } from '../machine/differential.ts'
import { evidenceOf } from '../machine/evidence.ts'
import type { Evidence, Standing } from '../machine/types.ts'
import { outputKinds } from '../subjects/output-kinds.ts'
import type { Segment } from '../subjects/segments.ts'
import type { OutputKind } from '../text/output-kind.ts'
import type { OutputLine } from '../text/parser.ts'
import { factsOfPaste, type Paste, type PastedFacts, pastedScope } from './explain-facts.ts'

/** What a paste comes to: the differential over what it tells, and what would settle the rest. */

export interface ExplainedLine {
	/** Its number in the paste, from 1. */
	readonly line: number
	readonly text: string
}

export interface Recognised {
	readonly kind: string
	/** As people call it. */
	readonly label: string
	/** First and last line. */
	readonly from: number
	readonly to: number
	readonly command?: string
	readonly unit?: string
}

/** A cause that what was pasted points to. A paste proves nothing: it was shown by a stranger, of an unknown time. */
interface LikelyCause {
	readonly id: string
	readonly title: string
	/** What it means here; the title where the values for the sentence are not known. */
	readonly say: string
	readonly why: string
	readonly evidence: readonly ExplainedLine[]
	/** Another cause of the answer explains it. */
	readonly symptomOf?: string
	/** Commands whose output would prove it or rule it out, the first one first. */
	readonly provedBy: readonly string[]
}

interface Saying {
	readonly say: string
	readonly evidence: readonly ExplainedLine[]
}

interface NextCommand {
	readonly command: string
	readonly root: boolean
}

export interface Explanation {
	/** `cause`: one is left. `likely`: several are. */
	readonly outcome: 'cause' | 'likely' | 'healthy' | 'undecided' | 'unrecognised'
	readonly recognised: readonly Recognised[]
	/** Likely causes, the one to look at first first; those that another one explains come last. */
	readonly causes: readonly LikelyCause[]
	/** What the outputs say for themselves, where that names no cause. */
	readonly findings: readonly Saying[]
	/** The command that would tell most; null where nothing is open. */
	readonly next: NextCommand | null
	/** The answer in a sentence or two, without the next command. */
	readonly said: string
	/** What the answer cannot vouch for. */
	readonly notes: readonly string[]
}

/** What is told, and as conditions read it: evaluated once. */
interface PasteRead extends PastedFacts {
	readonly scope: Scope
}

const MOST_EVIDENCE = 8
const MOST_FINDINGS = 4
const MOST_PROBES = 2

/** The answer to a paste. `lines`: as they were pasted. */
export function answerTo(paste: Paste, lines: readonly OutputLine[]): Explanation {
	const read = factsOfPaste(paste)
	const scope = pastedScope(paste, read.facts)
	const pasted: PasteRead = { ...read, scope }
	// Sentences say nothing of inputs that nobody gave.
	const known = Object.entries(paste.settings.inputs).filter(([name]) => paste.settings.known.has(name))
	const prose = { ...scope, inputs: Object.fromEntries(known) }
	const standings = differential(paste.flow, paste.evaluator, { scope, facts: pasted.facts, prose })
	const isOver =
		paste.flow.symptom !== undefined && paste.evaluator.condition(paste.flow.symptom, scope).value === false
	const torn = unitInDispute(paste)
	const holding = isOver || torn !== undefined ? [] : inOrder(paste, standings)
	const likely = holding.filter(({ isName }) => !isName)
	const leading = likely.filter(({ symptomOf }) => symptomOf === undefined)
	const names = holding
		.filter(({ isName }) => isName)
		.map(({ cause, say, evidence }) => ({ say: say ?? titleOf(paste, cause), evidence: quoted(lines, evidence) }))
	const findings = likely.length > 0 ? [] : [...names, ...findingsOf(paste, pasted, lines)].slice(0, MOST_FINDINGS)
	const health = holding.length > 0 || torn !== undefined ? undefined : soundness(paste)
	const isHealthy = health === true || (isOver && health !== false)
	const outcome = outcomeOf(leading.length, isHealthy)
	return {
		outcome,
		recognised: paste.segments.filter(({ within }) => within === undefined).map(recognisedAs),
		causes: likely.map((standing) => explained(paste, pasted, prose, standing, lines)),
		findings,
		next: outcome === 'healthy' ? null : nextCommand(paste, pasted, leading.length > 0 ? leading : standings),
		said: torn === undefined ? sentence(paste, outcome, leading, findings) : disagreement(torn),
		notes: notesOf(paste, outcome),
	}
}

function outcomeOf(causes: number, isHealthy: boolean): Explanation['outcome'] {
	if (causes > 0) return causes === 1 ? 'cause' : 'likely'
	return isHealthy ? 'healthy' : 'undecided'
}

interface Leading extends Standing {
	readonly symptomOf?: string
	/** It only names what is seen: which of the causes that would explain it is the one, the paste leaves open. */
	readonly isName: boolean
}

/** So many open explanations, and a cause says no more than what is seen. */
const MANY = 3

/** The causes that hold, as far as the paste tells: those that another one explains come behind it. */
function inOrder({ flow }: Paste, standings: readonly Standing[]): readonly Leading[] {
	const states = new Map(standings.map(({ cause, state }) => [cause, state]))
	const isLikely = (id: string): boolean => states.get(id) === 'likely' || states.get(id) === 'proven'
	const holding = standings.filter(({ cause }) => isLikely(cause))
	const yieldsOf = (id: string): readonly string[] => flow.causes[id]?.yields ?? []
	/** Yields make no circle: a flow that has one is refused. */
	const isName = (id: string): boolean => {
		const deeper = yieldsOf(id).filter(isLikely)
		if (deeper.length > 0) return deeper.every(isName)
		const open = yieldsOf(id).filter((one) => states.get(one) === 'open')
		return open.length >= MANY && open.length * 2 > yieldsOf(id).length
	}
	const led = holding.map((standing): Leading => {
		const deeper = yieldsOf(standing.cause).find((id) => isLikely(id) && !isName(id))
		const own = { ...standing, isName: isName(standing.cause) }
		return deeper === undefined ? own : { ...own, symptomOf: deeper }
	})
	const rank = ({ symptomOf }: Leading): number => (symptomOf === undefined ? 0 : 1)
	return led.toSorted((one, other) => rank(one) - rank(other))
}

function titleOf({ flow }: Paste, id: string): string {
	return `${flow.causes[id]?.title ?? id}.`
}

function explained(
	paste: Paste,
	pasted: PasteRead,
	prose: Scope,
	{ cause: id, say, evidence, missing, symptomOf }: Leading,
	lines: readonly OutputLine[],
): LikelyCause {
	const cause = paste.flow.causes[id]
	const title = cause?.title ?? id
	return {
		id,
		title,
		say: say ?? `${title}.`,
		why: renderText(cause?.why ?? '', prose, paste.evaluator) ?? '',
		evidence: quoted(lines, evidence),
		...(symptomOf === undefined ? {} : { symptomOf }),
		provedBy: probesFor(paste, pasted, missing).map((probe) => shown(paste, pasted, probe).command),
	}
}

/** Commands of the flow that give one of these facts and that the paste has no output of: the cheapest first. */
function probesFor(paste: Paste, pasted: PasteRead, missing: readonly string[]): readonly FlowCommand[] {
	return Object.values(paste.flow.probes)
		.filter((probe) => givesOneOf(probe, missing) && canBeAsked(paste, pasted, probe))
		.toSorted((one, other) => one.cost - other.cost)
		.slice(0, MOST_PROBES)
}

/** The command that settles most of what is open for its cost. */
function nextCommand(paste: Paste, pasted: PasteRead, standings: readonly Standing[]): NextCommand | null {
	const probe = settlingMost(paste.flow.probes, standings, (one) => (canBeAsked(paste, pasted, one) ? [] : undefined))
	return probe === undefined ? null : shown(paste, pasted, probe)
}

/** It is not answered yet, and what it is made of is known. */
function canBeAsked(paste: Paste, { scope, from }: PasteRead, { if: condition, command, parse }: FlowCommand): boolean {
	if (parse.some(({ as }) => Object.hasOwn(from, as))) return false
	if (condition !== undefined && paste.evaluator.condition(condition, scope).value !== true) return false
	return renderCommand(command, scope, paste.evaluator).ok
}

function shown(paste: Paste, { scope }: PasteRead, { command, privilege }: FlowCommand): NextCommand {
	const rendered = renderCommand(command, scope, paste.evaluator)
	return { command: rendered.ok ? rendered.text : withPlaceholders(command), root: privilege === 'root' }
}

/**
 * What the outputs say for themselves: the sentences of the tree's branches that hold on what was pasted. Each of them
 * claims what its own condition tested, so it is true wherever in the tree it stands.
 */
function findingsOf(paste: Paste, { facts, scope }: PasteRead, lines: readonly OutputLine[]): readonly Saying[] {
	const { flow, evaluator } = paste
	const found = new Map<string, Saying & { readonly particular: boolean }>()
	for (const step of Object.values(flow.steps)) {
		if (step.retest || step.run.some(({ effect }) => effect !== 'read')) continue
		for (const { rule, say, evidence } of step.branches) {
			if (rule.kind !== 'when') continue
			const { value, deciding } = evaluator.condition(rule.condition, scope)
			if (value !== true) continue
			const text = renderText(say, scope, evaluator)
			const proof = quoted(lines, evidenceOf(facts, [...deciding, ...evidence], evaluator, scope))
			if (text !== undefined && text !== '' && proof.length > 0 && !found.has(text))
				found.set(text, { say: text, evidence: proof, particular: say.includes('{{') })
			break
		}
	}
	// A sentence without a value of this host was written for a walk, which has seen more.
	const particular = [...found.values()].filter((one) => one.particular)
	const told = particular.length > 0 ? particular : [...found.values()]
	return told.slice(0, MOST_FINDINGS).map(({ say, evidence }) => ({ say, evidence }))
}

/** Whether what was pasted looks healthy: something does, and nothing looks otherwise. Undefined when it does not tell. */
function soundness({ segments, parsers }: Paste): boolean | undefined {
	const verdicts = lastOnes(segments).flatMap(({ kind, lines, parsers: readers }) => [
		...(readers.length === 0 ? [kind.isSound?.({}, '')] : []),
		...readers.map((name) => {
			const facts = parsers.get(name)?.parse({ lines, exitCode: null, args: {} }).facts
			return facts === undefined ? undefined : soundnessOf(kind, name)?.(facts, name)
		}),
	])
	if (verdicts.includes(false)) return false
	return verdicts.includes(true) ? true : undefined
}

/** Of two outputs of one command the last one counts. */
function lastOnes(segments: readonly Segment[]): readonly Segment[] {
	return [
		...new Map(
			segments.map((one) => [
				[one.kind.name, one.about.unit, one.about.path, one.about.url, one.within].join(' '),
				one,
			]),
		).values(),
	]
}

/** A unit that one output shows in good health and another one does not: they are of different moments, or hosts. */
function unitInDispute({ segments, parsers }: Paste): string | undefined {
	const verdicts = new Map<string, Set<boolean>>()
	for (const { kind, about, lines, within } of lastOnes(segments)) {
		const [own] = kind.parsers
		const unit = about.unit?.replace(/\.service$/, '')
		if (within !== undefined || unit === undefined || own === undefined) continue
		const facts = parsers.get(own)?.parse({ lines, exitCode: null, args: {} }).facts
		const verdict = facts === undefined ? undefined : kind.isSound?.(facts, own)
		if (verdict !== undefined) verdicts.set(unit, (verdicts.get(unit) ?? new Set()).add(verdict))
	}
	return [...verdicts].find(([, found]) => found.size > 1)?.[0]
}

function disagreement(unit: string): string {
	return `The outputs do not agree on ${unit}: they are of different moments, or of different hosts. What it is now, only a new look tells.`
}

/** How the facts of a parser are judged: by the output itself, else by the one that the parser is of. */
function soundnessOf(kind: OutputKind, parser: string): OutputKind['isSound'] {
	if (kind.parsers.includes(parser)) return kind.isSound
	return [...outputKinds.values()].find(({ parsers }) => parsers.includes(parser))?.isSound
}

function recognisedAs({ kind, lines, command, about }: Segment): Recognised {
	return {
		kind: kind.name,
		label: kind.label,
		from: lines[0]?.number ?? 0,
		to: lines.at(-1)?.number ?? 0,
		...(command === undefined ? {} : { command }),
		...(about.unit === undefined ? {} : { unit: about.unit }),
	}
}

/** The lines as they stand in the paste, each once, in its order. */
function quoted(lines: readonly OutputLine[], evidence: readonly Evidence[]): readonly ExplainedLine[] {
	const numbers = [...new Set(evidence.map(({ line }) => line))].slice(0, MOST_EVIDENCE).toSorted((a, b) => a - b)
	const byNumber = new Map(lines.map(({ number, text }) => [number, text]))
	return numbers.map((line) => ({ line, text: (byNumber.get(line) ?? '').slice(0, 500) }))
}

function sentence(
	{ flow, segments }: Paste,
	outcome: Explanation['outcome'],
	leading: readonly Leading[],
	findings: readonly Saying[],
): string {
	const titles = leading.map(({ cause }) => flow.causes[cause]?.title ?? cause)
	switch (outcome) {
		case 'cause':
			return `Likely: ${titles[0]}. ${leading[0]?.say ?? ''}`.trim()
		case 'likely':
			return `Likely, in this order: ${titles.join('; ')}.`
		case 'healthy':
			return 'Nothing in what was pasted is wrong.'
		default: {
			const labels = [...new Set(segments.map(({ kind }) => kind.label))].slice(0, MOST_FINDINGS)
			return findings[0]?.say ?? `This is ${labels.join(', ')}, and alone it does not decide.`
		}
	}
}

function notesOf({ segments, settings }: Paste, outcome: Explanation['outcome']): readonly string[] {
	const notes: string[] = []
	if (segments.some(({ kind }) => kind.joins === 'below-one-prompt'))
		notes.push('How old the log lines are could not be checked: a paste has no clock.')
	if (outcome === 'cause' || outcome === 'likely')
		notes.push('A paste proves nothing of the host as it is now: what is named is likely, not proven.')
	const given = Object.keys(settings.facts)
	if (given.length > 0) notes.push(`Given by hand, not read: ${given.join(', ')}.`)
	return notes
}
