import { createHash } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Each line of a journal says the hash of the line before it (`prev`) and a sum of itself (`sum`), and a file beside the
 * journal says the last hash that reached the disk: an edit, a removal, another order and a cut are seen. Whoever may write
 * all of that may rewrite it; who wants to be sure of more keeps the hash that `verify` prints somewhere else.
 */

const SUM_LENGTH = 16
const SUM = /^(\{.*),"sum":"([\w-]{16})"\}$/s

function digest(text: string): string {
	return createHash('sha256').update(text).digest('base64url')
}

/** What the next line says of this one. */
export function hashOf(line: string): string {
	return digest(line)
}

/** An entry as its line. */
export function chainedLine(entry: object): string {
	const body = JSON.stringify(entry).slice(0, -1)
	return `${body},"sum":"${digest(body).slice(0, SUM_LENGTH)}"}`
}

/** Whether the line is as it was written; undefined when it does not say. */
export function sumHolds(line: string): boolean | undefined {
	const found = SUM.exec(line)
	return found === null ? undefined : digest(found[1] ?? '').slice(0, SUM_LENGTH) === found[2]
}

/** The last line that is known to have reached the disk: its number and its hash. */
export interface ChainHead {
	readonly seq: number
	readonly hash: string
}

const HEAD_FILE = 'head.json'

/** Writes it beside the journal. Throws when it cannot. */
export function writeHead(folder: string, head: ChainHead): void {
	const file = join(folder, HEAD_FILE)
	writeFileSync(`${file}.new`, `${JSON.stringify(head)}\n`, { mode: 0o600 })
	renameSync(`${file}.new`, file)
}

/** Reads it; undefined where there is none. */
export function readHead(folder: string): ChainHead | undefined {
	try {
		const value: unknown = JSON.parse(readFileSync(join(folder, HEAD_FILE), 'utf8'))
		if (typeof value !== 'object' || value === null || !('seq' in value) || !('hash' in value)) return undefined
		return typeof value.seq === 'number' && typeof value.hash === 'string'
			? { seq: value.seq, hash: value.hash }
			: undefined
	} catch {
		return undefined
	}
}
