/**
 * The entries of nginx's error log, by its own grammar (ngx_log_error_core, ngx_http_log_error,
 * ngx_http_log_error_handler):
 *
 *     TIME [LEVEL] PID#TID: *CONNECTION MESSAGE (ERRNO: TEXT) while ACTION, client: A, server: S, request: "R",
 *     subrequest: "U", upstream: "U", host: "H", referrer: "F"
 *
 * Nothing is escaped, an entry ends after 2048 bytes, and the client writes R, H, F and the paths that a message quotes:
 * even a newline, which a path may hold as %0A.
 */

import { nginxLocalTime } from '../../text/log-time.ts'
import type { OutputLine } from '../../text/parser.ts'

/** One entry of the log: a line, or the pieces that a terminal cut it into. */
export interface Entry {
	readonly lines: readonly OutputLine[]
	/** Local time as if it were UTC. */
	readonly localTime: number | undefined
	readonly time: string
	readonly level: string
	/** The process and its connection to the client: `123#123: *15`. */
	readonly connection: string
	/** Everything behind that. */
	readonly text: string
	/** What nginx says, up to the fields. */
	readonly message: string
	readonly client: string | undefined
	readonly server: string | undefined
	readonly request: string | undefined
	/** The Host header, as the client sent it. */
	readonly host: string | undefined
	/** Left out where somebody else than nginx may have written it. */
	readonly upstream: string | undefined
}

/** Before the time stands at most what a log's carrier put there, never a quoted text. */
const entryStart =
	/^[^"]{0,120}?(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(debug|info|notice|warn|error|crit|alert|emerg)\] (\d{1,10}#\d{1,10}: (?:\*\d{1,20} )?)/

/** nginx cuts its own entries at 2 KB; more pieces than this are not one entry. */
const mostPieces = 40
/** NGX_MAX_ERROR_STR, its newline included. */
const longestEntry = 2048

/**
 * Reads the entries in their order. `asWritten`: the lines are the file's own, none cut by a terminal. Then what may stand
 * within another entry, behind a newline that a client sent, is left out.
 */
export function readEntries(lines: readonly OutputLine[], asWritten: boolean): readonly Entry[] {
	const doubtful = asWritten ? linesWithinOthers(lines) : new Set<number>()
	const entries: Entry[] = []
	let head: RegExpExecArray | undefined
	let pieces: OutputLine[] = []
	const close = () => {
		if (head !== undefined && pieces.every(({ number }) => !doubtful.has(number))) entries.push(entryOf(head, pieces))
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

/** How an entry of a request ends. */
const wholeRequest = /, client: [^,"]{1,200}, server: [^,"]{0,300}, request: "[^"]*"(?:, \w{4,10}: "[^"]*"){0,4}$/

/**
 * Lines that may be part of an entry above or below them, because a client had a path with newlines logged. Such a path
 * also stands in the request at the entry's end, as %0A: so many lines above may be its own. A subrequest stands behind
 * the request: so many lines below. An entry may have been cut before its end, but only at the greatest length.
 */
function linesWithinOthers(lines: readonly OutputLine[]): ReadonlySet<number> {
	const doubtful = new Set<number>()
	for (const [index, line] of lines.entries()) {
		const newlines = line.text.match(/%0a/gi)?.length ?? 0
		if (newlines > 0 && !isWholeRequest(line)) {
			const opens = line.text.includes(', subrequest: "')
			const above = ofOneEntry(lines, index, { step: -1, most: newlines })
			const below = opens ? ofOneEntry(lines, index, { step: 1, most: newlines }) : []
			for (const { number } of [...above, ...below]) doubtful.add(number)
		}
		if (!entryStart.test(line.text) || !line.text.slice(0, 300).includes('"') || isClosed(line)) continue
		const pieces = ofOneEntry(lines, index, { step: 1, most: longestEntry })
		const last = pieces.at(-1)
		// Control characters do not come through to here, so that an entry may have been longer than it looks.
		const isFull = sizeOf(pieces) > longestEntry - 100
		if (pieces.length > 1 && isFull && last !== undefined && !isWholeRequest(last))
			for (const { number } of pieces) doubtful.add(number)
	}
	return doubtful
}

/** The line, and as many beside it as fit into one entry with it, `most` at most. */
function ofOneEntry(
	lines: readonly OutputLine[],
	index: number,
	{ step, most }: { readonly step: 1 | -1; readonly most: number },
): readonly OutputLine[] {
	const found: OutputLine[] = []
	let size = 0
	for (let at = index; found.length <= most; at += step) {
		const line = lines[at]
		size += line === undefined ? 0 : sizeOf([line])
		if (line === undefined || size > longestEntry) break
		found.push(line)
	}
	return found
}

function sizeOf(lines: readonly OutputLine[]): number {
	return lines.reduce((size, { text }) => size + Buffer.byteLength(text) + 1, 0)
}

/** An entry of a request that stands in one line, with each of nginx's fields once. */
function isWholeRequest({ text }: OutputLine): boolean {
	return (
		entryStart.test(text) && wholeRequest.test(text) && text.indexOf(', client: ') === text.lastIndexOf(', client: ')
	)
}

/** One that ends with its line, for no path of a client's is quoted where a newline could stand: before the fields, or behind them. */
function isClosed(line: OutputLine): boolean {
	const { text } = line
	return isWholeRequest(line) && text.indexOf(', client: ') < text.indexOf('"') && !text.includes(', subrequest: "')
}

function entryOf(head: RegExpExecArray, pieces: readonly OutputLine[]): Entry {
	const joined = pieces.map((piece) => piece.text).join('')
	const text = joined.slice(head[0].length)
	const end = text.indexOf(', client: ')
	const fields = end < 0 ? '' : text.slice(end)
	const request = quoted(fields, 'request')
	const upstream = upstreamOf(text)
	return {
		lines: pieces,
		localTime: nginxLocalTime(head[1] ?? ''),
		time: head[1] ?? '',
		level: head[2] ?? '',
		connection: head[3] ?? '',
		text,
		message: (end < 0 ? text : text.slice(0, end)).trim(),
		client: bare(fields, 'client'),
		server: bare(fields, 'server'),
		request,
		host: quoted(fields, 'host'),
		upstream: upstream === undefined ? undefined : withSocketMarked(upstream, request),
	}
}

function bare(fields: string, name: string): string | undefined {
	const from = fields.indexOf(`, ${name}: `)
	if (from < 0) return undefined
	const value = fields.slice(from + name.length + 4)
	const stop = value.indexOf(', ')
	return stop < 0 ? value : value.slice(0, stop)
}

function quoted(fields: string, name: string): string | undefined {
	const from = fields.indexOf(`, ${name}: "`)
	if (from < 0) return undefined
	const value = fields.slice(from + name.length + 5)
	// A request may hold a quote; the field ends where the next one begins or the line ends.
	const stop = value.search(/"(?:, (?:upstream|host|referrer|subrequest): "|$)/)
	return stop < 0 ? value.replace(/"$/, '') : value.slice(0, stop)
}

/** Only of a whole entry in which one field is of that name: what a client sends could bring a second one. */
function upstreamOf(text: string): string | undefined {
	const parts = text.split(', upstream: "')
	if (parts.length !== 2) return undefined
	return /^([^"]*)"(?:, host: ".*)?$/.exec(parts[1] ?? '')?.[1]
}

/**
 * nginx marks where a socket's path ends and the URI begins by a colon, but not for every upstream:
 * `http://unix:/run/g.sock/slow?s=5`. There the name ends as sockets do, or the URI is the request's own.
 */
function withSocketMarked(upstream: string, request: string | undefined): string {
	const at = upstream.indexOf('unix:')
	if (at < 0) return upstream
	const named = /^[^:]*:?(?:\/\/)?unix:.*?\.sock(?:et)?(?=[/?:])/.exec(upstream)?.[0]
	if (named !== undefined) return `${named}:`
	if (upstream.indexOf(':', at + 5) >= 0) return upstream
	const uri = request?.split(' ')[1] ?? ''
	return uri.startsWith('/') && upstream.endsWith(uri) ? `${upstream.slice(0, -uri.length)}:${uri}` : upstream
}
