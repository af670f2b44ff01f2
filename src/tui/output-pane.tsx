import { count } from '../screen/copy.ts'
import type { OutputModel } from '../screen/model.ts'
import { type Anchor, type Lines, windowOf } from '../screen/window.ts'
import { rule } from './frame-rows.ts'
import { blank, type Row, span } from './row.ts'
import { Rows, type RowsProps } from './rows.tsx'

export interface OutputPaneProps extends Omit<RowsProps, 'rows'> {
	readonly output: OutputModel
	/** Place among the outputs of the step, from 1, and how many there are. */
	readonly place: number
	readonly of: number
	readonly lines: Lines
	readonly anchor: Anchor
	readonly focused: boolean
	readonly width: number
	readonly height: number
}

/** A part of a command's output under a title that says how much there is. Lines of evidence carry a mark. */
export function OutputPane({ output, place, of, lines, anchor, focused, width, height, ...paint }: OutputPaneProps) {
	const { glyphs } = paint
	const shown = windowOf(lines, anchor, width - 2, height - 1)
	const evidence = new Set(output.evidence)
	const title = [
		of > 1 ? `Output ${place} of ${of}` : 'Output',
		count(lines.total, 'line'),
		...(focused ? ['arrows scroll'] : []),
	].join(', ')
	const hints = [
		...(shown.above > 0 ? [`${glyphs.up} ${shown.above} more`] : []),
		...(shown.below > 0 ? [`${glyphs.down} ${shown.below} more`] : []),
	].join('  ')
	const body = shown.lines.flatMap((line): Row[] => {
		const proves = evidence.has(line.number)
		const mark = span(proves ? `${glyphs.evidence} ` : '  ', 'bad')
		const tone = proves ? 'strong' : line.stream === 'stderr' ? 'warn' : 'plain'
		return line.rows.map((text): Row => [mark, span(text, tone)])
	})
	const empty: Row = [span(output.running ? '  (no output yet)' : '  (no output)', 'dim')]
	const rows = [rule(title, width, glyphs, hints, focused ? 'accent' : 'dim'), ...(lines.total === 0 ? [empty] : body)]
	const filled = [...rows, ...Array.from({ length: Math.max(0, height - rows.length) }, () => blank)]
	return <Rows rows={filled.slice(0, height)} {...paint} />
}
