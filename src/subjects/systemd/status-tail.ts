import type { OutputLine } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'
import { isSameUnit } from './invocation.ts'

/** The part of `systemctl status` that is about one unit. */
export interface StatusBlock {
	readonly unit: string
	readonly lines: readonly OutputLine[]
}

/** The first line of a block: a mark, the unit, its description. */
export const STATUS_HEAD =
	/^(?:\S{1,3} )?([\w@:.\\-]{1,250}\.(?:service|socket|timer|target|slice|scope|mount|path|device))(?: - (.*))?$/

/** The parts of the output that are about one unit each. */
export const readStatusBlocks = (lines: readonly OutputLine[]): readonly StatusBlock[] => {
	const blocks: { unit: string; lines: OutputLine[] }[] = []
	lines.forEach((line, index) => {
		const head = STATUS_HEAD.exec(line.text)
		const follows = lines[index + 1]?.text ?? ''
		if (head !== null && /^\s{2,}\w[\w ]{1,20}: /.test(follows)) blocks.push({ unit: head[1] ?? '', lines: [line] })
		else blocks.at(-1)?.lines.push(line)
	})
	return blocks
}

/** The lines of a block below the empty line: the end of the unit's log. */
export const logTailOf = ({ lines }: StatusBlock): readonly OutputLine[] => {
	const gap = lines.findIndex((line, index) => index > 0 && line.text.trim() === '')
	const tail = gap < 0 ? [] : lines.slice(gap + 1)
	const end = tail.findIndex(({ text }) => /^(?:Warning|Hint|Notice): /.test(text))
	return end < 0 ? tail : tail.slice(0, end)
}

/** A log to read, and the whole text that it stands in: by that it is told which lines were cut. */
export interface UnitLogText {
	readonly log: readonly OutputLine[]
	readonly whole: readonly OutputLine[]
}

/** The block of a unit; where no unit is named, or there is but one, the first. */
const blockOf = (blocks: readonly StatusBlock[], unit: string | undefined): StatusBlock | undefined => {
	const own = unit === undefined ? undefined : blocks.find((block) => isSameUnit(block.unit, unit))
	return own ?? (unit === undefined || blocks.length === 1 ? blocks[0] : undefined)
}

/** The lines of `systemctl status` that are about a unit, without its log; none in another output. */
export const unitBlock = (lines: readonly OutputLine[], unit?: string): readonly OutputLine[] => {
	const block = blockOf(readStatusBlocks(lines), unit)
	const gap = block?.lines.findIndex((line, index) => index > 0 && line.text.trim() === '') ?? -1
	return block?.lines.slice(0, gap < 0 ? undefined : gap) ?? []
}

/**
 * The log of a unit in an output: the output itself (`journalctl -u`), or the tail that `systemctl status` shows of the
 * unit, or of the only one.
 */
export const unitLogText = (lines: readonly OutputLine[], unit?: string): UnitLogText => {
	const blocks = readStatusBlocks(plainLines({ lines }))
	if (blocks.length === 0) return { log: lines, whole: lines }
	const block = blockOf(blocks, unit)
	return block === undefined ? { log: [], whole: [] } : { log: logTailOf(block), whole: block.lines }
}
