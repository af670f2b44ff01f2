import { Box, Text, useAnimation, useApp, useCursor, useInput, usePaste, useWindowSize } from 'ink'
import { useCallback, useEffect, useSyncExternalStore } from 'react'
import { outputAnchor, selectedOutput } from '../screen/view.ts'
import type { Session } from '../session/types.ts'
import type { HandOver, TerminalHolder } from '../terminal/hand-over.ts'
import type { Controller, ScreenFrame } from './controller.ts'
import { breadcrumb, footerRow, headerRow, pathPane, rule } from './frame-rows.ts'
import { readTyping } from './keys.ts'
import { type Block, type Size, smallest } from './layout.ts'
import { OutputPane } from './output-pane.tsx'
import { Rows } from './rows.tsx'
import type { Glyphs, Theme } from './theme.ts'

export interface Paint {
	readonly theme: Theme
	readonly glyphs: Glyphs
	readonly motion: boolean
}

export interface AppProps {
	readonly controller: Controller
	readonly output: Session['output']
	readonly paint: Paint
	readonly stdin: TerminalHolder['stdin']
	readonly handOver?: HandOver | undefined
	/** Epoch milliseconds: when the operator began. */
	readonly startedAt: number
	/** Shown until a key is pressed that says something else. */
	readonly warning?: string | undefined
}

/** The whole screen. The only place that subscribes, and the only one that reads keys. */
export function App({ controller, output, paint, stdin, handOver, startedAt, warning }: AppProps) {
	const { columns, rows } = useWindowSize()
	const frame = useSyncExternalStore(controller.subscribe, () => controller.frame({ columns, rows }))
	const { suspendTerminal } = useApp()
	useEffect(() => handOver?.attach({ suspend: suspendTerminal, stdin }), [handOver, suspendTerminal, stdin])
	useInput((input, key) => {
		const typing = readTyping(input, key)
		for (const one of typing.kind === 'text' ? typing.before : typing.keys) controller.press(one)
		if (typing.kind === 'text') controller.paste(typing.text, false)
	})
	usePaste(useCallback((text: string) => controller.paste(text, true), [controller]))
	if (columns < smallest.columns || rows < smallest.rows) return <TooSmall columns={columns} rows={rows} />
	return (
		<Screen
			frame={frame}
			size={{ columns, rows }}
			output={output}
			paint={paint}
			startedAt={startedAt}
			warning={frame.view.notice ?? frame.model.header.warning ?? warning ?? ''}
		/>
	)
}

function TooSmall({ columns, rows }: Size) {
	return (
		<Box width={columns} height={rows} overflow="hidden">
			<Text wrap="truncate">
				Too small: {columns}x{rows}, needs {smallest.columns}x{smallest.rows}
			</Text>
		</Box>
	)
}

interface ScreenProps {
	readonly frame: ScreenFrame
	readonly size: Size
	readonly output: Session['output']
	readonly paint: Paint
	readonly startedAt: number
	/** One sentence over the footer. */
	readonly warning: string
}

function Screen({ frame, size, output, paint, startedAt, warning }: ScreenProps) {
	const { model, view, layout } = frame
	const { columns, rows } = size
	const { glyphs, theme } = paint
	const side = layout.left > 0
	const top = side ? 2 : 3
	const { setCursorPosition } = useCursor()
	const { cursor } = layout
	setCursorPosition(
		cursor
			? { x: (side ? layout.left + 2 : 1) + Math.min(cursor.cell, layout.bodyWidth - 1), y: top + cursor.row }
			: undefined,
	)
	return (
		<Box width={columns} height={rows} flexDirection="column" overflow="hidden">
			<Header frame={frame} columns={columns} paint={paint} startedAt={startedAt} />
			{side ? null : <Rows rows={[breadcrumb(model, columns, glyphs)]} {...paint} />}
			<Rows rows={[rule('', columns, glyphs)]} {...paint} />
			<Box height={layout.bodyRows} flexShrink={0} overflow="hidden">
				{side ? (
					<>
						<Box width={layout.left} height={layout.bodyRows} flexShrink={0} overflow="hidden">
							<Rows rows={pathPane(model, layout.left, layout.bodyRows, glyphs)} {...paint} />
						</Box>
						<Box width={1} flexShrink={0}>
							<Text {...theme.dim}>{Array.from({ length: layout.bodyRows }, () => glyphs.column).join('\n')}</Text>
						</Box>
					</>
				) : null}
				<Box flexDirection="column" width={layout.bodyWidth} marginLeft={1} flexShrink={0} overflow="hidden">
					{layout.blocks.map((block, index) => (
						// biome-ignore lint/suspicious/noArrayIndexKey: a block has no identity but its place
						<BlockView key={index} block={block} frame={frame} output={output} paint={paint} />
					))}
				</Box>
			</Box>
			<Rows rows={[rule(warning, columns, glyphs, '', 'warn')]} {...paint} />
			<Rows rows={[footerRow(model, view, columns, glyphs)]} {...paint} />
		</Box>
	)
}

/** How long the walk takes so far, by the minute, so that an idle screen sends next to nothing. */
function Header({
	frame,
	columns,
	paint,
	startedAt,
}: Pick<ScreenProps, 'frame' | 'paint' | 'startedAt'> & { columns: number }) {
	useAnimation({ interval: 30_000, isActive: paint.motion })
	const minutes = Math.floor((Date.now() - startedAt) / 60_000)
	return (
		<Rows rows={[headerRow(frame.model, minutes === 0 ? '' : `${minutes} min`, columns, paint.glyphs)]} {...paint} />
	)
}

function BlockView({
	block,
	frame: { model, view },
	output,
	paint,
}: Pick<ScreenProps, 'frame' | 'output' | 'paint'> & { readonly block: Block }) {
	if (block.kind === 'rows') return <Rows rows={block.rows} {...paint} />
	const shown = selectedOutput(model, view)
	if (!shown) return null
	return (
		<OutputPane
			output={shown}
			place={(view.output ?? model.shownOutput) + 1}
			of={model.outputs.length}
			lines={output.view(shown.run)}
			anchor={outputAnchor(model, view)}
			focused={view.focus === 'output' || view.overlay?.kind === 'output'}
			width={block.width}
			height={block.height}
			{...paint}
		/>
	)
}
