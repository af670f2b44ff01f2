import type { Flow } from './flow.ts'

/** The flow as a Markdown guide for reading; ends with a newline. */
export function writeGuide(_flow: Flow): string {
	throw new Error('being written')
}
