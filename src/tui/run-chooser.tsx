import { render } from 'ink'
import type { ChooserModel, Chosen } from '../screen/chooser.ts'
import type { GlyphSet } from '../terminal/detect.ts'
import { Chooser } from './chooser.tsx'
import { glyphsOf, themeOf } from './theme.ts'

export interface ChooserOptions {
	readonly stdin: NodeJS.ReadStream
	readonly stdout: NodeJS.WriteStream
	readonly stderr: NodeJS.WriteStream
	readonly colour: boolean
	readonly glyphs: GlyphSet
	/** Aborting it leaves: a signal arrived. */
	readonly signal: AbortSignal
}

/** Shows the list on the whole terminal until something is chosen. Gives the terminal back as it was. */
export async function runChooser(model: ChooserModel, options: ChooserOptions): Promise<Chosen> {
	const { stdin, stdout, stderr, signal } = options
	let chosen: Chosen = { kind: 'leave' }
	const instance = render(
		<Chooser
			model={model}
			paint={{ theme: themeOf(options.colour), glyphs: glyphsOf(options.glyphs), motion: false }}
			random={Math.random}
			onChosen={(what) => {
				chosen = what
				instance.unmount()
			}}
		/>,
		{
			stdin,
			stdout,
			stderr,
			alternateScreen: true,
			incrementalRendering: true,
			interactive: true,
			exitOnCtrlC: false,
			patchConsole: false,
			isScreenReaderEnabled: false,
		},
	)
	const leave = (): void => instance.unmount()
	if (signal.aborted) leave()
	else signal.addEventListener('abort', leave, { once: true })
	try {
		await instance.waitUntilExit()
	} finally {
		signal.removeEventListener('abort', leave)
	}
	return chosen
}
