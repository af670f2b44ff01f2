import type { Flow } from './flow.ts'

export type GraphFormat = 'tree' | 'mermaid' | 'dot'

/** The flow's steps and causes as text; ends with a newline. */
export function drawGraph(_flow: Flow, _format: GraphFormat): string {
	throw new Error('being written')
}
