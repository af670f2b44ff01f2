import type { About, OutputKind, Part } from '../../text/output-kind.ts'
import type { OutputLine } from '../../text/parser.ts'

const STATUS = /^(?:< ?)?HTTP\/[\d.]{1,4} \d{3}(?: |$)/
const CURL = /^(?:.{0,40}\b)?curl: (?:\(\d{1,3}\) |no URL|option )/
const CURL_TALKS = /^\* {1,4}(?:Trying |Connected to |connect to |Could not resolve|Host )/
const BARE_CODE = /^(?:http_code[=:] ?)?[1-5]\d\d$|^000$/
const PAGE =
	/^(?:<title>|<h1>|<center><h1>|<head><title>|<html><head><title>)?([45]\d\d) (?:Bad Gateway|Gateway Time-?out|Service (?:Temporarily )?Unavailable|Internal Server Error)(?:<.*)?$/i

/** What an HTTP client shows of an answer. */
export const httpOutputs: readonly OutputKind[] = [
	{
		name: 'http',
		label: "an HTTP answer or curl's error",
		parsers: ['http'],
		program: 'curl',
		printedBy: (command) => (/^(?:\S*\/)?curl\b/.test(command) ? requested(command) : undefined),
		sign: ({ text }) => {
			if (STATUS.test(text) || CURL.test(text) || CURL_TALKS.test(text) || PAGE.test(text)) return {}
			return text.startsWith('  % Total    % Received') || BARE_CODE.test(text) ? {} : undefined
		},
		goesOn: (text, { blanks, lines }) =>
			!lines.every((line) => BARE_CODE.test(line.text.trim()) || line.text.trim() === '') &&
			(blanks === 0 || /^(?:[<>{*]|\[|[\w-]{1,60}: )/.test(text)),
		about: (lines) => (isOfGateway(lines) ? { inner: false } : {}),
		divide: (lines) => [{ kind: areCodes(lines) ? 'http-codes' : 'http', lines: pageAsStatus(lines) }],
		isSound: ({ status, error }) => {
			if (typeof error === 'string') return false
			// What asks for a login is an answer of the application.
			return typeof status === 'number' ? status < 400 || status === 401 || status === 403 : undefined
		},
	},
	{
		name: 'http-codes',
		label: 'HTTP status codes',
		parsers: ['http-codes'],
		program: 'curl',
		joins: 'below-one-prompt',
		isSound: ({ bad }) => (typeof bad === 'number' ? bad === 0 : undefined),
	},
]

function areCodes(lines: readonly OutputLine[]): boolean {
	const filled = lines.filter(({ text }) => text.trim() !== '')
	return filled.length > 1 && filled.every(({ text }) => BARE_CODE.test(text.trim()))
}

/** A browser's error page tells its status in the heading only. */
function pageAsStatus(lines: readonly OutputLine[]): Part['lines'] {
	if (lines.some(({ text }) => STATUS.test(text))) return lines
	return lines.map((line) => {
		const status = PAGE.exec(line.text.trim())?.[1]
		return status === undefined ? line : { ...line, text: status }
	})
}

/** The URL that curl was given, and the socket. */
function requested(command: string): About {
	const words = command.split(/\s+/).map((word) => word.replace(/^['"](.*)['"]$/, '$1'))
	const url =
		words.find((word) => /^https?:\/\/\S/.test(word)) ??
		words.slice(1).findLast((word) => /^[\w-]+(?:\.[\w-]+)*(?::\d+)?(?:\/\S*)?$/.test(word) && /[.:]/.test(word))
	const path = words[words.indexOf('--unix-socket') + 1]
	const whole = url === undefined || /^https?:/.test(url) ? url : `http://${url}`
	const socket = words.includes('--unix-socket') ? path : undefined
	const port = whole === undefined || !URL.canParse(whole) ? '' : new URL(whole).port
	return {
		...(whole === undefined ? {} : { url: whole }),
		...(socket === undefined ? {} : { path: socket }),
		inner: socket !== undefined || port !== '',
	}
}

/** Only what stands in front of another server answers so; and what a client asks by its public name is not what is behind it. */
function isOfGateway(lines: readonly OutputLine[]): boolean {
	return lines.some(
		({ text }) =>
			/^(?:< ?)?HTTP\/[\d.]{1,4} 50[24](?: |$)|^(?:< ?)?(?:cf-ray|x-amz-cf-id|x-served-by): /i.test(text) ||
			/^50[24]$/.test(text.trim()) ||
			/curl: \((?:6|35|51|58|60|77)\) /.test(text),
	)
}
