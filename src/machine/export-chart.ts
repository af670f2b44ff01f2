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
	return JSON.stringify({ ...walk, actors: { visit } }, null, '\t')
}
