import { steady } from '../screen/cells.ts'
import { count } from '../screen/copy.ts'
import type { OutputModel, ScreenModel } from '../screen/model.ts'
import type { Session } from '../session/types.ts'

/** Prints the output of commands as it comes, each line once. */
export interface OutputPrinter {
	/** Prints what the step's commands have printed since. */
	print(model: ScreenModel): void
	close(): void
}

/** A printer for one session's output. */
export function outputPrinter(session: Session, print: (lines: readonly string[]) => void): OutputPrinter {
	/** By run: how many of its lines are printed, and whether its end is told. */
	const printed = new Map<string, { lines: number; told: boolean }>()
	const printEvidence = ({ run, evidence }: OutputModel): void => {
		const view = session.output.view(run)
		print(evidence.map((number) => `  evidence, line ${number}: ${steady(view.slice(number, 1)[0]?.text ?? '')}`))
	}
	return {
		print: (model) => {
			for (const output of model.outputs) {
				const state = printed.get(output.run) ?? { lines: 0, told: false }
				if (state.told) continue
				if (model.byHand !== null) {
					// The operator has just seen it: only what it shows is said.
					state.told = !output.running
					state.lines = session.output.view(output.run).total
					printed.set(output.run, state)
					if (state.told) printEvidence(output)
					continue
				}
				if (!printed.has(output.run)) print(['', `$ ${steady(output.command)}`])
				const view = session.output.view(output.run)
				if (view.first - 1 > state.lines) {
					print([`  (${count(view.first - 1 - state.lines, 'line')} not shown; the journal has what was kept)`])
					state.lines = view.first - 1
				}
				print(view.slice(state.lines + 1, view.total - state.lines).map((line) => `  | ${steady(line.text)}`))
				const command = model.step.commands.find(({ text, words }) => text === output.command && words !== '')
				const told = !output.running && command !== undefined
				if (told) {
					print([`  (${command.words})`])
					printEvidence(output)
				}
				printed.set(output.run, { lines: view.total, told })
			}
		},
		close: () => printed.clear(),
	}
}
