import type { CommandEnding, CommandSpec } from '../flow/command.ts'
import type { ScenarioAnswer } from './scenario.ts'
import type { OutputChunk, Target } from './target.ts'

/** A target that also keeps what the host answered. */
export interface RecordingTarget extends Target {
	/** What was answered so far, in order. Answers that tell nothing about the host are left out. */
	answers(): readonly ScenarioAnswer[]
	/** From now on the host is in another state; the last answer led there. */
	enter(state: string): void
	/** Keeps an answer that was not run here (a remedy by hand). */
	keep(command: CommandSpec, chunks: readonly OutputChunk[], ending: CommandEnding): void
}

/** Two pieces that arrive closer than this are one: a recording need not keep how a pipe was cut. */
const SAME_PIECE_MS = 20

/** Passes everything on to `target`, and keeps it. `start`: the state that the host is in. */
export function createRecordingTarget(target: Target, start: string): RecordingTarget {
	const answers: ScenarioAnswer[] = []
	let state = start

	const keep = (command: CommandSpec, chunks: readonly OutputChunk[], ending: CommandEnding): void => {
		if (ending.kind === 'cancelled' || ending.kind === 'disconnected') return
		answers.push({
			type: 'answer',
			state,
			command: command.text,
			privilege: command.privilege,
			chunks: joined(chunks),
			ending,
		})
	}

	return {
		name: target.name,
		host: target.host,
		recorded: target.recorded,
		answers: () => answers,
		enter: (next) => {
			const last = answers.at(-1)
			if (last !== undefined && next !== state) answers[answers.length - 1] = { ...last, to: next }
			state = next
		},
		keep,
		run: async (command, options) => {
			const chunks: OutputChunk[] = []
			const ending = await target.run(command, {
				...options,
				onOutput: (chunk) => {
					chunks.push(chunk)
					options.onOutput(chunk)
				},
			})
			keep(command, chunks, ending)
			return ending
		},
		close: () => target.close(),
	}
}

function joined(chunks: readonly OutputChunk[]): OutputChunk[] {
	const pieces: OutputChunk[] = []
	for (const chunk of chunks) {
		const last = pieces.at(-1)
		if (last?.stream === chunk.stream && chunk.offsetMs - last.offsetMs <= SAME_PIECE_MS) {
			pieces[pieces.length - 1] = { ...last, text: last.text + chunk.text }
		} else {
			pieces.push({ stream: chunk.stream, text: chunk.text, offsetMs: Math.round(chunk.offsetMs) })
		}
	}
	return pieces
}
