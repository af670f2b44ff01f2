import { z } from 'zod'

/**
 * The flow file as it is written. `assemble.ts` turns it into a Flow; the JSON Schema for editors is made from it
 * (`json-schema.ts`), so descriptions and error messages here are for authors of flows.
 */

const idPattern = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/

const id = z
	.string('must be an id such as check-socket')
	.regex(idPattern, 'must be lower-case letters, digits and single dashes, and begin with a letter')
	.max(64, 'must have at most 64 characters')
	.refine((value) => !(value in {}), 'is a reserved word')

const name = z
	.string('must be a name such as response')
	.regex(namePattern, 'must be letters, digits and _ only, and not begin with a digit')
	.max(64, 'must have at most 64 characters')

const text = z
	.string('must be text')
	// Its start stays as it is, since errors point into the text.
	.overwrite((value) => value.trimEnd())
	.min(1, 'must not be empty')
const cel = z
	.union([text, z.number(), z.boolean()], 'must be an expression')
	.transform(String)
	.describe('A CEL expression over facts, inputs and result.')
const template = text.describe('Text with {{ CEL }} in it.')
const flag = z.boolean('must be true or false')
const source = z.array(text, 'must be a list').default([]).describe('The rows of the guide that this comes from.')

const longestTimeoutMs = 24 * 3_600_000

/** Milliseconds of a time as it is written: `30s`, `2m`, `500ms`, `1h`, or a number of seconds. Undefined: not one. */
export function milliseconds(written: string | number): number | undefined {
	const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(String(written))
	if (match === null) return undefined
	const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? 's'] ?? 1000
	return Math.round(Number(match[1]) * unit)
}

const timeoutMessage = 'must be a time such as 30s, 2m, or a number of seconds'
const timeout = z
	.union([z.number(), z.string()], timeoutMessage)
	.refine((value) => milliseconds(value) !== undefined, timeoutMessage)
	.refine((value) => milliseconds(value) !== 0, 'must be longer than nothing')
	.refine((value) => (milliseconds(value) ?? 0) <= longestTimeoutMs, 'must be at most 24h')
	.describe('How long a command may take: "30s", "2m", or a number of seconds.')

const input = z.strictObject({
	title: text.describe('What the operator is asked for.'),
	format: z.enum(
		['text', 'url', 'unit-name', 'path', 'host', 'port'],
		'must be text, url, unit-name, path, host or port',
	),
	default: z
		.union([z.string(), z.number()], 'must be text')
		.transform(String)
		.optional()
		.describe('The value when the operator gives none.'),
	help: text.optional(),
})

const parseTarget = z
	.union(
		[
			name,
			z.strictObject({
				as: name,
				with: z.record(name, cel, 'must map arguments to expressions').default({}),
			}),
		],
		'must be a name for the facts, or `as:` and `with:`',
	)
	.describe('The name that the facts get.')

const command = z.strictObject({
	command: template.describe('POSIX shell text. {{ CEL }} becomes one quoted word, or one a list element.'),
	effect: z
		.enum(['read', 'change', 'destructive'], 'must be read, change or destructive')
		.default('change')
		.describe('What it does to the host. All but read is done only after a yes.'),
	privilege: z
		.enum(['user', 'root'], 'must be user or root')
		.default('user')
		.describe('Who runs it; never write sudo.'),
	timeout: timeout.optional(),
	interactive: flag.default(false).describe('Hands the terminal over, for an editor.'),
	if: cel.optional().describe('The command is left out unless this holds.'),
	undo: template.optional().describe('How to take the change back.'),
	parse: z
		.record(
			z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be the name of a parser'),
			parseTarget,
			'must map parsers to names for their facts',
		)
		.default({})
		.describe('Parsers that read the output, and the names of their facts.'),
})

/** Keys of a branch that say when it is taken, and where it leads. */
export const branchRules = ['when', 'otherwise', 'choice'] as const
export const branchDestinations = ['goto', 'cause', 'end', 'ask'] as const

const branch = z
	.strictObject({
		when: cel.optional().describe('Taken when this holds.'),
		otherwise: z.literal(true, 'must be true').optional().describe('Taken when no branch before it holds.'),
		choice: text.optional().describe('Taken only by the operator, who sees this label.'),
		say: template.optional().describe('What it means.'),
		goto: id.optional().describe('The next step.'),
		cause: id.optional().describe('The root cause that this names.'),
		end: z
			.enum(['healthy', 'resolved', 'inconclusive'], 'must be healthy, resolved or inconclusive')
			.optional()
			.describe('How the walk ends.'),
		ask: template.optional().describe('Stays on the step and asks the operator.'),
		set: z.record(name, cel, 'must map inputs to expressions').default({}).describe('Inputs that it changes.'),
		evidence: z
			.array(text, 'must be a list')
			.default([])
			.describe('Facts whose lines are shown besides those of `when`.'),
		source,
	})
	.superRefine((written, context) => {
		for (const keys of [branchRules, branchDestinations]) {
			const [first, second] = keys.filter((key) => written[key] !== undefined)
			if (first === undefined) context.addIssue(`needs ${listed(keys)}`)
			else if (second !== undefined) {
				context.addIssue({ code: 'custom', path: [second], message: `cannot stand beside \`${first}\`` })
			}
		}
		if (written.say === undefined && written.ask === undefined) context.addIssue('needs `say`: what the branch means')
	})
	.meta({
		allOf: [branchRules, branchDestinations].map((keys) => ({ oneOf: keys.map((key) => ({ required: [key] })) })),
	})

const faq = z.strictObject({ question: text, answer: text, source })

const step = z.strictObject({
	title: text,
	label: text.max(24, 'must have at most 24 characters').optional().describe('One or two words for the map.'),
	guide: template.describe('What the operator should know and look for.'),
	manual: flag.default(false).describe('The operator does something by hand and says so.'),
	retest: flag.default(false).describe('The step checks whether the fault is gone.'),
	timeout: timeout.optional().describe('For its commands; 30s when absent.'),
	run: z.array(command, 'must be a list of commands').default([]),
	branches: z.array(branch, 'must be a list of branches').min(1, 'must not be empty'),
	faq: z.array(faq, 'must be a list').default([]),
	source,
})

const cause = z
	.strictObject({
		title: text,
		why: template,
		remedy: z
			.union([id, z.array(id, 'must be a list of steps')], 'must be a step, or a list of steps')
			.optional()
			.describe('The step that mends it, or several, the recommended one first.'),
		manual: template.optional().describe('What to do by hand.'),
		prevent: template,
		source,
	})
	.superRefine(({ remedy, manual }, context) => {
		if (manual === undefined && (remedy === undefined || remedy.length === 0)) {
			context.addIssue('needs `remedy`, the step that mends it, or `manual`, what to do by hand')
		}
	})
	.meta({ anyOf: [{ required: ['remedy'] }, { required: ['manual'] }] })

const checklistItem = z.strictObject({ text, when: cel, source })

function listed(keys: readonly string[]): string {
	const quoted = keys.map((key) => `\`${key}\``)
	return `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

const path = z.strictObject({ title: text, start: id })

export const flowSchema = z
	.strictObject({
		format: z.literal(1, 'must be 1'),
		id,
		title: text,
		summary: text.default('').describe('One or two sentences for the list of flows.'),
		covers: z.array(text, 'must be a list').default([]).describe('Rows that some `source` must name.'),
		inputs: z.record(name, input, 'must map names to inputs').default({}),
		start: id.describe('The first step.'),
		paths: z.record(id, path, 'must map ids to paths').default({}).describe('Other ways in.'),
		steps: z.record(id, step, 'must map ids to steps'),
		causes: z.record(id, cause, 'must map ids to causes').default({}),
		checklist: z.array(checklistItem, 'must be a list').default([]),
	})
	.describe('A runtree flow.')

export type WrittenFlow = z.output<typeof flowSchema>
export type WrittenStep = WrittenFlow['steps'][string]
export type WrittenCommand = WrittenStep['run'][number]
export type WrittenBranch = WrittenStep['branches'][number]
export type WrittenCause = WrittenFlow['causes'][string]
