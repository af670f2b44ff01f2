/** Arguments that a flow passes to a parser, read as what the parser declares them to be. */

import type { Facts } from './parser.ts'

/** A text without blanks around it; undefined when there is none. */
export function textArg(args: Facts, name: string): string | undefined {
	const value = args[name]
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** A whole number. */
export function intArg(args: Facts, name: string): number | undefined {
	const value = args[name]
	return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined
}

/** A list of texts without empty ones; undefined when it was not given. */
export function listArg(args: Facts, name: string): readonly string[] | undefined {
	const value = args[name]
	return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && item !== '').map(String) : undefined
}
