import { render } from 'ink'
import type { ReactElement } from 'react'
import type { GlyphSet } from '../terminal/detect.ts'

/** What a full screen is drawn on, and how. */
export interface OnTerminal {
	readonly stdin: NodeJS.ReadStream
	readonly stdout: NodeJS.WriteStream
	readonly stderr: NodeJS.WriteStream
	readonly colour: boolean
	readonly glyphs: GlyphSet
	/** Aborting it leaves: a signal arrived. */
	readonly signal?: AbortSignal
}

/**
 * Shows an element on the whole terminal until it is left, by its own `leave` or by the signal. Gives the terminal back as
 * it was, whatever happens; rejects only on a defect, after that.
 */
export async function showOnTerminal(
	{ stdin, stdout, stderr, signal }: OnTerminal,
	element: (leave: () => void) => ReactElement,
): Promise<void> {
	const leave = (): void => instance.unmount()
	const instance = render(element(leave), {
		stdin,
		stdout,
		stderr,
		alternateScreen: true,
		incrementalRendering: true,
		// Ink takes a set CI for a terminal that cannot be drawn on; whether this one can was decided before.
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: false,
		isScreenReaderEnabled: false,
	})
	if (signal?.aborted) leave()
	else signal?.addEventListener('abort', leave, { once: true })
	try {
		await instance.waitUntilExit()
	} finally {
		signal?.removeEventListener('abort', leave)
	}
}
