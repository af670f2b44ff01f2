import { z } from 'zod'
import { cel, condition, evidence, id, listed, name, source, template, text } from './schema-words.ts'

/** Keys of a branch that say when it is taken, and where it leads. */
const branchRules = ['when', 'otherwise', 'choice'] as const
const branchDestinations = ['goto', 'cause', 'end', 'ask'] as const

const branchShape = z.strictObject({
	when: condition.exactOptional().describe('Taken when this holds.'),
	otherwise: z.literal(true, 'must be true').exactOptional().describe('Taken when no branch before it holds.'),
	choice: text.exactOptional().describe('Taken only by the operator, who sees this label.'),
	say: template.exactOptional().describe('What it means, true whenever the branch is taken.'),
	goto: id.exactOptional().describe('The next step.'),
	cause: z
		.union([id, z.array(id, 'must be a list of causes').min(1, 'must not be empty')], 'must be causes')
		.exactOptional()
		.describe('A list: the first of these causes that is proven. One cause: what the operator chose.'),
	end: z
		.enum(['healthy', 'resolved', 'inconclusive'], 'must be healthy, resolved or inconclusive')
		.exactOptional()
		.describe('How the walk ends.'),
	ask: template.exactOptional().describe('Stays on the step and asks the operator.'),
	set: z.record(name, cel('input'), 'must map inputs to expressions').default({}).describe('Inputs that it changes.'),
	evidence,
	source,
})

/** A branch as it is written. */
export const branch = branchShape
	.superRefine((written, context) => {
		const fault = branchFault(written)
		if (fault === undefined) return
		const { key, message, hint } = fault
		context.addIssue({ code: 'custom', path: key === undefined ? [] : [key], message, params: { hint } })
	})
	.meta({
		allOf: [
			{ oneOf: branchDestinations.map((key) => ({ required: [key] })) },
			{ oneOf: [...branchRules.map((key) => ({ required: [key] })), { properties: { cause: { type: 'array' } } }] },
		],
	})

interface BranchFault {
	/** Where; the whole branch when absent. */
	readonly key?: string
	readonly message: string
	readonly hint?: string
}

const atTheCause = 'write the condition as `proof` of the cause, and `cause: […]` alone here'

/** What the keys of a branch cannot be together. */
function branchFault(written: z.output<typeof branchShape>): BranchFault | undefined {
	const rules = branchRules.filter((key) => written[key] !== undefined)
	const [destination, second] = branchDestinations.filter((key) => written[key] !== undefined)
	if (destination === undefined) return { message: `needs ${listed(branchDestinations)}` }
	if (second !== undefined) return { key: second, message: `cannot stand beside \`${destination}\`` }
	const [rule, other] = rules
	if (rule !== undefined && other !== undefined) return { key: other, message: `cannot stand beside \`${rule}\`` }
	if (typeof written.cause === 'object') {
		if (rule !== undefined) {
			const hint = rule === 'choice' ? 'a choice names one cause: `cause: its-id`' : atTheCause
			return { key: rule, message: 'cannot stand beside a list of causes', hint }
		}
		if (written.say === undefined) return undefined
		return { key: 'say', message: 'cannot stand beside a list of causes', hint: 'the proof of the cause says it' }
	}
	if (destination === 'cause' && rule !== 'choice') {
		if (rule !== undefined) return { key: rule, message: 'cannot name a cause', hint: atTheCause }
		return { key: 'cause', message: 'needs a `choice`', hint: 'write `cause: […]` to name it by its proof' }
	}
	if (rule === undefined) return { message: `needs ${listed(branchRules)}` }
	if (written.say === undefined && written.ask === undefined) return { message: 'needs `say`: what the branch means' }
	return undefined
}
