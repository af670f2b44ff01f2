import { parsers } from '../facts/catalogue.ts'
import { outputKinds } from '../facts/output-kinds.ts'
import type { Facts, FactType, OutputLine } from '../facts/parser.ts'
import { recognise, type Segment } from '../facts/recognise.ts'
import { type Soundness, soundnessOf } from '../facts/soundness.ts'
import type { Step } from '../flow/flow.ts'
import { checkInput } from '../flow/inputs.ts'
import { nearest } from '../flow/nearest.ts'
import { renderCommand, withPlaceholders } from '../flow/templates.ts'
import { declareFacts, factAt } from '../flow/variables.ts'
import type { NamedFacts } from '../machine/types.ts'
import type { OpenedFlow } from './compose.ts'
import { bindAll, bindStep, inputsShown, type Paste, scopeOf } from './pasted-facts.ts'
import { type Next, orderOf, type PastedWalk, startsOf, walkPaste } from './pasted-walk.ts'
import { UserError } from './user-error.ts'

/** What a text that was obtained elsewhere says, as far as it decides. */

export interface ExplainRequest {
	/** Sanitised, numbered from 1. */
	readonly lines: readonly OutputLine[]
	/** The step that the output belongs to; told by the text itself when left out. */
	readonly step?: string | undefined
	readonly exitCode?: number | undefined
	/** Inputs (`url`) and facts (`response.status`). */
	readonly set: readonly (readonly [string, string])[]
}

export interface ExplainedLine {
	readonly line: number
	readonly text: string
}

export interface Recognised {
	readonly kind: string
	/** As people call it. */
	readonly label: string
	readonly from: number
	readonly to: number
	readonly command?: string
	readonly unit?: string
}

export interface Explanation {
	readonly outcome: 'cause' | 'healthy' | 'undecided' | 'unrecognised'
	readonly recognised: readonly Recognised[]
	readonly step: string | null
	/** The last thing that was found, one sentence; all of them in `findings`. */
	readonly finding: string | null
	readonly findings: readonly string[]
	readonly cause: { readonly id: string; readonly title: string; readonly why: string } | null
	readonly evidence: readonly ExplainedLine[]
	/** What to run, for what, and whether it needs root. */
	readonly next: { readonly command: string; readonly step: string; readonly root: boolean; readonly reads: boolean } | null
	/** The answer in a sentence or two. */
	readonly said: string
	/** What the answer cannot vouch for. */
	readonly notes: readonly string[]
}

const MOST_EVIDENCE = 12
const LOGS = new Set(['nginx-error-log', 'gunicorn-journal', 'gunicorn-log', 'nginx-journal', 'nginx-access-log', 'kernel-log'])

/** Interprets a text with a flow. Throws a UserError for a step, an input or a fact that the flow does not have. Pure. */
export function explain(opened: OpenedFlow, request: ExplainRequest): Explanation {
	const { flow, evaluator } = opened
	const step = stepAsked(opened, request.step)
	const found = recognise(request.lines)
	const segments = step === undefined ? found : segmentsFor(step, found, request.lines)
	if (segments.length === 0) return unrecognised(opened, step)
	if (request.exitCode !== undefined && segments.filter(({ within }) => within === undefined).length > 1) {
		throw new UserError('--exit-code belongs to one output, and this is several: give them one by one, or leave it out.')
	}
	const { inputs, known, facts: given } = settings(opened, request.set)
	const shown = inputsShown(flow, evaluator, segments, inputs, known)
	const paste: Paste = {
		flow,
		evaluator,
		parsers,
		segments,
		inputs: shown.inputs,
		knownInputs: shown.known,
		exitCode: request.exitCode ?? null,
		given,
	}
	const order = orderOf(paste)
	const facts = bindAll(paste, order)
	const told = segments.map((segment) => ({ segment, soundness: soundness(segment) }))
	refuseContradictions(paste, order, facts)
	const walks = step === undefined ? walksOf(paste, order, facts) : [walkPaste(paste, step, facts)]
	return answer(paste, request, { told, walks, step, known: shown.known })
}

/** The first walk decides; another one is tried only where that one cannot, and counts only if it needs nothing else. */
function walksOf(paste: Paste, order: readonly Step[], facts: Readonly<Record<string, NamedFacts>>): readonly PastedWalk[] {
	const walks: PastedWalk[] = []
	for (const start of startsOf(paste, order, facts)) {
		if (walks.some(({ steps }) => steps.includes(start.id))) continue
		const walk = walkPaste(paste, start, facts)
		if (walks.length === 0 || (walk.end.kind === 'cause' && walk.end.alone)) walks.push(walk)
		if (walks[0]?.end.kind !== 'open') break
	}
	return walks
}

interface Told {
	readonly segment: Segment
	readonly soundness: Soundness | undefined
}

interface Found {
	readonly told: readonly Told[]
	readonly walks: readonly PastedWalk[]
	readonly step: Step | undefined
	readonly known: ReadonlySet<string>
}

function answer(paste: Paste, request: ExplainRequest, { told, walks, step }: Found): Explanation {
	const { flow } = paste
	const first = walks[0]
	const named = [...new Set(walks.flatMap(({ end }) => (end.kind === 'cause' ? [end.cause] : [])))]
	const walk = walks.find(({ end }) => end.kind === 'cause') ?? first
	const quarrel = disagreement(told)
	const cause = quarrel === undefined && named.length === 1 ? flow.causes[named[0] ?? ''] : undefined
	const findings = (cause === undefined ? (first?.findings ?? []) : (walk?.findings ?? [])).map(({ say }) => say)
	const faulty = told.find(({ soundness }) => soundness?.sound === false)
	const sound = told.find(({ soundness }) => soundness?.sound === true)
	const healthy = cause === undefined && named.length === 0 && quarrel === undefined && faulty === undefined
	const end = first?.end
	const outcome =
		cause !== undefined ? 'cause' : healthy && (end?.kind === 'healthy' || sound !== undefined) ? 'healthy' : 'undecided'
	const next = nextOf(paste, first, end?.kind === 'open' ? end.next : undefined, outcome)
	const own = outcome === 'healthy' ? sound : (faulty ?? sound)
	const finding = outcome === 'healthy' && end?.kind !== 'healthy' ? sound?.soundness?.say : findings.at(-1)
	const evidence =
		outcome === 'healthy' && end?.kind !== 'healthy'
			? told.flatMap((one) => evidenceOfSoundness(one))
			: (walk?.findings.flatMap((one) => one.evidence) ?? [])
	const lines = evidence.length > 0 ? evidence.map(({ line }) => line) : own === undefined ? [] : evidenceOfSoundness(own).map(({ line }) => line)
	const base = {
		recognised: told.filter(({ segment }) => segment.within === undefined).map(({ segment }) => recognisedAs(segment)),
		step: walk?.steps.at(-1) ?? step?.id ?? null,
		finding: finding ?? own?.soundness?.say ?? null,
		findings,
		cause: cause === undefined ? null : { id: cause.id, title: cause.title, why: whyOf(paste, walk, cause.why) },
		evidence: quoted(request.lines, lines),
		next,
		notes: notesOf(told, walks),
	}
	return { ...base, outcome, said: saidOf(outcome, base, quarrel, named.map((id) => flow.causes[id]?.title ?? id), end) }
}

function saidOf(
	outcome: Explanation['outcome'],
	{ finding, cause, next }: Pick<Explanation, 'finding' | 'cause' | 'next'>,
	quarrel: string | undefined,
	named: readonly string[],
	end: PastedWalk['end'] | undefined,
): string {
	const more = next === null ? '' : ` Next, run: ${next.command}`
	switch (outcome) {
		case 'cause':
			return `${cause?.title ?? ''}. ${finding ?? ''}`.trim()
		case 'healthy':
			return `Nothing in this output is wrong. ${finding ?? ''}${next === null ? '' : ' It does not rule out a fault elsewhere.'}${more}`
		default: {
			if (quarrel !== undefined) return `${quarrel}${more}`
			if (named.length > 1) return `The outputs point to several causes: ${named.join('; ')}.${more}`
			const question = end?.kind === 'open' && end.question !== undefined ? ` ${end.question}` : ''
			return `${finding === null ? '' : `${finding} `}This output alone does not decide the cause.${question}${more}`
		}
	}
}

function whyOf(paste: Paste, walk: PastedWalk | undefined, why: string): string {
	if (walk === undefined) return why
	const values = scopeOf(walk.facts, walk.inputs)
	return why.includes('{{') ? withPlaceholders(why) : (void values, why)
}

function nextOf(
	paste: Paste,
	walk: PastedWalk | undefined,
	next: Next | undefined,
	outcome: Explanation['outcome'],
): Explanation['next'] {
	if (outcome === 'cause') return null
	const { flow, evaluator } = paste
	const start = flow.steps[flow.start]
	const wanted =
		next ?? (start === undefined ? undefined : { step: start.id, command: start.run.at(-1) })
	if (wanted?.command === undefined) return null
	const { command } = wanted
	const facts = walk?.facts ?? {}
	const rendered = renderCommand(command.command, scopeOf(facts, walk?.inputs ?? paste.inputs), evaluator)
	return {
		command: rendered.ok ? rendered.text : withPlaceholders(command.command),
		step: wanted.step,
		root: command.privilege === 'root',
		reads: command.effect === 'read',
	}
}

/** What an output says of itself, read without the flow's arguments. */
function soundness(segment: Segment): Soundness | undefined {
	for (const name of segment.parsers) {
		const facts = parsers.get(name)?.parse({ lines: segment.lines, exitCode: null, args: {} }).facts
		const found = facts === undefined ? undefined : soundnessOf(name, facts)
		if (found !== undefined) return found
	}
	return undefined
}

function evidenceOfSoundness({ segment, soundness: told }: Told): readonly ExplainedLine[] {
	if (told === undefined) return []
	const lines = segment.parsers.flatMap((name) => {
		const evidence = parsers.get(name)?.parse({ lines: segment.lines, exitCode: null, args: {} }).evidence ?? {}
		return told.facts.flatMap((fact) => evidence[fact] ?? [])
	})
	return lines.slice(-3).map(({ line }) => ({ line, text: '' }))
}

/** Outputs of different moments: one shows the service up, another one a start that failed. */
function disagreement(told: readonly Told[]): string | undefined {
	const factsOf = ({ segment }: Told, parser: string): Facts =>
		parsers.get(parser)?.parse({ lines: segment.lines, exitCode: null, args: {} }).facts ?? {}
	const service = told.filter(({ segment }) => segment.unit === undefined || !/^nginx(?:\.service)?$/.test(segment.unit))
	const up = service.find(
		(one) =>
			one.soundness?.sound === true &&
			(one.segment.kind === 'systemctl-status' || one.segment.kind === 'systemctl-show' || one.segment.kind === 'http'),
	)
	const down = service.find((one) => {
		if (one.segment.within !== undefined || one.soundness?.sound !== false) return false
		if (one.segment.kind === 'systemctl-status') return up?.segment.kind === 'http'
		if (!one.segment.parsers.includes('gunicorn-journal')) return false
		return factsOf(one, 'gunicorn-journal').duringRequest === false
	})
	if (up === undefined || down === undefined) return undefined
	return `The outputs do not agree: ${named(up)} says “${up.soundness?.say}”, and ${named(down)} says “${down.soundness?.say}”. They are of different moments, so take both again.`
}

function named({ segment }: Told): string {
	const { label, from, to } = recognisedAs(segment)
	return `${label} (lines ${from}–${to})`
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
	return [...new Set(numbers)]
		.slice(0, MOST_EVIDENCE)
		.flatMap((number) => lines[number - 1] ?? [])
		.map(({ number, text }) => ({ line: number, text: text.length > 500 ? `${text.slice(0, 499)}…` : text }))
}

function notesOf(told: readonly Told[], walks: readonly PastedWalk[]): readonly string[] {
	const notes: string[] = []
	if (told.some(({ segment }) => LOGS.has(segment.kind) && segment.within === undefined)) {
		notes.push('How old the log lines are could not be checked; the last state in them counts.')
	}
	const kinds = new Map<string, Told[]>()
	for (const one of told) {
		if (one.segment.within !== undefined) continue
		const key = `${one.segment.kind} ${one.segment.unit ?? ''} ${one.segment.path ?? ''}`
		kinds.set(key, [...(kinds.get(key) ?? []), one])
	}
	for (const several of kinds.values()) {
		const last = several.at(-1)
		const other = several.find(({ soundness: one }) => one?.say !== last?.soundness?.say)
		if (last !== undefined && other !== undefined) notes.push(`${named(other)} and ${named(last)} differ; the last one counts.`)
	}
	const used = new Set(walks.flatMap((walk) => walk.used))
	const idle = told.filter(({ segment }) => segment.within === undefined && !used.has(segment))
	if (idle.length > 0 && used.size > 0) {
		notes.push(`Not needed for this answer: ${idle.map((one) => named(one)).join(', ')}.`)
	}
	return notes
}

function unrecognised({ flow }: OpenedFlow, step: Step | undefined): Explanation {
	const what = step === undefined ? 'any output that this flow reads' : `the output of “${step.title}”`
	return {
		outcome: 'unrecognised',
		recognised: [],
		step: step?.id ?? null,
		finding: null,
		findings: [],
		cause: null,
		evidence: [],
		next: null,
		said: `This does not look like ${what}: paste the output of a command as it was printed, or name its step (${Object.keys(flow.steps).slice(0, 4).join(', ')} …).`,
		notes: [],
	}
}

function stepAsked({ flow }: OpenedFlow, id: string | undefined): Step | undefined {
	if (id === undefined) return undefined
	const step = Object.hasOwn(flow.steps, id) ? flow.steps[id] : undefined
	if (step !== undefined && step.run.some(({ parse }) => parse.length > 0)) return step
	const ids = Object.values(flow.steps).flatMap((one) => (one.run.some(({ parse }) => parse.length > 0) ? [one.id] : []))
	const near = nearest(id, ids)
	const hint = near === undefined ? ` It has: ${ids.join(', ')}.` : ` Did you mean ${near}?`
	throw new UserError(
		step === undefined ? `The flow ${flow.id} has no step "${id}".${hint}` : `The step ${id} reads no output: leave it out.`,
	)
}

/** The outputs that the step reads. Text that looks like nothing is taken for what the step asks for. */
function segmentsFor(step: Step, found: readonly Segment[], lines: readonly OutputLine[]): readonly Segment[] {
	const wanted = new Set(step.run.flatMap(({ parse }) => parse.map((rule) => rule.parser)))
	if (found.some((segment) => segment.parsers.some((name) => wanted.has(name)))) return found
	const other = found[0]
	if (other !== undefined) {
		const commands = step.run.map(({ command }) => withPlaceholders(command)).join('; ')
		throw new UserError(
			`This looks like ${outputKinds[other.kind].label}, not like the output of “${step.title}” (${commands}): leave the step out, or give that output.`,
		)
	}
	for (const name of wanted) {
		const parsed = parsers.get(name)?.parse({ lines, exitCode: null, args: {} })
		const kind = Object.entries(outputKinds).find(([, { parsers: readers }]) => readers.includes(name))?.[0]
		if (parsed !== undefined && kind !== undefined && Object.keys(parsed.facts).length > 1) {
			return [{ kind: kind as Segment['kind'], parsers: [name], lines }]
		}
	}
	return []
}

/** `--set` values: inputs by their name, facts by their path, typed by the parser that would give them. */
function settings({ flow }: OpenedFlow, set: ExplainRequest['set']) {
	const inputs: Record<string, string> = {}
	const known = new Set<string>()
	const facts: Record<string, Record<string, Facts[string]>> = {}
	const declared = declareFacts(flow.steps, parsers)
	for (const [name, input] of Object.entries(flow.inputs)) inputs[name] = input.default ?? ''
	for (const [key, text] of set) {
		const name = key.replace(/^inputs\./, '')
		const input = Object.hasOwn(flow.inputs, name) ? flow.inputs[name] : undefined
		if (input !== undefined) {
			const checked = checkInput(input.format, text)
			if (!checked.ok) throw new UserError(`--set ${key}: ${checked.reason}.`)
			inputs[name] = checked.value
			known.add(name)
			continue
		}
		const [group = '', fact = '', ...deeper] = key.split('.')
		const type = deeper.length > 0 ? undefined : declared.get(group)?.[fact]
		if (typeof type !== 'string') throw new UserError(unknownSetting(flow.inputs, declared, key))
		const value = typed(type, text)
		if (value === undefined) throw new UserError(`--set ${key}: ${JSON.stringify(text)} is not ${NAMES_OF_TYPES[type]}.`)
		facts[group] = { ...facts[group], [fact]: value }
	}
	return { inputs, known, facts }
}

const NAMES_OF_TYPES: Readonly<Record<FactType, string>> = {
	string: 'a text',
	int: 'a whole number',
	double: 'a number',
	bool: 'true or false',
	'list<string>': 'a list (a,b)',
}

function typed(type: FactType, text: string): Facts[string] | undefined {
	switch (type) {
		case 'string':
			return text
		case 'bool':
			return text === 'true' ? true : text === 'false' ? false : undefined
		case 'list<string>':
			return text === '' ? [] : text.split(',').map((one) => one.trim())
		default: {
			const value = text.trim() === '' ? Number.NaN : Number(text)
			return (type === 'int' ? Number.isSafeInteger(value) : Number.isFinite(value)) ? value : undefined
		}
	}
}

function unknownSetting(inputs: object, declared: ReturnType<typeof declareFacts>, key: string): string {
	const names = [...Object.keys(inputs), ...[...declared].flatMap(([group, schema]) => Object.keys(schema).map((fact) => `${group}.${fact}`))]
	const near = nearest(key, names)
	return `The flow has neither an input nor a fact "${key}"${near === undefined ? `; its inputs are ${Object.keys(inputs).join(', ')}, and a fact is written like ${names.at(-1)}` : `; did you mean ${near}?`}`.replace(/([^.?])$/, '$1.')
}

/** A fact that was given by hand and that an output tells otherwise. */
function refuseContradictions(paste: Paste, order: readonly Step[], facts: Readonly<Record<string, NamedFacts>>): void {
	if (Object.keys(paste.given).length === 0) return
	const declared = declareFacts(paste.flow.steps, parsers)
	const bare = { ...paste, given: {} }
	for (const step of order) {
		const bound = bindStep(bare, step, facts, paste.inputs)
		for (const name of bound.names) {
			for (const [fact, value] of Object.entries(paste.given[name] ?? {})) {
				const read = factAt(declared.get(name) ?? {}, bound.facts[name]?.facts ?? {}, [fact])
				const line = bound.facts[name]?.evidence[fact]?.[0]?.line
				if (read !== undefined && JSON.stringify(read) !== JSON.stringify(value)) {
					throw new UserError(
						`--set ${name}.${fact}=${String(value)} contradicts the output, which says ${String(read)}${line === undefined ? '' : ` in line ${line}`}: leave one of them out.`,
					)
				}
			}
		}
	}
}
