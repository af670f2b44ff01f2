import { z } from 'zod'

/** What `runtree diagnose --json` prints, as `docs/diagnose-json.md` describes it. Strict: a field more is a change of the document. */

const evidence = z.array(
	z.strictObject({
		run: z.string(),
		stream: z.enum(['stdout', 'stderr']),
		line: z.int().positive(),
		text: z.string(),
		start: z.int().optional(),
		end: z.int().optional(),
	}),
)
const reads = z.array(z.strictObject({ path: z.string(), value: z.unknown() }))

export const diagnosisSchema = z.strictObject({
	format: z.literal(1),
	runtree: z.string().regex(/^\d+\.\d+\.\d+/),
	flow: z.strictObject({ id: z.string(), hash: z.string().regex(/^[0-9a-f]{64}$/), file: z.string().nullable() }),
	target: z.string(),
	host: z.string(),
	inputs: z.record(z.string(), z.string()),
	session: z.string(),
	outcome: z.enum(['healthy', 'cause', 'inconclusive', 'unreachable', 'stopped']),
	reason: z.string().regex(/[.?]$/),
	cause: z.string().nullable(),
	title: z.string().nullable(),
	confidence: z.enum(['proven', 'likely', 'inconclusive']),
	evidence,
	findings: z.array(z.strictObject({ step: z.string(), say: z.string(), evidence })),
	differential: z.array(
		z.strictObject({
			cause: z.string(),
			title: z.string(),
			state: z.enum(['proven', 'likely', 'open', 'excluded']),
			say: z.string().optional(),
			evidence,
			missing: z.array(z.string()),
			settledBy: z.array(z.string()),
			symptomOf: z.string().optional(),
			because: z.enum(['unless', 'yields', 'hearsay']).optional(),
		}),
	),
	old: z.array(z.strictObject({ run: z.string(), line: z.int().positive(), text: z.string() })),
	missing: z.array(z.string()),
	remedy: z.array(
		z.strictObject({
			step: z.string(),
			title: z.string(),
			privilege: z.enum(['user', 'root']),
			commands: z.array(z.string()),
		}),
	),
	manual: z.string().nullable(),
	checklist: z.array(
		z.strictObject({
			text: z.string(),
			state: z.union([z.boolean(), z.literal('unknown')]),
			reason: z.string().optional(),
			reads,
			source: z.array(z.string()),
		}),
	),
	path: z.array(z.string()),
	commands: z.array(
		z.strictObject({
			run: z.string(),
			step: z.string(),
			command: z.string(),
			ending: z.enum(['exited', 'timed-out', 'cancelled', 'not-started', 'disconnected']),
			exitCode: z.int().nullable(),
			durationMs: z.number(),
		}),
	),
})
