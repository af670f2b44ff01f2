import type { Step } from '../flow/flow.ts'
import { nearest } from '../flow/nearest.ts'
import { withPlaceholders } from '../flow/templates.ts'
import { parsers } from '../subjects/catalogue.ts'
import { type OutputKind, outputKinds, readerOf } from '../subjects/output-kinds.ts'
import { recognise } from '../subjects/recognise.ts'
import type { Segment } from '../subjects/segments.ts'
import type { OutputLine } from '../text/parser.ts'
import type { OpenedFlow } from './compose.ts'
import { concluded, type Explanation, type Told, tell } from './explanation.ts'
import { bindAll, inputsShown, type Known, type Paste } from './pasted-facts.ts'
import { refuseContradictions, settingsOf } from './pasted-settings.ts'
import { orderOf, type PastedWalk, startsOf, walkPaste } from './pasted-walk.ts'
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

/** Interprets a text with a flow. Throws a UserError for a step, an input or a fact that the flow does not have. Pure. */
export function explain(opened: OpenedFlow, request: ExplainRequest): Explanation {
	const { flow, evaluator } = opened
	const step = stepAsked(opened, request.step)
	const settings = settingsOf(flow, request.set)
	const found = recognise(request.lines)
	const told = (step === undefined ? found : segmentsFor(step, found, request.lines))
		.map((segment) => tell(flow, segment))
		.filter(tellsEnough)
	if (told.length === 0) return unrecognised(opened, step)
	if (request.exitCode !== undefined && told.filter(({ segment }) => segment.within === undefined).length > 1) {
		throw new UserError(
			'--exit-code belongs to one output, and this is several: give them one by one, or leave it out.',
		)
	}
	const segments = told.map(({ segment }) => segment)
	const shown = inputsShown(flow, segments, settings.inputs, settings.known)
	const paste: Paste = {
		flow,
		evaluator,
		parsers,
		segments,
		inputs: shown.inputs,
		knownInputs: shown.known,
		exitCode: request.exitCode ?? null,
		given: settings.facts,
		readings: new Map(),
	}
	const order = orderOf(paste)
	const known = bindAll(paste, order)
	refuseContradictions(paste, order, known)
	const walks = step === undefined ? walksOf(paste, order, known) : [walkPaste(paste, step, known)]
	return concluded(paste, request.lines, told, walks)
}

/** The tail of a log may begin after the line that says why: then only a reason that it does name counts. */
function tellsEnough({ segment, read }: Told): boolean {
	if (segment.within === undefined) return true
	const { failure, execFailed } = read['gunicorn-journal']?.facts ?? {}
	if (failure === 'unexplained') return execFailed === true
	return failure !== 'crash-loop' && failure !== 'app-startup-crash'
}

/**
 * The first walk that finds something leads. Where it stops for want of one step's output, a step right behind that one
 * may still name a cause, if that rests on its own output alone. Steps further away would skip what they take for granted.
 */
function walksOf(paste: Paste, order: readonly Step[], known: Known): readonly PastedWalk[] {
	const starts = startsOf(paste, order, known)
	let first: PastedWalk | undefined
	for (const start of starts) {
		const walk = walkPaste(paste, start, known)
		first ??= walk
		if (walk.findings.length === 0) continue
		first = walk
		break
	}
	if (first === undefined) return []
	const { end, steps } = first
	if (end.kind !== 'open' || end.before === undefined) return [first]
	const behind = new Set(end.before.branches.flatMap(({ to }) => (to.kind === 'goto' ? [to.step] : [])))
	const others = starts
		.filter(({ id }) => behind.has(id) && !steps.includes(id))
		.map((start) => walkPaste(paste, start, known))
		.filter((walk) => walk.end.kind === 'open' || (walk.end.kind === 'cause' && walk.end.alone))
	return [first, ...others]
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
	if (step?.run.some(({ parse }) => parse.length > 0)) return step
	const ids = Object.values(flow.steps).flatMap((one) =>
		one.run.some(({ parse }) => parse.length > 0) ? [one.id] : [],
	)
	const near = nearest(id, ids)
	const hint = near === undefined ? ` It has: ${ids.join(', ')}.` : ` Did you mean ${near}?`
	throw new UserError(
		step === undefined
			? `The flow ${flow.id} has no step "${id}".${hint}`
			: `The step ${id} reads no output: leave it out.`,
	)
}

/** The outputs that the step reads. Text that looks like nothing is taken for what the step asks for. */
function segmentsFor(step: Step, found: readonly Segment[], lines: readonly OutputLine[]): readonly Segment[] {
	const wanted = new Set(step.run.flatMap(({ parse }) => parse.map((rule) => rule.parser)))
	if (found.some(({ kind }) => [...wanted].some((name) => readerOf(kind, name) !== undefined))) return found
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
			return [{ kind: kind as OutputKind, parsers: [name], lines }]
		}
	}
	return []
}
