/**
 * What others put in front of a line of output: a mail its `> `, a frame its `| `, Docker, compose and kubectl a time and a
 * name, syslog a priority, an editor, `cat -n`, `nl` or `grep -n` a number, `grep -H` a file's name.
 */

import type { OutputLine } from './parser.ts'

const quote = /^[ \t]{0,8}>(?:[ \t]|$)/
/** What compose, and what runs inside of a container, put in front: two of them may stand behind each other. */
const container = /^(?:[A-Za-z0-9][\w.-]{0,63}[ \t]{1,60}\|(?:[ \t]|$)){1,2}/
const frame = /^[ \t]{0,8}[|│┃](?:[ \t]|$)/
const pod = /^\[pod\/[^\]\s]{1,200}\](?: |$)/
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+-]\d\d:\d\d)(?: |$)/
const file = /^\/[\w./@-]{1,255}:(?:\d{1,7}:)?(?!\S*\/\/)(?=\S)/
const number = /^[ \t]{0,8}\d{1,7}(?:\t|:)(?!\d\d:\d\d)/

const ofEveryLine: readonly RegExp[] = [quote, container, frame, pod, time, file, number]
/** What a line of output alone does not begin with, either: a quote, a frame, the number of `grep -n` before a word. */
const ofOneLine: readonly RegExp[] = [/^[ \t]{0,8}>[ \t]/, /^[ \t]{0,8}[|│][ \t]/, /^\d{1,7}:(?=[A-Za-z#[])/]
/** Tabs have become blanks on the way here: the number of `cat -n` ends in the sixth column, the text begins in the ninth. */
const countedLine = /^( {0,7}(\d{1,7})(?: +|$))/
const countColumns = 8

/**
 * Takes off what stands before each of the lines, and before none by chance; undefined when nothing does. `filled` are those
 * that are not blank.
 */
export function sharedPrefix(filled: readonly OutputLine[]): ((text: string) => string) | undefined {
	const [only] = filled
	if (only === undefined) return undefined
	const usual = filled.length === 1 ? ofOneLine : ofEveryLine
	const pattern = usual.find((one) => filled.every(({ text }) => one.test(text)))
	if (pattern !== undefined) return (text) => text.replace(pattern, '')
	const width = countWidth(filled)
	return width === undefined ? undefined : (text) => (countedLine.test(text) ? text.slice(width) : text)
}

/** How wide the numbers before the lines are, when they count the lines: all of them, or, as `nl` does, the filled ones. */
function countWidth(filled: readonly OutputLine[]): number | undefined {
	let width: number | undefined
	let previous: { readonly number: number; readonly line: number } | undefined
	for (const { text, number: line } of filled) {
		const match = countedLine.exec(text)
		const number = Number(match?.[2])
		// Process ids and sizes stand in front, too. A count begins with one, or in the column of `cat -n` and `less -N`.
		if (match?.[1] === undefined || (previous === undefined && number !== 1 && match[1].length < 7)) return undefined
		if (previous !== undefined && number !== previous.number + 1 && number - previous.number !== line - previous.line)
			return undefined
		previous = { number, line }
		if (match[1].length < text.length) width = Math.min(width ?? countColumns, match[1].length)
	}
	const [first] = filled
	return filled.length < 3 && !/^ {5,6}1 /.test(first?.text ?? '') ? undefined : width
}

/** What stands before a line of a log, or of a paste, whether the others have it or not. */
const ofAnyLine = {
	quote: /^(?:> ?){1,8}/,
	container,
	pod,
	priority: /^<\d{1,3}>(?:1 (?=\d{4}-))?/,
	/** No output begins with this one, but a program may well draw with it further right. */
	box: /^ {0,2}[│┃] (?=\S)/,
	frame,
} as const

export type Prefix = keyof typeof ofAnyLine

/** The line without those of the prefixes that it has, each once, in their order; a frame's other side goes with it. */
export function withoutPrefixes(text: string, prefixes: readonly Prefix[]): string {
	let bare = text
	for (const name of prefixes) {
		const found = ofAnyLine[name].exec(bare)?.[0]
		if (found === undefined) continue
		bare = bare.slice(found.length)
		if (name === 'frame' || name === 'box') bare = bare.replace(/[ \t]{0,8}[|│┃]$/, '')
	}
	return bare
}

/** True when nearly every line begins with the prefix; one line alone may do so by chance. */
export function havePrefix(filled: readonly OutputLine[], name: Prefix): boolean {
	const some = filled.filter(({ text }) => ofAnyLine[name].test(text))
	return filled.length > 1 && some.length / filled.length > 0.9
}

/** The number, and either what divides it from the line or the blanks before that. */
const numbered = /^[ \t]{0,8}(\d{1,7})(?:([:|\t])|( +)|$)/

/** Takes the numbers off that nearly every line begins with; undefined when the lines are not numbered. */
export function numbering(filled: readonly OutputLine[]): ((text: string) => string) | undefined {
	if (filled.length < 3) return undefined
	let before = Number.NaN
	let rising = 0
	let steps = 0
	let divided = 0
	let gap = Number.MAX_VALUE
	for (const { text } of filled) {
		const match = numbered.exec(text)
		const value = Number(match?.[1] ?? Number.NaN)
		if (match?.[2] !== undefined) divided += 1
		gap = Math.min(gap, match?.[3]?.length ?? gap)
		if (value > before) rising += 1
		if (value === before + 1 || value === before + 2) steps += 1
		if (!Number.isNaN(value)) before = value
	}
	const nearlyAll = (count: number) => count / (filled.length - 1) >= 0.9
	// Without a mark behind them, rising numbers may be those of processes.
	const isSearch = nearlyAll(rising) && divided / filled.length >= 0.9
	if (!isSearch && !nearlyAll(steps)) return undefined
	return (text) =>
		text.replace(numbered, (_, _number, divider: string | undefined, blanks = '') =>
			divider === undefined ? blanks.slice(gap) : '',
		)
}
