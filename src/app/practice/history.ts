import { constants } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { errorName, sessionsFolder } from '../../journal/paths.ts'
import type { Environment } from '../../target/environment.ts'

/** The score cards of a trainee: `$XDG_STATE_HOME/runtree/practice.jsonl`, one a line, private, only ever added to. */

const scored = z.object({
	format: z.literal(1),
	/** ISO 8601 UTC. */
	at: z.string(),
	flow: z.string(),
	/** The scenario's name; of a live host the fault's. */
	scenario: z.string(),
	live: z.boolean(),
	symptom: z.string(),
	difficulty: z.enum(['easy', 'medium', 'hard']),
	/** 0 to 100; null when the cause was not reached. */
	score: z.number().min(0).max(100).nullable(),
	questions: z.int().nonnegative(),
	right: z.int().nonnegative(),
	hints: z.int().nonnegative(),
	/** Until the cause, milliseconds. */
	durationMs: z.number().nonnegative(),
	detours: z.int().nonnegative(),
	path: z.array(z.string()),
	shortest: z.array(z.string()).exactOptional(),
	session: z.string(),
})

export type Scored = Readonly<z.infer<typeof scored>>

/** The file that score cards are kept in. */
export function historyFile(env: Environment): string {
	return join(dirname(sessionsFolder(env)), 'practice.jsonl')
}

/** Adds a score card. Gives one sentence when it cannot be kept. */
export async function keepScore(env: Environment, card: Scored): Promise<string | undefined> {
	const file = historyFile(env)
	try {
		await mkdir(dirname(file), { recursive: true, mode: 0o700 })
		const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants
		const handle = await open(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600)
		try {
			const { size } = await handle.stat()
			const last = size === 0 ? '\n' : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString()
			// A line that a crash tore off stays a line of its own.
			await handle.appendFile(`${last === '\n' ? '' : '\n'}${JSON.stringify(card)}\n`)
		} finally {
			await handle.close()
		}
		return undefined
	} catch (error) {
		return `The score card cannot be kept in ${file} (${errorName(error)}).`
	}
}

export interface History {
	/** The oldest first. */
	readonly cards: readonly Scored[]
	/** Lines that are no score cards: torn, edited, or of a later version. */
	readonly skipped: number
}

/** Reads all score cards; none when there is no file. Rejects when there is one that cannot be read. */
export async function readHistory(env: Environment): Promise<History> {
	const text = await readFile(historyFile(env), 'utf8').catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return ''
		throw error
	})
	const lines = text.split('\n').filter((line) => line.trim() !== '')
	const cards = lines.flatMap((line) => {
		const read = scored.safeParse(parsed(line))
		return read.success ? [read.data] : []
	})
	return { cards, skipped: lines.length - cards.length }
}

function parsed(line: string): unknown {
	try {
		return JSON.parse(line)
	} catch {
		return undefined
	}
}

/** The best score of each recorded host of a flow, by its name; none where the score cards cannot be read. */
export async function bestScores(env: Environment, flow: string): Promise<ReadonlyMap<string, number>> {
	const best = new Map<string, number>()
	const { cards } = await readHistory(env).catch(() => ({ cards: [] }))
	for (const card of cards) {
		if (card.flow !== flow || card.live || card.score === null) continue
		best.set(card.scenario, Math.max(card.score, best.get(card.scenario) ?? 0))
	}
	return best
}
