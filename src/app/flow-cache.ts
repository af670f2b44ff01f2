import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Flow } from '../flow/flow.ts'
import type { Problem } from '../flow/problem.ts'
import { makeFolder } from '../journal/paths.ts'
import type { Parser } from '../text/parser.ts'

/**
 * Checked flows as JSON. Reading and checking the YAML of a large flow takes longer than all else at start, and its
 * outcome is the same as long as the file, the parsers' facts and this format are.
 */

export interface CheckedFlow {
	readonly flow: Flow
	readonly warnings: readonly Problem[]
}

/** Grows with every change of the Flow type or of the checks. */
const FORMAT = 1

/** Names a flow's text together with all that its check depends on. */
export function cacheKey(text: string, parsers: ReadonlyMap<string, Parser>): string {
	const schemas = [...parsers.values()].map(({ name, facts, args }) => [name, facts, args])
	return createHash('sha256')
		.update(JSON.stringify([FORMAT, schemas]))
		.update('\0')
		.update(text)
		.digest('hex')
}

/** The flow that was kept for the file under this key; undefined when there is none, or it cannot be read. */
export async function readCachedFlow(
	folder: string | undefined,
	file: string,
	key: string,
): Promise<CheckedFlow | undefined> {
	if (folder === undefined) return undefined
	try {
		const kept = JSON.parse(await readFile(entryOf(folder, file), 'utf8')) as CheckedFlow & { readonly key: string }
		return kept.key === key ? { flow: kept.flow, warnings: kept.warnings } : undefined
	} catch {
		return undefined
	}
}

/** Keeps a checked flow, in place of an older one of the same file. Gives up silently: it only costs time. */
export async function writeCachedFlow(
	folder: string | undefined,
	file: string,
	key: string,
	checked: CheckedFlow,
): Promise<void> {
	if (folder === undefined) return
	try {
		makeFolder(folder)
		const entry = entryOf(folder, file)
		const unfinished = `${entry}.${process.pid}`
		await writeFile(unfinished, JSON.stringify({ key, ...checked }), { mode: 0o600 })
		await rename(unfinished, entry)
	} catch {
		// A full disk or a read-only home is no reason not to start.
	}
}

function entryOf(folder: string, file: string): string {
	return join(folder, `${createHash('sha256').update(file).digest('hex').slice(0, 32)}.json`)
}
