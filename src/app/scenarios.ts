import { readFile } from 'node:fs/promises'
import { nearestOr } from '../flow/nearest.ts'
import { createRecordedTarget, type RecordedTarget } from '../target/recorded.ts'
import { readScenario, type Scenario } from '../target/scenario.ts'
import type { OpenedFlow } from './compose.ts'
import { EXTENSION, readCatalogue } from './practice/catalogue.ts'
import { UserError } from './user-error.ts'

/** The recorded hosts that come with a flow: `scenarios/<name>.jsonl` beside its file. */

export interface ListedScenario {
	readonly name: string
	readonly file: string
	readonly scenario: Scenario
}

/** All of a flow's scenarios, in the order of its catalogue. A file that cannot be used is a UserError that names it. */
export async function listScenarios({ folder }: Pick<OpenedFlow, 'folder'>): Promise<readonly ListedScenario[]> {
	const { entries, problems } = await readCatalogue(folder)
	const [problem] = problems
	if (problem !== undefined) throw new UserError(problem)
	return Promise.all(entries.map(async ({ name, file }) => ({ name, file, scenario: await loadScenario(file) })))
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
async function findScenario(opened: OpenedFlow, name: string): Promise<Scenario> {
	if (name.includes('/') || name.endsWith(EXTENSION)) return loadScenario(name)
	const { entries } = await readCatalogue(opened.folder)
	const found = entries.find((entry) => entry.name === name)
	if (found !== undefined) return loadScenario(found.file)
	const names = entries.map((entry) => entry.name)
	const hint = nearestOr(name, names, '`runtree practice --list` lists them.')
	throw new UserError(`There is no scenario "${name}"; ${hint}`)
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
