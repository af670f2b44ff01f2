import type { Story, StoryCommand, StoryLine } from './story.ts'

/** What every document says in the same words. */

/** The verdict in one sentence. */
export function verdictOf({ outcome, causes, session }: Story): string {
	const standing = causes.filter((cause) => !cause.mended)
	if (outcome === undefined) return `The session broke off; go on with it by: runtree resume ${session}`
	switch (outcome) {
		case 'healthy':
			return 'No fault was found.'
		case 'resolved':
			return 'The fault is gone: a retest no longer showed it.'
		case 'cause':
			return standing.length > 1 ? 'Causes were found and stand.' : 'A cause was found and stands.'
		case 'inconclusive':
			return 'The evidence does not decide.'
		case 'unreachable':
			return 'The host could not be reached.'
		case 'stopped':
			return 'The session was left before it came to an end.'
	}
}

/** `2026-11-21 03:12:05 UTC`. */
export function timeText(at: string): string {
	return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`
}

/** `0.12 s`, `42 s`, `4 min 12 s`, `1 h 3 min`. */
export function durationText(ms: number): string {
	if (ms < 10_000) return `${(Math.max(0, ms) / 1000).toFixed(2)} s`
	const seconds = Math.round(ms / 1000)
	if (seconds < 60) return `${seconds} s`
	const minutes = Math.floor(seconds / 60)
	return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function count(number: number, one: string, many: string): string {
	return `${number.toLocaleString('en')} ${number === 1 ? one : many}`
}

/** How a command went: `exit code 0 after 0.12 s, 14 lines, as root`. */
export function commandText({ ending, output, dropped, privilege, effect, pasted, edited }: StoryCommand): string {
	const parts = [
		pasted
			? 'output pasted by the operator'
			: ending === undefined
				? 'how it ended is unknown: the session broke off'
				: `${ending.text} after ${durationText(ending.durationMs)}`,
		count(output.length + dropped, 'line', 'lines'),
	]
	if (privilege === 'root') parts.push('as root')
	if (effect !== 'read') parts.push(effect === 'change' ? 'a change' : 'a destructive change')
	if (edited) parts.push('edited by the operator')
	return parts.join(', ')
}

/** A line of output, or how many were left out in its place. */
export type FoldedLine = StoryLine | { readonly leftOut: number }

const HEAD = 30
const TAIL = 30
const AROUND_EVIDENCE = 1

/** Long output, folded: its two ends, and the evidence with a line around it. */
export function foldOutput({ output }: StoryCommand): readonly FoldedLine[] {
	const shown = new Set<number>()
	output.forEach((line, index) => {
		if (index < HEAD || index >= output.length - TAIL) shown.add(index)
		if (!line.evidence) return
		for (let near = index - AROUND_EVIDENCE; near <= index + AROUND_EVIDENCE; near++) shown.add(near)
	})
	const result: FoldedLine[] = []
	let expected = 1
	output.forEach((line, index) => {
		if (!shown.has(index)) return
		if (line.number > expected) result.push({ leftOut: line.number - expected })
		result.push(line)
		expected = line.number + 1
	})
	const missing = (output.at(-1)?.number ?? 0) + 1 - expected
	if (missing > 0) result.push({ leftOut: missing })
	return result
}
