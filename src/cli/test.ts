import { writeFile } from 'node:fs/promises'
import { openFlow } from '../app/compose.ts'
import { exitCodes } from '../app/exit-codes.ts'
import { type FlowTestReport, type ScenarioResult, testFlow } from '../app/flow-test.ts'
import { listScenarios, refuseForeign } from '../app/scenarios.ts'
import { UserError } from '../app/user-error.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree test FLOW`: walks every scenario of a flow, and compares causes. Exit code 1 on a difference. */
export async function test(
	name: string,
	options: { readonly junit?: string; readonly json?: boolean },
	{ stdout, stderr }: TerminalStreams,
): Promise<number> {
	const opened = await openFlow(name)
	const scenarios = await listScenarios(opened)
	if (scenarios.length === 0) {
		throw new UserError(
			`The flow ${opened.flow.id} has no scenarios in ${opened.folder}/scenarios; \`runtree record\` makes one.`,
		)
	}
	for (const { scenario } of scenarios) refuseForeign(opened, scenario)
	const report = await testFlow(opened, scenarios)
	if (options.junit !== undefined) {
		await writeFile(options.junit, junitOf(opened.flow.id, report)).catch((error: Error) => {
			throw new UserError(`The JUnit file cannot be written to ${options.junit} (${error.message}).`)
		})
	}
	stdout.write(options.json === true ? `${JSON.stringify({ format: 1, ...report }, null, 2)}\n` : textOf(report))
	const failed = report.results.filter(({ ok }) => !ok)
	stderr.write(`${report.results.length - failed.length} passed, ${failed.length} failed\n`)
	return failed.length > 0 ? exitCodes.cause : exitCodes.ok
}

function textOf({ results, untouched, total }: FlowTestReport): string {
	const width = Math.max(...results.map(({ name }) => name.length))
	const lines = results.flatMap((result) => [
		`${result.ok ? 'ok  ' : 'FAIL'}  ${result.name.padEnd(width)}  ${result.named.join(', ') || result.outcome}`,
		`      ${' '.repeat(width)}  ${result.path.join(' > ')}`,
		...(result.ok ? [] : [`      ${' '.repeat(width)}  ${result.problem}`]),
	])
	const share = (missing: number, all: number): string => `${all - missing} of ${all}`
	lines.push(
		'',
		`Steps walked:    ${share(untouched.steps.length, total.steps)}${listed(untouched.steps)}`,
		`Branches walked: ${share(untouched.branches.length, total.branches)}${untouched.branches.length === 0 ? '' : '; not walked by any scenario:'}`,
		...branchesByStep(untouched.branches),
	)
	return `${lines.join('\n')}\n`
}

function listed(names: readonly string[]): string {
	return names.length === 0 ? '' : `; not walked by any scenario: ${names.join(', ')}`
}

/** `  logs: 2, 5-8`: the branches as a flow's author counts them, from 1, a line for each step. */
function branchesByStep(branches: readonly string[]): readonly string[] {
	const byStep = new Map<string, number[]>()
	for (const branch of branches) {
		const [step = '', index = '0'] = branch.split('#')
		byStep.set(step, [...(byStep.get(step) ?? []), Number(index) + 1])
	}
	return [...byStep].map(([step, numbers]) => `  ${step}: ${ranges(numbers)}`)
}

function ranges(numbers: readonly number[]): string {
	const runs: [number, number][] = []
	for (const number of numbers) {
		const last = runs.at(-1)
		if (last !== undefined && last[1] === number - 1) last[1] = number
		else runs.push([number, number])
	}
	return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

function junitOf(flow: string, { results }: FlowTestReport): string {
	const failures = results.filter(({ ok }) => !ok).length
	const cases = results.map((result) => caseOf(flow, result)).join('\n')
	return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="${xml(flow)}" tests="${results.length}" failures="${failures}">
${cases}
</testsuite>
</testsuites>
`
}

function caseOf(flow: string, { name, ok, problem, durationMs, path }: ScenarioResult): string {
	const head = `<testcase classname="${xml(flow)}" name="${xml(name)}" time="${(durationMs / 1000).toFixed(3)}"`
	return ok ? `${head}/>` : `${head}><failure message="${xml(problem)}">${xml(path.join(' > '))}</failure></testcase>`
}

function xml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
