import type { Evaluator } from '../flow/conditions.ts'
import { nextByItself } from '../machine/by-itself.ts'
import { canRunOn } from '../screen/actions.ts'
import { asciiOf } from '../screen/cells.ts'
import type { ScreenModel } from '../screen/model.ts'
import type { Quiz } from '../screen/quiz.ts'
import { toScreen } from '../screen/to-screen.ts'
import { viewOf } from '../screen/walk-view.ts'
import type { Session } from '../session/types.ts'
import type { GlyphSet } from '../terminal/detect.ts'
import { type Dialogue, handle } from './answer.ts'
import { type LinesIn, linesIn } from './lines-in.ts'
import { openingLines, promptLine, sceneLines } from './print.ts'
import { outputPrinter } from './print-output.ts'
import { hintLines } from './print-quiz.ts'

export interface PlainOptions {
	readonly stdin: NodeJS.ReadableStream
	readonly stdout: NodeJS.WritableStream
	readonly stderr: NodeJS.WritableStream
	readonly evaluator: Evaluator
	/** Cells of a line. */
	readonly columns: number
	readonly glyphs: GlyphSet
	/** One sentence to begin with. */
	readonly notice?: string | undefined
	/** Calls back when the operator interrupts (Ctrl-C); gives the function that ends that. */
	readonly onInterrupt?: (listener: () => void) => () => void
	/** Aborting it leaves. */
	readonly signal?: AbortSignal
	/** Set: the walk is a quiz. */
	readonly quiz?: Quiz | undefined
	/** Standard input, when somebody has read lines from it already. */
	readonly answers?: LinesIn | undefined
}

export interface PlainEnding {
	/** The operator left before the walk had ended. */
	readonly left: boolean
	/** An answer was needed and standard input had none: that was said on standard error. Exit code 5. */
	readonly needsAnswer: boolean
}

const leftEnding: PlainEnding = { left: true, needsAnswer: false }

/**
 * Walks a session in lines: nothing that was printed changes, nothing moves. Answers come line by line from standard
 * input, a terminal or not. Does not close the session; the caller prints the last words.
 */
export async function runPlain(session: Session, options: PlainOptions): Promise<PlainEnding> {
	const { stdout, stderr, columns, evaluator, quiz } = options
	const answers = options.answers ?? linesIn(options.stdin)
	const encode = options.glyphs === 'ascii' ? asciiOf : (text: string): string => text
	const print = (lines: readonly string[]): void => {
		if (lines.length > 0) stdout.write(`${lines.map((line) => encode(line.trimEnd())).join('\n')}\n`)
	}
	const read = (): ScreenModel => {
		const seen = viewOf(session, evaluator)
		quiz?.observe(seen)
		return toScreen(quiz ? { ...seen, quiz: quiz.state() } : seen)
	}
	const outputs = outputPrinter(session, print)
	const leaving = new AbortController()
	const leave = (): void => {
		leaving.abort()
		answers.close()
	}
	const stopInterrupts = options.onInterrupt?.(() => {
		if (read().phase !== 'running') return leave()
		print(['Cancelling. Ctrl-C again leaves.'])
		session.send({ type: 'command.cancel' })
	})
	if (options.signal?.aborted) leave()
	options.signal?.addEventListener('abort', leave, { once: true })
	const tellQuiz: Dialogue['tellQuiz'] = (move) => {
		for (const event of quiz?.move(move, viewOf(session, evaluator)) ?? []) session.send(event)
	}
	const dialogue: Dialogue = { session, answers, print, stdout, columns, tellQuiz }
	let moment = ''
	let warned: string | undefined
	const warn = (): void => {
		const warning = session.warning()
		if (warning === undefined || warning === warned) return
		warned = warning
		stderr.write(`runtree: ${warning}\n`)
	}
	let autorun = false

	try {
		print([...openingLines(read(), columns), ...(options.notice === undefined ? [] : [options.notice])])
		for (;;) {
			if (leaving.signal.aborted) return leftEnding
			const model = read()
			if (model.phase === 'running') {
				await untilRest(session, () => outputs.print(read()), leaving.signal)
				continue
			}
			outputs.print(model)
			warn()
			if (model.moment !== moment) print(sceneLines(model, columns))
			moment = model.moment
			if (model.phase === 'ended') return { left: false, needsAnswer: false }
			if (autorun && canRunOn(model)) {
				const { context } = session.snapshot()
				const next = nextByItself(session.flow, { phase: model.phase, context })
				if ('event' in next) {
					session.send(next.event)
					continue
				}
			}
			autorun = false
			stdout.write(promptLine(model))
			const line = await answers.next()
			if (leaving.signal.aborted) return leftEnding
			if (line === undefined) {
				print([''])
				stderr.write(
					'An answer is needed here and nobody is there: run it in a terminal, or give the answers on standard input.\n',
				)
				return { left: false, needsAnswer: true }
			}
			// Where no terminal echoes the answer, it would be missing between the prompt and what comes of it.
			if (!('isTTY' in options.stdin && options.stdin.isTTY)) print([line])
			const handled = await handle(dialogue, model, line)
			if (handled === 'leave') return leftEnding
			if (handled === 'hinted') print(hintLines(read(), columns))
			if (handled === 'autorun') autorun = true
		}
	} finally {
		stopInterrupts?.()
		options.signal?.removeEventListener('abort', leave)
		outputs.close()
		answers.close()
	}
}

/** Waits until no command runs, and calls back on every change until then. */
function untilRest(session: Session, changed: () => void, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const look = (): void => {
			changed()
			if (session.snapshot().phase === 'running' && !signal.aborted) return
			for (const end of ends) end()
			resolve()
		}
		signal.addEventListener('abort', look, { once: true })
		const ends = [
			session.subscribe(look),
			session.output.subscribe(look),
			() => signal.removeEventListener('abort', look),
		]
		look()
	})
}
