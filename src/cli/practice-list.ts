import { exitCodes } from '../app/exit-codes.ts'
import type { HostCatalogue } from '../app/practice/catalogue.ts'
import { bestScores } from '../app/practice/history.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree practice --list`: the recorded hosts by number and symptom; their names would tell the cause. */
export async function printScenarios(
	flow: string,
	{ entries, problems }: HostCatalogue,
	options: { readonly json?: boolean },
	{ stdout, stderr, env }: TerminalStreams,
): Promise<number> {
	const best = await bestScores(env, flow)
	const rows = entries.map(({ number, name, header: { symptom, difficulty } }) => {
		const score = best.get(name)
		return { number, difficulty, symptom, ...(score === undefined ? {} : { best: score }) }
	})
	if (options.json === true) {
		stdout.write(`${JSON.stringify({ format: 1, flow, scenarios: rows }, null, 2)}\n`)
	} else {
		for (const { number, difficulty, symptom, best: score } of rows) {
			const shown = score === undefined ? '' : `  (best ${score})`
			stdout.write(`${`${number}`.padStart(3)}  ${difficulty.padEnd(6)}  ${symptom}${shown}\n`)
		}
	}
	for (const problem of problems) stderr.write(`runtree: ${problem}\n`)
	return exitCodes.ok
}
