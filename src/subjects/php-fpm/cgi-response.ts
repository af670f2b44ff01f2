import { createFactSheet } from '../../text/fact-sheet.ts'
import { bool, type FactSchema, int, type Parser, string } from '../../text/parser.ts'

const FACTS = {
	answered: bool('A FastCGI server answered; false: nobody did.'),
	fpm: bool('PHP-FPM itself answered, in its own words.'),
	status: int("The answer's status."),
	error: string('Why there is no answer.', {
		values: ['refused', 'no-file', 'denied', 'busy', 'timeout', 'closed', 'other'],
	}),
	errno: int('The number of the system error on connecting.'),
	noTool: bool('The host has no cgi-fcgi; never false.'),
} as const satisfies FactSchema

const ERRORS: Readonly<Record<number, string>> = {
	2: 'no-file',
	11: 'busy',
	13: 'denied',
	111: 'refused',
	110: 'timeout',
}
/** FPM's own sentences for a script that it cannot find, or may not run. */
const OF_FPM =
	/^(?:Primary script unknown$|Access to the script '.{0,2000}' has been denied \(see security\.limit_extensions\))/

/** `cgi-fcgi -bind -connect ADDRESS`: what a FastCGI server answers, asked without nginx. Its exit code is the error number. */
export const cgiResponseParser: Parser = {
	name: 'cgi-response',
	summary: 'what a FastCGI server answers when it is asked directly (cgi-fcgi)',
	facts: FACTS,
	parse: ({ lines, exitCode }) => {
		const sheet = createFactSheet()
		if (exitCode === 127) {
			sheet.set('noTool', true, ...lines.slice(0, 1))
			return sheet.parsed()
		}
		const unreached = lines.find(({ text }) => text.startsWith('Could not connect to '))
		if (unreached !== undefined) {
			const kind = exitCode === null ? undefined : (ERRORS[exitCode] ?? (exitCode === 124 ? 'busy' : 'other'))
			sheet.set('answered', false, unreached)
			sheet.set('error', kind, unreached)
			if (exitCode !== null && exitCode !== 124) sheet.set('errno', exitCode, unreached)
			return sheet.parsed()
		}
		const blank = lines.findIndex(({ stream, text }) => stream === 'stdout' && text.trim() === '')
		const headers = lines.slice(0, blank < 0 ? lines.length : blank).filter(({ stream }) => stream === 'stdout')
		const type = headers.find(({ text }) => /^Content-type: /i.test(text))
		const status = headers.find(({ text }) => /(?:^|\))Status: \d{3}\b/.test(text))
		if (type !== undefined || status !== undefined) {
			sheet.set('answered', true, status ?? type)
			sheet.set('status', status === undefined ? 200 : Number(/Status: (\d{3})/.exec(status.text)?.[1]), status ?? type)
			const own = lines.find(({ stream, text }) => stream === 'stderr' && OF_FPM.test(text))
			if (own !== undefined) sheet.set('fpm', true, own)
		} else if (exitCode === 124) {
			sheet.set('answered', false)
			sheet.set('error', 'timeout')
		} else if (exitCode !== null && exitCode !== 0) {
			sheet.set('answered', false)
			sheet.set('error', 'closed')
		}
		return sheet.parsed()
	},
}
