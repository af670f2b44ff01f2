import { cutLines } from '../../text/cut-lines.ts'
import { createFactSheet, type FactSheet } from '../../text/fact-sheet.ts'
import { readLogLines } from '../../text/log-line.ts'
import {
	bool,
	type FactSchema,
	type Facts,
	int,
	list,
	type OutputLine,
	type Parsed,
	type Parser,
	string,
} from '../../text/parser.ts'
import { intArg, textArg } from '../../text/parser-args.ts'
import {
	EXCEPTION_FACTS,
	EXCEPTION_KINDS,
	entryModuleOf,
	isPythonLine,
	type ProgramContext,
	readTracebacks,
	setException,
} from '../python/index.ts'
import {
	hasFailed,
	type Invocation,
	readUnitLog,
	splitInvocations,
	type UnitRun,
	unitLogText,
	withoutGuesses,
} from '../systemd/index.ts'
import { GUNICORN_ERRORS } from './complaint.ts'
import { EXCEPTION_PLACES, type Fault } from './fault.ts'
import { readGunicornLine } from './line.ts'
import { isServerFile, PLACES_OF_RAISE, placeOfRaise } from './own-code.ts'
import { describeService, type ServiceRun } from './service-run.ts'

const HEARSAY = { hearsay: true } as const
export const FAULTS = ['complaint', 'exception', 'timeout', 'killed', 'crashed', 'request', 'no-space', 'none'] as const
const REASONS = ['worker-boot', 'app-load', 'other'] as const

export const LOG_FACTS = {
	lines: int('Lines that Gunicorn and the application wrote in the present invocation.', HEARSAY),
	version: string("Gunicorn's version.", HEARSAY),
	workerClass: string('The worker class that it uses.', HEARSAY),
	listening: string('The first address that it listens on, such as unix:/run/g.sock or 127.0.0.1:8000.', HEARSAY),
	listenings: list('All addresses that it listens on.', HEARSAY),
	listenedBefore: list('Addresses that it listened on in earlier invocations, as far as this log goes back.', HEARSAY),
	booted: int('Workers that were started.', HEARSAY),
	ready: bool('It listens, a worker was started, and it did not end since.', HEARSAY),
	autorestarts: int('Workers that ended because of max_requests, since the time asked about.', HEARSAY),
	fault: string('What went wrong, as far as Gunicorn and the application say: what the facts below are about.', {
		values: FAULTS,
		hearsay: true,
	}),
	duringRequest: bool('The fault is one of a service that went on running.', HEARSAY),
	retrying: bool('It still tries to have the address, a second at a time; never false.', HEARSAY),
	error: string("Gunicorn's own complaint, in its terms; none where it has none.", {
		values: GUNICORN_ERRORS,
		hearsay: true,
	}),
	reason: string('Why Gunicorn says that it ends.', { values: REASONS, hearsay: true }),
	address: string('The address that it could not have.', HEARSAY),
	lowPort: bool('That address has a port below 1024.', HEARSAY),
	setting: string('The setting whose value it rejects.', HEARSAY),
	exceptionAt: string('Below which of its lines the exception stands.', { values: EXCEPTION_PLACES, hearsay: true }),
	raisedIn: string('Whose code raised the exception.', { values: PLACES_OF_RAISE, hearsay: true }),
	...EXCEPTION_FACTS,
	requestPath: string('The path of the request on which it failed, or that took too long.', HEARSAY),
	pid: int('The worker that the fault was about.', HEARSAY),
	time: string('When the deciding line was written, as it stands there.', HEARSAY),
	epoch: int('The same in seconds since 1970, where the time carries its zone.', HEARSAY),
	requestErrors: int('Requests on which the application failed, since the time asked about.', HEARSAY),
	workerTimeouts: int('Workers that timed out, since the time asked about.', HEARSAY),
	workersKilled: int('Workers that somebody killed, since the time asked about.', HEARSAY),
	workerCrashes: int('Workers that crashed, since the time asked about.', HEARSAY),
	workerSignal: string('The signal of the last of these, without SIG.', HEARSAY),
	vanished: int('Workers that were replaced though nothing says how those before them ended.', HEARSAY),
	noSpace: int('Lines that say that no space is left, since the time asked about.', HEARSAY),
	tooManyFiles: int('Lines that say that too many files are open, since the time asked about.', HEARSAY),
	carried: bool('The fault is that of the start before, which systemd repeats; never false.', HEARSAY),
	old: bool('A fault lies in the past, and a good start, or the time asked about, lies between.', HEARSAY),
	oldFault: string('What that was, as in fault.', { values: FAULTS, hearsay: true }),
	oldKind: string('Its exception, as in exceptionKind.', {
		values: EXCEPTION_KINDS,
		hearsay: true,
	}),
	oldTime: string('When that was, as it stands there.', HEARSAY),
} as const satisfies FactSchema

export const LOG_ARGS = {
	unit: string('The unit whose log it is.'),
	since: int('Seconds since 1970: what a running service went through before is old.'),
	app: string('The application that Gunicorn is told to load, as module:attribute.'),
	module: string('The module of that, alone.'),
} as const satisfies FactSchema

/** What one line tells, whatever stands around it. */
const SEEN = [...['version', 'workerClass', 'listening', 'listenings', 'listenedBefore', 'ready']] as const
/** What the line of a fault tells, when that needs no other line. */
const OF_THE_FAULT = [
	...['fault', 'error', 'exception', 'exceptionKind', 'message', 'attribute', 'variable', 'path', 'address', 'lowPort'],
	...[
		'module',
		'moduleRole',
		'errno',
		'duringRequest',
		'time',
		'epoch',
		'pid',
		'requestPath',
		'setting',
		'dependency',
		'reason',
	],
] as const
/** Exceptions of which the line that names them says all. */
const SAID_IN_FULL: ReadonlySet<unknown> = new Set([
	'environment',
	'syntax',
	'database',
	'no-space',
	'asgi',
	'shared-library',
	'module-not-found',
	'import-name',
	'host-refused',
])

const seenOf = ({ fault, exceptionKind }: Facts): ReadonlySet<string> => {
	const certain =
		fault === 'complaint' || fault === 'timeout' || fault === 'no-space' || SAID_IN_FULL.has(exceptionKind)
	return new Set([...SEEN, ...(certain ? OF_THE_FAULT : [])])
}

/** What a service's state is now; faults of the run that are fresh. */
interface Present {
	readonly fault?: Fault
	readonly during: boolean
}

const isFresh = ({ at }: Pick<Fault, 'at'>, since: number | undefined): boolean =>
	since === undefined || at.line.epoch === undefined || at.line.epoch >= since

/** A fault that breaks requests counts before an exception of one page. */
const breaksRequests = ({ kind, exception }: Fault): boolean =>
	kind !== 'request' || exception?.exceptionKind === 'asgi' || exception?.exceptionKind === 'no-space'

const presentOf = (run: ServiceRun, since: number | undefined): Present => {
	if (run.startFault !== undefined) return { fault: run.startFault, during: false }
	if (run.ended !== undefined) return { during: false }
	const fresh = run.runtime.filter((fault) => isFresh(fault, since))
	const fault = fresh.findLast(breaksRequests) ?? fresh.at(-1)
	return fault === undefined ? { during: false } : { fault, during: true }
}

interface Run {
	readonly invocation: Invocation
	readonly run: ServiceRun
}

const sameEnd = (first: ServiceRun, second: ServiceRun): boolean =>
	first.unit.exit?.value.status === second.unit.exit?.value.status &&
	first.unit.exit?.value.code === second.unit.exit?.value.code

/**
 * The start that is repeated by the present one, when that says nothing: it has only begun, or the journal lost its lines,
 * as happens to a process that is gone at once, and it ended in the same way.
 */
const repeatedOf = (runs: readonly Run[], since: number | undefined): ServiceRun | undefined => {
	const now = runs.at(-1)
	if (now === undefined || !now.invocation.automatic || now.run.ready) return undefined
	if (presentOf(now.run, since).fault !== undefined) return undefined
	const before = runs.slice(0, -1).findLast(({ run }) => presentOf(run, since).fault !== undefined)?.run
	if (before === undefined) return undefined
	if (now.run.ended === undefined) return before
	return now.run.lines === 0 && !now.run.unit.execFailed && sameEnd(before, now.run) ? before : undefined
}

const setService = (sheet: FactSheet, { run, invocation }: Run): void => {
	const { version, workerClass, listening, booted } = run
	sheet.set('lines', run.lines)
	sheet.set('version', version?.value, version?.at)
	sheet.set('workerClass', workerClass?.value, workerClass?.at)
	sheet.set('listening', listening?.value[0], listening?.at)
	sheet.set('listenings', listening?.value, listening?.at)
	if (booted.length > 0 || invocation.begun) sheet.set('booted', booted.length, ...booted)
	// A log whose beginning was cut off does not tell that Gunicorn listens.
	if (run.ready) sheet.set('ready', true, listening?.at, booted[0])
	else if (run.ended !== undefined || run.startFault !== undefined || version !== undefined)
		sheet.set('ready', false, run.ended)
}

const reasonOf = (text: string): (typeof REASONS)[number] =>
	/Worker failed to boot/i.test(text) ? 'worker-boot' : /App failed to load/i.test(text) ? 'app-load' : 'other'

const setFault = (sheet: FactSheet, { fault, during }: Present, run: ServiceRun): void => {
	const lines = fault?.lines ?? []
	if (run.reason !== undefined) {
		sheet.set('reason', reasonOf(run.reason.value), run.reason.at)
		if (fault === undefined) sheet.set('message', run.reason.value, run.reason.at)
		// What it gave up for may stand above the beginning of this log: then nobody knows what that was.
		if (fault === undefined && run.version === undefined) return
	}
	sheet.set('fault', fault?.kind ?? 'none', ...lines)
	sheet.set('duringRequest', during, ...lines)
	sheet.set('error', fault?.complaint?.error ?? 'none', ...(fault?.complaint === undefined ? [] : lines))
	sheet.set('exceptionKind', 'none')
	// Of the last line of a traceback alone nobody knows below what it stood.
	if (fault?.exception === undefined || fault.place !== undefined)
		sheet.set('exceptionAt', fault?.place ?? 'none', ...lines)
	if (fault === undefined) return
	const { exception, complaint, interrupted, at } = fault
	sheet.set('message', at.line.text, ...lines)
	if (exception !== undefined) {
		setException(sheet, exception)
		sheet.set('raisedIn', placeOfRaise(exception.raised), exception.number)
	}
	for (const [name, value] of Object.entries(complaint ?? {})) sheet.set(name, value, ...lines)
	if (complaint?.address !== undefined && !complaint.address.startsWith('unix:'))
		sheet.set('lowPort', Number(complaint.address.slice(complaint.address.lastIndexOf(':') + 1)) < 1024, ...lines)
	if (fault === run.startFault && run.retrying) sheet.set('retrying', true, ...lines)
	sheet.set('file', interrupted?.file, ...lines)
	sheet.set('line', interrupted?.line, ...lines)
	sheet.set('requestPath', fault.request, ...lines)
	sheet.set('pid', fault.pid, ...lines)
	sheet.set('time', at.line.time, at)
	sheet.set('epoch', at.line.epoch, at)
}

/** Where it listened in earlier invocations, each address once. */
const setBefore = (sheet: FactSheet, earlier: readonly Run[]): void => {
	const said = earlier.flatMap(({ run }) => (run.listening === undefined ? [] : [run.listening]))
	const lineOf = new Map(said.flatMap(({ value, at }) => value.map((address) => [address, at] as const)))
	if (lineOf.size > 0) sheet.set('listenedBefore', [...lineOf.keys()], ...lineOf.values())
}

const setCounts = (sheet: FactSheet, run: ServiceRun, since: number | undefined): void => {
	const count = (name: string, entries: readonly Fault['at'][]): void => {
		const fresh = entries.filter((at) => isFresh({ at }, since))
		sheet.set(name, fresh.length, ...fresh)
	}
	const faults = (kind: Fault['kind']) => run.runtime.filter((fault) => fault.kind === kind).map(({ at }) => at)
	count('workerTimeouts', faults('timeout'))
	count('workersKilled', faults('killed'))
	count('workerCrashes', faults('crashed'))
	count('requestErrors', run.requestErrors)
	count('autorestarts', run.autorestarts)
	count('vanished', run.vanished)
	count('noSpace', run.noSpace)
	count('tooManyFiles', run.tooManyFiles)
	const ended = run.runtime.findLast((fault) => fault.signal !== undefined && isFresh(fault, since))
	sheet.set('workerSignal', ended?.signal, ended?.at)
}

/** It came up and served, whatever became of it later. */
const cameUp = ({ listening, booted, startFault, reason }: ServiceRun): boolean =>
	listening !== undefined && booted.length > 0 && startFault === undefined && reason === undefined

/** The runs before the last good start: what failed in them is over. */
const overBefore = (runs: readonly Run[]): readonly Run[] => {
	const good = runs.findLastIndex(({ run }) => cameUp(run))
	return runs.filter((_, at) => at < good)
}

const setOld = (sheet: FactSheet, runs: readonly Run[], run: ServiceRun, present: Present, since?: number): void => {
	const goesOn = present.fault !== undefined || hasFailed(run.unit)
	const stale = run.runtime.filter((fault) => !isFresh(fault, since))
	const earlier = goesOn ? overBefore(runs) : runs.slice(0, -1)
	const over = [...earlier.flatMap((one) => presentOf(one.run, undefined).fault ?? []), ...stale]
	const past = over.at(-1)
	sheet.set('old', past !== undefined, ...over.map(({ at }) => at))
	if (past === undefined) return
	sheet.set('oldFault', past.kind, past.at)
	sheet.set('oldKind', past.exception?.exceptionKind ?? 'none', past.at)
	sheet.set('oldTime', past.at.line.time, past.at)
}

const isBanner = ({ text }: { readonly text: string }): boolean => readGunicornLine(text).event.kind === 'banner'

/** True for a text in which Gunicorn or Python speaks; any other one tells nothing of either. */
const speaks = (text: string): boolean => {
	const { event, pid } = readGunicornLine(text)
	return pid !== undefined || event.kind !== 'other' || isPythonLine(text)
}

/** systemd came so far as to run the program. */
const wasRun = ({ step, environment, execFailed }: UnitRun): boolean =>
	step === undefined && environment === undefined && !execFailed

const readWholeLog = (lines: readonly OutputLine[], args: Facts): Parsed => {
	const sheet = createFactSheet()
	const log = readLogLines(lines).filter(({ text }) => text.trim() !== '')
	const entries = readUnitLog(log, { unit: textArg(args, 'unit'), names: ['gunicorn'] })
	if (!entries.some(({ systemd, line }) => systemd !== undefined || speaks(line.text))) return sheet.parsed()
	const context: ProgramContext = {
		entryModule: entryModuleOf(args),
		isEntry: (frame) => frame.function === 'import_app',
		isServer: isServerFile,
	}
	const tracebacks = new Map(
		readTracebacks(
			log.map(({ number, text, pid }) => (pid === undefined ? { number, text } : { number, text, key: pid })),
		).map((traceback) => [traceback.to, traceback] as const),
	)
	const runs = splitInvocations(entries, isBanner).map((invocation) => ({
		invocation,
		run: describeService(invocation, tracebacks, context),
	}))
	const now = runs.at(-1)
	if (now === undefined) return sheet.parsed()
	const since = intArg(args, 'since')
	const repeated = repeatedOf(runs, since)
	// A service that ran, and of which not one line stands here, writes its log elsewhere: its silence tells nothing.
	if (now.run.lines === 0 && wasRun(now.run.unit) && repeated === undefined) return sheet.parsed()
	if (repeated !== undefined) sheet.set('carried', true)
	setBefore(sheet, runs.slice(0, -1))
	const blamed = repeated ?? now.run
	const present = presentOf(blamed, since)
	setService(sheet, now)
	setFault(sheet, present, blamed)
	setCounts(sheet, now.run, since)
	setOld(sheet, runs, now.run, present, since)
	return sheet.parsed()
}

/** `journalctl -u UNIT` in any output format, the end of the log in `systemctl status`, or Gunicorn's log alone. */
export const gunicornLogParser: Parser = {
	name: 'gunicorn-log',
	summary: 'what Gunicorn and the application say in the log of a unit, or in a log of their own',
	facts: LOG_FACTS,
	args: LOG_ARGS,
	parse: ({ lines, args }) => {
		const { log, whole } = unitLogText(lines, textArg(args, 'unit'))
		const cut = cutLines(whole)
		const parsed = readWholeLog(log, args)
		return log.some(({ number }) => cut.has(number)) ? withoutGuesses(parsed, cut, seenOf(parsed.facts)) : parsed
	},
}
