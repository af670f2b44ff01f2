import type { Parser } from '../facts/parser.ts'
import { createEvaluator } from '../flow/conditions.ts'
import type { Flow } from '../flow/flow.ts'
import { renderText } from '../flow/templates.ts'
import type { JournalEntry } from '../journal/entry.ts'
import { foldWalk } from '../journal/fold.ts'
import { checklistOf, scopeOf } from '../session/checklist.ts'
import { castOf } from '../transcript/cast.ts'
import { htmlOf } from '../transcript/html.ts'
import { jsonOf } from '../transcript/json.ts'
import { markdownOf } from '../transcript/markdown.ts'
import type { DocumentOptions } from '../transcript/words.ts'

export type TranscriptFormat = 'md' | 'html' | 'json' | 'cast'

/**
 * The transcript of a journal. The flow, when it is at hand, adds what a journal does not hold: why a cause is one, how
 * to prevent it, and the checklist.
 */
export function transcriptOf(
	entries: readonly JournalEntry[],
	format: TranscriptFormat,
	flow: Flow | undefined,
	parsers: ReadonlyMap<string, Parser>,
): string {
	const options = flow === undefined ? {} : fromFlow(entries, flow, parsers)
	switch (format) {
		case 'md':
			return markdownOf(entries, options)
		case 'html':
			return htmlOf(entries, options)
		case 'json':
			return jsonOf(entries, options)
		case 'cast':
			return castOf(entries)
	}
}

function fromFlow(entries: readonly JournalEntry[], flow: Flow, parsers: ReadonlyMap<string, Parser>): DocumentOptions {
	const evaluator = createEvaluator(flow, parsers)
	const started = entries.find((entry) => entry.type === 'session.started')
	const walk = { ...foldWalk(entries, flow), host: started?.host ?? '' }
	const prose = (template: string): string => renderText(template, scopeOf(walk), evaluator)
	const named = new Set(entries.flatMap((entry) => (entry.type === 'cause.named' ? [entry.cause] : [])))
	return {
		causes: Object.fromEntries(
			Object.entries(flow.causes)
				.filter(([id]) => named.has(id))
				.map(([id, { why, prevent }]) => [id, { why: prose(why), prevent: prose(prevent) }]),
		),
		checklist: checklistOf(flow, evaluator, walk),
	}
}
