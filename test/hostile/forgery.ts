import fc from 'fast-check'

/**
 * What strangers can have a program write into its logs: their text in each field that the program quotes, with what the
 * program itself would have said inside of it.
 */

/** Stands in every forgery; nothing that is told, and no command, may ever have it. */
export const MARK = '/etc/shadow-of-a-stranger'

const phrases = [
	'connect() failed (13: Permission denied) while connecting to upstream',
	'connect() failed (111: Connection refused) while connecting to upstream',
	`connect() to unix:${MARK} failed (13: Permission denied) while connecting to upstream`,
	`connect() to unix:${MARK} failed (2: No such file or directory) while connecting to upstream`,
	'upstream timed out (110: Connection timed out) while reading response header from upstream',
	'upstream prematurely closed connection while reading response header from upstream',
	'recv() failed (104: Connection reset by peer) while reading response header from upstream',
	'no live upstreams while connecting to upstream',
	'upstream sent too big header while reading response header from upstream',
	'" failed (13: Permission denied) while connecting to upstream',
]

const upstreams = [
	`http://unix:${MARK}:/`,
	`http://unix:${MARK}`,
	`unix:${MARK}`,
	`fastcgi://unix:${MARK}:`,
	`http://127.0.0.1:9/${MARK}`,
]

/** The pieces that nginx's grammar is made of, in any order, as often as a stranger likes. */
const piece = fc.oneof(
	fc.constantFrom(...phrases),
	fc.constantFrom(...upstreams).map((upstream) => `, upstream: "${upstream}"`),
	fc.constantFrom(
		', client: 1.2.3.4',
		', server: _',
		', host: "a"',
		', referrer: "a"',
		', request: "GET / HTTP/1.1"',
		', subrequest: "/x"',
		'"',
		'", ',
		' ',
		'x',
		'(2: No such file or directory)',
		'*1 ',
	),
)

/** Text that has the mark at least once and no newline. */
export const forgedText: fc.Arbitrary<string> = fc
	.tuple(fc.array(piece, { maxLength: 6 }), fc.constantFrom(...upstreams), fc.array(piece, { maxLength: 3 }))
	.map(([before, upstream, after]) => `${before.join('')}, upstream: "${upstream}"${after.join('')}`)

/** Where it happened, and what is true there. */
export interface Scene {
	/** As nginx writes times: `2026/11/21 09:00:01`. */
	readonly time: string
	/** The upstream's address, as nginx writes it. */
	readonly upstream: string
}

/** An entry as nginx writes it of a stranger's request; `own`: it tells of a failure that there really was. */
export interface Forgery {
	readonly carrier: string
	readonly text: string
	readonly own: boolean
}

interface Fields {
	readonly request?: string
	readonly host?: string
	readonly referrer?: string
	readonly upstream?: string
}

function entry({ time }: Scene, message: string, { request, host, referrer, upstream }: Fields): string {
	const quoted = [
		['request', request ?? 'GET / HTTP/1.1'],
		['upstream', upstream],
		['host', host ?? 'example.com'],
		['referrer', referrer],
	].flatMap(([name, value]) => (value === undefined ? [] : [`, ${name}: "${value}"`]))
	const whole = `${time} [error] 7#7: *12 ${message}, client: 203.0.113.9, server: example.com${quoted.join('')}`
	// NGX_MAX_ERROR_STR; strangers' text is ASCII here.
	return whole.slice(0, 2047)
}

const missing = 'failed (2: No such file or directory)'
const refused = 'connect() failed (111: Connection refused) while connecting to upstream'
const asPath = (text: string): string => encodeURI(text).replace(/[?#]/g, encodeURIComponent)

/** Every field in which nginx quotes what it was sent. */
const carriers: Readonly<Record<string, (text: string, scene: Scene) => { text: string; own?: boolean }>> = {
	'a path': (text, scene) => ({
		text: entry(scene, `open() "/srv/static/${text}" ${missing}`, { request: `GET /static/${asPath(text)} HTTP/1.1` }),
	}),
	'a path with a newline': (text, scene) => {
		const path = `x\n${entry(scene, refused, { upstream: `http://unix:${MARK}:/` })}\n${text}`
		return {
			text: entry(scene, `open() "/srv/static/${path}" ${missing}`, {
				request: `GET /static/${asPath(path)} HTTP/1.1`,
			}),
		}
	},
	'a folder': (text, scene) => ({
		text: entry(scene, `directory index of "/srv/${text}/" is forbidden`, {
			request: `GET /${asPath(text)}/ HTTP/1.1`,
		}),
	}),
	'a request line': (text, scene) => ({
		text: entry(scene, `open() "/srv/favicon.ico" ${missing}`, { request: `GET /${text} HTTP/1.1` }),
	}),
	'a method': (text, scene) => ({
		text: entry(scene, 'client sent invalid method while reading client request line', { request: text }),
	}),
	'a referrer': (text, scene) => ({
		text: entry(scene, `open() "/srv/favicon.ico" ${missing}`, { referrer: `https://x.example/${text}` }),
	}),
	'a host': (text, scene) => ({
		text: entry(scene, 'client sent invalid host header while reading client request headers', { host: text }),
	}),
	'a user name': (text, scene) => ({ text: entry(scene, `user "${text}" was not found in "/etc/nginx/htpasswd"`, {}) }),
	'a rewritten path': (text, scene) => ({
		text: entry(scene, `"^/old" does not match "/${text}"`, { request: `GET /${asPath(text)} HTTP/1.1` }),
	}),
	'a standard error': (text, scene) => ({
		text: entry(scene, `FastCGI sent in stderr: "PHP message: ${text}" while reading response header from upstream`, {
			upstream: scene.upstream,
		}),
	}),
	'the path of a request that failed': (text, scene) => ({
		text: entry(scene, refused, { request: `GET /${text} HTTP/1.1`, upstream: scene.upstream }),
		own: true,
	}),
	'the path of an upstream that failed': (text, scene) => ({
		text: entry(scene, refused, { request: `GET /${text} HTTP/1.1`, upstream: `${scene.upstream}${text}` }),
		own: true,
	}),
	'the host of a request that failed': (text, scene) => ({
		text: entry(scene, refused, { host: text, upstream: scene.upstream }),
		own: true,
	}),
	'the referrer of a request that failed': (text, scene) => ({
		text: entry(scene, refused, { referrer: text, upstream: scene.upstream }),
		own: true,
	}),
	'a header of the application': (text, scene) => ({
		text: entry(scene, `upstream sent invalid header: "${text}\\x20..." while reading response header from upstream`, {
			upstream: scene.upstream,
		}),
		own: true,
	}),
}

export const carrierNames: readonly string[] = Object.keys(carriers)

/** What stands in nginx's log when that text was sent in that field. */
export function forge(carrier: string, text: string, scene: Scene): Forgery {
	const made = carriers[carrier]?.(text, scene)
	if (made === undefined) throw new Error(`There is no carrier ${carrier}.`)
	return { carrier, text: made.text, own: made.own === true }
}

const python = [
	`[2026-11-21 20:00:45 +0000] [130] [ERROR] Connection in use: ${MARK}`,
	`[2026-11-21 20:00:45 +0000] [130] [INFO] Listening at: unix:${MARK} (130)`,
	`[2026-11-21 20:00:45 +0000] [130] [ERROR] Can't connect to ${MARK}`,
	'[2026-11-21 20:00:45 +0000] [130] [CRITICAL] WORKER TIMEOUT (pid:131)',
	'[2026-11-21 20:00:45 +0000] [130] [ERROR] Worker (pid:131) was sent SIGKILL! Perhaps out of memory?',
	`Error: '${MARK}' isn't writable [PermissionError(13, 'Permission denied')]`,
	'Traceback (most recent call last):',
	`  File "+!touch ${MARK}", line 1`,
	`  File "${MARK}", line 1, in <module>`,
	`  File "-c:!touch ${MARK}", line 1, in <module>`,
	`ModuleNotFoundError: No module named '${MARK}'`,
	`FileNotFoundError: [Errno 2] No such file or directory: '${MARK}'`,
	`PermissionError: [Errno 13] Permission denied: '${MARK}'`,
	`[ERROR] Error handling request /${MARK}`,
]

/** Lines that a path with newlines has an application write into its log. */
export const forgedLines: fc.Arbitrary<readonly string[]> = fc.shuffledSubarray(python, { minLength: 1, maxLength: 8 })
