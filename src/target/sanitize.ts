import stringWidth from 'string-width'
import { HIDDEN, HIDDEN_BEYOND, JOINERS_PATTERN } from '../text/unprintable.ts'

/**
 * Output of a host is untrusted: what reaches the screen, a document or a parser is printable text only. Pure, linear
 * time. Text is never hidden by what is no escape sequence: an unterminated one loses its introducer, not what follows.
 */

const TAB = 8

// Control strings (OSC, DCS, SOS, PM, APC) carry a text that is not shown. They open with ESC and one of ]PX^_, or with
// one C1 character; the text ends at every character that ends it or starts something else, so that it is looked at once.
const string = String.raw`(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u0018\u001A\u001B\u0080-\u009F]*`
const stringEnd = String.raw`(?:[\u0007\u0018\u001A\u009C]|\u001B\\|(?=[\u001B\u0080-\u009F]))`

const unprintable = new RegExp(
	[
		// CSI with its parameters, complete or not
		String.raw`(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?`,
		string + stringEnd,
		// The opening of a string that never ends: what follows is shown
		String.raw`\u001B[\]PX^_]`,
		// Any other escape sequence
		String.raw`\u001B[ -/]*[0-~]`,
		// An escape or an opening that is none
		String.raw`[\u001B\u0090\u0098\u009D-\u009F]`,
		// Controls but tab and carriage return, DEL, C1, direction marks, what takes no room
		String.raw`[\u0000-\u0008\u000A-\u000C\u000E-\u001A\u001C-\u001F\u007F-\u008F\u0091-\u0097\u0099\u009A\u009C${HIDDEN}]+`,
		HIDDEN_BEYOND,
	].join('|'),
	'g',
)

// What makes a look worthwhile: all of the above, tab, carriage return, separators, halves of surrogate pairs.
const suspicious = new RegExp(String.raw`[\u0000-\u001F\u007F-\u009F\u2028\u2029\u200C\u200D\uD800-\uDFFF${HIDDEN}]`)
const joiners = new RegExp(JOINERS_PATTERN, 'g')
const separators = /[\u2028\u2029]/g

/** Sanitises every line of a text. */
export function sanitizeText(text: string): string {
	return suspicious.test(text) ? text.split('\n').map(sanitizeLine).join('\n') : text
}

/**
 * One line, without its newline, as plain text: no escape sequences (ANSI, OSC, DCS …), no control characters, no
 * direction marks, nothing that takes no room. Of a line that a program wrote over with carriage returns the last part stays; tabs become
 * blanks up to the next of the stops at every eighth column; half a surrogate pair becomes U+FFFD.
 */
export function sanitizeLine(line: string): string {
	if (!suspicious.test(line)) return line
	// First, so that nothing that is taken out brings two halves together to a hidden character.
	const whole = line.toWellFormed()
	return expandTabs(lastPart(whole.replace(unprintable, '').replace(joiners, '').replace(separators, ' ')))
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
