import type { Parser } from '../text/parser.ts'
import type { Evaluator } from './conditions.ts'
import type { Flow } from './flow.ts'
import type { WrittenFlow } from './schema.ts'
import type { WrittenText } from './schema-walk.ts'
import type { Place } from './source.ts'

/** Says what is wrong, and where. */
export type Complain = (place: Place, message: string, hint?: string) => void

/** What the checks of a flow go by. */
export interface Checking {
	readonly flow: Flow
	/** As it stands in its files, with what its parts have. */
	readonly written: WrittenFlow
	/** Every expression of it. */
	readonly texts: readonly WrittenText[]
	readonly evaluator: Evaluator
	/** The catalogue's and the flow's own. */
	readonly parsers: ReadonlyMap<string, Parser>
	/** Paths of the facts that a stranger can have written. */
	readonly hearsay: ReadonlySet<string>
	readonly error: Complain
	readonly warn: Complain
}
