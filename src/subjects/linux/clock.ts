import { int, type Parsed, type Parser, string } from '../../text/parser.ts'
import { plainLines } from '../../text/plain-lines.ts'

/**
 * The host's own clock, as `date '+%s %z'` prints it: seconds since the epoch and the offset of local time.
 * Logs of the same host are dated by it, whatever the operator's clock says.
 */
export const clockParser: Parser = {
	name: 'clock',
	summary: "The host's time and its offset from UTC (date '+%s %z').",
	facts: {
		epoch: int("The host's time, in seconds since 1970."),
		offset: string("How far the host's local time is from UTC: `+0200`."),
	},
	parse(input): Parsed {
		const lines = plainLines(input)
		for (const line of lines) {
			const match = /^\s*(\d{9,11}) ([+-]\d{4})\s*$/.exec(line.text)
			if (line.stream === 'stdout' && match?.[1] && match[2]) {
				const evidence = [{ line: line.number }]
				return { facts: { epoch: Number(match[1]), offset: match[2] }, evidence: { epoch: evidence, offset: evidence } }
			}
		}
		return { facts: {}, evidence: {} }
	},
}
