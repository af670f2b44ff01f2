import type { CommandEnding } from '../flow/command.ts'
import { RESULT, resultFacts } from '../flow/result.ts'
import type { CommandOrder, Evidence, NamedFacts } from '../machine/types.ts'
import type { Facts, LineSpan, OutputLine, Parsed, Parser } from '../text/parser.ts'

/** Longest evidence text, in UTF-16 code units. */
export const EVIDENCE_LENGTH = 500
const MOST_LINES_PER_FACT = 50

export interface FactsRead {
	readonly named: readonly NamedFacts[]
	/** Parsers that threw, which is a defect of theirs: one sentence each. */
	readonly defects: readonly string[]
}

export interface FactsReader {
	readonly parsers: ReadonlyMap<string, Parser>
	/** Shortens a line that is too long for evidence; must not leave half of a secret. */
	shorten(text: string): string
	/** What a parser is to read, where that is not every line as it came. */
	linesFor?(parser: string): readonly OutputLine[]
}

type LinesByNumber = ReadonlyMap<number, OutputLine>

/** What a run's output says: `result` for every ending, and the parsers' facts when the command ended by itself. Total. */
export function readFacts(
	order: Pick<CommandOrder, 'run' | 'parse'>,
	ending: CommandEnding,
	lines: readonly OutputLine[],
	reader: FactsReader,
): FactsRead {
	const byNumber: LinesByNumber = new Map(lines.map((line) => [line.number, line]))
	const named: NamedFacts[] = []
	const defects: string[] = []
	const name = (as: string, parser: string, own: readonly OutputLine[], read: () => Parsed): void => {
		try {
			const { facts, evidence } = read()
			const placed = own === lines ? evidence : placedIn(byNumber, own, evidence)
			named.push({ name: as, parser, facts, evidence: evidenceOf(order.run, placed, byNumber, reader) })
		} catch (error) {
			const what = error instanceof Error ? error.message : String(error)
			defects.push(`The parser ${parser} failed (${what}), so the facts ${as} are missing: please report this.`)
		}
	}
	name(RESULT, RESULT, lines, () => resultFacts(ending, lines))
	for (const { parser, as, args } of order.parse) {
		const own = parser === RESULT ? lines : (reader.linesFor?.(parser) ?? lines)
		if (parser === RESULT) name(as, RESULT, own, () => resultFacts(ending, own))
		else if (ending.kind === 'exited') name(as, parser, own, () => parse(reader, parser, own, ending.exitCode, args))
	}
	return { named, defects }
}

function parse(
	{ parsers }: FactsReader,
	name: string,
	lines: readonly OutputLine[],
	exitCode: number | null,
	args: Facts,
): Parsed {
	const parser = parsers.get(name)
	if (parser === undefined) throw new Error('there is no such parser')
	return parser.parse({ lines, exitCode, args })
}

/** Ranges within lines that were read without their prefixes, as ranges of the lines as they came. */
function placedIn(lines: LinesByNumber, read: readonly OutputLine[], evidence: Parsed['evidence']): Parsed['evidence'] {
	const offsets = new Map(read.map(({ number, text }) => [number, lines.get(number)?.text.indexOf(text) ?? -1]))
	const placed = ({ line, start, end }: LineSpan): LineSpan => {
		const offset = offsets.get(line) ?? -1
		if (start === undefined || offset < 0) return { line }
		return { line, start: start + offset, ...(end === undefined ? {} : { end: end + offset }) }
	}
	return Object.fromEntries(Object.entries(evidence).map(([path, spans]) => [path, spans.map(placed)]))
}

function evidenceOf(
	run: string,
	spans: Parsed['evidence'],
	lines: LinesByNumber,
	reader: FactsReader,
): NamedFacts['evidence'] {
	return Object.fromEntries(
		Object.entries(spans).map(([path, list]) => [
			path,
			list.slice(0, MOST_LINES_PER_FACT).flatMap((span) => evidenceLine(run, span, lines.get(span.line), reader) ?? []),
		]),
	)
}

function evidenceLine(
	run: string,
	span: LineSpan,
	line: OutputLine | undefined,
	reader: FactsReader,
): Evidence | undefined {
	if (line === undefined) return undefined
	if (line.text.length <= EVIDENCE_LENGTH) return { ...span, run, stream: line.stream, text: line.text }
	return { line: span.line, run, stream: line.stream, text: reader.shorten(line.text) }
}
