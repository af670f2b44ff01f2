import { z } from 'zod'

/** What `runtree explain --json` prints, as `docs/explain.md` describes it. Strict: a field more is a change of the document. */

const kind = z.string().regex(/^[a-z]+(-[a-z]+)*$/)
const line = z.int().positive()

export const explanationSchema = z.strictObject({
	format: z.literal(1),
	outcome: z.enum(['cause', 'healthy', 'undecided', 'unrecognised']),
	kind: kind.nullable(),
	/** Only where there are several. */
	kinds: z.array(kind).min(2).optional(),
	step: z.string().nullable(),
	finding: z.string().nullable(),
	cause: z.string().nullable(),
	evidence: z.array(z.strictObject({ line, text: z.string().max(500) })),
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
