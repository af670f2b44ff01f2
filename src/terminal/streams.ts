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

/** Resolves when everything written so far has left the process, or cannot leave it any more. */
export function flushed(stream: NodeJS.WritableStream): Promise<void> {
	return new Promise((resolve) => {
		if (!stream.writable) {
			resolve()
			return
		}
		stream.once('error', () => resolve())
		stream.write('', () => resolve())
	})
}

/**
 * Calls back once when the reader of standard output or standard error goes away (`runtree export … | head`), which
 * is no error of ours. Any other stream error is thrown as it would be without this. Gives the function that undoes it.
 */
export function onClosedPipe(
	{ stdout, stderr }: Pick<TerminalStreams, 'stdout' | 'stderr'>,
	callback: () => void,
): () => void {
	let told = false
	const listener = (error: NodeJS.ErrnoException): void => {
		if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
		if (told) return
		told = true
		callback()
	}
	stdout.on('error', listener)
	stderr.on('error', listener)
	return () => {
		stdout.off('error', listener)
		stderr.off('error', listener)
	}
}
