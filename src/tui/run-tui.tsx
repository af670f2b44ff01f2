import type { Evaluator } from '../flow/conditions.ts'
import type { Quiz } from '../screen/quiz.ts'
import type { Session } from '../session/types.ts'
import type { HandOver } from '../terminal/hand-over.ts'
import { App } from './app.tsx'
import { type Controller, createController } from './controller.ts'
import { type OnTerminal, showOnTerminal } from './on-terminal.ts'
import { glyphsOf, themeOf } from './theme.ts'

export interface TuiOptions extends OnTerminal {
	/** Fills in the flow's texts. The one that the session walks with. */
	readonly evaluator: Evaluator
	/** Gives the terminal to a command that needs it: the target lends it by its `lend`. */
	readonly handOver?: HandOver
	/** False: no spinner, no clock. */
	readonly motion: boolean
	/** One sentence to begin with (the journal cannot be written). */
	readonly warning?: string | undefined
	/** Set: the walk is a quiz. */
	readonly quiz?: Quiz | undefined
}

/**
 * Shows a session on the whole terminal until the operator leaves. Gives the terminal back as it was, whatever happens;
 * rejects only on a defect, after that. Leaving does not close the session: the caller does.
 */
export async function runTui(session: Session, options: TuiOptions): Promise<void> {
	const { evaluator, handOver, quiz, warning, stdin } = options
	const paint = { theme: themeOf(options.colour), glyphs: glyphsOf(options.glyphs), motion: options.motion }
	let controller: Controller | undefined
	try {
		await showOnTerminal(options, (leave) => {
			controller = createController(session, {
				evaluator,
				glyphs: paint.glyphs,
				onLeave: leave,
				now: () => performance.now(),
				clock: () => Date.now(),
				quiz,
			})
			return (
				<App
					controller={controller}
					output={session.output}
					paint={paint}
					stdin={stdin}
					startedAt={Date.now()}
					handOver={handOver}
					warning={warning}
				/>
			)
		})
	} finally {
		controller?.close()
	}
}
