import type { Evaluator } from '../flow/conditions.ts'
import type { LinesIn } from '../plain/lines-in.ts'
import type { Quiz } from '../screen/quiz.ts'
import type { Session } from '../session/types.ts'
import { stty } from '../target/stty.ts'
import { chooseTerminal, terminalFacts } from '../terminal/detect.ts'
import type { HandOver } from '../terminal/hand-over.ts'
import { RAW_TERMINAL_HINT, repairTerminal } from '../terminal/reset.ts'
import { interruptible } from '../terminal/signals.ts'
import { type TerminalStreams, watchOutput } from '../terminal/streams.ts'
import { exitCodeOf, exitCodes } from './exit-codes.ts'

export interface FrontEndOptions {
	readonly evaluator: Evaluator
	readonly streams: TerminalStreams
	readonly handOver: HandOver
	readonly plain: boolean
	readonly motion: boolean
	/** One sentence to begin with. */
	readonly notice?: string | undefined
	/** Set: the walk is a quiz. */
	readonly quiz?: Quiz | undefined
	/** Standard input as lines, when some of them were read already. */
	readonly answers?: LinesIn | undefined
}

/**
 * Lets an operator walk: full screen on a terminal, lines elsewhere. Closes the session, leaves a short summary on the
 * main screen, and gives the exit code.
 */
export async function walkWithOperator(session: Session, options: FrontEndOptions): Promise<number> {
	const { streams, evaluator, handOver } = options
	const choice = chooseTerminal(terminalFacts(streams), { plain: options.plain })
	const repaired = choice.frontEnd === 'tui' && repairTerminal({ stty, write: (text) => streams.stdout.write(text) })
	/** In lines Ctrl-C arrives as a signal, and first cancels what runs. */
	let interrupted: (() => void) | undefined
	const ending = interruptible({
		take: () => {
			interrupted?.()
			return interrupted !== undefined
		},
		lent: () => handOver.lent(),
	})
	// Nobody sees what is asked any more (`… | head`, a terminal that was closed).
	const unwatch = watchOutput(streams.stdout).onLost(() => ending.abort())
	let needsAnswer = false
	try {
		if (choice.frontEnd === 'tui') {
			// What is typed ahead is echoed until raw mode; an echo between or before what is drawn would shift the screen.
			streams.stdin.setRawMode(true)
			streams.stdout.write('\r\u001B[K')
			const { runTui } = await import('../tui/run-tui.tsx')
			await runTui(session, {
				stdin: streams.stdin,
				stdout: streams.stdout,
				stderr: streams.stderr,
				evaluator,
				handOver,
				colour: choice.colour,
				glyphs: choice.glyphs,
				motion: options.motion,
				signal: ending.signal,
				warning: options.notice,
				quiz: options.quiz,
			})
		} else {
			const { runPlain } = await import('../plain/run-plain.ts')
			const ended = await runPlain(session, {
				stdin: streams.stdin,
				stdout: streams.stdout,
				stderr: streams.stderr,
				evaluator,
				columns: choice.columns,
				glyphs: choice.glyphs,
				onInterrupt: (listener) => {
					interrupted = listener
					return () => {
						interrupted = undefined
					}
				},
				signal: ending.signal,
				notice: options.notice,
				quiz: options.quiz,
				answers: options.answers,
			})
			needsAnswer = ended.needsAnswer
		}
	} finally {
		if (choice.frontEnd === 'tui') streams.stdin.setRawMode(false)
		ending.undo()
		unwatch()
		await session.close()
	}
	const { lastWords } = await import('../plain/last-words.ts')
	streams.stdout.write(lastWords(session, evaluator, choice.glyphs))
	const warning = session.warning()
	// The full screen has one line for it, which may be too short.
	if (warning !== undefined && choice.frontEnd === 'tui') streams.stderr.write(`runtree: ${warning}\n`)
	if (repaired) streams.stderr.write(`${RAW_TERMINAL_HINT}\n`)
	const signalled = ending.exitCode()
	if (signalled !== undefined) return signalled
	if (needsAnswer) return exitCodes.stopped
	return exitCodeOf(session.snapshot().context.outcome ?? 'stopped')
}
