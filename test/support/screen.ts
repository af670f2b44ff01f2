import xterm from '@xterm/headless'

/** A headless terminal and what a person would see on it. Both the Ink renderer and the pty driver print on one. */
export interface Screen {
	readonly terminal: xterm.Terminal
	/** The visible lines, without trailing blanks, always as many as the terminal has rows. */
	lines(): string[]
	/** How the first place where `text` stands looks; undefined when it is not on the screen. */
	look(text: string): Look | undefined
	/** True while the program shows the alternate screen. */
	alternate(): boolean
	/** Resolves once the predicate holds for a whole frame; rejects with the screen in the message when `timeoutMs` passes first. */
	waitFor(wanted: Wanted, options?: WaitOptions): Promise<void>
	/** Everything that is scrolled out too: the whole buffer. */
	history(): string[]
	/** Fails what still waits, because the program ended. */
	end(reason: Error): void
}

export type Wanted = string | RegExp | ((lines: string[]) => boolean)

export interface WaitOptions {
	/** A failure, not a delay: default 5,000. */
	readonly timeoutMs?: number
}

export interface Look {
	readonly row: number
	readonly column: number
	readonly bold: boolean
	readonly dim: boolean
	readonly inverse: boolean
	readonly underline: boolean
	/** True when it has a foreground colour other than the terminal's own. */
	readonly coloured: boolean
	/** Number of the palette's colour, or 0xRRGGBB; -1 for the terminal's own. */
	readonly colour: number
}

interface Waiter {
	readonly wanted: Wanted
	readonly resolve: () => void
	readonly reject: (error: Error) => void
	readonly timer: NodeJS.Timeout
}

/**
 * A screen of that size. Writes go to `screen.terminal`. `driver: true` where no tty driver stands between the program
 * and the screen: a line feed then also returns to the first column.
 */
export function createScreen(cols: number, rows: number, { driver = false } = {}): Screen {
	const terminal = new xterm.Terminal({ cols, rows, scrollback: 10_000, allowProposedApi: true, convertEol: driver })
	const waiters = new Set<Waiter>()
	let ended: Error | undefined

	const line = (row: number): string => terminal.buffer.active.getLine(row)?.translateToString(true) ?? ''
	const lines = (): string[] =>
		Array.from({ length: terminal.rows }, (_, row) => line(terminal.buffer.active.baseY + row))
	const history = (): string[] => Array.from({ length: terminal.buffer.active.length }, (_, row) => line(row))

	const holds = (wanted: Wanted): boolean => {
		if (typeof wanted === 'function') return wanted(lines())
		const text = lines().join('\n')
		return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
	}
	const settle = (waiter: Waiter, error?: Error): void => {
		clearTimeout(waiter.timer)
		waiters.delete(waiter)
		if (error) waiter.reject(error)
		else waiter.resolve()
	}
	const failure = (wanted: Wanted, why: string): Error =>
		new Error(
			`${why}, waiting for ${typeof wanted === 'function' ? wanted.toString() : wanted}. The screen:\n${lines()
				.map((text) => `│${text}`)
				.join('\n')}`,
		)
	/** Between the two marks of a synchronised update the screen holds parts of two frames, which nobody sees. */
	const isHalfDrawn = (): boolean => terminal.modes.synchronizedOutputMode && ended === undefined
	const check = (): void => {
		if (isHalfDrawn()) return
		for (const waiter of waiters) {
			try {
				if (holds(waiter.wanted)) settle(waiter)
			} catch (error) {
				settle(waiter, error instanceof Error ? error : new Error(String(error)))
			}
		}
	}
	terminal.onWriteParsed(check)
	terminal.onResize(check)

	return {
		terminal,
		lines,
		history,
		look: (text) => lookAt(terminal, lines(), text),
		alternate: () => terminal.buffer.active.type === 'alternate',
		waitFor: (wanted, { timeoutMs = 5_000 } = {}) => {
			if (!isHalfDrawn() && holds(wanted)) return Promise.resolve()
			if (ended) return Promise.reject(failure(wanted, ended.message))
			return new Promise((resolve, reject) => {
				const waiter: Waiter = {
					wanted,
					resolve,
					reject,
					timer: setTimeout(() => settle(waiter, failure(wanted, `${timeoutMs} ms passed`)), timeoutMs),
				}
				waiters.add(waiter)
			})
		},
		end: (reason) => {
			ended = reason
			check()
			for (const waiter of waiters) settle(waiter, failure(waiter.wanted, reason.message))
		},
	}
}

function lookAt(terminal: xterm.Terminal, lines: string[], text: string): Look | undefined {
	const row = lines.findIndex((line) => line.includes(text))
	if (row < 0) return undefined
	const buffer = terminal.buffer.active
	const bufferLine = buffer.getLine(buffer.baseY + row)
	if (!bufferLine) return undefined
	const column = columnOf(bufferLine, lines[row]?.indexOf(text) ?? 0)
	const cell = bufferLine.getCell(column)
	if (!cell) return undefined
	return {
		row,
		column,
		bold: cell.isBold() !== 0,
		dim: cell.isDim() !== 0,
		inverse: cell.isInverse() !== 0,
		underline: cell.isUnderline() !== 0,
		coloured: !cell.isFgDefault(),
		colour: cell.isFgDefault() ? -1 : cell.getFgColor(),
	}
}

/** A cell may hold several code units (an emoji, combining marks) or none (the right half of a wide character). */
function columnOf(line: xterm.IBufferLine, offset: number): number {
	let units = 0
	for (let column = 0; column < line.length; column++) {
		if (units >= offset && line.getCell(column)?.getWidth() !== 0) return column
		const cell = line.getCell(column)
		if (cell && cell.getWidth() !== 0) units += Math.max(1, cell.getChars().length)
	}
	return 0
}
