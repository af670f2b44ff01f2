import type { Parser } from '../text/parser.ts'
import type { Flow } from './flow.ts'

/** The catalogue's parsers and those that a flow describes itself; the catalogue's win. */
export function withOwnParsers(
	own: Flow['parsers'],
	catalogue: ReadonlyMap<string, Parser>,
): ReadonlyMap<string, Parser> {
	return Object.keys(own).length === 0 ? catalogue : new Map([...catalogue])
}
