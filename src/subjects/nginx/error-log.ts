import { type Endpoint, formatEndpoint, parseEndpoint, sameEndpoint } from '../../text/endpoint.ts'
import { createFactSheet, wholeLine } from '../../text/fact-sheet.ts'
import { newestFirst, nginxLocalTime, offsetSeconds } from '../../text/log-time.ts'
import type { LineSpan, OutputLine, Parser } from '../../text/parser.ts'
import { intArg, textArg } from '../../text/parser-args.ts'
import { plainLines } from '../../text/plain-lines.ts'
import { isComplaint, saidErrno } from '../../text/strerror.ts'

/** One entry of the log: a line, or the pieces that a terminal cut it into. */
interface Entry {
	readonly spans: readonly LineSpan[]
	/** Local time as if it were UTC. */
	readonly localTime: number | undefined
	readonly time: string
	readonly level: string
	/** The process and its connection to the client: `123#123: *15`. */
	readonly connection: string
	/** What nginx says, up to the fields. */
	readonly message: string
	readonly client: string | undefined
	readonly server: string | undefined
	readonly request: string | undefined
	readonly upstream: string | undefined
}

/** An entry that tells why an upstream gave no answer. */
interface Failure {
	readonly entry: Entry
	readonly kind: string
}

export const nginxErrorLogParser: Parser = {
	name: 'nginx-error-log',
	summary: 'Why nginx got no answer from its upstream: the last fresh failure in its error log.',
	facts: {
		/** Entries of nginx's error log, of any kind. */
		total: 'int',
		/** Fresh entries that tell why an upstream failed. */
		fresh: 'int',
		/** Whether fresh means anything: `since` and `offset` were given and the lines have times. Else all count as fresh. */
		dated: 'bool',
		/**
		 * refused, no-file, denied, premature-close, timeout, reset, no-live-upstreams, invalid-header, header-too-big,
		 * host-not-found, broken-pipe, ssl, backlog, files, worker-connections, no-route, address-not-available, other.
		 */
		kind: 'string',
		errno: 'int',
		/** connecting, sending, reading-header, reading, ssl-handshaking. */
		phase: 'string',
		/** The endpoint as formatEndpoint writes it; the upstream's name when there are no live ones. */
		upstream: 'string',
		/** http, https, uwsgi, fastcgi, grpc, scgi: the scheme of the upstream field. */
		protocol: 'string',
		unixSocket: 'bool',
		socketPath: 'string',
		client: 'string',
		/** server_name of the server block. */
		server: 'string',
		request: 'string',
		/** As the log writes it: the host's local time. */
		time: 'string',
		message: 'string',
		/** Every upstream that a fresh failure names. */
		upstreams: 'list<string>',
		/** The kinds of the other fresh failures. */
		alsoFresh: 'list<string>',
		oldKind: 'string',
		oldCount: 'int',
		/** The last [emerg] entry of any age: why nginx could not start or reload, if it was never put right since. */
		emergency: 'string',
		emergencyFresh: 'bool',
		/** Entries later than `now`: the offset or the clock is wrong, and what is fresh cannot be trusted. */
		clockAhead: 'bool',
		/** False: the log could not be opened. */
		readable: 'bool',
	},
	args: {
		/** Epoch seconds; what is older is old. */
		since: 'int',
		/** The host's offset from UTC (`+0200`): the log's times have none. */
		offset: 'string',
		/** Only failures of this endpoint count. */
		upstream: 'string',
		/** Only failures of requests for this URL path count. */
		path: 'string',
		/** The host's time now, in epoch seconds. */
		now: 'int',
	},
	parse(input) {
		const sheet = createFactSheet()
		const lines = plainLines(input)
		const read = readEntries(lines)
		const entries = newestFirst(read.map(({ localTime }) => localTime)) ? read.toReversed() : read
		const unreadable = lines.find(
			({ text }) =>
				/cannot open|can't open|cannot access/i.test(text) || (isComplaint(text) && saidErrno(text) !== undefined),
		)
		if (entries.length === 0 && unreadable !== undefined) sheet.set('readable', false, wholeLine(unreadable))
		else if (entries.length > 0 || input.exitCode === 0) sheet.set('readable', true)
		if (entries.length === 0 && (unreadable !== undefined || input.exitCode !== 0)) return sheet.parsed()

		const since = intArg(input.args, 'since')
		const now = intArg(input.args, 'now')
		const offset = offsetSeconds(textArg(input.args, 'offset'))
		const dated = since !== undefined && offset !== undefined && entries.every((entry) => entry.localTime !== undefined)
		const epoch = (entry: Entry) => (entry.localTime ?? 0) - (offset ?? 0)
		// nginx's clock and `date` may differ by the second that is just passing.
		const isAhead = (entry: Entry) => dated && now !== undefined && epoch(entry) > now + 60
		const isFresh = (entry: Entry) => !dated || (epoch(entry) >= since && !isAhead(entry))

		const wanted = { upstream: textArg(input.args, 'upstream'), path: textArg(input.args, 'path') }
		const failures = entries.map(failureOf).filter((failure) => failure !== undefined)
		const decisive = failures.filter((failure) => concerns(failure, wanted))
		const fresh = decisive.filter(({ entry }) => isFresh(entry))
		const old = decisive.filter(({ entry }) => dated && epoch(entry) < since)

		sheet.set('total', entries.length)
		sheet.set('dated', dated)
		sheet.set('fresh', fresh.length, ...spansOf(fresh))
		if (dated && now !== undefined) {
			const ahead = entries.filter(isAhead)
			sheet.set('clockAhead', ahead.length > 0, ...ahead.flatMap(({ spans }) => spans))
		}
		const upstreams = fresh.filter(({ entry }) => entry.upstream !== undefined)
		const names = [...new Set(upstreams.map(({ entry }) => upstreamName(entry.upstream ?? '')))]
		sheet.set('upstreams', names, ...spansOf(upstreams))
		const emergency = entries.findLast(
			({ level, message }) => level === 'emerg' && message !== 'still could not bind()',
		)
		if (emergency !== undefined) {
			sheet.set('emergency', emergency.message, ...emergency.spans)
			if (dated) sheet.set('emergencyFresh', isFresh(emergency), ...emergency.spans)
		}
		sheet.set('oldCount', old.length, ...spansOf(old))
		const lastOld = old.at(-1)
		if (lastOld !== undefined) sheet.set('oldKind', lastOld.kind, ...lastOld.entry.spans)

		const last = decisiveOf(fresh)
		const others = fresh.filter(({ kind }) => kind !== last?.kind)
		sheet.set('alsoFresh', [...new Set(others.map(({ kind }) => kind))], ...spansOf(others))
		if (last === undefined) return sheet.parsed()
		const { entry, kind } = last
		const facts = {
			...endpointFacts(entry.upstream),
			kind,
			errno: errnoOf(entry.message),
			phase: phaseOf(entry.message),
		}
		for (const [name, value] of Object.entries(facts)) sheet.set(name, value, ...entry.spans)
		for (const name of ['client', 'server', 'request', 'time', 'message'] as const) {
			const value = entry[name]
			sheet.set(name, value === '' ? undefined : value, ...entry.spans)
		}
		return sheet.parsed()
	},
}

/** How a server fails that was reached. */
const reached: ReadonlySet<string> = new Set([
	...['premature-close', 'timeout', 'reset', 'invalid-header', 'header-too-big', 'ssl', 'broken-pipe'],
])

/**
 * The last failure. But one request may try several servers (the two addresses of `localhost`): where one was reached and
 * answered badly, that is the reason, and not that the next could not be reached, or that none was left.
 */
function decisiveOf(fresh: readonly Failure[]): Failure | undefined {
	const last = fresh.at(-1)
	if (last === undefined || reached.has(last.kind)) return last
	const concerned = (entry: Entry) => last.kind === 'no-live-upstreams' || entry.connection === last.entry.connection
	return fresh.findLast(({ kind, entry }) => reached.has(kind) && concerned(entry)) ?? last
}

/** Evidence of many lines helps nobody: the last ones do. */
function spansOf(failures: readonly Failure[]): readonly LineSpan[] {
	return failures.slice(-20).flatMap(({ entry }) => entry.spans)
}

const entryStart =
	/(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(debug|info|notice|warn|error|crit|alert|emerg)\] (\d{1,10}#\d{1,10}: (?:\*\d{1,20} )?)/

/** nginx cuts its own entries at 2 KB; more pieces than this are not one entry. */
const mostPieces = 40

function readEntries(lines: readonly OutputLine[]): readonly Entry[] {
	const entries: Entry[] = []
	let head: RegExpExecArray | undefined
	let pieces: OutputLine[] = []
	const close = () => {
		if (head !== undefined) entries.push(entryOf(head, pieces))
		head = undefined
		pieces = []
	}
	for (const line of lines) {
		const match = entryStart.exec(line.text)
		if (match !== null) {
			close()
			head = match
			pieces = [line]
		} else if (head !== undefined && pieces.length < mostPieces && continues(line.text, pieces)) {
			pieces.push(line)
		} else {
			close()
		}
	}
	close()
	return entries
}

function continues(text: string, pieces: readonly OutputLine[]): boolean {
	if (text.trim() === '' || text.startsWith('==> ') || /^(?:tail|sudo|curl|nginx): /.test(text)) return false
	// Another kind of line in the same stream: a time, a syslog or an access-log prefix.
	if (/^(?:\[?\d{4}[-/]\d\d|[A-Z][a-z]{2} [ \d]\d |\S{1,64} - \S{1,64} \[)/.test(text)) return false
	const last = pieces.at(-1)?.text ?? ''
	// A terminal cuts at its width, so only a long line can go on; a whole entry of a request ends in a quote.
	return last.length >= 40 && !/(?:host|referrer): "[^"]*"$/.test(last.slice(-2048))
}

function entryOf(head: RegExpExecArray, pieces: readonly OutputLine[]): Entry {
	const text = pieces.map((piece) => piece.text).join('')
	const rest = text.slice(head.index + head[0].length)
	const end = rest.indexOf(', client: ')
	const fields = end < 0 ? '' : rest.slice(end)
	const bare = (name: string) => {
		const from = fields.indexOf(`, ${name}: `)
		if (from < 0) return undefined
		const value = fields.slice(from + name.length + 4)
		const stop = value.indexOf(', ')
		return stop < 0 ? value : value.slice(0, stop)
	}
	const quoted = (name: string) => {
		const from = fields.indexOf(`, ${name}: "`)
		if (from < 0) return undefined
		const value = fields.slice(from + name.length + 5)
		// A request may hold a quote; the field ends where the next one begins or the line ends.
		const stop = value.search(/"(?:, (?:upstream|host|referrer|subrequest): "|$)/)
		return stop < 0 ? value.replace(/"$/, '') : value.slice(0, stop)
	}
	const request = quoted('request')
	const upstream = quoted('upstream')
	return {
		spans: pieces.map(wholeLine),
		localTime: nginxLocalTime(head[1] ?? ''),
		time: head[1] ?? '',
		level: head[2] ?? '',
		connection: head[3] ?? '',
		message: (end < 0 ? rest : rest.slice(0, end)).trim(),
		client: bare('client'),
		server: bare('server'),
		request,
		upstream: upstream === undefined ? undefined : withSocketMarked(upstream, request),
	}
}

/**
 * nginx marks where a socket's path ends and the URI begins by a colon, but not for every upstream:
 * `http://unix:/run/g.sock/slow?s=5`. There the URI is the request's own, or follows a name that ends as sockets do.
 */
function withSocketMarked(upstream: string, request: string | undefined): string {
	const at = upstream.indexOf('unix:')
	if (at < 0 || upstream.indexOf(':', at + 5) >= 0) return upstream
	const uri = request?.split(' ')[1] ?? ''
	if (uri.startsWith('/') && upstream.endsWith(uri)) return `${upstream.slice(0, -uri.length)}:${uri}`
	return upstream.replace(/(\.sock(?:et)?)(?=[/?])/, '$1:')
}

/** Without white space: a terminal may have eaten the blank at which it cut. */
function squeezed(message: string): string {
	return message.replace(/\s/g, '').toLowerCase()
}

function failureOf(entry: Entry): Failure | undefined {
	if (entry.level === 'debug' || entry.level === 'info' || entry.level === 'notice' || entry.level === 'warn')
		return undefined
	const text = squeezed(entry.message)
	if (text.includes('clientprematurelyclosed') || text.includes('clientclosedconnection')) return undefined
	const kind = kindOf(text)
	if (kind === 'worker-connections' || kind === 'files' || kind === 'no-live-upstreams') return { entry, kind }
	if (kind === 'host-not-found') return { entry, kind }
	if (!text.includes('upstream') && entry.upstream === undefined) return undefined
	// The peer of these is the client, though an upstream is named.
	if (text.includes('whilesendingtoclient') && !text.includes('upstreamprematurely')) return undefined
	if (text.includes('whilereadingclient')) return undefined
	return { entry, kind }
}

const kindsByText: readonly (readonly [text: string, kind: string])[] = [
	['noliveupstreams', 'no-live-upstreams'],
	['worker_connectionsarenotenough', 'worker-connections'],
	['couldnotberesolved', 'host-not-found'],
	['hostnotfoundinupstream', 'host-not-found'],
	['noresolverdefined', 'host-not-found'],
	['toobigheader', 'header-too-big'],
	['upstreamprematurelyclosed', 'premature-close'],
	['upstreamtimedout', 'timeout'],
	['ssl_do_handshake', 'ssl'],
	['closedconnectioninsslhandshake', 'ssl'],
	['upstreamsslcertificate', 'ssl'],
	['novalidhttp/1.0header', 'invalid-header'],
	['upstreamsent', 'invalid-header'],
	['connectionrefused', 'refused'],
	['nosuchfileordirectory', 'no-file'],
	['notadirectory', 'no-file'],
	['permissiondenied', 'denied'],
	['operationnotpermitted', 'denied'],
	['resetbypeer', 'reset'],
	['brokenpipe', 'broken-pipe'],
	['resourcetemporarilyunavailable', 'backlog'],
	['toomanyopenfiles', 'files'],
	['noroutetohost', 'no-route'],
	['networkisunreachable', 'no-route'],
	['cannotassignrequestedaddress', 'address-not-available'],
	['addressnotavailable', 'address-not-available'],
	['timedout', 'timeout'],
]

function kindOf(text: string): string {
	return kindsByText.find(([part]) => text.includes(part))?.[1] ?? 'other'
}

function errnoOf(message: string): number | undefined {
	const match = /\((\d{1,4}): {0,2}[A-Za-z]/.exec(message)
	return match === null ? undefined : Number(match[1])
}

function phaseOf(message: string): string | undefined {
	const text = squeezed(message)
	if (text.includes('whilesslhandshakingtoupstream')) return 'ssl-handshaking'
	if (text.includes('whileconnectingtoupstream')) return 'connecting'
	if (text.includes('whilesendingrequesttoupstream')) return 'sending'
	if (text.includes('whilereadingresponseheaderfromupstream')) return 'reading-header'
	if (text.includes('whilereadingupstream') || text.includes('whileproxyingupgraded')) return 'reading'
	return undefined
}

interface UpstreamFacts {
	readonly upstream?: string
	readonly protocol?: string
	readonly unixSocket?: boolean
	readonly socketPath?: string
}

function endpointFacts(text: string | undefined): UpstreamFacts {
	if (text === undefined) return {}
	const scheme = /^([a-z]{2,10}):\/\//.exec(text)?.[1]
	const protocol = scheme === 'grpcs' ? 'grpc' : scheme === 'suwsgi' ? 'uwsgi' : scheme
	const endpoint = parseEndpoint(text, 80)
	return {
		upstream: upstreamName(text),
		...(protocol !== undefined && { protocol }),
		...(endpoint !== undefined && isAddress(endpoint) && { unixSocket: endpoint.kind === 'unix' }),
		...(endpoint?.kind === 'unix' && { socketPath: endpoint.path }),
	}
}

/** nginx logs the address it connects to; only without a live one it logs the name of the upstream block. */
function isAddress(endpoint: Endpoint): boolean {
	return endpoint.kind === 'unix' || /^[\d.]+$|:/.test(endpoint.host)
}

function upstreamName(text: string): string {
	const endpoint = parseEndpoint(text, 80)
	if (endpoint === undefined) return text
	return isAddress(endpoint) || endpoint.kind === 'unix' ? formatEndpoint(endpoint) : endpoint.host
}

function concerns(
	{ entry, kind }: Failure,
	wanted: { readonly upstream: string | undefined; readonly path: string | undefined },
): boolean {
	if (wanted.upstream !== undefined && !namesUpstream(entry, kind, wanted.upstream)) return false
	if (wanted.path === undefined || entry.request === undefined) return true
	const uri = entry.request.split(' ')[1]
	return uri === undefined || withoutQuery(uri) === withoutQuery(wanted.path)
}

/** What stops the whole of nginx, and a block without a live server, concern every upstream. */
function namesUpstream(entry: Entry, kind: string, wanted: string): boolean {
	if (kind === 'files' || kind === 'worker-connections' || kind === 'no-live-upstreams') return true
	const name = parseEndpoint(wanted, 80)
	if (entry.upstream === undefined) return name?.kind === 'tcp' && entry.message.includes(name.host)
	const endpoint = parseEndpoint(entry.upstream, 80)
	return endpoint === undefined || !isAddress(endpoint) || sameEndpoint(formatEndpoint(endpoint), wanted)
}

function withoutQuery(uri: string): string {
	const end = uri.search(/[?#]/)
	return end < 0 ? uri : uri.slice(0, end)
}
