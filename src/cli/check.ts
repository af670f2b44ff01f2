import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { exitCodes } from '../app/exit-codes.ts'
import { listFlows, loadFlow } from '../app/flows.ts'
import { formatProblem } from '../flow/problem.ts'
import { functions, parsers } from '../subjects/catalogue.ts'
import type { TerminalStreams } from '../terminal/streams.ts'
import { printable } from '../text/unprintable.ts'

/** `runtree check [FLOW…]`: says what is wrong with flows, at file, line and column. Runs nothing. */
export async function check(names: readonly string[], { stdout, stderr }: TerminalStreams): Promise<number> {
	const chosen =
		names.length > 0
			? (await Promise.all(names.map(flowsIn))).flat()
			: (await listFlows({ parsers, functions })).map((flow) => flow.file)
	let broken = 0
	for (const name of chosen) {
		const loaded = await loadFlow(name, { parsers, functions })
		if (loaded.ok) {
			for (const warning of loaded.warnings) stderr.write(`warning: ${formatProblem(warning)}\n\n`)
			const { id, steps, causes } = loaded.flow
			stdout.write(`${id}: ok (${counted(steps, 'step')}, ${counted(causes, 'cause')})\n`)
			continue
		}
		broken++
		if (loaded.problems.length === 0) stderr.write(`runtree: ${printable(loaded.reason)}.\n`)
		for (const problem of loaded.problems) stderr.write(`${formatProblem(problem)}\n\n`)
	}
	if (chosen.length === 0) stderr.write('runtree: no flows were found; name one, or a folder that holds a flow.yaml.\n')
	return broken > 0 || chosen.length === 0 ? exitCodes.usage : exitCodes.ok
}

/** The flows of a folder that is not itself one: its YAML files, and its folders that hold a `flow.yaml`. */
async function flowsIn(name: string): Promise<readonly string[]> {
	const entries = await readdir(name, { withFileTypes: true }).catch(() => [])
	if (entries.some((entry) => entry.name === 'flow.yaml')) return [name]
	const files = entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
	const folders = await Promise.all(
		entries
			.filter((entry) => entry.isDirectory())
			.map(async (entry) => ((await readdir(join(name, entry.name))).includes('flow.yaml') ? [entry] : [])),
	)
	const found = [...files, ...folders.flat()].map((entry) => join(name, entry.name)).sort()
	return found.length > 0 ? found : [name]
}

function counted(things: object, name: string): string {
	const count = Object.keys(things).length
	return `${count} ${name}${count === 1 ? '' : 's'}`
}
