import { existsSync } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Flow } from '../flow/flow.ts'
import { nearest } from '../flow/nearest.ts'
import type { Problem } from '../flow/problem.ts'
import type { Parser } from '../text/parser.ts'
import { cacheKey, readCachedFlow, writeCachedFlow } from './flow-cache.ts'

/** Finds flows by id or path, and reads them. */

/** Where a flow was found. `folder` also holds its scenarios. */
export interface FoundFlow {
	readonly file: string
	readonly folder: string
	readonly text: string
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

/** Where relative paths start, and the folders that hold flows by id, the first to be looked in first. */
export interface FlowPlaces {
	readonly cwd: string
	readonly folders: readonly string[]
	/** Where checked flows are kept, so that they start without being checked again. None: nothing is kept. */
	readonly cache?: string
}

const FLOW_FILE = 'flow.yaml'
const LARGEST_FILE = 5_000_000

/** `./flows`, the user's own (`$XDG_CONFIG_HOME/runtree/flows`), and those that come with the program. */
export function flowPlaces(cwd: string = process.cwd(), env: NodeJS.ProcessEnv = process.env): FlowPlaces {
	const config = baseFolder(env.XDG_CONFIG_HOME, '.config')
	return {
		cwd,
		folders: [join(cwd, 'flows'), join(config, 'runtree', 'flows'), join(programFolder(), 'flows')],
		cache: join(baseFolder(env.XDG_CACHE_HOME, '.cache'), 'runtree', 'flows'),
	}
}

/** A relative path in these variables is to be ignored, says the XDG specification. */
function baseFolder(configured: string | undefined, usual: string): string {
	return configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), usual)
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
 * What contains a `/`, ends in `.yaml` or `.yml`, or is a folder with a `flow.yaml` is a path.
 */
export async function findFlow(idOrPath: string, places: FlowPlaces = flowPlaces()): Promise<FindResult> {
	if (idOrPath === '') return { ok: false, reason: 'no flow was named; give an id such as flask-502, or a path' }
	const path = resolve(places.cwd, idOrPath)
	const looksLikePath = /\/|\.ya?ml$|^\.{1,2}$/.test(idOrPath)
	if (looksLikePath || (await isFile(join(path, FLOW_FILE)))) return readFlowAt(path, idOrPath)
	for (const folder of places.folders) {
		const found = join(folder, idOrPath)
		if (await isFile(join(found, FLOW_FILE))) return readFlowAt(found, idOrPath)
	}
	const known = [...(await flowFolders(places)).keys()]
	const best = nearest(idOrPath, known)
	const advice = best !== undefined ? `did you mean ${best}?` : `there are: ${known.join(', ') || 'none'}`
	return { ok: false, reason: `there is no flow named ${shown(idOrPath)}; ${advice}` }
}

/** Finds, reads and checks a flow; one that was checked before, unchanged since, comes from the cache. Never rejects. */
export async function loadFlow(
	idOrPath: string,
	parsers: ReadonlyMap<string, Parser>,
	places: FlowPlaces = flowPlaces(),
): Promise<LoadResult> {
	const found = await findFlow(idOrPath, places)
	if (!found.ok) return { ...found, problems: [] }
	const { file, folder, text } = found
	const key = cacheKey(text, parsers)
	const kept = await readCachedFlow(places.cache, file, key)
	if (kept !== undefined) return { ok: true, ...kept, folder, file }
	const { parseFlow } = await import('../flow/parse.ts')
	const parsed = parseFlow(text, file, parsers)
	if (parsed.ok) {
		const { flow, warnings } = parsed
		await writeCachedFlow(places.cache, file, key, { flow, warnings })
		return { ok: true, flow, folder, file, warnings }
	}
	const { problems } = parsed
	const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
	return { ok: false, reason: `${file} has ${count}; mend it, then run \`runtree check ${file}\``, problems }
}

/** Every flow that `findFlow` finds by id, in the order of their ids. Never rejects. */
export async function listFlows(
	parsers: ReadonlyMap<string, Parser>,
	places: FlowPlaces = flowPlaces(),
): Promise<readonly ListedFlow[]> {
	const listed: ListedFlow[] = []
	for (const [id, folder] of await flowFolders(places)) {
		const file = join(folder, FLOW_FILE)
		const loaded = await loadFlow(file, parsers, places)
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
	for (const folder of places.folders) {
		for (const id of await namesIn(folder)) {
			if (!found.has(id) && (await isFile(join(folder, id, FLOW_FILE)))) found.set(id, join(folder, id))
		}
	}
	return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function readFlowAt(path: string, given: string): Promise<FindResult> {
	const failed = (reason: string): FindResult => ({ ok: false, reason })
	try {
		let file = path
		let status = await stat(path)
		if (status.isDirectory()) {
			file = join(path, FLOW_FILE)
			if (!(await isFile(file))) {
				return failed(`the folder ${shown(given)} has no ${FLOW_FILE}; give a flow's folder or file`)
			}
			status = await stat(file)
		}
		// A pipe or device would block, or never end.
		if (!status.isFile()) return failed(`${shown(given)} is not a file; give a flow's folder or file`)
		const bytes = await readAtMost(file, LARGEST_FILE + 1)
		if (bytes.length > LARGEST_FILE)
			return failed(`${shown(given)} is larger than 5 MB; a flow is a YAML file of steps`)
		if (bytes.includes(0)) return failed(`${shown(given)} is a binary file; a flow is a YAML file`)
		const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
		if (text.trim() === '') return failed(`${shown(given)} is empty; write a flow, or start one with \`runtree new\``)
		return { ok: true, file, folder: dirname(file), text }
	} catch (error) {
		return failed(reasonOf(error, shown(given)))
	}
}

async function readAtMost(file: string, limit: number): Promise<Uint8Array> {
	const handle = await open(file)
	try {
		const chunks: Uint8Array[] = []
		let length = 0
		while (length < limit) {
			const { buffer, bytesRead } = await handle.read(new Uint8Array(Math.min(65_536, limit - length)))
			if (bytesRead === 0) break
			chunks.push(buffer.subarray(0, bytesRead))
			length += bytesRead
		}
		return Buffer.concat(chunks)
	} finally {
		await handle.close()
	}
}

function reasonOf(error: unknown, given: string): string {
	const code = error instanceof Error && 'code' in error ? error.code : undefined
	switch (code) {
		case 'ENOENT':
		case 'ENOTDIR':
			return `there is no file or folder ${given}; check the path`
		case 'EACCES':
		case 'EPERM':
			return `${given} cannot be read: permission denied; make it readable for you`
		case 'ERR_ENCODING_INVALID_ENCODED_DATA':
			return `${given} is not UTF-8 text; save it as UTF-8`
		default:
			return `${given} cannot be read (${String(code ?? error)}); check the path`
	}
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
