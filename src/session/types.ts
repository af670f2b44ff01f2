import type { Flow } from '../flow/flow.ts'
import type { WalkSnapshot } from '../machine/machine.ts'
import type { LeftOutcome, WalkEvent } from '../machine/types.ts'
import type { OutputStore } from '../target/output-store.ts'
import type { Target } from '../target/target.ts'

/** Output by run, outside of the machine's context and of React's state. */
export type OutputSource = Pick<OutputStore, 'view' | 'subscribe'>

/** One walk through a flow on one target, as a front end sees it: send events, read snapshots, nothing else. */
export interface Session {
	readonly id: string
	/** The session's folder, which holds `journal.jsonl`. */
	readonly folder: string
	readonly flow: Flow
	readonly target: Target
	readonly output: OutputSource
	snapshot(): WalkSnapshot
	send(event: WalkEvent): void
	/** Told after the journal has what changed. */
	subscribe(listener: () => void): () => void
	/** Set once something about the journal went wrong (disk full): one sentence. The walk goes on. */
	warning(): string | undefined
	/** The data without secrets, as the journal has it: for what is written elsewhere. */
	masked<T>(data: T): T
	/** When the present step's first command was started, epoch milliseconds; undefined while none runs. */
	runningSince(): number | undefined
	/** Resolves when no command runs and nothing is pending. */
	whenIdle(): Promise<void>
	/**
	 * Cancels what runs, writes the end of the session if it has not ended, closes journal and target. Safe to call twice.
	 * `outcome`: how a walk that has not ended was left, where no cause stands; `stopped` when left out.
	 */
	close(outcome?: LeftOutcome): Promise<void>
}
