import { render } from 'ink'
import type { Evaluator } from '../flow/conditions.ts'
import type { Quiz } from '../screen/quiz.ts'
import type { Session } from '../session/types.ts'
import type { GlyphSet } from '../terminal/detect.ts'
import type { HandOver } from '../terminal/hand-over.ts'
import { App } from './app.tsx'
import { createController } from './controller.ts'
import { glyphsOf, themeOf } from './theme.ts'

export interface TuiOptions {
	readonly stdin: NodeJS.ReadStream
	readonly stdout: NodeJS.WriteStream
	readonly stderr: NodeJS.WriteStream
	/** Fills in the flow's texts. The one that the session walks with. */
	readonly evaluator: Evaluator
	/** Gives the terminal to a command that needs it: the target lends it by its `lend`. */
	readonly handOver?: HandOver
	readonly colour: boolean
	readonly glyphs: GlyphSet
	/** False: no spinner, no clock. */
	readonly motion: boolean
	/** One sentence to begin with (the journal cannot be written). */
	readonly warning?: string
	/** Aborting it leaves: a signal arrived. */
	readonly signal?: AbortSignal
	/** Set: the walk is a quiz. */
	readonly quiz?: Quiz
}

export interface TuiEnding {
	/** True when the operator left before the walk had ended. */
	readonly left: boolean
}

/**
 * Shows a session on the whole terminal until the operator leaves. Gives the terminal back as it was, whatever happens;
 * rejects only on a defect, after that. Leaving does not close the session: the caller does.
 */
export async function runTui(session: Session, options: TuiOptions): Promise<TuiEnding> {
	const { stdin, stdout, stderr, handOver, signal } = options
	const leave = (): void => instance.unmount()
	const controller = createController(session, {
		evaluator: options.evaluator,
		glyphs: glyphsOf(options.glyphs),
		onLeave: leave,
		now: () => performance.now(),
		clock: () => Date.now(),
		...(options.quiz === undefined ? {} : { quiz: options.quiz }),
	})
	const paint = { theme: themeOf(options.colour), glyphs: glyphsOf(options.glyphs), motion: options.motion }
	const instance = render(
		<App
			controller={controller}
			output={session.output}
			paint={paint}
			stdin={stdin}
			startedAt={Date.now()}
			{...(handOver ? { handOver } : {})}
			{...(options.warning === undefined ? {} : { warning: options.warning })}
		/>,
		{
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
		},
	)
	if (signal?.aborted) leave()
	else signal?.addEventListener('abort', leave, { once: true })
	try {
		await instance.waitUntilExit()
	} finally {
		signal?.removeEventListener('abort', leave)
		controller.close()
	}
	return { left: session.snapshot().status === 'active' }
}
