import type { OutputLine } from '../text/parser.ts'
import { outputKinds, parsersOf } from './output-kinds.ts'
import { readPaste, recognise } from './recognise.ts'
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
	if (wanted.length === 0 && other !== undefined && !found.some((segment) => isNear(segment, parsers))) {
		return { kind: 'other', looksLike: other.kind.label }
	}
	const plain = readPaste(lines).flatMap((one) => (one.kind === 'text' ? [one.line] : []))
	return {
		kind: 'output',
		linesFor: (parser) => {
			const own = wanted.filter((segment) => segment.parsers.includes(parser))
			return own.length === 0 ? plain : lastOfEach(own).flatMap((segment) => segment.lines)
		},
	}
}

/** Of two outputs of the same thing the last one counts; a log of its own before a tail. */
export function lastOfEach(segments: readonly Segment[]): readonly Segment[] {
	const whole = segments.filter(({ within, kind }) => within === undefined && kind.byWriter !== 'tail')
	const best = whole.length > 0 ? whole : segments
	return [...new Map(best.map((one) => [`${one.kind.name} ${one.about.unit} ${one.about.path}`, one])).values()]
}

/** Outputs that can be taken for each other: of the same program, or logs. A parser without a look of its own reads anything. */
function isNear({ kind }: Segment, parsers: readonly string[]): boolean {
	return parsers.some((parser) => {
		const kinds = [...outputKinds.values()].filter((one) => parsersOf(one).includes(parser))
		return (
			kinds.length === 0 ||
			kinds.some(
				(one) =>
					(kind.program !== undefined && one.program === kind.program) ||
					(isInJournals(one.name) && isInJournals(kind.name)),
			)
		)
	})
}

/** What a journal can hold. */
function isInJournals(name: string): boolean {
	const kind = outputKinds.get(name)
	return (
		kind?.byWriter === 'whole' ||
		kind?.standsIn?.includes('journal') === true ||
		kind?.parsers.includes('journal') === true
	)
}
