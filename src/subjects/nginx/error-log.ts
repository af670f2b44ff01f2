import { type Endpoint, formatEndpoint, parseEndpoint, sameEndpoint, withoutQuery } from '../../text/endpoint.ts'
import { newestFirst, offsetSeconds } from '../../text/log-time.ts'
import { bool, type Facts, int, list, type OutputLine, string } from '../../text/parser.ts'
import { intArg, textArg } from '../../text/parser-args.ts'
import { plainParser } from '../../text/plain-lines.ts'
import { setReadable } from '../../text/strerror.ts'
import { type Entry, readEntries } from './error-entry.ts'
import { FAILURE_KINDS, PHASES, readUpstreamFailure, type UpstreamFailure } from './upstream-failure.ts'

/** An entry that tells why an upstream gave no answer. */
interface Failure extends UpstreamFailure {
	readonly entry: Entry
	/** The upstream field, where nginx itself wrote it. */
	readonly upstream: string | undefined
}

export const nginxErrorLogParser = plainParser({
	name: 'nginx-error-log',
	summary: 'Why nginx got no answer from its upstream: the last fresh failure in its error log.',
	facts: {
		readable: bool('The log could be opened.'),
		total: int("Entries of nginx's error log, of any kind."),
		fresh: int('Fresh entries that tell why an upstream failed.'),
		dated: bool(
			'Fresh means something: `since` and `offset` were given and the lines have times. Else all count as fresh.',
		),
		clockAhead: bool(
			'Entries are later than `now`: the offset or the clock is wrong, and what is fresh cannot be trusted.',
		),
		kind: string('Why the upstream gave no answer, by the last fresh failure.', { values: FAILURE_KINDS }),
		reason: string("That failure in nginx's own words, without what it quotes."),
		errno: int("The system's number of that failure."),
		phase: string('What nginx was doing when it failed.', { values: PHASES }),
		upstream: string(
			'The endpoint that failed; the name of the upstream block when it has no live server. Absent where a client could have written it.',
		),
		protocol: string('What nginx speaks to it.', { values: ['http', 'https', 'uwsgi', 'fastcgi', 'grpc', 'scgi'] }),
		unixSocket: bool('The endpoint that failed is a Unix socket.'),
		socketPath: string('The path of that socket.'),
		time: string("When it failed, as the log writes it: the host's local time."),
		client: string('Who asked.', { hearsay: true }),
		server: string('The server_name of the server block.', { hearsay: true }),
		request: string('The request line.', { hearsay: true }),
		message: string('The whole message of the failure.', { hearsay: true }),
		upstreams: list('Every upstream that a fresh failure names.'),
		alsoFresh: list('The kinds of the other fresh failures.'),
		oldKind: string('The kind of the last one of these.', { values: FAILURE_KINDS }),
		oldCount: int('How many failures are not fresh, of whatever path.'),
		emergency: string(
			'The last [emerg] entry of any age: why nginx could not start or reload, if it was never put right since.',
		),
		emergencyFresh: bool('That entry is fresh.'),
		stderr: string('What a FastCGI application last wrote to its standard error.', { hearsay: true }),
	},
	args: {
		since: int('Seconds since 1970; what is older is not fresh.'),
		offset: string("The host's offset from UTC (`+0200`): the log's times have none."),
		upstream: string('Only failures of this endpoint count.'),
		path: string('Only failures of requests for this URL path count.'),
		url: string('Only failures of requests for this URL count: its path, and its host where the log names one.'),
		now: int("The host's time now, in seconds since 1970."),
	},
	read(sheet, lines, input) {
		const read = readEntries(lines, input.exitCode !== null)
		const entries = newestFirst(read.map(({ localTime }) => localTime)) ? read.toReversed() : read
		if (!setReadable(sheet, lines, entries.length > 0, input.exitCode)) return

		const since = intArg(input.args, 'since')
		const now = intArg(input.args, 'now')
		const offset = offsetSeconds(textArg(input.args, 'offset'))
		const dated = since !== undefined && offset !== undefined && entries.every((entry) => entry.localTime !== undefined)
		const epoch = (entry: Entry) => (entry.localTime ?? 0) - (offset ?? 0)
		// nginx's clock and `date` may differ by the second that is just passing.
		const isAhead = (entry: Entry) => dated && now !== undefined && epoch(entry) > now + 60
		const isFresh = (entry: Entry) => !dated || (epoch(entry) >= since && !isAhead(entry))

		const wanted = wantedBy(input.args)
		const failures = entries.map(failureOf).filter((failure) => failure !== undefined)
		const decisive = failures.filter((failure) => concerns(failure, wanted))
		const fresh = decisive.filter(({ entry }) => isFresh(entry))
		// What is over is history, of whatever page of the site.
		const history = failures.filter((failure) => concerns(failure, { ...wanted, path: undefined }))
		const old = history.filter(({ entry }) => dated && epoch(entry) < since)

		sheet.set('total', entries.length)
		sheet.set('dated', dated)
		sheet.set('fresh', fresh.length, ...linesOf(fresh))
		if (dated && now !== undefined) {
			const ahead = entries.filter(isAhead)
			sheet.set('clockAhead', ahead.length > 0, ...ahead.flatMap(({ lines }) => lines))
		}
		const upstreams = fresh.filter(({ upstream }) => upstream !== undefined)
		const names = [...new Set(upstreams.map(({ upstream }) => upstreamName(upstream ?? '')))]
		sheet.set('upstreams', names, ...linesOf(upstreams))
		const emergency = entries.findLast(
			({ level, message }) => level === 'emerg' && message !== 'still could not bind()',
		)
		if (emergency !== undefined) {
			sheet.set('emergency', emergency.message, ...emergency.lines)
			if (dated) sheet.set('emergencyFresh', isFresh(emergency), ...emergency.lines)
		}
		const spoken = entries.filter((entry) => isFresh(entry) && stderrOf(entry) !== undefined).at(-1)
		if (spoken !== undefined) sheet.set('stderr', stderrOf(spoken), ...spoken.lines)
		sheet.set('oldCount', old.length, ...linesOf(old))
		const lastOld = old.at(-1)
		if (lastOld !== undefined) sheet.set('oldKind', lastOld.kind, ...lastOld.entry.lines)

		const last = decisiveOf(fresh)
		const others = fresh.filter(({ kind }) => kind !== last?.kind)
		sheet.set('alsoFresh', [...new Set(others.map(({ kind }) => kind))], ...linesOf(others))
		if (last === undefined) return
		const { entry } = last
		for (const name of ['kind', 'reason', 'errno', 'phase'] as const) sheet.set(name, last[name], ...entry.lines)
		for (const [name, value] of Object.entries(endpointFacts(last.upstream))) sheet.set(name, value, ...entry.lines)
		for (const name of ['client', 'server', 'request', 'time', 'message'] as const) {
			const value = entry[name]
			sheet.set(name, value === '' ? undefined : value, ...entry.lines)
		}
	},
})

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

function linesOf(failures: readonly Failure[]): readonly OutputLine[] {
	return failures.flatMap(({ entry }) => entry.lines)
}

/** `FastCGI sent in stderr: "…"`: what an application says, which is no failure of it. */
function stderrOf({ text }: Entry): string | undefined {
	return /^FastCGI sent in stderr: "(.*?)"(?= while reading |$)/.exec(text)?.[1]
}

function failureOf(entry: Entry): Failure | undefined {
	const failure = readUpstreamFailure(entry.level, entry.text)
	if (failure === undefined) return undefined
	return { ...failure, entry, upstream: failure.chosen ? (entry.upstream ?? connectedTo(entry)) : undefined }
}

/** The address that nginx names itself, at the beginning of its message: an entry may lack its fields. */
function connectedTo({ text }: Entry): string | undefined {
	return /^connect\(\) to ([^\s",]{1,300}) failed \(/.exec(text)?.[1]
}

function endpointFacts(text: string | undefined): Facts {
	if (text === undefined) return {}
	const scheme = /^([a-z]{2,10}):\/\//.exec(text)?.[1]
	const protocol = scheme === 'grpcs' ? 'grpc' : scheme === 'suwsgi' ? 'uwsgi' : scheme
	const endpoint = parseEndpoint(text, 80)
	return {
		upstream: upstreamName(text),
		...(protocol !== undefined && { protocol }),
		...(endpoint === undefined
			? { unixSocket: isSocket(text) }
			: isAddress(endpoint) && { unixSocket: endpoint.kind === 'unix' }),
		...(endpoint?.kind === 'unix' && { socketPath: endpoint.path }),
	}
}

/** Of an address that cannot be read (a variable in a path, a port that somebody made unreadable): what nginx writes before it. */
function isSocket(text: string): boolean {
	return withoutScheme(text).startsWith('unix:')
}

function withoutScheme(text: string): string {
	return text.replace(/^[a-z]{2,10}:\/\//, '')
}

/** nginx logs the address it connects to; only without a live one it logs the name of the upstream block. */
function isAddress(endpoint: Endpoint): boolean {
	return endpoint.kind === 'unix' || /^[\d.]+$|:/.test(endpoint.host)
}

function upstreamName(text: string): string {
	const endpoint = parseEndpoint(text, 80)
	if (endpoint === undefined)
		return isSocket(text)
			? withoutScheme(text).replace(/:(?:\/.*)?$/, '')
			: (withoutScheme(text).split('/', 1)[0] ?? text)
	return isAddress(endpoint) || endpoint.kind === 'unix' ? formatEndpoint(endpoint) : endpoint.host
}

interface Wanted {
	readonly upstream: string | undefined
	readonly path: string | undefined
	readonly host: string | undefined
}

function wantedBy(args: Facts): Wanted {
	const url = URL.parse(textArg(args, 'url') ?? '')
	return {
		upstream: textArg(args, 'upstream'),
		path: textArg(args, 'path') ?? url?.pathname,
		host: url === null ? undefined : hostOf(url.host),
	}
}

/** Without its port, which a client may leave out or send along. */
function hostOf(authority: string): string {
	return authority.toLowerCase().replace(/:\d{1,5}$/, '')
}

function concerns(failure: Failure, wanted: Wanted): boolean {
	const { entry } = failure
	if (wanted.upstream !== undefined && !namesUpstream(failure, wanted.upstream)) return false
	if (wanted.host !== undefined && entry.host !== undefined && hostOf(entry.host) !== wanted.host) return false
	if (wanted.path === undefined || entry.request === undefined) return true
	const uri = entry.request.split(' ')[1]
	return uri === undefined || withoutQuery(uri) === withoutQuery(wanted.path)
}

/** What stops the whole of nginx, and a block without a live server, concern every upstream. */
function namesUpstream({ kind, reason, upstream }: Failure, wanted: string): boolean {
	if (kind === 'files' || kind === 'worker-connections' || kind === 'no-live-upstreams') return true
	const name = parseEndpoint(wanted, 80)
	if (upstream === undefined) return name?.kind === 'tcp' && reason.includes(name.host)
	const endpoint = parseEndpoint(upstream, 80)
	return endpoint === undefined || !isAddress(endpoint) || sameEndpoint(formatEndpoint(endpoint), wanted)
}
