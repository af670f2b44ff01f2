import { openFlow } from '../app/compose.ts'
import { drawGraph, type GraphFormat } from '../flow/graph.ts'
import type { TerminalStreams } from '../terminal/streams.ts'

/** `runtree graph FLOW`: the flow as a tree, as a diagram's source, or as a statechart. */
export async function graph(
	name: string,
	{ format }: { readonly format: GraphFormat | 'xstate' },
	{ stdout }: TerminalStreams,
): Promise<number> {
	const { flow } = await openFlow(name)
	if (format === 'xstate') {
		const { exportChart } = await import('../machine/export-chart.ts')
		stdout.write(`${exportChart(flow)}\n`)
		return 0
	}
	stdout.write(`${drawGraph(flow, format).trimEnd()}\n`)
	return 0
}
