import type { Evaluator } from '../flow/conditions.ts'
import { asciiOf, steady, wrapProse } from '../screen/cells.ts'
import type { ScreenModel } from '../screen/model.ts'
import { summaryOf } from '../screen/summary.ts'
import { toScreen } from '../screen/to-screen.ts'
import { viewOf } from '../screen/walk-view.ts'
import type { Session } from '../session/types.ts'
import type { GlyphSet } from '../terminal/detect.ts'
import { summaryLines } from './print.ts'

/** What stays on the terminal when a front end has left it. Prose wraps at this width. */
const width = 80

/**
 * The end of a session in a few lines: verdict, path, causes, changes, checklist, where it is kept, how to export it.
 * @returns text that ends with a newline
 */
export function lastWords(session: Session, evaluator: Evaluator, glyphs: GlyphSet): string {
	const view = viewOf(session, evaluator)
	const model = toScreen(view)
	const lines = [
		...wrapProse(`${model.header.title} on ${model.header.host}`, width),
		...pathLines(model),
		...summaryLines(summaryOf(view), width),
	]
	const text = `${lines.map((line) => line.trimEnd()).join('\n')}\n`
	return glyphs === 'ascii' ? text.split('\n').map(asciiOf).join('\n') : text
}

function pathLines({ trail, phase }: ScreenModel): readonly string[] {
	const steps = phase === 'ended' || phase === 'cause' ? trail.slice(0, -1) : trail
	return wrapProse(`Path: ${steps.map((item) => steady(item.label)).join(' > ')}`, width)
}
