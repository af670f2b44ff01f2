import type { FpmLine } from './log-line.ts'

type MasterEvent = 'ready' | 'stopping' | 'stopped' | 'reloading' | 'start-failed'

/** What a line of FPM's says that happened. */
export type FpmEvent =
	| { readonly kind: MasterEvent | 'running' | 'process-max' }
	| { readonly kind: 'max-children'; readonly limit: number }
	| {
			readonly kind: 'timed-out' | 'slow'
			readonly child: number
			readonly seconds: number
			readonly script: string
			readonly request: string
	  }
	| {
			readonly kind: 'child-exit'
			readonly child: number
			readonly code: number | undefined
			/** Without SIG. */
			readonly signal: string | undefined
			readonly dumped: boolean
	  }
	| { readonly kind: 'said'; readonly child: number; readonly words: string }

/**
 * A stranger's words stand in quotes in the middle of the sentence: a script's path, a request, what a worker printed. What
 * FPM says itself is at both ends, so these are read from both ends.
 */
const OVERDUE_HEAD = /^child (\d{1,10}), script '/
const OVERDUE_TAIL = /"\) (execution timed out|executing too slow) \((\d{1,9})\.\d{6} sec\), (?:terminating|logging)$/
const EXIT =
	/^child (\d{1,10}) exited (?:with code (\d{1,3})|on signal \d{1,3} \((?:SIG)?(\w{0,20})( - core dumped)?\)) after -?\d{1,12}\.\d{6} seconds from start$/
const SAID = /^child (\d{1,10}) said into std(?:out|err): "(.{0,16384})"(?:, pipe is closed)?$/
const MAX_CHILDREN = /^server reached (?:pm\.)?max_children setting \((\d{1,9})\), consider raising it$/
const MASTER: ReadonlyMap<string, MasterEvent> = new Map([
	['ready to handle connections', 'ready'],
	['Terminating ...', 'stopping'],
	['Finishing ...', 'stopping'],
	['exiting, bye-bye!', 'stopped'],
	['Reloading in progress ...', 'reloading'],
	['FPM initialization failed', 'start-failed'],
])

/** The event of a line, when it is one that is told apart here. */
export function readEvent({ text, pool }: FpmLine): FpmEvent | undefined {
	if (pool === undefined) {
		const kind = MASTER.get(text)
		if (kind !== undefined) return { kind }
		if (/^fpm is running, pid \d{1,10}$/.test(text)) return { kind: 'running' }
		return text.startsWith('The maximum number of processes has been reached.') ? { kind: 'process-max' } : undefined
	}
	const limit = MAX_CHILDREN.exec(text)?.[1]
	if (limit !== undefined) return { kind: 'max-children', limit: Number(limit) }
	return readExit(text) ?? readOverdue(text) ?? readSaid(text)
}

function readExit(text: string): FpmEvent | undefined {
	const match = EXIT.exec(text)
	if (match === null) return undefined
	const [, child, code, signal, dumped] = match
	const exit = code === undefined ? undefined : Number(code)
	return { kind: 'child-exit', child: Number(child), code: exit, signal, dumped: dumped !== undefined }
}

function readOverdue(text: string): FpmEvent | undefined {
	const head = OVERDUE_HEAD.exec(text)
	const tail = head === null ? null : OVERDUE_TAIL.exec(text.slice(-100))
	if (head === null || tail === null) return undefined
	const quoted = text.slice(head[0].length, text.length - tail[0].length)
	const middle = quoted.indexOf(`' (request: "`)
	if (middle < 0) return undefined
	return {
		kind: tail[1] === 'execution timed out' ? 'timed-out' : 'slow',
		child: Number(head[1]),
		seconds: Number(tail[2]),
		script: quoted.slice(0, middle),
		request: quoted.slice(middle + 13),
	}
}

function readSaid(text: string): FpmEvent | undefined {
	const match = SAID.exec(text)
	return match === null ? undefined : { kind: 'said', child: Number(match[1]), words: match[2] ?? '' }
}
