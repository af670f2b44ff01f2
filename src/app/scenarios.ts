import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nearest } from '../flow/nearest.ts'
import { createRecordedTarget, type RecordedTarget } from '../target/recorded.ts'
import { readScenario, type Scenario } from '../target/scenario.ts'
import type { OpenedFlow } from './compose.ts'
import { UserError } from './user-error.ts'

/** The recorded hosts that come with a flow: `scenarios/<name>.jsonl` beside its file. */

const EXTENSION = '.jsonl'

export interface ListedScenario {
	readonly name: string
	readonly file: string
	readonly scenario: Scenario
}

/** All of a flow's scenarios, easy ones first, then by name. A file that cannot be used is a UserError that names it. */
export async function listScenarios({ folder }: Pick<OpenedFlow, 'folder'>): Promise<readonly ListedScenario[]> {
	const place = join(folder, 'scenarios')
	const names = (await readdir(place).catch(() => [])).filter((name) => name.endsWith(EXTENSION)).sort()
	const listed = await Promise.all(
		names.map(async (file) => ({
			name: file.slice(0, -EXTENSION.length),
			file: join(place, file),
			scenario: await loadScenario(join(place, file)),
		})),
	)
	const rank = { easy: 0, medium: 1, hard: 2 }
	return listed.sort((a, b) => rank[a.scenario.header.difficulty] - rank[b.scenario.header.difficulty])
}

/** Reads one scenario file. */
export async function loadScenario(file: string): Promise<Scenario> {
	const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
		const what = error.code === 'ENOENT' ? 'does not exist' : error.code === 'EISDIR' ? 'is a folder' : 'cannot be read'
		throw new UserError(`The scenario ${file} ${what}; \`runtree practice --list\` lists those that there are.`)
	})
	const read = readScenario(text)
	if (!read.ok) throw new UserError(`${file}: ${read.reason}`)
	return read.scenario
}

/** The scenario that a trainee named: by its name in the flow's folder, or a file. */
export async function findScenario(opened: OpenedFlow, name: string): Promise<Scenario> {
	if (name.includes('/') || name.endsWith(EXTENSION)) return loadScenario(name)
	const names = (await readdir(join(opened.folder, 'scenarios')).catch(() => []))
		.filter((file) => file.endsWith(EXTENSION))
		.map((file) => file.slice(0, -EXTENSION.length))
	if (names.includes(name)) return loadScenario(join(opened.folder, 'scenarios', `${name}${EXTENSION}`))
	const near = nearest(name, names)
	throw new UserError(
		`There is no scenario "${name}"; ${near === undefined ? '`runtree practice --list` lists them.' : `did you mean ${near}?`}`,
	)
}

/** Opens a recorded host. One that belongs to another flow is refused. */
export async function openRecorded(
	opened: OpenedFlow,
	name: string,
	{ speed }: { readonly speed: number },
): Promise<RecordedTarget> {
	const scenario = await findScenario(opened, name)
	refuseForeign(opened, scenario)
	return createRecordedTarget(scenario, { speed })
}

/** A scenario of another flow answers other commands. */
export function refuseForeign({ flow }: OpenedFlow, { header }: Scenario): void {
	if (header.flow.id !== flow.id) {
		throw new UserError(`The scenario ${header.name} was recorded for the flow ${header.flow.id}, not for ${flow.id}.`)
	}
}
