import type { Flow } from '../flow/flow.ts'
import type { WalkSnapshot } from '../machine/machine.ts'
import type { LeftOutcome, WalkEvent } from '../machine/types.ts'
import type { Target } from '../target/target.ts'
import type { OutputLine } from '../text/parser.ts'

/** What is kept of one run's output for the screen: a window of it. The journal holds the rest. */
export interface OutputView {
	/** Lines that arrived so far. */
	readonly total: number
	/** Number of the oldest line that is still kept (1 when nothing was dropped). */
	readonly first: number
	readonly ended: boolean
	/** At most `count` lines from line number `from` on. Costs what it returns. */
	slice(from: number, count: number): readonly OutputLine[]
}

/** Output by run, outside of the machine's context and of React's state. Listeners are told at most 20 times a second. */
export interface OutputSource {
	view(run: string): OutputView
	/** Gives the function that ends the subscription. */
	subscribe(listener: () => void): () => void
	/** Grows with every change; a cheap identity for `useSyncExternalStore`. */
	version(): number
}

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
