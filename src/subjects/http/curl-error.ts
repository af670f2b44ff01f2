/** What curl's exit code and its words say went wrong (curl(1), "EXIT CODES"). */

import { isIpv4 } from '../../text/endpoint.ts'
import type { FactValue } from '../../text/parser.ts'

/**
 * no-connect: no connection, and curl (7.84 and later, without -v) does not say whether it was refused.
 */
export const HTTP_ERRORS = [
	'dns',
	'refused',
	'timeout',
	'tls',
	'reset',
	'empty',
	'no-route',
	'bad-url',
	'protocol',
	'denied',
	'no-file',
	'no-connect',
	'other',
] as const

export type HttpError = (typeof HTTP_ERRORS)[number]

/** By the words of the C library. */
export function errnoError(text: string): HttpError | undefined {
	if (/connection refused/i.test(text)) return 'refused'
	if (/permission denied|operation not permitted/i.test(text)) return 'denied'
	if (/no such file|not a directory/i.test(text)) return 'no-file'
	if (/no route to host|network is (?:unreachable|down)|host is (?:unreachable|down)/i.test(text)) return 'no-route'
	if (/reset by peer|broken pipe/i.test(text)) return 'reset'
	if (/timed out|timeout/i.test(text)) return 'timeout'
	return undefined
}

const exitErrors: ReadonlyMap<number, HttpError> = new Map<number, HttpError>([
	...[1, 3, 4].map((exit) => [exit, 'bad-url'] as const),
	...[5, 6].map((exit) => [exit, 'dns'] as const),
	[28, 'timeout'],
	...[35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91, 98].map((exit) => [exit, 'tls'] as const),
	[52, 'empty'],
	...[18, 55, 56].map((exit) => [exit, 'reset'] as const),
	...[8, 16, 61, 92, 95].map((exit) => [exit, 'protocol'] as const),
])

/** By curl's exit code, and by its words where that code means several things. */
export function errorOf(exit: number | undefined, text: string, socket: FactValue | undefined): HttpError {
	if (exit === 7) return errnoError(text) ?? silentConnectError(text, socket)
	if (exit === undefined) {
		if (/could not resolve (?:host|proxy)/i.test(text)) return 'dns'
		if (/failed to connect/i.test(text)) return errnoError(text) ?? silentConnectError(text, socket)
		return 'other'
	}
	if (/HTTP\/0\.9|unsupported HTTP|weird server reply/i.test(text)) return 'protocol'
	if ((exit === 35 || exit === 56) && /reset by peer|SSL_ERROR_SYSCALL|unexpected eof|eof/i.test(text)) return 'reset'
	if (exit === 56 && /ssl|tls|alert/i.test(text)) return 'tls'
	if (exit === 56 && /CONNECT tunnel|proxy/i.test(text)) return 'other'
	return exitErrors.get(exit) ?? 'other'
}

/** "Couldn't connect to server" and no more. On the loopback that is a refusal: nothing else fails at once there. */
function silentConnectError(text: string, socket: FactValue | undefined): HttpError {
	if (socket === true) return 'no-connect'
	const host = /^Failed to connect to (\S+) port/i.exec(text)?.[1]
	if (host === undefined) return 'no-connect'
	const loopback =
		host === '::1' || (isIpv4(host) && host.startsWith('127.')) || (host === 'localhost' && socket === false)
	return loopback ? 'refused' : 'no-connect'
}
