import { Text, useAnimation } from 'ink'
import { duration } from '../screen/copy.ts'
import type { Glyphs, Style } from './theme.ts'

export interface RunningProps {
	/** Epoch milliseconds. */
	readonly since: number | undefined
	readonly timeoutMs: number
	/** How wide it is, always. */
	readonly cells: number
	readonly style: Style
	readonly glyphs: Glyphs
	readonly motion: boolean
}

/** That a command runs, and for how long. The only part of the screen that changes by itself. */
export function Running({ since, timeoutMs, cells, style, glyphs, motion }: RunningProps) {
	const { frame } = useAnimation({ interval: 200, isActive: motion })
	const spinner = glyphs.spinner[frame % glyphs.spinner.length] ?? ''
	const limit = duration(timeoutMs)
	const elapsed = since === undefined ? 0 : Math.max(0, Math.floor((Date.now() - since) / 1000) * 1000)
	const words = motion
		? `${spinner} ${elapsed === 0 ? '0 s' : wholeSeconds(elapsed)} of ${limit}`
		: `running, ${limit} at most`
	return <Text {...style}>{words.slice(0, cells).padStart(cells)}</Text>
}

function wholeSeconds(ms: number): string {
	return ms < 10_000 ? `${ms / 1000} s` : duration(ms)
}
