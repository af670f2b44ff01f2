import type { GlyphSet } from '../terminal/detect.ts'
import type { Tone } from './row.ts'

/** Few colours, and none that carries meaning alone: every state has a glyph and a word too. */

export interface Style {
	readonly color?: 'cyan' | 'green' | 'red' | 'yellow'
	readonly bold?: boolean
	readonly dimColor?: boolean
	readonly inverse?: boolean
}

export type Theme = Readonly<Record<Tone, Style>>

const plainTheme: Theme = {
	plain: {},
	dim: { dimColor: true },
	strong: { bold: true },
	accent: { bold: true },
	good: {},
	bad: { bold: true },
	warn: { bold: true },
	selected: { bold: true },
	title: { bold: true },
	alarm: { bold: true, inverse: true },
}

const colouredTheme: Theme = {
	...plainTheme,
	accent: { color: 'cyan' },
	good: { color: 'green' },
	bad: { color: 'red', bold: true },
	warn: { color: 'yellow' },
	selected: { color: 'cyan', bold: true },
	alarm: { color: 'red', bold: true, inverse: true },
}

/** How tones look, with colours or without. Bold, dim and inverse are no colours. */
export function themeOf(colour: boolean): Theme {
	return colour ? colouredTheme : plainTheme
}

const unicodeGlyphs = {
	/** The terminal decodes ASCII only. */
	ascii: false,
	passed: '✓',
	chosen: '•',
	cause: '✗',
	current: '▸',
	here: '●',
	ahead: '·',
	evidence: '▌',
	selected: '▸',
	holds: '✓',
	fails: '✗',
	unknown: '?',
	open: '·',
	rule: '─',
	column: '│',
	leads: '→',
	after: '›',
	up: '▴',
	down: '▾',
	more: '…',
	dot: '·',
	spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
}

export type Glyphs = Readonly<typeof unicodeGlyphs>

/** The place that rows are made for: cells, rows, and the signs that it can show. */
export interface Room {
	readonly width: number
	readonly rows: number
	readonly glyphs: Glyphs
}

const asciiGlyphs: Glyphs = {
	ascii: true,
	passed: '+',
	chosen: '*',
	cause: 'x',
	current: '>',
	here: '@',
	ahead: '.',
	evidence: '>',
	selected: '>',
	holds: '+',
	fails: 'x',
	unknown: '?',
	open: '-',
	rule: '-',
	column: '|',
	leads: '->',
	after: '>',
	up: '^',
	down: 'v',
	more: '...',
	dot: '-',
	spinner: ['|', '/', '-', '\\'],
}

/** The signs of a glyph set. */
export function glyphsOf(set: GlyphSet): Glyphs {
	return set === 'unicode' ? unicodeGlyphs : asciiGlyphs
}
