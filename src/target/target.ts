import type { CommandEnding, CommandSpec } from '../flow/command.ts'

/** A piece of output as it arrived, decoded from UTF-8 (invalid bytes are U+FFFD), not yet split or sanitised. */
export interface OutputChunk {
	readonly stream: 'stdout' | 'stderr'
	readonly text: string
	/** Milliseconds since the command was started. */
	readonly offsetMs: number
}

export interface RunOptions {
	/** Aborting it cancels the command: everything that it started is terminated, then killed. */
	readonly signal: AbortSignal
	readonly onOutput: (chunk: OutputChunk) => void
}

/** Where commands run. Implementations: local, container (podman, docker), recorded, manual; ssh to come. */
export interface Target {
	/** As the operator names it: `local`, `podman://lab`, `recorded://unit-stopped`. */
	readonly name: string
	/** The host's name, shown in dialogs and typed to confirm a destructive command. */
	readonly host: string
	/** True for a recorded host: nothing is executed. */
	readonly recorded: boolean
	/** True where the operator runs the commands, and gives what they printed: `run` starts nothing. */
	readonly byHand?: true
	/** Never rejects. A signal that is already aborted starts nothing. */
	run(command: CommandSpec, options: RunOptions): Promise<CommandEnding>
	/** Ends what still runs and frees connections. Safe to call twice. */
	close(): Promise<void>
}

/** What opening a target gives: the target, or one sentence that says what is wrong and what to do. */
export type OpenedTarget =
	| { readonly ok: true; readonly target: Target }
	| { readonly ok: false; readonly reason: string; readonly usage: boolean }
