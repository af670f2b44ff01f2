import { z } from 'zod'

/** What the keys of a flow file have for values; descriptions and messages are for authors of flows. */

const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

export const id = z
	.string('must be an id such as check-socket')
	.regex(idPattern, 'must be lower-case letters, digits and single dashes, and begin with a letter')
	.max(64, 'must have at most 64 characters')
	.refine((value) => !(value in {}), 'is a reserved word')

export const name = z
	.string('must be a name such as response')
	.regex(namePattern, 'must be letters, digits and _ only, and not begin with a digit')
	.max(64, 'must have at most 64 characters')

export const text = z
	.string('must be text')
	// Its start stays as it is, since errors point into the text.
	.overwrite((value) => value.trimEnd())
	.min(1, 'must not be empty')

/** What a text of a flow is to the checks. All but the last three are CEL. */
export type TextKind =
	/** True or false. */
	| 'condition'
	/** The value of an input. */
	| 'input'
	| 'let'
	/** What a parser is told. */
	| 'argument'
	/** What an included part is told. */
	| 'parameter'
	/** The name of a fact or a let whose lines are evidence. */
	| 'evidence'
	/** Prose with `{{ CEL }}` in it. */
	| 'template'
	/** Shell text with `{{ CEL }}` in it. */
	| 'command'

/** The kinds of a flow's texts, by their schemas: whoever walks a file by its schema finds its expressions. */
export const textKinds = z.registry<{ readonly is: TextKind }>()

const expression = z
	.union([text, z.number(), z.boolean()], 'must be an expression')
	.transform(String)
	.describe('A CEL expression over facts, lets, inputs and result.')

/** The schema of a CEL expression that is this to the flow. */
export function cel(is: TextKind) {
	return expression.clone().register(textKinds, { is })
}

export const condition = cel('condition')
export const template = text.describe('Text with {{ CEL }} in it.').register(textKinds, { is: 'template' })
export const shellText = template.clone().register(textKinds, { is: 'command' })
export const title = text.describe('A short name for people.')
export const flag = z.boolean('must be true or false')
export const source = z
	.array(text, 'must be a list')
	.default([])
	.describe('The rows of the guide that this comes from.')

const longestTimeoutMs = 24 * 3_600_000

/** Milliseconds of a time as it is written: `30s`, `2m`, `500ms`, `1h`, or a number of seconds. Undefined: not one. */
export function milliseconds(written: string | number): number | undefined {
	const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(String(written))
	if (match === null) return undefined
	const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? 's'] ?? 1000
	return Math.round(Number(match[1]) * unit)
}

const timeoutMessage = 'must be a time such as 30s, 2m, or a number of seconds'
export const timeout = z
	.union([z.number(), z.string()], timeoutMessage)
	.refine((value) => milliseconds(value) !== undefined, timeoutMessage)
	.refine((value) => milliseconds(value) !== 0, 'must be longer than nothing')
	.refine((value) => (milliseconds(value) ?? 0) <= longestTimeoutMs, 'must be at most 24h')
	.describe('How long a command may take: "30s", "2m", or a number of seconds; 30s when absent.')

export const evidence = z
	.array(text.clone().register(textKinds, { is: 'evidence' }), 'must be a list')
	.default([])
	.describe('Further facts, or lets, whose lines are shown besides those that decided.')

/** Keys in words: `a`, `b` or `c`. */
export function listed(keys: readonly string[]): string {
	const quoted = keys.map((key) => `\`${key}\``)
	return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
