import { openFlow } from '../../src/app/compose.ts'
import { explainPaste } from '../../src/app/explain.ts'
import type { Explanation } from '../../src/app/explain-answer.ts'
import { readPastedText } from '../../src/app/paste.ts'

const opened = await openFlow('flask-502')

export interface Explaining {
	readonly step?: string
	readonly exitCode?: number
	readonly set?: readonly (readonly [string, string])[]
}

/** Explains a text as the program does, from its bytes on. */
export async function explained(text: string, { step, exitCode, set = [] }: Explaining = {}): Promise<Explanation> {
	const { lines } = await readPastedText(chunksOf(text))
	return explainPaste(opened, { lines, step, exitCode, set })
}

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
	yield Buffer.from(text)
}
