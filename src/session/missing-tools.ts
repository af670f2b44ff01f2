import type { WalkContext } from '../machine/types.ts'
import type { OutputSource } from './types.ts'

/** `sh: 1: ss: not found`, `bash: line 1: ss: command not found`, `sudo: ss: command not found`, `sh: ss: not found`. */
const notFound = /^(?:\S*sh|sudo|env): (?:(?:line )?\d+: )?‘?([\w.+/-]{1,100})’?: (?:command )?not found$/i
const notBooted = /^System has not been booted with systemd/

/** Programs that a step's commands asked for and the host does not have, as far as their shell complained. In order. Pure. */
export function missingTools(plan: WalkContext['plan'], output: Pick<OutputSource, 'view'>): readonly string[] {
	const missing = new Set<string>()
	for (const planned of plan) {
		if (planned.kind !== 'run' || planned.result === undefined) continue
		const view = output.view(planned.result.run)
		for (const { stream, text } of view.slice(view.first, MOST_LINES)) {
			if (stream !== 'stderr') continue
			const tool = notFound.exec(text.trim())?.[1]
			if (tool !== undefined) missing.add(tool)
			if (notBooted.test(text)) missing.add('a running systemd')
		}
	}
	return [...missing]
}

/** A complaint stands among a command's first lines. */
const MOST_LINES = 200
