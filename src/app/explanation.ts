import type { Flow } from '../flow/flow.ts'
import { renderCommand, renderText, withPlaceholders } from '../flow/templates.ts'
import { parsers } from '../subjects/catalogue.ts'
import { exceptionOf, type Soundness, soundnessOf } from '../subjects/gunicorn/soundness.ts'
import { type OutputKind, outputKinds } from '../subjects/output-kinds.ts'
import type { Segment } from '../subjects/segments.ts'
import type { OutputLine, Parsed } from '../text/parser.ts'
import { type Paste, scopeOf } from './pasted-facts.ts'
import { giverOf, type Next, type PastedFinding, type PastedWalk } from './pasted-walk.ts'

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
	/** Numbers of the lines that tell it. */
	readonly lines: readonly number[]
}

const MOST_EVIDENCE = 8
const MOST_NAMED = 4
const LOGS: ReadonlySet<OutputKind> = new Set([
	'nginx-error-log',
	'gunicorn-journal',
	'gunicorn-log',
	'nginx-journal',
	'nginx-access-log',
	'kernel-log',
])

/** Reads an output by itself. The flow gives failures their names. */
export function tell({ causes }: Flow, segment: Segment): Told {
	const read: Record<string, Parsed> = {}
	for (const name of segment.parsers) {
		const parsed = parsers.get(name)?.parse({ lines: segment.lines, exitCode: null, args: {} })
		if (parsed !== undefined) read[name] = parsed
	}
	const found = Object.entries(read).flatMap(([name, { facts }]) => soundnessOf(name, facts) ?? [])
	const [own] = found
	const lines = linesOf(read, own)
	const failure = own?.failure === undefined ? undefined : causes[own.failure]
	if (own !== undefined && failure !== undefined) {
		const why = exceptionOf(read['gunicorn-journal']?.facts ?? {})
		return { segment, read, lines, soundness: { ...own, say: `The log points to “${failure.title}”${why}.` } }
	}
	const trouble = own?.sound === true ? troubleAtEnd(segment) : undefined
	return trouble === undefined
		? { segment, read, lines, soundness: own }
		: { segment, read, lines: [trouble], soundness: CUT_OFF }
}

const CUT_OFF: Soundness = { sound: false, say: 'The log breaks off in the middle of a failure.', facts: [] }

/** A log that was cut off in the middle of a failure tells of no failure, and yet it is not sound. Gives the line. */
function troubleAtEnd({ parsers: readers, lines }: Segment): number | undefined {
	if (!readers.includes('gunicorn-journal')) return undefined
	const started = lines.findLastIndex(({ text }) => text.includes('Listening at: '))
	return lines.slice(started + 1).find(({ text }) => /\[(?:ERROR|CRITICAL)\]|Traceback \(most recent/.test(text))
		?.number
}

function linesOf(read: Told['read'], soundness: Soundness | undefined): readonly number[] {
	return Object.values(read).flatMap(({ evidence }) =>
		(soundness?.facts ?? []).flatMap((fact) => (evidence[fact] ?? []).slice(-3).map(({ line }) => line)),
	)
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
	const elsewhere = outcome === 'healthy' && end?.kind !== 'healthy'
	const walked = elsewhere ? [] : [...(walk?.findings ?? []), ...beside(walk, walks, faulty)].map(shown)
	const found = outcome === 'undecided' ? withFault(walked, walks, faulty) : walked
	const says = found.flatMap(({ say }) => say ?? [])
	const findings = says.length > 0 ? says : own?.soundness === undefined ? [] : [own.soundness.say]
	const evidence = found.length > 0 ? found.flatMap(({ lines }) => lines) : (own?.lines ?? [])
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
		notes: notesOf(told, walks, evidence),
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

/** A finding with the numbers of its lines. */
interface Shown {
	readonly say?: string
	readonly lines: readonly number[]
}

function shown({ say, evidence }: PastedFinding): Shown {
	return { lines: evidence.map(({ line }) => line), ...(say === undefined ? {} : { say }) }
}

/** A fault that an output shows is told, also where the walks came to speak of something else. */
function withFault(found: readonly Shown[], walks: readonly PastedWalk[], faulty: Told | undefined): readonly Shown[] {
	const [walk] = walks
	if (faulty?.soundness === undefined) return found
	const { lines } = faulty
	const fault = { say: faulty.soundness.say, lines }
	const last = walk?.findings.at(-1)
	const endsSound = walk === undefined || last === undefined || restsOnSound(walk, last)
	const about = endsSound && walk?.findings.length === 1 ? found.slice(1) : found
	const isTold =
		about.some((one) => one.lines.some((line) => lines.includes(line))) ||
		(about.length > 0 && !endsSound && walk.decisive.includes(faulty.segment))
	if (isTold) return about
	return endsSound ? [...about, fault] : [fault, ...about]
}

/** What is sound leads to the search for a fault elsewhere: of a fault in the same text it has nothing to say. */
function restsOnSound({ facts }: PastedWalk, { deciding }: PastedFinding): boolean {
	return deciding.every((path) => {
		const [name = '', fact = ''] = path.split('.')
		const named = facts[name]
		const value = named?.facts[fact]
		return named !== undefined && value !== undefined && soundnessOf(named.parser, { [fact]: value })?.sound === true
	})
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

/** The command that the walk stopped before, or one that it depends on; the flow's first request when it did not begin. */
function nextCommand(paste: Paste, walk: PastedWalk | undefined): NextCommand | null {
	const start = paste.flow.steps[paste.flow.start]
	const request = start?.run.at(-1)
	const first = start === undefined || request === undefined ? undefined : { step: start.id, command: request }
	const wanted = (walk?.end.kind === 'open' ? walk.end.next : undefined) ?? first
	if (wanted === undefined) return null
	const facts = walk?.facts ?? {}
	const scope = scopeOf(facts, walk?.inputs ?? paste.inputs)
	const asCommand = ({ command, step }: Next, text: string): NextCommand => ({
		command: text,
		step,
		root: command.privilege === 'root',
		reads: command.effect === 'read',
	})
	const rendered = renderCommand(wanted.command.command, scope, paste.evaluator)
	if (rendered.ok) return asCommand(wanted, rendered.text)
	const lacked = rendered.missing
		.map((path) => path.split('.', 1)[0] ?? path)
		.find((name) => !Object.hasOwn(facts, name))
	const giver = lacked === undefined ? undefined : giverOf(paste, lacked)
	const given = giver === undefined ? undefined : renderCommand(giver.command.command, scope, paste.evaluator)
	if (giver !== undefined && given?.ok === true) return asCommand(giver, given.text)
	return asCommand(wanted, withPlaceholders(wanted.command.command))
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

function notesOf(told: readonly Told[], walks: readonly PastedWalk[], evidence: readonly number[]): readonly string[] {
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
	const shows = ({ lines }: Segment): boolean => lines.some(({ number }) => evidence.includes(number))
	const idle = apart.filter(({ segment }) => !used.has(segment) && !shows(segment))
	if (idle.length > 0 && used.size > 0) {
		const more = idle.length > MOST_NAMED ? ` and ${idle.length - MOST_NAMED} more` : ''
		notes.push(`Not used for this answer: ${idle.slice(0, MOST_NAMED).map(placeOf).join(', ')}${more}.`)
	}
	return notes
}
