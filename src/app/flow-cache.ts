import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Flow } from '../flow/flow.ts'
import type { Problem } from '../flow/problem.ts'
import { othersHand } from '../journal/ownership.ts'
import { makeFolder } from '../journal/paths.ts'
import type { Parser } from '../text/parser.ts'
import type { DomainFunction } from '../text/subject.ts'

/**
 * Checked flows as JSON. Reading and checking the YAML of a large flow takes longer than all else at start, and its
 * outcome is the same as long as the file, the parts that it includes, the parsers' facts, the functions and the program are.
 */

/** What a flow can name that is not in its files. */
export interface FlowCatalogue {
	readonly parsers: ReadonlyMap<string, Parser>
	readonly functions: readonly DomainFunction[]
}

/** A part as it was read; `path`: relative to the flow's folder. */
export interface IncludedPart {
	readonly path: string
	readonly text: string
}

export interface CheckedFlow {
	readonly flow: Flow
	readonly warnings: readonly Problem[]
}

/**
 * The program's build: another one may make something else of the same file. In the bundle this module's file is named
 * after all the code that it leads to; of source files the newest counts.
 */
function programBuild(): string {
	const file = fileURLToPath(import.meta.url)
	if (!file.endsWith('.ts')) return file
	const flow = join(dirname(file), '../flow')
	return String(Math.max(...readdirSync(flow).map((name) => statSync(join(flow, name)).mtimeMs)))
}

/** Names a flow's text together with all that its check depends on, but its parts. */
export function cacheKey(text: string, { parsers, functions }: FlowCatalogue, build = programBuild()): string {
	const schemas = [...parsers.values()].map(({ name, facts, args }) => [name, facts, args])
	const signatures = functions.map(({ signature }) => signature)
	return sha256(JSON.stringify([build, schemas, signatures]), text)
}

interface Kept extends CheckedFlow {
	readonly key: string
	readonly parts: readonly { readonly path: string; readonly hash: string }[]
}

/**
 * The flow that was kept for the file under this key; undefined when there is none, it cannot be read, or one of its
 * parts has changed. `readPart`: its text now.
 */
export async function readCachedFlow(
	folder: string | undefined,
	file: string,
	key: string,
	readPart: (path: string) => string | undefined,
): Promise<CheckedFlow | undefined> {
	if (folder === undefined) return undefined
	try {
		// Who writes to it says what a checked flow is, whatever the file of the flow says.
		if (othersHand(entryOf(folder, file)) !== undefined) return undefined
		const { key: keptKey, parts, flow, warnings } = JSON.parse(await readFile(entryOf(folder, file), 'utf8')) as Kept
		if (keptKey !== key) return undefined
		for (const { path, hash } of parts) {
			const text = readPart(path)
			if (text === undefined || sha256(text) !== hash) return undefined
		}
		return { flow, warnings }
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
	parts: readonly IncludedPart[],
): Promise<void> {
	if (folder === undefined) return
	try {
		if (othersHand(folder) !== undefined) return
		makeFolder(folder)
		const entry = entryOf(folder, file)
		const unfinished = `${entry}.${process.pid}`
		const kept: Kept = { key, parts: parts.map(({ path, text }) => ({ path, hash: sha256(text) })), ...checked }
		await writeFile(unfinished, JSON.stringify(kept), { mode: 0o600, flag: 'wx' })
		await rename(unfinished, entry)
	} catch {
		// A full disk or a read-only home is no reason not to start.
	}
}

function sha256(...texts: readonly string[]): string {
	const hash = createHash('sha256')
	for (const text of texts) hash.update(text).update('\0')
	return hash.digest('hex')
}

function entryOf(folder: string, file: string): string {
	return join(folder, `${createHash('sha256').update(file).digest('hex').slice(0, 32)}.json`)
}
