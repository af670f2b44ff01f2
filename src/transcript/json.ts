import type { JournalEntry } from '../journal/entry.ts'
import { storyOf } from './story.ts'
import { verdictOf } from './words.ts'

/** Grows when a field is taken away or means something else. New fields may come at any time. */
const TRANSCRIPT_FORMAT = 1

/** The session as one JSON document, ending with a newline. Empty when the entries do not begin with a session. */
export function jsonOf(entries: readonly JournalEntry[]): string {
	const story = storyOf(entries)
	if (story === undefined) return ''
	const document = { format: TRANSCRIPT_FORMAT, kind: 'runtree.transcript', verdict: verdictOf(story), ...story }
	return `${JSON.stringify(document, null, '\t')}\n`
}
