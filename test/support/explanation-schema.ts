import { z } from 'zod'

/** What `runtree explain --json` prints, as `docs/explain.md` describes it. Strict: a field more is a change of the document. */

const kind = z.string().regex(/^[a-z]+(-[a-z]+)*$/)
const line = z.int().positive()
const evidence = z.array(z.strictObject({ line, text: z.string().max(500) }))

export const explanationSchema = z.strictObject({
	format: z.literal(1),
	outcome: z.enum(['cause', 'likely', 'healthy', 'undecided', 'unrecognised']),
	cause: z.string().nullable(),
	causes: z.array(
		z.strictObject({
			id: kind,
			title: z.string(),
			say: z.string().min(1),
			why: z.string(),
			evidence,
			symptomOf: kind.optional(),
			provedBy: z.array(z.string().min(1)),
		}),
	),
	findings: z.array(z.strictObject({ say: z.string().min(1), evidence })),
	next: z.string().nullable(),
	said: z.string().regex(/[.?]$/),
	recognised: z.array(
		z.strictObject({
			kind,
			label: z.string(),
			from: line,
			to: line,
			command: z.string().optional(),
			unit: z.string().optional(),
		}),
	),
	notes: z.array(z.string().regex(/\.$/)),
})
