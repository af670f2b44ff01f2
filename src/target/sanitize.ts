import stringWidth from 'string-width'

/**
 * Output of a host is untrusted: what reaches the screen, a document or a parser is printable text only. Pure, linear
 * time. Text is never hidden by what is no escape sequence: an unterminated one loses its introducer, not what follows.
 */

const TAB = 8
const ESC = 0x1b

// Controls, DEL, C1, direction marks and overrides, line and paragraph separators, and halves of surrogate pairs.
const suspicious =
	// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
	/[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uD800-\uDFFF]/

/** Sanitises every line of a text. */
export function sanitizeText(text: string): string {
	return suspicious.test(text) ? text.split('\n').map(sanitizeLine).join('\n') : text
}

/**
 * One line, without its newline, as plain text: no escape sequences (ANSI, OSC, DCS …), no control characters, no
 * bidirectional overrides. Of a line that a program wrote over with carriage returns the last part stays; tabs become
 * blanks up to the next of the stops at every eighth column; half a surrogate pair becomes U+FFFD.
 */
export function sanitizeLine(line: string): string {
	if (!suspicious.test(line)) return line
	return expandTabs(lastPart(printable(line))).toWellFormed()
}

/** Keeps what prints, and carriage returns and tabs for the next stages. */
function printable(line: string): string {
	let kept = ''
	let from = 0
	let at = 0
	while (at < line.length) {
		const code = line.charCodeAt(at)
		if (isPlain(code)) {
			at++
			continue
		}
		kept += line.slice(from, at)
		if (code === 0x2028 || code === 0x2029) kept += ' '
		at = code === ESC ? afterEscape(line, at) : afterControl(line, at, code)
		from = at
	}
	return kept + line.slice(from)
}

function isPlain(code: number): boolean {
	if (code < 0x7f) return code >= 0x20 || code === 0x09 || code === 0x0d
	if (code < 0xa0) return false
	if (code === 0x061c || code === 0x200e || code === 0x200f) return false
	return !((code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
}

/** Where the text goes on after the escape sequence at `at`. */
function afterEscape(line: string, at: number): number {
	const next = line.charCodeAt(at + 1)
	if (next === 0x5b) return afterControlSequence(line, at + 2)
	if (opensString(next)) return afterString(line, at + 2)
	let end = at + 1
	while (isBetween(line.charCodeAt(end), 0x20, 0x2f)) end++
	return isBetween(line.charCodeAt(end), 0x30, 0x7e) ? end + 1 : at + 1
}

/** The same controls as single characters (C1), as some terminals take them. */
function afterControl(line: string, at: number, code: number): number {
	if (code === 0x9b) return afterControlSequence(line, at + 1)
	if (isBetween(code, 0x80, 0x9f) && opensString(code - 0x40)) return afterString(line, at + 1)
	return at + 1
}

/** OSC, DCS, SOS, PM and APC carry a text that is not shown. */
function opensString(code: number): boolean {
	return code === 0x5d || code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f
}

function afterControlSequence(line: string, from: number): number {
	let end = from
	while (isBetween(line.charCodeAt(end), 0x30, 0x3f)) end++
	while (isBetween(line.charCodeAt(end), 0x20, 0x2f)) end++
	return isBetween(line.charCodeAt(end), 0x40, 0x7e) ? end + 1 : end
}

/**
 * After the terminator of a control string, or `from` when the line ends before it. Stops at every character that would
 * start another sequence, so that no part of a line is looked at more than twice.
 */
function afterString(line: string, from: number): number {
	for (let at = from; at < line.length; at++) {
		const code = line.charCodeAt(at)
		if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) return at + 1
		if (code === ESC) return line.charCodeAt(at + 1) === 0x5c ? at + 2 : at
		if (isBetween(code, 0x80, 0x9f)) return at
	}
	return from
}

function isBetween(code: number, low: number, high: number): boolean {
	return code >= low && code <= high
}

/** What a terminal would show at the end of a line that was written over: the last part that is not empty. */
function lastPart(line: string): string {
	let end = line.length
	while (end > 0 && line.charCodeAt(end - 1) === 0x0d) end--
	return line.slice(line.lastIndexOf('\r', end - 1) + 1, end)
}

function expandTabs(line: string): string {
	if (!line.includes('\t')) return line
	let expanded = ''
	let column = 0
	const parts = line.split('\t')
	for (const [index, part] of parts.entries()) {
		expanded += part
		if (index === parts.length - 1) break
		column += stringWidth(part)
		const blanks = TAB - (column % TAB)
		expanded += ' '.repeat(blanks)
		column += blanks
	}
	return expanded
}
