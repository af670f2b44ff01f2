/**
 * What nginx writes when an upstream gives no answer: the phrases of ngx_event_connect.c, ngx_http_upstream.c,
 * ngx_event_openssl.c, ngx_recv.c and their like. A phrase counts only at the very beginning of a message, for the rest of an
 * entry quotes what clients send: a request for a file of that name is no failure.
 */

export const FAILURE_KINDS = [
	...['refused', 'no-file', 'denied', 'premature-close', 'timeout', 'reset', 'no-live-upstreams', 'invalid-header'],
	...['header-too-big', 'host-not-found', 'broken-pipe', 'ssl', 'backlog', 'files', 'worker-connections', 'no-route'],
	...['address-not-available', 'other'],
] as const

export const PHASES = ['connecting', 'ssl-handshaking', 'sending', 'reading-header', 'reading'] as const

export interface UpstreamFailure {
	readonly kind: string
	readonly errno: number | undefined
	readonly phase: string | undefined
	/** nginx's own words, up to where it quotes something or the fields begin. */
	readonly reason: string
	/** nginx had chosen a server: only then an entry's upstream is its own. */
	readonly chosen: boolean
}

interface Phrase {
	/** Matched at the beginning, without white space and case: a terminal may have eaten the blank at which it cut. */
	readonly pattern: RegExp
	/** Left out: the errno tells. */
	readonly kind?: string
	/** It is also written of the client's connection: only these actions make it the upstream's. */
	readonly upstreamOnly?: true
	readonly chosen?: false
}

const errno = String.raw`(?:\((?<errno>\d{1,4}):(?<text>[^()"]{1,100})\))`
/** Words that nginx chooses, up to what it quotes, what it was doing, or the fields. */
const words = `(?:(?!while(?:connecting|ssl|sending|reading|proxying))[^",]){0,120}`
const phrase = (source: string, rest: Omit<Phrase, 'pattern'> = {}): Phrase => ({
	pattern: new RegExp(`^${source}`),
	...rest,
})

const phrases: readonly Phrase[] = [
	phrase(String.raw`(?:kevent\(\)reportedthat)?connect\(\)failed${errno}?`, { upstreamOnly: true }),
	phrase(String.raw`connect\(\)to[^"]{1,300}?failed${errno}`, { upstreamOnly: true }),
	phrase(String.raw`(?:socket\(\)|bind\([^"()]{1,300}\)|setsockopt\([\w,]{1,60}\))failed${errno}`, {
		upstreamOnly: true,
	}),
	phrase('noliveupstreams', { kind: 'no-live-upstreams', upstreamOnly: true }),
	phrase(`upstreamtimedout${errno}?`, { kind: 'timeout' }),
	phrase(`upstreamprematurelyclosed(?:connection|stream|fastcgistdout|fastcgirequest)${errno}?`, {
		kind: 'premature-close',
	}),
	phrase('upstreamsenttoobigheader', { kind: 'header-too-big' }),
	phrase('upstreamsslcertificate', { kind: 'ssl' }),
	phrase(`upstreamsent${words}`, { kind: 'invalid-header' }),
	phrase(`upstream(?:prematurelysent|rejected|violated)${words}`, { kind: 'other' }),
	phrase(String.raw`ssl_(?:do_handshake|read|write)\(\)failed(?:\(ssl:[^()]{0,900}\)|${errno})?`, {
		kind: 'ssl',
		upstreamOnly: true,
	}),
	phrase(`peerclosedconnectioninsslhandshake${errno}?`, { kind: 'ssl', upstreamOnly: true }),
	phrase(String.raw`(?:recv|readv|send|writev|sendfile(?:64)?)\(\)failed${errno}`, { upstreamOnly: true }),
	phrase(String.raw`[\w.:-]{1,255}couldnotberesolved\(\d{1,3}:[^()"]{1,60}\)`, {
		kind: 'host-not-found',
		chosen: false,
	}),
	phrase(String.raw`noresolverdefinedtoresolve[\w.:-]{1,255}`, { kind: 'host-not-found', chosen: false }),
	phrase('hostnotfoundinupstream', { kind: 'host-not-found', chosen: false }),
	phrase('(?:(?:no|invalid)(?:port|host)in(?:resolved)?upstream|invalidurlprefixin)', { kind: 'other', chosen: false }),
	phrase(String.raw`\d{1,9}worker_connectionsarenotenough`, { kind: 'worker-connections' }),
	phrase(String.raw`accept4?\(\)failed${errno}`, { kind: 'files', chosen: false }),
]

const actions: readonly (readonly [action: string, phase: string])[] = [
	['whileconnectingtoupstream', 'connecting'],
	['whilesslhandshakingtoupstream', 'ssl-handshaking'],
	['whilesendingrequesttoupstream', 'sending'],
	['whilereadingresponseheaderfromupstream', 'reading-header'],
	['whilereadingupstream', 'reading'],
	['whileproxyingupgradedconnection', 'reading'],
]

/** Why an upstream failed, by an entry's text behind its connection; undefined when it says no such thing. */
export function readUpstreamFailure(level: string, text: string): UpstreamFailure | undefined {
	if (!/^(?:error|crit|alert|emerg)$/.test(level)) return undefined
	const squeezed = text.slice(0, 4096).replace(/\s/g, '').toLowerCase()
	for (const { pattern, kind, upstreamOnly, chosen } of phrases) {
		const match = pattern.exec(squeezed)
		if (match === null) continue
		const rest = squeezed.slice(match[0].length)
		const action = actions.find(([words]) => rest.startsWith(words))
		// Both ends of an upgraded connection are told in one way.
		if (upstreamOnly === true && (action === undefined || action[0] === 'whileproxyingupgradedconnection')) continue
		// Of too many open files only: another failed accept is the client's.
		if (kind === 'files' && !/^2[34]$/.test(match.groups?.errno ?? '')) continue
		return {
			kind: kind ?? kindOf(match.groups?.text ?? ''),
			errno: match.groups?.errno === undefined ? undefined : Number(match.groups.errno),
			phase: action?.[1],
			reason: beginning(text, match[0].length + (action?.[0].length ?? 0)).trim(),
			chosen: chosen !== false,
		}
	}
	return undefined
}

/** As much of the text as has so many characters that are not white space. */
function beginning(text: string, count: number): string {
	let seen = 0
	for (let at = 0; at < text.length; at += 1) {
		if (seen === count) return text.slice(0, at)
		if (!/\s/.test(text[at] ?? '')) seen += 1
	}
	return text
}

const kindsByText: readonly (readonly [text: string, kind: string])[] = [
	['connectionrefused', 'refused'],
	['nosuchfileordirectory', 'no-file'],
	['notadirectory', 'no-file'],
	['permissiondenied', 'denied'],
	['operationnotpermitted', 'denied'],
	['connectionresetbypeer', 'reset'],
	['brokenpipe', 'broken-pipe'],
	['resourcetemporarilyunavailable', 'backlog'],
	['toomanyopenfiles', 'files'],
	['noroutetohost', 'no-route'],
	['networkisunreachable', 'no-route'],
	['cannotassignrequestedaddress', 'address-not-available'],
	['addressnotavailable', 'address-not-available'],
	['timedout', 'timeout'],
]

/** By what the C library says: the numbers differ between systems. */
function kindOf(text: string): string {
	return kindsByText.find(([part]) => text.includes(part))?.[1] ?? 'other'
}
