import { z } from 'zod'
import { branch } from './schema-branch.ts'
import { ownParser } from './schema-parser.ts'
import {
	cel,
	condition,
	evidence,
	flag,
	id,
	name,
	shellText,
	source,
	template,
	text,
	timeout,
	title,
} from './schema-words.ts'

/**
 * The flow file, and a part that flows include, as they are written. `assemble.ts` turns it into a Flow; the JSON Schema for editors is made from it
 * (`json-schema.ts`), so descriptions and error messages here are for authors of flows.
 */

const input = z.strictObject({
	title: text.describe('What the operator is asked for.'),
	format: z
		.enum(['text', 'url', 'unit-name', 'path', 'host', 'port'], 'must be text, url, unit-name, path, host or port')
		.describe('What a value must look like.'),
	default: z
		.union([z.string(), z.number()], 'must be text')
		.transform(String)
		.exactOptional()
		.describe('The value when the operator gives none.'),
	help: text.exactOptional().describe('Where to find the value.'),
})

const parseTarget = z
	.union(
		[
			name,
			z.strictObject({
				as: name.describe('The name that the facts get.'),
				with: z
					.record(name, cel('argument'), 'must map arguments to expressions')
					.default({})
					.describe("Values for the parser's arguments. One that is unknown is left out."),
			}),
		],
		'must be a name for the facts, or `as:` and `with:`',
	)
	.describe('The name that the facts get, or that and arguments for the parser.')

const privilege = z
	.enum(['user', 'root'], 'must be user or root')
	.default('user')
	.describe('Who runs it; never write sudo.')

/** What a probe and a command of a step have in common. */
const runnable = {
	title: text.exactOptional().describe('What it shows, in a few words.'),
	command: shellText.describe('POSIX shell text. {{ CEL }} becomes one quoted word, or one a list element.'),
	privilege,
	as: template.exactOptional().describe('The user that it runs as.'),
	timeout: timeout.exactOptional(),
	if: condition.exactOptional().describe('The command is left out unless this holds; unknown leaves it out too.'),
	parse: z
		.record(
			z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be the name of a parser'),
			parseTarget,
			'must map parsers to names for their facts',
		)
		.default({})
		.describe('Parsers that read the output, and the names of their facts.'),
}

const probe = z
	.strictObject({
		...runnable,
		cost: z
			.number('must be a number')
			.positive('must be more than 0')
			.max(1000, 'must be at most 1000')
			.default(1)
			.describe('What asking costs, as a multiple of the usual probe: seconds, and what it does to the host.'),
		again: flag.default(false).describe('May be read again without a change in between: a crash loop.'),
	})
	.describe('A command that only reads. Any step may run it, and the judge may ask it.')

const command = z.strictObject({
	...runnable,
	effect: z
		.enum(['read', 'change', 'destructive'], 'must be read, change or destructive')
		.default('change')
		.describe('What it does to the host. All but read is done only after a yes.'),
	interactive: flag.default(false).describe('Hands the terminal over, for an editor.'),
	undo: shellText.exactOptional().describe('How to take the change back.'),
})

const run = z
	.union([id, command], 'must be the name of a probe, or a command')
	.describe('The name of a probe, or a command in place: what changes the host, an editor.')

const faq = z.strictObject({
	question: text.describe('What operators ask here.'),
	answer: text.describe('The answer.'),
	source,
})

const step = z.strictObject({
	title,
	label: text.max(24, 'must have at most 24 characters').exactOptional().describe('One or two words for the map.'),
	guide: template.describe('What the operator should know and look for.'),
	manual: flag.default(false).describe('The operator does something by hand and says so.'),
	retest: flag.default(false).describe('The step checks whether the fault is gone.'),
	timeout: timeout.exactOptional().describe('For the commands in place; 30s when absent.'),
	run: z.array(run, 'must be a list of probes and commands').default([]).describe('What it runs, in this order.'),
	branches: z
		.array(branch, 'must be a list of branches')
		.min(1, 'must not be empty')
		.describe('Where the walk goes next: the first that holds.'),
	faq: z.array(faq, 'must be a list').default([]).describe('Questions that come up at this step.'),
	source,
})

const proof = z
	.strictObject({
		when: condition.describe('Names the cause where this holds, whatever step it is judged at.'),
		unless: condition
			.exactOptional()
			.describe('Speaks against it: while this is unknown the cause is likely, not proven.'),
		say: template.describe("What it means, with this host's values."),
		evidence,
		source,
	})
	.describe('A condition that names the cause by itself.')

const cause = z
	.strictObject({
		title,
		proof: z
			.array(proof, 'must be a list of `when` and `say`')
			.default([])
			.describe('What names it. None: only the operator does, by a `choice`.'),
		yields: z
			.array(id, 'must be a list of causes')
			.default([])
			.describe('Deeper or more particular causes that would explain this one.'),
		why: template.describe('How it comes to the fault.'),
		remedy: z
			.union([id, z.array(id, 'must be a list of steps')], 'must be a step, or a list of steps')
			.exactOptional()
			.describe('The step that mends it, or several, the recommended one first.'),
		manual: template.exactOptional().describe('What to do by hand.'),
		prevent: template.describe('How it never comes again.'),
		source,
	})
	.superRefine(({ remedy, manual }, context) => {
		if (manual === undefined && (remedy === undefined || remedy.length === 0)) {
			context.addIssue('needs `remedy`, the step that mends it, or `manual`, what to do by hand')
		}
	})
	.meta({ anyOf: [{ required: ['remedy'] }, { required: ['manual'] }] })

const checklistItem = z.strictObject({
	text: text.describe('What should be so.'),
	when: condition.describe('True: passes. False: fails. Unknown: not checked.'),
	source,
})

const path = z.strictObject({ title, start: id.describe('The first step of this way.') })

const include = z
	.union(
		[
			text,
			z.strictObject({
				file: text.describe('Relative to this file, inside the folder of flows.'),
				with: z
					.record(name, cel('parameter'), 'must map parameters to expressions')
					.default({})
					.describe("The part's parameters."),
			}),
		],
		'must be a file, or `file:` and `with:`',
	)
	.describe('A part: a file whose probes, lets, steps, causes and parsers become those of this one.')

/** What a flow and a part have in common. */
const shared = {
	format: z.literal(2, 'must be 2').describe('The format of the file.'),
	include: z.array(include, 'must be a list of files').default([]).describe('Parts to take over.'),
	probes: z
		.record(id, probe, 'must map names to probes')
		.default({})
		.describe('Commands that only read, named once, run anywhere.'),
	let: z
		.record(name, cel('let'), 'must map names to expressions')
		.default({})
		.describe('Named expressions, readable wherever facts are, in any order.'),
	steps: z.record(id, step, 'must map ids to steps').default({}).describe('The nodes of the tree.'),
	causes: z.record(id, cause, 'must map ids to causes').default({}).describe('The root causes, in order of rank.'),
	parsers: z.record(id, ownParser, 'must map names to parsers').default({}).describe("The flow's own parsers."),
}

const param = z.strictObject({
	type: z
		.enum(['string', 'int', 'double', 'bool', 'list<string>'], 'must be string, int, double, bool or list<string>')
		.describe('The type of the expression that is given.'),
	help: text.describe('One sentence: what to give.'),
})

export const partSchema = z
	.strictObject({
		...shared,
		part: id.describe('The name of the part.'),
		params: z
			.record(name, param, 'must map names to parameters')
			.default({})
			.describe('What who includes it must give; `params.name` in expressions.'),
	})
	.describe('A part that flows include.')

export const flowSchema = z
	.strictObject({
		...shared,
		id: id.describe("The flow's id."),
		title,
		summary: text.default('').describe('One or two sentences for the list of flows.'),
		covers: z.array(text, 'must be a list').default([]).describe('Rows that some `source` must name.'),
		inputs: z.record(name, input, 'must map names to inputs').default({}).describe('What the operator gives.'),
		start: id.describe('The first step.'),
		paths: z.record(id, path, 'must map ids to paths').default({}).describe('Other ways in.'),
		symptom: condition.exactOptional().describe('While this is false no cause is named by itself: the fault is gone.'),
		checklist: z.array(checklistItem, 'must be a list').default([]).describe('What to go through at the end.'),
	})
	.describe('A runtree flow.')

export type WrittenFlow = z.output<typeof flowSchema>
export type WrittenPart = z.output<typeof partSchema>
export type WrittenStep = WrittenFlow['steps'][string]
export type WrittenCommand = Extract<WrittenStep['run'][number], object>
export type WrittenProbe = WrittenFlow['probes'][string]
export type WrittenBranch = WrittenStep['branches'][number]
export type WrittenCause = WrittenFlow['causes'][string]
export type WrittenParser = WrittenFlow['parsers'][string]
export type WrittenFact = WrittenParser['facts'][string]
