/** A command that runs, as far as ending it is concerned. */
interface RunningProcess {
	/** Ends it with everything that it started: terminates, then kills. */
	stop(): void
	/** Resolves when it has ended. Never rejects. */
	readonly ended: Promise<unknown>
}

/**
 * What runs at the moment. The lifetime of a process hangs on this and on nothing else: a machine that fails does not
 * end the commands it started.
 */
export interface ProcessRegistry {
	/** Gives the function that takes it off the list. */
	add(process: RunningProcess): () => void
	readonly size: number
	/** Ends all that runs; resolves when nothing does. What is added meanwhile is ended too. */
	stopAll(): Promise<void>
}

/** An empty registry. */
export function createProcessRegistry(): ProcessRegistry {
	const running = new Set<RunningProcess>()
	return {
		add: (process) => {
			running.add(process)
			return () => {
				running.delete(process)
			}
		},
		get size() {
			return running.size
		},
		stopAll: async () => {
			while (running.size > 0) {
				const processes = [...running]
				for (const process of processes) process.stop()
				await Promise.all(processes.map((process) => process.ended))
				for (const process of processes) running.delete(process)
			}
		},
	}
}
