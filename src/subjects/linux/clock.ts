import { int, string } from '../../text/parser.ts'
import { plainParser } from '../../text/plain-lines.ts'

/**
 * The host's own clock, as `date '+%s %z'` prints it: seconds since the epoch and the offset of local time.
 * Logs of the same host are dated by it, whatever the operator's clock says.
 */
export const clockParser = plainParser({
	name: 'clock',
	summary: "The host's time and its offset from UTC (date '+%s %z').",
	facts: {
		epoch: int("The host's time, in seconds since 1970."),
		offset: string("How far the host's local time is from UTC: `+0200`."),
	},
	read(sheet, lines) {
		const line = lines.find(({ stream, text }) => stream === 'stdout' && TIME.test(text))
		const [, epoch, offset] = TIME.exec(line?.text ?? '') ?? []
		sheet.set('epoch', Number(epoch), line)
		sheet.set('offset', offset, line)
	},
})

const TIME = /^\s*(\d{9,11}) ([+-]\d{4})\s*$/
