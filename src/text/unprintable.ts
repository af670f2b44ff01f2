import { changeTexts } from './every-text.ts'

/**
 * Characters that a terminal or a reader does not show as what they are: controls (C0 but tab and line feed, DEL, C1), marks
 * that turn the direction of text, and what takes no room (zero-width characters, fillers, tags, the selectors of variants
 * but those of emoji). What a stranger wrote with them reads as something else than it is.
 */

/** Direction marks and what takes no room, of the first plane: for a class of a regular expression. */
export const HIDDEN = String.raw`\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0D\uFEFF\uFFA0\uFFF9-\uFFFB`

/** The same beyond the first plane, where a character is two units: musical controls, tags and variants. */
export const HIDDEN_BEYOND = String.raw`\uD834[\uDD73-\uDD7A]|[\uDB40-\uDB43][\uDC00-\uDFFF]`

/**
 * Joiners where they join neither one emoji to another nor letters of scripts that are written with them. To be looked for
 * when everything else is out, since it is about the characters beside them.
 */
export const JOINERS_PATTERN = String.raw`(?<![\u0600-\u1CFF\uA800-\uABFF\uDC00-\uDFFF\uFE0F\u2600-\u27BF])\u200D|(?<![\u0600-\u1CFF\uA800-\uABFF])(?:\u200C|\u200D(?![\uD83C-\uD83E\u2600-\u27BF\u2B1B]))`

const pattern = String.raw`[\u0000-\u0008\u000B-\u001F\u007F-\u009F${HIDDEN}]|${HIDDEN_BEYOND}`
const one = new RegExp(`${pattern}|${JOINERS_PATTERN}`)
const all = new RegExp(pattern, 'g')
const joiners = new RegExp(JOINERS_PATTERN, 'g')

/** Has a character that is not to be shown. Tabs and line feeds are. */
export function isUnprintable(text: string): boolean {
	return one.test(text)
}

/** The text with `instead` for every character that is not to be shown. */
export function printable(text: string, instead = ''): string {
	// Whole characters first, so that nothing that is taken out brings two halves together to a hidden one.
	return one.test(text) ? text.toWellFormed().replace(all, instead).replace(joiners, instead) : text
}

/** The same for every text of a value, names of fields included. */
export function printableValue<T>(value: T): T {
	return changeTexts(value, (text) => printable(text))
}
