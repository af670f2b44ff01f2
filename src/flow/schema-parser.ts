import { z } from 'zod'
import { listed, name, text } from './schema-words.ts'

/** Keys of an own fact that say how it is read. */
const factReaders = ['regex', 'count', 'table', 'json', 'pairs'] as const

const ownFact = z
	.strictObject({
		regex: text.exactOptional().describe('RE2: the first group, or the one named `value`; every match for a list.'),
		count: text.exactOptional().describe('RE2: how many lines match.'),
		table: z
			.strictObject({
				column: text.describe('The heading of the column.'),
				where: z
					.record(z.string(), z.union([z.string(), z.number()], 'must be text').transform(String))
					.default({})
					.describe('What other columns of the row must hold.'),
			})
			.exactOptional()
			.describe('A column of the row in which other columns have these values; of every row for a list.'),
		json: text.exactOptional().describe('A path in JSON: data.items[0].name'),
		pairs: text.exactOptional().describe('The key of a line `key=value` or `key: value`.'),
		type: z
			.enum(
				['string', 'int', 'double', 'bool', 'list', 'size', 'duration', 'percent'],
				'must be string, int, double, bool, list, size, duration or percent',
			)
			.describe('A size is brought to bytes, a duration to seconds, a percentage to its number.'),
		help: text.describe('One sentence: what the fact says.'),
		values: z
			.array(text, 'must be a list')
			.min(1, 'must not be empty')
			.exactOptional()
			.describe('All values that it has.'),
		hearsay: z
			.literal(true, 'must be true')
			.exactOptional()
			.describe('A stranger can have written it: it proves nothing alone, and is no part of a change.'),
	})
	.superRefine((written, context) => {
		const [reader, second] = factReaders.filter((key) => written[key] !== undefined)
		if (reader === undefined) context.addIssue(`needs ${listed(factReaders)}`)
		else if (second !== undefined) {
			context.addIssue({ code: 'custom', path: [second], message: `cannot stand beside \`${reader}\`` })
		} else if (reader === 'count' && written.type !== 'int') {
			context.addIssue({ code: 'custom', path: ['type'], message: 'must be int: it is a count' })
		} else if (written.values !== undefined && written.type !== 'string' && written.type !== 'list') {
			context.addIssue({ code: 'custom', path: ['values'], message: 'needs `type: string` or `type: list`' })
		}
	})
	.meta({ oneOf: factReaders.map((key) => ({ required: [key] })) })

/** A parser of a flow's own as it is written. */
export const ownParser = z
	.strictObject({
		from: text.describe('What prints it, for the reader.'),
		facts: z.record(name, ownFact, 'must map names to facts').describe('The facts, and how each is read.'),
	})
	.describe('A parser of one’s own.')
