import type { OutputLine } from '../text/parser.ts'
import { readPastedText } from '../text/pasted-text.ts'
import { type OutputKind, outputKinds } from './output-kinds.ts'
import { recognise } from './recognise.ts'
import type { Segment } from './segments.ts'

/** A paste that is meant to be the output of one command. */
export type PastedOutput =
	| { readonly kind: 'output'; linesFor(parser: string): readonly OutputLine[] }
	/** It is the output of another command: ends the sentence "This looks like …". */
	| { readonly kind: 'other'; readonly looksLike: string }

/**
 * What each parser of a command has to read in a paste: its own output without prompts, quotes and line numbers, also
 * where other outputs stand around it. Text that is not recognised is given to all of them. Pure and total.
 */
export function readPastedOutput(lines: readonly OutputLine[], parsers: readonly string[]): PastedOutput {
	const found = recognise(lines)
	const wanted = found.filter((segment) => segment.parsers.some((name) => parsers.includes(name)))
	const [other] = found
	if (
		wanted.length === 0 &&
		other !== undefined &&
		!found.some(({ kind }) => parsers.some((name) => isNear(kind, name)))
	) {
		return { kind: 'other', looksLike: outputKinds[other.kind].label }
	}
	const plain = readPastedText(lines).flatMap((one) => (one.kind === 'text' ? [one.line] : []))
	return {
		kind: 'output',
		linesFor: (parser) => {
			const own = wanted.filter((segment) => segment.parsers.includes(parser))
			return own.length === 0 ? plain : lastOfEach(own).flatMap((segment) => segment.lines)
		},
	}
}

/** Of two outputs of the same thing the last one counts; a log of its own before a tail. */
function lastOfEach(segments: readonly Segment[]): readonly Segment[] {
	const whole = segments.filter(({ within }) => within === undefined)
	const last = new Map((whole.length > 0 ? whole : segments).map((one) => [`${one.kind} ${one.unit} ${one.path}`, one]))
	return [...last.values()]
}

const LOGS: ReadonlySet<OutputKind> = new Set(['gunicorn-journal', 'gunicorn-log', 'nginx-journal', 'kernel-log'])

/** Outputs that can be taken for each other: of the same program, or logs. A parser without a look of its own reads anything. */
function isNear(kind: OutputKind, parser: string): boolean {
	const kinds = (Object.keys(outputKinds) as OutputKind[]).filter((one) => outputKinds[one].parsers.includes(parser))
	const { program } = outputKinds[kind]
	return (
		kinds.length === 0 ||
		kinds.some(
			(one) => (program !== undefined && outputKinds[one].program === program) || (LOGS.has(one) && LOGS.has(kind)),
		)
	)
}
