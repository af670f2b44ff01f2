import { constants } from 'node:os'

/** What ends a program from outside. */
export type EndingSignal = 'SIGTERM' | 'SIGHUP'

export interface SignalCallbacks {
	/** Ctrl-C that came as a signal: no raw mode, or sent by another process. */
	readonly interrupt: () => void
	/** The process is to end: the callback leaves the terminal as it found it and ends what runs. */
	readonly terminate: (signal: EndingSignal) => void
	/** While this is true an interrupt is not ours: the terminal is lent to a child, which gets it too. */
	readonly lent?: () => boolean
}

/** The part of `process` that is needed. */
export interface SignalSource {
	on(event: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
	off(event: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
}

/**
 * Routes SIGINT, SIGTERM and SIGHUP to callbacks. Until it is undone the process no longer dies of them by itself:
 * whoever calls this ends the program. Gives the function that undoes it.
 */
export function onSignals(callbacks: SignalCallbacks, source: SignalSource = process): () => void {
	const interrupt = (): void => {
		if (callbacks.lent?.() !== true) callbacks.interrupt()
	}
	const terminate = (signal: NodeJS.Signals): void => {
		callbacks.terminate(signal === 'SIGHUP' ? 'SIGHUP' : 'SIGTERM')
	}
	source.on('SIGINT', interrupt)
	source.on('SIGTERM', terminate)
	source.on('SIGHUP', terminate)
	return () => {
		source.off('SIGINT', interrupt)
		source.off('SIGTERM', terminate)
		source.off('SIGHUP', terminate)
	}
}

/** The exit code that a shell reports for a program that a signal ended: 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOfSignal(signal: 'SIGINT' | EndingSignal): number {
	return 128 + constants.signals[signal]
}

/** The end that signals put to what is being done. */
export interface Interruption {
	/** Aborted by the first signal, or by `abort`. */
	readonly signal: AbortSignal
	/** The exit code that the first signal stands for; undefined when none came. */
	exitCode(): number | undefined
	abort(): void
	/** Hears no more signals. */
	undo(): void
}

/** Ends what is being done when a signal comes. `take`: takes an interrupt for itself, when it gives true. */
export function interruptible({ take, lent }: { take?: () => boolean; lent?: () => boolean } = {}): Interruption {
	const ending = new AbortController()
	let exitCode: number | undefined
	const end = (signal: 'SIGINT' | EndingSignal): void => {
		exitCode ??= exitCodeOfSignal(signal)
		ending.abort()
	}
	const undo = onSignals({
		interrupt: () => {
			if (take?.() !== true) end('SIGINT')
		},
		terminate: end,
		...(lent === undefined ? {} : { lent }),
	})
	return { signal: ending.signal, exitCode: () => exitCode, abort: () => ending.abort(), undo }
}
