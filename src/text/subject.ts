import type { OutputKind } from './output-kind.ts'
import type { Parser } from './parser.ts'

/** One thing of the world that runtree knows: what it prints, how that is recognised, and what can be asked of its values. */
export interface Subject {
	/** `systemd`, `nginx`: the folder's name. */
	readonly name: string
	readonly parsers: readonly Parser[]
	/** What its programs print, as people paste it. */
	readonly outputs: readonly OutputKind[]
	readonly functions: readonly DomainFunction[]
}

/** A function that conditions may call, besides those of CEL. */
export interface DomainFunction {
	/** As CEL declares it: `reaches(string, string): bool`. */
	readonly signature: string
	/** One sentence for the documentation. */
	readonly summary: string
	/** Throws an Error whose message is a reason for people: the condition is then unknown. */
	readonly call: (first: string, second: string) => string | boolean
}
