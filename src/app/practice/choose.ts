import { type LinesIn, linesIn } from '../../plain/lines-in.ts'
import type { ChooserModel, Chosen } from '../../screen/chooser.ts'
import { chooseTerminal, terminalFacts } from '../../terminal/detect.ts'
import { interruptible } from '../../terminal/signals.ts'
import type { TerminalStreams } from '../../terminal/streams.ts'
import { exitCodes } from '../exit-codes.ts'
import { UserError } from '../user-error.ts'
import type { HostCatalogue } from './catalogue.ts'

export type HostChoice =
	/** `answers`: standard input as lines, where some of them were read already. */
	| { readonly kind: 'start'; readonly index: number; readonly quiz: boolean; readonly answers?: LinesIn }
	| { readonly kind: 'leave'; readonly exitCode: number }

/** Lets a trainee choose a recorded host: on the whole terminal, or by a number. */
export async function chooseHost(
	model: ChooserModel,
	streams: TerminalStreams,
	asked: { readonly plain: boolean },
): Promise<HostChoice> {
	const { stdin, stdout, stderr } = streams
	const terminal = chooseTerminal(terminalFacts(streams), asked)
	const ending = interruptible()
	const left = (): HostChoice => ({ kind: 'leave', exitCode: ending.exitCode() ?? exitCodes.ok })
	try {
		if (terminal.frontEnd === 'tui') {
			const { runChooser } = await import('../../tui/run-chooser.tsx')
			const { colour, glyphs } = terminal
			// What is typed ahead is echoed until raw mode, onto what is drawn; so it is raw before, and until a session is there.
			stdin.setRawMode(true)
			stdout.write('\r\u001B[K')
			const chosen: Chosen = await runChooser(model, { stdin, stdout, stderr, colour, glyphs, signal: ending.signal })
			if (chosen.kind === 'leave') return left()
			stdin.setRawMode(true)
			return chosen
		}
		const { choosePlain } = await import('../../plain/choose.ts')
		const answers = linesIn(stdin)
		ending.signal.addEventListener('abort', () => answers.close(), { once: true })
		const chosen = await choosePlain(model, { answers, stdout, columns: terminal.columns })
		if (chosen?.kind === 'start') return { ...chosen, answers }
		answers.close()
		if (chosen === undefined && !ending.signal.aborted) {
			stdout.write('\n')
			throw new UserError(
				'An answer is needed here and nobody is there: name a recorded host by its number, `runtree practice --list` lists them.',
				exitCodes.stopped,
			)
		}
		return left()
	} finally {
		ending.undo()
	}
}

/** The list as the trainee sees it. */
export function chooserModel(
	{ entries }: HostCatalogue,
	{ title, best, quiz }: { readonly title: string; readonly best: ReadonlyMap<string, number>; readonly quiz: boolean },
): ChooserModel {
	return {
		title,
		quiz,
		items: entries.map(({ number, name, header }) => {
			const score = best.get(name)
			return {
				number,
				symptom: header.symptom,
				difficulty: header.difficulty,
				...(score === undefined ? {} : { best: score }),
			}
		}),
	}
}
