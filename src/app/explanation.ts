import { parsers } from '../facts/catalogue.ts'
import { type OutputKind, outputKinds } from '../facts/output-kinds.ts'
import type { OutputLine, Parsed } from '../facts/parser.ts'
import type { Segment } from '../facts/recognise.ts'
import { type Soundness, soundnessOf } from '../facts/soundness.ts'
import { renderCommand, renderText, withPlaceholders } from '../flow/templates.ts'
import { type Paste, scopeOf } from './pasted-facts.ts'
import type { Next, PastedWalk } from './pasted-walk.ts'

/** What a paste comes to: the answer out of its outputs and of the walks over them. */

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

export interface NextCommand {
	readonly command: string
	readonly step: string
	readonly root: boolean
	/** False: it can change the host. */
	readonly reads: boolean
}

export interface Explanation {
	readonly outcome: 'cause' | 'healthy' | 'undecided' | 'unrecognised'
	readonly recognised: readonly Recognised[]
	/** The last step of the flow that the text decided; the one that was asked for; null. */
	readonly step: string | null
	/** The last thing that was found, one sentence; all of them in `findings`. */
	readonly finding: string | null
	readonly findings: readonly string[]
	readonly cause: { readonly id: string; readonly title: string; readonly why: string } | null
	readonly evidence: readonly ExplainedLine[]
	readonly next: NextCommand | null
	/** The answer in a sentence or two, without the next command. */
	readonly said: string
	/** What the answer cannot vouch for. */
	readonly notes: readonly string[]
}

/** One output with what it says of itself, whatever the flow makes of it. */
export interface Told {
	readonly segment: Segment
	/** By the parser's name, read without the flow's arguments. */
	readonly read: Readonly<Record<string, Parsed>>
	readonly soundness: Soundness | undefined
}

const MOST_EVIDENCE = 8
const LOGS: ReadonlySet<OutputKind> = new Set([
	'nginx-error-log',
	'gunicorn-journal',
	'gunicorn-log',
	'nginx-journal',
	'nginx-access-log',
	'kernel-log',
])

/** Reads an output by itself. */
export function tell(segment: Segment): Told {
	const read: Record<string, Parsed> = {}
	for (const name of segment.parsers) {
		const parsed = parsers.get(name)?.parse({ lines: segment.lines, exitCode: null, args: {} })
		if (parsed !== undefined) read[name] = parsed
	}
	const found = Object.entries(read).flatMap(([name, { facts }]) => soundnessOf(name, facts) ?? [])
	const [own] = found
	const soundness = own?.sound === true && endsInTrouble(segment) ? CUT_OFF : own
	return { segment, read, soundness }
}

const CUT_OFF: Soundness = { sound: false, say: 'The log breaks off in the middle of a failure.', facts: [] }

/** A log that was cut off in the middle of a failure tells of no failure, and yet it is not sound. */
function endsInTrouble({ parsers: readers, lines }: Segment): boolean {
	if (!readers.includes('gunicorn-journal')) return false
	const started = lines.findLastIndex(({ text }) => text.includes('Listening at: '))
	return lines.slice(started + 1).some(({ text }) => /\[(?:ERROR|CRITICAL)\]|Traceback \(most recent/.test(text))
}

/** The answer. The first walk is the one that leads; a later one only adds the cause that the first one stopped before. */
export function concluded(
	paste: Paste,
	lines: readonly OutputLine[],
	told: readonly Told[],
	walks: readonly PastedWalk[],
): Explanation {
	const { flow } = paste
	const present = told.filter((one, index) => !told.slice(index + 1).some((later) => keyOf(later) === keyOf(one)))
	const quarrel = disagreement(present) ?? passedOver(present, walks)
	const named = [...new Set(walks.flatMap(({ end }) => (end.kind === 'cause' ? [end.cause] : [])))]
	const cause = quarrel === undefined && named.length === 1 ? flow.causes[named[0] ?? ''] : undefined
	const walk = (cause === undefined ? undefined : walks.find(({ end }) => end.kind === 'cause')) ?? walks[0]
	const end = walk?.end
	const faults = present.filter(({ soundness }) => soundness?.sound === false)
	const faulty = faults.find(({ segment }) => !walks[0]?.decisive.includes(segment)) ?? faults[0]
	const sound = present.find(({ soundness }) => soundness?.sound === true)
	const unharmed = named.length === 0 && quarrel === undefined && faulty === undefined
	const healthy = unharmed && (end?.kind === 'healthy' || sound !== undefined)
	const outcome = cause !== undefined ? 'cause' : healthy ? 'healthy' : 'undecided'
	// What a healthy output leads to is the search for a fault elsewhere, not a finding.
	const own = outcome === 'healthy' ? sound : (faulty ?? sound)
	const found =
		outcome === 'healthy' && end?.kind !== 'healthy' ? [] : [...(walk?.findings ?? []), ...beside(walk, walks, faulty)]
	const says = found.flatMap(({ say }) => say ?? [])
	const findings = says.length > 0 ? says : own?.soundness === undefined ? [] : [own.soundness.say]
	const evidence = found.length > 0 ? found.flatMap((one) => one.evidence.map(({ line }) => line)) : linesOf(own)
	return {
		outcome,
		recognised: told.filter(({ segment }) => segment.within === undefined).map(({ segment }) => recognisedAs(segment)),
		step: walk?.steps.at(-1) ?? null,
		finding: findings.at(-1) ?? null,
		findings,
		cause: cause === undefined ? null : { id: cause.id, title: cause.title, why: prose(paste, walk, cause.why) },
		evidence: quoted(lines, evidence),
		next: outcome === 'cause' || end?.kind === 'healthy' ? null : nextCommand(paste, farthest(walks, faulty)),
		said: saidOf(outcome, findings.at(-1), {
			quarrel,
			cause: cause?.title,
			causes: named.map((id) => flow.causes[id]?.title ?? id),
			question: end?.kind === 'open' ? end.question : undefined,
		}),
		notes: notesOf(told, walks),
	}
}

/** What a later walk found in an output that shows a fault, when no cause is named. */
function beside(
	walk: PastedWalk | undefined,
	walks: readonly PastedWalk[],
	faulty: Told | undefined,
): PastedWalk['findings'] {
	if (walk === undefined || walk.end.kind === 'cause' || walk !== walks[0]) return []
	const other = farthest(walks, faulty)
	return other === undefined || other === walk ? [] : other.findings
}

function farthest(walks: readonly PastedWalk[], faulty: Told | undefined): PastedWalk | undefined {
	const further = walks.slice(1).find(({ decisive }) => faulty !== undefined && decisive.includes(faulty.segment))
	return further ?? walks[0]
}

function saidOf(
	outcome: Explanation['outcome'],
	finding: string | undefined,
	about: {
		readonly quarrel: string | undefined
		readonly cause: string | undefined
		readonly causes: readonly string[]
		readonly question: string | undefined
	},
): string {
	if (outcome === 'cause') return finding === `${about.cause}.` ? finding : `${about.cause}. ${finding ?? ''}`.trim()
	if (outcome === 'healthy') return `Nothing in this output is wrong. ${finding ?? ''}`.trim()
	if (about.quarrel !== undefined) return about.quarrel
	if (about.causes.length > 1) return `The outputs point to several causes: ${about.causes.join('; ')}.`
	return [finding, 'This output alone does not decide the cause.', about.question].filter(Boolean).join(' ')
}

function prose({ evaluator }: Paste, walk: PastedWalk | undefined, text: string): string {
	if (walk === undefined) return text
	return renderText(text, scopeOf(walk.facts, walk.inputs), evaluator).replace(/\{\{.*?\}\}/g, '(not told here)')
}

/** The command that the walk stopped before; the flow's first request when it did not begin. */
function nextCommand(paste: Paste, walk: PastedWalk | undefined): NextCommand | null {
	const start = paste.flow.steps[paste.flow.start]
	const first: Next | undefined =
		start?.run[0] === undefined ? undefined : { step: start.id, command: start.run.at(-1) ?? start.run[0] }
	const wanted = (walk?.end.kind === 'open' ? walk.end.next : undefined) ?? first
	if (wanted === undefined) return null
	const { command, step } = wanted
	const scope = scopeOf(walk?.facts ?? {}, walk?.inputs ?? paste.inputs)
	const rendered = renderCommand(command.command, scope, paste.evaluator)
	return {
		command: rendered.ok ? rendered.text : withPlaceholders(command.command),
		step,
		root: command.privilege === 'root',
		reads: command.effect === 'read',
	}
}

function linesOf(told: Told | undefined): readonly number[] {
	if (told?.soundness === undefined) return []
	const { facts } = told.soundness
	return Object.values(told.read).flatMap(({ evidence }) =>
		facts.flatMap((fact) => (evidence[fact] ?? []).slice(-3).map(({ line }) => line)),
	)
}

/** Outputs of different moments: one shows that the service works, another one ends with a start that failed. */
function disagreement(told: readonly Told[]): string | undefined {
	const service = told.filter(({ segment }) => !/^nginx(?:\.service)?$/.test(segment.unit ?? ''))
	const up = service.find(
		({ segment, soundness }) =>
			soundness?.sound === true && ['systemctl-status', 'systemctl-show', 'http'].includes(segment.kind),
	)
	const down = service.find(({ segment, soundness, read }) => {
		if (segment.within !== undefined || soundness?.sound !== false) return false
		if (segment.kind === 'systemctl-status') return up?.segment.kind === 'http'
		return read['gunicorn-journal']?.facts.duringRequest === false
	})
	if (up === undefined || down === undefined) return undefined
	return `The outputs do not agree: ${placeOf(up)} says “${up.soundness?.say}”, and ${placeOf(down)} says “${down.soundness?.say}”. They are of different moments or hosts, so take both again.`
}

/** A service that does not run comes before all other faults: a cause that was found without it may be of no moment. */
function passedOver(told: readonly Told[], walks: readonly PastedWalk[]): string | undefined {
	const walk = walks.find(({ end }) => end.kind === 'cause')
	const down = told.filter(({ segment, read }) => {
		if (segment.within !== undefined || /^nginx(?:\.service)?$|\.socket$/.test(segment.unit ?? '')) return false
		const unit = read['systemctl-status'] ?? read['systemctl-show']
		const { failure, duringRequest } = read['gunicorn-journal']?.facts ?? {}
		return unit?.facts.active === false || (duringRequest === false && failure !== 'none')
	})
	const [first] = down
	if (walk === undefined || first === undefined) return undefined
	if (down.some(({ segment }) => walk.decisive.includes(segment))) return undefined
	return `According to ${placeOf(first)}, the service does not run, and what the other outputs show does not explain that.`
}

function placeOf({ segment }: Told): string {
	const { label, from, to } = recognisedAs(segment)
	return `${label} (${from === to ? `line ${from}` : `lines ${from}–${to}`})`
}

function recognisedAs(segment: Segment): Recognised {
	const filled = segment.lines.filter(({ text }) => text.trim() !== '')
	return {
		kind: segment.kind,
		label: outputKinds[segment.kind].label,
		from: filled[0]?.number ?? 0,
		to: filled.at(-1)?.number ?? 0,
		...(segment.command === undefined ? {} : { command: segment.command }),
		...(segment.unit === undefined ? {} : { unit: segment.unit }),
	}
}

function quoted(lines: readonly OutputLine[], numbers: readonly number[]): readonly ExplainedLine[] {
	const first = lines[0]?.number ?? 1
	return [...new Set(numbers)]
		.slice(-MOST_EVIDENCE)
		.toSorted((one, other) => one - other)
		.flatMap((number) => lines[number - first] ?? [])
		.map(({ number, text }) => ({ line: number, text: text.length > 500 ? `${text.slice(0, 499)}…` : text }))
}

/** Two outputs with the same key are the same thing, seen at two moments. */
function keyOf({ segment }: Told): string {
	const { kind, unit, path, command, within } = segment
	return JSON.stringify([kind, unit ?? '', path ?? '', kind === 'http' ? (command ?? '') : '', within !== undefined])
}

function notesOf(told: readonly Told[], walks: readonly PastedWalk[]): readonly string[] {
	const notes: string[] = []
	const apart = told.filter(({ segment }) => segment.within === undefined)
	if (apart.some(({ segment }) => LOGS.has(segment.kind))) {
		notes.push('How old the log lines are could not be checked; the last state in them counts.')
	}
	for (const one of apart) {
		const last = apart.findLast((other) => keyOf(other) === keyOf(one))
		if (last === undefined || last === one || last.soundness?.say === one.soundness?.say) continue
		notes.push(`Of ${placeOf(one)} and ${placeOf(last)}, which differ, the last one counts.`)
	}
	const used = new Set(walks.flatMap((walk) => walk.used))
	const idle = apart.filter(({ segment }) => !used.has(segment))
	if (idle.length > 0 && used.size > 0) notes.push(`Not used for this answer: ${idle.map(placeOf).join(', ')}.`)
	return notes
}
