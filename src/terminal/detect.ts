import type { TerminalStreams } from './streams.ts'

/** What there is to decide from. */
export interface TerminalFacts {
	readonly env: Readonly<Record<string, string | undefined>>
	readonly stdinIsTty: boolean
	readonly stdoutIsTty: boolean
	/** Columns of standard output, undefined when it is no terminal. */
	readonly columns?: number | undefined
}

export type GlyphSet = 'unicode' | 'ascii'

/** How to talk to this terminal. */
export interface TerminalChoice {
	/** The full-screen interface, or lines. */
	readonly frontEnd: 'tui' | 'plain'
	/** Why lines: a few words ("standard output is not a terminal"); undefined for the full-screen interface. */
	readonly plainBecause?: string
	/** Whether to use colours at all. Bold, dim and inverse are not colours. */
	readonly colour: boolean
	readonly glyphs: GlyphSet
	/** Width for lines, at least 20, 80 where it is not known. */
	readonly columns: number
}

/** Decides how to talk to the terminal. `plain` is what the operator asked for with `--plain`. */
export function chooseTerminal(facts: TerminalFacts, asked: { readonly plain: boolean }): TerminalChoice {
	const { env, stdoutIsTty } = facts
	const plainBecause = whyPlain(facts, asked.plain)
	return {
		frontEnd: plainBecause === undefined ? 'tui' : 'plain',
		...(plainBecause === undefined ? {} : { plainBecause }),
		colour: hasColour(env, stdoutIsTty),
		glyphs: glyphSet(env),
		columns: facts.columns === undefined || facts.columns <= 0 ? 80 : Math.max(20, facts.columns),
	}
}

/** The facts of these streams. */
export function terminalFacts({ stdin, stdout, env }: TerminalStreams): TerminalFacts {
	return {
		env,
		stdinIsTty: stdin.isTTY === true,
		stdoutIsTty: stdout.isTTY === true,
		columns: stdout.isTTY === true ? stdout.columns : undefined,
	}
}

function whyPlain(facts: TerminalFacts, asked: boolean): string | undefined {
	if (asked) return '--plain'
	if (isOn(facts.env.RUNTREE_PLAIN)) return 'RUNTREE_PLAIN is set'
	if (isOn(facts.env.INK_SCREEN_READER)) return 'INK_SCREEN_READER is set'
	if (!facts.stdoutIsTty) return 'standard output is not a terminal'
	if (!facts.stdinIsTty) return 'standard input is not a terminal'
	if (isDumb(facts.env)) return facts.env.TERM ? 'TERM=dumb' : 'TERM is not set'
	return undefined
}

/** As Node itself: FORCE_COLOR, when set, wins over NO_COLOR, which wins over what the terminal can. */
function hasColour(env: TerminalFacts['env'], stdoutIsTty: boolean): boolean {
	if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
	if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
	return stdoutIsTty && !isDumb(env)
}

function isDumb(env: TerminalFacts['env']): boolean {
	return env.TERM === undefined || env.TERM === '' || env.TERM === 'dumb'
}

/** The locale decides, because over SSH it is all that says what the terminal decodes. The Linux console lacks glyphs. */
function glyphSet(env: TerminalFacts['env']): GlyphSet {
	const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '') ?? ''
	return /utf-?8/i.test(locale) && env.TERM !== 'linux' && !isDumb(env) ? 'unicode' : 'ascii'
}

function isOn(value: string | undefined): boolean {
	return value !== undefined && value !== '' && value !== '0' && value !== 'false'
}
