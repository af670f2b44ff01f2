import { createInterface } from 'node:readline'

/** Lines from standard input, one at a time, also those that arrived before they were asked for. */
export interface LinesIn {
	/** The next line without its end; undefined when there will be none. */
	next(): Promise<string | undefined>
	/** Gives up on the line that is waited for, and all later ones. */
	close(): void
}

/** Reads lines from a stream. */
export function linesIn(stdin: NodeJS.ReadableStream): LinesIn {
	const reader = createInterface({ input: stdin, terminal: false, crlfDelay: Number.POSITIVE_INFINITY })
	const waiting: ((line: string | undefined) => void)[] = []
	const arrived: string[] = []
	let ended = false
	reader.on('line', (line) => {
		const next = waiting.shift()
		if (next) next(line)
		else arrived.push(line)
	})
	reader.on('close', () => {
		ended = true
		for (const give of waiting.splice(0)) give(undefined)
	})
	return {
		next: () => {
			const line = arrived.shift()
			if (line !== undefined || ended) return Promise.resolve(line)
			return new Promise((resolve) => waiting.push(resolve))
		},
		close: () => reader.close(),
	}
}
