import { createFactSheet, type FactSheet, onlyFacts } from '../../text/fact-sheet.ts'
import { offsetSeconds } from '../../text/log-time.ts'
import { bool, type FactSchema, type Facts, int, list, type Parser, string } from '../../text/parser.ts'
import { intArg, textArg } from '../../text/parser-args.ts'
import { setReadable } from '../../text/strerror.ts'
import { COMPLAINT_FACTS, type Complaint, placeOfComplaint, readComplaint } from './complaint.ts'
import { type FpmEvent, readEvent } from './event.ts'
import { type FpmLine, type FpmLog, readFpmLog } from './log-line.ts'

const HEARSAY = { hearsay: true } as const

const FACTS = {
	readable: bool('The log could be read; false: it is not there, or may not be read.'),
	lines: int("Lines of PHP-FPM's own."),
	shared: bool(
		"Others write whole lines into this log (PHP's error_log, workers without decoration), so that no line in it is surely PHP-FPM's.",
	),
	dated: bool(
		'The time asked about and the offset are known, so that fresh means something; else the present run counts.',
	),
	ready: bool(
		'The last that PHP-FPM says of itself is that it serves: it started, and neither ended nor failed since.',
	),
	stopped: bool('The last that it says of itself is that it was told to end, and ended.'),
	startFailed: bool('The last that it says of itself is that it could not start.'),
	...COMPLAINT_FACTS,
	maxChildrenReached: bool('A pool reached pm.max_children in the present run, at whatever time.'),
	maxChildrenFresh: bool('That happened since the time asked about.'),
	maxChildren: int('What pm.max_children was then.'),
	timedOut: int('Fresh requests that PHP-FPM ended, because they took longer than request_terminate_timeout.'),
	timedOutAfter: int('Seconds that the last of them had taken.'),
	slow: int('Fresh requests that took longer than request_slowlog_timeout.'),
	script: string('The script of the last request that took too long.', HEARSAY),
	request: string('That request, as a client sent it.', HEARSAY),
	workersLost: int(
		'Fresh workers that ended by a signal which PHP-FPM did not send, or with an exit code that is not 0.',
	),
	workerSignal: string('The signal of the last of them, without SIG.'),
	workerCode: int('The exit code of the last of them, where it ended so.'),
	workerDumped: bool('The last of them left a core dump.'),
	said: string('What a worker printed last.', HEARSAY),
	refusedClient: string('The address that a worker says to have refused, because of listen.allowed_clients.', HEARSAY),
	claims: list('What happened lately as far as the lines say, whoever wrote them.', {
		values: ['max-children', 'timed-out', 'worker-lost', 'complaint'],
		hearsay: true,
	}),
	old: bool('Something of this went wrong before the time asked about or in an earlier run, and not since.'),
	oldTime: string('When that was, as the log writes it.'),
} as const satisfies FactSchema

/** The facts that a log in which others write does not tell. */
const TOLD = (Object.entries(FACTS) as [string, { readonly hearsay?: true }][])
	.filter(([name, { hearsay }]) => hearsay !== true && !['readable', 'lines', 'shared', 'dated'].includes(name))
	.map(([name]) => name)

/** A line and what it says happened. */
interface Seen {
	readonly line: FpmLine
	readonly event: FpmEvent | undefined
	readonly complaint: Complaint | undefined
}

/** `journalctl -u UNIT` or the file that error_log names: what FPM's master says of itself and of its workers. */
export const fpmLogParser: Parser = {
	name: 'php-fpm-log',
	summary: 'what PHP-FPM says in its own log, or to the journal while it starts',
	facts: FACTS,
	args: {
		since: int('Seconds since 1970; what is older is old.'),
		offset: string("The host's offset from UTC (+0200): the log's times have none."),
		pool: string('Only what is about this pool counts; without it, any pool does.'),
		unit: string('The unit whose journal it is.'),
	},
	parse: ({ lines, args, exitCode }) => {
		const sheet = createFactSheet()
		const { own, foreign, sinceStart } = readFpmLog(lines, textArg(args, 'unit'))
		const found = own.length > 0 || sinceStart !== undefined
		if (!setReadable(sheet, lines, found, exitCode) || !found) return sheet.parsed()
		sheet.set('lines', own.length)
		sheet.set('shared', foreign.length > 0, ...foreign.slice(-3))
		const seen = own.map((line) => ({ line, event: readEvent(line), complaint: complaintOf(line) }))
		describe(sheet, seen, sinceStart, args)
		return foreign.length > 0 ? onlyFacts(sheet.parsed(), (name) => !TOLD.includes(name)) : sheet.parsed()
	},
}

function complaintOf({ level, sentence }: FpmLine): Complaint | undefined {
	return level === 'ERROR' || level === 'ALERT' ? readComplaint(sentence) : undefined
}

function describe(sheet: FactSheet, all: readonly Seen[], sinceStart: FpmLog['sinceStart'], args: Facts): void {
	const present =
		sinceStart === undefined ? all.slice(startOfRun(all)) : all.filter(({ line }) => sinceStart.has(line.number))
	const ofPresent = new Set(present)
	const isFresh = freshness(all, ofPresent, args)
	sheet.set('dated', isFresh.dated)
	describeMaster(sheet, present)
	if (sinceStart !== undefined && present.length === 0) sheet.set('error', 'none')
	const pool = textArg(args, 'pool')
	const concerned = all.filter(({ line }) => line.pool === undefined || pool === undefined || line.pool === pool)
	const fresh = concerned.filter((one) => isFresh.of(one))
	const ofRun = concerned.filter((one) => ofPresent.has(one))
	describePool(sheet, ofRun, fresh)
	describeRequests(sheet, fresh)
	const wrong = concerned.filter(isTrouble)
	const lastWrong = wrong.at(-1)
	if (lastWrong !== undefined) {
		const inForce = (one: Seen): boolean => isFresh.of(one) || (one.complaint !== undefined && ofPresent.has(one))
		const old = !wrong.some(inForce)
		sheet.set('old', old, lastWrong)
		if (old) sheet.set('oldTime', lastWrong.line.time, lastWrong)
	}
	sheet.list('claims', fresh.filter(isTrouble), claimOf)
}

/**
 * Where the present run begins: with the last `fpm is running`, or, where a start failed after that, with the first line
 * after the run that had ended.
 */
function startOfRun(all: readonly Seen[]): number {
	const ended = all.findLastIndex(({ event }, index) => index < all.length - 1 && isEnd(event))
	const running = all.findLastIndex(({ event }) => event?.kind === 'running')
	return Math.max(ended + 1, running, 0)
}

function isEnd(event: FpmEvent | undefined): boolean {
	return event?.kind === 'stopped' || event?.kind === 'start-failed'
}

interface Freshness {
	readonly dated: boolean
	readonly of: (one: Seen) => boolean
}

function freshness(all: readonly Seen[], present: ReadonlySet<Seen>, args: Facts): Freshness {
	const since = intArg(args, 'since')
	const offset = offsetSeconds(textArg(args, 'offset'))
	const epochOf = ({ line }: Seen): number | undefined =>
		line.epoch ?? (line.localTime === undefined || offset === undefined ? undefined : line.localTime - offset)
	const dated = since !== undefined && all.every((one) => one.line.time === undefined || epochOf(one) !== undefined)
	if (!dated) return { dated, of: (one) => present.has(one) }
	return { dated, of: (one) => (epochOf(one) ?? Number.NEGATIVE_INFINITY) >= since }
}

function describeMaster(sheet: FactSheet, present: readonly Seen[]): void {
	const last = present.findLast(({ event }) => event !== undefined && LIFE.has(event.kind))
	const kind = last?.event?.kind
	if (last !== undefined) {
		sheet.set('ready', kind === 'ready', last)
		sheet.set('stopped', kind === 'stopped', last)
	}
	const complained = present.find(({ complaint }) => complaint !== undefined)
	const failed = kind === 'start-failed'
	// A run that serves complains too, of a reload that failed or a file that it cannot open: that is not why it does not run.
	const complaint = kind === 'ready' ? undefined : complained?.complaint
	if (last !== undefined || complaint !== undefined)
		sheet.set('startFailed', failed || (last === undefined && complaint !== undefined), last?.line ?? complained?.line)
	if (complaint === undefined || complained === undefined) {
		if (last !== undefined) sheet.set('error', 'none')
		return
	}
	const lines = present.map(({ line }) => line)
	setComplaint(sheet, complaint, complained.line, lines)
}

const LIFE: ReadonlySet<FpmEvent['kind']> = new Set(['running', 'ready', 'stopping', 'stopped', 'start-failed'])

/** Sets the facts of a complaint; `lines` are those among which the place may stand that it does not name itself. */
export function setComplaint(sheet: FactSheet, complaint: Complaint, line: FpmLine, lines: readonly FpmLine[]): void {
	const include = lines.find(({ sentence }) => placeOfComplaint(sentence) !== undefined)
	const elsewhere =
		complaint.file === undefined && include !== undefined ? placeOfComplaint(include.sentence) : undefined
	const where = elsewhere === undefined ? line : include
	sheet.set('error', complaint.kind, line)
	sheet.set('errorText', line.sentence, line)
	sheet.set('errorFile', complaint.file ?? elsewhere?.file, where)
	sheet.set('errorLine', complaint.line ?? elsewhere?.line, where)
	sheet.set('errorPool', complaint.pool, line)
	sheet.set('setting', complaint.setting, line)
	sheet.set('missing', complaint.subject, line)
	sheet.set('address', complaint.address, line)
	sheet.set('errno', complaint.errno, line)
}

function describePool(sheet: FactSheet, present: readonly Seen[], fresh: readonly Seen[]): void {
	const full = present.findLast(({ event }) => event?.kind === 'max-children')
	if (full !== undefined || startsWithStart(present)) sheet.set('maxChildrenReached', full !== undefined, full)
	if (full?.event?.kind === 'max-children') {
		sheet.set('maxChildren', full.event.limit, full)
		sheet.set('maxChildrenFresh', fresh.includes(full), full)
	}
}

/** Nothing of the present run is missing at its beginning. */
function startsWithStart(present: readonly Seen[]): boolean {
	return present[0]?.event?.kind === 'running'
}

function describeRequests(sheet: FactSheet, fresh: readonly Seen[]): void {
	const ended = fresh.filter(({ event }) => event?.kind === 'timed-out')
	const slow = fresh.filter(({ event }) => event?.kind === 'slow')
	sheet.set('timedOut', ended.length, ...ended)
	sheet.set('slow', slow.length, ...slow)
	const late = ended.at(-1) ?? slow.at(-1)
	if (late?.event?.kind === 'timed-out' || late?.event?.kind === 'slow') {
		if (late.event.kind === 'timed-out') sheet.set('timedOutAfter', late.event.seconds, late)
		sheet.set('script', late.event.script, late)
		sheet.set('request', late.event.request, late)
	}
	const lost = fresh.filter((one) => isLoss(one, ended))
	sheet.set('workersLost', lost.length, ...lost)
	const last = lost.at(-1)
	if (last?.event?.kind === 'child-exit') {
		sheet.set('workerSignal', last.event.signal, last)
		sheet.set('workerCode', last.event.code, last)
		sheet.set('workerDumped', last.event.signal === undefined ? undefined : last.event.dumped, last)
	}
	const spoken = fresh.filter(({ event }) => event?.kind === 'said')
	const said = spoken.at(-1)
	if (said?.event?.kind === 'said') sheet.set('said', said.event.words, said)
	for (const { event, line } of spoken) {
		const refused = event?.kind === 'said' ? REFUSED.exec(event.words)?.[1] : undefined
		if (refused !== undefined) sheet.set('refusedClient', refused, line)
	}
}

/** main/fastcgi.c says so to the worker's standard error, which the log has only with catch_workers_output. */
const REFUSED = /^(?:ERROR: )?Connection disallowed: IP address '([^']{1,100})' has been dropped\.$/

/** A worker that ended by itself or by a stranger's signal: not one that FPM ended, or that was told to end. */
function isLoss({ event }: Seen, ended: readonly Seen[]): boolean {
	if (event?.kind !== 'child-exit') return false
	if (event.signal === undefined) return event.code !== 0
	if (event.signal === 'QUIT') return false
	return !ended.some(({ event: end }) => end?.kind === 'timed-out' && end.child === event.child)
}

function isTrouble({ event, complaint }: Seen): boolean {
	return complaint !== undefined || (event !== undefined && TROUBLE.has(event.kind))
}

const TROUBLE: ReadonlySet<FpmEvent['kind']> = new Set(['max-children', 'timed-out', 'child-exit', 'process-max'])

function claimOf({ event, complaint }: Seen): string | undefined {
	if (complaint !== undefined) return 'complaint'
	if (event?.kind === 'child-exit') return 'worker-lost'
	return event?.kind === 'max-children' || event?.kind === 'timed-out' ? event.kind : undefined
}
