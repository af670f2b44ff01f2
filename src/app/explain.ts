import type { Step } from '../flow/flow.ts'
import { nearest } from '../flow/nearest.ts'
import { withOwnParsers } from '../flow/own-parser.ts'
import { withPlaceholders } from '../flow/templates.ts'
import { declareFacts, factAt } from '../flow/variables.ts'
import { parsers as catalogue } from '../subjects/catalogue.ts'
import { outputKinds, parsersOf, readerOf } from '../subjects/output-kinds.ts'
import { recognise } from '../subjects/recognise.ts'
import type { Segment } from '../subjects/segments.ts'
import type { OutputLine } from '../text/parser.ts'
import type { OpenedFlow } from './compose.ts'
import { answerTo, type Explanation } from './explain-answer.ts'
import { factsOfPaste, type Paste } from './explain-facts.ts'
import { settingsOf, withInputsShown } from './explain-inputs.ts'
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
export function explainPaste(opened: OpenedFlow, request: ExplainRequest): Explanation {
	const { flow, evaluator } = opened
	const step = stepAsked(opened, request.step)
	const settings = settingsOf(flow, request.set)
	const found = recognise(request.lines)
	const segments = step === undefined ? found : segmentsFor(step, found, request.lines)
	if (segments.length === 0) return unrecognised(opened, step)
	if (request.exitCode !== undefined && segments.filter(({ within }) => within === undefined).length > 1) {
		throw new UserError(
			'--exit-code belongs to one output, and this is several: give them one by one, or leave it out.',
		)
	}
	const paste: Paste = {
		flow,
		evaluator,
		parsers: withOwnParsers(flow.parsers, catalogue),
		segments,
		settings: withInputsShown(flow, segments, settings),
		exitCode: request.exitCode ?? null,
	}
	refuseContradictions(paste)
	return answerTo(paste, request.lines)
}

function unrecognised({ flow }: OpenedFlow, step: Step | undefined): Explanation {
	const what = step === undefined ? 'any output that this flow reads' : `the output of “${step.title}”`
	return {
		outcome: 'unrecognised',
		recognised: [],
		causes: [],
		findings: [],
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
			`This looks like ${other.kind.label}, not like the output of “${step.title}” (${commands}): leave the step out, or give that output.`,
		)
	}
	for (const name of wanted) {
		const parsed = catalogue.get(name)?.parse({ lines, exitCode: null, args: {} })
		const kind = [...outputKinds.values()].find((one) => one.parsers.includes(name))
		if (parsed !== undefined && kind !== undefined && Object.keys(parsed.facts).length > 1) {
			return [{ kind, parsers: parsersOf(kind), lines, about: {} }]
		}
	}
	return []
}

/** Throws a UserError for a fact that was given by hand and that an output tells otherwise. */
function refuseContradictions(paste: Paste): void {
	const { settings, flow, parsers } = paste
	if (Object.keys(settings.facts).length === 0) return
	const declared = declareFacts(flow, parsers)
	const { facts } = factsOfPaste({ ...paste, settings: { ...settings, facts: {} } })
	for (const [name, given] of Object.entries(settings.facts)) {
		for (const [fact, value] of Object.entries(given)) {
			const read = factAt(declared.get(name) ?? {}, facts[name]?.facts ?? {}, [fact])
			const line = facts[name]?.evidence[fact]?.[0]?.line
			if (read !== undefined && JSON.stringify(read) !== JSON.stringify(value)) {
				throw new UserError(
					`--set ${name}.${fact}=${String(value)} contradicts the output, which says ${String(read)}${line === undefined ? '' : ` in line ${line}`}: leave one of them out.`,
				)
			}
		}
	}
}
