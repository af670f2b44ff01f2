import { execa } from 'execa'
import type { CommandEnding } from '../flow/command.ts'
import type { ProcessRegistry } from './process-registry.ts'
import { notStartedReason } from './spawn-error.ts'

/** Lends the terminal to what runs in the callback. `terminal/hand-over.ts` gives one. */
export type LendTerminal = <T>(use: () => Promise<T>) => Promise<T>

export interface InteractiveCommand {
	readonly file: string
	readonly args: readonly string[]
	readonly env: Readonly<Record<string, string>>
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
				env: command.env,
				extendEnv: false,
				reject: false,
				cancelSignal: signal,
				forceKillAfterDelay: GRACE_MS,
			})
			const unregister = registry.add({ stop: () => subprocess.kill('SIGTERM'), ended: subprocess })
			const result = await subprocess.finally(unregister)
			if (result.isCanceled) return { kind: 'cancelled', durationMs: elapsed() }
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
