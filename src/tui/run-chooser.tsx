import type { ChooserModel, Chosen } from '../screen/chooser.ts'
import { Chooser } from './chooser.tsx'
import { type OnTerminal, showOnTerminal } from './on-terminal.ts'
import { glyphsOf, themeOf } from './theme.ts'

/** Shows the list on the whole terminal until something is chosen. Gives the terminal back as it was. */
export async function runChooser(model: ChooserModel, terminal: OnTerminal): Promise<Chosen> {
	let chosen: Chosen = { kind: 'leave' }
	const paint = { theme: themeOf(terminal.colour), glyphs: glyphsOf(terminal.glyphs), motion: false }
	await showOnTerminal(terminal, (leave) => {
		const onChosen = (what: Chosen): void => {
			chosen = what
			leave()
		}
		return <Chooser model={model} paint={paint} random={Math.random} onChosen={onChosen} />
	})
	return chosen
}
