import { existsSync, realpathSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Flow } from '../flow/flow.ts'
import type { Include } from '../flow/include.ts'
import { nearestOr } from '../flow/nearest.ts'
import type { Problem } from '../flow/problem.ts'
import { othersHand } from '../journal/ownership.ts'
import { cacheKey, type FlowCatalogue, type IncludedPart, readCachedFlow, writeCachedFlow } from './flow-cache.ts'
import { readFlowText, unreadable } from './flow-text.ts'

/** Finds flows by id or path, and reads them. */

/** Where a flow was found. `folder` also holds its scenarios. */
interface FoundFlow {
	readonly file: string
	readonly folder: string
	readonly text: string
	/** It comes with the program, and is trusted as the program is. */
	readonly shipped: boolean
}

export type FindResult =
	| ({ readonly ok: true } & FoundFlow)
	/** One sentence that says what is wrong and what to do. */
	| { readonly ok: false; readonly reason: string }

export type LoadResult =
	| {
			readonly ok: true
			readonly flow: Flow
			readonly folder: string
			readonly file: string
			/** It comes with the program. Any other is approved by a person before it runs a command. */
			readonly shipped: boolean
			readonly warnings: readonly Problem[]
	  }
	/** `problems` is empty when the flow was not found or cannot be read. */
	| { readonly ok: false; readonly reason: string; readonly problems: readonly Problem[] }

export interface ListedFlow {
	readonly id: string
	/** Undefined when the flow is broken. */
	readonly title?: string
	readonly summary?: string
	readonly file: string
	readonly folder: string
	/** What is wrong with a broken flow. */
	readonly problems: readonly Problem[]
}

/** Where relative paths start, and the folders that hold flows by id. */
export interface FlowPlaces {
	readonly cwd: string
	/** The flows that come with the program: nothing takes their ids. */
	readonly shipped: string
	/** Others, the first to be looked in first. */
	readonly folders: readonly string[]
	/** Where checked flows are kept, so that they start without being checked again. None: nothing is kept. */
	readonly cache?: string
}

const FLOW_FILE = 'flow.yaml'

/** The flows that come with the program, the user's own (`$XDG_CONFIG_HOME/runtree/flows`), and `./flows`. */
export function flowPlaces(cwd: string = process.cwd(), env: NodeJS.ProcessEnv = process.env): FlowPlaces {
	const config = baseFolder(env.XDG_CONFIG_HOME, '.config')
	return {
		cwd,
		shipped: join(programFolder(), 'flows'),
		folders: [join(config, 'runtree', 'flows'), join(cwd, 'flows')],
		cache: join(baseFolder(env.XDG_CACHE_HOME, '.cache'), 'runtree', 'flows'),
	}
}

/** A relative path in these variables is to be ignored, says the XDG specification. */
export function baseFolder(configured: string | undefined, usual: string, home?: string): string {
	if (configured !== undefined && isAbsolute(configured)) return configured
	return join(home !== undefined && isAbsolute(home) ? home : homedir(), usual)
}

/** The package's folder, from a source file as well as from the bundle. */
export function programFolder(): string {
	const here = dirname(fileURLToPath(import.meta.url))
	for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
		if (existsSync(join(folder, 'package.json'))) return folder
	}
	return here
}

/**
 * Finds a flow by id, or by path (a file, or a folder with `flow.yaml`), and reads its file. Never rejects.
 * What contains a `/`, ends in `.yaml` or `.yml`, or is a folder with a `flow.yaml` is a path; but the id of a flow that
 * comes with the program always means that one, whatever lies in the folder that somebody happens to stand in.
 */
export async function findFlow(idOrPath: string, places: FlowPlaces = flowPlaces()): Promise<FindResult> {
	if (idOrPath === '') return { ok: false, reason: 'no flow was named; give an id such as flask-502, or a path' }
	const path = resolve(places.cwd, idOrPath)
	const looksLikePath = /\/|\.ya?ml$|^\.{1,2}$/.test(idOrPath)
	if (looksLikePath) return readFlowAt(path, idOrPath, places)
	for (const found of [
		join(places.shipped, idOrPath),
		path,
		...places.folders.map((folder) => join(folder, idOrPath)),
	]) {
		if (await isFile(join(found, FLOW_FILE))) return readFlowAt(found, idOrPath, places)
	}
	const known = [...(await flowFolders(places)).keys()]
	const advice = nearestOr(idOrPath, known, `there are: ${known.join(', ') || 'none'}`)
	return { ok: false, reason: `there is no flow named ${shown(idOrPath)}; ${advice}` }
}

/**
 * Finds, reads and checks a flow with the parts that it includes; one that was checked before, all unchanged since, comes
 * from the cache. Never rejects.
 */
export async function loadFlow(
	idOrPath: string,
	catalogue: FlowCatalogue,
	places: FlowPlaces = flowPlaces(),
): Promise<LoadResult> {
	const found = await findFlow(idOrPath, places)
	if (!found.ok) return { ...found, problems: [] }
	const { file, folder, text, shipped } = found
	const key = cacheKey(text, catalogue)
	const kept = await readCachedFlow(places.cache, file, key, (path) => {
		const part = readPart(folder, path, shipped)
		return part.ok ? part.text : undefined
	})
	if (kept !== undefined) return { ok: true, ...kept, folder, file, shipped }
	const { parseFlow } = await import('../flow/parse.ts')
	const parts: IncludedPart[] = []
	const include: Include = (path) => {
		const part = readPart(folder, path, shipped)
		if (part.ok) parts.push({ path, text: part.text })
		return part
	}
	const parsed = parseFlow(text, file, catalogue.parsers, { include, functions: catalogue.functions })
	if (parsed.ok) {
		const { flow, warnings } = parsed
		await writeCachedFlow(places.cache, file, key, { flow, warnings }, parts)
		return { ok: true, flow, folder, file, shipped, warnings }
	}
	const { problems } = parsed
	const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
	return { ok: false, reason: `${file} has ${count}; mend it, then run \`runtree check ${file}\``, problems }
}

/** Reads a part. `path`: relative to the flow's folder; a link must not lead out of the folder of flows either. */
function readPart(folder: string, path: string, shipped: boolean): ReturnType<Include> {
	const flows = dirname(folder)
	try {
		const real = realpathSync(join(folder, path))
		if (!real.startsWith(`${realpathSync(flows)}${sep}`.replace(/\/{2}$/, '/'))) {
			return { ok: false, reason: `it leads outside of the folder of flows, ${flows}` }
		}
		const hand = shipped ? undefined : othersHand(join(folder, path))
		if (hand !== undefined) return { ok: false, reason: hand }
		const read = readFlowText(real)
		return read.ok ? read : { ok: false, reason: `the file ${read.reason}` }
	} catch (error) {
		return { ok: false, reason: `the file ${unreadable(error)}` }
	}
}

/** Every flow that `findFlow` finds by id, in the order of their ids. Never rejects. */
export async function listFlows(
	catalogue: FlowCatalogue,
	places: FlowPlaces = flowPlaces(),
): Promise<readonly ListedFlow[]> {
	const listed: ListedFlow[] = []
	for (const [id, folder] of await flowFolders(places)) {
		const file = join(folder, FLOW_FILE)
		const loaded = await loadFlow(file, catalogue, places)
		if (loaded.ok) {
			const { title, summary } = loaded.flow
			listed.push({ id, title, ...(summary === '' ? {} : { summary }), file, folder, problems: [] })
		} else listed.push({ id, file, folder, problems: loaded.problems })
	}
	return listed
}

/** The folder of every flow by its id, sorted. */
async function flowFolders(places: FlowPlaces): Promise<ReadonlyMap<string, string>> {
	const found = new Map<string, string>()
	for (const folder of [places.shipped, ...places.folders]) {
		for (const id of await namesIn(folder)) {
			if (!found.has(id) && (await isFile(join(folder, id, FLOW_FILE)))) found.set(id, join(folder, id))
		}
	}
	return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function readFlowAt(path: string, given: string, places: FlowPlaces): Promise<FindResult> {
	const failed = (reason: string): FindResult => ({ ok: false, reason })
	try {
		let file = path
		if ((await stat(path)).isDirectory()) {
			file = join(path, FLOW_FILE)
			if (!(await isFile(file))) {
				return failed(`the folder ${shown(given)} has no ${FLOW_FILE}; give a flow's folder or file`)
			}
		}
		const shipped = isWithin(places.shipped, file)
		const read = readFlowText(file)
		if (!read.ok) return failed(`${shown(given)} ${read.reason}`)
		const hand = shipped ? undefined : othersHand(file)
		if (hand !== undefined) return failed(`${shown(given)} is refused: ${hand}`)
		return { ok: true, file, folder: dirname(file), text: read.text, shipped }
	} catch (error) {
		return failed(reasonOf(error, shown(given)))
	}
}

/** The file lies in that folder, and so does what both its folder and it lead to. */
function isWithin(folder: string, file: string): boolean {
	try {
		const root = `${realpathSync(folder)}${sep}`
		return [dirname(file), file].every((path) => realpathSync(path).startsWith(root))
	} catch {
		return false
	}
}

function reasonOf(error: unknown, given: string): string {
	const code = error instanceof Error && 'code' in error ? error.code : undefined
	if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no file or folder ${given}; check the path`
	return `${given} ${unreadable(error)}`
}

async function isFile(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isFile()
	} catch {
		return false
	}
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder)
	} catch {
		return []
	}
}

function shown(given: string): string {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: what was typed is printed, its escape sequences are not
	return `"${given.slice(0, 200).replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')}"`
}
