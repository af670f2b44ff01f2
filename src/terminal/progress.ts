/** A stream on which progress is shown: standard error, as far as it is a terminal. */
export interface ProgressStream {
	readonly isTTY?: boolean
	readonly columns?: number
	write(text: string): unknown
}

/** One line that says what is being done now. */
export interface Progress {
	/** Replaces the line. The same text again writes nothing. */
	show(text: string): void
	/** Takes the line away. Safe to call twice. */
	end(): void
}

const CLEAR = '\r\u001B[K'

/**
 * Progress for a person at a terminal: one line that is replaced, or, where the terminal knows no cursor (`TERM=dumb`),
 * a new line each time. Nothing at all where nobody looks.
 */
export function createProgress(stream: ProgressStream, env: Readonly<Record<string, string | undefined>>): Progress {
	const watched = stream.isTTY === true
	const replaces = env.TERM !== undefined && env.TERM !== 'dumb' && env.TERM !== ''
	let shown = ''
	return {
		show: (text) => {
			if (!watched || text === shown) return
			shown = text
			// The last column stays free: a terminal that wraps there would leave a line behind.
			const fitting = [...text].slice(0, Math.max(1, (stream.columns ?? 80) - 1)).join('')
			stream.write(replaces ? `${CLEAR}${fitting}` : `${fitting}\n`)
		},
		end: () => {
			if (watched && replaces && shown !== '') stream.write(CLEAR)
			shown = ''
		},
	}
}
