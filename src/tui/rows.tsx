import { Box, Text } from 'ink'
import { asciiOf } from '../screen/cells.ts'
import { cellsOfRow, type Row } from './row.ts'
import { Running } from './running.tsx'
import type { Glyphs, Theme } from './theme.ts'

export interface RowsProps {
	readonly rows: readonly Row[]
	readonly theme: Theme
	readonly glyphs: Glyphs
	/** Spinners turn and clocks tick. */
	readonly motion: boolean
}

/** Rows that are measured already, one under the other. */
export function Rows({ rows, theme, glyphs, motion }: RowsProps) {
	return (
		<Box flexDirection="column" flexShrink={0}>
			{rows.map((row, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
				<Text key={index} wrap="truncate">
					{cellsOfRow(row) === 0
						? ' '
						: row.map((part, place) =>
								part.live ? (
									<Running
										// biome-ignore lint/suspicious/noArrayIndexKey: a span has no identity but its place
										key={place}
										{...part.live}
										cells={part.text.length}
										style={theme[part.tone]}
										glyphs={glyphs}
										motion={motion}
									/>
								) : (
									// biome-ignore lint/suspicious/noArrayIndexKey: a span has no identity but its place
									<Text key={place} {...theme[part.tone]}>
										{glyphs.ascii ? asciiOf(part.text) : part.text}
									</Text>
								),
							)}
				</Text>
			))}
		</Box>
	)
}
