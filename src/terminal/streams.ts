/** The process's streams and environment, as everything else of the program gets them: handed in, never global. */
export interface TerminalStreams {
	readonly stdin: NodeJS.ReadStream
	readonly stdout: NodeJS.WriteStream
	readonly stderr: NodeJS.WriteStream
	readonly env: Readonly<Record<string, string | undefined>>
}

/** The streams of this process. */
export function processStreams(): TerminalStreams {
	return { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env }
}

/** Resolves when everything written so far has left the process, or cannot leave it any more and its error was told. */
export function flushed(stream: NodeJS.WritableStream): Promise<void> {
	return new Promise((resolve) => {
		// A stream says that it failed one tick after it did.
		const settle = (): void => {
			setImmediate(resolve)
		}
		if (!stream.writable) {
			settle()
			return
		}
		stream.once('error', settle)
		stream.write('', settle)
	})
}

/** What became of what was written. */
export interface WatchedOutput {
	/** Why standard output did not take everything: `closed` when its reader went away (`… | head`), no error of ours. */
	lost(): 'closed' | NodeJS.ErrnoException | undefined
	/** Calls back, once, when that happens. Gives the function that undoes it. */
	onLost(listener: () => void): () => void
}

const watched = new WeakMap<NodeJS.WriteStream, WatchedOutput>()

/** Watches standard output for good, so that an error there ends nothing by itself. */
export function watchOutput(stdout: NodeJS.WriteStream): WatchedOutput {
	const before = watched.get(stdout)
	if (before) return before
	let lost: ReturnType<WatchedOutput['lost']>
	const listeners = new Set<() => void>()
	stdout.on('error', (error: NodeJS.ErrnoException) => {
		if (lost !== undefined) return
		lost = error.code === 'EPIPE' || error.code === 'EIO' ? 'closed' : error
		for (const listener of [...listeners]) listener()
	})
	const output: WatchedOutput = {
		lost: () => lost,
		onLost: (listener) => {
			listeners.add(listener)
			return () => {
				listeners.delete(listener)
			}
		},
	}
	watched.set(stdout, output)
	return output
}
