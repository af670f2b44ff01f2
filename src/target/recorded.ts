import type { CommandEnding, CommandSpec } from '../flow/command.ts'
import type { Scenario, ScenarioAnswer } from './scenario.ts'
import type { RunOptions, Target } from './target.ts'

export interface RecordedOptions {
	/** How many times as fast as it was: 1 is real time (the default), Infinity does not wait at all. */
	readonly speed?: number
}

/** A recorded host also tells its state, for tests and for the practice screen. */
export interface RecordedTarget extends Target {
	state(): string
}

/**
 * A host that answers as a real one did, and with nothing else: a command that was not recorded in the present state is
 * not started. Several answers to one command in one state are given in order, the last of them again and again.
 */
export function createRecordedTarget(scenario: Scenario, { speed = 1 }: RecordedOptions = {}): RecordedTarget {
	const { header, answers } = scenario
	const given = new Map<string, number>()
	const closed = new AbortController()
	let state = header.start

	const next = ({ text, privilege }: CommandSpec): ScenarioAnswer | undefined => {
		const exact = answers.filter((answer) => answer.state === state && answer.command === text)
		const samePrivilege = exact.filter((answer) => answer.privilege === privilege)
		const candidates = samePrivilege.length > 0 ? samePrivilege : exact
		const key = JSON.stringify([state, text, candidates[0]?.privilege])
		const count = given.get(key) ?? 0
		given.set(key, count + 1)
		return candidates[Math.min(count, candidates.length - 1)]
	}

	return {
		name: `recorded://${header.name}`,
		host: header.host,
		recorded: true,
		state: () => state,
		run: async (command, run) => {
			if (run.signal.aborted || closed.signal.aborted) return { kind: 'cancelled', durationMs: 0 }
			const answer = next(command)
			if (!answer) {
				const reason = `Not in this recording: ${excerpt(command.text)}; run the step's own command.`
				return { kind: 'not-started', reason, durationMs: 0 }
			}
			const ending = await play(answer, speed, run, AbortSignal.any([run.signal, closed.signal]))
			if (ending === answer.ending && answer.to !== undefined) state = answer.to
			return ending
		},
		close: async () => closed.abort(),
	}
}

/** Gives the recorded ending itself, or `cancelled`. */
async function play(
	answer: ScenarioAnswer,
	speed: number,
	{ onOutput }: RunOptions,
	signal: AbortSignal,
): Promise<CommandEnding> {
	const startedAt = performance.now()
	const until = (offsetMs: number): Promise<boolean> =>
		waitFor(offsetMs / speed - (performance.now() - startedAt), signal)
	for (const chunk of answer.chunks) {
		if (!(await until(chunk.offsetMs))) return cancelled(startedAt)
		onOutput(chunk)
	}
	return (await until(answer.ending.durationMs)) ? answer.ending : cancelled(startedAt)
}

function cancelled(startedAt: number): CommandEnding {
	return { kind: 'cancelled', durationMs: Math.round(performance.now() - startedAt) }
}

/** False when the signal was aborted first. */
function waitFor(ms: number, signal: AbortSignal): Promise<boolean> {
	if (signal.aborted) return Promise.resolve(false)
	if (!(ms >= 1)) return Promise.resolve(true)
	return new Promise((resolve) => {
		const abort = (): void => {
			clearTimeout(timer)
			resolve(false)
		}
		const timer = setTimeout(() => {
			signal.removeEventListener('abort', abort)
			resolve(true)
		}, ms)
		signal.addEventListener('abort', abort, { once: true })
	})
}

function excerpt(text: string): string {
	const line = text.replace(/\s+/g, ' ').trim()
	return line.length <= 100 ? line : `${line.slice(0, 99)}…`
}
