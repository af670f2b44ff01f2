import { execa } from 'execa'
import type { CommandEnding } from '../flow/command.ts'
import { createProcessRegistry, type ProcessRegistry } from './process-registry.ts'
import { runQuietly } from './run-quietly.ts'
import { notStartedReason } from './spawn-error.ts'
import { stopping } from './wrapped.ts'

/** Lends the terminal to what runs in the callback. `terminal/hand-over.ts` gives one. */
export type LendTerminal = <T>(use: () => Promise<T>) => Promise<T>

export interface InteractiveCommand {
	readonly file: string
	readonly args: readonly string[]
	readonly env: Readonly<Record<string, string>>
	/** The folder that it runs in; this process's own when left out. */
	readonly cwd?: string
}

const GRACE_MS = 2_000

/**
 * Runs a program with the operator's terminal as its own: an editor, a pager. It has no time limit, its output is not
 * seen, and it stays in our process group, because only there it may read the keyboard. Never rejects.
 */
export async function runInteractive(
	command: InteractiveCommand,
	signal: AbortSignal,
	lend: LendTerminal,
	registry: ProcessRegistry,
): Promise<CommandEnding> {
	const startedAt = performance.now()
	const elapsed = (): number => Math.round(performance.now() - startedAt)
	try {
		return await lend(async () => {
			if (signal.aborted) return { kind: 'cancelled', durationMs: elapsed() }
			const subprocess = execa(command.file, command.args, {
				stdio: 'inherit',
				...(command.cwd === undefined ? {} : { cwd: command.cwd }),
				env: command.env,
				extendEnv: false,
				reject: false,
				forceKillAfterDelay: GRACE_MS,
			})
			let stopped = false
			const stop = async (): Promise<void> => {
				if (stopped) return
				stopped = true
				// It shares our process group, so its children are found by descent.
				const script = { file: 'sh', args: stopping(String(subprocess.pid), undefined), env: command.env }
				await runQuietly({ ...script, timeoutMs: 2 * GRACE_MS }, new AbortController().signal, createProcessRegistry())
				subprocess.kill('SIGTERM')
			}
			const unregister = registry.add({ stop, ended: subprocess })
			signal.addEventListener('abort', stop, { once: true })
			const result = await subprocess
			signal.removeEventListener('abort', stop)
			unregister()
			if (stopped) return { kind: 'cancelled', durationMs: elapsed() }
			if (result.exitCode === undefined && result.signal === undefined) {
				return { kind: 'not-started', reason: notStartedReason(command.file, result.code), durationMs: elapsed() }
			}
			return {
				kind: 'exited',
				exitCode: result.exitCode ?? null,
				signal: result.signal ?? null,
				durationMs: elapsed(),
				heldOpen: false,
			}
		})
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error)
		return { kind: 'not-started', reason: `The terminal could not be handed over: ${reason}`, durationMs: elapsed() }
	}
}
