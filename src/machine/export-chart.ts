import type { Flow } from '../flow/flow.ts'
import { chartOf } from './chart.ts'
import { visitChart } from './visit-chart.ts'

/**
 * A flow's machine as data: the walk on one canvas, and under `actors` the visit that each step invokes. It is what the
 * machines are made of, so nothing is said of them a second time; the functions in them are left out by JSON.
 */
export function exportChart(flow: Flow): string {
	const never = (): never => {
		throw new Error('A chart is not run.')
	}
	const walk = chartOf(flow, never)
	const visit = visitChart(flow, { order: never, endedBy: never })
	return laidOut(JSON.parse(JSON.stringify({ ...walk, actors: { visit } })), '')
}

/** Columns of a line of the export: an arrow fits on one. */
const WIDTH = 160

/** JSON with a line for each value that fits on one. */
function laidOut(value: unknown, indent: string): string {
	const line = JSON.stringify(value)
	if (line.length <= WIDTH || typeof value !== 'object' || value === null) return line
	const inner = `${indent}\t`
	const [open, close] = Array.isArray(value) ? '[]' : '{}'
	const parts = Array.isArray(value)
		? value.map((each) => laidOut(each, inner))
		: Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${laidOut(each, inner)}`)
	return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`
}
