import { isIP } from 'node:net'
import type { InputFormat } from './flow.ts'

export type CheckedInput =
	| { readonly ok: true; readonly value: string }
	/** One sentence that says what is wrong and what to give. */
	| { readonly ok: false; readonly reason: string }

/** Longest value of any input, in UTF-16 code units. */
const LONGEST = 2048

/**
 * Whether `value` may be used for an input of this format; gives it back trimmed.
 * Values are quoted wherever a command uses them; what is refused here is what a program would misread even so
 * (an option, a glob of curl or systemctl), and what the format never needs.
 */
export function checkInput(format: InputFormat, value: string): CheckedInput {
	const trimmed = value.trim()
	const character = controlCharacter(trimmed)
	if (character !== undefined) return refused(`the value contains ${character}; give it without control characters`)
	if (!trimmed.isWellFormed()) return refused('the value is not valid Unicode text; type it again')
	if (trimmed.length > LONGEST) return refused(`the value is longer than ${LONGEST} characters; give a shorter one`)
	if (trimmed.startsWith('-')) {
		return refused(`${shown(trimmed)} begins with a dash and would be read as an option; give a value without it`)
	}
	if (trimmed === '' && format !== 'text') return refused(`nothing was given; give ${expected[format]}`)
	return formats[format](trimmed)
}

const expected: Readonly<Record<InputFormat, string>> = {
	text: 'a text',
	url: 'a URL such as http://example.com/',
	'unit-name': 'a systemd unit such as nginx or myapp.service',
	path: 'an absolute path such as /run/myapp.sock',
	host: 'a host name or IP address such as example.com or 10.0.0.5',
	port: 'a port from 1 to 65535',
}

const formats: Readonly<Record<InputFormat, (value: string) => CheckedInput>> = {
	text: accepted,
	url: checkUrl,
	'unit-name': checkUnitName,
	path: checkPath,
	host: checkHost,
	port: checkPort,
}

function checkUrl(value: string): CheckedInput {
	const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase()
	if (scheme === undefined) {
		return refused(`${shown(value)} has no scheme; give http://${value.replace(/^\/+/, '')} or the same with https://`)
	}
	if (scheme !== 'http' && scheme !== 'https') {
		return refused(`${shown(value)} is not a web address; give one that begins with http:// or https://`)
	}
	const bad = /[\s"<>\\^`{|}]/.exec(value)?.[0]
	if (bad !== undefined) return refused(`a URL cannot contain ${named(bad)}; write it percent-encoded`)
	const rest = value.slice(scheme.length + 3)
	const authority = rest.split(/[/?#]/, 1)[0] ?? ''
	if (authority === '' || !URL.canParse(value) || new URL(value).hostname === '') {
		return refused(`${shown(value)} names no host; give ${expected.url}`)
	}
	const { hostname } = new URL(value)
	if (!checkHost(hostname.replace(/^\[|\]$/g, '')).ok) {
		return refused(`${shown(hostname)} is not the name of a host; give ${expected.url}`)
	}
	// curl reads brackets outside of an IPv6 host as a range and would send many requests.
	if (/[[\]]/.test(rest.slice(authority.length))) {
		return refused('a URL cannot contain brackets after its host; write them as %5B and %5D')
	}
	return accepted(value)
}

function checkUnitName(value: string): CheckedInput {
	if (value.length > 255) return refused('a unit name has at most 255 characters; give a shorter one')
	if (!/^(?:[A-Za-z0-9:_.@-]|\\x[0-9a-f]{2})+$/.test(value)) {
		return refused(`${shown(value)} is not the name of a systemd unit; give letters, digits and : _ . @ - only`)
	}
	return accepted(value)
}

function checkPath(value: string): CheckedInput {
	if (!value.startsWith('/')) return refused(`${shown(value)} is not an absolute path; give one that begins with /`)
	const bad = /[`$;&|<>\\*?"']/.exec(value)?.[0]
	if (bad !== undefined) return refused(`a path with ${named(bad)} is not accepted; give one without it`)
	return accepted(value)
}

function checkHost(value: string): CheckedInput {
	if (isIP(value) !== 0) return accepted(value)
	const name = value.replace(/\.$/, '')
	const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?'
	// A name of digits and dots only is an address with a slip of the finger.
	if (name.length > 253 || !new RegExp(`^${label}(?:\\.${label})*$`).test(name) || /^[\d.]+$/.test(name)) {
		return refused(`${shown(value)} is not a host; give ${expected.host}`)
	}
	return accepted(value)
}

function checkPort(value: string): CheckedInput {
	const port = /^[0-9]{1,5}$/.test(value) ? Number(value) : 0
	if (port < 1 || port > 65_535) return refused(`${shown(value)} is not a port; give a number from 1 to 65535`)
	return accepted(String(port))
}

function accepted(value: string): CheckedInput {
	return { ok: true, value }
}

function refused(reason: string): CheckedInput {
	return { ok: false, reason }
}

function shown(value: string): string {
	const [...characters] = value
	return `"${characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : value}"`
}

function named(character: string): string {
	if (/\s/.test(character)) return 'a blank'
	return character === '"' ? "'\"'" : `"${character}"`
}

function controlCharacter(value: string): string | undefined {
	for (const character of value) {
		const code = character.codePointAt(0) ?? 0
		if (code === 10 || code === 13) return 'a line break'
		if (code < 32 || (code >= 127 && code < 160)) return `the control character U+${hex(code)}`
		if (code === 0x2028 || code === 0x2029) return 'a line break'
		if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) {
			return `the invisible character U+${hex(code)}`
		}
	}
	return undefined
}

function hex(code: number): string {
	return code.toString(16).toUpperCase().padStart(4, '0')
}
