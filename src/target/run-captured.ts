import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { execa } from 'execa'
import type { CommandEnding } from '../flow/command.ts'
import { isGroupAlive, signalGroup } from './process-group.ts'
import type { ProcessRegistry } from './process-registry.ts'
import { notStartedReason } from './spawn-error.ts'
import type { OutputChunk, RunOptions } from './target.ts'

export interface CapturedCommand {
	readonly file: string
	readonly args: readonly string[]
	/** The whole environment; nothing is inherited besides. */
	readonly env: Readonly<Record<string, string>>
	readonly timeoutMs: number
	/** The folder that it runs in; this process's own when left out. */
	readonly cwd?: string
	/** Written to standard input, which is then closed. Without it standard input is empty. */
	readonly input?: string
	/**
	 * Ends what the command runs where a local signal does not reach: inside a container, as another user. Never rejects.
	 * The local process group is terminated after it.
	 */
	readonly stopElsewhere?: () => Promise<void>
}

/** From being asked to being killed. */
const GRACE_MS = 2_000
/** For ending what runs elsewhere, its own grace period included. */
const ELSEWHERE_MS = 5_000
/** After a command ended, output is awaited until there was none for so long … */
const QUIET_MS = 100
/** … but no longer than this: what goes on writing is a background process. */
const DRAIN_MS = 1_000
/** Output is handed on for so long at a time before everything else (keys, timers) gets its turn. */
const SLICE_MS = 8
/** Longest chunk: 64 KB of two-character lines become 32,000 objects at once, and that makes the heap grow. */
const PIECE = 8_192
const POLL_MS = 25
const MAX_TIMEOUT_MS = 2 ** 31 - 1

type StopReason = 'cancelled' | 'timed-out'

/**
 * Runs a program in a process group of its own, without a terminal, and hands its output on as it comes. The only place
 * that starts a flow's commands. Never rejects: every way to end is a value, and it is given only when nothing of the
 * group that was stopped is left. A background process of a command that exited by itself is left alone.
 */
export async function runCaptured(
	command: CapturedCommand,
	{ signal, onOutput }: RunOptions,
	registry: ProcessRegistry,
): Promise<CommandEnding> {
	if (signal.aborted) return { kind: 'cancelled', durationMs: 0 }
	if (command.args.some((argument) => argument.includes('\0'))) {
		return { kind: 'not-started', reason: 'The command contains a null character: remove it.', durationMs: 0 }
	}

	const startedAt = performance.now()
	const elapsed = (): number => Math.round(performance.now() - startedAt)
	const subprocess = execa(command.file, command.args, {
		...(command.input === undefined ? { stdin: 'ignore' } : { input: command.input }),
		...(command.cwd === undefined ? {} : { cwd: command.cwd }),
		env: command.env,
		extendEnv: false,
		buffer: false,
		reject: false,
		killDescendants: true,
		forceKillAfterDelay: false,
		stripFinalNewline: false,
	})
	const child = subprocess.nodeChildProcess
	const exited = exitOf(child)
	const output = forwardOutput(child, onOutput, elapsed)

	// A process of another user may survive all that we may do to it; the operator gets an answer all the same.
	const unstoppable = Promise.withResolvers<Exit>()
	let stopReason: StopReason | undefined
	let stopped: Promise<void> | undefined
	const stop = (reason: StopReason): void => {
		if (stopReason || child.exitCode !== null || child.signalCode !== null) return
		stopReason = reason
		stopped = stopGroup(child, exited, command.stopElsewhere)
		stopped.then(() => unstoppable.resolve({ kind: 'exit', exitCode: null, signal: null }))
	}
	const cancel = (): void => stop('cancelled')
	const timer = setTimeout(() => stop('timed-out'), Math.min(command.timeoutMs, MAX_TIMEOUT_MS))
	signal.addEventListener('abort', cancel, { once: true })

	const settle = async (): Promise<CommandEnding> => {
		// Whichever comes first: with no process there is no exit, and a held pipe keeps execa's promise pending.
		const end = await Promise.race([exited, subprocess, unstoppable.promise])
		clearTimeout(timer)
		signal.removeEventListener('abort', cancel)
		if (!('kind' in end)) {
			return { kind: 'not-started', reason: notStartedReason(command.file, end.code), durationMs: elapsed() }
		}
		const durationMs = elapsed()
		await stopped
		const heldOpen = await output.drain()
		if (stopReason) return { kind: stopReason, durationMs: elapsed() }
		return { kind: 'exited', exitCode: end.exitCode, signal: end.signal, durationMs, heldOpen }
	}
	const ending = settle()
	const unregister = registry.add({ stop: cancel, ended: ending })
	return ending.finally(unregister)
}

interface Exit {
	readonly kind: 'exit'
	readonly exitCode: number | null
	readonly signal: string | null
}

function exitOf(child: ChildProcess): Promise<Exit> {
	return new Promise((resolve) => {
		child.once('exit', (exitCode, signal) => resolve({ kind: 'exit', exitCode, signal }))
	})
}

/**
 * Ends the process group: TERM, and KILL for what is left of it after the grace period. The group may outlive its
 * leader, so it is the group that is waited for.
 */
async function stopGroup(
	child: ChildProcess,
	exited: Promise<Exit>,
	stopElsewhere: (() => Promise<void>) | undefined,
): Promise<void> {
	if (stopElsewhere) await Promise.race([stopElsewhere(), pause(ELSEWHERE_MS)])
	if (child.pid !== undefined) {
		const deadline = performance.now() + GRACE_MS
		signalGroup(child.pid, 'SIGTERM')
		while (isGroupAlive(child.pid) && performance.now() < deadline) await pause(POLL_MS)
		signalGroup(child.pid, 'SIGKILL')
	}
	await Promise.race([exited, pause(GRACE_MS)])
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Where the piece of at most `PIECE` code units that begins at `from` ends, without splitting a surrogate pair. */
function pieceEnd(text: string, from: number): number {
	const end = from + PIECE
	if (end >= text.length) return text.length
	const last = text.charCodeAt(end - 1)
	return last >= 0xd800 && last <= 0xdbff ? end - 1 : end
}

interface ForwardedOutput {
	/** Resolves when both streams ended, or were quiet after the exit. True when a background process holds them open. */
	drain(): Promise<boolean>
}

function forwardOutput(
	child: ChildProcess,
	onOutput: (chunk: OutputChunk) => void,
	elapsed: () => number,
): ForwardedOutput {
	const hand = (stream: OutputChunk['stream'], text: string): void => {
		const offsetMs = elapsed()
		for (let from = 0; from < text.length; ) {
			const to = pieceEnd(text, from)
			onOutput({ stream, text: text.slice(from, to), offsetMs })
			from = to
		}
	}
	let wake = (): void => {}
	const streams = (['stdout', 'stderr'] as const).flatMap((name) => {
		const readable: Readable | null = child[name]
		if (!readable) return []
		const decoder = new StringDecoder('utf8')
		const stream = {
			name,
			readable,
			decoder,
			ended: false,
			finish: (): void => {
				if (stream.ended) return
				stream.ended = true
				hand(name, decoder.end())
				wake()
			},
		}
		return [stream]
	})
	let sliceStart = 0
	let resting = false
	let lastData = 0

	const rest = (): void => {
		resting = true
		for (const { readable } of streams) readable.pause()
		setImmediate(() => {
			resting = false
			sliceStart = 0
			lastData = performance.now()
			for (const { readable } of streams) readable.resume()
		})
	}
	for (const { name, readable, decoder, finish } of streams) {
		readable.on('data', (data: Buffer) => {
			lastData = performance.now()
			if (sliceStart === 0) {
				sliceStart = lastData
				setImmediate(() => {
					if (!resting) sliceStart = 0
				})
			}
			hand(name, decoder.write(data))
			if (!resting && performance.now() - sliceStart > SLICE_MS) rest()
		})
		for (const event of ['end', 'close', 'error'] as const) readable.on(event, finish)
	}

	const allEnded = (): boolean => streams.every(({ ended }) => ended)
	return {
		drain: async () => {
			const deadline = performance.now() + DRAIN_MS
			lastData = performance.now()
			while (!allEnded()) {
				const now = performance.now()
				if (now > deadline || (!resting && now - lastData >= QUIET_MS)) break
				await new Promise<void>((resolve) => {
					wake = resolve
					setTimeout(resolve, QUIET_MS / 5)
				})
			}
			const heldOpen = !allEnded()
			for (const { readable, finish } of streams) {
				finish()
				readable.destroy()
			}
			return heldOpen
		},
	}
}
