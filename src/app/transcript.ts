import type { JournalEntry } from '../journal/entry.ts'
import { castOf } from '../transcript/cast.ts'
import { htmlOf } from '../transcript/html.ts'
import { jsonOf } from '../transcript/json.ts'
import { markdownOf } from '../transcript/markdown.ts'

export type TranscriptFormat = 'md' | 'html' | 'json' | 'cast'

/** The transcript of a journal. Everything in it is of the journal: the flow may have changed since, or be gone. */
export function transcriptOf(entries: readonly JournalEntry[], format: TranscriptFormat): string {
	return documents[format](entries)
}

const documents = { md: markdownOf, html: htmlOf, json: jsonOf, cast: castOf } as const
