import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readScenarioHeader, type ScenarioHeader } from '../../target/scenario.ts'

/** The recorded hosts of a flow as a trainee sees them: numbered, by symptom. Only their first lines are read. */

export interface RecordedHost {
	/** From 1, in the order of the list. */
	readonly number: number
	/** The file's name: it may tell the cause. */
	readonly name: string
	readonly file: string
	readonly header: ScenarioHeader
}

export interface HostCatalogue {
	readonly entries: readonly RecordedHost[]
	/** Files that are no scenarios: a sentence each. */
	readonly problems: readonly string[]
}

/** The host that a newcomer begins with. */
const FIRST = 'unit-stopped'
/** How the names of scenario files end. */
export const EXTENSION = '.jsonl'
/** No header is longer. */
const HEADER_BYTES = 65_536

/** Lists the scenarios in a flow's folder: the newcomer's first, then by difficulty and name. Never rejects. */
export async function readCatalogue(folder: string): Promise<HostCatalogue> {
	const place = join(folder, 'scenarios')
	const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith(EXTENSION)).sort()
	const read = await Promise.all(names.map((name) => readEntry(join(place, name), name.slice(0, -EXTENSION.length))))
	const found = read.flatMap((one) => ('header' in one ? [one] : []))
	const rank = { easy: 0, medium: 1, hard: 2 }
	const order = ({ name, header }: Omit<RecordedHost, 'number'>): number =>
		name === FIRST ? -1 : rank[header.difficulty]
	return {
		entries: found.sort((a, b) => order(a) - order(b)).map((entry, index) => ({ ...entry, number: index + 1 })),
		problems: read.flatMap((one) => ('problem' in one ? [one.problem] : [])),
	}
}

async function readEntry(
	file: string,
	name: string,
): Promise<Omit<RecordedHost, 'number'> | { readonly problem: string }> {
	const line = await firstLine(file).catch(() => undefined)
	if (line === undefined) return { problem: `${file} cannot be read; it is left out of the list.` }
	const read = readScenarioHeader(line)
	return read.ok ? { file, name, header: read.header } : { problem: `${file}: ${read.reason}` }
}

async function firstLine(file: string): Promise<string> {
	const handle = await open(file)
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
		return buffer.subarray(0, bytesRead).toString('utf8').split('\n', 1)[0] ?? ''
	} finally {
		await handle.close()
	}
}
