import type { SignalSource } from './signals.ts'

/** Releases the terminal, awaits the callback, takes the terminal back: Ink's `useApp().suspendTerminal`. */
type SuspendTerminal = (use: () => Promise<void>) => Promise<void>

/** A front end that holds the terminal. */
export interface TerminalHolder {
	readonly suspend: SuspendTerminal
	/** What it reads from; it must not swallow what is typed for a child. */
	readonly stdin: { pause(): unknown }
}

/** Lends the terminal to a child process: an editor, a pager, a shell. */
export interface HandOver {
	/**
	 * Runs `use` while the terminal belongs to it, and gives what it gives. Without a front end that holds the
	 * terminal it just runs. Rejects when `use` does, or when the terminal is lent already.
	 */
	lend<T>(use: () => Promise<T>): Promise<T>
	/** True from before the terminal is released until it is taken back. */
	lent(): boolean
	/** Says who holds the terminal from now on. Gives the function that takes that back. */
	attach(holder: TerminalHolder): () => void
}

/** A hand-over that nobody is attached to yet. */
export function createHandOver(signals: SignalSource = process): HandOver {
	let holder: TerminalHolder | undefined
	let isLent = false

	return {
		lend: async (use) => {
			if (isLent) throw new Error('The terminal is lent to another program already.')
			isLent = true
			// Ctrl-C reaches the whole foreground process group, and without a listener it would end us, not only the child.
			const survive = (): void => {}
			signals.on('SIGINT', survive)
			try {
				return await (holder ? underSuspension(holder, use) : use())
			} finally {
				signals.off('SIGINT', survive)
				isLent = false
			}
		},
		lent: () => isLent,
		attach: (next) => {
			holder = next
			return () => {
				if (holder === next) holder = undefined
			}
		},
	}
}

async function underSuspension<T>({ suspend, stdin }: TerminalHolder, use: () => Promise<T>): Promise<T> {
	let value: { readonly got: T } | undefined
	await suspend(async () => {
		// The tty handle goes on reading after Ink detached from it, and would swallow the child's first keys. Pausing it in
		// the same tick does nothing (measured: 36 of 40 runs lose a line), and the pause needs a tick to reach the handle.
		await nextTurn()
		stdin.pause()
		await nextTurn()
		value = { got: await use() }
	})
	if (!value) throw new Error('The terminal could not be lent: the interface is no longer on the screen.')
	return value.got
}

function nextTurn(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve))
}
