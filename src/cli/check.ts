import { exitCodes } from '../app/exit-codes.ts'
import { listFlows, loadFlow } from '../app/flows.ts'
import { parsers } from '../facts/catalogue.ts'
import { formatProblem } from '../flow/problem.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree check [FLOW…]`: says what is wrong with flows, at file, line and column. Runs nothing. */
export async function check(names: readonly string[], { stdout, stderr }: TerminalStreams): Promise<number> {
	const chosen = names.length > 0 ? names : (await listFlows(parsers)).map((flow) => flow.file)
	let broken = 0
	for (const name of chosen) {
		const loaded = await loadFlow(name, parsers)
		if (loaded.ok) {
			for (const warning of loaded.warnings) stderr.write(`warning: ${formatProblem(warning)}\n\n`)
			const steps = Object.keys(loaded.flow.steps).length
			const causes = Object.keys(loaded.flow.causes).length
			stdout.write(`${loaded.flow.id}: ok (${steps} steps, ${causes} causes)\n`)
			continue
		}
		broken++
		if (loaded.problems.length === 0) stderr.write(`runtree: ${loaded.reason}\n`)
		for (const problem of loaded.problems) stderr.write(`${formatProblem(problem)}\n\n`)
	}
	if (chosen.length === 0) stderr.write('runtree: no flows were found; name one, or a folder that holds a flow.yaml.\n')
	return broken > 0 || chosen.length === 0 ? exitCodes.usage : exitCodes.ok
}
