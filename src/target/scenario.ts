import { z } from 'zod'
import { commandEnding, privilege, stream } from '../flow/command.ts'
import { printableValue } from '../text/unprintable.ts'

/** A recorded host as a file: JSON Lines, a header and then what the host answered. */

const header = z.object({
	type: z.literal('scenario'),
	format: z.literal(1),
	name: z.string().min(1),
	title: z.string(),
	/** What the operator is told at the start. */
	symptom: z.string(),
	difficulty: z.enum(['easy', 'medium', 'hard']),
	flow: z.object({ id: z.string().min(1), hash: z.string() }),
	/** Version of the program that recorded it. */
	runtree: z.string(),
	/** ISO 8601. */
	recordedAt: z.string(),
	host: z.string().min(1),
	/** Ids of the causes that a diagnosis should name. */
	causes: z.array(z.string()),
	/** The state that the host is in at first. */
	start: z.string().min(1),
	inputs: z.record(z.string(), z.string()),
})

const answer = z.object({
	type: z.literal('answer'),
	/** The host's state in which the command was run. */
	state: z.string().min(1),
	command: z.string(),
	privilege,
	chunks: z.array(z.object({ stream, text: z.string(), offsetMs: z.number().nonnegative() })),
	ending: commandEnding,
	/** The state after it, where the command changed it. */
	to: z.string().min(1).exactOptional(),
})

export type ScenarioHeader = Readonly<z.infer<typeof header>>
export type ScenarioAnswer = Readonly<z.infer<typeof answer>>

export interface Scenario {
	readonly header: ScenarioHeader
	readonly answers: readonly ScenarioAnswer[]
}

export type ReadScenario =
	| { readonly ok: true; readonly scenario: Scenario }
	| { readonly ok: false; readonly reason: string }

/** Reads the first line of a scenario file: what it is about, without what the host answered. */
export function readScenarioHeader(
	line: string,
): { readonly ok: true; readonly header: ScenarioHeader } | { readonly ok: false; readonly reason: string } {
	const head = readHeader(line.replace(/^\uFEFF/, '').trimEnd())
	return typeof head === 'string' ? { ok: false, reason: head } : { ok: true, header: head }
}

/** Reads a scenario file's text. Total: what is wrong with a truncated, changed or foreign file is said in one sentence. */
export function readScenario(text: string): ReadScenario {
	const [first = '', ...rest] = text.replace(/^\uFEFF/, '').split('\n')
	const head = readHeader(first.trimEnd())
	if (typeof head === 'string') return { ok: false, reason: head }

	const answers: ScenarioAnswer[] = []
	for (const [index, raw] of rest.entries()) {
		const line = raw.trimEnd()
		if (line === '') continue
		const value = parseJson(line)
		if (value === undefined) {
			const last = rest.slice(index + 1).every((later) => later.trim() === '')
			return refused(
				last && index === rest.length - 1
					? `The scenario breaks off in line ${index + 2}: get the whole file again.`
					: `Line ${index + 2} of the scenario is not JSON: it was changed, get the file again.`,
			)
		}
		const parsed = answer.safeParse(value)
		if (!parsed.success) {
			return refused(
				`Line ${index + 2} of the scenario is no answer of a host (${problemOf(parsed.error)}): get the file again.`,
			)
		}
		answers.push(parsed.data)
	}
	if (answers.length === 0)
		return refused('The scenario holds no answers: get the whole file again, or record it again.')
	if (!answers.some(({ state }) => state === head.start)) {
		return refused(`The scenario holds no answers for its first state "${head.start}": record it again.`)
	}
	return { ok: true, scenario: { header: head, answers } }
}

/** A scenario as the text of its file. */
export function writeScenario({ header, answers }: Scenario): string {
	return [header, ...answers].map((line) => `${JSON.stringify(line)}\n`).join('')
}

function readHeader(line: string): ScenarioHeader | string {
	const value = parseJson(line)
	const named = z.object({ type: z.literal('scenario'), format: z.number() }).safeParse(value)
	if (!named.success) return 'This is not a scenario: its first line is not a scenario header, so name another file.'
	if (named.data.format !== 1) {
		return `The scenario has format ${named.data.format}, and this runtree reads format 1: use the runtree that recorded it, or record it again.`
	}
	const parsed = header.safeParse(value)
	return parsed.success
		? printableValue(parsed.data)
		: `The header of the scenario is not right (${problemOf(parsed.error)}): get the file again.`
}

function refused(reason: string): ReadScenario {
	return { ok: false, reason }
}

function parseJson(line: string): unknown {
	try {
		return JSON.parse(line)
	} catch {
		return undefined
	}
}

function problemOf(error: z.ZodError): string {
	const [issue] = error.issues
	return issue ? `${issue.path.join('.') || 'the line'}: ${issue.message}` : 'unknown problem'
}
